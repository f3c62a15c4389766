"""Crash reports: text files in ``logs/crashes`` that a user can read before sharing them.

A report holds versions, the thread, the type of the error with its frames (no source, no local variables), the
newest log lines as they were logged, and the settings that differ from their defaults. All of it goes through the
log's redaction; settings that are secret or free text are left out, and so are the home folder and the user's name.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind, CrashReport, CrashSummary
from upbit_auto_trading.config.log_lines import ErrorDescription, Frame, LogLine
from upbit_auto_trading.config.log_redaction import describe_error, frames_of_stack
from upbit_auto_trading.config.setting import Kind
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.config.text_scrubber import hide_home, scrub
from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

REPORTS_KEPT = 50
_SEEN = "seen.txt"
_REPORT_NAME = re.compile(r"crash-(\d{8}-\d{6})(?:-\d+)?\.txt")
_KIND_LINE = re.compile(rf"^({'|'.join(kind.value for kind in CrashKind)}) · ", re.MULTILINE)
_NATIVE_NAME = re.compile(r"native-(\d{8})\.txt")

_INTRODUCTION = Text(
    ko="프로그램에 오류가 생겨서 만든 보고서예요. API 키, 비밀번호, 잔고는 들어 있지 않아요. 보내기 전에 읽어 보세요.",
    en="A report of an error in the program, without API keys, passphrases or balances. Read it before you share it.",
)
_LOG_TITLE = Text("마지막 기록", "Newest log lines")
_SETTINGS_TITLE = Text("기본값과 다른 설정", "Settings that differ from their defaults")
_FRAMES_TITLE = Text("오류가 난 곳", "Where it happened")
_NONE = Text("없음", "none")


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """What does not change during a run; ``qt`` is told by the side that knows Qt."""

    version: str
    qt: str = ""


class FileCrashReports:
    """Implements the port ``CrashReportStore`` in one folder. ``write`` may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        facts: ProgramFacts,
        *,
        recent_lines: Callable[[], Iterable[LogLine]] = tuple,
        settings: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """``settings`` are stored texts by id; which of them get out is decided here."""
        self._folder = folder
        self._clock = clock
        self._facts = facts
        self._recent_lines = recent_lines
        self._settings = settings

    def write(self, crash: Crash) -> CrashSummary:
        happened_at = self._clock.now()
        error = _describe(crash)
        summary = CrashSummary(crash.kind, happened_at, hide_home(crash.thread_name), error.type)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file_name = self._write_new(happened_at, self._text(summary, error))
            self._prune()
        except OSError:
            return summary  # the log holds the error too; the summary still reaches the user
        return replace(summary, file_name=file_name)

    def list_reports(self) -> tuple[CrashReport, ...]:
        if not self._folder.is_dir():
            return ()
        seen = self._seen()
        found = [report for path in self._folder.iterdir() if (report := _report(path, seen))]
        return tuple(sorted(found, key=lambda report: (report.written_at, report.file_name), reverse=True))

    def read(self, file_name: str) -> str:
        path = self._path(file_name)
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError as error:
            raise translated_os_error(error, path) from error
        # The interpreter wrote native ones while it died: nobody could shorten them then.
        return _scrub_native(text) if _NATIVE_NAME.fullmatch(file_name) else text

    def mark_seen(self, file_name: str) -> None:
        self._path(file_name)
        path = self._folder / _SEEN
        try:
            there = {entry.name for entry in self._folder.iterdir()}
            seen = sorted((self._seen() | {file_name}) & there)
            write_whole(path, "".join(name + "\n" for name in seen).encode())
        except OSError as error:
            raise translated_os_error(error, path) from error

    def _path(self, file_name: str) -> Path:
        """Only names of reports: a path from elsewhere is no report of ours."""
        if not (_REPORT_NAME.fullmatch(file_name) or _NATIVE_NAME.fullmatch(file_name)):
            raise InvalidParameter("crash_report", file_name, "not-a-choice")
        return self._folder / file_name

    def _write_new(self, happened_at: datetime, text: str) -> str:
        stem = f"crash-{happened_at.astimezone(KST):%Y%m%d-%H%M%S}"
        for number in range(1, 1_000):
            file_name = f"{stem}{f'-{number}' if number > 1 else ''}.txt"
            path = self._folder / file_name
            try:
                file = path.open("x", encoding="utf-8", errors="backslashreplace")
            except FileExistsError:
                continue
            try:
                with file:
                    file.write(text)
            except OSError:
                path.unlink(missing_ok=True)  # half a report would look like a whole one
                raise
            return file_name
        raise FileExistsError(stem)

    def _text(self, summary: CrashSummary, error: ErrorDescription) -> str:
        lines = [
            f"{error.headline()} ({summary.thread_name})",
            "",
            _INTRODUCTION.ko,
            _INTRODUCTION.en,
            "",
            *self._facts_of(summary),
            "",
            *_error_lines(error),
            "",
            _title(_SETTINGS_TITLE),
            *(_changed_settings(self._settings()) or [_in_both(_NONE)]),
            "",
            _title(_LOG_TITLE),
            *([line.to_console() for line in self._recent_lines()] or [_in_both(_NONE)]),
            "",
        ]
        return hide_home("\n".join(lines))

    def _facts_of(self, summary: CrashSummary) -> list[str]:
        then = summary.happened_at
        return [
            f"Upbit AutoTrader {self._facts.version}",
            f"{then.astimezone(KST):%Y-%m-%d %H:%M:%S} KST ({then:%Y-%m-%d %H:%M:%S} UTC)",
            f"{platform.system()} {platform.release()} {platform.machine()}",
            f"Python {platform.python_version()}{' frozen' if getattr(sys, 'frozen', False) else ''}"
            + (f" · {self._facts.qt}" if self._facts.qt else ""),
            f"{summary.kind.value} · {summary.thread_name}",
        ]

    def _prune(self) -> None:
        for report in self.list_reports()[REPORTS_KEPT:]:
            try:
                (self._folder / report.file_name).unlink()
            except OSError:
                continue  # open in an editor (Windows): the next report tries again

    def _seen(self) -> set[str]:
        try:
            return set((self._folder / _SEEN).read_text("utf-8", errors="replace").split("\n"))
        except OSError:
            return set()  # nothing was seen yet


def _describe(crash: Crash) -> ErrorDescription:
    if crash.error is not None:
        described = describe_error(crash.error)
        return described if described.frames else replace(described, frames=_stack_here())
    return ErrorDescription(crash.kind.value, scrub(crash.message), frames=_stack_here())


def _stack_here() -> tuple[Frame, ...]:
    return frames_of_stack(sys._getframe(2))


def _error_lines(error: ErrorDescription) -> list[str]:
    lines = [_title(_FRAMES_TITLE)]
    described: ErrorDescription | None = error
    while described is not None:
        lines.append(described.headline())
        lines.extend(f"    {frame.file}:{frame.line} {frame.function}" for frame in described.frames)
        described = described.cause
    return lines


def _changed_settings(texts: Mapping[str, str]) -> list[str]:
    """Only declared ones, only of kinds whose values are not a user's own words."""
    lines = []
    for setting_id, text in sorted(texts.items()):
        setting = SETTINGS_BY_ID.get(setting_id)
        if setting is None or setting.is_secret or setting.kind is Kind.TEXT:
            continue
        if text != setting.to_text(setting.default):
            lines.append(f"{setting_id} = {scrub(text)}")
    return lines


def _report(path: Path, seen: set[str]) -> CrashReport | None:
    match = _REPORT_NAME.fullmatch(path.name)
    native = _NATIVE_NAME.fullmatch(path.name)
    if match is None and native is None:
        return None
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first_line, beginning = file.readline(500).strip(), file.read(2_000)
        written_at = datetime.strptime(match[1] if match else f"{native[1]}-000000", "%Y%m%d-%H%M%S")  # type: ignore[index]
    except (OSError, ValueError):
        return None
    if native is not None and not first_line:
        return None  # opened for the case that never came
    told = _KIND_LINE.search(beginning) if match else None
    kind = CrashKind.NATIVE if native else CrashKind(told[1]) if told else CrashKind.EXCEPTION
    return CrashReport(path.name, kind, written_at.replace(tzinfo=KST), scrub(first_line), path.name in seen)


def _scrub_native(text: str) -> str:
    return "\n".join(hide_home(line) for line in text.split("\n"))


def _title(text: Text) -> str:
    return f"── {_in_both(text)} ──"


def _in_both(text: Text) -> str:
    return f"{text.ko} · {text.en}"
