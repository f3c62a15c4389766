"""What a key may do, found out harmlessly.

Upbit does not tell a key's rights, so each that we need is tried: balances and orders by reading, making orders by the
exchange's own test of an order, which places nothing. Nothing is asked that has to do with withdrawing: whether a key
may do that cannot be checked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    ExchangeUnavailable,
    KeyRejected,
    OrderRefused,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.data_layer.exchanges.upbit import calls
from upbit_auto_trading.data_layer.exchanges.upbit.calls import UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import parameters

#: complete and on the grid of every tick table, worth the smallest order, and far below any price
_TEST_ORDER = parameters(
    market="KRW-BTC", side="bid", ord_type="limit", price=Decimal(1000), volume=Decimal(5), time_in_force="post_only"
)
#: said of an order that was understood and allowed, but for the money or the rules of the day
_ALLOWED_BUT = frozenset(
    {
        "insufficient_funds_bid",
        "under_min_total_bid",
        "invalid_price_bid",
        "invalid_funds",
        "thirdparty_agreement_required",
    }
)


def key_status(client: UpbitClient, replies: AccountReplies) -> KeyStatus:
    """``ExchangeUnavailable`` or ``RateLimited`` where nothing at all could be found out."""
    check = _KeyCheck(client, replies)
    expires_at = check.expiry()
    rights = (
        (Right.VIEW_BALANCES, check.tried(lambda: client.read(UpbitCall(calls.ACCOUNTS), _nothing))),
        (
            Right.VIEW_ORDERS,
            check.tried(lambda: client.read(UpbitCall(calls.OPEN_ORDERS, parameters(limit=1)), _nothing)),
        ),
        (Right.MAKE_ORDERS, check.tried(lambda: client.once(UpbitCall(calls.CHECK, _TEST_ORDER), _nothing))),
        (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED),
    )
    if check.fault is None and check.found_nothing and check.trouble is not None:
        raise check.trouble
    return KeyStatus(rights, expires_at, check.fault)


class _KeyCheck:
    def __init__(self, client: UpbitClient, replies: AccountReplies) -> None:
        self._client = client
        self._replies = replies
        #: why the exchange refuses the key altogether; the first that it names
        self.fault: KeyFault | None = None
        self.trouble: ExchangeError | None = None
        self.found_nothing = True

    def expiry(self) -> datetime | None:
        """Of our key: the list holds all keys of the account."""
        try:
            keys = self._client.read_list(UpbitCall(calls.API_KEYS), self._replies.listed_key)
        except KeyRejected as error:
            self._refused(error)
            return None
        except (ExchangeUnavailable, RateLimited) as error:
            self.trouble = self.trouble or error
            return None
        self.found_nothing = False
        return next((key.expires_at for key in keys if self._client.is_our_key(key.access_key)), None)

    def tried(self, ask: Callable[[], None]) -> Granted:
        """A key that is refused altogether is not tried on: repeated failures may block the address."""
        if self.fault is not None:
            return Granted.UNKNOWN
        try:
            ask()
        except KeyRejected as error:
            return self._refused(error)
        except OrderRefused as error:
            if error.detail not in _ALLOWED_BUT:
                return Granted.UNKNOWN
        except ExchangeError as error:
            self.trouble = self.trouble or error
            return Granted.UNKNOWN
        self.found_nothing = False
        return Granted.YES

    def _refused(self, error: KeyRejected) -> Granted:
        if error.fault is KeyFault.RIGHT_MISSING:
            self.found_nothing = False
            return Granted.NO
        self.fault = error.fault
        return Granted.UNKNOWN


def _nothing(_answer: object) -> None:
    """What is answered does not matter; that it is, does."""
