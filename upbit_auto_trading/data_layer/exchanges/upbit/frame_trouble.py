"""Frames that could not be read, or not at once: counted always, told once for each kind of trouble."""

from __future__ import annotations

import logging
import threading

from upbit_auto_trading.config.logging_setup import log_event

_logger = logging.getLogger(__name__)
#: more kinds of trouble than this are one: somebody sends rubbish
_MOST_KINDS = 50


class FrameTrouble:
    """Used by the stream thread and by the one that takes."""

    def __init__(self, exchange: str = "upbit") -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()
        self._unreadable = 0
        self._surprising = 0

    @property
    def unreadable_count(self) -> int:
        return self._unreadable

    @property
    def surprising_count(self) -> int:
        """Read all the same, but not in the expected shape."""
        return self._surprising

    def unreadable(self, kind: str, error: BaseException, frame: bytes, market: str | None = None) -> None:
        with self._lock:
            self._unreadable += 1
        if self._is_news("unreadable", kind, error):
            log_event(
                _logger,
                logging.WARNING,
                "a frame could not be read",
                exchange=self._exchange,
                kind=kind,
                error=type(error).__name__,
                market=market,
                bytes=len(frame),
            )

    def surprising(self, kind: str, error: BaseException, frame: bytes) -> None:
        with self._lock:
            self._surprising += 1
        if self._is_news("surprising", kind, error):
            log_event(
                _logger,
                logging.INFO,
                "a frame has another shape than expected",
                exchange=self._exchange,
                kind=kind,
                error=type(error).__name__,
                bytes=len(frame),
            )

    def _is_news(self, what: str, kind: str, error: BaseException) -> bool:
        trouble = (f"{what}:{kind}", type(error).__name__)
        with self._lock:
            if trouble in self._told or len(self._told) >= _MOST_KINDS:
                return False
            self._told.add(trouble)
            return True
