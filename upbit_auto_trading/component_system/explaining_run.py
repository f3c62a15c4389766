"""What every rule of a strategy said at one candle of a backtest, with the values it saw: taken or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
from upbit_auto_trading.business_logic.engine.rules_at import rules_at
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, prepared_run
from upbit_auto_trading.component_system.compiler import CompiledStrategy
from upbit_auto_trading.component_system.explaining import explain_rule


def explain_candle(
    compiled: CompiledStrategy,
    data: Sequence[BacktestData],
    settings: BacktestSettings,
    market: int,
    opened: int,
    *,
    day_start: timedelta = timedelta(0),
    decide_from: int | None = None,
) -> tuple[RuleExplanation, ...]:
    """At the close of the market's candle that opened then, by the same run up to there. Empty where it decided nothing
    there: no such candle, or one of the warm-up."""
    run, _ = prepared_run(compiled.plan, data, settings, day_start=day_start, decide_from=decide_from)
    return tuple(
        explain_rule(compiled.rules[one.rule.id], one.view, one.prevented) for one in rules_at(run, market, opened)
    )
