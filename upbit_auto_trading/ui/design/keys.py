"""Every shortcut of the program, declared once; the user's changes; clashes named on both sides."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from PyQt6.QtCore import QKeyCombination, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence

from upbit_auto_trading.utils.bilingual_text import Text


class Scope(Enum):
    APPLICATION = "application"
    CHART = "chart"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The default is written for Windows and Linux; Qt shows and reads Ctrl as ⌘ on macOS."""

    id: str
    default: str
    text: Text
    scope: Scope = Scope.APPLICATION
    fixed: bool = False


class ShortcutRefused(ValueError):
    """Says why, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


KILL_SWITCH = "kill_switch"

_SCREENS = (
    ("dashboard", Text(ko="대시보드", en="Dashboard")),
    ("market", Text(ko="시장", en="Market")),
    ("chart", Text(ko="차트", en="Chart")),
    ("strategy", Text(ko="전략", en="Strategy")),
    ("backtest", Text(ko="백테스트", en="Backtest")),
    ("trading", Text(ko="매매", en="Trading")),
    ("practice", Text(ko="연습", en="Practice")),
    ("schedule", Text(ko="일정", en="Schedule")),
    ("monitor", Text(ko="모니터", en="Monitor")),
)


def _all() -> tuple[Shortcut, ...]:
    chart, app = Scope.CHART, Scope.APPLICATION
    return (
        Shortcut(KILL_SWITCH, "Ctrl+Alt+X", Text(ko="긴급 정지: 새 진입 멈춤", en="Kill switch: stop entries")),
        *(Shortcut(f"screen_{name}", f"Ctrl+{place}", text) for place, (name, text) in enumerate(_SCREENS, 1)),
        Shortcut("settings", "Ctrl+,", Text(ko="설정", en="Settings")),
        Shortcut("search", "Ctrl+K", Text(ko="종목·화면·명령 찾기", en="Find market, page, command")),
        Shortcut("find_in_page", "Ctrl+F", Text(ko="화면 안에서 찾기", en="Find in page")),
        Shortcut("help", "F1", Text(ko="이 화면 도움말", en="Help for this screen")),
        Shortcut("theme", "Ctrl+Shift+L", Text(ko="테마 바꾸기", en="Switch theme")),
        Shortcut("back", "Alt+Left", Text(ko="뒤로", en="Back")),
        Shortcut("forward", "Alt+Right", Text(ko="앞으로", en="Forward")),
        Shortcut("next_tab", "Ctrl+Tab", Text(ko="다음 탭", en="Next tab")),
        Shortcut("previous_tab", "Ctrl+Shift+Tab", Text(ko="이전 탭", en="Previous tab")),
        Shortcut("next_panel", "F6", Text(ko="다음 패널", en="Next panel")),
        Shortcut("dismiss", "Esc", Text(ko="닫기·끌기 취소", en="Close popover, cancel drag or hold"), app, True),
        Shortcut("focus_buy", "Ctrl+B", Text(ko="매수 주문으로", en="Focus buy ticket")),
        Shortcut("focus_sell", "Ctrl+D", Text(ko="매도 주문으로", en="Focus sell ticket")),
        Shortcut("primary_action", "Ctrl+Return", Text(ko="양식의 주요 동작", en="Primary action of the form")),
        Shortcut("undo", "Ctrl+Z", Text(ko="되돌리기", en="Undo")),
        Shortcut("redo", "Ctrl+Shift+Z", Text(ko="다시 하기", en="Redo")),
        Shortcut("save", "Ctrl+S", Text(ko="저장", en="Save")),
        Shortcut("move_up", "Alt+Up", Text(ko="위로 옮기기", en="Move up")),
        Shortcut("move_down", "Alt+Down", Text(ko="아래로 옮기기", en="Move down")),
        Shortcut("candle_left", "Left", Text(ko="이전 캔들", en="Previous candle"), chart, True),
        Shortcut("candle_right", "Right", Text(ko="다음 캔들", en="Next candle"), chart, True),
        Shortcut("pan_left", "Ctrl+Left", Text(ko="차트 왼쪽으로", en="Pan left"), chart),
        Shortcut("pan_right", "Ctrl+Right", Text(ko="차트 오른쪽으로", en="Pan right"), chart),
        Shortcut("zoom_in", "+", Text(ko="차트 확대", en="Zoom in"), chart, True),
        Shortcut("zoom_out", "-", Text(ko="차트 축소", en="Zoom out"), chart, True),
        Shortcut("first_candle", "Home", Text(ko="처음 캔들", en="First candle"), chart, True),
        Shortcut("last_candle", "End", Text(ko="마지막 캔들", en="Last candle"), chart, True),
        Shortcut("explain_candle", "Space", Text(ko="이 캔들 설명", en="Explain this candle"), chart, True),
    )


SHORTCUTS: tuple[Shortcut, ...] = _all()
#: taken by what has the focus (a chart, a form, a popover), whatever window it stands in
OF_WIDGETS = (
    "dismiss",
    "primary_action",
    "undo",
    "redo",
    "candle_left",
    "candle_right",
    "pan_left",
    "pan_right",
    "zoom_in",
    "zoom_out",
    "first_candle",
    "last_candle",
    "explain_candle",
)
_BY_ID = {shortcut.id: shortcut for shortcut in SHORTCUTS}


def shortcut(shortcut_id: str) -> Shortcut:
    return _BY_ID[shortcut_id]


class KeyMap:
    """The sequences in force: defaults with the user's changes. Saved as ``{id: portable text}``."""

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        """Saved changes that are no longer acceptable are left out, so that a start never fails on them."""
        self._overrides: dict[str, str] = {}
        self.dropped: tuple[str, ...] = ()
        refused: list[str] = []
        for shortcut_id, keys in (overrides or {}).items():
            try:
                self._overrides[shortcut_id] = self._acceptable(shortcut_id, keys)
            except (KeyError, ShortcutRefused):
                refused.append(shortcut_id)
        # Only now: two shortcuts that have changed places clash with nothing once both are in.
        while clashes := self.clashes():
            going = next(one for one in reversed(clashes[0]) if one.id in self._overrides)
            del self._overrides[going.id]
            refused.append(going.id)
        self.dropped = tuple(refused)

    @property
    def overrides(self) -> dict[str, str]:
        return dict(self._overrides)

    def portable(self, shortcut_id: str) -> str:
        return self._overrides.get(shortcut_id, _BY_ID[shortcut_id].default)

    def sequence(self, shortcut_id: str) -> QKeySequence:
        return QKeySequence.fromString(self.portable(shortcut_id), QKeySequence.SequenceFormat.PortableText)

    def shown(self, shortcut_id: str) -> str:
        """As the system writes it: Ctrl+K, ⌘K."""
        return self.sequence(shortcut_id).toString(QKeySequence.SequenceFormat.NativeText)

    def change(self, shortcut_id: str, keys: str) -> None:
        """Raises :class:`ShortcutRefused` with the reason, and then changes nothing."""
        portable = self._acceptable(shortcut_id, keys)
        if portable:
            self._refuse_clash(_BY_ID[shortcut_id], portable)
        self._overrides[shortcut_id] = portable

    def _acceptable(self, shortcut_id: str, keys: str) -> str:
        """The keys as portable text, whatever the others are; raises :class:`ShortcutRefused`."""
        declared = _BY_ID[shortcut_id]
        if declared.fixed:
            raise ShortcutRefused(
                Text(ko="{name}{은/는} 바꿀 수 없어요.", en="{name} cannot be changed.").format(name=declared.text)
            )
        sequence = QKeySequence.fromString(keys.strip(), QKeySequence.SequenceFormat.PortableText)
        if sequence.isEmpty():
            self._refuse_without_kill_switch(shortcut_id)
        else:
            _refuse_unsuitable(sequence)
        return sequence.toString(QKeySequence.SequenceFormat.PortableText)

    def reset(self, shortcut_id: str) -> None:
        declared = _BY_ID[shortcut_id]
        self._refuse_clash(declared, declared.default)
        self._overrides.pop(shortcut_id, None)

    def clashes(self) -> list[tuple[Shortcut, Shortcut]]:
        return [
            (one, other)
            for place, one in enumerate(SHORTCUTS)
            for other in SHORTCUTS[place + 1 :]
            if _meet(one, other) and self.portable(one.id) and self.portable(one.id) == self.portable(other.id)
        ]

    def _refuse_without_kill_switch(self, shortcut_id: str) -> None:
        if shortcut_id == KILL_SWITCH:
            raise ShortcutRefused(
                Text(ko="긴급 정지에는 단축키가 꼭 있어야 해요.", en="The kill switch needs a shortcut.")
            )

    def _refuse_clash(self, declared: Shortcut, portable: str) -> None:
        for other in SHORTCUTS:
            if other is declared or not _meet(declared, other) or self.portable(other.id) != portable:
                continue
            raise ShortcutRefused(
                Text(
                    ko="{keys}{은/는} 이미 ‘{other}’에 쓰고 있어서 ‘{name}’에 쓸 수 없어요.",
                    en="{keys} already belongs to “{other}”, so it cannot be used for “{name}”.",
                ).format(keys=portable, other=other.text, name=declared.text)
            )


def _meet(one: Shortcut, other: Shortcut) -> bool:
    """Shortcuts of two different places may be alike, except with those of the whole application."""
    return one.scope is other.scope or Scope.APPLICATION in (one.scope, other.scope)


def _refuse_unsuitable(sequence: QKeySequence) -> None:
    combination = sequence[0]
    modifiers = combination.keyboardModifiers()
    wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    is_function_key = Qt.Key.Key_F1 <= combination.key() <= Qt.Key.Key_F35
    if sequence.count() != 1 or not (modifiers & wanted or is_function_key):
        raise ShortcutRefused(
            Text(
                ko="Ctrl이나 Alt와 함께 누르는 키, 또는 F1–F12만 쓸 수 있어요.",
                en="Use a key together with Ctrl or Alt, or one of F1–F12.",
            )
        )


# A Korean input method may report a Hangul letter for the key. The key's own code tells which one it was.
_MAC_CODES = {
    letter: code
    for letter, code in zip(
        "ASDFHGZXCV_BQWERYT123465_97_80_OU_IP_LJ_K__,_NM",
        range(47),
        strict=True,
    )
    if letter != "_"
}
_EVDEV_ROWS = (("1234567890", 10), ("QWERTYUIOP", 24), ("ASDFGHJKL", 38), ("ZXCVBNM,", 52))
_X11_CODES = {letter: first + place for row, first in _EVDEV_ROWS for place, letter in enumerate(row)}


def _native_key(event: QKeyEvent, platform: str) -> str | None:
    if platform.startswith("win"):
        code = event.nativeVirtualKey()
        return chr(code) if 0x30 <= code <= 0x5A else {0xBC: ","}.get(code)
    table, code = (
        (_MAC_CODES, event.nativeVirtualKey()) if platform == "darwin" else (_X11_CODES, event.nativeScanCode())
    )
    return next((letter for letter, known in table.items() if known == code), None)


def matches(event: QKeyEvent, sequence: QKeySequence, platform: str = sys.platform) -> bool:
    """Whether a key press is this one-step sequence, also while the Korean input method is on."""
    if sequence.count() != 1:
        return False
    wanted = sequence[0]
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers != wanted.keyboardModifiers():
        return False
    if _without_shift(event.key()) == _without_shift(wanted.key()):
        return True
    if event.key() < 0x80 or Qt.Key.Key_Escape <= event.key() <= Qt.Key.Key_F35:
        return False  # a Latin letter or a function key says by itself what it is
    return _native_key(event, platform) == chr(wanted.key()) if wanted.key() < 0x80 else False


def pressed_keys(event: QKeyEvent, platform: str = sys.platform) -> str:
    """What was pressed as portable text, for choosing a new shortcut; empty for Ctrl, Shift or Alt alone."""
    key = _without_shift(event.key())
    if key in _MODIFIER_KEYS or key in (0, Qt.Key.Key_unknown):
        return ""
    if key >= 0x80 and not Qt.Key.Key_Escape <= key <= Qt.Key.Key_F35:
        native = _native_key(event, platform)
        key = ord(native) if native is not None else key
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sequence = QKeySequence(QKeyCombination(modifiers, Qt.Key(key)))
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def _without_shift(key: int) -> int:
    """With Shift the tabulator is told as another key."""
    return Qt.Key.Key_Tab if key == Qt.Key.Key_Backtab else key


_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_Hangul,
        Qt.Key.Key_Hangul_Hanja,
    }
)
