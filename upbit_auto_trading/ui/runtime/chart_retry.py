"""What of a chart failed on its way is asked for again by itself: a few times, and each time later than before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, QTimer

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, RateLimited

_MILLISECOND = timedelta(milliseconds=1)


class ChartRetry:
    """For the UI thread. ``again`` is called so often as there are waits; then it is left to the user."""

    def __init__(
        self, waits_ms: tuple[int, ...], now: Callable[[], datetime], again: Callable[[], None], owner: QObject
    ) -> None:
        self._waits_ms, self._now = waits_ms, now
        self._failures = 0
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(again)

    def note_failure(self, error: Exception) -> None:
        """Whoever refuses for good is not asked again."""
        if not isinstance(error, (ExchangeUnavailable, RateLimited)) or self._failures >= len(self._waits_ms):
            return
        wait_ms = self._waits_ms[self._failures]
        if isinstance(error, RateLimited):
            wait_ms = max(wait_ms, (error.until - self._now()) // _MILLISECOND)
        self._failures += 1
        self._timer.start(wait_ms)

    def note_success(self) -> None:
        self._failures = 0
        self._timer.stop()

    def rest(self) -> None:
        """It is asked for right now, by somebody else, or cannot be asked at all."""
        self._timer.stop()

    def leave(self) -> None:
        self._timer.stop()
        self._timer.deleteLater()
