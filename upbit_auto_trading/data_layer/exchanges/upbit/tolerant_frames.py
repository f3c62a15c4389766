"""Reads a frame that the fast reading refused: other order of members, amounts as texts, nulls, wrong types.

Slow and patient: every member is looked up by either of its names and brought to the type that is wanted. What is
missing for good raises; nothing is made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from upbit_auto_trading.data_layer.exchanges.upbit.frame_types import (
    SHORT_NAMES,
    AssetFrame,
    AssetItem,
    BookFrame,
    BookUnit,
    CandleFrame,
    OrderFrame,
    TickerFrame,
    TradeFrame,
)

_FRAME_TYPES: dict[str, type[msgspec.Struct]] = {
    "ticker": TickerFrame,
    "trade": TradeFrame,
    "orderbook": BookFrame,
    "candle": CandleFrame,
    "myOrder": OrderFrame,
    "myAsset": AssetFrame,
}
_SPELT_OUT = {kind: {name: name for name in names.values()} | names for kind, names in SHORT_NAMES.items()}


def parse(frame: bytes) -> list[dict[str, Any]]:
    """The objects of a frame, which may wrap them in a list; numbers with a point are decimals, others integers."""
    read = json.loads(frame, parse_float=Decimal, parse_constant=_refuse)
    found = read if isinstance(read, list) else [read]
    objects = [one for one in found if isinstance(one, dict)]
    if not objects:
        raise ValueError("no object")
    return objects


def type_of(members: Mapping[str, Any]) -> str:
    word = members.get("type", members.get("ty", ""))
    return word if isinstance(word, str) else ""


def frame_of(kind: str, members: Mapping[str, Any]) -> Any:
    """``kind`` is one of the keys of ``_FRAME_TYPES``."""
    return _filled(_FRAME_TYPES[kind], kind, members)


def text_of(kind: str, members: Mapping[str, Any], name: str) -> str | None:
    """One member, for saying whose frame could not be read."""
    value = _spelt_out(kind, members).get(name)
    return value if isinstance(value, str) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _spelt_out(kind: str, members: Mapping[str, Any]) -> dict[str, Any]:
    names = _SPELT_OUT[kind]
    return {names[name]: value for name, value in members.items() if name in names}


def _filled(struct: type[msgspec.Struct], kind: str, members: Mapping[str, Any]) -> Any:
    given = _spelt_out(kind, members)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        value = given.get(field.name)
        if value is None:
            if field.required:
                raise ValueError(f"{field.name} is missing")
            continue
        brought = _brought(field.name, field.type, value)
        if brought is None and field.required:
            raise ValueError(f"{field.name} has a wrong type")
        if brought is not None:
            values[field.name] = brought
    return struct(**values)


def _brought(name: str, wanted: Any, value: Any) -> Any:
    """``value`` as the type that the member should have, or None."""
    if name == "orderbook_units":
        return [_filled(BookUnit, "orderbook-unit", unit) for unit in value]
    if name == "assets":
        return [item for item in map(_asset, value) if item is not None]
    if wanted is Any:
        return value
    is_optional = type(None) in getattr(wanted, "__args__", ())
    plain = next(one for one in wanted.__args__ if one is not type(None)) if is_optional else wanted
    if plain is Decimal:
        return _amount(value)
    if plain is int:
        whole = _amount(value)
        return int(whole) if whole is not None and abs(whole) < 2**70 and whole == whole.to_integral_value() else None
    return value if isinstance(value, plain) else None


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, str) and len(value) <= 100:
        amount = Decimal(value.strip())
        return amount if amount.is_finite() else None
    return None


def _asset(item: Any) -> AssetItem | None:
    """One currency that cannot be read does not hide the others."""
    if not isinstance(item, Mapping):
        return None
    given = _spelt_out("myAsset-item", item)
    currency, free, locked = given.get("currency"), _amount(given.get("balance")), _amount(given.get("locked"))
    return (
        AssetItem(currency, free, locked)
        if isinstance(currency, str) and free is not None and locked is not None
        else None
    )
