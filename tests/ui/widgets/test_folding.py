"""Panels one above the other, folded and unfolded as a user does: by click, double click and keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.folding import Folding
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT, Panel
from upbit_auto_trading.utils.bilingual_text import Language, Text

LEFT = Qt.MouseButton.LeftButton
UPPER, LOWER = Text("호가", "Order book"), Text("최근 체결", "Trades")
SIZES = [400, 192]
GUTTER = 8


def _given(panel: Panel) -> Panel:
    return panel


class Stage:
    def __init__(self, qtbot: QtBot, later: bool = False) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(GUTTER)
        self.splitter.setChildrenCollapsible(False)
        self.panels = [self._panel(title) for title in (UPPER, LOWER)]
        self.places: list[QWidget] = []
        for panel in self.panels:
            self.places.append(Later(partial(_given, panel)) if later else panel)
        for place in self.places:
            self.splitter.addWidget(place)
        self.splitter.setSizes(SIZES)
        self.folding = Folding(self.splitter, ("book", "tape"))
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.window.resize(300, sum(SIZES) + GUTTER)
        qtbot.addWidget(self.window)

    def _panel(self, title: Text) -> Panel:
        panel = Panel(title, collapsible=True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.addWidget(QLineEdit())
        column.addStretch(1)
        panel.set_body(body)
        panel.add_tool(Button(Text("도구", "Tool"), size=ButtonSize.SMALL))
        return panel

    def show(self) -> Stage:
        with self.qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: all(panel.isVisible() for panel in self.panels))
        return self

    def button(self, at: int) -> IconButton:
        button = self.panels[at].toggle_button
        assert button is not None
        return button

    def press(self, at: int) -> None:
        self.qtbot.mouseClick(self.button(at), LEFT)

    def see(self, *heights: int) -> None:
        self.qtbot.waitUntil(lambda: self.splitter.sizes() == list(heights), timeout=2_000)

    def drag(self, by: int) -> None:
        handle = self.splitter.handle(1)
        assert handle is not None
        middle = handle.rect().center()
        self.qtbot.mousePress(handle, LEFT, pos=middle)
        self.qtbot.mouseMove(handle, middle + QPoint(0, by))
        self.qtbot.mouseRelease(handle, LEFT, pos=middle + QPoint(0, by))


@pytest.fixture(autouse=True)
def korean() -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    yield
    language_state().set_language(Language.KOREAN)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    stage = Stage(qtbot).show()
    stage.see(*SIZES)
    return stage


def test_what_is_folded_takes_its_header_and_gets_back_what_it_had(stage: Stage) -> None:
    stage.press(1)
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    stage.press(1)
    stage.see(*SIZES)
    stage.press(0)
    stage.see(FOLDED_HEIGHT, sum(SIZES) - FOLDED_HEIGHT)
    stage.press(0)
    stage.see(*SIZES)


def test_folding_the_last_one_unfolds_its_neighbour(stage: Stage) -> None:
    stage.press(0)
    stage.press(1)
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    assert stage.folding.folded == ["tape"]
    stage.press(0)
    stage.see(FOLDED_HEIGHT, sum(SIZES) - FOLDED_HEIGHT)
    stage.press(0)
    stage.see(*SIZES)


def test_a_double_click_on_the_header_folds_too(stage: Stage) -> None:
    spot = QPoint(150, 18)
    for heights in ((FOLDED_HEIGHT, sum(SIZES) - FOLDED_HEIGHT), SIZES):
        stage.qtbot.mouseDClick(stage.panels[0].header, LEFT, pos=spot)
        stage.see(*heights)


def test_the_button_is_reached_by_tab_and_says_what_it_does(stage: Stage) -> None:
    field = stage.panels[0].findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    for _step in range(10):
        if QApplication.focusWidget() is stage.button(1):
            break
        stage.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is stage.button(1)
    assert stage.button(1).accessibleName() == stage.button(1).toolTip() == "최근 체결 접기"
    stage.qtbot.keyClick(stage.button(1), Qt.Key.Key_Space)
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    assert stage.button(1).accessibleName() == "최근 체결 펼치기"
    assert QApplication.focusWidget() is stage.button(1)
    language_state().set_language(Language.ENGLISH)
    assert stage.button(1).accessibleName() == "Expand trades"
    assert stage.button(0).accessibleName() == "Collapse order book"
    stage.qtbot.keyClick(stage.button(1), Qt.Key.Key_Space)
    stage.see(*SIZES)


def test_focus_within_stays_with_the_panel(stage: Stage) -> None:
    field = stage.panels[0].findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    stage.qtbot.mouseDClick(stage.panels[0].header, LEFT, pos=QPoint(150, 18))
    assert QApplication.focusWidget() is stage.button(0)


def test_tools_work_on_what_is_seen(stage: Stage) -> None:
    tool = next(one for one in stage.panels[0].findChildren(Button) if one.shown_text() == "도구")
    stage.press(0)
    assert not tool.isVisible()
    stage.press(0)
    assert tool.isVisible()


def test_the_line_stands_still_beside_what_is_folded(stage: Stage) -> None:
    handle = stage.splitter.handle(1)
    assert handle is not None
    stage.press(1)
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    assert not handle.isEnabled()
    assert handle.cursor().shape() is Qt.CursorShape.ArrowCursor
    stage.drag(-60)
    stage.press(1)
    stage.see(*SIZES)
    assert handle.cursor().shape() is Qt.CursorShape.SplitVCursor
    stage.drag(-60)
    stage.see(SIZES[0] - 60, SIZES[1] + 60)


def test_another_window_height_goes_to_what_is_unfolded(stage: Stage) -> None:
    stage.press(1)
    stage.window.resize(300, 2 * sum(SIZES) + GUTTER)
    stage.see(2 * sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    stage.press(1)
    stage.see(2 * SIZES[0], 2 * SIZES[1])


def test_a_panel_has_its_least_height_again(stage: Stage) -> None:
    stage.panels[1].setMinimumHeight(150)
    stage.press(1)
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    stage.press(1)
    stage.see(*SIZES)
    assert stage.panels[1].minimumHeight() == 150


@pytest.mark.parametrize("later", [False, True])
def test_it_comes_back_folded_and_unfolds_to_what_it_had(qtbot: QtBot, later: bool) -> None:
    stage = Stage(qtbot, later)
    stage.folding.restore(["tape"], SIZES)
    stage.show()
    stage.see(sum(SIZES) - FOLDED_HEIGHT, FOLDED_HEIGHT)
    assert (stage.folding.folded, stage.folding.sizes) == (["tape"], SIZES)
    with qtbot.waitSignal(stage.folding.changed):
        stage.press(1)
    stage.see(*SIZES)
    assert (stage.folding.folded, stage.folding.sizes) == ([], SIZES)


@pytest.mark.parametrize("kept", [None, "tape", 3, {"tape": 1}, ["book", "tape"], ["nothing of ours", None]])
def test_what_cannot_have_been_kept_folds_nothing(qtbot: QtBot, kept: Any) -> None:
    stage = Stage(qtbot)
    stage.folding.restore(kept, SIZES)
    stage.show()
    stage.see(*SIZES)
    assert stage.folding.folded == []
