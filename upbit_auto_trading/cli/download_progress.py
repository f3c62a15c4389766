"""How far a download is, in the line of progress that every command has, and a word when the exchange wants silence."""

from __future__ import annotations

from typing import TextIO

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.downloads import DownloadPlan, DownloadProgress
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.korean_time import KST

_TITLE = Text("{code} {unit} 내려받는 중", "Downloading {code} {unit}")
_SILENT = Text(
    "거래소가 {time}까지 쉬라고 해서 기다려요.", "The exchange asked for a pause until {time} (KST); waiting."
)


class DownloadLine:
    """Told about each page; the line itself decides how often it shows."""

    def __init__(self, plan: DownloadPlan, language: Language, stream: TextIO | None, clock: Clock) -> None:
        request = plan.request
        title = _TITLE.format(code=request.market.code, unit=request.unit.value)
        self._line = ProgressLine(title, language, stream, clock)
        self._language = language
        self._stream = stream
        self._is_silent = False

    def __call__(self, progress: DownloadProgress) -> None:
        until = progress.silent_until
        if until is not None and not self._is_silent and self._stream is not None:
            self._line.end()
            said = _SILENT.format(time=f"{until.astimezone(KST):%H:%M:%S}").in_language(self._language)
            self._stream.write(f"{said}\n")
            self._stream.flush()
        self._is_silent = until is not None
        self._line(progress.fraction)

    def end(self) -> None:
        self._line.end()
