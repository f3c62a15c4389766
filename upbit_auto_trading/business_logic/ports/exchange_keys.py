"""Looking at a key through its exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.utils.secret import Secret


def _never() -> bool:
    return False


class KeyInspector(Protocol):
    """Needs no session and no connection; may be asked about keys that are not stored."""

    def look_at(
        self, exchange: str, access_key: Secret, secret_key: Secret, is_cancelled: Callable[[], bool] = _never
    ) -> KeyStatus:
        """Waits for the network; asked in a thread that may. Nothing is sent that could move money.

        ``Cancelled`` (of ``ports/maintenance``) soon after ``is_cancelled`` answers True.

        ``InvalidParameter`` for keys that this exchange never gave (those of the practice exchange),
        ``ExchangeUnavailable`` or ``RateLimited`` where nothing was found out, ``NotSupported`` for other exchanges.
        """
