"""What the session wants done, in the imperative: frozen values, recorded before they take effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecordEntriesStopped:
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class RecordEntriesResumed:
    resumed_at: datetime


Command = RecordEntriesStopped | RecordEntriesResumed
