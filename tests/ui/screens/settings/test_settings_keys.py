"""Keys by hand: added and never seen again, renamed, shown for a while, removed, locked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QWheelEvent, QWindow
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.security_steps import (
    ACCESS,
    PASSPHRASE,
    SECRET,
    everything_shown,
    make_vault,
    open_security,
    page,
)
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent, VaultState
from upbit_auto_trading.config.settings import LOCK_AFTER_MINUTES
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import (
    ChangeSourceDialog,
    RenameDialog,
    ShowKeyDialog,
)
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog
from upbit_auto_trading.utils.secret import Secret

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
    user.click(dialog.box)


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
    assert [shown.index(0, column).data() for column in range(3)] == ["trading", "••••WXYZ", "쓸 수 있음"]
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


def test_a_full_disk_is_said_in_the_dialog_and_all_stays_typed(user: User, world: SettingsWorld) -> None:
    make_vault(world, keys=0)
    open_security(user)
    dialog = add_dialog(user)
    fill(user, dialog, "trading")
    world.journal.next_failure = DiskFull("settings.sqlite3")
    user.click(dialog.send_button)
    user.settle()
    assert "공간" in dialog.note.label.text()
    assert dialog.secret_key.text() == SECRET
    assert not page(user).keys_panel.error.isVisible()


def test_keys_locked_meanwhile_ask_for_the_passphrase_again(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    open_security(user)
    choose_key(user)
    world.vault.lock()
    user.hold(page(user).keys_panel.remove_button, page(user).keys_panel.remove_button.completed)
    user.settle()
    assert page(user).unlock_panel.isVisible()


def test_control_and_enter_sends_the_form_from_any_field(user: User, world: SettingsWorld) -> None:
    make_vault(world, keys=0)
    open_security(user)
    dialog = add_dialog(user)
    user.press(dialog.label.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible(), "nothing is filled in yet"
    fill(user, dialog, "trading")
    user.press(dialog.secret_key.field, Qt.Key.Key_Return)
    user.settle()
    assert world.vault.summaries() == ()
    user.press(dialog.secret_key.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    user.settle()
    assert len(world.vault.summaries()) == 1


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
    choose_key(user)
    user.click(page(user).keys_panel.rename_button)
    dialog = page(user).keys_panel.dialog
    assert isinstance(dialog, RenameDialog)
    dialog.label.field.selectAll()
    user.type(dialog.label.field, "night")
    user.press(dialog.label.field, Qt.Key.Key_Return)
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


def into_window(user: User, widget: QWidget) -> QWindow:
    """As the system delivers: to the window, which must have the focus, and not to the widget itself."""
    top = widget.window()
    handle = top.windowHandle() if top is not None else None
    assert top is not None
    assert handle is not None
    top.activateWindow()  # the offscreen platform does not do so when a dialog is closed
    user.see(lambda: QGuiApplication.focusWindow() is handle)
    return handle


def click_into(user: User, widget: QWidget) -> Callable[[], None]:
    def click() -> None:
        place = widget.mapTo(widget.window(), QPoint(2, 2))
        handle = into_window(user, widget)
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)  # type: ignore[call-overload]

    return click


def key_into(user: User) -> Callable[[], None]:
    def key() -> None:
        page(user).keys_panel.add_button.setFocus()
        QTest.keyClick(into_window(user, page(user)), Qt.Key.Key_Tab)  # type: ignore[call-overload]

    return key


def wheel_over(user: User) -> Callable[[], None]:
    def wheel() -> None:
        place = page(user).heading.mapTo(user.view, QPoint(2, 2))
        handle, over = into_window(user, page(user)), QPointF(place)
        turned = QWheelEvent(
            over,
            QPointF(user.view.mapToGlobal(place)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(handle, turned)

    return wheel


def key_into_dialog(user: User) -> Callable[[], None]:
    def key_in_dialog() -> None:
        dialog = add_dialog(user)
        QTest.keyClick(into_window(user, dialog), Qt.Key.Key_A)  # type: ignore[call-overload]
        dialog.reject()
        user.see(lambda: page(user).keys_panel.dialog is None)

    return key_in_dialog


@pytest.mark.claims("setting:security.lock_after_minutes")
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
    for use in (click_into(user, page(user).heading), key_into(user), wheel_over(user), key_into_dialog(user)):
        world.clock.advance(4 * 60)
        use()
        world.clock.advance(4 * 60)
        page(user).vault.tick()
        user.settle()
        assert world.vault.state() is VaultState.OPEN, use.__name__
    world.clock.advance(4 * 60)
    click_into(user, user.view)()  # beside the page
    world.clock.advance(60)
    page(user).vault.tick()
    user.settle()
    assert world.vault.state() is VaultState.LOCKED
    assert world.journal.records[-1].details["reason"] == "idle"
