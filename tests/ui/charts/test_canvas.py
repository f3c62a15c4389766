"""The chart as a user moves it: drag, wheel, keys, the lines between panes; and what it shows while candles come."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas, PaneSpec
from upbit_auto_trading.ui.charts.chart_link import ChartLink
from upbit_auto_trading.ui.charts.crosshair import Crosshair
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.ohlc_legend import ohlc_legend
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.design import formats

BITCOIN = Market("practice", "KRW-BTC")
START = 1_760_000_400 // 3600 * 3600
SIZE = (900, 600)
LEFT = Qt.MouseButton.LeftButton


def series(count: int, *, start: int = START, unit: CandleUnit = CandleUnit.MINUTE, seed: int = 3) -> CandleSeries:
    random = np.random.default_rng(seed)
    length = int(unit.length.total_seconds()) if unit.length is not None else 0
    close = np.rint(1_000_000 * np.exp(np.cumsum(random.normal(0, 0.001, count))))
    opening = np.concatenate(([1_000_000.0], close[:-1]))
    high = np.maximum(opening, close) + random.integers(1, 500, count)
    low = np.minimum(opening, close) - random.integers(1, 500, count)
    opened = start + np.arange(count, dtype=np.int64) * length
    return CandleSeries(BITCOIN, unit, opened, opening, high, low, close, random.gamma(1.0, 1.0, count))


def canvas_of(candles: CandleColumns, qtbot: QtBot) -> ChartCanvas:
    canvas = ChartCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(*SIZE)
    canvas.add_layer(VolumeLayer(candles))
    canvas.add_layer(CandleLayer(candles))
    canvas.add_layer(LastPriceLayer(candles, formats.price))
    canvas.set_tick(Decimal(1))
    canvas.set_candles(candles)
    canvas.set_legend(PRICE, [ohlc_legend(candles, formats.price)])
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.grab()
    return canvas


@pytest.fixture
def candles() -> CandleColumns:
    return CandleColumns(series(2_000), timedelta(0))


@pytest.fixture
def canvas(candles: CandleColumns, qtbot: QtBot) -> ChartCanvas:
    return canvas_of(candles, qtbot)


def drag(qtbot: QtBot, canvas: ChartCanvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    place = canvas.viewport()
    first, last = QPoint(*map(round, start)), QPoint(*map(round, end))
    qtbot.mouseMove(place, first)
    qtbot.mousePress(place, LEFT, pos=first)
    qtbot.mouseMove(place, (first + last) / 2)
    qtbot.mouseMove(place, last)
    qtbot.mouseRelease(place, LEFT, pos=last)
    canvas.grab()


def wheel(
    canvas: ChartCanvas, at: tuple[float, float], steps: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    event = QWheelEvent(
        QPointF(*at),
        canvas.mapToGlobal(QPointF(*at)),
        QPoint(0, 0),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)
    canvas.grab()


def values_seen(canvas: ChartCanvas, pane: str = PRICE) -> tuple[float, float]:
    view = canvas.view_of(pane)
    assert view is not None
    return view.price.low, view.price.high


def test_it_opens_with_the_newest_candles_and_room_beside_them(canvas: ChartCanvas, candles: CandleColumns) -> None:
    end = canvas.time.x_of(float(candles.closed(len(candles) - 1)))
    assert canvas.plot_width - end == pytest.approx(96)
    first, last = candles.rows_between(canvas.time.start, canvas.time.end)
    low, high = values_seen(canvas)
    assert last == len(candles)
    assert low < candles.low[first:last].min()
    assert high > candles.high[first:last].max()


def test_a_drag_takes_the_candle_under_the_pointer_along(qtbot: QtBot, canvas: ChartCanvas) -> None:
    grabbed = canvas.time.second_at(300)
    drag(qtbot, canvas, (300, 200), (500, 200))
    assert canvas.time.second_at(500) == pytest.approx(grabbed)


def test_the_scale_follows_what_is_seen(qtbot: QtBot, canvas: ChartCanvas, candles: CandleColumns) -> None:
    for _ in range(3):
        drag(qtbot, canvas, (100, 200), (700, 200))
        first, last = candles.rows_between(canvas.time.start, canvas.time.end)
        low, high = values_seen(canvas)
        seen = candles.high[first:last].max() - candles.low[first:last].min()
        assert low < candles.low[first:last].min() < candles.high[first:last].max() < high
        assert high - low < 1.5 * seen


def test_the_wheel_zooms_about_the_pointer(canvas: ChartCanvas) -> None:
    under, before = canvas.time.second_at(200), canvas.time.seconds_per_pixel
    wheel(canvas, (200, 100), 3)
    assert canvas.time.seconds_per_pixel < before
    assert canvas.time.second_at(200) == pytest.approx(under)
    wheel(canvas, (200, 100), -3)
    assert canvas.time.seconds_per_pixel == pytest.approx(before)


def test_the_wheel_with_shift_moves_sideways(canvas: ChartCanvas) -> None:
    before = canvas.time
    wheel(canvas, (200, 100), 1, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.time.seconds_per_pixel == before.seconds_per_pixel
    assert canvas.time.start < before.start


def test_neither_end_of_the_candles_can_be_lost(canvas: ChartCanvas, candles: CandleColumns) -> None:
    canvas.pan(1e9)
    assert candles.rows_between(canvas.time.start, canvas.time.end)[1] > 0
    canvas.pan(-1e9)
    assert candles.rows_between(canvas.time.start, canvas.time.end)[0] < len(candles)
    canvas.zoom(1e-9)
    assert canvas.time.pixels(candles.step_seconds) * len(candles) > 100
    canvas.zoom(1e9)
    assert canvas.time.pixels(candles.step_seconds) <= 160


def test_the_price_axis_is_stretched_and_fits_again(qtbot: QtBot, canvas: ChartCanvas) -> None:
    fitting = values_seen(canvas)
    axis = canvas.plot_width + 40
    drag(qtbot, canvas, (axis, 100), (axis, 250))
    low, high = values_seen(canvas)
    assert high - low > 2 * (fitting[1] - fitting[0])
    drag(qtbot, canvas, (300, 200), (300, 260))
    assert values_seen(canvas)[0] > low, "a chosen range is dragged up and down as well"
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=QPoint(round(axis), 100))
    assert values_seen(canvas) == fitting


def test_the_time_axis_is_stretched(qtbot: QtBot, canvas: ChartCanvas) -> None:
    before = canvas.time.seconds_per_pixel
    foot = SIZE[1] - 10
    drag(qtbot, canvas, (300, foot), (450, foot))
    assert canvas.time.seconds_per_pixel < before
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=QPoint(300, foot))
    assert canvas.time.seconds_per_pixel == pytest.approx(before)


@pytest.mark.claims(
    "shortcut:candle_left",
    "shortcut:candle_right",
    "shortcut:explain_candle",
    "shortcut:zoom_in",
    "shortcut:zoom_out",
    "shortcut:first_candle",
    "shortcut:last_candle",
    "shortcut:dismiss",
)
def test_keys_walk_zoom_and_jump(qtbot: QtBot, canvas: ChartCanvas, candles: CandleColumns) -> None:
    told: list[Crosshair | None] = []
    explained: list[int] = []
    canvas.crosshair_moved.connect(told.append)
    canvas.explain_asked.connect(explained.append)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert told[-1] is not None
    assert told[-1].row == len(candles) - 1
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert told[-1] is not None
    assert told[-1].row == len(candles) - 3
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert explained == [len(candles) - 3]
    before = canvas.time.seconds_per_pixel
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.time.seconds_per_pixel < before
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.time.seconds_per_pixel == pytest.approx(before)
    start = canvas.time.start
    qtbot.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert canvas.time.start < start
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.crosshair is not None
    assert canvas.crosshair.row == 0
    assert candles.rows_between(canvas.time.start, canvas.time.end)[0] == 0
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.crosshair is not None
    assert canvas.crosshair.row == len(candles) - 1
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.crosshair is None
    assert told[-1] is None


def test_the_crosshair_stands_on_candles_and_reads_the_price(
    qtbot: QtBot, canvas: ChartCanvas, candles: CandleColumns
) -> None:
    told: list[Crosshair | None] = []
    canvas.crosshair_moved.connect(told.append)
    x = canvas.time.x_of(float(candles.opened[-20])) + 2
    qtbot.mouseMove(canvas.viewport(), QPoint(round(x), 150))
    cross, view = told[-1], canvas.view_of(PRICE)
    assert cross is not None
    assert view is not None
    assert cross.row == len(candles) - 20
    assert cross.second == float(candles.opened[-20]) + 30
    assert cross.value == pytest.approx(view.price.value_at(150))
    QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
    assert told[-1] is None


def test_the_legend_tells_the_candle_at_the_crosshair(canvas: ChartCanvas, candles: CandleColumns) -> None:
    canvas.setFocus()
    canvas.show_crosshair(Crosshair(float(candles.opened[-5]) + 30, len(candles) - 5))
    spoken = canvas.accessibleDescription()
    for column in (candles.open, candles.high, candles.low, candles.close):
        assert formats.price(float(column[-5])) in spoken


def test_a_new_candle_moves_the_chart_along(canvas: ChartCanvas, candles: CandleColumns) -> None:
    before = canvas.time
    row = candles.replace_tail(series(1, start=int(candles.opened[-1]) + 60, seed=9))
    canvas.candles_changed(row)
    assert canvas.time.start == before.start + 60
    assert canvas.time.seconds_per_pixel == before.seconds_per_pixel


def test_a_candle_that_goes_and_comes_again_moves_nothing(canvas: ChartCanvas, candles: CandleColumns) -> None:
    """What is read again has the forming candle a moment later."""
    before, last = canvas.time, candles.copied(len(candles) - 1)
    for _ in range(3):
        canvas.candles_changed(candles.replace_tail(candles.copied(len(candles) - 3, len(candles) - 1)))
        canvas.candles_changed(candles.replace_tail(last))
    assert canvas.time == before


def test_who_looks_at_older_candles_is_left_there(canvas: ChartCanvas, candles: CandleColumns) -> None:
    canvas.pan(2_000)
    canvas.grab()
    before = canvas.time
    row = candles.replace_tail(series(1, start=int(candles.opened[-1]) + 60, seed=9))
    canvas.candles_changed(row)
    assert canvas.time == before


def test_the_last_candle_that_leaves_the_scale_changes_it(canvas: ChartCanvas, candles: CandleColumns) -> None:
    _, high = values_seen(canvas)
    last = candles.copied(len(candles) - 1)
    last.high[0] = last.close[0] = high * 1.01
    canvas.candles_changed(candles.replace_tail(last))
    assert values_seen(canvas)[1] > high * 1.01


def test_older_candles_are_asked_for_once_and_come_without_moving_anything(
    canvas: ChartCanvas, candles: CandleColumns
) -> None:
    asked: list[None] = []
    canvas.older_wanted.connect(lambda: asked.append(None))
    canvas.pan(14_600)
    canvas.pan(1)
    assert len(asked) == 1
    before = canvas.time
    count = candles.prepend(series(500, start=START - 500 * 60, seed=5))
    canvas.candles_prepended(count)
    assert canvas.time == before
    canvas.pan(4_000)
    assert len(asked) == 2
    canvas.pan(1)
    assert len(asked) == 2
    canvas.older_may_be_asked_again()
    canvas.pan(1)
    assert len(asked) == 3, "what did not come can be asked for again"


def test_a_crosshair_stays_on_its_candle_when_older_ones_come(canvas: ChartCanvas, candles: CandleColumns) -> None:
    second = float(candles.opened[-5]) + 30
    canvas.show_crosshair(Crosshair(second, len(candles) - 5))
    canvas.candles_prepended(candles.prepend(series(500, start=START - 500 * 60, seed=5)))
    assert canvas.crosshair is not None
    assert candles.opened[canvas.crosshair.row or 0] + 30 == second


def test_panes_share_the_height_and_the_line_between_them_is_moved(
    qtbot: QtBot, canvas: ChartCanvas, candles: CandleColumns
) -> None:
    canvas.set_panes([PaneSpec(PRICE, 3), PaneSpec("rsi", 1)])
    canvas.add_layer(LineLayer(candles, LineColumns(np.linspace(20, 80, len(candles))), "overlay1"), "rsi")
    canvas.grab()
    price, rsi = canvas.panes
    assert price.rect.height() == pytest.approx(3 * rsi.rect.height(), abs=3)
    assert price.rect.left() == rsi.rect.left()
    assert price.rect.width() == rsi.rect.width()
    told: list[None] = []
    canvas.shares_changed.connect(lambda: told.append(None))
    edge, height = price.rect.bottom(), price.rect.height()
    drag(qtbot, canvas, (300, edge), (300, edge - 100))
    assert price.rect.height() == pytest.approx(height - 100, abs=2)
    assert told
    canvas.set_panes([PaneSpec(PRICE, 3)])
    assert len(canvas.panes) == 1
    assert canvas.panes[0].rect.height() == SIZE[1] - 26


def test_a_logarithmic_scale_gives_equal_room_to_equal_factors(canvas: ChartCanvas) -> None:
    canvas.set_price_scale(ScaleKind.LOG)
    view = canvas.view_of(PRICE)
    assert view is not None
    base = (view.price.low * view.price.high) ** 0.5
    up, down = (
        view.price.y_of(base) - view.price.y_of(base * 1.001),
        view.price.y_of(base / 1.001) - view.price.y_of(base),
    )
    assert up == pytest.approx(down)
    assert up > 0


def test_percents_count_from_the_first_candle_in_sight(canvas: ChartCanvas, candles: CandleColumns) -> None:
    canvas.set_price_scale(ScaleKind.PERCENT)
    view = canvas.view_of(PRICE)
    assert view is not None
    first, _ = candles.rows_between(canvas.time.start, canvas.time.end)
    assert view.price.base == candles.close[first]


def test_a_press_of_the_other_button_asks_for_a_menu_there(canvas: ChartCanvas) -> None:
    asked: list[tuple[object, ...]] = []
    canvas.context_asked.connect(lambda *told: asked.append(told))
    place = QPoint(300, 150)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas.viewport(), event)
    view = canvas.view_of(PRICE)
    assert view is not None
    assert asked[0][0] == PRICE
    assert asked[0][2] == pytest.approx(view.price.value_at(150))


def test_linked_charts_share_time_and_crosshair(qtbot: QtBot, candles: CandleColumns) -> None:
    minutes = canvas_of(candles, qtbot)
    hours = CandleColumns(series(60, unit=CandleUnit.HOUR), timedelta(0))
    other = canvas_of(hours, qtbot)
    link = ChartLink()
    link.set_charts([minutes, other])
    minutes.pan(300)
    assert other.time.end == pytest.approx(minutes.time.end)
    second = float(candles.opened[300]) + 30
    minutes.show_crosshair(Crosshair(second, 300), tell=True)
    assert other.crosshair is not None
    assert other.crosshair.row == hours.row_at(second)
    minutes.show_crosshair(None, tell=True)
    assert other.crosshair is None
    link.is_on = False
    before = other.time
    minutes.pan(300)
    assert other.time == before


def test_a_picture_has_no_crosshair(canvas: ChartCanvas, candles: CandleColumns) -> None:
    plain = canvas.image()
    canvas.show_crosshair(Crosshair(float(candles.opened[-30]) + 30, len(candles) - 30))
    assert canvas.image() == plain
    assert canvas.crosshair is not None
    assert canvas.grab().toImage() != plain


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_chart_of_hardly_any_candles(qtbot: QtBot, count: int) -> None:
    canvas = canvas_of(CandleColumns(series(count), timedelta(0)), qtbot)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Plus):
        qtbot.keyClick(canvas, key)
    canvas.pan(500)
    canvas.zoom(3)
    canvas.grab()
    assert (canvas.view_of(PRICE) is None) == (count == 0)


def test_one_price_for_ever_is_shown_in_the_middle(qtbot: QtBot) -> None:
    flat = series(50)
    for column in (flat.open, flat.high, flat.low, flat.close):
        column[:] = 500.0
    low, high = values_seen(canvas_of(CandleColumns(flat, timedelta(0)), qtbot))
    assert low < 500 < high
