"""A hold acts only when it was held to its end, with mouse or keyboard; everything else aborts it."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QColor, QKeyEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import Motion, ThemeName
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.utils.bilingual_text import Language, Text

SHORT_MS = 250
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def button(qtbot: QtBot) -> HoldButton:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    hold = HoldButton(Text(ko="모두 팔기", en="Sell all"), SHORT_MS)
    other = QLineEdit()
    other.setObjectName("other")
    column.addWidget(hold)
    column.addWidget(other)
    window.show()
    window.activateWindow()
    hold.setFocus()
    qtbot.waitUntil(hold.hasFocus)
    hold.window_kept = window  # type: ignore[attr-defined]
    return hold


class Counter:
    def __init__(self, button: HoldButton) -> None:
        self.completed = 0
        self.aborted = 0
        button.completed.connect(self._complete)
        button.aborted.connect(self._abort)

    def _complete(self) -> None:
        self.completed += 1

    def _abort(self) -> None:
        self.aborted += 1


def test_held_to_the_end_it_acts_once(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    with qtbot.waitSignal(button.completed):
        qtbot.mousePress(button, LEFT)
    qtbot.mouseRelease(button, LEFT)
    assert (counter.completed, counter.aborted) == (1, 0)
    assert not button.is_holding


def test_a_click_does_nothing(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    clicks: list[bool] = []
    button.clicked.connect(clicks.append)
    qtbot.mouseClick(button, LEFT)
    qtbot.mouseDClick(button, LEFT)
    assert counter.completed == 0
    assert counter.aborted >= 1
    assert clicks == []


def test_letting_go_early_aborts(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    qtbot.mousePress(button, LEFT)
    qtbot.waitUntil(lambda: button.fraction > 0.2)
    qtbot.mouseRelease(button, LEFT)
    assert (counter.completed, counter.aborted) == (0, 1)
    assert button.fraction == 0


def test_sliding_off_aborts(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    qtbot.mousePress(button, LEFT)
    qtbot.mouseMove(button, QPoint(5, button.height() + 30))
    qtbot.waitUntil(lambda: counter.aborted == 1)
    assert not button.is_holding


def test_escape_aborts(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    qtbot.mousePress(button, LEFT)
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert (counter.completed, counter.aborted) == (0, 1)


def test_losing_the_focus_aborts(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    qtbot.keyPress(button, Qt.Key.Key_Space)
    assert button.is_holding
    other = button.window().findChild(QLineEdit, "other")  # type: ignore[union-attr]
    assert other is not None
    other.setFocus()
    qtbot.waitUntil(lambda: counter.aborted == 1)


def test_hiding_aborts(qtbot: QtBot, button: HoldButton) -> None:
    counter = Counter(button)
    qtbot.mousePress(button, LEFT)
    button.hide()
    assert counter.aborted == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_held_key_works_and_its_repeats_do_not_count(qtbot: QtBot, button: HoldButton, key: Qt.Key) -> None:
    counter = Counter(button)
    none = Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(button.completed):
        qtbot.keyPress(button, key)
        for _ in range(5):  # as a keyboard repeats: released and pressed, both marked
            QApplication.sendEvent(button, QKeyEvent(QEvent.Type.KeyRelease, key, none, " ", True))
            QApplication.sendEvent(button, QKeyEvent(QEvent.Type.KeyPress, key, none, " ", True))
        assert button.is_holding
    for _ in range(3):  # still held after the end: nothing begins again
        QApplication.sendEvent(button, QKeyEvent(QEvent.Type.KeyPress, key, none, " ", True))
    assert not button.is_holding
    qtbot.keyRelease(button, key)
    assert (counter.completed, counter.aborted) == (1, 0)


def test_another_key_does_not_end_the_hold(qtbot: QtBot, button: HoldButton) -> None:
    qtbot.keyPress(button, Qt.Key.Key_Space)
    qtbot.keyRelease(button, Qt.Key.Key_Return)
    assert button.is_holding
    qtbot.keyRelease(button, Qt.Key.Key_Space)
    assert not button.is_holding


class HangingClock:
    """A minute has gone by since the last tick."""

    def restart(self) -> int:
        return 60_000


def test_a_window_that_hangs_does_not_count_as_holding(
    qtbot: QtBot, button: HoldButton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed and let go while the window hung: the release must win."""
    counter = Counter(button)
    qtbot.mousePress(button, LEFT)
    monkeypatch.setattr(button, "_clock", HangingClock())
    button._tick()
    assert counter.completed == 0
    qtbot.mouseRelease(button, LEFT)
    assert (counter.completed, counter.aborted) == (0, 1)


def test_the_label_counts_down_and_the_width_stays(qtbot: QtBot, button: HoldButton) -> None:
    before = button.sizeHint()
    qtbot.mousePress(button, LEFT)
    assert button.shown_text().startswith("누르고 있는 중")
    assert button.shown_text().endswith("초")
    assert button.sizeHint() == before
    language_state().set_language(Language.ENGLISH)
    assert button.shown_text().startswith("Keep holding")
    qtbot.mouseRelease(button, LEFT)
    assert button.shown_text() == "Sell all"


def test_the_fill_runs_from_left_to_right(qtbot: QtBot, button: HoldButton, theme: Theme) -> None:
    button.setMinimumWidth(300)
    qtbot.waitUntil(lambda: button.width() >= 300)
    middle = button.height() // 2 + 9
    qtbot.mousePress(button, LEFT)
    button._held_ms = SHORT_MS * 0.5
    image = button.grab().toImage()
    empty = QColor(theme.palette.bg0)
    assert image.pixelColor(20, middle) != empty
    assert image.pixelColor(140, middle) != empty
    assert image.pixelColor(280, middle) == empty
    qtbot.mouseRelease(button, LEFT)


def test_without_motion_only_the_words_count(qtbot: QtBot, button: HoldButton, theme: Theme) -> None:
    theme.apply(ThemeName.DARK, motion=False)
    qtbot.mousePress(button, LEFT)
    button._held_ms = SHORT_MS * 0.5
    middle = button.height() // 2 + 9
    image = button.grab().toImage()
    assert image.pixelColor(20, middle) == image.pixelColor(button.width() - 20, middle)
    with qtbot.waitSignal(button.completed):
        pass
    qtbot.mouseRelease(button, LEFT)


def test_a_disabled_one_cannot_be_held(qtbot: QtBot, button: HoldButton) -> None:
    button.set_disabled_reason(Text(ko="연결되면 쓸 수 있어요.", en="Available once connected."))
    qtbot.mousePress(button, LEFT)
    assert not button.is_holding
    assert button.toolTip() == "연결되면 쓸 수 있어요."


def test_the_usual_times() -> None:
    assert (Motion.HOLD_MS, Motion.HOLD_SELL_MS) == (1000, 3000)
