"""Runs a compiled strategy over candles: one path for every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import overload

from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, DecisionRow, FillRow
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.engine.strategy_run import Progress, StrategyRun
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.business_logic.simulation.candle_execution import CandleExecution
from upbit_auto_trading.business_logic.simulation.simulated_money import MarketTerms, PlainTerms, TermsByDate
from upbit_auto_trading.business_logic.use_cases.backtest_at_once import NotSimple, RunAtOnce
from upbit_auto_trading.business_logic.use_cases.simple_plan import as_simple
from upbit_auto_trading.utils.paused_garbage import paused_garbage


@dataclass(frozen=True, slots=True, eq=False)
class BacktestData:
    """Of one market. ``finer`` candles inside order what happens within one; ``rules`` None: no tick, no minimum."""

    series: CandleSeries
    finer: CandleSeries | None = None
    rules: RuleBook | None = None


def run_backtest(
    plan: StrategyPlan,
    data: Sequence[BacktestData],
    settings: BacktestSettings,
    *,
    day_start: timedelta = timedelta(0),
    decide_from: int | None = None,
    until: int | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Raises Cancelled where ``progress`` says so."""
    run, result = prepared_run(plan, data, settings, day_start=day_start, decide_from=decide_from)
    fills = _at_once(plan, data, settings, run) if until is None else None
    if fills is not None:
        return replace(result(), fills=fills, decisions=DecisionsOnDemand(run))
    run.run(progress, until=until)
    return result()


def _at_once(
    plan: StrategyPlan, data: Sequence[BacktestData], settings: BacktestSettings, run: StrategyRun
) -> list[FillRow] | None:
    """None where only the loop can tell."""
    if len(data) != 1 or data[0].finer is not None or not len(data[0].series):
        return None
    simple = as_simple(plan, settings, has_ticks=data[0].rules is not None)
    if simple is None:
        return None
    market = run.markets[0]
    try:
        with paused_garbage():
            return RunAtOnce(simple, market.columns, _terms(data[0], settings), settings, market.first_row).fills()
    except NotSimple:
        return None


class DecisionsOnDemand(Sequence[DecisionRow]):
    """Of a run whose trades are known already: the loop tells what led to them when it is asked."""

    def __init__(self, run: StrategyRun) -> None:
        self._run = run
        self._has_run = False

    def _known(self) -> Sequence[DecisionRow]:
        if not self._has_run:
            self._run.run()
            self._has_run = True
        return self._run.decisions

    @overload
    def __getitem__(self, index: int) -> DecisionRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[DecisionRow]: ...
    def __getitem__(self, index: int | slice) -> DecisionRow | Sequence[DecisionRow]:
        return self._known()[index]

    def __len__(self) -> int:
        return len(self._known())


def prepared_run(
    plan: StrategyPlan,
    data: Sequence[BacktestData],
    settings: BacktestSettings,
    *,
    day_start: timedelta = timedelta(0),
    decide_from: int | None = None,
) -> tuple[StrategyRun, ResultOf]:
    frames = [Frame(one.series, day_start) for one in data]
    finer = [None if one.finer is None else Frame(one.finer, day_start) for one in data]
    execution = CandleExecution(settings, frames, [_terms(one, settings) for one in data], finer)
    run = StrategyRun(plan, frames, execution, decide_from=decide_from, fast_forward=settings.fast_forward)
    return run, ResultOf(plan, settings, tuple(one.series for one in data), day_start, run, execution)


@dataclass(frozen=True, slots=True, eq=False)
class ResultOf:
    """What the run has come to; asked when it has ended."""

    plan: StrategyPlan
    settings: BacktestSettings
    series: tuple[CandleSeries, ...]
    day_start: timedelta
    run: StrategyRun
    execution: CandleExecution

    def __call__(self) -> BacktestResult:
        return BacktestResult(
            self.plan.name,
            self.settings,
            self.series,
            self.day_start,
            self.execution.fills,
            self.run.decisions,
            self.execution.limits,
            tuple(market.first_row for market in self.run.markets),
            self.run.stepped,
        )


def _terms(data: BacktestData, settings: BacktestSettings) -> TermsByDate:
    if data.rules is None:
        return PlainTerms(settings.fee)
    return MarketTerms(data.rules, data.series.market, settings.fee)
