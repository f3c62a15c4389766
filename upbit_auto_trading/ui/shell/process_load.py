"""What this process asks of the machine, for the status bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    processor_fraction: float
    memory_bytes: int


class ProcessLoad:
    """psutil is loaded with the first question, after the window is painted."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        self._processors = psutil.cpu_count() or 1
        self._process.cpu_percent()  # the first answer is always zero: it only starts the count

    def now(self) -> Load:
        """The share of the whole machine since the last question, and the memory held now."""
        share = self._process.cpu_percent() / 100 / self._processors
        return Load(share, self._process.memory_info().rss)
