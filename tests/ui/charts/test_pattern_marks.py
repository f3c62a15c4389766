"""Marks of candle patterns stand at their candles, on the side they speak of, and are what is painted."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.fakes.made_candles import made_series
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.layers.pattern_marks import SIZE, PatternMarks
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName

WIDTH, HEIGHT, COUNT = 600, 300, 40


def columns(count: int = COUNT) -> CandleColumns:
    return CandleColumns(made_series(count), timedelta(0))


def view_of(candles: CandleColumns, seconds_per_pixel: float = 4.0, start: float | None = None) -> PaneView:
    low, high = candles.extremes(0, len(candles)) or (0.0, 1.0)
    room = (high - low) * 0.3
    scale = PriceScale(low - room, high + room, 0.0, HEIGHT)
    begin = float(candles.opened[0]) if start is None else start
    return PaneView(QRectF(0, 0, WIDTH, HEIGHT), TimeScale(begin, seconds_per_pixel, WIDTH), scale, candles)


def line(count: int, **values: float) -> LineColumns:
    column = np.zeros(count)
    column[:3] = np.nan
    for row, value in values.items():
        column[int(row[1:])] = value
    return LineColumns(column)


def painted(layer: PatternMarks, view: PaneView, exposed: QRectF | None = None) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(current_theme().colour("chart_background"))
    painter = QPainter(image)
    layer.paint(painter, view, exposed or view.rect)
    painter.end()
    return image


def inked(image: QImage) -> tuple[int, int, int, int] | None:
    """Of what is not background: left, top, right, bottom."""
    ground = current_theme().colour("chart_background").rgb()
    found = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground]
    if not found:
        return None
    across, down = [x for x, _y in found], [y for _x, y in found]
    return min(across), min(down), max(across), max(down)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize(("value", "token"), [(100.0, "up"), (-200.0, "down")])
def test_a_mark_stands_at_its_candle_and_points_to_it(qtbot: QtBot, name: ThemeName, value: float, token: str) -> None:
    current_theme().apply(name)
    candles = columns()
    view = view_of(candles)
    layer = PatternMarks(candles, line(COUNT, r20=value))
    box = inked(painted(layer, view))
    assert box is not None
    middle = float(view.time.x_of(candles.centres(20, 21))[0])
    assert abs((box[0] + box[2]) / 2 - middle) <= 1
    if value > 0:
        assert box[1] > view.price.y_of(float(candles.low[20]))
    else:
        assert box[3] < view.price.y_of(float(candles.high[20]))
    assert box[2] - box[0] <= SIZE + 4
    colours = {
        QColor(painted(layer, view).pixel(x, y)).name() for x in range(box[0], box[2]) for y in range(box[1], box[3])
    }
    assert current_theme().colour(token).name() in colours
    current_theme().apply(ThemeName.DARK)


def test_a_study_marks_in_its_own_colour(qtbot: QtBot) -> None:
    candles = columns()
    view = view_of(candles)
    image = painted(PatternMarks(candles, line(COUNT, r20=100.0), "overlay3"), view)
    box = inked(image)
    assert box is not None
    colours = {QColor(image.pixel(x, y)).name() for x in range(box[0], box[2]) for y in range(box[1], box[3])}
    assert current_theme().colour("overlay3").name() in colours


def test_unknown_and_nothing_are_no_marks(qtbot: QtBot) -> None:
    candles = columns()
    layer = PatternMarks(candles, line(COUNT))
    assert layer.marks(view_of(candles)) == []
    assert inked(painted(layer, view_of(candles))) is None
    assert PatternMarks(candles, LineColumns(np.zeros(0))).marks(view_of(candles)) == []


def test_several_patterns_at_one_candle_stand_apart(qtbot: QtBot) -> None:
    candles = columns()
    view = view_of(candles)
    first, second = (PatternMarks(candles, line(COUNT, r20=100.0), tier=tier) for tier in (0, 1))
    assert second.marks(view)[0].tip.y() - first.marks(view)[0].tip.y() > SIZE


def test_close_candles_share_a_mark_that_stays_where_it_is(qtbot: QtBot) -> None:
    candles = columns(2_000)
    values = np.full(2_000, 100.0)
    layer = PatternMarks(candles, LineColumns(values))
    view = view_of(candles, seconds_per_pixel=60.0)
    marks = layer.marks(view)
    assert WIDTH / 12 - 2 <= len(marks) <= WIDTH / 12 + 2
    panned = view_of(candles, seconds_per_pixel=60.0, start=float(candles.opened[0]) + 600)
    rows = {mark.row for mark in marks}
    seen_in_both = {mark.row for mark in layer.marks(panned) if mark.row < max(rows) - 12}
    assert seen_in_both <= rows


def test_what_lies_at_the_edge_of_what_is_painted_again_is_whole(qtbot: QtBot) -> None:
    """Also where a mark is wider than its candle."""
    candles = columns()
    view = view_of(candles, seconds_per_pixel=30.0)
    layer = PatternMarks(candles, line(COUNT, r20=100.0))
    middle = float(view.time.x_of(candles.centres(20, 21))[0])
    whole, part = painted(layer, view), painted(layer, view, QRectF(middle + 3, 0, 40, HEIGHT))
    assert inked(whole) == inked(part) is not None
    assert inked(painted(layer, view, QRectF(middle + 100, 0, 40, HEIGHT))) is None
