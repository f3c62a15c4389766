"""What the windows of market data stand on: readers of the store, files, and the links of the core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled, ProgressCallback
from upbit_auto_trading.composition_root.candle_upkeep import policy_of
from upbit_auto_trading.composition_root.chart_data import chart_factory
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_data_services import MarketDataServices, ReadCandles, ReadFile
from upbit_auto_trading.ui.runtime.freshness_board import FreshnessBoard
from upbit_auto_trading.ui.runtime.spark_source import SparkSource
from upbit_auto_trading.ui.watch_lists import WatchListsModel

if TYPE_CHECKING:  # columns of candles, and with them NumPy: nothing of it is needed before the first paint
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.coverage import Span
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
    from upbit_auto_trading.business_logic.ports.candle_store import RetentionPolicy, SeriesFacts, StoredRange
    from upbit_auto_trading.business_logic.ports.stores import Stores
    from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
    from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
    from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.composition_root.core import ProgramCore


def market_data_services(core: ProgramCore, layouts: LayoutMemory) -> MarketDataServices:
    freshness = FreshnessBoard(core)
    core.engine.freshness_changed.connect(freshness.take)
    core.exchange.lost.connect(freshness.forget)
    desk = _CandleDesk(core)
    sparks = SparkSource(
        core.operations, core.opened.clock, core.exchange, core.market_board, desk.open_candles, desk.market_now
    )
    return MarketDataServices(
        link=core.exchange,
        board=core.market_board,
        freshness=freshness,
        downloads=core.downloads,
        read_inventory=desk.inventory,
        file_bytes=desk.file_bytes,
        retention=desk.retention,
        market_now=desk.market_now,
        open_candles=desk.open_candles,
        export_screen=_export_screen,
        read_file=desk.read_file,
        export_file=desk.export_file,
        screen_variables=desk.screen_variables,
        new_board=core.new_board,
        account=core.engine,
        watch_lists=WatchListsModel(core.operations, layouts, core),
        sparks=sparks,
        components=desk.components,
        chart_candles=chart_factory(core, freshness, desk.market_now),
    )


class _CandleDesk:
    """All but the clock and the settings is called in threads that may wait; each opens a connection of its own."""

    def __init__(self, core: ProgramCore) -> None:
        self._core = core
        self._file: Path = core.opened.paths.market_data_database

    def inventory(self) -> tuple[SeriesFacts, ...]:
        from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader

        with closing(open_candle_reader(self._file)) as reader:
            return reader.inventory()

    def file_bytes(self) -> int:
        """With what is not yet written back into it."""
        parts = (self._file, self._file.with_name(f"{self._file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def retention(self) -> RetentionPolicy:
        return policy_of(self._core.settings.value)

    def market_now(self) -> datetime:
        """That of the newest trade anywhere: a practice market has a time of its own."""
        return self._core.market_board.newest_trade_at or self._core.opened.clock.now()

    @contextmanager
    def open_candles(self) -> Iterator[ReadCandles]:
        from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
        from upbit_auto_trading.business_logic.use_cases.read_candles import read_candles
        from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader

        with closing(open_candle_reader(self._file)) as reader:

            def read(market: Market, unit: CandleUnit, span: Span) -> StoredRange:
                return read_candles(reader, market, unit, span, day_start_of(market.exchange))

            yield read

    def screen_variables(self) -> Mapping[str, ScreenVariable]:
        from upbit_auto_trading.composition_root.user_components import ComponentDesk

        variables = ComponentDesk(self._core.opened.paths, self._core.opened.clock).screen_variables()
        tuple(variables.values())  # each is made when it is first asked for: here, not while the window draws
        return variables

    def components(self) -> Registry:
        from upbit_auto_trading.composition_root.user_components import ComponentDesk

        return ComponentDesk(self._core.opened.paths, self._core.opened.clock).loaded().registry

    def read_file(self, path: str, market: Market, unit: CandleUnit, _progress: ProgressCallback) -> ReadFile:
        from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
        from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport, import_candles
        from upbit_auto_trading.data_layer.candle_files.reading import read_candle_series

        now, day_start = self.market_now(), day_start_of(market.exchange)
        series = read_candle_series(Path(path), market, unit, now, day_start)

        def store(stores: Stores, keep_going: ProgressCallback) -> ImportReport:
            report = ImportReport()
            for fraction, report in import_candles(stores.candles, series, day_start, now, replaces=False):  # noqa: B007 - the last one counts
                if not keep_going(fraction):
                    raise Cancelled
            return report

        return store

    def export_file(self, path: str, market: Market, unit: CandleUnit, span: Span, progress: ProgressCallback) -> int:
        from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
        from upbit_auto_trading.business_logic.use_cases.read_candles import known_candles, read_candles
        from upbit_auto_trading.data_layer.candle_files.writing import write_candle_series
        from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader

        with closing(open_candle_reader(self._file)) as reader:
            stored = read_candles(reader, market, unit, span, day_start_of(market.exchange), with_turnover=True)
        series = known_candles(stored)
        write_candle_series(Path(path), series, progress)
        return len(series)


def _export_screen(path: str, result: ScreenResult) -> None:
    from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole
    from upbit_auto_trading.ui.screens.market.result_csv import result_csv

    file = Path(path)
    try:
        write_whole(
            file, result_csv(result).encode("utf-8-sig")
        )  # without the mark Excel takes Hangul for something else
    except OSError as error:
        raise translated_os_error(error, file) from error
