"""The throw-away keys of the practice exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.utils.secret import Secret

ALL_RIGHTS = frozenset({Right.VIEW_BALANCES, Right.VIEW_ORDERS, Right.MAKE_ORDERS})


@dataclass(frozen=True, slots=True)
class PracticeKey:
    """Several keys of one account share its balances, orders and limits."""

    access_key: str
    secret_key: Secret
    account_id: str
    expires_at: datetime
    rights: frozenset[Right] = ALL_RIGHTS
    #: None: from anywhere; loopback has no other address, so a list refuses unless it names it
    addresses: tuple[str, ...] | None = None
