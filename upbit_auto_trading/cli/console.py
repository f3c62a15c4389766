"""What a command prints: answers on stdout, complaints and progress on stderr."""

from __future__ import annotations

import io
import os
import sys
import traceback
from types import TracebackType
from typing import TextIO

from upbit_auto_trading.business_logic.domain.health import HealthStatus
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.utils.bilingual_text import Language, Text

_MARKS = {HealthStatus.GOOD: "✓", HealthStatus.WARNING: "!", HealthStatus.BROKEN: "✗"}
_PLAIN_MARKS = {HealthStatus.GOOD: "+", HealthStatus.WARNING: "!", HealthStatus.BROKEN: "x"}


class Console:
    """Streams may be absent under a windowed build; then nothing is printed."""

    def __init__(self, language: Language, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.language = language
        self.shows_tracebacks = False
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr
        self._left: list[TextIO] = []
        for stream in (self._out, self._err):
            if isinstance(stream, io.TextIOWrapper):
                # An old Windows code page must not turn a message into a crash.
                stream.reconfigure(errors="replace")

    @property
    def err(self) -> TextIO | None:
        return self._err

    def say(self, text: str | Text) -> None:
        self._print(text, self._out)

    def note(self, text: str | Text) -> None:
        self._print(text, self._err)

    def error(self, title: Text, mend: Text) -> None:
        sentences = (title.in_language(self.language), mend.in_language(self.language))
        self.note(" ".join(sentence for sentence in sentences if sentence))

    def explain(self, error: BaseException) -> None:
        """The sentences of the error boundary; the traceback only where --debug asked for it."""
        if self.shows_tracebacks and self._err is not None:
            traceback.print_exception(error, file=self._err)
        message = explain(error)
        self.note(message.in_language(self.language))
        self.note(f"({message.details})")

    def explain_crashes(self) -> None:
        """From now on a fault of ours ends in a sentence as well; the interpreter exits with 1 all the same."""

        def hook(_kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
            self.explain(error)

        sys.excepthook = hook

    def mark(self, status: HealthStatus) -> str:
        encoding = getattr(self._out, "encoding", None) or "ascii"
        try:
            "".join(_MARKS.values()).encode(encoding)
        except UnicodeEncodeError:
            return _PLAIN_MARKS[status]
        return _MARKS[status]

    def _print(self, text: str | Text, stream: TextIO | None) -> None:
        if stream is None or stream in self._left:
            return
        try:
            print(text.in_language(self.language) if isinstance(text, Text) else text, file=stream, flush=True)
        except BrokenPipeError:
            self._leave(stream)

    def _leave(self, stream: TextIO) -> None:
        """Whoever read has gone (``doctor | head``): that is no fault, and the work goes on without a word.

        What is still buffered would be written again at exit, and complained about there.
        """
        self._left.append(stream)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
