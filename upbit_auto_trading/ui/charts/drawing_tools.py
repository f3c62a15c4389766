"""The tools of a chart and what placing a drawing goes through, press by press. Knows no widget and paints nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import hypot

from PyQt6.QtCore import QPointF

from upbit_auto_trading.business_logic.domain.drawing import Anchor, DrawingKind

#: what is let go nearer to the first point than this was a click: the second point comes with the next one
_CLICK = 4.0


class Tool(Enum):
    CURSOR = "cursor"
    CROSSHAIR = "crosshair"
    LINE = "line"
    RAY = "ray"
    HORIZONTAL = "horizontal"
    FIBONACCI = "fibonacci"
    TEXT = "text"
    RULER = "ruler"
    ALERT = "alert"

    @property
    def kind(self) -> DrawingKind | None:
        """What it draws; None: nothing that is kept."""
        return _KINDS.get(self)

    @property
    def is_placing(self) -> bool:
        """A press on the chart is its own, wherever it falls."""
        return self not in (Tool.CURSOR, Tool.CROSSHAIR)

    @property
    def point_count(self) -> int:
        kind = self.kind
        return kind.point_count if kind is not None else 2 if self is Tool.RULER else 1


_KINDS = {
    Tool.LINE: DrawingKind.LINE,
    Tool.RAY: DrawingKind.LINE,
    Tool.HORIZONTAL: DrawingKind.HORIZONTAL,
    Tool.FIBONACCI: DrawingKind.FIBONACCI,
    Tool.TEXT: DrawingKind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being placed: all of its points, the last of them still at the pointer."""

    tool: Tool
    points: tuple[Anchor, ...]


class DrawingTool:
    """Points by clicks, or by one drag from the first to the second. ``finished`` gets each that has all its points."""

    def __init__(self, finished: Callable[[Tool, tuple[Anchor, ...]], None]) -> None:
        self._finished = finished
        self.tool = Tool.CURSOR
        self._first: Anchor | None = None
        self._now: Anchor | None = None
        self._first_at = QPointF()
        #: what a ruler measured, shown until the next press
        self.measured: tuple[Anchor, ...] = ()

    def choose(self, tool: Tool) -> None:
        """What a ruler measured stays until something else is placed."""
        if tool is self.tool:
            return
        self._first = self._now = None
        if tool.is_placing:
            self.measured = ()
        self.tool = tool

    @property
    def draft(self) -> Draft | None:
        if self._first is None or self._now is None:
            return Draft(Tool.RULER, self.measured) if self.measured else None
        return Draft(self.tool, (self._first, self._now))

    def press(self, at: QPointF, anchor: Anchor) -> bool:
        """True where the press was for the tool."""
        self.measured = ()
        if not self.tool.is_placing:
            return False
        if self.tool.point_count == 1:
            self._finished(self.tool, (anchor,))
        elif self._first is None:
            self._first, self._now, self._first_at = anchor, anchor, QPointF(at)
        else:
            self._now = anchor
        return True

    def move(self, anchor: Anchor) -> bool:
        """True where something follows the pointer."""
        if self._first is None:
            return False
        self._now = anchor
        return True

    def release(self, at: QPointF, anchor: Anchor) -> None:
        if self._first is None:
            return
        self._now = anchor
        if hypot(at.x() - self._first_at.x(), at.y() - self._first_at.y()) < _CLICK:
            return  # a click, or a double click: what has no length waits for its second point
        points = (self._first, anchor)
        self._first = self._now = None
        if self.tool is Tool.RULER:
            self.measured = points
        self._finished(self.tool, points)

    def cancel(self) -> bool:
        """True where there was something to give up."""
        had = self._first is not None or bool(self.measured)
        self._first = self._now = None
        self.measured = ()
        return had
