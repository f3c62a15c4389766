"""Trades that a user's order caused beyond the replayed ones, and the candles with them in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.practice_exchange.live_candles import first_of, with_trade
from upbit_auto_trading.data_layer.practice_exchange.market_summary import TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.replays import Replay

#: how far back a page of candles is looked for; built-in history is shorter
_REACH: Final = timedelta(days=5 * 366)
_WIDENING: Final = 4
_CALENDAR = {CandleUnit.MONTH: timedelta(days=31), CandleUnit.YEAR: timedelta(days=366)}


class OwnTrades:
    def __init__(self) -> None:
        self._trades: defaultdict[Market, list[TapeTrade]] = defaultdict(list)

    def add(self, trade: TapeTrade) -> None:
        self._trades[trade.market].append(trade)

    def candles(
        self, replay: Replay, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> list[Candle]:
        """Those that open in [start, end), oldest first."""
        return self._with_own(replay.candles(market, unit, start, end, now), market, unit, start, end)

    def newest_candles(
        self, replay: Replay, market: Market, unit: CandleUnit, end: datetime, count: int, now: datetime
    ) -> list[Candle]:
        """Newest first. Intervals without trades have none, so pages reach back until they are full."""
        found: list[Candle] = []
        span = (unit.length or _CALENDAR[unit]) * (count + 1)
        oldest = now - _REACH
        while len(found) < count and end > oldest:
            start = unit.floor(end - span)
            candles = self.candles(replay, market, unit, start, end, now)
            found += reversed(candles)
            end = start
            span *= _WIDENING
        return found[:count]

    def _with_own(
        self, candles: Iterable[Candle], market: Market, unit: CandleUnit, start: datetime, end: datetime
    ) -> list[Candle]:
        by_opening = {candle.opened_at: candle for candle in candles}
        for trade in self._trades.get(market, ()):
            opened_at = unit.floor(trade.at)
            if start <= opened_at < end:
                candle = by_opening.get(opened_at)
                by_opening[opened_at] = first_of(trade, unit) if candle is None else _joined(candle, trade)
        return [by_opening[opened_at] for opened_at in sorted(by_opening)]


def _joined(candle: Candle, trade: TapeTrade) -> Candle:
    """A trade before the newest replayed one does not close the candle."""
    joined = with_trade(candle, trade)
    if candle.last_traded_at is not None and candle.last_traded_at > trade.at:
        return replace(joined, close=candle.close, last_traded_at=candle.last_traded_at)
    return joined
