"""What several tests of the security section do first, and where they look."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.view_model.vault import Phase
from upbit_auto_trading.utils.secret import Secret

PASSPHRASE = "correct horse battery"
ACCESS = "AbCdEfGh1234567890WXYZ"
SECRET = "kQ83nfPz01mVbXyT55rE"


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
