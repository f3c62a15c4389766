"""Keys are changed by pressing them; a clash names both; what is changed outlives the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.ui.design.keys import KILL_SWITCH, SHORTCUTS
from upbit_auto_trading.ui.screens.settings.sections.shortcuts_page import ListenDialog, ShortcutsPage
from upbit_auto_trading.ui.shortcuts_state import overrides_from

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def page(user: User) -> ShortcutsPage:
    shown = user.view.page
    assert isinstance(shown, ShortcutsPage)
    return shown


def listen(user: User, shortcut_id: str) -> ListenDialog:
    user.click(page(user).lines[shortcut_id].change_button)
    dialog = page(user).dialog
    assert dialog is not None
    return dialog


def test_each_shortcut_is_changed_stored_and_reset(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    changeable = [declared.id for declared in SHORTCUTS if not declared.fixed]
    for shortcut_id in changeable:
        change_and_reset(user, world, shortcut_id)
    assert len(changeable) >= 20


def change_and_reset(user: User, world: SettingsWorld, shortcut_id: str) -> None:
    line = page(user).lines[shortcut_id]
    page(user).reveal(line)
    dialog = listen(user, shortcut_id)
    user.press(dialog, Qt.Key.Key_Control, CTRL)
    assert page(user).dialog is dialog, "Ctrl alone is no shortcut yet"
    user.press(dialog, Qt.Key.Key_J, CTRL, ALT, SHIFT)
    user.settle()
    assert page(user).dialog is None
    assert world.shortcuts.keys.portable(shortcut_id) == "Ctrl+Alt+Shift+J"
    stored = world.ui_state.read("shortcuts")
    assert json.loads(stored or b"") == {shortcut_id: "Ctrl+Alt+Shift+J"}
    assert line.note.label.text() == "바꿨어요"
    assert "Ctrl+Alt+Shift+J" in line.accessibleName()
    user.click(line.reset_button)
    user.settle()
    assert json.loads(world.ui_state.read("shortcuts") or b"") == {}
    assert not line.reset_button.isVisible()


def test_a_clash_is_refused_with_both_names_and_another_key_may_follow(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    dialog = listen(user, "search")
    user.press(dialog, Qt.Key.Key_S, CTRL)
    assert "저장" in dialog.note.label.text()
    assert "찾기" in dialog.note.label.text()
    assert world.shortcuts.keys.overrides == {}
    user.press(dialog, Qt.Key.Key_P, CTRL)
    assert world.shortcuts.keys.portable("search") == "Ctrl+P"


def test_a_letter_alone_is_refused(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    dialog = listen(user, "search")
    user.press(dialog, Qt.Key.Key_K)
    assert "Ctrl이나 Alt" in dialog.note.label.text()
    assert world.shortcuts.keys.overrides == {}


def test_escape_changes_nothing(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    dialog = listen(user, KILL_SWITCH)
    user.press(dialog, Qt.Key.Key_Escape)
    assert page(user).dialog is None
    assert world.shortcuts.keys.overrides == {}
    listen(user, KILL_SWITCH)


def test_a_default_that_is_taken_is_not_given_back(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    world.shortcuts.change("search", "Ctrl+J")
    world.shortcuts.change("save", "Ctrl+K")
    line = page(user).lines["search"]
    page(user).reveal(line)
    user.click(line.reset_button)
    assert "저장" in line.note.label.text()
    assert "찾기" in line.note.label.text()
    assert world.shortcuts.keys.portable("search") == "Ctrl+J"


def test_only_keys_that_do_something_are_offered(user: User, world: SettingsWorld) -> None:
    world.shortcuts.set_usable((KILL_SWITCH, "settings", "search"))
    user.open("shortcuts")
    assert set(page(user).lines) == {KILL_SWITCH, "settings", "search"}


def test_fixed_keys_offer_no_change(user: User) -> None:
    user.open("shortcuts")
    for declared in SHORTCUTS:
        line = page(user).lines[declared.id]
        assert line.fixed.isVisible() is declared.fixed
        assert line.change_button.isVisible() is not declared.fixed


def test_all_go_back_at_once_also_where_two_have_changed_places(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    assert not page(user).reset_all_button.isEnabled()
    world.shortcuts.change("save", "Ctrl+J")
    world.shortcuts.change("search", "Ctrl+S")
    world.shortcuts.change("save", "Ctrl+K")
    user.click(page(user).reset_all_button)
    user.settle()
    assert all(world.shortcuts.keys.portable(declared.id) == declared.default for declared in SHORTCUTS)


def test_what_could_not_be_stored_goes_back_and_says_so(user: User, world: SettingsWorld) -> None:
    user.open("shortcuts")
    world.ui_state.failure = DiskFull("settings.sqlite3")
    user.press(listen(user, "search"), Qt.Key.Key_P, CTRL)
    user.settle()
    assert world.shortcuts.keys.portable("search") == "Ctrl+K"
    assert "되돌렸어요" in page(user).lines["search"].note.label.text()


def test_saved_keys_are_there_again(tmp_path: Path, qtbot: QtBot) -> None:
    world = SettingsWorld(tmp_path, saved_shortcuts=b'{"search": "Ctrl+P", "gone": "Ctrl+Q", "save": "S"}')
    assert world.shortcuts.keys.portable("search") == "Ctrl+P"
    assert world.shortcuts.keys.overrides == {"search": "Ctrl+P"}
    stop_operations(world.operations)


def test_two_that_have_changed_places_stay_so(tmp_path: Path, qtbot: QtBot) -> None:
    world = SettingsWorld(tmp_path, saved_shortcuts=b'{"save": "Ctrl+K", "search": "Ctrl+S", "undo": "Ctrl+F"}')
    assert world.shortcuts.keys.overrides == {"save": "Ctrl+K", "search": "Ctrl+S"}
    assert world.shortcuts.keys.dropped == ("undo",)
    stop_operations(world.operations)


@pytest.mark.parametrize("saved", [None, b"", b"\xff\xfe", b"{", b"[1, 2]", b'{"search": 5}'])
def test_unreadable_keys_count_as_none(saved: bytes | None) -> None:
    assert overrides_from(saved) == {}
