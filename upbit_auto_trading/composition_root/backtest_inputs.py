"""What a backtest is made of: a strategy that was read, candles that were loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
    from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
    from upbit_auto_trading.business_logic.use_cases.backtest_report import CandleSource
    from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData
    from upbit_auto_trading.component_system.compiler import CompiledStrategy


@dataclass(frozen=True, slots=True)
class CandleFile:
    """``market`` None: of nobody's market, without ticks and minimum."""

    path: Path
    market: Market | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OpenedStrategy:
    definition: StrategyDefinition
    compiled: CompiledStrategy
    #: of the bytes of its file
    sha256: str
    #: the one that it was written for
    own_unit: CandleUnit

    @property
    def plan(self) -> StrategyPlan:
        return self.compiled.plan


@dataclass(frozen=True, slots=True, eq=False)
class LoadedCandles:
    data: tuple[BacktestData, ...]
    sources: tuple[CandleSource, ...]
    #: candles that open before it only warm up; seconds since 1970
    decide_from: int | None

    @property
    def series(self) -> tuple[CandleSeries, ...]:
        return tuple(one.series for one in self.data)

    @property
    def rules(self) -> RuleBook | None:
        return self.data[0].rules
