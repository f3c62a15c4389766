"""Catches what nobody else caught, in every thread: records it, tells the UI thread, and lets the rest go on.

An exception that leaves a Qt slot would abort the process; with this hook it is written down, shown in plain words,
and everything else keeps running. The hook works in the thread that failed, so it does no more than that, and it
never raises itself.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PyQt6.QtCore import QMessageLogContext, QObject, QtMsgType, pyqtSignal, pyqtSlot, qInstallMessageHandler

from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind, CrashSummary, CrashWriter
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.runtime.queued import connect_queued

#: a run that fails in more ways than this has told enough; the rest is counted in the log
MOST_REPORTS = 20
_MOST_KEYS = 500

_logger = logging.getLogger(__name__)
_qt_logger = logging.getLogger("qt")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashSignals(QObject):
    """Make it in the UI thread. ``crashed`` carries a ``CrashSummary`` and is emitted there, never inside the hook."""

    crashed = pyqtSignal(object)
    _recorded = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        connect_queued(self._recorded, self._deliver)

    def tell(self, summary: CrashSummary) -> None:
        """From any thread."""
        self._recorded.emit(summary)

    @pyqtSlot(object)
    def _deliver(self, summary: CrashSummary) -> None:
        self.crashed.emit(summary)


class Repeats:
    """Counts equal happenings and says which are worth telling: the 1st, 10th, 100th …"""

    def __init__(self) -> None:
        self._counts: dict[object, int] = {}
        # Re-entrant: a finaliser may fail at any allocation inside the locked lines.
        self._lock = threading.RLock()

    def count(self, key: object) -> int:
        """How often it has happened by now, this time included."""
        with self._lock:
            if key not in self._counts and len(self._counts) >= _MOST_KEYS:
                key = None
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]

    @property
    def kinds(self) -> int:
        return len(self._counts)


def is_worth_telling(count: int) -> bool:
    return re.fullmatch("10*", str(count)) is not None


class CrashHook:
    """``install`` it before anything else of Qt is used."""

    def __init__(self, write: CrashWriter, signals: CrashSignals | None = None) -> None:
        self.signals = signals or CrashSignals()
        self._write = write
        self._crashes = Repeats()
        self._qt_messages = Repeats()
        self._restore: Callable[[], None] | None = None

    def install(self) -> None:
        before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        handler_before = qInstallMessageHandler(self._on_qt_message)

        def restore() -> None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before
            qInstallMessageHandler(handler_before)

        self._restore = restore

    def uninstall(self) -> None:
        """Puts back what was there; at the very end, before Qt's own destruction."""
        if self._restore is not None:
            self._restore()
            self._restore = None

    def _on_exception(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return  # Ctrl-C: whoever handles the signal ends the program
        self._guard(Crash(CrashKind.EXCEPTION, threading.current_thread().name, error))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if issubclass(arguments.exc_type, SystemExit | KeyboardInterrupt):
            return
        thread = arguments.thread or threading.current_thread()
        self._guard(Crash(CrashKind.THREAD, thread.name, arguments.exc_value, arguments.exc_type.__name__))

    def _on_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        # Neither the object nor the arguments are kept: either would come back to life.
        name = threading.current_thread().name
        message = arguments.err_msg or arguments.exc_type.__name__
        self._guard(Crash(CrashKind.UNRAISABLE, name, arguments.exc_value, message))

    def _on_qt_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        try:
            message = text or ""
            count = self._qt_messages.count((kind, re.sub(r"0x[0-9a-fA-F]+|\d+", "#", message)))
            if is_worth_telling(count):
                again = f" (×{count})" if count > 1 else ""
                _qt_logger.log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message + again)
        except Exception as error:  # noqa: BLE001 - the crash hook never raises: into Qt it would abort
            _last_resort(error)
        if kind == QtMsgType.QtFatalMsg:
            self._guard(Crash(CrashKind.QT_FATAL, threading.current_thread().name, None, text or ""))

    def _guard(self, crash: Crash) -> None:
        try:
            self._record(crash)
        except Exception as error:  # noqa: BLE001 - the crash hook never raises: there is nobody left to catch it
            _last_resort(error)

    def _record(self, crash: Crash) -> None:
        count = self._crashes.count(_fingerprint(crash))
        name = type(crash.error).__name__ if crash.error is not None else crash.kind.value
        if count > 1 or self._crashes.kinds > MOST_REPORTS:
            # A storm (a timer that fails each time) must fill neither the disk nor the screen.
            if is_worth_telling(count):
                log_event(_logger, logging.ERROR, "the same failure again", error=name, count=count)
            return
        _logger.critical("failure in thread %s", crash.thread_name, exc_info=crash.error)
        summary = self._write(crash)
        if summary.file_name:
            log_event(_logger, logging.INFO, "crash report written", report=summary.file_name)
        self.signals.tell(summary)


def _fingerprint(crash: Crash) -> tuple[object, ...]:
    """The same line failing in the same way is the same crash, whichever values it failed on."""
    if crash.error is None:
        return (crash.kind, crash.message)
    trace = crash.error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace is not None else ()
    return (crash.kind, type(crash.error), *place)


def _last_resort(error: Exception) -> None:
    if sys.__stderr__ is None:
        return
    try:
        sys.__stderr__.write(f"The crash hook failed: {type(error).__name__}\n")
    except (OSError, ValueError):
        return  # not even a terminal is left
