"""The time, as a parameter."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time as an aware UTC datetime."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment; never goes back."""
