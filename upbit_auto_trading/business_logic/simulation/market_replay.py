"""Candle sources merged into one order of time, as prints and books; and their history as candles of any unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import merge

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.simulation.candle_columns import epoch_ms
from upbit_auto_trading.business_logic.simulation.candle_path import path_seed
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource
from upbit_auto_trading.business_logic.simulation.market_stream import Dated, MarketStream, StreamSettings
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.replay_history import RecentlyUsed, ReplayHistory
from upbit_auto_trading.business_logic.simulation.tick_grids import TickGrids

_KEPT_DAYS, _KEPT_HOURS = 48, 4_000


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    #: verify: every tick of the path is printed; a deep book follows each print, and foretells the next open
    lock_step: bool = False
    #: verify: how far the deep book's best prices lie from the price, as a fraction
    slippage: Decimal = Decimal(0)
    #: books of a market are at least so far apart; raise it with the speed (prints and candles do not change)
    book_interval: timedelta = timedelta(milliseconds=100)
    #: how far before ``start_at`` the history reaches, in whole days
    history: timedelta = timedelta(days=60)


class MarketReplay:
    def __init__(self, sources: Sequence[CandleSource], rules: RuleBook, settings: ReplaySettings, seed: int) -> None:
        if len({source.market for source in sources}) < len(sources):
            raise InvariantBroken("two sources of one market")
        self._sources = tuple(sources)
        self._settings = settings
        self._started_at: datetime | None = None
        self._waiting: Iterator[Dated] = iter(())
        self._next: Dated | None = None
        self._histories: dict[Market, ReplayHistory] = {}
        self._streams: list[MarketStream] = []
        days, hours = RecentlyUsed(_KEPT_DAYS), RecentlyUsed(_KEPT_HOURS)
        for number, source in enumerate(self._sources):
            grids = TickGrids(rules, source.market)
            path = replace(source.path, every_tick=settings.lock_step)
            of_market = path_seed(seed, source.market)
            self._histories[source.market] = ReplayHistory(source, grids, of_market, path, days, hours)
            book = replace(source.book, slippage=settings.slippage)
            interval_ms = max(settings.book_interval // timedelta(milliseconds=1), 1)
            stream = StreamSettings(path, book, interval_ms, settings.lock_step)
            self._streams.append(MarketStream(number, source, grids, of_market, stream))

    @property
    def listed(self) -> tuple[ListedMarket, ...]:
        return tuple(source.listed for source in self._sources)

    def start_at(self, moment: datetime) -> None:
        """Sets the point from which ``advance`` goes on; may go back as well. Each market begins with a book."""
        self._started_at = moment
        self._waiting = merge(*(stream.events_from(epoch_ms(moment)) for stream in self._streams))
        self._next = next(self._waiting, None)

    def advance(self, to: datetime) -> Iterator[Print | SyntheticBook]:
        """Everything after the last advance up to and with ``to``, in time order over all markets."""
        if self._started_at is None:
            raise InvariantBroken("advanced before its start")
        until = epoch_ms(to)
        while self._next is not None and self._next.at_ms <= until:
            # first on to the next one: whoever stops iterating here has had this one
            given, self._next = self._next, next(self._waiting, None)
            yield given.event

    def candles(
        self, market: Market, unit: CandleUnit, start: datetime, end: datetime, now: datetime
    ) -> tuple[Candle, ...]:
        """Those that open in [start, end) and not after ``now``; the one in progress holds its prints up to ``now``."""
        history = self._histories.get(market)
        if history is None:
            raise InvalidParameter("market", str(market), "not-replayed")
        begin = (self._started_at or now) - self._settings.history
        return history.candles(unit, start, end, now, CandleUnit.DAY.floor(begin))
