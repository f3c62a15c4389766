"""The tint of a band lies between its lines, and nowhere else, near and far."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.fakes.made_candles import made_series
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.charts.layers.band_fill import BandFill
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName

WIDTH, HEIGHT = 400, 200


def view_of(candles: CandleColumns, seconds_per_pixel: float) -> PaneView:
    time = TimeScale(float(candles.opened[0]), seconds_per_pixel, WIDTH)
    return PaneView(QRectF(0, 0, WIDTH, HEIGHT), time, PriceScale(0.0, 100.0, 0.0, HEIGHT), candles)


def inked(
    layer: BandFill, view: PaneView, exposed: QRectF | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    ground = current_theme().colour("chart_background")
    image.fill(ground)
    painter = QPainter(image)
    layer.paint(painter, view, exposed or view.rect)
    painter.end()
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint32).reshape(HEIGHT, WIDTH)
    return np.asarray(pixels != np.uint32(ground.rgb()))


def lines(count: int, upper: float, lower: float) -> tuple[Floats, Floats]:
    return np.full(count, upper), np.full(count, lower)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize(("count", "seconds_per_pixel"), [(60, 6.0), (400, 60.0), (40_000, 5_000.0)])
def test_the_tint_fills_the_room_between(qtbot: QtBot, name: ThemeName, count: int, seconds_per_pixel: float) -> None:
    current_theme().apply(name)
    candles = CandleColumns(made_series(count), timedelta(0))
    upper, lower = lines(count, 75.0, 25.0)
    seen = inked(
        BandFill(candles, LineColumns(upper), LineColumns(lower), "overlay6"), view_of(candles, seconds_per_pixel)
    )
    middle = seen[:, WIDTH // 2]
    assert middle[52:148].all()
    assert not middle[:48].any()
    assert not middle[152:].any()
    current_theme().apply(ThemeName.DARK)


def test_lines_that_cross_are_filled_on_both_sides(qtbot: QtBot) -> None:
    """A cloud turns over."""
    candles = CandleColumns(made_series(60), timedelta(0))
    rising, falling = np.linspace(20, 80, 60), np.linspace(80, 20, 60)
    seen = inked(BandFill(candles, LineColumns(rising), LineColumns(falling), "overlay1"), view_of(candles, 9.0))
    assert seen[100, 40]
    assert seen[100, WIDTH - 40]


def test_nothing_is_filled_where_a_line_has_no_value(qtbot: QtBot) -> None:
    candles = CandleColumns(made_series(60), timedelta(0))
    upper, lower = lines(60, 75.0, 25.0)
    upper[20:40] = np.nan
    view = view_of(candles, 9.0)
    seen = inked(BandFill(candles, LineColumns(upper), LineColumns(lower), "overlay1"), view)
    there = [int(view.time.x_of(float(candles.opened[row]) + 30)) for row in (10, 30, 50)]
    assert [bool(seen[100, x]) for x in there] == [True, False, True]


def test_a_part_is_painted_as_in_the_whole(qtbot: QtBot) -> None:
    candles = CandleColumns(made_series(60), timedelta(0))
    upper, lower = np.linspace(60, 90, 60), np.linspace(40, 10, 60)
    layer, view = BandFill(candles, LineColumns(upper), LineColumns(lower), "overlay1"), view_of(candles, 9.0)
    whole, part = inked(layer, view), inked(layer, view, QRectF(200, 0, 100, HEIGHT))
    assert np.array_equal(whole[:, 200:300], part[:, 200:300])


def test_no_column_is_left_out_or_tinted_twice_far_away(qtbot: QtBot) -> None:
    candles = CandleColumns(made_series(40_000), timedelta(0))
    upper, lower = lines(40_000, 75.0, 25.0)
    seen = inked(BandFill(candles, LineColumns(upper), LineColumns(lower), "overlay1"), view_of(candles, 5_000.0))
    assert seen[100].all()


def test_lines_without_values_are_nothing(qtbot: QtBot) -> None:
    candles = CandleColumns(made_series(60), timedelta(0))
    empty = LineColumns(np.zeros(0))
    assert not inked(BandFill(candles, empty, empty, "overlay1"), view_of(candles, 9.0)).any()
    assert not inked(BandFill(candles, LineColumns(np.ones(60)), empty, "overlay1"), view_of(candles, 9.0)).any()
