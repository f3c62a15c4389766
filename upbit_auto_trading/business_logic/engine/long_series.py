"""Candles of a day and longer while the program runs.

Their trades would fill the memory, and hardly ever is the program there from the first to the last. So none is closed
here: the exchange's own is read every minute, and what was traded since is put to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.live_candle import CandlesFetched
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.engine.live_series import LiveSeries

#: own seconds
READ_AGAIN_EVERY = 60.0
_DAY = timedelta(days=1)


def is_long(unit: CandleUnit) -> bool:
    return unit.length is None or unit.length >= _DAY


class LongSeries(LiveSeries):
    _read_again_at = float("-inf")

    @property
    def _reads_current(self) -> bool:
        return True

    def trade(self, trade: MarketTrade) -> None:
        opened_at = self._floor(trade.traded_at)
        interval = self._intervals.get(opened_at)
        if interval is None:
            if opened_at < self.settled_until or opened_at in self._settled_ahead:
                return
            interval = self._interval(opened_at)
        if interval.is_settled:
            told = interval.settled
            if told is None or (told.last_traded_at is not None and trade.traded_at > told.last_traded_at):
                self._ask_again(opened_at, interval)
        elif interval.forming.add(trade) and not interval.is_closed:
            self._show(opened_at, interval)

    def _is_whole(self, opened_at: datetime) -> bool:
        return False

    def _is_current_due(self, own_seconds: float) -> bool:
        return super()._is_current_due(own_seconds) or own_seconds >= self._read_again_at

    def fetched(self, answer: CandlesFetched, own_seconds: float) -> None:
        self._read_again_at = own_seconds + READ_AGAIN_EVERY
        super().fetched(answer, own_seconds)
