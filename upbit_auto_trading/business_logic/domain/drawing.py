"""What a user draws onto the chart of a market: anchored at moments and prices, so that it stays with the candles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from math import isfinite

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market

#: how many colours there are to choose from
COLOURS = 8
LONGEST_TEXT = 400
#: of a market: more can neither be seen nor walked through
MOST_DRAWINGS = 500
#: what of the way from the first point to the second each line of a retracement stands at
FIBONACCI_SHARES = (0.0, 0.236, 0.382, 0.5, 0.618, 0.786, 1.0)


class DrawingKind(Enum):
    LINE = "line"
    HORIZONTAL = "horizontal"
    FIBONACCI = "fibonacci"
    TEXT = "text"

    @property
    def point_count(self) -> int:
        return 2 if self in (DrawingKind.LINE, DrawingKind.FIBONACCI) else 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place on a chart, whatever its unit and zoom: seconds since 1970, and a price."""

    second: float
    price: float


@dataclass(frozen=True, slots=True)
class DrawingLook:
    """``colour`` counts the overlay colours from 0."""

    colour: int = 0
    text: str = ""
    #: a line that goes on beyond its second point
    is_ray: bool = False
    #: cannot be moved or deleted until it is unlocked
    is_locked: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    id: str
    market: Market
    kind: DrawingKind
    points: tuple[Anchor, ...]
    created_at: datetime
    changed_at: datetime
    look: DrawingLook = DrawingLook()

    def at(self, points: Iterable[Anchor], changed_at: datetime) -> Drawing:
        return replace(self, points=tuple(points), changed_at=changed_at)

    def looking(self, look: DrawingLook, changed_at: datetime) -> Drawing:
        return replace(self, look=look, changed_at=changed_at)


def check_drawing(drawing: Drawing) -> None:
    """Raises InvalidParameter for what no chart could show."""
    if not drawing.id:
        raise InvalidParameter("drawing", drawing.id, "empty")
    if len(drawing.points) != drawing.kind.point_count:
        raise InvalidParameter("points", len(drawing.points), "out-of-bounds", str(drawing.kind.point_count))
    if not all(isfinite(point.second) and isfinite(point.price) and point.price > 0 for point in drawing.points):
        raise InvalidParameter("points", drawing.id, "not-a-number")
    if not 0 <= drawing.look.colour < COLOURS:
        raise InvalidParameter("colour", drawing.look.colour, "unknown-choice")
    if len(drawing.look.text) > LONGEST_TEXT:
        raise InvalidParameter("text", len(drawing.look.text), "too-long", str(LONGEST_TEXT))


def fibonacci_prices(first: float, second: float) -> tuple[tuple[float, float], ...]:
    """(share, price) of each line: 0 at the second point, 1 at the first: it is read back from its end."""
    return tuple((share, first * share + second * (1 - share)) for share in FIBONACCI_SHARES)
