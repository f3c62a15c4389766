"""How the streams of the exchange spell numbers: sheet 1.1. Everything here returns JSON text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

_EIGHT = Decimal("1e-8")
_TEN = Decimal("1e-10")
_KST = timedelta(hours=9)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: outside of these the server's language prints a double with an exponent
_EXPONENT_FROM: Final = Decimal("1e7")
_EXPONENT_UNDER: Final = Decimal("1e-3")

NULL = "null"


def text(value: str | None) -> str:
    return NULL if value is None else json.dumps(value, ensure_ascii=False)


def yes_no(value: bool) -> str:
    return "true" if value else "false"


def plain(number: Decimal) -> str:
    """All digits, no exponent, no zeros at the end: ``118451000``, ``0.00000412``."""
    written = f"{number:f}"
    return (written.rstrip("0").rstrip(".") or "0") if "." in written else written


def eight_decimals(number: Decimal) -> str:
    return f"{number.quantize(_EIGHT):f}"


def ten_decimals(number: Decimal) -> str:
    return f"{number.quantize(_TEN):f}"


def sixteen_decimals(number: Decimal) -> str:
    """Up to sixteen, never rounded: accumulated amounts."""
    written = f"{number:f}"
    whole, _point, decimals = written.partition(".")
    return f"{whole}.{decimals.ljust(16, '0')}"


def zero_with_exponent(number: Decimal) -> str:
    """Eight decimals, but zero as ``0E-8``."""
    return "0E-8" if number == 0 else eight_decimals(number)


def double_style(number: Decimal) -> str:
    """``118450000.0``, ``0.00421873``."""
    written = plain(number)
    return written if "." in written else f"{written}.0"


def rate_as_double(number: Decimal) -> str:
    """A rate that was kept with ten decimals, as a double."""
    return double_style(number.quantize(_TEN))


def with_exponent(number: Decimal) -> str:
    """A double as the server's language prints it: ``1.18451E8``, ``7.53E-4``, ``5.0E-4``, ``3120.0``."""
    size = abs(number)
    if size == 0 or _EXPONENT_UNDER <= size < _EXPONENT_FROM:
        return double_style(number)
    digits = number.normalize()
    exponent = digits.adjusted()
    return f"{double_style(digits.scaleb(-exponent))}E{exponent}"


def milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def kst(moment: datetime) -> datetime:
    return moment + _KST
