"""Drawings anywhere, on any scale: what is seen can be held, a move and its way back leave nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import hypot, isclose

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from PyQt6.QtCore import QPointF, QRectF

from tests.ui.charts.made_candles import BITCOIN, MIDNIGHT, minutes
from upbit_auto_trading.business_logic.domain.drawing import (
    Anchor,
    Drawing,
    DrawingKind,
    DrawingLook,
    check_drawing,
    fibonacci_prices,
)
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.drawing_shapes import (
    REACH,
    anchor_at,
    ends_of,
    hit,
    magnet,
    place_of,
    segments_of,
    shifted,
)
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.price_scale import PriceScale, ScaleKind
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.screens.chart.view_model.drawing_history import DrawingHistory

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CANDLES = CandleColumns(minutes(300), timedelta(hours=9))
WIDTH, HEIGHT = 800.0, 400.0
PIXELS = st.floats(-50, 50)


@st.composite
def views(draw: DrawFn) -> PaneView:
    low = draw(st.floats(1e-6, 1e8))
    high = low * (1 + draw(st.floats(1e-3, 20)))
    kind = draw(st.sampled_from(list(ScaleKind)))
    start = MIDNIGHT + draw(st.floats(-1e6, 1e6))
    time = TimeScale(start, draw(st.floats(0.5, 1e5)), WIDTH)
    return PaneView(QRectF(0, 0, WIDTH, HEIGHT), time, PriceScale(low, high, 0.0, HEIGHT, kind, low), CANDLES)


@st.composite
def seen_points(draw: DrawFn) -> QPointF:
    return QPointF(draw(st.floats(60, WIDTH - 60)), draw(st.floats(60, HEIGHT - 60)))


@st.composite
def drawn(draw: DrawFn) -> tuple[PaneView, Drawing]:
    view = draw(views())
    kind = draw(st.sampled_from([DrawingKind.LINE, DrawingKind.HORIZONTAL, DrawingKind.FIBONACCI]))
    points = [anchor_at(view, draw(seen_points())) for _ in range(kind.point_count)]
    look = DrawingLook(is_ray=draw(st.booleans()))
    return view, Drawing("a", BITCOIN, kind, tuple(points), NOW, NOW, look)


@given(drawn(), st.floats(0, 1))
def test_whatever_is_seen_of_it_can_be_held(made: tuple[PaneView, Drawing], along: float) -> None:
    view, drawing = made
    for segment in segments_of(view, drawing):
        dx, dy = segment.end.x() - segment.start.x(), segment.end.y() - segment.start.y()
        on_it = QPointF(segment.start.x() + along * dx, segment.start.y() + along * dy)
        found = hit(view, [drawing], on_it, {})
        assert found is not None
        assert found.drawing is drawing


@given(drawn(), st.floats(2 * REACH, 40))
def test_beyond_its_end_a_line_is_not_held(made: tuple[PaneView, Drawing], beyond: float) -> None:
    view, drawing = made
    if drawing.kind is not DrawingKind.LINE:
        return
    start, end = ends_of(view, drawing)
    reach = hypot(end.x() - start.x(), end.y() - start.y())
    if reach < 1:
        return
    further = 1 + beyond / reach
    at = QPointF(start.x() + (end.x() - start.x()) * further, start.y() + (end.y() - start.y()) * further)
    assert (hit(view, [drawing], at, {}) is not None) is drawing.look.is_ray


@given(drawn(), seen_points())
def test_what_is_held_is_near(made: tuple[PaneView, Drawing], at: QPointF) -> None:
    view, drawing = made
    found = hit(view, [drawing], at, {})
    lines = list(segments_of(view, drawing))
    near = min((segment.distance(at) for segment in lines), default=0.0)
    if found is None:
        assert near > REACH
    elif drawing.kind is not DrawingKind.FIBONACCI:  # its dashed line from end to end can be held as well
        assert near <= REACH or found.point is not None


@given(drawn(), PIXELS, PIXELS)
def test_a_move_is_as_many_pixels_for_each_point_and_back_again_is_nothing(
    made: tuple[PaneView, Drawing], dx: float, dy: float
) -> None:
    view, drawing = made
    moved = shifted(view, drawing.points, dx, dy)
    for before, after in zip(drawing.points, moved, strict=True):
        was, now = place_of(view, before), place_of(view, after)
        assert isclose(now.x() - was.x(), dx, abs_tol=1e-3)
        if after.price > 1e-11:
            assert isclose(now.y() - was.y(), dy, abs_tol=1e-3)
    if all(point.price > 1e-11 for point in moved):
        back = shifted(view, moved, -dx, -dy)
        for before, after in zip(drawing.points, back, strict=True):
            assert isclose(place_of(view, before).x(), place_of(view, after).x(), abs_tol=1e-3)
            assert isclose(place_of(view, before).y(), place_of(view, after).y(), abs_tol=1e-3)


@given(drawn(), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_wherever_it_is_dragged_it_can_still_be_kept(made: tuple[PaneView, Drawing], dx: float, dy: float) -> None:
    view, drawing = made
    check_drawing(drawing.at(shifted(view, drawing.points, dx, dy), NOW))


@given(drawn(), views())
def test_another_zoom_or_unit_leaves_it_at_its_moments_and_prices(
    made: tuple[PaneView, Drawing], other: PaneView
) -> None:
    _view, drawing = made
    if drawing.kind is DrawingKind.HORIZONTAL:
        return
    for point, place in zip(drawing.points, ends_of(other, drawing), strict=True):
        wanted = other.place(point.second, point.price)
        if abs(wanted.x()) < 1e6 and abs(wanted.y()) < 1e6:
            assert place == wanted


@given(views(), seen_points())
def test_the_magnet_finds_the_nearest_price_of_the_candle_under_the_pointer(view: PaneView, at: QPointF) -> None:
    found = magnet(view, at)
    row = CANDLES.row_at(view.time.second_at(at.x()))
    if row is None:
        assert found == anchor_at(view, at)
        return
    prices = [float(column[row]) for column in (CANDLES.open, CANDLES.high, CANDLES.low, CANDLES.close)]
    assert found.price in prices
    assert abs(view.price.y_of(found.price) - at.y()) == min(abs(view.price.y_of(one) - at.y()) for one in prices)
    assert CANDLES.row_at(found.second) == row


@given(st.floats(1e-8, 1e9), st.floats(1e-8, 1e9))
def test_a_retracement_lies_between_its_ends_in_order(first: float, second: float) -> None:
    prices = [price for _, price in fibonacci_prices(first, second)]
    assert (prices[0], prices[-1]) == (second, first)
    ordered = sorted(prices, reverse=first < second)
    assert all(isclose(one, other, rel_tol=1e-12) for one, other in zip(prices, ordered, strict=True))


# history

CHANGES = st.lists(
    st.tuples(st.sampled_from(["put", "key", "remove", "undo", "redo"]), st.integers(0, 3), st.floats(1, 100)),
    max_size=30,
)


@given(CHANGES)
def test_undoing_all_and_redoing_all_leads_back(changes: list[tuple[str, int, float]]) -> None:
    history = DrawingHistory()
    for what, number, price in changes:
        made = Drawing(str(number), BITCOIN, DrawingKind.HORIZONTAL, (Anchor(0, price),), NOW, NOW)
        match what:
            case "put" | "key":
                history.put((made,), by_key=what == "key")
            case "remove":
                history.remove((replace(made, points=(Anchor(0, 1.0),)),))
            case "undo":
                history.undo()
            case _:
                history.redo()
    while history.redo() is not None:
        pass
    latest = history.drawings
    undone = 0
    while history.undo() is not None:
        undone += 1
    assert history.drawings == ()
    redone = 0
    while history.redo() is not None:
        redone += 1
    assert (history.drawings, redone) == (latest, undone)
