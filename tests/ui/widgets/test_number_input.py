"""A number field takes what traders type, keeps it exact and explains what it refuses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QInputMethodEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.utils.bilingual_text import Language, Text

WON = Text(ko="원", en="KRW")


@pytest.fixture
def field(qtbot: QtBot) -> NumberInput:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    number = NumberInput(WON, step=Decimal(1000), minimum=Decimal(5000), maximum=Decimal(10**9), name="가격")
    column.addWidget(number)
    other = QLineEdit()
    other.setObjectName("other")
    column.addWidget(other)
    window.show()
    window.activateWindow()
    number.field.setFocus()
    qtbot.waitUntil(number.field.hasFocus)
    number.window_kept = window  # type: ignore[attr-defined]
    return number


def fill(qtbot: QtBot, field: NumberInput, text: str) -> None:
    """Hangul comes from an input method, as it does for the user."""
    field.field.selectAll()
    for sign in text:
        if sign.isascii():
            qtbot.keyClicks(field.field, sign)
        else:
            event = QInputMethodEvent()
            event.setCommitString(sign)
            QApplication.sendEvent(field.field, event)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("500만", 5_000_000), ("1.2억", 120_000_000), ("1,000,000원", 1_000_000), ("143285000", 143_285_000)],
)
def test_enter_takes_what_was_typed(qtbot: QtBot, field: NumberInput, typed: str, value: int) -> None:
    fill(qtbot, field, typed)
    with qtbot.waitSignal(field.committed) as signal:
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert signal.args == [Decimal(value)]
    assert field.value == Decimal(value)
    assert field.field.text() == f"{value:,}"


def test_leaving_takes_it_too_and_only_once(qtbot: QtBot, field: NumberInput) -> None:
    taken: list[object] = []
    field.committed.connect(taken.append)
    fill(qtbot, field, "7000")
    other = field.window().findChild(QLineEdit, "other")  # type: ignore[union-attr]
    assert other is not None
    other.setFocus()
    qtbot.waitUntil(lambda: taken == [Decimal(7000)])
    field.field.setFocus()
    other.setFocus()
    assert taken == [Decimal(7000)]


def test_pasting_an_amount(qtbot: QtBot, field: NumberInput) -> None:
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText("1,000,000원")
    field.field.selectAll()
    qtbot.keyClick(field.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.commit()
    assert field.value == Decimal(1_000_000)


def test_separators_appear_while_typing(qtbot: QtBot, field: NumberInput) -> None:
    qtbot.keyClicks(field.field, "1234567")
    assert field.field.text() == "1,234,567"
    assert field.field.cursorPosition() == 9
    qtbot.keyClick(field.field, Qt.Key.Key_Backspace)
    assert field.field.text() == "123,456"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("4200", "5,000원 이상이어야 해요"), ("20억", "1,000,000,000원 이하여야 해요"), ("만원", "숫자로 넣어 주세요")],
)
def test_a_wrong_value_stays_as_typed_and_is_explained(
    qtbot: QtBot, field: NumberInput, typed: str, sentence: str
) -> None:
    field.set_value(9000)
    fill(qtbot, field, typed)
    shown = field.field.text()
    with qtbot.assertNotEmitted(field.committed):
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert sentence in field.note.label.text()
    assert field.field.text() == shown
    assert field.field.accessibleDescription() == field.note.label.text()
    assert field.box.has_fault
    assert field.value == Decimal(9000)


def test_the_error_goes_once_it_is_right(qtbot: QtBot, field: NumberInput) -> None:
    fill(qtbot, field, "42")
    field.commit()
    assert field.has_error
    qtbot.keyClicks(field.field, "00000")
    assert not field.has_error


def test_an_error_changes_language(qtbot: QtBot, field: NumberInput) -> None:
    fill(qtbot, field, "42")
    field.commit()
    language_state().set_language(Language.ENGLISH)
    assert field.note.label.text() == "Use 5,000\N{NO-BREAK SPACE}KRW or more"
    assert field.unit.text() == "KRW"


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 11_000),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 9_000),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 20_000),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 5_000),  # the bound
    ],
)
def test_arrows_go_by_tick(
    qtbot: QtBot, field: NumberInput, key: Qt.Key, modifier: Qt.KeyboardModifier, value: int
) -> None:
    field.set_value(10_000)
    qtbot.keyClick(field.field, key, modifier)
    assert field.value == Decimal(value)


def test_the_stepper_by_mouse(qtbot: QtBot, field: NumberInput) -> None:
    field.set_value(10_400)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(field.stepper, left, pos=QPoint(10, 5))
    assert field.value == Decimal(11_000)  # off the grid: to the next tick
    qtbot.mouseClick(field.stepper, left, Qt.KeyboardModifier.ShiftModifier, QPoint(10, field.stepper.height() - 5))
    assert field.value == Decimal(5_000)


def turn_wheel(field: NumberInput, up: bool) -> None:
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(field.field.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120 if up else -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field.field, event)


def test_the_wheel_only_with_the_focus(qtbot: QtBot, field: NumberInput) -> None:
    field.set_value(10_000)
    turn_wheel(field, up=True)
    assert field.value == Decimal(11_000)
    other = field.window().findChild(QLineEdit, "other")  # type: ignore[union-attr]
    assert other is not None
    other.setFocus()
    turn_wheel(field, up=True)
    assert field.value == Decimal(11_000)


def test_state_does_not_write_over_what_is_being_typed(qtbot: QtBot, field: NumberInput) -> None:
    fill(qtbot, field, "77")
    field.set_value(10_000)
    assert field.field.text() == "77"


def test_an_empty_field_is_none(qtbot: QtBot, field: NumberInput) -> None:
    field.set_value(10_000)
    field.field.selectAll()
    qtbot.keyClick(field.field, Qt.Key.Key_Delete)
    with qtbot.waitSignal(field.committed) as signal:
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert signal.args == [None]


def test_a_required_field_says_so(qtbot: QtBot) -> None:
    number = NumberInput("%", required=True)
    qtbot.addWidget(number)
    number.set_value(3)
    number.field.selectAll()
    qtbot.keyClick(number.field, Qt.Key.Key_Delete)
    assert not number.commit()
    assert number.note.label.text() == "값이 필요해요"


def test_a_check_of_the_screen_can_refuse(qtbot: QtBot) -> None:
    sentence = Text(ko="짝수만 돼요", en="Even numbers only")
    number = NumberInput(check=lambda value: sentence if value % 2 else None)
    qtbot.addWidget(number)
    qtbot.keyClicks(number.field, "3")
    assert not number.commit()
    assert number.note.label.text() == "짝수만 돼요"


def test_decimals_of_the_tick_are_shown(qtbot: QtBot) -> None:
    number = NumberInput("BTC", step=Decimal("0.0001"))
    qtbot.addWidget(number)
    number.set_value(Decimal("0.5"))
    assert number.field.text() == "0.5000"
    assert number.note.label.text() == "한 칸 0.0001\N{NO-BREAK SPACE}BTC"
