"""What a reader of a result has to know of it: of its candles, of rules that never fired, of what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, Outcome
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.component_system.quiet_rules import QuietRule, quiet_rules
from upbit_auto_trading.ui.reports import backtest_words as words
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.composition_root.backtest_inputs import LoadedCandles, OpenedStrategy


def warnings_of(
    strategy: OpenedStrategy, candles: LoadedCandles, result: BacktestResult, day_start: timedelta
) -> tuple[Text, ...]:
    return (
        *_of_candles(candles, result, strategy.own_unit),
        *(_of_quiet(strategy, result, day_start) if not result.fills else ()),
        *_of_the_end(result),
    )


def _of_candles(candles: LoadedCandles, result: BacktestResult, own_unit: CandleUnit) -> Iterator[Text]:
    for source in candles.sources:
        yield from words.source_words(source, result.unit.value)
    if result.unit is not own_unit:
        yield words.other_unit(own_unit.value, result.unit.value)
    if candles.decide_from is None:
        return
    for series, row in zip(result.series, result.first_rows, strict=True):
        if row < len(series) and row > int((series.opened < candles.decide_from).sum()):
            yield words.short_warm_up(series.market.code, words.shown_time(int(series.opened[row])))


def _of_quiet(strategy: OpenedStrategy, result: BacktestResult, day_start: timedelta) -> Iterator[Text]:
    from upbit_auto_trading.business_logic.engine.frame import Frame

    yield words.NO_ENTRY
    frames = [Frame(series, day_start) for series in result.series if len(series)]
    outcomes = Counter((one.rule, one.outcome, one.by) for one in result.decisions)
    for rule in quiet_rules(strategy.compiled, frames):
        told = [(outcome, by, count) for (name, outcome, by), count in outcomes.items() if name == rule.id]
        yield from _why(rule, told)


def _why(rule: QuietRule, told: list[tuple[Outcome, str, int]]) -> Iterator[Text]:
    never = [one for one in rule.conditions if one.held == 0]
    if never:
        yield from (words.never_held(rule.name, one.condition) for one in never)
    elif rule.held == 0:
        yield words.never_together(rule.name, [(one.condition, one.held or 0) for one in rule.conditions])
    elif told:
        yield words.held_but(rule.name, sum(count for _outcome, _by, count in told), told)


def _of_the_end(result: BacktestResult) -> Iterator[Text]:
    still_open = sum(trade.is_open for trade in result.trades)
    if still_open:
        yield words.still_open(still_open)
