"""The key vault by hand: made, locked, unlocked, filled, emptied; each fault with its sentence and its way on."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.errors import (
    KeyStoreUnavailable,
    TradingAppError,
    VaultDamaged,
    VaultFromAnotherMachine,
    VaultFromNewerVersion,
    VaultTruncated,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent, VaultState
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.config.settings import LOCK_AFTER_MINUTES
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import (
    AddKeyDialog,
    ChangeSourceDialog,
    RenameDialog,
    ShowKeyDialog,
)
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.sections.security_words import EVENTS
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


# no file yet


def test_a_passphrase_is_set_by_typing_it_twice(user: User, world: SettingsWorld) -> None:
    world.has_key_store = False
    form = open_security(user).create_panel.form
    assert form.source is KeySource.PASSPHRASE
    assert not form.cards[KeySource.SYSTEM_KEY_STORE].isEnabled()
    assert not page(user).create_panel.create_button.isEnabled()

    user.type(form.passphrase.field, PASSPHRASE)
    user.type(form.again.field, PASSPHRASE)
    user.click(page(user).create_panel.create_button)
    user.settle()

    assert world.vault.state() is VaultState.OPEN
    assert world.vault.key_source() is KeySource.PASSPHRASE
    assert page(user).keys_panel.isVisible()
    assert form.passphrase.text() == form.again.text() == ""


@pytest.mark.parametrize(
    ("first", "second", "sentence"), [("short", "short", "8자 이상"), (PASSPHRASE, PASSPHRASE + "x", "달라요")]
)
def test_a_passphrase_that_will_not_do_stays_typed(
    user: User, world: SettingsWorld, first: str, second: str, sentence: str
) -> None:
    world.has_key_store = False
    panel = open_security(user).create_panel
    user.type(panel.form.passphrase.field, first)
    user.type(panel.form.again.field, second)
    user.click(panel.create_button)
    notes = panel.form.passphrase.note.label.text() + panel.form.again.note.label.text()
    assert sentence in notes
    assert panel.form.passphrase.text() == first
    assert world.vault.state() is VaultState.EMPTY


def test_the_system_key_store_is_recommended_where_there_is_one(user: User, world: SettingsWorld) -> None:
    panel = open_security(user).create_panel
    user.see(lambda: panel.form.source is KeySource.SYSTEM_KEY_STORE)
    assert panel.form.badge.isVisible()
    user.click(panel.create_button)
    user.settle()
    assert world.vault.key_source() is KeySource.SYSTEM_KEY_STORE


def test_a_key_file_must_be_chosen_knowingly(user: User, world: SettingsWorld) -> None:
    panel = open_security(user).create_panel
    user.click(panel.form.cards[KeySource.KEY_FILE].title)
    panel.form.choose(KeySource.KEY_FILE)
    assert not panel.create_button.isEnabled()
    assert "위험" in panel.create_button.toolTip()
    user.see(lambda: panel.form.consent.isVisible())
    user.click(panel.form.consent)
    user.click(panel.create_button)
    user.settle()
    assert world.vault.key_source() is KeySource.KEY_FILE


# locked


def test_a_wrong_passphrase_is_said_under_the_field_and_the_right_one_opens(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    assert panel.isVisible()

    user.type(panel.passphrase.field, "wrong horse battery")
    user.press(panel.passphrase.field, Qt.Key.Key_Return)
    user.settle()
    assert panel.passphrase.note.error is not None
    assert panel.passphrase.text() == "wrong horse battery"
    assert world.journal.events[-1] is SecurityEvent.UNLOCK_FAILED

    panel.passphrase.clear()
    user.type(panel.passphrase.field, PASSPHRASE)
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()
    assert panel.passphrase.text() == ""


def test_wrong_tries_count_down_before_the_next(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    user.type(panel.passphrase.field, "wrong horse battery")
    for _ in range(4):
        user.click(panel.unlock_button)
        user.settle()
    assert panel.wait_note.label.text() == "1초 뒤에 다시 할 수 있어요."
    world.clock.advance(1)
    page(user).vault.tick()
    user.click(panel.unlock_button)
    user.settle()
    assert panel.wait_note.label.text() == "2초 뒤에 다시 할 수 있어요."
    assert not panel.unlock_button.isEnabled()

    world.clock.advance(1)
    page(user).vault.tick()
    assert panel.wait_note.label.text() == "1초 뒤에 다시 할 수 있어요."
    world.clock.advance(1)
    page(user).vault.tick()
    assert panel.unlock_button.isEnabled()
    assert not panel.wait_note.isVisible()


def test_a_key_store_opens_without_a_passphrase(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    assert not panel.passphrase.isVisible()
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()


def test_a_silent_key_store_can_be_tried_again(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    world.vault.next_unlock_failure = KeyStoreUnavailable("silent")
    panel = open_security(user).unlock_panel
    user.click(panel.unlock_button)
    user.settle()
    assert "응답하지 않아요" in panel.error.fact.text()
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (VaultDamaged("bit"), "손상"),
        (VaultTruncated("cut"), "끝부분"),
        (VaultFromAnotherMachine("gone"), "이 PC에 없어요"),
        (VaultFromNewerVersion("9"), "더 새로운 버전"),
    ],
)
def test_a_file_that_cannot_be_opened_is_set_aside_and_begun_anew(
    user: User, world: SettingsWorld, failure: TradingAppError, sentence: str
) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    world.vault.next_unlock_failure = failure
    open_security(user)
    user.click(page(user).unlock_panel.unlock_button)
    user.settle()
    panel = page(user).unusable_panel
    assert panel.isVisible()
    assert sentence in panel.error.fact.text()

    user.hold(panel.set_aside_button, panel.set_aside_button.completed)
    user.settle()
    assert world.vault.state() is VaultState.EMPTY
    assert page(user).create_panel.isVisible()
    assert "api_credentials-set-aside.enc" in page(user).create_panel.set_aside_note.label.text()


# open


def add_dialog(user: User) -> AddKeyDialog:
    user.click(page(user).keys_panel.add_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, AddKeyDialog)
    return dialog


def fill(user: User, dialog: AddKeyDialog, label: str, access: str = ACCESS, secret: str = SECRET) -> None:
    user.type(dialog.label.field, label)
    user.type(dialog.access_key.field, access)
    user.type(dialog.secret_key.field, secret)


def test_a_key_is_added_and_never_seen_again(user: User, world: SettingsWorld) -> None:
    make_vault(world, keys=0)
    open_security(user)
    assert page(user).keys_panel.empty.isVisible()
    dialog = add_dialog(user)
    assert not dialog.send_button.isEnabled()
    fill(user, dialog, "trading")
    assert dialog.secret_key.field.displayText() != SECRET
    user.click(dialog.send_button)
    user.settle()

    assert page(user).keys_panel.dialog is None
    (summary,) = world.vault.summaries()
    assert (summary.exchange, summary.label, summary.access_key_ending) == ("upbit", "trading", "WXYZ")
    shown = page(user).keys_panel.table.rows_model
    assert [shown.index(0, column).data() for column in range(3)] == ["trading", "업비트", "••••WXYZ"]
    text = everything_shown(user)
    assert SECRET not in text
    assert ACCESS not in text


def test_a_refused_label_is_said_under_its_field_and_all_stays_typed(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    dialog = add_dialog(user)
    fill(user, dialog, "MAIN 0")
    user.click(dialog.send_button)
    user.settle()
    assert dialog.isVisible()
    assert "같은 이름" in dialog.label.note.label.text()
    assert dialog.access_key.text() == ACCESS
    assert len(world.vault.summaries()) == 1
    user.click(dialog.cancel_button)
    assert dialog.secret_key.text() == ""


def test_a_secret_can_be_looked_at_while_it_is_typed(user: User, world: SettingsWorld) -> None:
    make_vault(world, keys=0)
    open_security(user)
    dialog = add_dialog(user)
    user.type(dialog.secret_key.field, SECRET)
    user.click(dialog.secret_key.toggle)
    assert dialog.secret_key.field.displayText() == SECRET
    dialog.reject()


def choose_key(user: User, place: int = 0) -> None:
    page(user).keys_panel.table.selectRow(place)


def test_a_key_is_renamed(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    assert not page(user).keys_panel.rename_button.isEnabled()
    choose_key(user)
    user.click(page(user).keys_panel.rename_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, RenameDialog)
    dialog.label.field.selectAll()
    user.type(dialog.label.field, "night")
    user.click(dialog.send_button)
    user.settle()
    assert world.vault.summaries()[0].label == "night"
    assert world.journal.events[-1] is SecurityEvent.KEY_RENAMED


def test_a_key_is_shown_for_thirty_seconds_after_the_passphrase(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    choose_key(user)
    user.click(page(user).keys_panel.show_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, ShowKeyDialog)
    user.type(dialog.passphrase.field, "wrong horse battery")
    user.click(dialog.send_button)
    user.settle()
    assert dialog.isVisible()
    assert dialog.passphrase.note.error is not None

    dialog.passphrase.clear()
    user.type(dialog.passphrase.field, PASSPHRASE)
    user.click(dialog.send_button)
    user.settle()
    shown = page(user).keys_panel.shown
    assert shown.secret_key.text() == f"{SECRET}0"
    assert world.journal.events[-1] is SecurityEvent.KEY_SHOWN

    world.clock.advance(29)
    page(user).vault.tick()
    assert shown.isVisible()
    assert shown.countdown.text() == "1초 뒤에 가려요"
    world.clock.advance(1)
    page(user).vault.tick()
    assert not shown.isVisible()
    assert shown.secret_key.text() == ""


def test_without_a_passphrase_a_key_is_shown_by_holding(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    open_security(user)
    choose_key(user)
    panel = page(user).keys_panel
    assert not panel.show_button.isVisible()
    user.hold(panel.hold_to_show, panel.hold_to_show.completed)
    user.settle()
    assert panel.shown.access_key.text() == f"{ACCESS}0"
    user.click(panel.shown.hide_button)
    assert not panel.shown.isVisible()


def test_leaving_the_page_hides_a_shown_key(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    security = open_security(user)
    security.vault.show_key(world.vault.summaries()[0].id)
    user.settle()
    assert security.keys_panel.shown.isVisible()
    user.open("appearance")
    assert security.vault.state.shown is None
    assert f"{SECRET}0" not in everything_shown(user)


def test_a_key_is_removed_only_by_holding(user: User, world: SettingsWorld) -> None:
    make_vault(world, keys=2)
    open_security(user)
    choose_key(user)
    panel = page(user).keys_panel
    user.click(panel.remove_button)
    user.settle()
    assert len(world.vault.summaries()) == 2
    user.hold(panel.remove_button, panel.remove_button.completed)
    user.settle()
    assert [key.label for key in world.vault.summaries()] == ["main 1"]
    assert panel.table.rows_model.rowCount() == 1


def test_the_way_of_opening_is_changed(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    user.click(page(user).keys_panel.change_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, ChangeSourceDialog)
    dialog.form.choose(KeySource.PASSPHRASE)
    user.see(lambda: dialog.form.passphrase.isVisible())
    user.type(dialog.form.passphrase.field, "another passphrase")
    user.type(dialog.form.again.field, "another passphrase")
    user.click(dialog.send_button)
    user.settle()
    assert world.journal.events[-1] is SecurityEvent.KEY_SOURCE_CHANGED
    world.vault.lock()
    world.vault.unlock(Secret("another passphrase"))


def test_keys_are_locked_at_once_and_when_left_alone(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    user.click(page(user).keys_panel.lock_button)
    user.settle()
    assert page(user).unlock_panel.isVisible()

    world.settings.set(LOCK_AFTER_MINUTES, 5)
    world.vault.unlock(Secret(PASSPHRASE))
    page(user).load()
    user.settle()
    page(user).vault.touch()
    world.clock.advance(4 * 60)
    user.click(page(user).heading)
    world.clock.advance(4 * 60)
    page(user).vault.tick()
    user.settle()
    assert world.vault.state() is VaultState.OPEN, "a click on the page is use of it"
    world.clock.advance(60)
    page(user).vault.tick()
    user.settle()
    assert world.vault.state() is VaultState.LOCKED
    assert world.journal.records[-1].details["reason"] == "idle"


# the journal


def test_the_journal_tells_in_words_and_says_that_its_chain_holds(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    journal = open_security(user).journal
    user.see(lambda: journal.table.isVisible())
    shown = journal.table.rows_model
    assert shown.index(0, 2).data() == "거래소 업비트 · 이름 main 0 · 끝자리 ••••XYZ0"
    assert journal.chain.accessibleName() == "이어짐 확인"
    journal.table.selectRow(0)
    assert journal.chosen.text().startswith("2번 · 키 추가 · 거래소")


def test_a_changed_record_is_named(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.journal.first_broken = 2
    journal = open_security(user).journal
    user.see(lambda: journal.broken_line.isVisible())
    assert "2번 기록이 바뀌었거나 지워졌어요" in journal.broken_line.text()
    assert journal.chain.accessibleName() == "2번부터 어긋남"


def test_every_event_has_its_words() -> None:
    assert set(EVENTS) == set(SecurityEvent)
