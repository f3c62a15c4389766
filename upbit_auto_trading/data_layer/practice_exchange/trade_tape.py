"""The trades of one market: those that were printed while it ran, and before them those of the replayed candles."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.data_layer.practice_exchange.market_summary import TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.replays import Replay
from upbit_auto_trading.data_layer.practice_exchange.websocket_spelling import milliseconds

#: of the newest, half a kilobyte each; older ones are made of the candles again
KEPT: Final = 4_000
_NUMBERS_A_MILLISECOND = 10_000
_WINDOW = timedelta(minutes=10)
#: the exchange tells trades of the last seven days
_REACH: Final = timedelta(days=8)
_TICK = timedelta(microseconds=1)
_WINDOWS_KEPT = 16
#: after so many windows without a trade, days without a candle are passed over whole
_SILENT_WINDOWS = 6


class TradeTape:
    """``replay`` plays this market alone, and only for this tape."""

    def __init__(
        self, market: Market, replay: Replay, since: datetime, previous_close: Callable[[datetime], Decimal]
    ) -> None:
        self._market = market
        self._replay = replay
        self._since = since
        self._previous_close = previous_close
        self._live: deque[TapeTrade] = deque(maxlen=KEPT)
        self._windows: OrderedDict[datetime, list[TapeTrade]] = OrderedDict()

    def add(self, trade: TapeTrade) -> None:
        self._live.append(trade)

    def newest(self, count: int, before: datetime | None, before_number: int | None) -> list[TapeTrade]:
        """Newest first: at or before that moment, with a number under that one."""
        wanted = (
            trade
            for trade in self._backwards(before)
            if (before is None or trade.at <= before) and (before_number is None or trade.number < before_number)
        )
        return list(islice(wanted, count))

    def _backwards(self, before: datetime | None) -> Iterator[TapeTrade]:
        yield from reversed(self._live)
        edge = self._live[0].at if len(self._live) == KEPT else self._since
        first_number = self._live[0].number if self._live else None
        newest = edge if before is None else min(edge, before)
        opened_at = CandleUnit.MINUTES_10.floor(newest)
        silent = 0
        while opened_at > edge - _REACH:
            made = self._window(opened_at)
            for trade in reversed(made):
                if trade.at <= edge and (first_number is None or trade.number < first_number):
                    yield trade
            silent = 0 if made else silent + 1
            if silent >= _SILENT_WINDOWS and self._is_silent(CandleUnit.DAY.floor(opened_at)):
                opened_at = CandleUnit.DAY.floor(opened_at)
            opened_at -= _WINDOW

    def _is_silent(self, day: datetime) -> bool:
        unit = CandleUnit.DAY
        return not self._replay.candles(self._market, unit, day, day + _TICK, unit.next(day))

    def _window(self, opened_at: datetime) -> list[TapeTrade]:
        """What the candles of these minutes were made of."""
        if opened_at in self._windows:
            self._windows.move_to_end(opened_at)
            return self._windows[opened_at]
        self._replay.start_at(opened_at - _TICK)
        trades: list[TapeTrade] = []
        for tick in self._replay.advance(opened_at + _WINDOW - _TICK):
            if isinstance(tick, Print):
                first = milliseconds(tick.at) * _NUMBERS_A_MILLISECOND
                number = max(first, trades[-1].number + 1 if trades else 0)
                close = self._previous_close(tick.at)
                trades.append(
                    TapeTrade(self._market, number, tick.price, tick.quantity, tick.taker_side, tick.at, close)
                )
        self._windows[opened_at] = trades
        if len(self._windows) > _WINDOWS_KEPT:
            self._windows.popitem(last=False)
        return trades
