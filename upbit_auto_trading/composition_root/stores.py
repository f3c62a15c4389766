"""Opens the files in the storage thread and bundles what stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from upbit_auto_trading.business_logic.domain.day_starts import DAY_STARTS
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.ports.stores import EngineStateStore, Stores
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.startup import StartupProgress, prepare_databases


@contextmanager
def open_stores(paths: AppPaths, clock: Clock, progress: StartupProgress) -> Iterator[Stores]:
    """Everything heavy (SQLAlchemy, cryptography) is loaded here, in the storage thread, after the first paint."""
    from upbit_auto_trading.composition_root.keys import make_vault
    from upbit_auto_trading.data_layer.storage.alert_store import SqliteAlertStore
    from upbit_auto_trading.data_layer.storage.allowed_components import SqliteAllowedComponents
    from upbit_auto_trading.data_layer.storage.backup import FolderBackups
    from upbit_auto_trading.data_layer.storage.candle_store.download_queue import SqliteDownloadQueue
    from upbit_auto_trading.data_layer.storage.candle_store.kept_series_store import SqliteKeptSeriesStore
    from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store
    from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
    from upbit_auto_trading.data_layer.storage.drawing_store import SqliteDrawingStore
    from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE, SETTINGS_FILE, STRATEGIES_FILE
    from upbit_auto_trading.data_layer.storage.key_facts_store import SqliteKeyFactsStore
    from upbit_auto_trading.data_layer.storage.market_list_store import SqliteMarketListStore
    from upbit_auto_trading.data_layer.storage.operations_store import SqliteOperationsStore
    from upbit_auto_trading.data_layer.storage.restore_journal import record_restore
    from upbit_auto_trading.data_layer.storage.run_store import SqliteRunStore
    from upbit_auto_trading.data_layer.storage.screen_store import SqliteScreenStore
    from upbit_auto_trading.data_layer.storage.security_journal import SqliteSecurityJournal
    from upbit_auto_trading.data_layer.storage.settings_store import SqliteSettingsStore
    from upbit_auto_trading.data_layer.storage.strategy_store import SqliteStrategyStore
    from upbit_auto_trading.data_layer.storage.ui_state_store import SqliteUiStateStore
    from upbit_auto_trading.data_layer.storage.watch_list_store import SqliteWatchListStore

    vault = make_vault(paths, clock)
    backups = FolderBackups(paths, clock, vault.key_source)
    prepare_databases(paths, clock, backups.copy_before_migration, progress)
    with ExitStack() as open_files:
        settings = open_engine(paths.settings_database, SETTINGS_FILE)
        open_files.callback(close_engine, settings)
        strategies = open_engine(paths.strategies_database, STRATEGIES_FILE)
        open_files.callback(close_engine, strategies)
        market_data = open_engine(paths.market_data_database, MARKET_DATA_FILE)
        open_files.callback(close_engine, market_data)
        candles = open_candle_store(paths.market_data_database, DAY_STARTS)
        open_files.callback(candles.close)
        open_files.callback(vault.lock)
        runs = SqliteRunStore(settings)
        runs.mark_interrupted(clock.now())
        journal = SqliteSecurityJournal(settings, clock)
        record_restore(paths, lambda details: journal.append(SecurityEvent.BACKUP_RESTORED, details))
        yield Stores(
            settings=SqliteSettingsStore(settings),
            ui_state=SqliteUiStateStore(settings),
            runs=runs,
            operations=SqliteOperationsStore(settings),
            journal=journal,
            vault=vault,
            key_facts=SqliteKeyFactsStore(settings),
            candles=candles,
            kept_series=SqliteKeptSeriesStore(market_data, clock),
            market_list=SqliteMarketListStore(market_data),
            screens=SqliteScreenStore(strategies),
            watch_lists=SqliteWatchListStore(settings),
            drawings=SqliteDrawingStore(settings),
            alerts=SqliteAlertStore(settings),
            strategies=SqliteStrategyStore(strategies),
            allowed_components=SqliteAllowedComponents(strategies),
            downloads=SqliteDownloadQueue(market_data),
            backups=backups,
        )


@contextmanager
def open_engine_state(paths: AppPaths) -> Iterator[EngineStateStore]:
    """A connection of the engine's own, opened and closed in its thread."""
    from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
    from upbit_auto_trading.data_layer.storage.engine_state_store import SqliteEngineStateStore
    from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE

    connection = open_engine(paths.settings_database, SETTINGS_FILE)
    try:
        yield SqliteEngineStateStore(connection)
    finally:
        close_engine(connection)
