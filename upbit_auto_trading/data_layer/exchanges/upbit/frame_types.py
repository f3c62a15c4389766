"""The members of stream frames that we read, in both spellings, as types that decode straight into exact decimals.

``DEFAULT`` frames spell members out, ``SIMPLE`` ones abbreviate them; what is not listed here is skipped unread. A
member without a default has to be there; where it is not, the tolerant reading has its turn.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec


class TickerFrame(msgspec.Struct, gc=False):
    code: str
    trade_price: Decimal
    opening_price: Decimal
    high_price: Decimal
    low_price: Decimal
    prev_closing_price: Decimal
    trade_timestamp: int
    acc_trade_volume: Decimal
    acc_trade_price: Decimal
    acc_trade_volume_24h: Decimal
    acc_trade_price_24h: Decimal
    highest_52_week_price: Decimal | None = None
    lowest_52_week_price: Decimal | None = None
    market_state: str | None = None
    #: null, or year, month and day, or a text: read apart, once a market is about to go
    delisting_date: Any = None
    stream_type: str | None = None


class TradeFrame(msgspec.Struct, gc=False):
    code: str
    trade_price: Decimal
    trade_volume: Decimal
    ask_bid: str
    trade_timestamp: int
    sequential_id: int
    stream_type: str | None = None


class BookHead(msgspec.Struct, gc=False):
    """What is read of a book when it comes; the levels only when somebody takes it."""

    code: str
    timestamp: int
    stream_type: str | None = None


class BookUnit(msgspec.Struct, gc=False):
    ask_price: Decimal
    bid_price: Decimal
    ask_size: Decimal
    bid_size: Decimal


class BookFrame(msgspec.Struct, gc=False):
    code: str
    timestamp: int
    orderbook_units: list[BookUnit]
    stream_type: str | None = None


class CandleFrame(msgspec.Struct, gc=False):
    code: str
    candle_date_time_utc: str
    opening_price: Decimal
    high_price: Decimal
    low_price: Decimal
    trade_price: Decimal
    candle_acc_trade_volume: Decimal
    candle_acc_trade_price: Decimal
    timestamp: int | None = None
    stream_type: str | None = None


class OrderFrame(msgspec.Struct, gc=False):
    code: str
    uuid: str
    ask_bid: str
    order_type: str
    state: str
    timestamp: int
    price: Decimal | None = None
    volume: Decimal | None = None
    trade_uuid: str | None = None
    executed_volume: Decimal | None = None
    executed_funds: Decimal | None = None
    remaining_volume: Decimal | None = None
    paid_fee: Decimal | None = None
    locked: Decimal | None = None
    time_in_force: str | None = None
    trade_fee: Decimal | None = None
    is_maker: bool | None = None
    identifier: str | None = None
    prevented_volume: Decimal | None = None
    trade_timestamp: int | None = None


class AssetItem(msgspec.Struct, gc=False):
    currency: str
    balance: Decimal
    locked: Decimal


class AssetFrame(msgspec.Struct, gc=False):
    assets: list[AssetItem]
    timestamp: int | None = None
    asset_timestamp: int | None = None


#: the long name of each member by its short one, for every kind of frame
SHORT_NAMES: dict[str, dict[str, str]] = {
    "ticker": {
        "ty": "type", "cd": "code", "tp": "trade_price", "op": "opening_price", "hp": "high_price", "lp": "low_price",
        "pcp": "prev_closing_price", "ttms": "trade_timestamp", "atv": "acc_trade_volume", "atp": "acc_trade_price",
        "atv24h": "acc_trade_volume_24h", "atp24h": "acc_trade_price_24h", "h52wp": "highest_52_week_price",
        "l52wp": "lowest_52_week_price", "ms": "market_state", "dd": "delisting_date", "st": "stream_type",
    },
    "trade": {
        "ty": "type", "cd": "code", "tp": "trade_price", "tv": "trade_volume", "ab": "ask_bid",
        "ttms": "trade_timestamp", "sid": "sequential_id", "st": "stream_type",
    },
    "orderbook": {"ty": "type", "cd": "code", "tms": "timestamp", "obu": "orderbook_units", "st": "stream_type"},
    "orderbook-unit": {"ap": "ask_price", "bp": "bid_price", "as": "ask_size", "bs": "bid_size"},
    "candle": {
        "ty": "type", "cd": "code", "cdttmu": "candle_date_time_utc", "op": "opening_price", "hp": "high_price",
        "lp": "low_price", "tp": "trade_price", "catv": "candle_acc_trade_volume", "catp": "candle_acc_trade_price",
        "tms": "timestamp", "st": "stream_type",
    },
    "myOrder": {
        "ty": "type", "cd": "code", "uid": "uuid", "ab": "ask_bid", "ot": "order_type", "s": "state",
        "tms": "timestamp", "p": "price", "v": "volume", "tuid": "trade_uuid", "ev": "executed_volume",
        "ef": "executed_funds", "rv": "remaining_volume", "pf": "paid_fee", "l": "locked", "tif": "time_in_force",
        "tf": "trade_fee", "im": "is_maker", "id": "identifier", "pv": "prevented_volume", "ttms": "trade_timestamp",
    },
    "myAsset": {"ty": "type", "ast": "assets", "tms": "timestamp", "asttms": "asset_timestamp"},
    "myAsset-item": {"cu": "currency", "b": "balance", "l": "locked"},
}  # fmt: skip


def _spelt_short(long: type[msgspec.Struct], kind: str, replaced: dict[str, Any] | None = None) -> type[msgspec.Struct]:
    """The same type with the abbreviated names; ``replaced`` gives other types to members that hold structs."""
    short_of = {name: short for short, name in SHORT_NAMES[kind].items()}
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for one in msgspec.structs.fields(long):
        kind_of_member = (replaced or {}).get(one.name, one.type)
        fields.append((one.name, kind_of_member) if one.required else (one.name, kind_of_member, one.default))
    return msgspec.defstruct(
        f"Short{long.__name__}", fields, gc=False, rename={one.name: short_of[one.name] for one in _fields(long)}
    )


def _fields(struct: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(struct)


_ShortUnit = _spelt_short(BookUnit, "orderbook-unit")
_ShortItem = _spelt_short(AssetItem, "myAsset-item")

#: decoder by the spelling of its first member and the kind; candles of every unit share one kind
DECODERS: dict[str, dict[str, msgspec.json.Decoder[Any]]] = {
    "type": {
        "ticker": msgspec.json.Decoder(TickerFrame),
        "trade": msgspec.json.Decoder(TradeFrame),
        "orderbook-head": msgspec.json.Decoder(BookHead),
        "orderbook": msgspec.json.Decoder(BookFrame),
        "candle": msgspec.json.Decoder(CandleFrame),
        "myOrder": msgspec.json.Decoder(OrderFrame),
        "myAsset": msgspec.json.Decoder(AssetFrame),
    },
    "ty": {
        "ticker": msgspec.json.Decoder(_spelt_short(TickerFrame, "ticker")),
        "trade": msgspec.json.Decoder(_spelt_short(TradeFrame, "trade")),
        "orderbook-head": msgspec.json.Decoder(_spelt_short(BookHead, "orderbook")),
        "orderbook": msgspec.json.Decoder(
            _spelt_short(BookFrame, "orderbook", {"orderbook_units": list[_ShortUnit]})  # type: ignore[valid-type]
        ),
        "candle": msgspec.json.Decoder(_spelt_short(CandleFrame, "candle")),
        "myOrder": msgspec.json.Decoder(_spelt_short(OrderFrame, "myOrder")),
        "myAsset": msgspec.json.Decoder(
            _spelt_short(AssetFrame, "myAsset", {"assets": list[_ShortItem]})  # type: ignore[valid-type]
        ),
    },
}
