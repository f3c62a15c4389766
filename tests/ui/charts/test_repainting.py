"""A tick paints its strip and no more, and what then stands on the screen is what painting anew would show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.charts.made_candles import minutes
from tests.ui.charts.painted import Painted, bytes_of, is_colour
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.ui.charts.canvas import PaneSpec
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, ThemeName
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture(autouse=True, params=list(ThemeName), ids=lambda name: name.value)
def _theme(request: pytest.FixtureRequest) -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    current_theme().apply(request.param)
    yield
    current_theme().apply(ThemeName.DARK)


class _Exposed(Layer):
    """Tells what it was asked to paint."""

    z = 1

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[QRectF] = []

    def paint(self, _painter: QPainter, _view: PaneView, exposed: QRectF) -> None:
        self.asked.append(QRectF(exposed))


def _dressed(qtbot: QtBot, series: CandleSeries) -> Painted:
    chart = Painted(qtbot, series, VolumeLayer, CandleLayer)
    chart.canvas.set_panes((PaneSpec("price", 3.0), PaneSpec("study")))
    chart.canvas.add_layer(LineLayer(chart.candles, LineColumns(series.close[:-1]), "accent", ()))
    chart.canvas.add_layer(LineLayer(chart.candles, LineColumns(series.volume[:-1]), "accent"), "study")
    chart.canvas.add_layer(LastPriceLayer(chart.candles, lambda value: f"{value:.0f}"))
    return chart


@pytest.mark.parametrize("shown", [40, 101, 3_000], ids=lambda count: f"{count} candles")
@pytest.mark.parametrize("ratio", [1, 2])
def test_after_a_tick_the_chart_looks_as_if_painted_anew(qtbot: QtBot, shown: int, ratio: int) -> None:
    """And only the strip of the last candle was painted."""
    series = minutes(5_000)
    chart = _dressed(qtbot, series)
    probe = _Exposed()
    chart.canvas.add_layer(probe)
    chart.canvas.show_last(shown)
    per_pixel = chart.view.time.seconds_per_pixel
    chart.pixels(ratio)
    low, high = chart.view.price.low, chart.view.price.high
    probe.asked.clear()
    last = series.rows(slice(4_999, None))
    middle = (series.low[-shown:].min() + series.high[-shown:].max()) / 2
    for price in (middle, float(last.open[0]), middle + 3, middle - 5):
        last.close[:] = price
        last.high[:], last.low[:] = max(last.open[0], price), min(last.open[0], price)
        chart.canvas.candles_changed(chart.candles.replace_tail(last))
        after = chart.pixels(ratio)

    assert probe.asked
    width = chart.view.rect.width()
    assert all(area.left() > width - Chart.RIGHT_MARGIN - 6 * max(60 / per_pixel, 3) for area in probe.asked)
    fresh = _dressed(qtbot, chart.candles.copied())
    fresh.canvas.add_layer(_Exposed())
    fresh.canvas.show_last(shown)
    assert (fresh.view.price.low, fresh.view.price.high) == (low, high)
    assert fresh.view.time == chart.view.time
    # clipped lines are smoothed a shade differently; nothing else may differ at all
    differing = np.abs(after.astype(int) - fresh.pixels(ratio)).max(axis=-1)
    assert differing.max() <= 3
    assert np.count_nonzero(differing) <= 100 * ratio


class _PaintedArea(QObject):
    """Tells which share of a widget is painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self._watched = watched
        self.shares: list[float] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QPaintEvent):
            mask = QImage(self._watched.size(), QImage.Format.Format_RGB888)
            mask.fill(Qt.GlobalColor.black)
            painter = QPainter(mask)
            painter.setClipRegion(event.region())
            painter.fillRect(mask.rect(), Qt.GlobalColor.white)
            painter.end()
            self.shares.append(float((bytes_of(mask) > 0).mean()))
        return False


@pytest.mark.parametrize("shown", [40, 101, 3_000], ids=lambda count: f"{count} candles")
def test_after_a_tick_nothing_old_is_left_on_the_screen(qtbot: QtBot, shown: int) -> None:
    """Though only a strip, the line of the last price and its plate were painted."""
    series = minutes(5_000)
    chart = _dressed(qtbot, series)
    chart.canvas.show_last(shown)
    qtbot.waitUntil(lambda: np.array_equal(chart.screen(), chart.pixels()))
    viewport = chart.canvas.viewport()
    assert viewport is not None
    area = _PaintedArea(viewport)
    last = series.rows(slice(4_999, None))
    low, high = float(series.low[-shown:].min()), float(series.high[-shown:].max())
    before = 0.0
    for share in (0.5, 0.2, 0.8, 0.55, 0.56, 0.54, 0.55):
        last.close[:], last.volume[:] = low + share * (high - low), share
        last.high[:], last.low[:] = max(last.open[0], last.close[0]), min(last.open[0], last.close[0])
        area.shares.clear()
        chart.canvas.candles_changed(chart.candles.replace_tail(last))
        qtbot.waitUntil(lambda: bool(area.shares))
        on_screen = chart.screen()
        # from the old line of the last price to the new one; the first comes with what Qt had yet to lay out
        assert sum(area.shares) < 0.22 or abs(share - before) > 0.1
        before = share
        assert np.abs(on_screen.astype(int) - chart.pixels()).max() <= 3


def test_a_tick_beyond_what_is_seen_changes_the_scale_and_paints_all(qtbot: QtBot) -> None:
    series = minutes(500)
    chart = _dressed(qtbot, series)
    chart.pixels()
    last = series.rows(slice(499, None))
    last.high[:] += 5_000
    chart.canvas.candles_changed(chart.candles.replace_tail(last))
    after = chart.pixels()
    fresh = _dressed(qtbot, chart.candles.copied())

    assert np.array_equal(after, fresh.pixels())
    assert chart.view.price.high > last.high[0]


def test_a_new_candle_moves_the_chart_and_older_ones_do_not(qtbot: QtBot) -> None:
    series = minutes(600)
    for column in (series.open, series.high, series.low, series.close, series.volume):
        column[599] = column[598]  # the scale stays
    chart = Painted(qtbot, series.rows(slice(100, 599)), VolumeLayer, CandleLayer)
    before = chart.pixels()
    place = chart.column_of(400)
    chart.canvas.candles_changed(chart.candles.replace_tail(series.rows(slice(599, 600))))
    chart.pixels()
    assert chart.column_of(400) == pytest.approx(place - 8, abs=1)
    chart.canvas.pan(8.0)
    chart.canvas.candles_prepended(chart.candles.prepend(series.rows(slice(0, 100))))
    after = chart.pixels()

    assert chart.column_of(500) == place
    assert not np.array_equal(before[:, :812], after[:, :812])  # the new one is there
    newest = chart.column_of(599) - 6
    strip = np.s_[: int(chart.view.rect.height()), 20 : newest - 20]
    kept = is_colour(before[strip], "up_fill") == is_colour(after[strip], "up_fill")
    assert kept.all()
