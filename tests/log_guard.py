"""Every warning and error in the Python log must have been announced by the test that causes it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Announcement:
    pattern: re.Pattern[str]
    level: int
    at_least: int
    seen: int = 0


@dataclass(slots=True)
class LogGuard:
    """``expect`` before or after the act; an announced record that never came is a failure too."""

    records: list[logging.LogRecord] = field(default_factory=list)
    _announced: list[_Announcement] = field(default_factory=list)

    def expect(self, pattern: str, *, level: int = logging.WARNING, at_least: int = 1) -> None:
        """``pattern`` is searched in the message; ``at_least=0`` allows without requiring."""
        self._announced.append(_Announcement(re.compile(pattern), level, at_least))

    @contextmanager
    def watching(self) -> Iterator[None]:
        handler = _Collector(self.records)
        root = logging.getLogger()
        root.addHandler(handler)
        try:
            yield
        finally:
            root.removeHandler(handler)

    def problems(self) -> list[str]:
        found = [self._describe(record) for record in self.records if not self._is_announced(record)]
        found += [
            f"announced but never logged: {one.pattern.pattern}" for one in self._announced if one.seen < one.at_least
        ]
        return found

    def _is_announced(self, record: logging.LogRecord) -> bool:
        for one in self._announced:
            if record.levelno >= one.level and one.pattern.search(record.getMessage()):
                one.seen += 1
                return True
        return False

    @staticmethod
    def _describe(record: logging.LogRecord) -> str:
        return f"unannounced {record.levelname} of {record.name}: {record.getMessage()}"


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)
