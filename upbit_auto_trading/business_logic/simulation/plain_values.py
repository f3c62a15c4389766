"""Frozen values to what JSON can hold, and back by their type hints alone. Money is text, exact to the digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.simulation.exact_amounts import is_bearable

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
Reader = Callable[[Plain, str], Any]


def to_plain(value: Any) -> Plain:
    """``value``: what the type hints of a frozen value may name; see ``reader_of``."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if isinstance(value, frozenset):
        return [str(one.value) for one in sorted(value, key=lambda one: str(one.value))]
    if isinstance(value, date):
        return value.isoformat()
    return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}


@cache
def reader_of(kind: Any) -> Reader:
    """Reads that type or raises ``InvalidParameter`` with the place of what it cannot read."""
    if is_dataclass(kind):
        return _read_fields(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_with(kind, str)
    if get_origin(kind) is UnionType:
        return _read_optional(kind)
    if get_origin(kind) in (tuple, frozenset):
        return _read_many(get_origin(kind), reader_of(get_args(kind)[0]))
    return _LEAVES[kind]


def damaged(place: str, value: object) -> InvalidParameter:
    return InvalidParameter(place, value, "damaged")


def _read_fields(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {one.name: reader_of(hints[one.name]) for one in fields(kind)}

    def read(value: Plain, place: str) -> Any:
        if not isinstance(value, Mapping) or value.keys() != readers.keys():
            raise damaged(place, value)
        return kind(**{name: read_one(value[name], f"{place}.{name}") for name, read_one in readers.items()})

    return read


def _read_optional(kind: Any) -> Reader:
    (inner,) = (one for one in get_args(kind) if one is not NoneType)
    read = reader_of(inner)
    return lambda value, place: None if value is None else read(value, place)


def _read_many(kind: Any, read: Reader) -> Reader:
    def read_all(value: Plain, place: str) -> Any:
        if not isinstance(value, list):
            raise damaged(place, value)
        return kind(read(one, f"{place}[{index}]") for index, one in enumerate(value))

    return read_all


def _read_with(make: Callable[[Any], Any], expected: type) -> Reader:
    def read(value: Plain, place: str) -> Any:
        if type(value) is not expected:
            raise damaged(place, value)
        try:
            return make(value)
        except (ValueError, InvalidOperation) as error:
            raise damaged(place, value) from error

    return read


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not is_bearable(amount):
        raise ValueError(text)
    return amount


def _moment(text: str) -> datetime:
    """Times without a zone would be anybody's guess."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


_LEAVES: dict[Any, Reader] = {
    bool: _read_with(bool, bool),
    int: _read_with(int, int),
    str: _read_with(str, str),
    Decimal: _read_with(_amount, str),
    datetime: _read_with(_moment, str),
    date: _read_with(date.fromisoformat, str),
}
