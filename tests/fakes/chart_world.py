"""What the candles of a chart stand on, in memory: a store, an exchange that a test directs, live candles it tells."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from PyQt6.QtCore import QObject, pyqtSignal

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_downloads import FakeDownloads
from tests.fakes.fake_streams import FakeStreams
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.runtime_stores import RuntimeStores
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, series_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleForming,
    CandleFreshness,
    CandleFreshnessChanged,
    FollowedSeries,
    FreshnessState,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange, WriteReport
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.chart_data import ExchangeCandles, StoredChart
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES
from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles
from upbit_auto_trading.ui.runtime.chart_ports import ChartReader, ChartServices
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from tests.fakes.market_data_world import MarketDataWorld

BTC, ETH = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH")
LISTED = (ListedMarket(BTC, "비트코인", "Bitcoin"), ListedMarket(ETH, "이더리움", "Ethereum"))
DAY_START = timedelta(0)


@lru_cache(maxsize=50_000)
def made_candle(market: Market, unit: CandleUnit, opened_at: datetime, price: int | None = None) -> Candle:
    """Every other has another price, the same at every call."""
    minutes = int(opened_at.timestamp()) // 60
    low = Decimal(minutes % 977 + (100 if market == BTC else 5_000) if price is None else price)
    prices = (low + 1, low + 3, low, low + 2)
    return Candle(market, unit, opened_at, *prices, Decimal(minutes % 7 + 1), prices[3])


class SharedCandles(MemoryCandleStore):
    """Read in other threads than it is written in, as the file is."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()

    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
        with self._lock:
            return super().read(market, unit, span, with_turnover=with_turnover)

    def covered(self, market: Market, unit: CandleUnit, span: Span | None = None) -> tuple[CoveredSpan, ...]:
        with self._lock:
            return super().covered(market, unit, span)

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        with self._lock:
            return super().write(series, span, origin, recorded_at)

    def append(self, candles: Iterable[Candle], recorded_at: datetime) -> WriteReport:
        with self._lock:
            return super().append(candles, recorded_at)

    def forget(self, market: Market, unit: CandleUnit | None = None, span: Span | None = None) -> int:
        with self._lock:
            return super().forget(market, unit, span)


@dataclass(frozen=True, slots=True)
class Asked:
    market: Market
    unit: CandleUnit
    start: datetime
    end: datetime


class CandleExchange:
    """Implements ``Exchange`` and ``MarketData`` as far as a chart asks. Each interval has a candle."""

    name = "practice"

    def __init__(self, clock: FakeClock, listed_at: datetime) -> None:
        self._clock = clock
        self.listed_at = listed_at
        self.capabilities = UPBIT_CAPABILITIES
        self.asked: list[Asked] = []
        self.failures: list[Exception] = []
        #: nobody traded in them
        self.quiet: list[Span] = []
        #: while it is clear, answers wait
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def market_data(self) -> Any:
        return self

    def health(self) -> Any:
        return NoDifference()

    def has(self, opened_at: datetime) -> bool:
        return opened_at >= self.listed_at and not any(span.holds(opened_at) for span in self.quiet)

    def candles(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        """The truth."""
        opened_at, found = unit.floor(max(start, self.listed_at)), []
        while opened_at < min(end, self._clock.now()):
            if opened_at >= start and self.has(opened_at):
                found.append(made_candle(market, unit, opened_at))
            opened_at = unit.next(opened_at)
        return tuple(found)

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> tuple[Candle, ...]:
        self.asked.append(Asked(market, unit, start, end))
        assert self.may_answer.wait(30)
        if self.failures:
            raise self.failures.pop(0)
        return self.candles(market, unit, start, end)

    def candles_before(self, market: Market, unit: CandleUnit, before: datetime, count: int) -> tuple[Candle, ...]:
        assert count == 1
        opened_at = unit.floor(before - timedelta(seconds=1))
        while opened_at >= self.listed_at:
            if self.has(opened_at):
                return (made_candle(market, unit, opened_at),)
            opened_at = unit.floor(opened_at - timedelta(seconds=1))
        return ()


class NoDifference:
    clock_difference = None


class CandleConnection:
    """Implements ``Connection``."""

    practice = None
    world = None

    def __init__(self, exchange: CandleExchange) -> None:
        self.exchange = cast(Any, exchange)
        self.markets = LISTED
        self.streams = FakeStreams()
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive

    def close(self) -> None:
        """It holds nothing."""


class ToldCandles(QObject):
    """The signals of ``EngineLink`` that a chart listens to."""

    forming_changed = pyqtSignal(object)
    candles_told = pyqtSignal(object)
    freshness_changed = pyqtSignal(object)

    def forms(self, candle: Candle) -> None:
        self.forming_changed.emit((CandleForming(candle, is_whole=False),))

    def tell(self, *events: LiveCandleEvent) -> None:
        self.candles_told.emit(events)

    def judge(
        self, market: Market, unit: CandleUnit, state: FreshnessState, reason: str | None = None, at: Any = None
    ) -> None:
        self.freshness_changed.emit((CandleFreshnessChanged(market, unit, CandleFreshness(state, at, reason)),))


#: what charts over a ``MarketDataWorld`` are told live, by world
told_to_charts: WeakKeyDictionary[MarketDataWorld, ToldCandles] = WeakKeyDictionary()


def chart_over(world: MarketDataWorld, parent: QObject | None = None) -> ChartCandles:
    """A chart of a screen's world."""

    @contextmanager
    def open_reader() -> Iterator[ChartReader]:
        yield StoredChart(world.candles)

    told = told_to_charts.setdefault(world, ToldCandles())
    services = ChartServices(
        operations=world.operations,
        link=world.link,
        engine=cast(EngineLink, told),
        board=world.board,
        freshness=world.freshness,
        downloads=world.downloads,
        clock=world.clock,
        market_now=world.clock.now,
        open_store=open_reader,
        source_of=lambda connection: ExchangeCandles(connection, world.clock),
        view=lambda _owner, _series: False,
        day_start_of=lambda _exchange: DAY_START,
    )
    return ChartCandles(services, parent)


class ChartWorld:
    """``make`` a chart; the rest is for the test to arrange and to look at."""

    def __init__(self, clock: FakeClock, listed_at: datetime) -> None:
        self.clock = clock
        self.candles = SharedCandles()
        self._stores = RuntimeStores(clock)
        self.operations = Operations(self._open_stores, clock)
        self.exchange = CandleExchange(clock, listed_at)
        #: how each opening of the exchange ends
        self.ahead: list[CandleConnection | Exception] = [CandleConnection(self.exchange)]
        self.link = ExchangeLink(Text("여는 중", "Opening"), self._open, self.operations)
        self.told = ToldCandles()
        self.board = MarketBoard(lambda _name, _topics: None, clock)
        self.freshness = FreshnessBoard()
        self.downloads = FakeDownloads()
        #: of charts that are made from now on
        self.retry_after_ms: tuple[int, ...] = (60_000,)
        #: what each chart looks at
        self.viewed: dict[str, FollowedSeries] = {}

    @contextmanager
    def _open_stores(self) -> Iterator[Stores]:
        with self._stores.open() as others:
            yield replace(others, candles=self.candles)

    @contextmanager
    def _open_reader(self) -> Iterator[ChartReader]:
        yield StoredChart(self.candles)

    def _open(self, _context: object) -> Any:
        end = self.ahead.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    def _view(self, owner: str, series: FollowedSeries | None) -> bool:
        if series is None:
            self.viewed.pop(owner, None)
        else:
            self.viewed[owner] = series
        return False

    def make(self, parent: QObject | None = None) -> ChartCandles:
        services = ChartServices(
            operations=self.operations,
            link=self.link,
            engine=cast(EngineLink, self.told),
            board=self.board,
            freshness=self.freshness,
            downloads=self.downloads,
            clock=self.clock,
            market_now=self.clock.now,
            open_store=self._open_reader,
            source_of=lambda connection: ExchangeCandles(connection, self.clock),
            view=self._view,
            day_start_of=lambda _exchange: DAY_START,
            retry_after_ms=self.retry_after_ms,
        )
        return ChartCandles(services, parent)

    def store(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> None:
        """As the exchange has it, known."""
        series = series_of(market, unit, self.exchange.candles(market, unit, start, end))
        self.candles.write(series, Span(start, end), Origin.EXCHANGE, self.clock.now())

    def source(self, market: Market, unit: CandleUnit, start: datetime, end: datetime) -> CandleSeries:
        return series_of(market, unit, self.exchange.candles(market, unit, start, end))
