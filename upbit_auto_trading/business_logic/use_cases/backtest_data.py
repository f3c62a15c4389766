"""Candles as a backtest needs them, and why some cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import (
    derived,
    divides,
    following_seconds,
    length_seconds,
    opening_seconds,
    whole_candles_around,
    whole_candles_within,
)
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, StoredRange
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.business_logic.use_cases.read_candles import known_range, read_candles
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData

#: a fee or a slippage of ten percent is a slip of the hand
_MOST_SHARE: Final = 0.1
_MOST_CASH: Final = 1e15
_MOST_LATENCY: Final = 1_000
#: what orders a coarser candle's inside
_INSIDE: Final = CandleUnit.MINUTE
#: variables that never forget would want everything
_MOST_WARM_UP: Final = 200_000
_LONGEST: Final = 366 * 86_400


def refuse_impossible(settings: BacktestSettings) -> None:
    """Raises InvalidParameter for the first that cannot be."""
    bounds = {
        "cash": (settings.cash, 0.0, _MOST_CASH, "0 < … ≤ 1,000,000,000,000,000"),
        "fee": (0.0 if settings.fee is None else settings.fee, -1e-18, _MOST_SHARE, "0 … 0.1"),
        "slippage": (settings.slippage, -1e-18, _MOST_SHARE, "0 … 0.1"),
        "spread": (settings.spread, -1e-18, _MOST_SHARE, "0 … 0.1"),
        "latency": (settings.latency, -1, _MOST_LATENCY, "0 … 1,000"),
        "volume_share": (1.0 if settings.volume_share is None else settings.volume_share, 0.0, 1.0, "0 < … ≤ 1"),
    }
    for name, (value, above, most, allowed) in bounds.items():
        if not (isfinite(value) and above < value <= most):
            raise InvalidParameter(f"backtest.{name}", value, "impossible-setting", allowed)


def data_in_unit(
    series: CandleSeries, unit: CandleUnit, day_start: timedelta, rules: RuleBook | None = None
) -> BacktestData:
    """The candles themselves, or those that they make, with themselves to order what happens inside. What is made of
    only a part, at either end, is left out. Raises InvalidParameter where the unit cannot be made of them."""
    if series.unit is unit:
        return BacktestData(series, rules=rules)
    if not divides(series.unit, unit):
        raise InvalidParameter(
            series.market.code, series.unit.value, "unit-not-made", f"{series.unit.value} → {unit.value}"
        )
    coarser = derived(series, unit, day_start)
    if not len(coarser):
        return BacktestData(coarser, series, rules)
    begins = opening_seconds(series.opened[:1], unit, day_start)[0] == series.opened[0]
    last_end = following_seconds(series.opened[-1:], series.unit, day_start)[0]
    ends = following_seconds(coarser.opened[-1:], unit, day_start)[0] <= last_end
    whole = coarser.rows(slice(0 if begins else 1, len(coarser) if ends else len(coarser) - 1))
    if not len(whole):
        return BacktestData(whole, series, rules)
    end = moment_of(int(following_seconds(whole.opened[-1:], unit, day_start)[0]))
    return BacktestData(whole, series.between(moment_of(int(whole.opened[0])), end), rules)


def refuse_too_few(plan: StrategyPlan, data: Sequence[BacktestData], decide_from: int | None) -> None:
    """Raises InvalidParameter where no market has a candle on which the strategy could decide and a later one on which
    its order could be filled: it tells how many are needed, and how many there are."""
    needed = plan.needs + 1
    most = max(data, key=lambda one: len(one.series))
    start = 0 if decide_from is None else decide_from
    can_decide = any(
        len(one.series) >= needed and int(np.searchsorted(one.series.opened, start)) < len(one.series) - 1
        for one in data
    )
    if not can_decide:
        counts = f"{len(most.series):,} / {needed:,}"
        raise InvalidParameter(most.series.market.code, len(most.series), "too-few-candles", counts)


def refuse_other_quotes(markets: Sequence[Market]) -> None:
    """One purse holds one currency. Raises InvalidParameter."""
    other = next((one for one in markets if one.quote != markets[0].quote), None)
    if other is not None:
        raise InvalidParameter(other.code, other.quote, "another-quote", markets[0].quote)


def stored_data(
    reader: CandleReader,
    market: Market,
    plan: StrategyPlan,
    span: Span | None,
    day_start: timedelta,
    rules: RuleBook | None,
) -> tuple[BacktestData, StoredRange]:
    """Of the range, or of all that is known; with candles before it to warm up on, as far as they are known without a
    gap. Where minutes are complete, they order what happens inside coarser candles.

    Raises InvalidParameter where nothing is stored, or some of the range is unknown: a missing candle would be taken
    for a time without trades.
    """
    known = known_range(reader, market, plan.unit)
    wanted = span if span is not None or known is None else known
    if wanted is None or known is None:
        raise InvalidParameter(market.code, plan.unit.value, "nothing-stored", plan.unit.value)
    whole = whole_candles_within(wanted, plan.unit, day_start)
    if whole is None:
        raise InvalidParameter(market.code, 0, "too-few-candles", f"0 / {plan.needs + 1:,}")
    wanted = whole
    warming = _warm_up(plan, wanted, known, day_start)
    found = read_candles(reader, market, plan.unit, warming, day_start)
    gaps = [gap for gap in (one.clipped(wanted) for one in found.unknown) if gap is not None]
    if gaps:
        raise InvalidParameter(
            market.code, gaps[0].start.isoformat(), "unknown-candles", _command(market, plan.unit, gaps)
        )
    begin = max((one.end for one in found.unknown if one.end <= wanted.start), default=warming.start)
    if plan.unit is not _INSIDE and divides(_INSIDE, plan.unit):
        minutes = read_candles(reader, market, _INSIDE, Span(begin, wanted.end), day_start)
        if minutes.is_complete and len(minutes.series):
            return _made_of(minutes.series, plan.unit, day_start, rules), found
    return BacktestData(found.series.between(begin, wanted.end), rules=rules), found


def _made_of(minutes: CandleSeries, unit: CandleUnit, day_start: timedelta, rules: RuleBook | None) -> BacktestData:
    """Of a range that is known to begin and end with whole candles, though nobody may have traded at its ends."""
    return BacktestData(derived(minutes, unit, day_start), minutes, rules)


def _warm_up(plan: StrategyPlan, wanted: Span, known: Span, day_start: timedelta) -> Span:
    length = length_seconds(plan.unit) or _LONGEST
    candles = min(plan.window, _MOST_WARM_UP)
    early = wanted.start - timedelta(seconds=length * candles)
    start = max(early, min(known.start, wanted.start))
    return whole_candles_around(Span(start, wanted.end), plan.unit, day_start)


def _command(market: Market, unit: CandleUnit, gaps: Sequence[Span]) -> str:
    """What fetches all of them, and nothing that is known: it asks only for what is missing."""
    exchange = "" if market.exchange == "upbit" else f" --exchange {market.exchange}"
    start, end = _written(gaps[0].start), _written(gaps[-1].end)
    return f"download {market.code}{exchange} --unit {unit.value} --from {start} --to {end}"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
