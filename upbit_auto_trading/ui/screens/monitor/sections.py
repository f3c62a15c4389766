"""The pages of the monitor; each draws its part of the state and asks the view-model for more."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.crash_reports import CrashReport
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.monitor import columns
from upbit_auto_trading.ui.screens.monitor.view_model import MonitorState, MonitorViewModel, Section
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LoadingState
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.text_input import FilterInput
from upbit_auto_trading.utils.bilingual_text import Text

_NO_LOG = Text("맞는 기록이 없어요", "No line fits")
_NO_LOG_LINE = Text("수준을 낮추거나 낱말을 지워 보세요.", "Lower the level or clear the words.")
_FILTER = Text("기록에서 찾기", "Find in the log")
_LEVELS = (
    ("debug", Text("자세히", "Debug")),
    ("info", Text("정보", "Info")),
    ("warning", Text("경고", "Warnings")),
    ("error", Text("오류", "Errors")),
)
_JOBS = Text("작업", "Jobs")
_RUNS = Text("실행 기록", "Runs")
_NO_RUNS = Text("아직 실행된 작업이 없어요", "Nothing has run yet")
_HEARTBEATS = Text("1분마다 남긴 상태", "Heartbeat of each minute")
_NO_HEARTBEATS = Text("첫 상태는 1분 뒤에 남아요", "The first is written after a minute")
_COUNTS = Text("오늘의 처리", "Operations today")
_NO_COUNTS = Text("아직 센 것이 없어요", "Nothing was counted yet")
_NO_COUNTS_LINE = Text("처리별 횟수와 걸린 시간을 1분마다 모아요.", "How often and how fast, collected each minute.")
_NO_REPORTS = Text("오류 보고서가 없어요", "There are no crash reports")
_NO_REPORTS_LINE = Text("예상하지 못한 오류가 나면 여기에 남아요.", "One is written when something unforeseen happens.")
_REPORT = Text("보고서 내용", "The report")
_CHOOSE_REPORT = Text("왼쪽에서 보고서를 고르세요", "Choose a report on the left")
_GIVEN_UP = Text("읽기를 그만뒀어요", "Reading was stopped")
_READ_AGAIN = Text("다시 읽기", "Read again")
_FOLLOW_MS = 3_000

Draw = Callable[[MonitorState], None]


class Page(QWidget):
    """Shows loading, an error or the content, which the subclass hands over once with :meth:`begin`."""

    section: Section

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__()
        self.model = model
        self.clock = clock
        self.error: ErrorState | None = None
        self._shown_error: Exception | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.loading = LoadingState()
        self.loading.cancelled.connect(lambda: model.give_up(self.section))
        self.given_up = EmptyState(_GIVEN_UP, action=_READ_AGAIN, icon=Icon.REFRESH)
        self.given_up.action.connect(lambda: model.look_at(self.section))
        self.given_up.hide()
        self._column.addWidget(self.loading)
        self._column.addWidget(self.given_up)

    def begin(self, content: QWidget, is_loaded: Callable[[MonitorState], bool], draw: Draw) -> None:
        self.content = content
        self._is_loaded = is_loaded
        self._draw = draw
        content.hide()
        self._column.addWidget(content)
        self.model.state_changed.connect(self._follow)
        retranslating(self, lambda: self._follow(self.model.state))

    def follow(self) -> None:
        """Read again every few seconds while the page can be seen."""
        timer = QTimer(self)
        timer.setInterval(_FOLLOW_MS)
        timer.timeout.connect(self._read_again)
        timer.start()

    def _read_again(self) -> None:
        """A reading that takes longer than the pause between two is left to end."""
        waits = self.model.is_reading(self.section) or self.section in self.model.state.given_up
        if self.isVisible() and not waits:
            self.model.look_at(self.section)

    def _follow(self, state: MonitorState) -> None:
        error = state.error_of(self.section)
        is_loaded = self._is_loaded(state)
        is_given_up = self.section in state.given_up and not is_loaded
        self._show_error(error)
        self.content.setVisible(error is None and is_loaded)
        self.given_up.setVisible(error is None and is_given_up)
        self.loading.setVisible(error is None and not is_loaded and not is_given_up)
        if error is None and is_loaded:
            self._draw(state)

    def _show_error(self, error: Exception | None) -> None:
        """The same error stays as it is, with its details unfolded and the focus on its button."""
        if error is self._shown_error:
            return
        self._shown_error = error
        if self.error is not None:
            self._column.removeWidget(self.error)
            self.error.hide()
            self.error.deleteLater()
            self.error = None
        if error is not None:
            message = explain(error)
            self.error = ErrorState(message.title, message.meaning, message.mend, message.details)
            self.error.retry.connect(lambda: self.model.look_at(self.section))
            self._column.addWidget(self.error)


class LogPage(Page):
    """Follows the log while it can be seen."""

    section = Section.LOG

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__(model, clock)
        self.levels = Segments(_LEVELS, model.state.log_level)
        self.words = FilterInput(_FILTER)
        self.words.setFixedWidth(240)
        self.levels.chosen.connect(lambda level: model.filter_log(level, model.state.log_words))
        self.words.changed.connect(lambda words: model.filter_log(model.state.log_level, words.strip()))
        self.table = DataTable(columns.log_columns(clock), key=lambda row: row.key, name=_FILTER)
        self.nothing = EmptyState(_NO_LOG, _NO_LOG_LINE, icon=Icon.RECORD)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tools = QHBoxLayout()
        tools.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        tools.setSpacing(Space.M)
        tools.addWidget(self.levels)
        tools.addWidget(self.words)
        tools.addStretch(1)
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        self.begin(content, lambda state: state.log_lines is not None, self._show)
        self.follow()

    def _show(self, state: MonitorState) -> None:
        rows = columns.log_rows(state.log_lines or ())
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)


class SchedulePage(Page):
    section = Section.SCHEDULE

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__(model, clock)
        self.plans = DataTable(columns.plan_columns(clock), key=lambda plan: plan.id, name=_JOBS)
        self.runs = DataTable(columns.run_columns(clock, self._title), key=lambda row: row.key, name=_RUNS)
        self.plans.action.connect(lambda plan, _action: model.run_now(plan.id))
        self.nothing = EmptyState(_NO_RUNS, icon=Icon.SCHEDULE)
        self._titles: dict[str, Text] = {}
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.runs)
        column.addWidget(self.nothing)
        self._split = _two_parts((_JOBS, self.plans), (_RUNS, lower), Qt.Orientation.Vertical)
        self._split.setStretchFactor(1, 1)
        self._is_fitted = False
        self.begin(self._split, lambda state: state.runs is not None, self._show)
        self.follow()

    def _title(self, job_id: str) -> str:
        return tr(self._titles[job_id]) if job_id in self._titles else job_id

    def _show(self, state: MonitorState) -> None:
        self._titles = {plan.id: plan.title for plan in state.plans}
        self.plans.set_rows(state.plans)
        if state.plans and not self._is_fitted:
            self._is_fitted = True
            self.plans.setMinimumHeight(Height.TABLE_HEADER + len(state.plans) * Height.ROW + 2)
            self._split.setSizes([1, self.height()])  # all jobs, and the rest for their runs
        self.runs.set_rows(columns.run_rows(state.runs or ()))
        self.runs.setVisible(bool(state.runs))
        self.nothing.setVisible(not state.runs)


class OperationsPage(Page):
    section = Section.OPERATIONS

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__(model, clock)
        self.counts = DataTable(columns.operation_columns(), key=lambda row: row.operation, name=_COUNTS)
        self.beats = DataTable(columns.heartbeat_columns(clock), key=lambda beat: beat.beat_at, name=_HEARTBEATS)
        self.no_counts = EmptyState(_NO_COUNTS, _NO_COUNTS_LINE, icon=Icon.MONITOR)
        self.no_beats = EmptyState(_NO_HEARTBEATS, icon=Icon.MONITOR)
        self.begin(
            _two_parts(
                (_COUNTS, _either(self.counts, self.no_counts)),
                (_HEARTBEATS, _either(self.beats, self.no_beats)),
                Qt.Orientation.Horizontal,
            ),
            lambda state: state.heartbeats is not None,
            self._show,
        )

    def _show(self, state: MonitorState) -> None:
        self.counts.set_rows(state.daily)
        self.beats.set_rows(state.heartbeats or ())
        for table, nothing, rows in (
            (self.counts, self.no_counts, state.daily),
            (self.beats, self.no_beats, state.heartbeats),
        ):
            table.setVisible(bool(rows))
            nothing.setVisible(not rows)


class ReportsPage(Page):
    section = Section.REPORTS

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__(model, clock)
        self.table = DataTable(columns.report_columns(clock), key=lambda report: report.file_name, name=_REPORT)
        self.table.selected_row.connect(self._open)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setPlaceholderText(tr(_CHOOSE_REPORT))
        self.text.setAccessibleName(tr(_REPORT))
        following_theme(self, lambda: self.text.setFont(current_theme().fixed_font()))
        self.nothing = EmptyState(_NO_REPORTS, _NO_REPORTS_LINE, icon=Icon.BUG)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(0, Space.M, Space.M, Space.M)
        around.addWidget(self.text)
        split.addWidget(holder)
        split.setSizes([520, 680])
        self._split = split
        self.begin(_either(split, self.nothing), lambda state: state.reports is not None, self._show)

    def _open(self, report: CrashReport | None) -> None:
        if report is not None:
            self.model.open_report(report.file_name)

    def _show(self, state: MonitorState) -> None:
        self.table.set_rows(state.reports or ())
        self._split.setVisible(bool(state.reports))
        self.nothing.setVisible(not state.reports)
        if self.text.toPlainText() != state.report_text:
            self.text.setPlainText(state.report_text)


def _either(first: QWidget, second: QWidget) -> QWidget:
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(first)
    column.addWidget(second)
    return both


def _two_parts(first: tuple[Text, QWidget], second: tuple[Text, QWidget], way: Qt.Orientation) -> QSplitter:
    split = QSplitter(way)
    split.setChildrenCollapsible(False)
    split.setHandleWidth(Shell.GUTTER)
    for title, body in (first, second):
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        heading = Label(title, "heading")
        heading.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.addWidget(heading)
        column.addWidget(body, 1)
        split.addWidget(part)
    split.setSizes([500, 500])
    return split
