"""JSON of answers, read without trust: exact decimals, spelt as numbers or as text, and every member checked.

Whatever cannot be read raises ``Malformed``, which names the place; it never leaves this package.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import EPOCH
from upbit_auto_trading.utils.korean_time import KST

#: no price, quantity or turnover is as large; written out, a larger exponent alone could fill the memory
_MOST_DIGITS = 30
_SMALLEST_DIGIT = -60
_ZERO = Decimal(0)
_NUMBER = re.compile(r"[+-]?[0-9]{1,64}(\.[0-9]{0,64})?([eE][+-]?[0-9]{1,4})?")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: milliseconds beyond these are another unit or rubbish: 2001 to 2128
_EARLIEST_MS, _LATEST_MS = 1_000_000_000_000, 5_000_000_000_000
_LONGEST_TEXT = 500
_LONGEST_CODE = 128

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Malformed(ValueError):
    """``place`` is the member, without its value; ``reason`` a stable code."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def decode(body: bytes) -> object:
    """Numbers with a fraction or an exponent become exact decimals, whole ones integers of any length."""
    text = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _decoder.decode(text)
    except InvalidOperation:
        return _decode_without(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("answer", "not-json") from error


def _decode_without(text: bytes) -> object:
    """Again, when one number has an exponent beyond what decimals can hold: it alone becomes unreadable."""
    try:
        return msgspec.json.Decoder(float_hook=_decimal_or_none).decode(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("answer", "not-json") from error


def _decimal_or_none(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def amount_of(value: object, place: str) -> Decimal:
    """A number or its text; below zero is allowed here."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise Malformed(place, "not-a-number")
        value = Decimal(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        # converting an integer of thousands of digits would take its time
        if value.bit_length() > 128:
            raise Malformed(place, "out-of-range")
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Malformed(place, "not-a-number")
    if not value:
        return _ZERO
    if not value.is_finite() or not _SMALLEST_DIGIT <= value.adjusted() < _MOST_DIGITS:
        raise Malformed(place, "out-of-range")
    return value


def moment_of(text: str, place: str, zone_if_none: Any = UTC) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone_if_none)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(place, "not-a-moment") from error


class Fields:
    """One object of an answer. ``place`` is its name in what is reported."""

    __slots__ = ("_members", "place")

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(place, "not-an-object")
        self._members = value
        self.place = place

    def has(self, name: str) -> bool:
        return self._members.get(name) is not None

    def raw(self, name: str) -> object:
        """None where the member is missing or null."""
        return self._members.get(name)

    def inner(self, name: str) -> Fields:
        return Fields(self._members.get(name), self._at(name))

    def items(self, name: str) -> list[object]:
        value = self._members.get(name)
        if not isinstance(value, list):
            raise Malformed(self._at(name), "missing" if value is None else "not-a-list")
        return value

    def text(self, name: str) -> str:
        value = self._members.get(name)
        if not isinstance(value, str) or not value or len(value) > _LONGEST_TEXT:
            raise Malformed(self._at(name), "missing" if value is None else "not-a-text")
        return value

    def code(self, name: str) -> str:
        """An identifier: printable and short."""
        text = self.text(name)
        if len(text) > _LONGEST_CODE or not text.isprintable():
            raise Malformed(self._at(name), "not-a-code")
        return text

    def optional_code(self, name: str) -> str | None:
        """Missing, null and empty mean the same."""
        return self.code(name) if self._members.get(name) not in (None, "") else None

    def amount(self, name: str) -> Decimal:
        """Never below zero."""
        value = self._members.get(name)
        if value is None:
            raise Malformed(self._at(name), "missing")
        amount = amount_of(value, self._at(name))
        if amount < 0:
            raise Malformed(self._at(name), "negative")
        return amount

    def positive(self, name: str) -> Decimal:
        amount = self.amount(name)
        if not amount:
            raise Malformed(self._at(name), "zero")
        return amount

    def optional_amount(self, name: str) -> Decimal | None:
        return None if self._members.get(name) is None else self.amount(name)

    def whole(self, name: str) -> int:
        """An integer that is not below zero; exact beyond 2^53, also where it is spelt as a text."""
        value = self._members.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            number = value
        elif value is None:
            raise Malformed(self._at(name), "missing")
        else:
            amount = amount_of(value, self._at(name))
            number = int(amount)
            if number != amount:
                raise Malformed(self._at(name), "not-whole")
        if not 0 <= number < 2**63:
            raise Malformed(self._at(name), "out-of-range")
        return number

    def optional_whole(self, name: str) -> int | None:
        return None if self._members.get(name) is None else self.whole(name)

    def flag(self, name: str) -> bool:
        """Missing and null are no; anything but a boolean is malformed."""
        value = self._members.get(name)
        if value is not None and not isinstance(value, bool):
            raise Malformed(self._at(name), "not-a-boolean")
        return bool(value)

    def milliseconds(self, name: str) -> datetime:
        number = self.whole(name)
        if not _EARLIEST_MS < number < _LATEST_MS:
            raise Malformed(self._at(name), "not-a-moment")
        return EPOCH + timedelta(milliseconds=number)

    def moment(self, name: str) -> datetime:
        """With its offset; where it has none it is the exchange's own time."""
        return moment_of(self.text(name), self._at(name), KST)

    def utc_moment(self, name: str) -> datetime:
        """Without a zone, and meant as UTC."""
        return moment_of(self.text(name), self._at(name))

    def optional_date(self, name: str) -> date | None:
        return moment_of(self.text(name), self._at(name)).date() if self.has(name) else None

    def market(self, exchange: str, name: str = "market") -> Market:
        return market_of(exchange, self.text(name), self._at(name))

    def _at(self, name: str) -> str:
        return f"{self.place}/{name}"


def market_of(exchange: str, code: str, place: str) -> Market:
    quote, _hyphen, base = code.partition("-")
    if not quote or not base or len(code) > 40 or not code.isascii() or not code.isprintable() or " " in code:
        raise Malformed(place, "not-a-market")
    return Market(exchange, code)
