"""Progress in words: one line that changes on a terminal, one line per tenth elsewhere."""

from __future__ import annotations

from typing import TextIO

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.runtime.remaining_time import RemainingTime
from upbit_auto_trading.utils.bilingual_text import Language, Text

_SECONDS = Text(" · 약 {seconds}초 남음", " · about {seconds} s left")
_MINUTES = Text(" · 약 {minutes}분 남음", " · about {minutes} min left")
_ERASE = "\r\x1b[K"


class ProgressLine:
    """Is a ``ProgressCallback``; it never cancels, Ctrl-C does that."""

    def __init__(self, title: Text, language: Language, stream: TextIO | None, clock: Clock) -> None:
        self._title = title.in_language(language)
        self._language = language
        self._stream = stream
        self._remaining = RemainingTime(clock)
        self._shown = -1
        self._is_terminal = stream is not None and stream.isatty()

    def __call__(self, fraction: float) -> bool:
        self._remaining.update(fraction)
        percent = int(fraction * 100)
        step = percent if self._is_terminal else percent // 10 * 10
        if step > self._shown:
            self._shown = step
            self._show(step)
        return True

    def end(self) -> None:
        """Takes the changing line away, so that the result stands alone."""
        if self._stream is not None and self._is_terminal and self._shown >= 0:
            self._stream.write(_ERASE)
            self._stream.flush()

    def _show(self, percent: int) -> None:
        if self._stream is None:
            return
        line = f"{self._title} {percent}%{self._time_left()}"
        self._stream.write(f"{_ERASE}{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def _time_left(self) -> str:
        seconds = self._remaining.seconds()
        if seconds is None or seconds < 1:
            return ""
        if seconds < 60:
            return _SECONDS.format(seconds=round(seconds)).in_language(self._language)
        return _MINUTES.format(minutes=round(seconds / 60)).in_language(self._language)
