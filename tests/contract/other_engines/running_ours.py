"""Our own run of a strategy as it is written in a file, without a market's rules unless they are given."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tests.contract.other_engines.cross_rules import CrossRules, EngineTrade, strategy_of
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, Trade
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy


@cache
def registry() -> Registry:
    return built_in()


def plan_of(strategy: dict[str, Any]) -> StrategyPlan:
    return compile_strategy(read_strategy(json.dumps(strategy), registry()), registry())


def our_result(
    strategy: dict[str, Any], series: CandleSeries, settings: BacktestSettings, rules: RuleBook | None = None
) -> BacktestResult:
    return run_backtest(plan_of({**strategy, "unit": series.unit.value}), [BacktestData(series, rules=rules)], settings)


def our_trades(rules: CrossRules, series: CandleSeries, *, fast_forward: bool = True) -> list[EngineTrade]:
    settings = BacktestSettings(cash=rules.cash, fee=rules.fee, fast_forward=fast_forward)
    return [_told(trade) for trade in our_result(strategy_of(rules), series, settings).trades]


def _told(trade: Trade) -> EngineTrade:
    entered = (trade.entry_second, trade.entry_price, trade.quantity)
    if trade.is_open:
        return EngineTrade(*entered)
    return EngineTrade(*entered, trade.exit_second, trade.exit_price, trade.fees, trade.profit)
