"""What placing a drawing goes through, press by press."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from upbit_auto_trading.business_logic.domain.drawing import Anchor
from upbit_auto_trading.ui.charts.drawing_tools import DrawingTool, Tool

A, B, C = Anchor(0, 10.0), Anchor(60, 20.0), Anchor(120, 5.0)
HERE, THERE = QPointF(10, 10), QPointF(80, 40)


class Desk:
    def __init__(self, tool: Tool) -> None:
        self.finished: list[tuple[Tool, tuple[Anchor, ...]]] = []
        self.tool = DrawingTool(lambda tool, points: self.finished.append((tool, points)))
        self.tool.choose(tool)


@pytest.mark.parametrize("tool", [Tool.CURSOR, Tool.CROSSHAIR])
def test_a_pointer_places_nothing(tool: Tool) -> None:
    desk = Desk(tool)
    assert not desk.tool.press(HERE, A)
    desk.tool.release(HERE, A)
    assert not desk.tool.move(B)
    assert desk.finished == []


@pytest.mark.parametrize("tool", [Tool.HORIZONTAL, Tool.TEXT, Tool.ALERT])
def test_one_point_is_placed_by_the_press(tool: Tool) -> None:
    desk = Desk(tool)
    assert desk.tool.press(HERE, A)
    assert desk.finished == [(tool, (A,))]
    desk.tool.release(HERE, A)
    assert len(desk.finished) == 1


@pytest.mark.parametrize("tool", [Tool.LINE, Tool.RAY, Tool.FIBONACCI, Tool.RULER])
def test_two_points_by_clicks_or_by_a_drag(tool: Tool) -> None:
    clicks, drag = Desk(tool), Desk(tool)
    clicks.tool.press(HERE, A)
    clicks.tool.release(HERE, A)
    assert clicks.finished == []
    assert clicks.tool.move(C)
    draft = clicks.tool.draft
    assert draft is not None
    assert draft.points == (A, C)
    clicks.tool.press(THERE, B)
    clicks.tool.release(THERE, B)
    drag.tool.press(HERE, A)
    drag.tool.move(C)
    drag.tool.release(THERE, B)
    assert clicks.finished == drag.finished == [(tool, (A, B))]


def test_a_ruler_keeps_what_it_measured_until_the_next_press() -> None:
    desk = Desk(Tool.RULER)
    desk.tool.press(HERE, A)
    desk.tool.release(THERE, B)
    desk.tool.choose(Tool.CURSOR)
    draft = desk.tool.draft
    assert draft is not None
    assert (draft.tool, draft.points) == (Tool.RULER, (A, B))
    desk.tool.press(HERE, A)
    assert desk.tool.draft is None


def test_another_tool_forgets_the_first_point() -> None:
    desk = Desk(Tool.LINE)
    desk.tool.press(HERE, A)
    desk.tool.release(HERE, A)
    desk.tool.choose(Tool.FIBONACCI)
    assert desk.tool.draft is None
    desk.tool.press(THERE, B)
    assert desk.finished == []


def test_cancel_says_whether_there_was_something() -> None:
    desk = Desk(Tool.LINE)
    assert not desk.tool.cancel()
    desk.tool.press(HERE, A)
    assert desk.tool.cancel()
    assert desk.tool.draft is None
    desk.tool.release(THERE, B)
    assert desk.finished == []
