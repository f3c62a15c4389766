"""Builds what the commands ``markets`` and ``screen`` need: stored lists to read, an exchange to ask. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.market_list import MarketListReader
from upbit_auto_trading.business_logic.ports.screens import ScreenStore
from upbit_auto_trading.business_logic.use_cases.sync_markets import SyncReport, record_look
from upbit_auto_trading.composition_root.market_data import candles_for_reading, prepared_folder
from upbit_auto_trading.composition_root.practice_connection import PRACTICE
from upbit_auto_trading.composition_root.stored_for_reading import opened_for_reading
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE, STRATEGIES_FILE
from upbit_auto_trading.data_layer.system_clock import SystemClock

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.screen import Screen
    from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, StoredRange
    from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
    from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses

UPBIT = "upbit"
EXCHANGES = (UPBIT, PRACTICE)


@dataclass(frozen=True, slots=True)
class MarketDesk:
    """One run of a command on a data folder."""

    paths: AppPaths
    clock: Clock
    #: another place that speaks its protocol; None: the exchange itself
    upbit: UpbitAddresses | None = None

    @contextmanager
    def stored_list(self) -> Iterator[MarketListReader | None]:
        """None where nothing was ever stored. Works beside a running program."""
        from upbit_auto_trading.data_layer.storage.market_list_store import SqliteMarketListStore

        with opened_for_reading(self.paths, self.clock, MARKET_DATA_FILE) as engine:
            yield None if engine is None else SqliteMarketListStore(engine)

    @contextmanager
    def saved_screens(self) -> Iterator[ScreenStore | None]:
        """To read; as :meth:`stored_list`."""
        from upbit_auto_trading.data_layer.storage.screen_store import SqliteScreenStore

        with opened_for_reading(self.paths, self.clock, STRATEGIES_FILE) as engine:
            yield None if engine is None else SqliteScreenStore(engine)

    @contextmanager
    def screens_to_change(self) -> Iterator[ScreenStore]:
        """Raises AnotherInstanceRuns while a program uses the folder."""
        from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
        from upbit_auto_trading.data_layer.storage.screen_store import SqliteScreenStore

        with prepared_folder(self.paths, self.clock):
            engine = open_engine(self.paths.strategies_database, STRATEGIES_FILE)
            try:
                yield SqliteScreenStore(engine)
            finally:
                close_engine(engine)

    def sync(self, exchange_name: str) -> SyncReport:
        """Raises AnotherInstanceRuns while a program uses the folder: that one looks by itself."""
        from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
        from upbit_auto_trading.data_layer.storage.market_list_store import SqliteMarketListStore

        with ExitStack() as undo:
            undo.enter_context(prepared_folder(self.paths, self.clock))
            exchange, world = self._open(exchange_name, undo)
            listed = exchange.market_data.markets()
            engine = open_engine(self.paths.market_data_database, MARKET_DATA_FILE)
            undo.callback(close_engine, engine)
            return record_look(SqliteMarketListStore(engine), exchange.name, listed, self.clock.now(), world)

    def screen_variables(self) -> Mapping[str, ScreenVariable]:
        """Those of screens, and each of strategies, the user's own included."""
        from upbit_auto_trading.composition_root.user_components import ComponentDesk

        return ComponentDesk(self.paths, self.clock).screen_variables()

    def run_screen(
        self, screen: Screen, exchange_name: str, variables: Mapping[str, ScreenVariable] = BY_ID
    ) -> ScreenResult:
        """Asks the exchange for its list and all prices: two requests. Candles come from the store alone."""
        from upbit_auto_trading.business_logic.use_cases import run_screen as running

        with ExitStack() as undo:
            if exchange_name == PRACTICE:  # its account belongs to one program at a time
                undo.enter_context(prepared_folder(self.paths, self.clock))
            exchange, _world = self._open(exchange_name, undo)
            listed = exchange.market_data.markets()
            summaries = exchange.market_data.all_price_summaries((screen.quote,))
            # a practice market has a time of its own, and a computer's clock may be wrong
            now = max((summary.traded_at for summary in summaries), default=self.clock.now())
            stored = undo.enter_context(self.stored_list())
            before = {} if stored is None else {one.market: one for one in stored.markets(exchange.name)}
            known = [_as_listed(KnownMarket(one, now), before.get(one.market)) for one in listed]
            candles = undo.enter_context(candles_for_reading(self.paths, self.clock))
            read = _reading_of(candles, exchange.name)
            day_start = day_start_of(exchange.name)
            return running.run_screen(screen, summaries, known, read, now, day_start=day_start, variables=variables)

    def _open(self, name: str, undo: ExitStack) -> tuple[Exchange, str | None]:
        if name == PRACTICE:
            from upbit_auto_trading.composition_root.practice_connection import open_practice

            connection = open_practice(self.paths, self.clock, lambda: False)
            undo.callback(connection.close)
            return connection.exchange, connection.world
        from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
        from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
        from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules

        addresses = self.upbit or UpbitAddresses()
        exchange = UpbitExchange(addresses, self.clock, load_rules(self.paths.resources, name), name=name)
        undo.callback(exchange.close)
        return exchange, None


def market_desk(data_dir: Path | None) -> MarketDesk:
    return MarketDesk(find_app_paths(data_dir), SystemClock())


def _as_listed(found: KnownMarket, before: KnownMarket | None) -> KnownMarket:
    """As it is listed now, with when it was first seen."""
    if before is None or not before.is_listed:
        return found
    return KnownMarket(found.listed, before.first_seen_at, before.listed_at)


def _reading_of(candles: CandleReader | None, exchange: str) -> Callable[[Market, CandleUnit, Span], StoredRange]:
    from upbit_auto_trading.business_logic.domain.candle_series import no_candles
    from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
    from upbit_auto_trading.business_logic.use_cases.read_candles import read_candles

    def read(market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        if candles is None:
            return StoredRange(span, no_candles(market, unit), ())
        return read_candles(candles, market, unit, span, day_start_of(exchange))

    return read


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str | Decimal | None]]) -> None:
    """As csv. Raises StorageError."""
    from upbit_auto_trading.data_layer.csv_export import write_csv

    write_csv(path, headings, rows)
