"""What several tests of the security section do first, and where they look."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.business_logic.use_cases.check_keys import judge
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import Phase
from upbit_auto_trading.utils.secret import Secret

PASSPHRASE = "correct horse battery"
ACCESS = "AbCdEfGh1234567890WXYZ"
SECRET = "kQ83nfPz01mVbXyT55rE"
UNREACHABLE = ExchangeUnavailable("upbit", "no-connection")


def page(user: User) -> SecurityPage:
    shown = user.view.page
    assert isinstance(shown, SecurityPage)
    return shown


def make_vault(world: SettingsWorld, source: KeySource = KeySource.PASSPHRASE, keys: int = 1) -> None:
    secret = Secret(PASSPHRASE) if source is KeySource.PASSPHRASE else None
    manage_credentials.create_vault(world.vault, world.journal, source, secret)
    for number in range(keys):
        access, hidden = Secret(f"{ACCESS}{number}"), Secret(f"{SECRET}{number}")
        manage_credentials.add_key(world.vault, world.journal, "upbit", f"main {number}", access, hidden)


def status(
    expires_at: datetime | None = None,
    *,
    missing: Right | None = None,
    fault: KeyFault | None = None,
    withdraw: Granted = Granted.CANNOT_BE_CHECKED,
    pocket: str | None = None,
) -> KeyStatus:
    """What an exchange says of a key that has all it needs, but for what is named."""
    granted = Granted.YES if fault is None else Granted.UNKNOWN
    rights = [(right, Granted.NO if right is missing else granted) for right in NEEDED_RIGHTS]
    return KeyStatus((*rights, (Right.WITHDRAW, withdraw)), expires_at, fault, pocket)


def store_key(
    world: SettingsWorld,
    label: str,
    found: KeyStatus | KeyTrouble | None = None,
    *,
    number: int = 0,
    box_is_confirmed: bool = True,
) -> str:
    """A key that is stored, and perhaps was checked, before the page is opened; its identity."""
    access, secret = Secret(f"{ACCESS}{number}"), Secret(f"{SECRET}{number}")
    key = manage_credentials.add_key(world.vault, world.journal, "upbit", label, access, secret)
    facts = KeyFacts(key.id, withdraw_box_confirmed_at=world.clock.now() if box_is_confirmed else None)
    if found is not None:
        facts = judge(key, facts, found, world.clock.now()).facts
    world.key_facts.write(facts)
    return key.id


def open_security(user: User) -> SecurityPage:
    user.open("security")
    user.see(lambda: page(user).vault.state.phase is not Phase.LOADING)
    user.settle()
    return page(user)


def everything_shown(user: User) -> str:
    """All text that a person, or a screen reader, could find anywhere."""
    found: list[str] = []
    for widget in QApplication.allWidgets():
        if isinstance(widget, QLabel):
            found.append(widget.text())
        if isinstance(widget, QPlainTextEdit):
            found.append(widget.toPlainText())
        if isinstance(widget, QLineEdit):
            found.append(widget.displayText())
        found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    return "\n".join(found)
