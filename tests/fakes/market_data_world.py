"""What windows of market data are given, over stores in memory and an exchange that a test directs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_downloads import FakeDownloads
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.practice_account import FakePracticeConnection
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.domain.stream import (
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
)
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy, StoredRange
from upbit_auto_trading.business_logic.ports.maintenance import ProgressCallback
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_data_services import MarketDataServices, ReadFile
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.spark_source import SparkSource
from upbit_auto_trading.ui.watch_lists import WatchListsModel
from upbit_auto_trading.utils.bilingual_text import Text


class FakeAccountSource(QObject):
    """Implements ``AccountSource``."""

    account_changed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.account = OwnAccount()

    def show(self, account: OwnAccount) -> None:
        self.account = account
        self.account_changed.emit(account)


class MarketDataWorld:
    """``services`` for the screens; the rest for the test to arrange and to look at."""

    def __init__(self, operations: Operations, clock: FakeClock, candles: MemoryCandleStore) -> None:
        self.clock = clock
        self.candles = candles
        self.connection = FakePracticeConnection()
        #: how each opening ends
        self.ahead: list[FakePracticeConnection | Exception] = [self.connection]
        self.operations = operations
        self.link = ExchangeLink(Text("여는 중", "Opening"), self._open, operations)
        self.board = MarketBoard(lambda _name, _topics: None, clock)
        #: owner and topics of every wish
        self.wishes: dict[str, frozenset[Topic]] = {}
        #: those that windows asked for, by name
        self.boards: dict[str, MarketBoard] = {}
        self.account = FakeAccountSource()
        self.kept: dict[str, bytes] = {}
        self.watch_lists = WatchListsModel(operations, LayoutMemory(self.kept.get, self.kept.__setitem__))
        self.sparks = SparkSource(
            operations, clock, self.link, self.board, lambda: nullcontext(self._read_candles), clock.now
        )
        self.freshness = FreshnessBoard()
        self.downloads = FakeDownloads()
        self.inventory_failure: Exception | None = None
        self.file_size = 0
        self.most_bytes = 10_000_000_000
        self.oldest: dict[CandleUnit, timedelta] = {}
        self.read: list[tuple[str, Market, CandleUnit]] = []
        self.read_failure: Exception | None = None
        self.import_report = ImportReport()
        self.exported: list[tuple[Any, ...]] = []
        self.export_failure: Exception | None = None
        self.screen_variables: Mapping[str, ScreenVariable] = BY_ID
        self.screens_exported: list[tuple[str, ScreenResult]] = []
        self.services = MarketDataServices(
            link=self.link,
            board=self.board,
            freshness=self.freshness,
            downloads=self.downloads,
            read_inventory=self._inventory,
            file_bytes=lambda: self.file_size,
            retention=lambda: RetentionPolicy(self.oldest, self.most_bytes),
            market_now=clock.now,
            open_candles=lambda: nullcontext(self._read_candles),
            export_screen=lambda path, result: self.screens_exported.append((path, result)),
            read_file=self._read_file,
            export_file=self._export_file,
            screen_variables=lambda: self.screen_variables,
            new_board=self._new_board,
            account=self.account,
            watch_lists=self.watch_lists,
            sparks=self.sparks,
            components=built_in,
            chart_candles=self._chart_candles,
        )

    def _chart_candles(self, parent: QObject) -> Any:
        from tests.fakes.chart_world import chart_over

        return chart_over(self, parent)  # its live candles: ``told_to_charts`` of that module

    def _new_board(self, name: str, owner: QObject) -> MarketBoard:
        def want(owner_name: str, topics: Iterable[Topic]) -> None:
            self.wishes[owner_name] = frozenset(topics)

        self.boards[name] = MarketBoard(want, self.clock, owner, name)
        return self.boards[name]

    def _open(self, _context: object) -> Any:
        end = self.ahead.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    def _inventory(self) -> Any:
        if self.inventory_failure is not None:
            raise self.inventory_failure
        return self.candles.inventory()

    def _read_candles(self, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        return self.candles.read(market, unit, span)

    def _read_file(self, path: str, market: Market, unit: CandleUnit, _keep_going: ProgressCallback) -> ReadFile:
        self.read.append((path, market, unit))
        if self.read_failure is not None:
            raise self.read_failure

        def store(_stores: Stores, _keep_going: ProgressCallback) -> ImportReport:
            return self.import_report

        return store

    def _export_file(
        self, path: str, market: Market, unit: CandleUnit, span: Span, _keep_going: ProgressCallback
    ) -> int:
        if self.export_failure is not None:
            raise self.export_failure
        self.exported.append((path, market, unit, span))
        return 1_440

    # what happens

    def list_markets(self, markets: Iterable[ListedMarket]) -> None:
        self.connection.markets = tuple(markets)

    def tell(self, *summaries: PriceSummary, state: StreamState | None = StreamState.LIVE) -> None:
        """As the engine passes it on."""
        now = self.clock.now()
        told = tuple(PriceSummaryChanged(one, Provenance.STREAM, now) for one in summaries)
        streams = tuple(
            StreamStateChanged(Topic(TopicKind.PRICES, one.market), state, now)
            for one in summaries
            if state is not None
        )
        self.board.take(MarketNews(summaries=told, streams=streams))

    def store(self, market: Market, unit: CandleUnit, start: datetime, count: int, known: int | None = None) -> None:
        """So many candles from then on; ``known`` intervals are covered."""
        length = unit.length
        assert length is not None
        one = Decimal(100)
        candles = [
            Candle(market, unit, start + place * length, one, one, one, one, Decimal(1), one) for place in range(count)
        ]
        span = Span(start, start + (known or count) * length)
        self.candles.write(series_of(market, unit, candles), span, Origin.EXCHANGE, self.clock.now())


def summary_of(
    market: Market,
    price: str,
    *,
    before: str | None = None,
    turnover: str = "1000000000",
    at: datetime = datetime(2026, 11, 20, 0, 0, tzinfo=UTC),
) -> PriceSummary:
    now, opened = Decimal(price), Decimal(before or price)
    volume = Decimal(1_000)
    high, low = max(now, opened), min(now, opened)
    return PriceSummary(
        market, now, opened, high, low, opened, at, volume, Decimal(turnover), volume, Decimal(turnover)
    )


def krw_markets(count: int, exchange: str = "practice") -> tuple[ListedMarket, ...]:
    known = (
        ("BTC", "비트코인", "Bitcoin"),
        ("ETH", "이더리움", "Ethereum"),
        ("XRP", "엑스알피(리플)", "XRP (Ripple)"),
        ("SOL", "솔라나", "Solana"),
        ("DOGE", "도지코인", "Dogecoin"),
    )
    named = [*known[:count], *((f"C{place}", f"코인{place}", f"Coin {place}") for place in range(count - len(known)))]
    return tuple(ListedMarket(Market(exchange, f"KRW-{base}"), korean, english) for base, korean, english in named)


def moved(summary: PriceSummary, price: str, seconds: int = 1) -> PriceSummary:
    return replace(summary, price=Decimal(price), traded_at=summary.traded_at + timedelta(seconds=seconds))
