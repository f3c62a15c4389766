"""What is said of a finished run, to people and to programs: the result with where its candles came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import PLAIN_FEE, BacktestResult
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.performance.summary import Summary, begin_of, summary_of
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class CandleSource:
    """Where the candles of one market came from."""

    market: Market
    #: name of the file; None: the store
    file: str | None = None
    #: of the candles that were there
    unit: CandleUnit = CandleUnit.MINUTE
    #: of those that order what happens inside a candle; None: nothing does
    finer: CandleUnit | None = None
    #: ticks, minimum and fee are those of the market on each day
    has_rules: bool = False
    #: opening times of candles that lie far from both neighbours
    jumps: tuple[datetime, ...] = ()
    #: of the warm-up alone: where anything else is unknown, nothing is run
    unknown: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BacktestReport:
    result: BacktestResult
    summary: Summary
    strategy_sha256: str
    sources: tuple[CandleSource, ...]
    #: candles that opened before it only warmed up; seconds since 1970
    begin: int
    #: of each fill; it changed on some day within the run where ``fee_changed``
    fee: float
    fee_changed: bool
    #: names of rules, levels and brakes by their ids
    names: Mapping[str, Text]
    #: what a reader has to know, besides what no result can know
    warnings: tuple[Text, ...] = ()

    @property
    def series(self) -> tuple[CandleSeries, ...]:
        """Without the warm-up."""
        return tuple(one.rows(slice(int(np.searchsorted(one.opened, self.begin)), None)) for one in self.result.series)


def report_of(
    result: BacktestResult,
    plan: StrategyPlan,
    sources: tuple[CandleSource, ...],
    strategy_sha256: str,
    rules: RuleBook | None = None,
    begin: int | None = None,
    warnings: tuple[Text, ...] = (),
) -> BacktestReport:
    begin = begin_of(result) if begin is None else begin
    fees = _fees(result, rules)
    return BacktestReport(
        result=result,
        summary=summary_of(result, begin),
        strategy_sha256=strategy_sha256,
        sources=sources,
        begin=begin,
        fee=fees[0],
        fee_changed=len(set(fees)) > 1,
        names=names_in(plan),
        warnings=warnings,
    )


def names_in(plan: StrategyPlan) -> dict[str, Text]:
    """Of what fills and decisions name; what has no name of its own is called by its id."""
    named = {rule.id: rule.name for rule in plan.rules if rule.name.ko or rule.name.en}
    return {rule.id: Text(rule.id, rule.id) for rule in plan.rules} | named


def _fees(result: BacktestResult, rules: RuleBook | None) -> list[float]:
    if result.settings.fee is not None:
        return [result.settings.fee]
    if rules is None:
        return [PLAIN_FEE]
    filled = [series for series in result.series if len(series)]
    return [
        float(rules.rules(series.market, moment_of(int(series.opened[row]))).fees.taker_buy)
        for series in filled
        for row in (0, -1)
    ] or [PLAIN_FEE]
