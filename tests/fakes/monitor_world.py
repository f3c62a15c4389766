"""What the monitor is given: real threads and view-model, what they read decided by the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

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
    MemoryWatchListStore,
)
from tests.fakes.memory_strategies import MemoryAllowedComponents, MemoryStrategyStore
from tests.fakes.runtime_stores import NoBackups
from tests.fakes.settings_world import SettingsWorld
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind, CrashReport, CrashSummary
from upbit_auto_trading.business_logic.ports.stores import DailyOperation, Heartbeat, Stores
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.ui.app_services import JobPlan
from upbit_auto_trading.utils.bilingual_text import Text

BACKUP_JOB = Text("자동 백업", "Automatic backup")


class FakeCrashReports:
    """Implements ``CrashReportStore``: reports by name, newest first."""

    def __init__(self) -> None:
        self.reports: list[CrashReport] = []
        self.texts: dict[str, str] = {}

    def add(self, report: CrashReport, text: str) -> None:
        self.reports.insert(0, report)
        self.texts[report.file_name] = text

    def write(self, crash: Crash) -> CrashSummary:
        raise AssertionError("no crash was expected")

    def list_reports(self) -> tuple[CrashReport, ...]:
        return tuple(self.reports)

    def read(self, file_name: str) -> str:
        return self.texts[file_name]

    def mark_seen(self, file_name: str) -> None:
        self.reports = [replace(each, is_seen=each.is_seen or each.file_name == file_name) for each in self.reports]


class FailingRuns(MemoryRunStore):
    failure: TradingAppError | None = None

    def newest(self, limit: int = 100):  # type: ignore[no-untyped-def]  # as in the parent
        if self.failure is not None:
            raise self.failure
        return super().newest(limit)


class MonitorWorld(SettingsWorld):
    """``failure`` is raised by every reading in the background while it is set; ``hold`` keeps them waiting."""

    def __init__(self, folder: Path) -> None:
        self.runs = FailingRuns()
        self.counts = MemoryOperationsStore()
        self.reports = FakeCrashReports()
        self.findings: tuple[HealthFinding, ...] = ()
        self.lines: tuple[LogLine, ...] = ()
        self.filters: list[tuple[str, str]] = []
        self.failure: TradingAppError | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        #: only log readings of this level are held
        self.held_level: str | None = None
        super().__init__(folder)
        maintenance = replace(
            self.services.maintenance,
            check_health=lambda: self._read(self.findings),
            crash_reports=self.reports,
            read_log=self._read_log,
            run_job_now=self._run_job,
            job_plans=lambda: (JobPlan("backup", BACKUP_JOB, self.clock.now() + timedelta(hours=1)),),
        )
        self.services = replace(self.services, maintenance=maintenance)

    def add_report(self, name: str, first_line: str, text: str) -> None:
        self.reports.add(CrashReport(name, CrashKind.EXCEPTION, self.clock.now(), first_line, False), text)

    def beat(self, alive: bool = True, fresh: int = 5) -> None:
        self.counts.record_heartbeat(Heartbeat(self.clock.now(), alive, fresh, 0, 0))
        self.clock.advance(60)

    def count(self, operation: str, counts: tuple[int, ...], failures: int = 0) -> None:
        self.counts.add_daily((DailyOperation("2026-11-20", operation, sum(counts), failures, counts),))

    def _read(self, answer, held: bool = True):  # type: ignore[no-untyped-def]  # hands through what it is given
        if held:
            self.go_on.wait(10)
        if self.failure is not None:
            raise self.failure
        return answer

    def _read_log(self, _most: int, level: str, words: str) -> tuple[LogLine, ...]:
        self.filters.append((level, words))
        order = ("debug", "info", "warning", "error", "critical")
        lines = (line for line in self.lines if order.index(line.level) >= order.index(level) and words in line.text)
        found: tuple[LogLine, ...] = self._read(tuple(lines), self.held_level in (None, level))
        return found

    def _run_job(self, job_id: str) -> None:
        number = self.runs.record_planned(job_id, self.clock.now())
        self.runs.record_started(number, self.clock.now())
        self.clock.advance(0.25)
        self.runs.record_ended(number, self.clock.now(), "done", "whole")

    @contextmanager
    def _open(self) -> Iterator[Stores]:
        yield Stores(
            settings=self.settings_store,
            ui_state=self.ui_state,
            runs=self.runs,
            operations=self.counts,
            journal=self.journal,
            vault=self.vault,
            key_facts=MemoryKeyFactsStore(),
            candles=MemoryCandleStore(),
            kept_series=MemoryKeptSeriesStore(),
            market_list=MemoryMarketListStore(),
            screens=MemoryScreenStore(),
            watch_lists=MemoryWatchListStore(),
            drawings=MemoryDrawingStore(),
            alerts=MemoryAlertStore(),
            strategies=MemoryStrategyStore(),
            allowed_components=MemoryAllowedComponents(),
            downloads=MemoryDownloadQueue(),
            backups=NoBackups(),
        )
