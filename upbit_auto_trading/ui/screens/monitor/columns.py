"""The tables of the monitor as declarations."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.crash_reports import CrashReport
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation, Heartbeat
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.ui.app_services import JobPlan
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.key_sentences import STATE_NAMES
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

_TIME = Text("시각(KST)", "Time (KST)")
_LEVEL = Text("수준", "Level")
_PART = Text("부분", "Part")
_MESSAGE = Text("내용", "Message")
_JOB = Text("작업", "Job")
_NEXT = Text("다음 실행(KST)", "Next run (KST)")
_RUN_NOW = Text("지금 실행", "Run now")
_RESULT = Text("결과", "Result")
_TOOK = Text("걸린 시간", "Took")
_DETAIL = Text("자세히", "Detail")
_OPERATION = Text("처리", "Operation")
_COUNT = Text("횟수", "Count")
_FAILURES = Text("실패", "Failures")
_HALF = Text("중간값", "Median")
_MOST = Text("95%까지", "95 %")
_ENGINE = Text("엔진", "Engine")
_FRESH = Text("새 시세", "Fresh")
_STALE = Text("늦은 시세", "Stale")
_POSITIONS = Text("지키는 포지션", "Watched")
_WHAT = Text("무엇이", "What")
_SEEN = Text("상태", "State")

_LEVELS = {
    "debug": CellState(Text("자세히", "Debug"), "t3", Icon.INFO, chip=False),
    "info": CellState(Text("정보", "Info"), "t2", Icon.INFO, chip=False),
    "warning": CellState(Text("경고", "Warning"), "warning", Icon.WARNING, chip=False),
    "error": CellState(Text("오류", "Error"), "error", Icon.ERROR, chip=False),
    "critical": CellState(Text("심각", "Critical"), "error", Icon.ERROR, chip=False),
}
_RESULTS = {
    RunResult.DONE: CellState(Text("완료", "Done"), "success", Icon.SUCCESS),
    RunResult.FAILED: CellState(Text("실패", "Failed"), "error", Icon.ERROR),
    RunResult.MISSED: CellState(Text("놓침", "Missed"), "warning", Icon.WARNING),
    RunResult.SKIPPED: CellState(Text("건너뜀", "Skipped"), "t2", Icon.FORWARD),
}
_DETAILS = {
    "whole": Text("이상 없음", "Nothing is missing or changed"),
    "not due": Text("아직 때가 아니에요", "Not due yet"),
    "cancelled": Text("끝내는 중이라 하지 않음", "Not done: the program was stopping"),
    "switched off": Text("꺼져 있어요", "Switched off"),
    "interrupted": Text("프로그램이 끝나서 멈췄어요", "The program ended meanwhile"),
    "locked": Text("키가 잠겨 있어 확인하지 않음", "Not checked: the keys are locked"),
    "no keys": Text("저장한 키 없음", "No keys stored"),
}
_DELETED = Text("{count}개 지움", "{count} deleted")
_NOTHING_DELETED = Text("지울 것 없음", "Nothing to delete")
_RUNNING = CellState(Text("실행 중", "Running"), "accent_text", Icon.UNKNOWN)
_ALIVE = CellState(Text("정상", "Well"), "success", Icon.SUCCESS, chip=False)
_DEAD = CellState(Text("응답 없음", "No answer"), "error", Icon.ERROR, chip=False)
_NEW = CellState(Text("새 보고서", "New"), "warning", Icon.WARNING)
_READ = CellState(Text("읽음", "Read"), "t2", Icon.CHECK)


@dataclass(frozen=True, slots=True)
class LogRow:
    """Lines may be alike to the letter: the place among equals tells them apart."""

    line: LogLine
    key: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A job pressed twice in the same moment leaves two runs that are alike."""

    run: ScheduledRun
    key: tuple[object, ...]


def log_rows(lines: tuple[LogLine, ...]) -> list[LogRow]:
    """Newest first; as read they are oldest first."""
    keys = _unique((line.time, line.logger, line.text) for line in lines)
    return [LogRow(line, key) for line, key in zip(lines, keys, strict=True)][::-1]


def run_rows(runs: tuple[ScheduledRun, ...]) -> list[RunRow]:
    """Newest first, as read; counted from the oldest, so that a row keeps its key when newer ones come."""
    keys = _unique((run.job_id, run.planned_at) for run in reversed(runs))
    return [RunRow(run, key) for run, key in zip(reversed(runs), keys, strict=True)][::-1]


def _unique(identities: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    seen: dict[tuple[object, ...], int] = {}
    for identity in identities:
        seen[identity] = seen.get(identity, 0) + 1
        yield (*identity, seen[identity])


def log_columns(clock: Clock) -> tuple[Column, ...]:
    return (
        Column(
            "time",
            _TIME,
            value=lambda row: row.line.time,
            text=lambda row: formats.table_time(row.line.time, clock.now()),
            width=104,
        ),
        Column(
            "level",
            _LEVEL,
            value=lambda row: getattr(logging, row.line.level.upper(), 0),
            text=lambda row: _LEVELS.get(row.line.level, _LEVELS["info"]).text,
            icon=lambda row: _LEVELS.get(row.line.level, _LEVELS["info"]),
            width=88,
        ),
        Column("part", _PART, value=lambda row: _short(row.line.logger), width=180, token=lambda _row: "t3"),
        Column(
            "message",
            _MESSAGE,
            value=lambda row: row.line.text,
            text=lambda row: _said(row.line),
            tip=lambda row: _said(row.line),
            width=400,
            stretch=True,
        ),
    )


def plan_columns(clock: Clock) -> tuple[Column, ...]:
    return (
        Column("job", _JOB, value=lambda plan: tr(plan.title), bold=True, width=260, stretch=True),
        Column(
            "next",
            _NEXT,
            value=lambda plan: plan.next_run_at,
            text=lambda plan: formats.table_time(plan.next_run_at, clock.now()),
            kind=CellKind.NUMBER,
            width=140,
        ),
        Column("do", Text("", ""), value=_run_now, kind=CellKind.ACTIONS, width=120, sortable=False),
    )


def _run_now(_plan: JobPlan) -> tuple[CellAction, ...]:
    return (CellAction("run", _RUN_NOW),)


def run_columns(clock: Clock, title: Callable[[str], str]) -> tuple[Column, ...]:
    return (
        Column(
            "planned",
            _TIME,
            value=lambda row: row.run.planned_at,
            text=lambda row: formats.table_time(row.run.planned_at, clock.now()),
            width=112,
        ),
        Column("job", _JOB, value=lambda row: title(row.run.job_id), bold=True, width=220),
        Column(
            "result",
            _RESULT,
            value=lambda row: "" if row.run.result is None else row.run.result.value,
            text=lambda row: _state_of(row.run).text,
            icon=lambda row: _state_of(row.run),
            width=104,
        ),
        Column(
            "took",
            _TOOK,
            value=lambda row: _duration_ms(row.run),
            text=lambda row: formats.milliseconds(_duration_ms(row.run), current_language()),
            kind=CellKind.NUMBER,
            width=96,
        ),
        Column(
            "detail",
            _DETAIL,
            value=lambda row: detail_words(row.run),
            tip=lambda row: row.run.detail,
            width=240,
            stretch=True,
        ),
    )


def detail_words(run: ScheduledRun) -> str:
    """What jobs report in a word or two is told in the language of the window; names and codes stay as they are."""
    known = _DETAILS.get(run.detail)
    if known is not None:
        return tr(known)
    deleted = run.detail.removeprefix("deleted ")
    if deleted.isdecimal():
        return tr(_DELETED.format(count=deleted)) if deleted != "0" else tr(_NOTHING_DELETED)
    return ", ".join(_counted_words(part) for part in run.detail.split(", "))


def _counted_words(part: str) -> str:
    """``expiring 1``: so many keys are so."""
    state, _, count = part.rpartition(" ")
    known = STATE_NAMES.get(state)
    return part if known is None or not count.isdecimal() else f"{tr(known)} {count}"


def operation_columns() -> tuple[Column, ...]:
    return (
        Column("operation", _OPERATION, value=lambda row: row.operation, bold=True, width=120, stretch=True),
        Column("count", _COUNT, value=lambda row: row.count, text=_count, kind=CellKind.NUMBER, width=64),
        Column(
            "failures",
            _FAILURES,
            value=lambda row: row.failures,
            text=lambda row: formats.decimals(row.failures, 0),
            token=lambda row: "warning" if row.failures else None,
            kind=CellKind.NUMBER,
            width=64,
        ),
        _within_column("half", _HALF, 0.5),
        _within_column("most", _MOST, 0.95),
    )


def _within_column(key: str, heading: Text, share: float) -> Column:
    def value(row: DailyOperation) -> float | None:
        return _within(row, share)

    def text(row: DailyOperation) -> str:
        return formats.milliseconds(value(row), current_language())

    return Column(key, heading, value=value, text=text, kind=CellKind.NUMBER, width=80)


def _beat_count(key: str, heading: Text, value: Callable[[Heartbeat], int]) -> Column:
    def text(beat: Heartbeat) -> str:
        return formats.decimals(value(beat), 0)

    return Column(key, heading, value=value, text=text, kind=CellKind.NUMBER, width=72)


def heartbeat_columns(clock: Clock) -> tuple[Column, ...]:
    def alive(beat: Heartbeat) -> CellState:
        return _ALIVE if beat.engine_alive else _DEAD

    return (
        Column(
            "time",
            _TIME,
            value=lambda beat: beat.beat_at,
            text=lambda beat: formats.table_time(beat.beat_at, clock.now()),
            width=88,
            stretch=True,
        ),
        Column(
            "engine",
            _ENGINE,
            value=lambda beat: beat.engine_alive,
            text=lambda beat: alive(beat).text,
            icon=alive,
            width=118,
        ),
        _beat_count("streams_fresh", _FRESH, lambda beat: beat.streams_fresh),
        _beat_count("streams_stale", _STALE, lambda beat: beat.streams_stale),
        _beat_count("positions_watched", _POSITIONS, lambda beat: beat.positions_watched),
    )


def report_columns(clock: Clock) -> tuple[Column, ...]:
    def seen(report: CrashReport) -> CellState:
        return _READ if report.is_seen else _NEW

    return (
        Column(
            "time",
            _TIME,
            value=lambda report: report.written_at,
            text=lambda report: formats.table_time(report.written_at, clock.now()),
            width=112,
        ),
        Column(
            "what",
            _WHAT,
            value=lambda report: report.first_line,
            tip=lambda report: report.first_line,
            width=240,
            stretch=True,
        ),
        Column(
            "seen",
            _SEEN,
            value=lambda report: report.is_seen,
            text=lambda report: seen(report).text,
            icon=seen,
            width=104,
        ),
    )


def _short(logger: str) -> str:
    return logger.rpartition(".")[2]


def _said(line: LogLine) -> str:
    tail = " ".join(f"{name}={value}" for name, value in (*line.fields, *line.ids))
    error = line.error.headline() if line.error else ""
    return " · ".join(part for part in (line.text, tail, error) if part)


def _state_of(run: ScheduledRun) -> CellState:
    return _RUNNING if run.result is None else _RESULTS[run.result]


def _duration_ms(run: ScheduledRun) -> float | None:
    if run.started_at is None or run.ended_at is None:
        return None
    return (run.ended_at - run.started_at).total_seconds() * 1_000


def _count(row: DailyOperation) -> str:
    return formats.decimals(row.count, 0)


def _within(row: DailyOperation, share: float) -> float | None:
    """The bound under which this share of the calls stayed; none known above the last bound."""
    wanted, counted = share * sum(row.latency_counts), 0
    for bound, count in zip(LATENCY_BOUNDS_MS, row.latency_counts, strict=False):
        counted += count
        if counted >= wanted:
            return float(bound)
    return None
