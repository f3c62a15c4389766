"""What is asked of the exchange: one message for all that is wanted, because each message replaces the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.data_layer.exchanges.upbit.frame_meaning import CANDLE_UNITS

#: measured in docs/exchanges.md: less than half the bytes, and faster to read
FORMAT = "SIMPLE"
STREAM_CANDLE_UNITS = frozenset(CANDLE_UNITS.values())
OWN = frozenset({TopicKind.OWN_ORDERS, TopicKind.OWN_BALANCES})
_TYPE_WORDS = {
    TopicKind.PRICES: "ticker",
    TopicKind.TRADES: "trade",
    TopicKind.BOOKS: "orderbook",
    TopicKind.OWN_ORDERS: "myOrder",
    TopicKind.OWN_BALANCES: "myAsset",
}
PING = "PING"


def is_streamed(topic: Topic) -> bool:
    """Candles of a day and more are not pushed; a topic of a market has to name one."""
    if topic.kind is TopicKind.CANDLES:
        return topic.market is not None and topic.unit in STREAM_CANDLE_UNITS
    return topic.kind in OWN or topic.market is not None


def type_word(topic: Topic) -> str:
    if topic.kind is TopicKind.CANDLES:
        return f"candle.{(topic.unit or CandleUnit.MINUTE).value}"
    return _TYPE_WORDS[topic.kind]


def composed(topics: Iterable[Topic], ticket: str, book_depth: int) -> str | None:
    """The whole subscription of one connection; None where nothing is wanted (there is no message for that)."""
    codes: dict[str, list[str]] = {}
    for topic in topics:
        listed = codes.setdefault(type_word(topic), [])
        if topic.market is not None:
            listed.append(f"{topic.market.code}.{book_depth}" if topic.kind is TopicKind.BOOKS else topic.market.code)
    if not codes:
        return None
    parts: list[dict[str, Any]] = [{"ticket": ticket}]
    for word in sorted(codes):
        # the private types take no codes: all markets
        parts.append({"type": word, "codes": sorted(codes[word])} if codes[word] else {"type": word})
    parts.append({"format": FORMAT})
    return json.dumps(parts, separators=(",", ":"))


def question_what_is_subscribed(ticket: str) -> str:
    return json.dumps([{"ticket": ticket}, {"method": "LIST_SUBSCRIPTIONS"}], separators=(",", ":"))
