"""What is known of an API key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Right(Enum):
    VIEW_BALANCES = "view-balances"
    VIEW_ORDERS = "view-orders"
    MAKE_ORDERS = "make-orders"
    WITHDRAW = "withdraw"


NEEDED_RIGHTS = (Right.VIEW_BALANCES, Right.VIEW_ORDERS, Right.MAKE_ORDERS)


class Granted(Enum):
    YES = "yes"
    NO = "no"
    #: the exchange does not tell, and there is no harmless way to find out
    CANNOT_BE_CHECKED = "cannot-be-checked"
    #: not found out yet: the try failed for another reason
    UNKNOWN = "unknown"


class KeyFault(Enum):
    """Why an exchange refuses a key."""

    UNKNOWN_KEY = "unknown-key"
    WRONG_SECRET = "wrong-secret"
    EXPIRED = "expired"
    ADDRESS_NOT_ALLOWED = "address-not-allowed"
    RIGHT_MISSING = "right-missing"
    CLOCK_WRONG = "clock-wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KeyStatus:
    rights: tuple[tuple[Right, Granted], ...]
    #: None where the exchange does not tell
    expires_at: datetime | None
    #: why the exchange refuses the key altogether
    fault: KeyFault | None = None
    #: an exchange with pockets: which of them the key belongs to, if it can be told
    pocket: str | None = None

    def has(self, right: Right) -> Granted:
        return dict(self.rights).get(right, Granted.UNKNOWN)
