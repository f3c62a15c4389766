"""One ordered source for what is sent and what is signed: the URL, the body and the hashed text cannot differ.

The exchange hashes what it receives in the order it receives it. So a request is a list of pairs, and its three
spellings are all made from that list: percent-encoded for the URL, JSON for a body, plain ``key=value&…`` for the hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: what a parameter is given as; None leaves it out
Given = str | int | bool | Decimal | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """Made by ``parameters(…)``. A value that is a tuple is a list: its key is repeated, with brackets."""

    pairs: tuple[tuple[str, str | tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def hashed_text(self) -> str:
        return "&".join(f"{key}={value}" for key, value in self._flat())

    def url_query(self) -> str:
        """The brackets of lists too: the library would encode them anyway, and the exchange takes either."""
        return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in self._flat())

    def json_body(self) -> bytes:
        members = {key: list(value) if isinstance(value, tuple) else value for key, value in self.pairs}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()

    def _flat(self) -> Iterator[tuple[str, str]]:
        for key, value in self.pairs:
            if isinstance(value, tuple):
                yield from ((f"{key}[]", one) for one in value)
            else:
                yield key, value


def parameters(**given: Given) -> Parameters:
    """In the order given; None is left out, on both sides."""
    return Parameters(tuple((key, _spelt(key, value)) for key, value in given.items() if value is not None))


def _spelt(key: str, value: str | int | bool | Decimal | Iterable[str]) -> str | tuple[str, ...]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return plain_amount(key, value)
    if isinstance(value, str):
        return _sendable(key, value)
    return tuple(_sendable(key, one) for one in value)


def _sendable(key: str, text: str) -> str:
    """Spaces and control characters are decoded in more than one way on the road: the hash would not match."""
    if not text or not text.isprintable() or any(sign.isspace() for sign in text):
        raise InvalidParameter(key, text, "not-sendable")
    return text


def plain_amount(key: str, amount: Decimal) -> str:
    """Without exponent and needless zeros: ``1E+8`` is ``100000000``, ``0.50000`` is ``0.5``."""
    if not amount.is_finite() or not -40 < amount.adjusted() < 40:
        raise InvalidParameter(key, amount, "not-an-amount")
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def joined(values: Iterable[str]) -> str:
    """A list that the exchange wants as one value."""
    return ",".join(values)


def moment_text(moment: datetime) -> str:
    """Whole seconds, always with the zone: rounded up, so that an exclusive bound leaves nothing out."""
    whole = moment.astimezone(UTC)
    if whole.microsecond:
        whole = whole.replace(microsecond=0) + timedelta(seconds=1)
    return whole.strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> int:
    """Since 1970, rounded down, by whole numbers alone."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
