"""Throw-away keys, and how accounts and keys look on the wire: sheet 2.4, 4.1, 4.9."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import NumberForms, kst_text
from upbit_auto_trading.data_layer.practice_exchange.practice_key import ALL_RIGHTS, PracticeKey
from upbit_auto_trading.utils.secret import Secret

#: real adapters refuse keys that begin so
PREFIX: Final = "PRACTICE"
LENGTH: Final = 40
VALIDITY: Final = timedelta(days=365)
MAIN_POCKET: Final = "00000000-0000-4000-8000-000000000001"
_SIGNS = string.ascii_letters + string.digits


def new_key(
    account_id: str,
    now: datetime,
    *,
    access_key: str | None = None,
    secret_key: str | None = None,
    rights: Iterable[Right] = ALL_RIGHTS,
    valid_for: timedelta = VALIDITY,
    addresses: Iterable[str] | None = None,
) -> PracticeKey:
    """From the randomness of the operating system, unless given."""
    return PracticeKey(
        _checked("access_key", access_key) if access_key else _random_key(),
        Secret(_checked("secret_key", secret_key) if secret_key else _random_key()),
        account_id,
        now + valid_for,
        frozenset(rights),
        None if addresses is None else tuple(addresses),
    )


def _random_key() -> str:
    return PREFIX + "".join(secrets.choice(_SIGNS) for _ in range(LENGTH - len(PREFIX)))


def _checked(name: str, key: str) -> str:
    """Printable and without blanks. The value stays out of the error: it may be a real key, given by mistake."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidParameter(name, None, "not-a-key")
    return key


def account_row(balance: Balance, unit: str, forms: NumberForms) -> dict[str, object]:
    is_unit = balance.currency == unit
    average = balance.average_price
    return {
        "currency": balance.currency,
        "balance": forms.amount(balance.free),
        "locked": forms.amount(balance.locked),
        "avg_buy_price": forms.amount(Decimal(0) if is_unit or average is None else average),
        "avg_buy_price_modified": is_unit,
        "unit_currency": unit,
    }


def empty_account_row(currency: str, unit: str, forms: NumberForms) -> dict[str, object]:
    return account_row(Balance(currency, Decimal(0), Decimal(0)), unit, forms)


def key_row(key: PracticeKey) -> dict[str, object]:
    return {"access_key": key.access_key, "expire_at": kst_text(key.expires_at)}
