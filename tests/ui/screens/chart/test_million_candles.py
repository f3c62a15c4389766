"""A chart with a million candles goes on answering, whatever is done with it and whatever is computed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import count
from pathlib import Path
from statistics import median
from time import thread_time

import numpy as np
import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.event_loop_guard import LOOK_EVERY_MS, EventLoopGuard, slowness
from tests.event_loop_guard import event_loop_guard as event_loop_guard
from tests.event_loop_guard import turns as turns
from tests.fakes.chart_world import told_to_charts
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of, epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span
from upbit_auto_trading.business_logic.domain.live_candle import CandleCorrected, CandlesSettled, Correction
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.heikin_ashi import derived
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.pane_column import PRICE
from upbit_auto_trading.ui.charts.studies import Study, made_study
from upbit_auto_trading.ui.charts.study_lines import compute_lines
from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC
from upbit_auto_trading.ui.screens.chart.panel import ChartPanel
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartChoice
from upbit_auto_trading.utils.bilingual_text import Text

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

BTC, UNIT = Market("practice", "KRW-BTC"), CandleUnit.MINUTE
MILLION, MINUTE, LENGTH = 1_000_000, 60, timedelta(minutes=1)
#: candles of one answer of the exchange, and how many of those
PAGE, PAGES = 200, 400
LIMIT_MS = 120_000
#: what is computed beside the window may stand in line for a processor while it holds the interpreter
MOST_STILL = 0.250
#: of growing by a page at both ends; usually 0.1 ms, and up to 5 while larger buffers are filled
LONGEST_STEP_SECONDS = 0.030
LATER = datetime(2026, 11, 20, tzinfo=UTC)
#: minutes in which nobody seems to have traded: [first, last) rows of what there was
HOLE = (300_000, 300_200)
STUDIES = ("ema", "bollinger", "rsi", "macd", "ichimoku", "supertrend", "atr", "stochastic")


@cache
def registry() -> Registry:
    return built_in()


def walk(end: datetime, rows: int) -> CandleSeries:
    random = np.random.default_rng(3)
    close = np.rint(1e8 * np.exp(np.cumsum(random.normal(0, 0.0004, rows))))
    opening = np.concatenate((close[:1], close[:-1]))
    opened = epoch_second(UNIT.floor(end)) + np.arange(-rows, 0, dtype=np.int64) * MINUTE
    high = np.maximum(opening, close) + np.rint(random.random(rows) * 5e4)
    low = np.minimum(opening, close) - np.rint(random.random(rows) * 5e4)
    return CandleSeries(BTC, UNIT, opened, opening, high, low, close, random.gamma(1.0, 1.0, rows))


class LongHistory(MemoryCandleStore):
    """Reads from columns, all of which are known."""

    def __init__(self, series: CandleSeries) -> None:
        super().__init__()
        self.series = series
        self._whole = Span(moment_of(int(series.opened[0])), UNIT.next(moment_of(int(series.opened[-1]))))

    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
        own = self.series.between(span.start, span.end if unit is UNIT else span.start)
        copied = own.rows(np.arange(len(own)))
        return StoredRange(span, copied, self.covered(market, unit, span))

    def covered(self, _market: Market, unit: CandleUnit, span: Span | None = None) -> tuple[CoveredSpan, ...]:
        part = self._whole if span is None else self._whole.clipped(span)
        is_known = unit is UNIT and part is not None
        return (CoveredSpan(part, Origin.EXCHANGE, self._whole.end),) if is_known and part is not None else ()


class Million:
    """The real panel: a chart that was scrolled back by a million candles, away from its exchange."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = SettingsWorld(folder)
        self.world = self.settings.market_data
        self.truth = walk(self.settings.clock.now(), MILLION + 20_000)
        is_there = np.ones(len(self.truth), dtype=np.bool_)
        is_there[slice(*HOLE)] = False
        self.store = LongHistory(self.truth.rows(is_there))
        self.world.candles = self.store
        self.panel = ChartPanel(self.settings.services, lambda market: Text(market.code, market.code))
        qtbot.addWidget(self.panel)
        self.panel.resize(1600, 900)
        self.panel.show()
        self.choice = ChartChoice(BTC, UNIT)
        self.show(self.choice)
        self.see(lambda: self.panel.candles.columns is not None)
        self.panel.studies.set_registry(registry())
        self._prices = count(1)

    # what is there

    @property
    def columns(self) -> CandleColumns:
        columns = self.panel.candles.columns
        assert columns is not None
        return columns

    @property
    def drawn(self) -> CandleColumns:
        layers = self.panel.canvas.pane(PRICE).layers
        return next(layer.candles for layer in layers if isinstance(layer, CandleLayer))

    def agrees(self) -> bool:
        """Every line with a computation of all that stands there now."""
        frame = Frame(self.columns.copied(), self.columns.day_start)
        return bool(self.panel.studies.drawn) and all(
            np.allclose(line.values, values, 1e-6, 1e-4, equal_nan=True)
            for one in self.panel.studies.drawn
            for line, values in zip(one.lines, compute_lines(one.built, frame), strict=True)
        )

    # what is done

    def see(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=LIMIT_MS)

    def show(self, choice: ChartChoice) -> None:
        self.choice = choice
        self.panel.show_choice(choice, tick=Decimal(1000))

    def scroll_back(self, rows: int) -> None:
        """Page by page, as a hand that pulls."""
        while len(self.columns) < rows and not self.panel.candles.state.at_the_beginning:
            self.panel.candles.load_older()
            self.see(lambda: not self.panel.candles.state.is_loading_older)
            self.qtbot.wait(LOOK_EVERY_MS + 1)

    def study(self, *components: str) -> None:
        studies: list[Study] = []
        for component in components:
            studies.append(made_study(variable_use(component), registry(), studies))
        self.panel.studies.set_studies(studies)

    def settle(self) -> None:
        """Until nothing is computed; a hand pans the chart all the while."""
        with self.panning():
            self.see(lambda: not self.panel.studies.running() and not self.settings.operations.running())
            self.pause()

    def pause(self) -> None:
        """Until what was changed is painted, and seen."""
        self.qtbot.wait(60)

    def panning(self) -> Panning:
        return Panning(self.panel)

    def correct(self, row: int) -> None:
        before = candles_of(self.columns.copied(row, row + 1))[0]
        after = replace(before, volume=before.volume + next(self._prices))
        told_to_charts[self.world].tell(CandleCorrected(before, after, Correction.EXCHANGE_DIFFERS))
        assert self.columns.volume[row] == float(after.volume)

    def settle_rows(self, *candles: Candle) -> None:
        """The exchange says that in the hole there were these, and no others."""
        span = Span(*(moment_of(int(self.truth.opened[row])) for row in HOLE))
        told_to_charts[self.world].tell(CandlesSettled(BTC, UNIT, span, candles, Origin.EXCHANGE))

    def append(self, candles: tuple[Candle, ...]) -> None:
        """After the last, one after the other, as the exchange settles them."""
        first = UNIT.next(moment_of(int(self.columns.opened[-1])))
        moved = tuple(replace(one, opened_at=first + place * LENGTH) for place, one in enumerate(candles))
        span = Span(first, first + len(candles) * LENGTH)
        told_to_charts[self.world].tell(CandlesSettled(BTC, UNIT, span, moved, Origin.EXCHANGE))

    def append_one(self) -> None:
        self.append(candles_of(self.columns.copied(len(self.columns) - 1)))


class Panning:
    """Sixty times a second, to and fro."""

    def __init__(self, panel: ChartPanel) -> None:
        self._canvas = panel.canvas
        self._steps = count()
        self._timer = QTimer()
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._pan)

    def _pan(self) -> None:
        self._canvas.pan(3.0 if next(self._steps) % 40 < 20 else -3.0)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()


@pytest.fixture
def million(qtbot: QtBot, tmp_path: Path) -> Iterator[Million]:
    made = Million(qtbot, tmp_path)
    made.scroll_back(MILLION)
    made.panel.canvas.show_all()
    made.pause()
    yield made
    made.panel.studies.close()
    made.panel.hide()
    stop_operations(made.settings.operations)


@pytest.fixture
def answers(million: Million, event_loop_guard: EventLoopGuard) -> Callable[[str, Callable[[], object]], None]:
    def judge(what: str, act: Callable[[], object]) -> None:
        def acted() -> None:
            million.pause()
            act()
            million.pause()

        event_loop_guard.judge(what, acted, most_still=MOST_STILL)
        gaps = event_loop_guard.told[what]
        worked, away = gaps.longest.quiet * 1000, gaps.longest.away * 1000
        print(f"{what:44} {worked:4.0f} ms of work, {away:4.0f} ms by the clock, {gaps.looks} looks")

    return judge


Answers = Callable[[str, Callable[[], object]], None]


def test_studies_are_added_changed_and_removed(million: Million, answers: Answers) -> None:
    def compute(*components: str) -> None:
        million.panel.studies.set_studies([])
        million.study(*components)
        million.settle()

    for component in STUDIES:
        answers(f"{component}, whole", partial(compute, component))
    answers("all of them, whole", partial(compute, *STUDIES))
    assert million.agrees()

    def change() -> None:
        for period in (60, 20):
            studies = million.panel.studies.studies
            million.panel.studies.set_studies([studies[0].having("period", period), *studies[1:]])
            million.settle()

    answers("another parameter", change)
    million.panel.canvas.show_last()
    answers("a tick with eight studies", million.append_one)
    answers("a tick with eight studies, again", million.append_one)
    assert million.agrees()
    answers("all removed", lambda: million.panel.studies.set_studies([]))


def test_a_candle_in_the_middle_is_corrected(million: Million, answers: Answers) -> None:
    answers("a candle corrected in the middle", lambda: million.correct(500_000))
    answers("the first candle corrected", lambda: million.correct(0))
    million.study("ema", "bollinger")
    million.settle()

    def correct() -> None:
        million.correct(400_000)
        million.settle()

    answers("a candle corrected, with studies", correct)
    assert million.agrees()


def test_candles_come_and_go_in_the_middle(million: Million, answers: Answers) -> None:
    rows, hole = len(million.columns), candles_of(million.truth.rows(slice(*HOLE)))

    def fill() -> None:
        million.settle_rows(*hole)
        assert len(million.columns) == rows + len(hole)
        million.pause()
        million.settle_rows()
        assert len(million.columns) == rows

    answers("a hole in the middle filled, and again", fill)
    million.settle_rows(*hole)
    assert million.columns.copied().equals(million.truth.rows(slice(-rows - len(hole), None)))


def test_it_grows_at_its_end(million: Million, answers: Answers) -> None:
    """By more than any room that was kept there; pages of the exchange come while the chart is open."""
    rows = len(million.columns)
    page = candles_of(million.truth.rows(slice(0, PAGE)))

    def grow() -> None:
        for _ in range(PAGES):
            million.append(page)
            QApplication.processEvents()

    for _ in range(4):
        answers(f"{len(million.columns):,} candles grow", grow)
    assert len(million.columns) >= rows + 4 * PAGES * PAGE
    assert million.drawn.extremes(0, 10**9) == (million.columns.low.min(), million.columns.high.max())


def test_heikin_ashi(million: Million, answers: Answers) -> None:
    def dress(style: str) -> None:
        million.show(replace(million.choice, style=style))
        if style == "heikin-ashi":
            expected = expected_close()
            million.see(lambda: float(million.drawn.close[-1]) == expected)
            million.settle()
        million.pause()

    def expected_close() -> float:
        last = million.columns.copied(len(million.columns) - 1)
        return float(last.open[0] + last.high[0] + last.low[0] + last.close[0]) / 4

    def dress_anew() -> None:
        dress("filled")
        dress("heikin-ashi")

    answers("Heikin-Ashi", dress_anew)
    assert million.drawn.copied().equals(derived(million.columns))

    def correct() -> None:
        million.correct(500_000)
        million.settle()

    answers("Heikin-Ashi, a candle corrected", correct)
    answers("Heikin-Ashi, a new candle", million.append_one)
    assert million.drawn.copied().equals(derived(million.columns))


def test_scales_and_ranges(million: Million, answers: Answers) -> None:
    million.study("bollinger", "rsi", "macd")
    million.settle()
    canvas = million.panel.canvas
    for scale in ("log", "percent", "linear"):
        answers(f"scale: {scale}", lambda scale=scale: million.show(replace(million.choice, scale=scale)))  # type: ignore[misc]
    answers("the newest", canvas.show_last)
    answers("all", canvas.show_all)

    def zoom() -> None:
        for step in range(60):
            canvas.zoom(0.8 if step < 30 else 1.25)
            million.qtbot.wait(5)

    answers("zoom in and out", zoom)


def test_it_is_read_again(million: Million, answers: Answers) -> None:
    million.study("ema", "rsi")
    million.settle()

    def read_again() -> None:
        million.settings.operations.changed.emit(CANDLES_TOPIC, None)
        million.qtbot.wait(250)
        million.settle()

    answers("read again, unchanged", read_again)

    def read_others() -> None:
        series = million.store.series
        million.store.series = replace(series, close=series.high + series.low - series.close)
        read_again()

    answers("read again, and all of it is other", read_others)
    assert np.array_equal(million.columns.close, million.store.series.close)
    assert million.agrees()


def test_older_ones_come_while_studies_are_shown(
    qtbot: QtBot, tmp_path: Path, event_loop_guard: EventLoopGuard
) -> None:
    """All the way: each page moves the lines, and the buffers grow several times."""
    million = Million(qtbot, tmp_path)
    million.study("ema", "bollinger", "macd", "rsi")
    million.settle()
    pages = iter(range(200_000, MILLION + 200_000, 200_000))
    try:
        for rows in pages:
            with event_loop_guard.watching(f"to {rows:,}", most_still=3 * MOST_STILL) as gaps:
                million.scroll_back(rows)
            worked, away = gaps.longest.quiet * 1000, gaps.longest.away * 1000
            print(f"to {rows:9,} {worked:4.0f} ms of work, {away:4.0f} ms by the clock")
        million.settle()
        assert million.agrees()
    finally:
        million.panel.studies.close()
        million.panel.hide()
        stop_operations(million.settings.operations)


def test_a_chart_is_opened_once_more(million: Million, answers: Answers) -> None:
    """A million rows are given back while the newest are shown."""

    def open_again() -> None:
        rows = len(million.columns)
        million.panel.candles.open(BTC, UNIT)
        million.see(lambda: not million.settings.operations.running())
        assert len(million.columns) <= rows
        million.pause()

    answers("opened once more", open_again)


def test_a_million_is_read_of_the_file(million: Million, answers: Answers) -> None:
    """As the program has it: decoded, made columns and compared in another thread."""
    path = million.settings.services.paths.market_data_database
    path.parent.mkdir(parents=True, exist_ok=True)
    create_file(path, MARKET_DATA_FILE, million.settings.clock)
    with closing(open_candle_store(path)) as store:
        span = Span(moment_of(int(million.store.series.opened[0])), million.settings.clock.now())
        store.write(million.store.series, span, Origin.EXCHANGE, million.settings.clock.now())
    reads: list[int] = []

    class OfTheFile(LongHistory):
        def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
            with closing(open_candle_reader(path)) as reader:
                found = reader.read(market, unit, span, with_turnover=with_turnover)
            reads.append(len(found.series))
            return found

    million.world.candles = OfTheFile(million.store.series)

    def read_again() -> None:
        million.settings.operations.changed.emit(CANDLES_TOPIC, None)
        million.qtbot.wait(250)
        million.settle()

    answers("read of the file", read_again)
    assert max(reads) == len(million.columns) >= MILLION


def test_no_step_of_growing_is_long() -> None:
    """Half a million rows come to a million of them, at its end and in front; copied at once they took 130 ms."""
    series = walk(LATER, 2 * MILLION)
    columns = CandleColumns(series.rows(slice(MILLION // 2, 3 * MILLION // 2)), timedelta(0))
    line = LineColumns(columns.close)
    took = []
    for step in range(0, MILLION // 2, PAGE):
        newer = series.rows(slice(3 * MILLION // 2 + step, 3 * MILLION // 2 + step + PAGE))
        older = series.rows(slice(MILLION // 2 - step - PAGE, MILLION // 2 - step))
        began = thread_time()
        columns.replace_tail(newer)
        line.replace_tail(len(line), newer.close)
        columns.prepend(older)
        line.prepend(older.close)
        took.append(thread_time() - began)
    print(f"a step takes {median(took) * 1000:.2f} ms, the longest {max(took) * 1000:.1f} ms")
    assert columns.copied().equals(series)
    assert np.array_equal(line.values, series.close)
    assert max(took) / slowness() < LONGEST_STEP_SECONDS
