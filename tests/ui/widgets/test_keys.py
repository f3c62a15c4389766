"""Shortcuts: declared once, changed by the user, never without the kill switch, clashes named on both sides."""

from __future__ import annotations

import re

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence

from upbit_auto_trading.ui.design import keys
from upbit_auto_trading.ui.design.keys import KeyMap, ShortcutRefused

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
HANGUL_T = 0x314C  # ㅌ lies on the X key


def press(key: int, modifiers: Qt.KeyboardModifier = CTRL_ALT, scan: int = 0, virtual: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan, virtual, 0)


def test_the_defaults_are_real_keys_and_do_not_clash() -> None:
    known = KeyMap()
    assert known.clashes() == []
    assert len({shortcut.id for shortcut in keys.SHORTCUTS}) == len(keys.SHORTCUTS) >= 37
    for shortcut in keys.SHORTCUTS:
        assert known.sequence(shortcut.id).count() == 1, shortcut.id
        assert shortcut.text.ko
        assert shortcut.text.en


def test_no_letter_acts_alone() -> None:
    for shortcut in keys.SHORTCUTS:
        assert not re.fullmatch(r"(Shift\+)?[A-Z0-9]", shortcut.default), shortcut.id


def test_the_agreed_defaults() -> None:
    known = KeyMap()
    assert known.portable(keys.KILL_SWITCH) == "Ctrl+Alt+X"
    assert [known.portable(f"screen_{name}") for name in ("dashboard", "monitor")] == ["Ctrl+1", "Ctrl+9"]
    assert (known.portable("search"), known.portable("settings"), known.portable("theme")) == (
        "Ctrl+K",
        "Ctrl+,",
        "Ctrl+Shift+L",
    )


def test_a_change_is_kept_and_can_be_saved() -> None:
    known = KeyMap()
    known.change("search", "Ctrl+Shift+P")
    again = KeyMap(known.overrides)
    assert again.portable("search") == "Ctrl+Shift+P"
    again.reset("search")
    assert again.overrides == {}


def test_a_clash_is_refused_with_both_names() -> None:
    known = KeyMap()
    with pytest.raises(ShortcutRefused) as refusal:
        known.change("search", "Ctrl+Alt+X")
    assert "긴급 정지" in refusal.value.text.ko
    assert "찾기" in refusal.value.text.ko
    assert "Kill switch" in refusal.value.text.en
    assert "Find market" in refusal.value.text.en
    assert known.portable("search") == "Ctrl+K"


def test_a_reset_may_clash_too() -> None:
    known = KeyMap()
    known.change("search", "F2")
    known.change("help", "Ctrl+K")
    with pytest.raises(ShortcutRefused):
        known.reset("search")


@pytest.mark.parametrize("nothing", ["", "   "])
def test_the_kill_switch_keeps_a_shortcut(nothing: str) -> None:
    known = KeyMap()
    with pytest.raises(ShortcutRefused):
        known.change(keys.KILL_SWITCH, nothing)
    known.change("search", nothing)
    assert known.sequence("search").isEmpty()


@pytest.mark.parametrize("unsuitable", ["K", "Shift+K", "ㅏ", "Space", "Ctrl+K, Ctrl+X", "Left"])
def test_single_letters_and_chains_are_refused(unsuitable: str) -> None:
    with pytest.raises(ShortcutRefused):
        KeyMap().change("search", unsuitable)


def test_what_is_fixed_stays() -> None:
    with pytest.raises(ShortcutRefused):
        KeyMap().change("dismiss", "F4")


def test_a_damaged_saved_map_does_not_hinder_the_start() -> None:
    known = KeyMap({"search": "Ctrl+Alt+X", "gone": "F3", keys.KILL_SWITCH: "", "help": "F2"})
    assert set(known.dropped) == {"search", "gone", keys.KILL_SWITCH}
    assert known.portable("help") == "F2"
    assert known.portable(keys.KILL_SWITCH) == "Ctrl+Alt+X"


@pytest.mark.parametrize(("platform", "scan", "virtual"), [("linux", 53, 0), ("win32", 0, ord("X")), ("darwin", 0, 7)])
def test_the_korean_input_method_does_not_hide_the_kill_switch(platform: str, scan: int, virtual: int) -> None:
    sequence = QKeySequence("Ctrl+Alt+X")
    assert keys.matches(press(Qt.Key.Key_X), sequence, platform)
    assert keys.matches(press(HANGUL_T, scan=scan, virtual=virtual), sequence, platform)
    assert not keys.matches(press(HANGUL_T, scan=54, virtual=ord("C") if virtual > 9 else 8), sequence, platform)
    assert not keys.matches(press(HANGUL_T, Qt.KeyboardModifier.ControlModifier, scan, virtual), sequence, platform)


def test_a_latin_layout_says_itself_which_key_it_is() -> None:
    """On Dvorak another letter lies where X is on a Korean keyboard."""
    assert not keys.matches(press(Qt.Key.Key_Q, scan=53), QKeySequence("Ctrl+Alt+X"), "linux")
    assert not keys.matches(press(Qt.Key.Key_F5, scan=53), QKeySequence("Ctrl+Alt+X"), "linux")


@pytest.mark.parametrize(("letter", "code"), [("A", 0), ("K", 40), (",", 43), ("M", 46), ("9", 25), ("1", 18)])
def test_key_codes_of_macos(letter: str, code: int) -> None:
    sequence = QKeySequence(f"Ctrl+Alt+{letter}")
    assert keys.matches(press(HANGUL_T, virtual=code), sequence, "darwin")
