"""State of the monitor: each section is loaded by an operation when it is first looked at, and again on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.crash_reports import CrashReport
from upbit_auto_trading.business_logic.ports.scheduler import ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import DailyOperation, Heartbeat, Stores
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.ui.app_services import AppServices, JobPlan
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, OperationHandle, StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import kst_day

_CHECKING = Text("프로그램 점검", "Checking the program")
_READING_LOG = Text("기록 읽기", "Reading the log")
_READING_RUNS = Text("예정 작업 읽기", "Reading scheduled work")
_READING_COUNTS = Text("운영 기록 읽기", "Reading operations")
_READING_REPORTS = Text("오류 보고서 읽기", "Reading crash reports")
LOG_LINES_SHOWN = 500
RUNS_SHOWN = 100
HEARTBEATS_SHOWN = 60


class Section(Enum):
    HEALTH = "health"
    LOG = "log"
    SCHEDULE = "schedule"
    OPERATIONS = "operations"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class MonitorState:
    findings: tuple[HealthFinding, ...] | None = None
    is_checking: bool = False
    log_lines: tuple[LogLine, ...] | None = None
    log_level: str = "info"
    log_words: str = ""
    plans: tuple[JobPlan, ...] = ()
    runs: tuple[ScheduledRun, ...] | None = None
    heartbeats: tuple[Heartbeat, ...] | None = None
    daily: tuple[DailyOperation, ...] = ()
    reports: tuple[CrashReport, ...] | None = None
    report_name: str = ""
    report_text: str = ""
    #: why the section could not be read; what was read before stays
    errors: tuple[tuple[Section, Exception], ...] = ()
    #: readings that the user gave up waiting for
    given_up: tuple[Section, ...] = ()

    def error_of(self, section: Section) -> Exception | None:
        return dict(self.errors).get(section)


class MonitorViewModel(QObject):
    state_changed = pyqtSignal(object)
    findings_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._state = MonitorState()
        self._reading: dict[Section, OperationHandle] = {}
        self._is_outdated = False

    @property
    def state(self) -> MonitorState:
        return self._state

    def look_at(self, section: Section) -> None:
        """Read it anew; what is shown stays until the answer is there."""
        self._change(given_up=tuple(known for known in self._state.given_up if known is not section))
        {
            Section.HEALTH: self.check,
            Section.LOG: self.read_log,
            Section.SCHEDULE: self.read_schedule,
            Section.OPERATIONS: self.read_operations,
            Section.REPORTS: self.read_reports,
        }[section]()

    def is_reading(self, section: Section) -> bool:
        handle = self._reading.get(section)
        return handle is not None and not handle.is_finished

    def give_up(self, section: Section) -> None:
        """The user does not want to wait for it any longer."""
        if self.is_reading(section):
            self._reading[section].cancel()
            self._change(given_up=(*self._state.given_up, section))

    # check-up

    def check(self) -> None:
        if self._state.is_checking:
            return
        self._change(is_checking=True)
        maintenance = self._services.maintenance

        def fail(error: Exception) -> None:
            self._fail(Section.HEALTH, error)
            self._change(is_checking=False)

        self._reading[Section.HEALTH] = self._services.operations.run_in_background(
            Operation(_CHECKING, lambda _context: maintenance.check_health()),
            initiator=self,
            on_success=self._show_findings,
            on_failure=fail,
            on_cancelled=lambda: self._change(is_checking=False),
        )

    def check_anew(self) -> None:
        """Something that is checked has changed: a check under way may have looked before that."""
        self._is_outdated = self._state.is_checking
        self.check()

    def _show_findings(self, findings: tuple[HealthFinding, ...]) -> None:
        self._succeed(Section.HEALTH, findings=findings, is_checking=False)
        self.findings_changed.emit(findings)
        if self._is_outdated:
            self._is_outdated = False
            self.check()

    # log

    def filter_log(self, level: str, words: str) -> None:
        if (level, words) != (self._state.log_level, self._state.log_words):
            self._change(log_level=level, log_words=words)
            self.read_log()

    def read_log(self) -> None:
        """An older reading is cancelled; one that was nearly done answers for another filter and is not shown."""
        if self.is_reading(Section.LOG):
            self._reading[Section.LOG].cancel()
        state, maintenance = self._state, self._services.maintenance
        self._run(
            Section.LOG,
            Operation(_READING_LOG, lambda _c: maintenance.read_log(LOG_LINES_SHOWN, state.log_level, state.log_words)),
            lambda lines: {"log_lines": lines} if self._has_filter_of(state) else {},
        )

    def _has_filter_of(self, asked: MonitorState) -> bool:
        now = self._state
        return (now.log_level, now.log_words) == (asked.log_level, asked.log_words)

    # scheduled work

    def read_schedule(self) -> None:
        self._change(plans=self._services.maintenance.job_plans())
        self._ask(
            Section.SCHEDULE,
            StorageOperation(_READING_RUNS, lambda stores, _context: stores.runs.newest(RUNS_SHOWN)),
            lambda runs: {"runs": runs},
        )

    def run_now(self, job_id: str) -> None:
        self._services.maintenance.run_job_now(job_id)

    # operations

    def read_operations(self) -> None:
        day = kst_day(self._services.clock.now()).isoformat()

        def work(stores: Stores, _context: OperationContext) -> tuple[Any, Any]:
            return stores.operations.newest_heartbeats(HEARTBEATS_SHOWN), stores.operations.daily(day)

        self._ask(
            Section.OPERATIONS,
            StorageOperation(_READING_COUNTS, work),
            lambda both: {"heartbeats": both[0], "daily": both[1]},
        )

    # crash reports

    def read_reports(self) -> None:
        reports = self._services.maintenance.crash_reports
        self._run(
            Section.REPORTS,
            Operation(_READING_REPORTS, lambda _context: reports.list_reports()),
            lambda found: {"reports": found},
        )

    def open_report(self, file_name: str) -> None:
        """Reading a report marks it seen."""
        reports = self._services.maintenance.crash_reports

        def work(_context: OperationContext) -> tuple[str, tuple[CrashReport, ...]]:
            text = reports.read(file_name)
            reports.mark_seen(file_name)
            return text, reports.list_reports()

        self._run(
            Section.REPORTS,
            Operation(_READING_REPORTS, work),
            lambda both: {"report_name": file_name, "report_text": both[0], "reports": both[1]},
        )

    # the pattern

    def _run(self, section: Section, operation: Operation[Any], show: Callable[[Any], dict[str, Any]]) -> None:
        self._reading[section] = self._services.operations.run_in_background(
            operation,
            initiator=self,
            on_success=lambda answer: self._succeed(section, **show(answer)),
            on_failure=lambda error: self._fail(section, error),
        )

    def _ask(self, section: Section, operation: StorageOperation[Any], show: Callable[[Any], dict[str, Any]]) -> None:
        self._reading[section] = self._services.operations.submit_to_storage(
            operation,
            initiator=self,
            on_success=lambda answer: self._succeed(section, **show(answer)),
            on_failure=lambda error: self._fail(section, error),
        )

    def _succeed(self, section: Section, **changes: Any) -> None:
        others = tuple(pair for pair in self._state.errors if pair[0] is not section)
        self._change(errors=others, **changes)

    def _fail(self, section: Section, error: Exception) -> None:
        others = tuple(pair for pair in self._state.errors if pair[0] is not section)
        self._change(errors=(*others, (section, error)))

    def _change(self, **changes: Any) -> None:
        state = replace(self._state, **changes)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
