"""Studies of a chart follow its candles: whole beside the window, at the tail at once, and never a wrong row."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pytest
from PyQt6.QtCore import QObject, pyqtSignal
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.made_candles import made_series
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.variable import OSCILLATOR, CandleVariable
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.studies import PRICE_PANE, Study, made_study
from upbit_auto_trading.ui.charts.study_legend import value_text
from upbit_auto_trading.ui.charts.study_lines import built_study, compute_lines
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.runtime.background_lane import MOST_WAITING
from upbit_auto_trading.ui.runtime.chart_studies import ChartStudies, StudyState
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Language, Text

DAY_START = timedelta(0)
LIMIT_MS = 10_000
EMA = Study("ema", variable_use("ema", period=5))
BANDS = Study("bands", variable_use("bollinger"), ("upper", "middle", "lower"), (2, 2, 2))
RSI = Study("rsi", variable_use("rsi"), colours=(3,))
MFI = Study("mfi", variable_use("mfi"), colours=(4,), pane="rsi")
MACD = Study("macd", variable_use("macd"), ("macd", "signal", "histogram"), (5, 6, 7))


class _Own(CandleVariable, id="user.own", title=Text("내 것", "Mine"), group=OSCILLATOR):
    """What a user wrote: the thread it runs in is noted, and it may end with an error."""

    threads: ClassVar[set[int]] = set()
    count: ClassVar[int] = 0
    is_broken: ClassVar[bool] = False

    @property
    def own_needs(self) -> int:
        return 1

    def compute(self, columns: Columns) -> Floats:
        self.threads.add(threading.get_ident())
        _Own.count += 1
        if _Own.is_broken:
            raise ZeroDivisionError
        return columns.close * 0 + 50


@cache
def registry() -> Registry:
    return built_in().having([_Own])


class Source(QObject):
    """As ``ChartCandles``: columns, and what happens to them."""

    opened = pyqtSignal()
    changed = pyqtSignal(int)
    prepended = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.columns: CandleColumns | None = None

    def open(self, series: CandleSeries) -> None:
        self.columns = CandleColumns(series, DAY_START)
        self.opened.emit()

    def tell(self, series: CandleSeries) -> None:
        assert self.columns is not None
        self.changed.emit(self.columns.replace_tail(series))

    def tell_older(self, series: CandleSeries) -> None:
        assert self.columns is not None
        self.prepended.emit(self.columns.prepend(series))


class World:
    def __init__(self, qtbot: QtBot, operations: Operations, ended: threading.Semaphore) -> None:
        self.qtbot = qtbot
        self.operations = operations
        self.ended = ended
        self.source = Source()
        self.studies = ChartStudies(self.source, operations, later_ms=0)
        self.changes: list[tuple[str, int]] = []
        self.redrawn = 0
        self.studies.lines_changed.connect(lambda study, row: self.changes.append((study, row)))
        self.studies.drawn_changed.connect(self._count)
        self.gate = threading.Event()

    def _count(self) -> None:
        self.redrawn += 1

    def begin(self, series: CandleSeries, *studies: Study) -> None:
        self.source.open(series)
        self.studies.set_registry(registry())
        self.studies.set_studies(studies)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.studies.running(), timeout=LIMIT_MS)

    def hold_threads(self) -> None:
        """What is submitted from now on waits, as behind a download."""
        self.gate.clear()
        reached = threading.Semaphore(0)

        def hold(_context: object) -> None:
            reached.release()
            assert self.gate.wait(30)

        for _ in range(2):
            self.operations.run_in_background(Operation(Text("막음", "Holding"), hold))
        assert reached.acquire(timeout=10)
        assert reached.acquire(timeout=10)

    def let_work_end(self, count: int) -> None:
        """So many are computed, and their answers lie before this window, which has not heard of them."""
        for _ in range(count):
            assert self.ended.acquire(timeout=10)

    def values(self, study: str, line: int = 0) -> Floats:
        return next(one for one in self.studies.drawn if one.built.study.id == study).lines[line].values

    def agrees(self) -> bool:
        """With a computation of all that stands there now."""
        columns = self.source.columns
        assert columns is not None
        frame = Frame(columns.copied(), DAY_START)
        for one in self.studies.drawn:
            whole = compute_lines(one.built, frame)
            for line, values in zip(one.lines, whole, strict=True):
                if len(line) != len(values) or not np.allclose(line.values, values, 1e-6, 1e-6, equal_nan=True):
                    return False
        return bool(self.studies.drawn)


@pytest.fixture
def world(qtbot: QtBot, stores: RuntimeStores, clock: FakeClock) -> Iterator[World]:
    _Own.is_broken = False
    _Own.threads = set()
    ended = threading.Semaphore(0)

    @contextmanager
    def counted(_name: str) -> Iterator[None]:
        yield
        ended.release()

    operations = Operations(stores.open, clock, measure=counted)
    operations.start()
    made = World(qtbot, operations, ended)
    yield made
    made.gate.set()
    made.studies.close()
    stop_operations(operations)


def test_lines_are_computed_beside_the_window(world: World) -> None:
    world.begin(made_series(500), EMA, BANDS, MACD)
    assert world.agrees()
    assert {study for study, _row in world.changes} == {"ema", "bands", "macd"}
    assert all(world.studies.state_of(one.id) is StudyState.READY for one in (EMA, BANDS, MACD))


def test_nothing_is_drawn_before_candles_and_components_are_there(world: World) -> None:
    world.studies.set_studies([EMA])
    assert world.studies.drawn == ()
    world.studies.set_registry(registry())
    world.source.open(made_series(100))
    world.settle()
    assert world.agrees()


def test_a_forming_and_an_appended_candle_are_followed_at_once(world: World) -> None:
    series, later = made_series(500), made_series(502, seed=7)
    world.begin(series, EMA, BANDS, RSI)
    world.changes.clear()
    world.source.tell(later.rows(slice(499, 500)))  # the same candle with another close
    assert world.changes == [("ema", 499), ("bands", 499), ("rsi", 499)]
    assert world.agrees()
    world.source.tell(later.rows(slice(500, 502)))
    assert world.agrees()


def test_what_changed_while_it_was_computed_is_computed_again(world: World) -> None:
    series, later = made_series(500), made_series(510, seed=9)
    world.source.open(series)
    world.studies.set_registry(registry())
    world.hold_threads()
    world.studies.set_studies([EMA, RSI])
    world.source.tell(later.rows(slice(480, 500)))  # under the columns that are read beside the window
    world.source.tell(later.rows(slice(500, 510)))
    world.gate.set()
    world.settle()
    assert world.agrees()


def test_what_changed_before_the_answer_was_heard_is_computed_again(world: World) -> None:
    series, later = made_series(500), made_series(510, seed=9)
    world.source.open(series)
    world.studies.set_registry(registry())
    world.studies.set_studies([EMA, RSI])
    world.let_work_end(2)
    world.source.tell(later.rows(slice(480, 500)))
    world.source.tell(later.rows(slice(500, 510)))
    world.settle()
    assert world.agrees()


def test_what_is_known_to_be_old_is_not_shown_for_a_moment(world: World) -> None:
    world.source.open(made_series(500))
    world.studies.set_registry(registry())
    world.studies.set_studies([Study("own", variable_use("user.own"))])
    world.let_work_end(1)
    world.source.tell(made_series(500, seed=9).rows(slice(480, 500)))
    lengths: list[int] = []
    world.studies.lines_changed.connect(lambda study, _row: lengths.append(len(world.values(study))))
    world.settle()
    assert lengths == [480, 500]
    assert world.agrees()


def test_older_candles_before_the_first_answer(world: World) -> None:
    """What comes too late is not shown for a moment at wrong candles."""
    whole = made_series(900)
    world.source.open(whole.rows(slice(400, None)))
    world.studies.set_registry(registry())
    world.studies.set_studies([EMA, RSI])
    world.let_work_end(2)
    world.source.tell_older(whole.rows(slice(0, 400)))
    lengths: set[int] = set()
    world.studies.lines_changed.connect(lambda study, _row: lengths.add(len(world.values(study))))
    world.settle()
    assert lengths == {900}
    assert world.agrees()


def test_older_candles_move_the_lines_at_once_and_fill_them_later(world: World) -> None:
    whole = made_series(900)
    world.begin(whole.rows(slice(400, None)), EMA, BANDS)
    before = world.values("ema").copy()
    world.hold_threads()
    world.source.tell_older(whole.rows(slice(200, 400)))
    assert np.array_equal(world.values("ema")[200:], before, equal_nan=True)
    world.source.tell_older(whole.rows(slice(0, 200)))  # before the first were done
    world.gate.set()
    world.settle()
    assert world.agrees()


def test_older_and_newer_candles_at_the_same_time(world: World) -> None:
    whole = made_series(900)
    world.begin(whole.rows(slice(400, 800)), EMA, RSI)
    world.hold_threads()
    world.source.tell(whole.rows(slice(799, 850)))
    world.source.tell_older(whole.rows(slice(0, 400)))
    world.source.tell(whole.rows(slice(849, 900)))
    world.gate.set()
    world.settle()
    assert world.agrees()


def test_changes_under_the_older_candles_that_are_computed(world: World) -> None:
    """Of a short history every row is decided by what came before it."""
    whole, other = made_series(200), made_series(200, seed=8)
    world.begin(whole.rows(slice(50, 200)), BANDS, RSI)
    world.let_work_end(2)
    world.source.tell_older(whole.rows(slice(0, 50)))
    world.let_work_end(2)
    world.source.tell(other.rows(slice(60, 200)))
    world.source.tell(other.rows(slice(199, 200)))
    world.settle()
    assert world.agrees()


def test_many_candles_at_once_are_computed_beside_the_window(world: World) -> None:
    whole = made_series(3_000)
    world.begin(whole.rows(slice(0, 500)), EMA)
    world.source.tell(whole.rows(slice(500, 3_000)))
    assert world.studies.running() == ("ema",)
    world.settle()
    assert world.agrees()


def test_threads_that_are_too_busy_are_asked_again(world: World) -> None:
    whole = made_series(3_000)
    world.begin(whole.rows(slice(0, 500)), EMA)
    world.hold_threads()
    for _ in range(MOST_WAITING):
        world.operations.run_in_background(Operation(Text("무엇", "Something"), lambda _context: None))
    world.source.tell(made_series(3_000, seed=5).rows(slice(300, 2_900)))  # and old ones are other than they were
    world.gate.set()
    world.qtbot.waitUntil(lambda: not world.operations.running(), timeout=LIMIT_MS)
    assert world.studies.state_of("ema") is StudyState.READY
    world.source.tell(whole.rows(slice(2_899, 3_000)))
    world.settle()
    assert world.agrees()


def test_another_market_begins_anew(world: World) -> None:
    world.begin(made_series(500), EMA)
    world.hold_threads()
    world.source.open(made_series(300, seed=5, unit=CandleUnit.HOUR))
    assert len(world.values("ema")) == 0
    world.gate.set()
    world.settle()
    assert world.agrees()


def test_hidden_ones_are_not_computed_and_come_back(world: World) -> None:
    hidden = Study("ema", EMA.use, is_hidden=True)
    world.begin(made_series(300), hidden, RSI)
    assert [one.built.study.id for one in world.studies.drawn] == ["rsi"]
    assert world.studies.state_of("ema") is None
    assert world.studies.pane_of("ema") is None
    world.studies.set_studies([EMA, RSI])
    world.settle()
    assert world.agrees()


def test_a_colour_or_an_order_computes_nothing_again(world: World) -> None:
    world.begin(made_series(300), EMA, RSI)
    lines = {one.built.study.id: one.lines[0] for one in world.studies.drawn}
    world.changes.clear()
    world.studies.set_studies([RSI, EMA.coloured(0, 8)])
    assert world.studies.running() == ()
    assert world.changes == []
    assert [one.built.study.id for one in world.studies.drawn] == ["rsi", "ema"]
    assert all(one.lines[0] is lines[one.built.study.id] for one in world.studies.drawn)
    assert world.studies.drawn[1].built.lines[0].token == "overlay8"


def test_another_parameter_computes_again(world: World) -> None:
    world.begin(made_series(300), EMA)
    world.studies.set_studies([EMA.having("period", 50)])
    world.settle()
    assert world.agrees()
    assert np.isnan(world.values("ema")[:49]).all()


def test_an_unknown_component_is_kept_without_lines(world: World) -> None:
    gone = Study("gone", variable_use("user.gone"))
    world.begin(made_series(100), gone, EMA)
    assert world.studies.state_of("gone") is StudyState.UNUSABLE
    assert [one.id for one in world.studies.studies] == ["gone", "ema"]
    assert world.studies.legend_of("gone") is None
    assert world.agrees()
    world.source.tell(made_series(101, seed=3).rows(slice(99, 101)))
    world.source.tell_older(made_series(0))
    assert world.agrees()


def test_what_the_user_wrote_runs_beside_the_window_alone(world: World) -> None:
    own = Study("own", variable_use("user.own"))
    world.begin(made_series(100), own)
    world.source.tell(made_series(101).rows(slice(100, 101)))
    assert world.studies.running() == ("own",)
    world.settle()
    assert _Own.threads
    assert threading.get_ident() not in _Own.threads
    assert world.agrees()


def test_many_ticks_ask_once_for_what_is_not_quick(world: World) -> None:
    own = Study("own", variable_use("user.own"))
    world.begin(made_series(100), own)
    before = _Own.count
    for seed in range(20):
        world.source.tell(made_series(101, seed=seed).rows(slice(100, 101)))
    world.settle()
    assert world.agrees()
    assert _Own.count == before + 2  # once for the ticks, once for the comparison


def test_an_error_in_it_says_so_and_leaves_no_values(world: World) -> None:
    own = Study("own", variable_use("user.own"))
    world.begin(made_series(100), own, EMA)
    states: list[str] = []
    world.studies.state_changed.connect(states.append)
    _Own.is_broken = True
    world.source.tell(made_series(101).rows(slice(100, 101)))
    world.settle()
    assert world.studies.state_of("own") is StudyState.FAILED
    assert states == ["own"]
    assert isinstance(world.studies.error_of("own"), ZeroDivisionError)
    assert len(world.values("own")) == 0
    assert len(world.values("ema")) == 101
    world.source.tell_older(made_series(0))
    _Own.is_broken = False
    world.source.open(made_series(50))
    world.settle()
    assert world.studies.state_of("own") is StudyState.READY


def test_panes_are_shared_where_it_was_chosen_and_fits(world: World) -> None:
    stray = Study("stray", variable_use("macd"), ("macd", "signal"), (1, 2), pane="rsi")
    world.begin(made_series(200), EMA, RSI, MFI, stray, MACD)
    assert world.studies.pane_of("ema") == PRICE_PANE
    assert world.studies.pane_of("rsi") == world.studies.pane_of("mfi") == "study-rsi"
    assert world.studies.pane_of("stray") == "study-stray"  # of another unit
    assert [pane.id for pane in world.studies.panes] == ["study-rsi", "study-stray", "study-macd"]
    rsi = world.studies.panes[0]
    assert (rsi.studies, rsi.guides, rsi.bounds) == (("rsi", "mfi"), (30.0, 70.0, 20.0, 80.0), (0.0, 100.0))
    world.studies.set_studies([MFI])  # its host is gone
    assert world.studies.pane_of("mfi") == "study-mfi"


def test_the_legend_tells_name_and_values_in_their_colours(world: World, qtbot: QtBot) -> None:
    world.begin(made_series(200), EMA, MACD, RSI, made_study(variable_use("pattern-doji"), registry()))
    world.studies.price_decimals = 0
    legend = world.studies.legend_of("ema")
    assert legend is not None
    assert (legend.name, legend.token, legend.dash) == ("EMA(5)", "overlay1", ())
    value = world.values("ema")[100]
    assert [part.text for part in legend.parts_at(100)] == [f"{value:,.0f}"]
    assert [part.text for part in legend.parts_at(0)] == ["–"]
    assert [part.text for part in legend.parts_at(None)] == [f"{world.values('ema')[-1]:,.0f}"]
    macd = world.studies.legend_of("macd")
    assert macd is not None
    assert [part.token for part in macd.parts_at(None)] == ["overlay5", "overlay6", "overlay7"]
    rsi = world.studies.legend_of("rsi")
    assert rsi is not None
    assert [part.text for part in rsi.parts_at(None)] == [f"{world.values('rsi')[-1]:.1f}"]
    doji = world.studies.legend_of("s1")
    assert doji is not None
    assert doji.name == "도지"
    language_state().set_language(Language.ENGLISH)
    english: Any = world.studies.legend_of("s1")
    assert english.name == "Doji"
    language_state().set_language(Language.KOREAN)


def test_decimals_are_those_of_the_tick_or_of_the_unit(world: World) -> None:
    world.begin(made_series(200), EMA)
    world.studies.price_decimals = 2
    legend = world.studies.legend_of("ema")
    assert legend is not None
    assert legend.parts_at(None)[0].text.rpartition(".")[2].isdigit()
    built = built_study(registry(), RSI, CandleUnit.MINUTE)
    assert (built.decimals, value_text(built, 55.04, 2)) == (1, "55.0")
    distance = built_study(registry(), MACD, CandleUnit.MINUTE)
    assert [value_text(distance, value, 0) for value in (12_345.6, -1.234)] == ["12,346", "−1.23"]
    flow = built_study(registry(), Study("s", variable_use("volume")), CandleUnit.MINUTE)
    assert value_text(flow, 38_420_000.0, 0) == "3,842만"
    assert value_text(flow, None, 0) == "–"


def test_a_value_of_coarser_candles_follows_too(world: World) -> None:
    """That of the last hour that has closed."""
    hourly = Study("hour", Use(ComponentKind.VARIABLE, "ema", (("period", 3),), CandleUnit.HOUR))
    bands = Study("bands", replace(BANDS.use, unit=CandleUnit.HOUR), BANDS.lines, BANDS.colours)
    whole = made_series(3_000)
    world.begin(whole.rows(slice(600, 2_800)), hourly, bands)
    world.source.tell(whole.rows(slice(2_799, 2_900)))
    world.settle()
    world.source.tell_older(whole.rows(slice(0, 600)))
    world.source.tell(whole.rows(slice(2_899, 3_000)))
    world.settle()
    assert world.agrees()
    assert [one.built.title.ko for one in world.studies.drawn] == ["EMA(3) 60m", "볼린저(20, 2) 60m"]
