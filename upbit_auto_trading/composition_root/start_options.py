"""What the command line asked of one run, and how a run can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from upbit_auto_trading.utils.bilingual_text import Language


class ExitStatus(IntEnum):
    """contracts: relied on by scripts and by the guardian process."""

    STOPPED = 0
    COULD_NOT_START = 1
    WRONG_USAGE = 2
    INTERNAL_ERROR = 70
    START_AGAIN = 75


@dataclass(frozen=True, slots=True)
class StartOptions:
    data_dir: Path | None = None
    headless: bool = False
    smoke_test: bool = False
    gallery: bool = False
    language: Language | None = None
    #: development: where to write how long the start took; the program then quits
    start_report: Path | None = None
