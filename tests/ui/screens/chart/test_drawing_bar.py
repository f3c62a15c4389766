"""The column of tools left of a chart: chosen by pointer and keys, in little room too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.charts.drawn_chart import DrawnChart
from tests.ui.stopping import stop_operations
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.tokens import Height
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.screens.chart.drawing_bar import WIDTH, DrawingBar
from upbit_auto_trading.utils.bilingual_text import Language

A, B = (200.0, 120.0), (500.0, 220.0)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def chart(qtbot: QtBot) -> Iterator[DrawnChart]:
    clock = FakeClock()
    stores = RuntimeStores(clock)
    operations = Operations(stores.open, clock)
    operations.start()
    yield DrawnChart(qtbot, operations, stores, clock)
    stop_operations(operations)


@pytest.fixture
def bar(chart: DrawnChart, qtbot: QtBot) -> DrawingBar:
    bar = DrawingBar(chart.drawings)
    qtbot.addWidget(bar)
    bar.follow(chart.chart)
    bar.resize(WIDTH, 500)
    bar.show()
    return bar


def open_menu(bar: DrawingBar) -> dict[str, QAction]:
    menu = next(menu for menu in bar.findChildren(QMenu) if menu.isVisible())
    return {action.text(): action for action in menu.actions()}


def test_a_click_chooses_a_tool_and_a_second_one_puts_it_away(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    line = bar.tools[Tool.LINE]
    qtbot.mouseClick(line, LEFT)
    assert chart.drawings.tool is Tool.LINE
    assert [tool for tool, button in bar.tools.items() if button.isChecked()] == [Tool.LINE]
    qtbot.mouseClick(line, LEFT)
    assert [tool for tool, button in bar.tools.items() if button.isChecked()] == [Tool.CURSOR]


def test_the_tool_goes_back_when_something_was_drawn(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.tools[Tool.HORIZONTAL], LEFT)
    chart.click(*A)
    assert bar.tools[Tool.CURSOR].isChecked()
    assert len(chart.shown) == 1


def test_keys_go_from_tool_to_tool_and_choose(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    bar.activateWindow()
    bar.tools[Tool.CURSOR].setFocus()
    qtbot.waitUntil(bar.tools[Tool.CURSOR].hasFocus)
    for _ in range(2):
        qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Down)
    assert bar.focusWidget() is bar.tools[Tool.LINE]
    qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Return)
    assert chart.drawings.state.tool is Tool.LINE


def test_every_button_says_what_it_is_in_both_languages(bar: DrawingBar) -> None:
    buttons = (*bar.tools.values(), bar.colour, bar.eye, bar.bin, bar.alerts)
    korean = [(button.accessibleName(), button.toolTip()) for button in buttons]
    language_state().set_language(Language.ENGLISH)
    english = [(button.accessibleName(), button.toolTip()) for button in buttons]
    assert len({name for name, _ in korean}) == len({name for name, _ in english}) == len(buttons)
    assert all(tip for _, tip in korean)
    assert all(name.isascii() and one != other for (name, one), (_, other) in zip(english, korean, strict=True))
    assert english[0] == ("Select", "Select · Tab walks through the drawings")


def test_the_colour_is_that_of_the_next_drawing(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.colour, LEFT)
    open_menu(bar)["색 3"].trigger()
    assert bar.colour.accessibleName() == "다음 그림의 색: 색 3"
    assert chart.draw(Tool.LINE, A, B).look.colour == 2


def test_the_eye_hides_and_shows_all(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    drawing = chart.draw(Tool.LINE, A, B)
    qtbot.mouseClick(bar.eye, LEFT)
    assert chart.shown == ()
    assert (bar.eye.isChecked(), bar.eye.accessibleName()) == (True, "그림 모두 보이기")
    qtbot.mouseClick(bar.eye, LEFT)
    assert chart.only == drawing


def test_what_one_draws_while_all_are_hidden_is_seen(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.eye, LEFT)
    chart.draw(Tool.HORIZONTAL, A)
    assert len(chart.shown) == 1
    assert not bar.eye.isChecked()


def test_the_bin_deletes_the_chosen_one_or_all_but_what_is_locked(
    bar: DrawingBar, chart: DrawnChart, qtbot: QtBot
) -> None:
    qtbot.mouseClick(bar.bin, LEFT)
    assert [entry.isEnabled() for entry in open_menu(bar).values()] == [False, False]
    for menu in bar.findChildren(QMenu):
        menu.close()
    locked = chart.draw(Tool.LINE, A, B)
    chart.drawings.restyle((locked,), lambda look: replace(look, is_locked=True))
    for y in (60, 80, 100):
        chart.clock.advance(1)
        chart.draw(Tool.HORIZONTAL, (300, y))
    qtbot.mouseClick(bar.bin, LEFT)
    open_menu(bar)["고른 그림 지우기"].trigger()
    for menu in bar.findChildren(QMenu):
        menu.close()
    assert len(chart.shown) == 3
    qtbot.mouseClick(bar.bin, LEFT)
    open_menu(bar)["이 종목의 그림 2개 모두 지우기"].trigger()
    assert [one.id for one in chart.shown] == [locked.id]
    chart.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(chart.shown) == 3


@pytest.mark.parametrize("height", [130, 250, 380, 430, 700])
def test_in_little_room_nothing_is_out_of_reach(bar: DrawingBar, chart: DrawnChart, qtbot: QtBot, height: int) -> None:
    bar.resize(WIDTH, height)
    buttons = (*bar.tools.values(), bar.colour, bar.eye, bar.bin, bar.alerts)
    seen = [button for button in buttons if button.isVisible()]
    assert all(bar.rect().contains(button.geometry()) for button in seen)
    assert all(button.height() >= Height.CLICK_TARGET for button in seen)
    assert bar.tools[Tool.CURSOR] in seen
    away = [button for button in buttons if not button.isVisible()]
    assert bar.more.isVisible() is bool(away)
    assert bool(away) is (height < 380), "closer together they find room"
    if away:
        qtbot.mouseClick(bar.more, LEFT)
        assert set(open_menu(bar)) == {button.accessibleName() for button in away}
    if height == 250:
        open_menu(bar)["반직선"].trigger()
        assert chart.drawings.tool is Tool.RAY
