"""What the threads of the runtime open, in memory, noting in which thread that happened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.fake_security_journal import FakeSecurityJournal
from tests.fakes.fake_vault import FakeVault
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.memory_chart_stores import MemoryAlertStore, MemoryDrawingStore
from tests.fakes.memory_download_queue import MemoryDownloadQueue
from tests.fakes.memory_kept_series import MemoryKeptSeriesStore
from tests.fakes.memory_stores import (
    MemoryEngineStateStore,
    MemoryKeyFactsStore,
    MemoryMarketListStore,
    MemoryOperationsStore,
    MemoryRunStore,
    MemoryScreenStore,
    MemorySettingsStore,
    MemoryUiStateStore,
    MemoryWatchListStore,
)
from tests.fakes.memory_strategies import MemoryAllowedComponents, MemoryStrategyStore
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.business_logic.ports.stores import EngineStateStore, Stores


class NoBackups:
    """Implements the port ``BackupStore`` where no test makes one."""

    def make(self, reason: str, with_candles: bool = False, progress: ProgressCallback | None = None) -> BackupSummary:
        raise AssertionError("no backup was expected")

    def newest(self) -> tuple[BackupSummary, ...]:
        return ()

    def prune(self, keep: int, max_bytes: int) -> tuple[str, ...]:
        return ()


class RuntimeStores:
    """Give ``open`` to the storage worker; ``failure`` is raised instead of opening."""

    def __init__(self, clock: Clock, settings: MemorySettingsStore | None = None) -> None:
        self.settings = settings or MemorySettingsStore()
        self.journal = FakeSecurityJournal(clock)
        self.drawings = MemoryDrawingStore()
        self.alerts = MemoryAlertStore()
        self.failure: TradingAppError | None = None
        self.opened_in: list[int] = []
        self.closed_in: list[int] = []
        self._clock = clock

    @contextmanager
    def open(self) -> Iterator[Stores]:
        if self.failure is not None:
            raise self.failure
        self.opened_in.append(threading.get_ident())
        yield Stores(
            settings=self.settings,
            ui_state=MemoryUiStateStore(),
            runs=MemoryRunStore(),
            operations=MemoryOperationsStore(),
            journal=self.journal,
            vault=FakeVault(self._clock),
            key_facts=MemoryKeyFactsStore(),
            candles=MemoryCandleStore(),
            kept_series=MemoryKeptSeriesStore(),
            market_list=MemoryMarketListStore(),
            screens=MemoryScreenStore(),
            watch_lists=MemoryWatchListStore(),
            drawings=self.drawings,
            alerts=self.alerts,
            strategies=MemoryStrategyStore(),
            allowed_components=MemoryAllowedComponents(),
            downloads=MemoryDownloadQueue(),
            backups=NoBackups(),
        )
        self.closed_in.append(threading.get_ident())


class EngineStores:
    """Give ``open`` to the engine worker; ``store`` outlives a run, as the file would."""

    def __init__(self, store: EngineStateStore | None = None) -> None:
        self.store = store or MemoryEngineStateStore()
        self.opened_in: list[int] = []
        self.closed_in: list[int] = []

    @contextmanager
    def open(self) -> Iterator[EngineStateStore]:
        self.opened_in.append(threading.get_ident())
        yield self.store
        self.closed_in.append(threading.get_ident())
