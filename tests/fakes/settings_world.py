"""Everything the settings screen is given: real threads and state, stores in memory, backups that wait when told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_inspector import FakeInspector
from tests.fakes.fake_security_journal import FakeSecurityJournal
from tests.fakes.fake_vault import FakeVault
from tests.fakes.market_data_world import MarketDataWorld
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.memory_chart_stores import MemoryAlertStore, MemoryDrawingStore
from tests.fakes.memory_download_queue import MemoryDownloadQueue
from tests.fakes.memory_kept_series import MemoryKeptSeriesStore
from tests.fakes.memory_stores import (
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
from tests.fakes.runtime_stores import NoBackups
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashReport, CrashSummary
from upbit_auto_trading.business_logic.ports.credentials import Credential
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, Cancelled, ProgressCallback
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.ui.app_services import AppServices, Maintenance
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.navigation import Navigation
from upbit_auto_trading.ui.notices import Notices
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.ui.shortcuts_state import ShortcutsState, saving_with


class BrokenJournal(FakeSecurityJournal):
    """A journal in which somebody has changed a line."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.first_broken: int | None = None

    def first_broken_line(self) -> int | None:
        return self.first_broken


class FailingUiState(MemoryUiStateStore):
    """``failure`` is raised by the next write."""

    failure: TradingAppError | None = None

    def write(self, name: str, state: bytes) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        super().write(name, state)


class NoCrashReports:
    """Implements ``CrashReportStore`` where nothing crashes."""

    def write(self, crash: Crash) -> CrashSummary:
        raise AssertionError("no crash was expected")

    def list_reports(self) -> tuple[CrashReport, ...]:
        return ()

    def read(self, file_name: str) -> str:
        raise AssertionError(f"nothing to read: {file_name}")

    def mark_seen(self, file_name: str) -> None:
        raise AssertionError(f"nothing to mark: {file_name}")


class WaitingBackups:
    """Backups as ``Maintenance`` offers them; ``hold`` keeps a step waiting so that it can be seen and cancelled."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.all: tuple[BackupSummary, ...] = ()
        self.failure: TradingAppError | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.calls: list[tuple[object, ...]] = []
        self.left_out: tuple[str, ...] = ()

    def hold(self) -> None:
        self.go_on.clear()

    def newest(self) -> tuple[BackupSummary, ...]:
        return self.all

    def make(self, with_candles: bool, keep_going: ProgressCallback) -> BackupSummary:
        self.calls.append(("make", with_candles))
        self._work(keep_going)
        made = self._summary(with_candles)
        self.all = (made, *self.all)
        return made

    def check(self, file_name: str, keep_going: ProgressCallback) -> BackupSummary:
        self.calls.append(("check", file_name))
        self._work(keep_going)
        return next(backup for backup in self.all if backup.file_name == file_name)

    def prepare(self, file_name: str) -> None:
        self.calls.append(("prepare", file_name))
        self._raise()

    def _work(self, keep_going: ProgressCallback) -> None:
        if not keep_going(0.4):
            raise Cancelled
        while not self.go_on.wait(0.005):
            if not keep_going(0.4):
                raise Cancelled
        self._raise()

    def _raise(self) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure

    def _summary(self, with_candles: bool) -> BackupSummary:
        stamp = f"{self._clock.now():%Y%m%dT%H%M%SZ}"
        name = f"upbit-autotrader-{stamp}-manual-{len(self.all)}.zip"
        return BackupSummary(name, self._clock.now(), 4_200_000, with_candles, "manual", self.left_out)

    def add_old(self, days: int, reason: str = "automatic", with_candles: bool = False) -> BackupSummary:
        moment = self._clock.now() - timedelta(days=days)
        summary = replace(self._summary(with_candles), made_at=moment, reason=reason)
        summary = replace(summary, file_name=f"upbit-autotrader-{moment:%Y%m%dT%H%M%SZ}-{reason}.zip")
        self.all = (*self.all, summary)
        return summary


class SettingsWorld:
    """``world.services`` for the screen; the rest for the test to arrange and to look at."""

    def __init__(self, folder: Path, texts: dict[str, str] | None = None, saved_shortcuts: bytes | None = None) -> None:
        self.clock = FakeClock()
        self.settings_store = MemorySettingsStore(texts)
        self.ui_state = FailingUiState()
        self.journal = BrokenJournal(self.clock)
        self.vault = FakeVault(self.clock)
        self.key_facts = MemoryKeyFactsStore()
        self.inspector = FakeInspector()
        #: told to whatever runs
        self.replaced_keys: list[Credential] = []
        self.backups = WaitingBackups(self.clock)
        self.has_key_store = True
        self.opened_folders: list[str] = []
        self.kept_layouts: dict[str, bytes] = {}
        self.started_again = 0
        self.candles = MemoryCandleStore()
        self.kept_series = MemoryKeptSeriesStore()
        self.market_list = MemoryMarketListStore()
        self.screens = MemoryScreenStore()
        self.watch_lists = MemoryWatchListStore()
        self.operations = Operations(self._open, self.clock)
        self.operations.start()
        self.settings = SettingsState(dict(texts or {}), self.operations, self.clock)
        self.shortcuts = ShortcutsState(saved_shortcuts, saving_with(self.operations))
        self.navigation = Navigation(("settings",))
        self.market_data = MarketDataWorld(self.operations, self.clock, self.candles)
        self.services = AppServices(
            clock=self.clock,
            paths=AppPaths(folder, FolderChoice.GIVEN, folder / "resources"),
            settings=self.settings,
            operations=self.operations,
            notices=Notices(self.clock),
            navigation=self.navigation,
            maintenance=self._maintenance(),
            shortcuts=self.shortcuts,
            key_inspector=self.inspector,
            key_replaced=self.replaced_keys.append,
            start_again=self._start_again,
            open_folder=self.opened_folders.append,
            write_file=_write_file,
            layouts=LayoutMemory(self.kept_layouts.get, self.kept_layouts.__setitem__),
            market_data=self.market_data.services,
        )

    def _maintenance(self) -> Maintenance:
        return Maintenance(
            check_health=lambda: (),
            crash_reports=NoCrashReports(),
            read_log=lambda _most, _level, _words: (),
            backups=self.backups.newest,
            make_backup=self.backups.make,
            check_backup=self.backups.check,
            key_store_is_usable=lambda: self.has_key_store,
            prepare_restore=self.backups.prepare,
            run_job_now=lambda _job: None,
            job_plans=lambda: (),
        )

    def _start_again(self) -> None:
        self.started_again += 1

    @contextmanager
    def _open(self) -> Iterator[Stores]:
        yield Stores(
            settings=self.settings_store,
            ui_state=self.ui_state,
            runs=MemoryRunStore(),
            operations=MemoryOperationsStore(),
            journal=self.journal,
            vault=self.vault,
            key_facts=self.key_facts,
            candles=self.candles,
            kept_series=self.kept_series,
            market_list=self.market_list,
            screens=self.screens,
            watch_lists=self.watch_lists,
            drawings=MemoryDrawingStore(),
            alerts=MemoryAlertStore(),
            strategies=MemoryStrategyStore(),
            allowed_components=MemoryAllowedComponents(),
            downloads=MemoryDownloadQueue(),
            backups=NoBackups(),
        )


def _write_file(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)
