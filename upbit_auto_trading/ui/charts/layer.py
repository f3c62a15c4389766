"""What everything on a pane implements: painting, what it wants to be seen, and what the pointer does to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QKeyEvent, QPainter

from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.charts.time_scale import TimeScale

if TYPE_CHECKING:
    from upbit_auto_trading.ui.charts.candle_columns import CandleColumns


@dataclass(frozen=True, slots=True)
class PaneView:
    """A pane as it stands in this frame. All pixels are those of the pane: (0, 0) is its upper left corner."""

    rect: QRectF
    time: TimeScale
    price: PriceScale
    #: of the chart, whatever the pane shows
    candles: CandleColumns
    #: decimals of the pane's values, None: as the market's tick has it
    decimals: int | None = None

    @property
    def candle_pixels(self) -> float:
        """From one candle to the next."""
        return self.time.pixels(self.candles.step_seconds)

    def place(self, second: float, value: float) -> QPointF:
        return QPointF(self.time.x_of(second), self.price.y_of(value))


@dataclass(frozen=True, slots=True)
class Pointer:
    """A press, a move or a release of the left button."""

    at: QPointF
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    is_double: bool = False


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A plate on the axis, at its value. Tokens of colours; plates that would lie on each other make room."""

    value: float
    text: str
    fill: str = "bg1"
    words: str = "t1"
    #: None: no edge
    edge: str | None = None
    #: a second, smaller line: the time to the close of the candle
    note: str = ""
    #: who keeps its place where two meet; the higher one
    weight: int = 0


def nothing_to_repaint(_rect: QRectF | None = None) -> None:
    """A layer stands on no pane."""


class Layer:
    """Painted in rising ``z``; the pointer asks from above. Not a QObject: layers come and go by the dozen."""

    #: grid 0, gaps 5, volume 10, candles 20, lines 30, levels 40, drawings 50, markers 60, last price 70
    z = 0
    #: changes so often, or so far across, that it is painted with each frame above the kept picture of the pane
    is_on_top = False

    def __init__(self) -> None:
        #: the pane sets it: paint this part again, or all of the pane
        self.repaint: Callable[[QRectF | None], None] = nothing_to_repaint

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        """Clipped to the pane; only what meets ``exposed`` need be painted."""
        raise NotImplementedError

    def bounds(self, _view_time: TimeScale) -> tuple[float, float] | None:
        """Least and greatest value that must be seen; None: it asks for none."""
        return None

    @property
    def headroom(self) -> float:
        """Pixels that it needs above what must be seen, and below it."""
        return 0.0

    def moved_by_tick(self, _view: PaneView) -> Sequence[QRectF]:
        """Of a layer on top: what of it is painted elsewhere now that the last candle is another."""
        return ()

    def labels(self, _view: PaneView) -> Sequence[AxisLabel]:
        """Its plates on the axis beside the pane."""
        return ()

    def cursor(self, _view: PaneView, _at: QPointF) -> Qt.CursorShape | None:
        """Not None where a press here would be its own."""
        return None

    def hover(self, _view: PaneView, _at: QPointF | None) -> bool:
        """The pointer is here, or (None) gone. True: nobody below need know."""
        return False

    def press(self, _view: PaneView, _pointer: Pointer) -> bool:
        """True: what follows until the release is its own, and the chart does not pan."""
        return False

    def drag(self, _view: PaneView, _pointer: Pointer) -> None:
        """Only after a press that was its own."""

    def release(self, _view: PaneView, _pointer: Pointer) -> None:
        """The drag ended here."""

    def key(self, _view: PaneView, _event: QKeyEvent) -> bool:
        """A key that the chart itself does not know; True: taken."""
        return False

    def cancel(self) -> bool:
        """Esc: True where it had something to give up."""
        return False
