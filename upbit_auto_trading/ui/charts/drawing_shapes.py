"""Where drawings lie on a pane: what is hit, where a point is held, where a whole drawing goes to. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from PyQt6.QtCore import QPointF, QRectF

from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing, DrawingKind, fibonacci_prices
from upbit_auto_trading.ui.charts.layer import PaneView

#: how near a press must be: to a line, and to a point that can be moved by itself
REACH, POINT_REACH = 6.0, 9.0
#: beyond the pane, where lines that go on for ever end
_BEYOND = 64.0
#: a retracement is at least so wide, else its prices would have no room
_FIBONACCI_LEAST = 140.0
#: what no scale can show is kept out of floats' way
_FAR = 1e7


@dataclass(frozen=True, slots=True)
class Hit:
    """``point`` is the place of the point that is held; None: the whole drawing."""

    drawing: Drawing
    point: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    start: QPointF
    end: QPointF

    def distance(self, at: QPointF) -> float:
        dx, dy = self.end.x() - self.start.x(), self.end.y() - self.start.y()
        whole = dx * dx + dy * dy
        along = 0.0
        if whole > 0:
            along = ((at.x() - self.start.x()) * dx + (at.y() - self.start.y()) * dy) / whole
        along = min(max(along, 0.0), 1.0)
        return hypot(at.x() - self.start.x() - along * dx, at.y() - self.start.y() - along * dy)


def place_of(view: PaneView, anchor: Anchor) -> QPointF:
    place = view.place(anchor.second, anchor.price)
    return QPointF(_near(place.x()), _near(place.y()))


def anchor_at(view: PaneView, at: QPointF) -> Anchor:
    return Anchor(view.time.second_at(at.x()), max(view.price.value_at(at.y()), _LEAST_PRICE))


#: a price is above zero, wherever one drags
_LEAST_PRICE = 1e-12


def magnet(view: PaneView, at: QPointF) -> Anchor:
    """The open, high, low or close that lies nearest in the candle under the pointer; between candles where it is."""
    candles = view.candles
    row = candles.row_at(view.time.second_at(at.x()))
    if row is None:
        return anchor_at(view, at)
    prices = [float(column[row]) for column in (candles.open, candles.high, candles.low, candles.close)]
    price = min(prices, key=lambda one: abs(view.price.y_of(one) - at.y()))
    return Anchor((float(candles.opened[row]) + candles.closed(row)) / 2, price)


def ends_of(view: PaneView, drawing: Drawing) -> tuple[QPointF, ...]:
    """Its points in pixels; of a horizontal line the one point that can be seen of it."""
    if drawing.kind is DrawingKind.HORIZONTAL:
        return (QPointF(view.rect.width() / 2, place_of(view, drawing.points[0]).y()),)
    return tuple(place_of(view, point) for point in drawing.points)


def segments_of(view: PaneView, drawing: Drawing) -> tuple[Segment, ...]:
    match drawing.kind:
        case DrawingKind.LINE:
            return (_line(view, drawing),)
        case DrawingKind.HORIZONTAL:
            y = place_of(view, drawing.points[0]).y()
            return (Segment(QPointF(0, y), QPointF(view.rect.width(), y)),)
        case DrawingKind.FIBONACCI:
            return tuple(segment for _, _, segment in fibonacci_lines(view, drawing.points))
        case _:
            return ()


def _line(view: PaneView, drawing: Drawing) -> Segment:
    start, end = (place_of(view, point) for point in drawing.points)
    if not drawing.look.is_ray:
        return Segment(start, end)
    dx, dy = end.x() - start.x(), end.y() - start.y()
    reach = hypot(dx, dy)
    if reach == 0:
        return Segment(start, end)
    # far enough to leave the pane, wherever it begins
    span = view.rect.width() + view.rect.height() + abs(start.x()) + abs(start.y()) + _BEYOND
    return Segment(start, QPointF(start.x() + dx / reach * span, start.y() + dy / reach * span))


def fibonacci_lines(view: PaneView, points: Sequence[Anchor]) -> tuple[tuple[float, float, Segment], ...]:
    """(share, price, line) of each level."""
    first, second = (place_of(view, point) for point in points)
    left, right = sorted((first.x(), second.x()))
    right = max(right, left + _FIBONACCI_LEAST)
    lines = []
    for share, price in fibonacci_prices(points[0].price, points[1].price):
        y = _near(view.price.y_of(price))
        lines.append((share, price, Segment(QPointF(left, y), QPointF(right, y))))
    return tuple(lines)


def distance_to(view: PaneView, drawing: Drawing, at: QPointF, box: QRectF | None = None) -> float:
    """In pixels; ``box`` is the room of a text as it is painted."""
    if drawing.kind is DrawingKind.TEXT:
        area = box or QRectF(place_of(view, drawing.points[0]), QPointF(0, 0))
        dx = max(area.left() - at.x(), 0.0, at.x() - area.right())
        dy = max(area.top() - at.y(), 0.0, at.y() - area.bottom())
        return hypot(dx, dy)
    segments = list(segments_of(view, drawing))
    if drawing.kind is DrawingKind.FIBONACCI:
        segments.append(Segment(*ends_of(view, drawing)))
    return min(segment.distance(at) for segment in segments)


def hit(
    view: PaneView,
    drawings: Iterable[Drawing],
    at: QPointF,
    boxes: dict[str, QRectF],
    selected: str = "",
) -> Hit | None:
    """What a press here would take: a point of the selected drawing first, then what lies nearest, the newest of those
    that lie on each other."""
    nearest: tuple[float, Drawing] | None = None
    for drawing in drawings:
        if drawing.id == selected and not drawing.look.is_locked:
            held = point_at(view, drawing, at)
            if held is not None:
                return Hit(drawing, held)
        distance = distance_to(view, drawing, at, boxes.get(drawing.id))
        if distance <= REACH and (nearest is None or distance <= nearest[0]):
            nearest = (distance, drawing)
    if nearest is None:
        return None
    drawing = nearest[1]
    return Hit(drawing, None if drawing.look.is_locked else point_at(view, drawing, at))


def point_at(view: PaneView, drawing: Drawing, at: QPointF) -> int | None:
    """Only where there is more than one: what has one point is moved whole."""
    if drawing.kind.point_count < 2:
        return None
    distances = [hypot(end.x() - at.x(), end.y() - at.y()) for end in ends_of(view, drawing)]
    nearest = min(range(len(distances)), key=distances.__getitem__)
    return nearest if distances[nearest] <= POINT_REACH else None


def shifted(view: PaneView, points: Iterable[Anchor], dx: float, dy: float) -> tuple[Anchor, ...]:
    """All by the same pixels, so that the shape stays as it is seen, on a logarithmic scale too."""
    moved = []
    for point in points:
        second = point.second + dx * view.time.seconds_per_pixel
        # not by way of pixels that far away lose their figures
        y = view.price.y_of(point.price) + dy
        price = point.price if dy == 0 else max(view.price.value_at(y), _LEAST_PRICE)
        moved.append(Anchor(second, price))
    return tuple(moved)


def with_point(points: Sequence[Anchor], place: int, anchor: Anchor) -> tuple[Anchor, ...]:
    return tuple(anchor if at == place else point for at, point in enumerate(points))


def _near(pixels: float) -> float:
    return min(max(pixels, -_FAR), _FAR)
