"""What the chart paints is its data: each test works out from the candles which pixels must have which colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import floor

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from tests.ui.charts.made_candles import MIDNIGHT, MINUTE, candles_at, minutes
from tests.ui.charts.painted import Painted, Pixels, Truths, is_colour, runs
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE, PaneSpec
from upbit_auto_trading.ui.charts.crosshair import Crosshair, CrosshairItem
from upbit_auto_trading.ui.charts.gaps import Gap, gaps_between
from upbit_auto_trading.ui.charts.heikin_ashi import derived
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.gaps import GapLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.layers.levels import Level, LevelLayer
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.layers.markers import Marker, MarkerLayer, MarkerSide
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, DirectionColours, ThemeName, Type
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture(autouse=True, params=list(ThemeName), ids=lambda name: name.value)
def _theme(request: pytest.FixtureRequest) -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    current_theme().apply(request.param)
    yield
    current_theme().apply(ThemeName.DARK)


# candles


@pytest.mark.parametrize("directions", list(DirectionColours), ids=lambda each: each.value)
@pytest.mark.parametrize("step", [5.0, 8.0, 13.7])
def test_each_candle_has_its_body_and_wicks_at_its_time_and_prices(
    qtbot: QtBot, directions: DirectionColours, step: float
) -> None:
    current_theme().apply(current_theme().name, directions)
    chart = Painted(qtbot, minutes(400), CandleLayer)
    chart.canvas.show_span(
        float(chart.candles.opened[150]) + 13, float(chart.candles.opened[150]) + 13 + 812 / step * 60
    )
    pixels, candles = chart.pixels(), chart.candles
    rows = chart.seen_rows()

    assert len(rows) > 50
    for row in rows:
        rose = candles.close[row] >= candles.open[row]
        own, other = ("up_fill", "down_fill") if rose else ("down_fill", "up_fill")
        x = chart.column_of(row)
        top, bottom = chart.y_of(candles.high[row]), chart.y_of(candles.low[row])
        body_top = chart.y_of(max(candles.open[row], candles.close[row]))
        body_bottom = max(chart.y_of(min(candles.open[row], candles.close[row])), body_top + 1)
        half = _body_half(step)
        assert runs(is_colour(pixels[:, x], own)) == [(top, bottom)]
        assert not is_colour(pixels[:, x - half : x + half + 1], other).any()
        for side in (x - half, x + half):
            assert runs(is_colour(pixels[:, side], own)) == [(body_top, body_bottom)]
        # a free column between this body and the next
        assert not (is_colour(pixels[:, x + half + 1], own) | is_colour(pixels[:, x - half - 1], own)).any()


def _body_half(step: float) -> int:
    return min(round((step * Chart.CANDLE_BODY - 1) / 2), int((step - 2) // 2))


def test_hollow_candles_that_rose_are_frames(qtbot: QtBot) -> None:
    chart = Painted(qtbot, minutes(300))
    chart.canvas.add_layer(CandleLayer(chart.candles, is_hollow=True))
    chart.canvas.show_span(float(chart.candles.opened[200]), float(chart.candles.opened[200]) + 812 / 16 * 60)
    pixels, candles = chart.pixels(), chart.candles
    frames = 0
    for row in chart.seen_rows():
        x = chart.column_of(row)
        body = sorted((chart.y_of(candles.open[row]), chart.y_of(candles.close[row])))
        if candles.close[row] < candles.open[row]:
            assert is_colour(pixels[body[0] : body[1], x - 2], "down_fill").all()
        elif body[1] - body[0] > 4:
            frames += 1
            half = _body_half(16)
            inside = pixels[body[0] + 1 : body[1] - 1, x - half + 1 : x + half]
            assert not is_colour(inside, "up_fill").any()
            assert is_colour(pixels[body[0] : body[1], [x - half, x + half]], "up_fill").all()
            assert is_colour(pixels[[body[0], body[1] - 1], x - half : x + half + 1], "up_fill").all()
    assert frames > 5


def test_heikin_ashi_candles_are_painted_as_they_are_derived(qtbot: QtBot) -> None:
    chart = Painted(qtbot, minutes(300))
    shown = CandleColumns(derived(chart.candles), timedelta(0))
    chart.canvas.add_layer(CandleLayer(shown))
    pixels = chart.pixels()
    for row in chart.seen_rows():
        own = "up_fill" if shown.close[row] >= shown.open[row] else "down_fill"
        run = (chart.y_of(shown.high[row]), chart.y_of(shown.low[row]))
        assert runs(is_colour(pixels[:, chart.column_of(row)], own)) == [run]


@pytest.mark.parametrize("ratio", [1, 2])
def test_every_column_of_pixels_runs_from_its_lowest_low_to_its_highest_high(qtbot: QtBot, ratio: int) -> None:
    """Forty thousand candles on eight hundred columns, some with spikes."""
    series = minutes(40_000)
    spikes = np.random.default_rng(3).choice(40_000, 60, replace=False)
    series.high[spikes[:30]] += np.linspace(500, 900, 30)
    series.low[spikes[30:]] -= np.linspace(500, 900, 30)
    chart = Painted(qtbot, series, CandleLayer)
    chart.canvas.show_all()
    pixels = chart.pixels(ratio)
    time, scale = chart.view.time, chart.view.price
    columns = np.floor((series.opened + 30 - time.start) / time.seconds_per_pixel * ratio).astype(int)
    shown = 0
    for column in range(int(columns[0]), int(columns[-1]) + 1):
        inside = columns == column
        first, last = np.flatnonzero(inside)[[0, -1]]
        own = "up_fill" if series.close[last] >= series.open[first] else "down_fill"
        top, bottom = (
            floor(scale.height * (scale.high - price) / (scale.high - scale.low) * ratio + 0.5)
            for price in (series.high[inside].max(), series.low[inside].min())
        )
        assert runs(is_colour(pixels[:, column], own)) == [(top, max(bottom, top + 1))], column
        shown += 1
    assert shown > 700 * ratio


def test_on_a_logarithmic_scale_a_price_stands_at_its_logarithm(qtbot: QtBot) -> None:
    series = minutes(200)
    chart = Painted(qtbot, series, CandleLayer)
    series.close[:] *= np.linspace(1, 3, 200)
    chart.candles.replace_tail(_whole(series))
    chart.canvas.set_price_scale(ScaleKind.LOG)
    pixels, scale, candles = chart.pixels(), chart.view.price, chart.candles
    assert scale.kind is ScaleKind.LOG
    for row in chart.seen_rows():
        own = "up_fill" if candles.close[row] >= candles.open[row] else "down_fill"
        top, bottom = (
            floor(scale.height * np.log(scale.high / price) / np.log(scale.high / scale.low) + 0.5)
            for price in (candles.high[row], candles.low[row])
        )
        assert runs(is_colour(pixels[:, chart.column_of(row)], own)) == [(top, max(bottom, top + 1))]


def _whole(series: CandleSeries) -> CandleSeries:
    """With highs and lows that hold open and close again."""
    series.open[1:] = series.close[:-1]
    series.high[:] = np.maximum(series.open, series.close) * 1.001
    series.low[:] = np.minimum(series.open, series.close) * 0.999
    return series


# volume, lines, levels


def test_volume_bars_are_as_high_as_their_share_of_the_greatest_seen(qtbot: QtBot) -> None:
    chart = Painted(qtbot, minutes(300), VolumeLayer)
    pixels, candles = chart.pixels(), chart.candles
    rows = chart.seen_rows(margin=0)
    greatest = candles.volume[rows[0] - 1 :].max()
    foot = int(chart.view.rect.height())
    empty = is_colour(pixels[foot - 1], "chart_background")
    for row in rows[2:]:
        height = max(round(candles.volume[row] / greatest * foot * Chart.VOLUME_SHARE), 1)
        token = "up_fill" if candles.close[row] >= candles.open[row] else "down_fill"
        assert runs(_blended(pixels[:foot, chart.column_of(row)], token)) == [(foot - height, foot)]
    assert empty.sum() > len(rows)  # between them


def _blended(pixels: Pixels, token: str) -> Truths:
    """The colour as see-through as volume bars are, on the background or on a grid line."""
    theme = current_theme()
    share = theme.tints.volume_bar
    colour = np.array(theme.colour(token).getRgb()[:3], dtype=float)
    near = [
        np.abs(pixels - (share * colour + (1 - share) * np.array(theme.colour(below).getRgb()[:3]))).max(axis=-1) <= 2
        for below in ("chart_background", "grid")
    ]
    return np.asarray(near[0] | near[1])


def test_a_spike_of_volume_is_seen_in_the_whole_range(qtbot: QtBot) -> None:
    series = minutes(40_000)
    series.volume[:] = 1.0
    series.volume[12_345] = 100.0
    chart = Painted(qtbot, series, VolumeLayer)
    chart.canvas.show_all()
    pixels, foot = chart.pixels(), int(chart.view.rect.height())
    highest = foot - round(foot * Chart.VOLUME_SHARE)
    lit = np.flatnonzero(_blended(pixels[highest], "up_fill") | _blended(pixels[highest], "down_fill"))

    assert lit.tolist() == [chart.column_of(12_345)]


def test_panes_are_aligned(qtbot: QtBot) -> None:
    """A value of one candle alone stands in each pane at the same column, that of the candle."""
    series = minutes(300)
    chart = Painted(qtbot, series, CandleLayer)
    row = 250
    spike = np.zeros(300)
    spike[row] = 1.0
    chart.canvas.set_panes((PaneSpec("price", 3.0), PaneSpec("one"), PaneSpec("two", 0.7)))
    for pane in ("one", "two"):
        chart.canvas.add_layer(LineLayer(chart.candles, LineColumns(spike), "accent", ()), pane)
    pixels = chart.pixels()
    for pane in ("one", "two"):
        rect = chart.canvas.pane(pane).rect
        area = pixels[int(rect.top()) : int(rect.bottom()), : int(rect.width())].astype(int)
        background = np.array(current_theme().colour("chart_background").getRgb()[:3])
        tint = (np.abs(area - background) * _is_coloured(area)[..., None]).sum(axis=-1)
        highest = np.flatnonzero(tint.sum(axis=1))[0]
        peak = np.flatnonzero(tint[highest])
        assert abs(peak.mean() - chart.column_of(row)) <= 0.5
    assert len({view.time for pane in ("price", "one", "two") if (view := chart.canvas.view_of(pane))}) == 1


def _is_coloured(area: NDArray[np.int64]) -> Truths:
    """Nearer to the accent than grid lines are."""
    accent = np.array(current_theme().colour("accent").getRgb()[:3])
    return np.asarray(np.abs(area - accent).sum(axis=-1) < 200)


def test_a_thinned_line_covers_its_least_and_greatest_value_in_each_column(qtbot: QtBot) -> None:
    series = minutes(40_000)
    values: Floats = series.close.copy()
    values[:5_000] = np.nan
    chart = Painted(qtbot, series)
    chart.canvas.add_layer(LineLayer(chart.candles, LineColumns(values), "accent", ()))
    chart.canvas.show_all()
    pixels, time = chart.pixels(), chart.view.time
    columns = np.floor((series.opened + 30 - time.start) / time.seconds_per_pixel).astype(int)
    for column in range(0, 700, 7):
        inside = values[columns == column]
        lit = np.flatnonzero(is_colour(pixels[:, column], "accent"))
        if np.isnan(inside).all():
            assert not len(lit)
        elif not np.isnan(inside).any():
            assert lit[0] <= chart.y_of(inside.max()) <= lit[0] + 40
            assert abs(lit[-1] - chart.y_of(inside.min())) <= 40
            assert len(lit) == lit[-1] - lit[0] + 1
            top, bottom = (chart.y_of(value) for value in (inside.max(), inside.min()))
            assert lit[0] <= top + 1
            assert lit[-1] >= bottom - 1


def test_a_thinned_line_goes_on_over_a_range_without_candles_and_ends_where_no_value_is(qtbot: QtBot) -> None:
    whole = minutes(40_000)
    there = np.ones(len(whole), dtype=bool)
    there[10_000:14_000] = False
    series = whole.rows(there)
    values: Floats = series.close.copy()
    values[20_000:24_000] = np.nan
    chart = Painted(qtbot, series)
    chart.canvas.add_layer(LineLayer(chart.candles, LineColumns(values), "accent", ()))
    chart.canvas.show_all()
    pixels, time = chart.pixels(), chart.view.time

    def lit(second: float) -> int:
        return int(is_colour(pixels[:, int((second - time.start) / time.seconds_per_pixel)], "accent").sum())

    assert lit(float(whole.opened[12_000])) >= 1, "nothing was traded: joined, as close up"
    assert lit(float(series.opened[22_000])) == 0, "nothing is known there"


def test_levels_and_the_last_price_stand_at_their_values(qtbot: QtBot) -> None:
    chart = Painted(qtbot, minutes(300), CandleLayer)
    level = float(chart.candles.close[-40:].mean())
    chart.canvas.add_layer(LevelLayer((Level(level, "warning", ()),)))
    chart.canvas.add_layer(LastPriceLayer(chart.candles, lambda value: f"{value:.0f}"))
    pixels, scale = chart.pixels(), chart.view.price

    def row_of(price: float) -> int:
        return int(scale.height * (scale.high - price) / (scale.high - scale.low))

    lit = is_colour(pixels[:, :800], "warning").sum(axis=1)
    assert lit.argmax() == row_of(level)
    last = "up_fill" if chart.candles.close[-1] >= chart.candles.open[-1] else "down_fill"
    margin = is_colour(pixels[:, 730:800], last).sum(axis=1)  # right of the last candle
    assert np.flatnonzero(margin).tolist() == [row_of(float(chart.candles.close[-1]))]


# gaps


def test_ranges_without_candles_are_hatched_and_nothing_else_is(qtbot: QtBot) -> None:
    opened = MIDNIGHT + np.concatenate((np.arange(40), np.arange(70, 100))) * MINUTE
    chart = Painted(qtbot, candles_at(opened), CandleLayer)
    known = (Span(moment_of(MIDNIGHT), moment_of(MIDNIGHT + 100 * MINUTE)),)

    def find(first: float, last: float, least: float) -> tuple[Gap, ...]:
        return gaps_between(chart.candles, known, first, last, moment_of(MIDNIGHT + 100 * MINUTE), least)

    without = chart.pixels()
    chart.canvas.add_layer(GapLayer(find, lambda _gap: None))
    # from the first candle on: what comes before it is not known
    chart.canvas.show_span(float(opened[0]), float(opened[0]) + 812 / 7.5 * MINUTE)
    pixels = chart.pixels()
    left, right = (
        round(chart.view.time.x_of(MIDNIGHT + 40.0 * MINUTE)),
        round(chart.view.time.x_of(MIDNIGHT + 70.0 * MINUTE)),
    )
    hatched = is_colour(pixels[:400], "line_strong")

    assert hatched[:, left:right].mean() > 0.05
    assert hatched[:, left:right].any(axis=0).all()
    assert not hatched[:, :left].any()
    assert not hatched[:, right : int(chart.view.rect.width())].any()
    assert not (is_colour(pixels[:400, left:right], "up_fill") | is_colour(pixels[:400, left:right], "down_fill")).any()
    assert not is_colour(without[:400], "line_strong").any()


# markers


def test_markers_stand_at_their_candles(qtbot: QtBot) -> None:
    """A buy below the low of a candle that fell, a sale above the high of one that rose: its colour tells it apart."""
    chart = Painted(qtbot, minutes(300), CandleLayer)
    chart.canvas.show_last(60)
    candles, rows = chart.candles, chart.seen_rows(20)
    fell = [row for row in rows[10:-10] if candles.close[row] < candles.open[row]][3]
    rose = [row for row in rows[10:-10] if candles.close[row] >= candles.open[row] and abs(row - fell) > 8][3]
    markers = MarkerLayer()
    chart.canvas.add_layer(markers)
    before = chart.pixels()
    markers.set_markers(
        (
            Marker(int(candles.opened[fell]) + 7, float(candles.close[fell]), MarkerSide.BUY, key="buy"),
            Marker(int(candles.opened[rose]) + 59, float(candles.close[rose]), MarkerSide.SELL, key="sell"),
        )
    )
    pixels = chart.pixels()
    for row, token, below in ((fell, "up_fill", True), (rose, "down_fill", False)):
        x = chart.column_of(row)
        edge = chart.y_of(candles.low[row] if below else candles.high[row])
        new = is_colour(pixels, token) & (pixels != before).any(axis=-1)
        near = new[edge : edge + 20, x - 8 : x + 9] if below else new[edge - 20 : edge, x - 8 : x + 9]
        places = np.argwhere(near)
        assert 40 <= len(places) <= 110  # half of twelve by twelve, and its soft edges
        assert abs(places[:, 1].mean() - 8) <= 0.75
        widths = near.sum(axis=1)
        rising = widths[widths > 0] if below else widths[widths > 0][::-1]
        assert np.all(np.diff(rising) >= -1)
        assert rising[-1] > rising[0] + 4  # its tip points to the candle
    changed = np.flatnonzero((pixels != before).any(axis=(0, 2)))
    assert all(min(abs(int(x) - chart.column_of(row)) for row in (fell, rose)) <= 24 for x in changed)


@pytest.mark.parametrize("height", [220, 500])
def test_the_mark_of_the_highest_and_of_the_lowest_candle_has_room_with_its_word(qtbot: QtBot, height: int) -> None:
    chart = Painted(qtbot, minutes(300), CandleLayer)
    chart.canvas.resize(900, height)
    candles, markers = chart.candles, MarkerLayer()
    highest, lowest = int(np.argmax(candles.high)), int(np.argmin(candles.low))
    markers.set_markers(
        (
            Marker(int(candles.opened[highest]), float(candles.high[highest]), MarkerSide.SELL, key="sell"),
            Marker(int(candles.opened[lowest]), float(candles.low[lowest]), MarkerSide.BUY, key="buy"),
        )
    )
    chart.canvas.add_layer(markers)
    chart.canvas.show_last(300)
    chart.pixels()
    view = chart.canvas.view_of(PRICE)
    assert view is not None
    word = current_theme().pixel_size(Type.CAPTION_BOLD) * 1.4
    for group in markers.groups(view):
        away = -Chart.MARKER - word if group.side is MarkerSide.SELL else Chart.MARKER + word
        assert 0 <= group.tip.y() + away <= view.rect.height()


# what the axis says of time


def test_grid_lines_of_days_stand_where_the_exchange_opens_them(qtbot: QtBot) -> None:
    """Bithumb's days begin at midnight in KST, Upbit's at nine."""
    day = 86_400
    for day_start, first in ((timedelta(hours=-9), MIDNIGHT), (timedelta(0), MIDNIGHT + 9 * 3600)):
        chart = Painted(qtbot, minutes(1))
        series = candles_at(first + np.arange(60) * day, unit=CandleUnit.DAY)
        chart.canvas.set_candles(CandleColumns(series, day_start))
        chart.canvas.settle()
        lines = chart.canvas.pane("price").grid.seconds

        assert len(lines) > 3
        assert all((second - first) % day == 0 for second in lines)


def test_the_crosshair_names_the_year_where_it_is_another(qtbot: QtBot) -> None:
    opened = np.concatenate((MIDNIGHT - 400 * 86_400 + np.arange(50) * MINUTE, MIDNIGHT + np.arange(50) * MINUTE))
    chart = Painted(qtbot, candles_at(opened))
    item = next(one for one in chart.canvas.scene().items() if isinstance(one, CrosshairItem))
    for row, said in ((99, "11.20 00:49"), (49, "2025.10.16 00:49")):
        chart.canvas.show_around(float(chart.candles.opened[row]))
        chart.canvas.show_crosshair(Crosshair(float(chart.candles.opened[row]) + 30, row))
        assert item.place is not None
        assert item.place.time_text == said
