"""What is counted together, and who goes first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Priority(IntEnum):
    """Lower goes first. A background request that has waited long counts as a read, so that it does get through."""

    #: the kill switch, and cancels
    URGENT = 0
    ORDER = 1
    READ = 2
    #: downloads
    BACKGROUND = 3


class LimitKind(Enum):
    """How the exchange counts."""

    #: so many in each window, wherever its windows begin
    FIXED_WINDOW = "fixed-window"
    #: so many at once, refilled evenly over a window
    TOKEN_BUCKET = "token-bucket"


@dataclass(frozen=True, slots=True)
class LimitGroup:
    """Requests that the exchange counts together. Data: it may change while the program runs."""

    name: str
    permits: int
    window_seconds: float
    kind: LimitKind = LimitKind.FIXED_WINDOW
    #: of the permits, those that only URGENT may use
    kept_for_urgent: int = 0
    #: of the permits, those that only ORDER and URGENT may use, beside the former
    kept_for_orders: int = 0

    def __post_init__(self) -> None:
        if self.permits < 1 or self.window_seconds <= 0:
            raise ValueError(f"{self.name}: at least one permit in a window that lasts")
        kept = (self.kept_for_urgent, self.kept_for_orders)
        if min(kept) < 0 or sum(kept) >= self.permits:
            raise ValueError(f"{self.name}: what is kept leaves something for the others")

    def kept_from(self, priority: Priority) -> int:
        """Permits that this priority leaves alone."""
        if priority is Priority.URGENT:
            return 0
        if priority is Priority.ORDER:
            return self.kept_for_urgent
        return self.kept_for_urgent + self.kept_for_orders
