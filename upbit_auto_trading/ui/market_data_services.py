"""What windows of market data are given: ports and callables, never a concrete store, exchange or file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC as CANDLES_TOPIC

if TYPE_CHECKING:
    from datetime import datetime

    from PyQt6.QtCore import QObject

    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
    from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
    from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy, SeriesFacts, StoredRange
    from upbit_auto_trading.business_logic.ports.downloads import Downloads
    from upbit_auto_trading.business_logic.ports.maintenance import ProgressCallback
    from upbit_auto_trading.business_logic.ports.stores import Stores
    from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
    from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
    from upbit_auto_trading.component_system.registry import Registry
    from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles
    from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
    from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
    from upbit_auto_trading.ui.runtime.market_board import MarketBoard
    from upbit_auto_trading.ui.runtime.spark_source import SparkSource
    from upbit_auto_trading.ui.watch_lists import WatchListsModel

ReadCandles = Callable[["Market", "CandleUnit", "Span"], "StoredRange"]
#: stores what was read of a file, in the storage thread
ReadFile = Callable[["Stores", "ProgressCallback"], "ImportReport"]


class AccountSource(Protocol):
    """What is held and what is ordered; ``EngineLink`` is one. ``account_changed(OwnAccount)``."""

    account_changed: Any  # a bound signal: PyQt6 has no public type for it

    @property
    def account(self) -> OwnAccount: ...


@dataclass(frozen=True, slots=True)
class MarketDataServices:
    link: ExchangeLink
    board: MarketBoard
    freshness: FreshnessBoard
    downloads: Downloads
    #: opens a reader of its own; may take a while: called inside an operation
    read_inventory: Callable[[], tuple[SeriesFacts, ...]]
    file_bytes: Callable[[], int]
    #: as the settings are at this moment
    retention: Callable[[], RetentionPolicy]
    #: the time of the connected exchange: a practice market's is its own
    market_now: Callable[[], datetime]
    #: inside an operation: stored, or derived from finer units that are complete
    open_candles: Callable[[], AbstractContextManager[ReadCandles]]
    #: (path, result): one line a market that was found
    export_screen: Callable[[str, ScreenResult], None]
    #: (path, market, unit, progress): reads and checks the whole file, inside an operation. InvalidParameter names the
    #: first bad row, StorageError says why it could not be read
    read_file: Callable[[str, Market, CandleUnit, ProgressCallback], ReadFile]
    #: (path, market, unit, range, progress): how many candles the file has; the name says which kind it is
    export_file: Callable[[str, Market, CandleUnit, Span, ProgressCallback], int]
    #: inside an operation: what screens can ask, the variables of strategies included
    screen_variables: Callable[[], Mapping[str, ScreenVariable]]
    #: (name, owner): a board that watches a market of its own, beside those of other windows
    new_board: Callable[[str, QObject], MarketBoard]
    account: AccountSource
    watch_lists: WatchListsModel
    sparks: SparkSource
    #: inside an operation: every component there is, the user's own that are allowed included
    components: Callable[[], Registry]
    #: (parent): the candles of one chart; each chart has its own
    chart_candles: Callable[[QObject], ChartCandles]
