"""The kill switch: never in the way, one click away, and it says where it stands."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.tokens import Motion
from upbit_auto_trading.ui.gallery_samples import LEVELS, LEVELS_NOTE
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.kill_menu import Restart
from upbit_auto_trading.ui.widgets.kill_switch import KillState, KillSwitch
from upbit_auto_trading.utils.bilingual_text import Language

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def switch(qtbot: QtBot) -> KillSwitch:
    widget = KillSwitch()
    qtbot.addWidget(widget)
    widget.set_levels(LEVELS, LEVELS_NOTE)
    widget.show()
    return widget


def test_a_click_opens_the_menu_with_level_one_under_the_pointer(
    qtbot: QtBot, switch: KillSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch.move(300, 200)
    pointer = switch.mapToGlobal(QPoint(20, 10))
    monkeypatch.setattr(QCursor, "pos", lambda: pointer)
    qtbot.mouseClick(switch, LEFT, pos=QPoint(20, 10))
    menu = switch.menu
    assert menu.isVisible()
    row = menu.rows[0]
    assert QRect(row.mapToGlobal(QPoint(0, 0)), row.size()).contains(pointer)
    assert row.level.id == "stop"
    with qtbot.waitSignal(switch.triggered) as signal:  # the second half of a double click
        qtbot.mousePress(row, LEFT, pos=row.mapFromGlobal(pointer))
    assert signal.args == ["stop"]
    assert not menu.isVisible()
    assert switch.state is KillState.STOPPING


def test_at_the_upper_edge_the_header_moves_below(qtbot: QtBot, switch: KillSwitch) -> None:
    pointer = QPoint(400, 20)
    switch.open_menu(pointer)
    row = switch.menu.rows[0]
    assert QRect(row.mapToGlobal(QPoint(0, 0)), row.size()).contains(pointer)
    assert switch.menu._header.y() > row.y()
    switch.menu.close()


def test_at_the_right_edge_the_row_is_still_under_the_pointer(qtbot: QtBot, switch: KillSwitch) -> None:
    screen = switch.screen()
    assert screen is not None
    pointer = screen.availableGeometry().topRight() + QPoint(-12, 60)
    switch.open_menu(pointer)
    row = switch.menu.rows[0]
    assert QRect(row.mapToGlobal(QPoint(0, 0)), row.size()).contains(pointer)
    assert switch.menu.geometry().right() <= screen.availableGeometry().right()
    switch.menu.close()


def test_the_other_levels_must_be_held(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.open_menu(QPoint(400, 300))
    first, *others = switch.menu.rows
    assert isinstance(first.button, Button)
    assert [type(row.button) for row in others] == [HoldButton, HoldButton]
    assert [row.level.hold_ms for row in others] == [Motion.HOLD_MS, Motion.HOLD_SELL_MS]
    with qtbot.assertNotEmitted(switch.triggered):
        qtbot.mouseClick(others[0], LEFT, pos=QPoint(10, 10))
        qtbot.mouseClick(others[0].button, LEFT)
    with qtbot.waitSignal(switch.triggered) as signal:
        qtbot.mousePress(others[0].button, LEFT)
    assert signal.args == ["cancel"]


def test_the_keyboard_reaches_every_level(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.open_menu(QPoint(400, 300))
    rows = switch.menu.rows
    qtbot.waitUntil(rows[0].button.hasFocus)
    qtbot.keyClick(rows[0].button, Qt.Key.Key_Down)
    qtbot.waitUntil(rows[1].button.hasFocus)
    qtbot.keyClick(rows[1].button, Qt.Key.Key_Up)
    qtbot.waitUntil(rows[0].button.hasFocus)
    with qtbot.waitSignal(switch.triggered):
        qtbot.keyClick(rows[0].button, Qt.Key.Key_Return)
    switch.open_menu(QPoint(400, 300))
    qtbot.keyClick(switch.menu, Qt.Key.Key_Escape)
    assert not switch.menu.isVisible()


def test_the_hot_key_stops_at_once_and_opens_the_menu(qtbot: QtBot, switch: KillSwitch) -> None:
    with qtbot.waitSignal(switch.triggered) as signal:
        switch.trigger_first_level()
    assert signal.args == ["stop"]
    assert switch.menu.isVisible()
    assert switch.shown_text() == "멈추는 중…"
    switch.menu.close()


def test_it_says_when_the_engine_does_not_answer(qtbot: QtBot, switch: KillSwitch) -> None:
    switch._timer.setInterval(20)
    with qtbot.waitSignal(switch.no_answer):
        switch.set_stopping()
    assert (switch.state, switch.shown_text()) == (KillState.NO_ANSWER, "엔진 응답 없음")
    assert Motion.NO_ANSWER_AFTER_MS == 2000
    switch.set_stopped("14:03:28")
    assert switch.shown_text() == "진입 멈춤 14:03:28"


def test_an_answer_in_time_stops_the_clock(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.set_stopping()
    switch.set_stopped("14:03:28")
    assert not switch._timer.isActive()
    language_state().set_language(Language.ENGLISH)
    assert switch.shown_text() == "Entries off 14:03:28"
    switch.set_ready()
    assert switch.shown_text() == "Kill switch"


def test_what_is_stopped_already_is_told_and_not_offered(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.set_stopped("14:03:28")
    switch.open_menu(QPoint(400, 300))
    first, *others = switch.menu.rows
    assert first.is_done
    assert not first.button.isVisible()
    assert first.mark.label.text() == "14:03:28부터"
    assert [row.is_done for row in others] == [False, False]
    with qtbot.assertNotEmitted(switch.triggered), qtbot.assertNotEmitted(switch.restart_asked):
        qtbot.mousePress(first, LEFT, pos=QPoint(10, 10))  # the second half of a double click
        qtbot.keyClick(switch.menu, Qt.Key.Key_Return)  # nothing is chosen before an arrow chose it
    assert switch.menu.isVisible()
    switch.menu.close()


def test_the_way_back_is_reached_by_arrows(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.set_levels(LEVELS[:1])
    switch.set_stopped("14:03:28")
    switch.open_menu(QPoint(400, 300))
    qtbot.keyClick(switch.menu, Qt.Key.Key_Down)
    back = switch.menu.focusWidget()
    assert isinstance(back, Button)
    with qtbot.waitSignal(switch.restart_asked):
        qtbot.keyClick(back, Qt.Key.Key_Return)


def test_an_answer_changes_the_open_menu_without_touching_a_hold(qtbot: QtBot, switch: KillSwitch) -> None:
    """The hot-key opens the menu before the engine has answered; the hand may be on the next level by then."""
    switch.trigger_first_level()
    first, second, _third = switch.menu.rows
    qtbot.waitUntil(first.button.hasFocus)
    place = second.mapToGlobal(QPoint(0, 0))
    with qtbot.waitSignal(switch.triggered) as signal:
        qtbot.mousePress(second.button, LEFT)
        switch.set_stopped("14:03:28", Restart.HOLD)
        assert first.is_done
        assert isinstance(second.button, HoldButton)
        assert second.button.is_holding
        assert second.mapToGlobal(QPoint(0, 0)) == place
        assert switch.menu.findChildren(HoldButton)[-1].isVisible()
    assert signal.args == ["cancel"]


def test_enter_out_of_fright_does_not_resume(qtbot: QtBot, switch: KillSwitch) -> None:
    switch.trigger_first_level()
    qtbot.waitUntil(switch.menu.rows[0].button.hasFocus)
    switch.set_stopped("14:03:28")
    with qtbot.assertNotEmitted(switch.restart_asked), qtbot.assertNotEmitted(switch.triggered):
        qtbot.keyClick(QApplication.focusWidget() or switch.menu, Qt.Key.Key_Return)
    switch.menu.close()


@pytest.mark.parametrize(
    ("restart", "kind"), [(Restart.AT_ONCE, Button), (Restart.HOLD, HoldButton), (Restart.ARM_AGAIN, Button)]
)
def test_the_way_back(qtbot: QtBot, switch: KillSwitch, restart: Restart, kind: type[QWidget]) -> None:
    switch.set_stopped("14:03:28", restart)
    switch.open_menu(QPoint(400, 300))
    assert switch.menu._restart is not None
    button = switch.menu._restart.findChild(kind)
    assert button is not None
    with qtbot.waitSignal(switch.restart_asked):
        qtbot.mousePress(button, LEFT)
        if kind is Button:
            qtbot.mouseRelease(button, LEFT)
    switch.set_ready()
    switch.open_menu(QPoint(400, 300))
    assert switch.menu._restart is None
    switch.menu.close()


def test_it_always_reads_in_full(switch: KillSwitch) -> None:
    for language in Language:
        language_state().set_language(language)
        for change in (switch.set_ready, switch.set_stopping, lambda: switch.set_stopped("14:03:28")):
            change()
            assert switch.minimumSizeHint().width() >= switch.sizeHint().width()
            assert switch.accessibleName() == switch.shown_text()
