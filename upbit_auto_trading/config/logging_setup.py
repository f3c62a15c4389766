"""The program's log: standard ``logging`` in front, one writing thread behind, redaction in between.

Who logs does not wait: the record is redacted and frozen in the calling thread (see ``log_redaction`` for what may
get out) and put into a queue; the log writer thread writes files and console. The queue is bounded: from
``SOFT_LIMIT`` on debug and info lines are dropped, from ``HARD_LIMIT`` on all, never a caller blocked; drops are
counted, and the next line written says how many.

Levels: ours follows ``set_level``. Libraries stay at warning whatever the user chooses, because at debug some of them
log whole requests with their headers.
"""

from __future__ import annotations

import atexit
import logging
import queue
import sys
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from threading import Event, current_thread
from typing import Any

from upbit_auto_trading.config.log_files import MEGABYTE, LogFiles, LogLimits
from upbit_auto_trading.config.log_lines import LEVELS, LogLine
from upbit_auto_trading.config.log_redaction import PACKAGE, describe_error, safe_fields, safe_ids, safe_text
from upbit_auto_trading.utils.correlation import correlation_ids

SOFT_LIMIT = 8_000
HARD_LIMIT = 10_000
RECENT_LINES = 50


def log_event(logger: logging.Logger, level: int, message: str, **fields: object) -> None:
    """Logs a constant ``message`` with fields declared in ``log_redaction.FIELD_KINDS``."""
    if logger.isEnabledFor(level):
        logger.log(level, message, extra={"fields": fields}, stacklevel=2)


class ProgramLog:
    """What ``start_logging`` started; :meth:`stop` puts everything back as it was."""

    def __init__(self, files: LogFiles, handler: LineQueueHandler, listener: LineListener) -> None:
        self._files = files
        self._handler = handler
        self._listener = listener
        self._limits = LogLimits()
        self._levels_before: tuple[int, int] = (logging.NOTSET, logging.NOTSET)
        self._is_running = False

    def start(self, level: str, limits: LogLimits) -> None:
        root, ours = logging.getLogger(), logging.getLogger(PACKAGE)
        self._levels_before = (root.level, ours.level)
        self._limits = limits
        self._listener.start()
        root.addHandler(self._handler)
        root.setLevel(logging.WARNING)
        self.set_level(level)
        logging.captureWarnings(True)
        # The writer is a daemon: without this an end by an exception would lose the line that says why.
        atexit.register(self.stop)
        self._is_running = True

    def set_level(self, level: str) -> None:
        """``debug``, ``info`` or ``warning``; from the next line on."""
        logging.getLogger(PACKAGE).setLevel(level.upper())

    def set_limits(self, *, days_kept: int | None = None, size_limit_mb: int | None = None) -> None:
        """From now on, for files that lie there already too."""
        self._limits = LogLimits(
            self._limits.days_kept if days_kept is None else days_kept,
            self._limits.total_bytes if size_limit_mb is None else size_limit_mb * MEGABYTE,
            self._limits.file_bytes,
        )
        self._files.set_limits(self._limits)

    def prune(self) -> int:
        """Deletes log files that are too old or too much; how many."""
        return self._files.prune()

    def recent_lines(self) -> tuple[LogLine, ...]:
        """The newest lines, oldest first, also those not yet written: for a crash report."""
        return self._handler.recent_lines()

    @property
    def dropped(self) -> int:
        """Lines that the full queue did not take."""
        return self._handler.dropped

    @property
    def lost(self) -> int:
        """Lines that could not be written to the disk."""
        return self._files.lost

    def flush(self, timeout_seconds: float) -> bool:
        """Whether everything logged before this call was written in time."""
        reached = Event()
        self._handler.queue.put(reached)
        return reached.wait(timeout_seconds)

    def stop(self, timeout_seconds: float = 2.0) -> bool:
        """Writes what is waiting; False if that took too long, and then the rest is lost."""
        if not self._is_running:
            return True
        self._is_running = False
        atexit.unregister(self.stop)
        logging.captureWarnings(False)
        root, ours = logging.getLogger(), logging.getLogger(PACKAGE)
        root.removeHandler(self._handler)
        root.setLevel(self._levels_before[0])
        ours.setLevel(self._levels_before[1])
        is_drained = self._listener.stop_within(timeout_seconds)
        if is_drained:
            self._files.close()
        return is_drained


def start_logging(
    folder: Path,
    *,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
    level: str = "info",
    limits: LogLimits | None = None,
    console: bool = True,
    on_trouble: Callable[[OSError], None] | None = None,
) -> ProgramLog:
    """Never fails: a folder that cannot be written is told to ``on_trouble`` (in the log writer's thread)."""
    limits = limits or LogLimits()
    handler = LineQueueHandler(now)
    files = LogFiles(
        folder, now, monotonic, limits, on_trouble or (lambda _error: None), lambda lost: _lost_line(now(), lost)
    )
    # Under a windowed frozen program there is no console, and sys.stderr is None.
    stream = sys.stderr if console else None
    listener = LineListener(handler, files, Console(stream) if stream is not None else None)
    log = ProgramLog(files, handler, listener)
    log.start(level, limits)
    return log


class LineQueueHandler(QueueHandler):
    """Runs in the thread that logs, under logging's re-entrant lock.

    Freezes a record into a ``LogLine`` and queues it, or counts it.
    """

    # SimpleQueue and not Queue: its put may be entered again by a finaliser that logs, without a deadlock.
    queue: queue.SimpleQueue[Any]

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(queue.SimpleQueue())
        self.now = now
        self._recent: deque[LogLine] = deque(maxlen=RECENT_LINES)
        self._dropped: Counter[str] = Counter()
        self._told = 0

    def recent_lines(self) -> tuple[LogLine, ...]:
        self.acquire()
        try:
            return tuple(self._recent)
        finally:
            self.release()

    @property
    def dropped(self) -> int:
        return sum(self._dropped.values())

    def untold_drops(self) -> int:
        """Drops since the last call; for the one thread that writes."""
        total = self.dropped
        untold, self._told = total - self._told, total
        return untold

    def prepare(self, record: logging.LogRecord) -> LogLine:
        message, text = safe_text(record.msg, record.args)
        fields = getattr(record, "fields", None)
        error = record.exc_info[1] if record.exc_info else None
        return LogLine(
            time=self.now(),
            level=_level_name(record.levelno),
            logger=record.name,
            thread=record.threadName or current_thread().name,
            message=message,
            text=text,
            fields=safe_fields(fields) if isinstance(fields, dict) else (),
            ids=safe_ids(correlation_ids()),
            error=describe_error(error) if error is not None else None,
        )

    def enqueue(self, record: logging.LogRecord) -> None:
        line: LogLine = record  # type: ignore[assignment]  # what prepare returned
        self._recent.append(line)
        limit = SOFT_LIMIT if line.level in ("debug", "info") else HARD_LIMIT
        if self.queue.qsize() >= limit:
            self._dropped[line.level] += 1
        else:
            self.queue.put_nowait(line)

    def handleError(self, record: logging.LogRecord) -> None:
        """A record that cannot be made into a line (an exception whose text fails) is counted, not printed."""
        self._dropped[record.levelname.lower()] += 1


class LineListener(QueueListener):
    """The log writer thread."""

    # Named here because dequeue compares with it; it is what QueueListener itself uses.
    _sentinel = None

    def __init__(self, handler: LineQueueHandler, files: LogFiles, console: Console | None) -> None:
        super().__init__(handler.queue)
        self._handler = handler
        self._files = files
        self._console = console
        self._drained = Event()

    def dequeue(self, block: bool) -> Any:
        item = super().dequeue(block)
        if item is self._sentinel:
            self._tell_drops()
            self._drained.set()
        return item

    def handle(self, record: Any) -> None:
        if isinstance(record, Event):
            self._tell_drops()
            record.set()
            return
        self._tell_drops()
        self._write(record)

    def stop_within(self, timeout_seconds: float) -> bool:
        """Whether all was written; if not, the thread (a daemon) is left to the end of the process."""
        self.enqueue_sentinel()
        if not self._drained.wait(timeout_seconds):
            return False
        self.stop()
        return True

    def _tell_drops(self) -> None:
        untold = self._handler.untold_drops()
        if untold:
            self._write(_dropped_line(self._handler.now(), untold))

    def _write(self, line: LogLine) -> None:
        self._files.write(line.to_json())
        if self._console is not None:
            self._console.write(line.to_console())


class Console:
    """Plain lines for whoever started the program in a terminal. One that was closed is forgotten."""

    def __init__(self, stream: Any) -> None:
        self._stream: Any = stream

    def write(self, text: str) -> None:
        if self._stream is None:
            return
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None  # the terminal has gone; the files go on


def _level_name(number: int) -> str:
    """Libraries may have levels of their own between ours; each counts as the one below it."""
    return LEVELS[min(max(number // 10, 1), len(LEVELS)) - 1]


def _dropped_line(time: datetime, dropped: int) -> LogLine:
    return _own_line(time, "log lines dropped: the queue was full", ("dropped", dropped))


def _lost_line(time: datetime, lost: int) -> str:
    return _own_line(time, "log resumed; lines lost to the disk", ("lost", lost)).to_json()


def _own_line(time: datetime, message: str, field: tuple[str, int]) -> LogLine:
    return LogLine(time, "warning", __name__, current_thread().name, message, message, fields=(field,))


__all__ = ["LogLimits", "ProgramLog", "log_event", "start_logging"]
