"""Typing is the confirmation: nothing that pastes may stand in for it."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt
from PyQt6.QtGui import QDropEvent, QGuiApplication, QInputMethodEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.widgets.type_to_confirm import TypeToConfirm
from upbit_auto_trading.utils.bilingual_text import Language, Text

WORD = Text(ko="실전 시작", en="start live")


@pytest.fixture
def confirm(qtbot: QtBot) -> TypeToConfirm:
    widget = TypeToConfirm(WORD)
    qtbot.addWidget(widget)
    widget.show()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText("실전 시작")
    return widget


def compose(confirm: TypeToConfirm, committed: str, composing: str = "") -> None:
    """What a Korean input method sends."""
    event = QInputMethodEvent(composing, [])
    event.setCommitString(committed)
    QApplication.sendEvent(confirm.field, event)


def test_the_word_is_shown_in_both_languages(confirm: TypeToConfirm) -> None:
    assert confirm.note.label.text() == "계속하려면 ‘실전 시작’을 입력하세요."
    language_state().set_language(Language.ENGLISH)
    assert confirm.note.label.text() == "Type “start live” to continue."


def test_typing_it_matches_and_enter_confirms(qtbot: QtBot, confirm: TypeToConfirm) -> None:
    language_state().set_language(Language.ENGLISH)
    with qtbot.waitSignal(confirm.matched):
        qtbot.keyClicks(confirm.field, "Start Live ")
    assert confirm.is_matched
    with qtbot.waitSignal(confirm.confirmed):
        qtbot.keyClick(confirm.field, Qt.Key.Key_Return)


def test_enter_before_that_does_nothing(qtbot: QtBot, confirm: TypeToConfirm) -> None:
    language_state().set_language(Language.ENGLISH)
    qtbot.keyClicks(confirm.field, "start")
    with qtbot.assertNotEmitted(confirm.confirmed):
        qtbot.keyClick(confirm.field, Qt.Key.Key_Return)


def test_syllables_being_composed_do_not_count(qtbot: QtBot, confirm: TypeToConfirm) -> None:
    compose(confirm, "실전 시")
    compose(confirm, "", "작")
    assert not confirm.is_matched
    with qtbot.waitSignal(confirm.matched) as signal:
        compose(confirm, "작")
    assert signal.args == [True]
    assert confirm.field.text() == "실전 시작"


def test_composing_on_takes_the_match_away(confirm: TypeToConfirm) -> None:
    compose(confirm, "실전 시작")
    assert confirm.is_matched
    compose(confirm, "", "ㅇ")
    assert not confirm.is_matched


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_pasting_by_key_is_refused(
    qtbot: QtBot, confirm: TypeToConfirm, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    qtbot.keyClick(confirm.field, key, modifier)
    assert confirm.field.text() == ""
    assert "붙여 넣을 수 없어요" in confirm.note.label.text()
    assert confirm.box.has_fault
    compose(confirm, "실")
    assert not confirm.box.has_fault


def test_pasting_by_mouse_menu_and_drop_is_refused(qtbot: QtBot, confirm: TypeToConfirm) -> None:
    qtbot.mouseClick(confirm.field, Qt.MouseButton.MiddleButton)
    data = QMimeData()
    data.setText("실전 시작")
    drop = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(confirm.field, drop)
    assert confirm.field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    assert not confirm.field.acceptDrops()
    assert confirm.field.text() == ""


def test_the_slot_that_qt_itself_pastes_through_is_closed(confirm: TypeToConfirm) -> None:
    confirm.field.paste()
    assert confirm.field.text() == ""
