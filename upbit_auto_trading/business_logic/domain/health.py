"""One finding of the doctor: what was looked at, how it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.utils.bilingual_text import Text


class HealthStatus(Enum):
    GOOD = "good"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """``what`` is one sentence; ``mend`` is empty exactly when the status is good."""

    check_id: str
    title: Text
    status: HealthStatus
    what: Text
    mend: Text = Text("", "")
