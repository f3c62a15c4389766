"""What a client may write into a stream of the practice exchange: sheet 8.3, 8.5 and 8.13."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from upbit_auto_trading.business_logic.domain.candle import CandleUnit

TICKER, TRADE, BOOK, MY_ORDER, MY_ASSET = "ticker", "trade", "orderbook", "myOrder", "myAsset"
ANNOUNCEMENT, INDICATOR, INDICATOR_SIGNAL = "announcement", "indicator", "indicator_signal"
CANDLE_UNITS = {
    f"candle.{unit.value}": unit
    for unit in CandleUnit
    if unit not in (CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)
}
PUBLIC_TYPES = frozenset({TICKER, TRADE, BOOK, *CANDLE_UNITS})
_INDICATORS_AT_MOST = 100
_DEPTHS = {"1": 1, "5": 5, "15": 15, "30": 30}
FULL_DEPTH = 30


class Endpoint(Enum):
    PUBLIC = ""
    PRIVATE = "/private"
    INFO = "/info"


_TYPES = {
    Endpoint.PUBLIC: PUBLIC_TYPES,
    Endpoint.PRIVATE: frozenset({MY_ORDER, MY_ASSET, ANNOUNCEMENT}),
    Endpoint.INFO: frozenset({INDICATOR, INDICATOR_SIGNAL}),
}
_MESSAGES = {
    "INVALID_AUTH": "인증 정보가 올바르지 않습니다.",
    "WRONG_FORMAT": "Format 이 맞지 않습니다.",
    "NO_TICKET": "티켓이 존재하지 않거나, 유효하지 않습니다.",
    "NO_TYPE": "타입이 존재하지 않습니다.",
    "NO_CODES": "코드가 존재하지 않습니다.",
    "TOO_MANY_REQUEST": "요청이 너무 많습니다.",
}


class RequestProblem(Exception):
    """Answered with an error frame; then the connection is closed."""

    def __init__(self, name: str, message: str | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.message = _MESSAGES[name] if message is None else message


class Format(Enum):
    DEFAULT = "DEFAULT"
    SIMPLE = "SIMPLE"
    JSON_LIST = "JSON_LIST"
    SIMPLE_LIST = "SIMPLE_LIST"

    @property
    def is_simple(self) -> bool:
        return self in (Format.SIMPLE, Format.SIMPLE_LIST)

    @property
    def is_list(self) -> bool:
        return self in (Format.JSON_LIST, Format.SIMPLE_LIST)


@dataclass(frozen=True, slots=True)
class WantedType:
    type: str
    #: as written; None where the member was absent
    codes: tuple[str, ...] | None
    level: Decimal = Decimal(0)
    only_snapshot: bool = False
    only_realtime: bool = False

    @property
    def markets(self) -> dict[str, int]:
        """Market codes and the depth that a suffix asks for; an unknown suffix means all of it."""
        wanted = {}
        for code in self.codes or ():
            name, _dot, suffix = code.partition(".")
            wanted[name if self.type == BOOK else code] = _DEPTHS.get(suffix, FULL_DEPTH)
        return wanted


@dataclass(frozen=True, slots=True)
class Subscription:
    ticket: str
    types: tuple[WantedType, ...]
    format: Format


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    ticket: str
    #: None: stays as it was
    format: Format | None


def parse_request(written: str, endpoint: Endpoint) -> Subscription | ListSubscriptions:
    """Raises RequestProblem."""
    try:
        parts = json.loads(written, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise RequestProblem("WRONG_FORMAT") from error
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise RequestProblem("WRONG_FORMAT")
    ticket = _ticket(parts)
    format_ = _format(parts)
    rest = [part for part in parts if "ticket" not in part and not _is_format(part)]
    if any(part.get("method") == "LIST_SUBSCRIPTIONS" for part in rest):
        return ListSubscriptions(ticket, format_)
    if not rest:
        raise RequestProblem("NO_TYPE")
    types = tuple(_wanted(part, endpoint) for part in rest)
    if endpoint is Endpoint.INFO and sum(len(wanted.codes or ()) for wanted in types) > _INDICATORS_AT_MOST:
        raise RequestProblem("TOO_MANY_REQUEST")
    return Subscription(ticket, types, format_ or Format.DEFAULT)


def _ticket(parts: list[dict[str, Any]]) -> str:
    """A number is as good as a text: servers of this kind read one as the other."""
    for part in parts:
        ticket = part.get("ticket")
        if isinstance(ticket, str | int) and not isinstance(ticket, bool) and ticket != "":
            return str(ticket)
    raise RequestProblem("NO_TICKET")


def _is_format(part: dict[str, Any]) -> bool:
    return "format" in part and "type" not in part


def _format(parts: list[dict[str, Any]]) -> Format | None:
    for part in parts:
        if "format" in part:
            try:
                return Format(part["format"])
            except ValueError as error:
                raise RequestProblem("WRONG_FORMAT") from error
    return None


def _wanted(part: dict[str, Any], endpoint: Endpoint) -> WantedType:
    name = part.get("type")
    if not isinstance(name, str) or not name:
        raise RequestProblem("NO_TYPE")
    if name not in _TYPES[endpoint]:
        if endpoint is Endpoint.PUBLIC and name in _TYPES[Endpoint.PRIVATE] | _TYPES[Endpoint.INFO]:
            raise RequestProblem("INVALID_AUTH")
        raise RequestProblem("INVALID_PARAM", f"{name} 은 지원하지 않는 타입입니다.")
    codes = _codes(part.get("codes"))
    if name == MY_ASSET and "codes" in part:
        raise RequestProblem("WRONG_FORMAT")
    if name in PUBLIC_TYPES and not codes:
        raise RequestProblem("NO_CODES")
    return WantedType(
        name,
        codes,
        _level(part.get("level", 0)),
        _flag(part, "is_only_snapshot", "isOnlySnapshot"),
        _flag(part, "is_only_realtime", "isOnlyRealtime"),
    )


def _codes(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise RequestProblem("WRONG_FORMAT")
    return tuple(value)


def _level(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RequestProblem("WRONG_FORMAT")
    return Decimal(value)


def _flag(part: dict[str, Any], *spellings: str) -> bool:
    return any(part.get(spelling) in (True, "true", "True") for spelling in spellings)
