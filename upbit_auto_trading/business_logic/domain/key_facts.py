"""What the program remembers of a stored key between starts. Never the key itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right


class KeyTrouble(Enum):
    """Why the last check found out nothing: of the way to the exchange, not of the key."""

    UNREACHABLE = "unreachable"
    LIMITED = "limited"


class ExpiryStage(Enum):
    """How near the end of a key is. The value is what is stored: the days left at most."""

    MONTH = 30
    WEEK = 7
    DAY = 1
    EXPIRED = 0


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """As of ``checked_at``; nothing is known where that is None."""

    credential_id: str
    checked_at: datetime | None = None
    expires_at: datetime | None = None
    #: the last answers that said yes or no: what a later check could not find out leaves them
    rights: tuple[tuple[Right, Granted], ...] = ()
    fault: KeyFault | None = None
    pocket: str | None = None
    #: of the newest try, where that found out nothing
    trouble: KeyTrouble | None = None
    tried_at: datetime | None = None
    withdraw_box_confirmed_at: datetime | None = None
    #: the last expiry warning that was given
    warned: ExpiryStage | None = None

    def has(self, right: Right) -> Granted:
        return dict(self.rights).get(right, Granted.UNKNOWN)
