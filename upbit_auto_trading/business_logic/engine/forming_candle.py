"""How a candle forms whose beginning was missed: the exchange's own, as it was read, and the trades after that."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.engine.candle_tally import CandleTally, seen_and_built

#: an answer of the exchange is on its way for some seconds; what is older than these trades is in it
MOST_REMEMBERED = 20_000


class FormingCandle:
    """A reading says when its newest trade was; what came later is added to it, whatever comes first."""

    def __init__(self, market: Market, unit: CandleUnit, opened_at: datetime) -> None:
        self._key = (market, unit, opened_at)
        #: as the exchange showed it when it was last read
        self.seen: Candle | None = None
        self._recent: deque[MarketTrade] = deque(maxlen=MOST_REMEMBERED)
        self._since = CandleTally(*self._key)

    @property
    def has_trades(self) -> bool:
        """Of which the last reading says nothing."""
        return bool(self._since.numbers)

    def add(self, trade: MarketTrade) -> bool:
        """False where it is in already."""
        if self._is_seen(trade) or not self._since.add(trade):
            return False
        self._recent.append(trade)
        return True

    def see(self, candle: Candle) -> None:
        """An older reading that was late changes nothing."""
        before = None if self.seen is None else self.seen.last_traded_at
        if before is not None and candle.last_traded_at is not None and candle.last_traded_at < before:
            return
        self.seen = candle
        later = [trade for trade in self._recent if not self._is_seen(trade)]
        self._recent = deque(later, maxlen=MOST_REMEMBERED)
        self._since = CandleTally(*self._key)
        for trade in later:
            self._since.add(trade)

    def candle(self) -> Candle | None:
        built = self._since.candle()
        if self.seen is None:
            return built
        whole = seen_and_built(self.seen, built)
        if built is None or self.seen.last_traded_at is None:
            return whole  # of which trades it was made nobody says
        return replace(
            whole,
            volume=self.seen.volume + built.volume,
            turnover=self.seen.turnover + built.turnover,
        )

    def _is_seen(self, trade: MarketTrade) -> bool:
        seen = self.seen
        return seen is not None and seen.last_traded_at is not None and trade.traded_at <= seen.last_traded_at
