"""Stream payloads → domain.

A frame is looked at once: its first member tells the kind, and a typed decoder reads the members that we need straight
into exact decimals. Where that fails, the tolerant reading has its turn; where that fails too, the frame is counted,
told once for each kind of trouble, and the rest of the stream goes on.

Books are read in two steps: market and time when they come, the levels when somebody takes the book, because under
load most books are replaced by newer ones before anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit import frame_meaning as meaning
from upbit_auto_trading.data_layer.exchanges.upbit import tolerant_frames as tolerant
from upbit_auto_trading.data_layer.exchanges.upbit.frame_meaning import CANDLE_UNITS, UNREADABLE, MarketsByCode
from upbit_auto_trading.data_layer.exchanges.upbit.frame_trouble import FrameTrouble
from upbit_auto_trading.data_layer.exchanges.upbit.frame_types import DECODERS


@dataclass(frozen=True, slots=True)
class UnreadBook:
    """A book of which only market and time were read. ``read`` gives the event, or None where it makes no sense."""

    market: Market
    changed_at: datetime
    received_at: datetime
    read: Callable[[], OrderBookChanged | None]


@dataclass(frozen=True, slots=True)
class ErrorFrame:
    """The exchange refuses something; it closes the connection next."""

    name: str


@dataclass(frozen=True, slots=True)
class StillThere:
    """The answer to a text ``PING``."""


@dataclass(frozen=True, slots=True)
class SubscriptionsListed:
    """What the exchange believes that we want: type words, as ``ticker`` and ``myOrder``."""

    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownButUnused:
    type: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """``kind`` of the frame, where that much could be told. An order event that cannot be read is asked for."""

    kind: str


Decoded = (
    PriceSummaryChanged
    | TradePrinted
    | CandleChanged
    | OwnOrderChanged
    | OwnBalancesChanged
    | UnreadBook
    | ErrorFrame
    | StillThere
    | SubscriptionsListed
    | KnownButUnused
    | Unreadable
)

_Meaning = Callable[[Any, str, datetime, MarketsByCode], Decoded]

_UNUSED = frozenset({"announcement", "indicator", "indicator_signal"})
_KINDS = {"ticker": "ticker", "trade": "trade", "orderbook": "orderbook", "myOrder": "myOrder", "myAsset": "myAsset"}
_KINDS |= dict.fromkeys(CANDLE_UNITS, "candle")


class FrameDecoder:
    """Used by one thread; ``UnreadBook.read`` by the one that takes."""

    def __init__(self, trouble: FrameTrouble, exchange: str = "upbit") -> None:
        self._trouble = trouble
        self.exchange = exchange
        self._markets = MarketsByCode(exchange)

    def decode(self, frame: bytes, received_at: datetime) -> tuple[Decoded, ...]:
        # the closing quote of the first value: '{"type":"' is nine bytes long, '{"ty":"' seven and a word of two
        known = _BEGINNINGS.get(frame[: frame.find(b'"', 9)])
        if known is None:
            return self._patient(frame, received_at, fast_error=None)
        try:
            return (self._fast(known, frame, received_at),)
        except UNREADABLE as error:
            return self._patient(frame, received_at, fast_error=error)

    def _fast(self, known: _Beginning, frame: bytes, received_at: datetime) -> Decoded:
        read = known.decode(frame)
        if known.read_levels is None:
            return known.meaning(read, known.word, received_at, self._markets)
        provenance = _provenance(read)
        return UnreadBook(
            self._markets[read.code],
            meaning.moment(read.timestamp),
            received_at,
            lambda: self._read_book(known, frame, provenance, received_at),
        )

    def _read_book(
        self, known: _Beginning, frame: bytes, provenance: Provenance, received_at: datetime
    ) -> OrderBookChanged | None:
        assert known.read_levels is not None
        try:
            return OrderBookChanged(
                meaning.order_book(known.read_levels(frame), self._markets), provenance, received_at
            )
        except UNREADABLE as error:
            found = self._patient(frame, received_at, fast_error=error)[0]
            # the patient reading reads a book at once
            return found.read() if isinstance(found, UnreadBook) else None

    def _patient(self, frame: bytes, received_at: datetime, *, fast_error: BaseException | None) -> tuple[Decoded, ...]:
        try:
            objects = tolerant.parse(frame)
        except UNREADABLE as error:
            self._trouble.unreadable("frame", error, frame)
            return (Unreadable("frame"),)
        return tuple(self._from_members(members, frame, received_at, fast_error) for members in objects)

    def _from_members(
        self, members: dict[str, Any], frame: bytes, received_at: datetime, fast_error: BaseException | None
    ) -> Decoded:
        word = tolerant.type_of(members)
        kind = _KINDS.get(word)
        if kind is None:
            return self._without_kind(members, word, frame)
        try:
            decoded = self._read_members(kind, word, members, received_at)
        except UNREADABLE as error:
            self._trouble.unreadable(kind, error, frame, tolerant.text_of(kind, members, "code"))
            return Unreadable(kind)
        if fast_error is not None:
            self._trouble.surprising(kind, fast_error, frame)
        return decoded

    def _read_members(self, kind: str, word: str, members: dict[str, Any], received_at: datetime) -> Decoded:
        read = tolerant.frame_of(kind, members)
        if kind == "orderbook":
            book = meaning.order_book(read, self._markets)
            event = OrderBookChanged(book, _provenance(read), received_at)
            return UnreadBook(book.market, book.changed_at, received_at, lambda: event)
        return _MEANINGS[kind](read, word, received_at, self._markets)

    def _without_kind(self, members: dict[str, Any], word: str, frame: bytes) -> Decoded:
        error = members.get("error")
        if isinstance(error, dict):
            return ErrorFrame(str(error.get("name", "unnamed"))[:64])
        if members.get("status") == "UP":
            return StillThere()
        if "LIST_SUBSCRIPTIONS" in (members.get("method"), members.get("mthd")):
            listed = members.get("result", members.get("rslt"))
            types = (
                [tolerant.type_of(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            )
            return SubscriptionsListed(frozenset(types))
        if word in _UNUSED:
            return KnownButUnused(word)
        self._trouble.unreadable("unknown-type", ValueError(), frame)
        return Unreadable("unknown-type")


def _provenance(frame: Any) -> Provenance:
    return Provenance.SNAPSHOT if frame.stream_type == "SNAPSHOT" else Provenance.STREAM


def _ticker(frame: Any, _word: str, received_at: datetime, markets: MarketsByCode) -> PriceSummaryChanged:
    return PriceSummaryChanged(meaning.price_summary(frame, markets), _provenance(frame), received_at)


def _trade(frame: Any, _word: str, received_at: datetime, markets: MarketsByCode) -> TradePrinted:
    return TradePrinted(meaning.market_trade(frame, markets), _provenance(frame), received_at)


def _candle(frame: Any, word: str, received_at: datetime, markets: MarketsByCode) -> CandleChanged:
    return CandleChanged(meaning.candle(frame, CANDLE_UNITS[word], markets), _provenance(frame), received_at)


def _own_order(frame: Any, _word: str, received_at: datetime, markets: MarketsByCode) -> OwnOrderChanged:
    return OwnOrderChanged(meaning.order_update(frame, markets), Provenance.STREAM, received_at)


def _own_balances(frame: Any, _word: str, received_at: datetime, _markets: MarketsByCode) -> OwnBalancesChanged:
    balances = []
    for item in frame.assets:
        meaning.check_amounts(item.balance, item.locked)
        balances.append(Balance(item.currency, item.balance, item.locked))
    if not balances:
        raise ValueError("no balances")
    changed_ms = frame.asset_timestamp or frame.timestamp
    changed_at = None if changed_ms is None else meaning.moment(changed_ms)
    return OwnBalancesChanged(tuple(balances), Provenance.STREAM, received_at, changed_at)


_MEANINGS: dict[str, _Meaning] = {
    "ticker": _ticker,
    "trade": _trade,
    "candle": _candle,
    "myOrder": _own_order,
    "myAsset": _own_balances,
}


@dataclass(frozen=True, slots=True)
class _Beginning:
    """How a frame that begins so is read."""

    word: str
    decode: Callable[[bytes], Any]
    meaning: _Meaning
    #: of books alone, whose ``decode`` reads no levels
    read_levels: Callable[[bytes], Any] | None


def _beginning(spelling: str, word: str, kind: str) -> _Beginning:
    decoders = DECODERS[spelling]
    if kind == "orderbook":
        return _Beginning(word, decoders["orderbook-head"].decode, _ticker, decoders["orderbook"].decode)
    return _Beginning(word, decoders[kind].decode, _MEANINGS[kind], None)


#: what stands before the closing quote of the first value: ``{"type":"ticker``
_BEGINNINGS = {
    f'{{"{spelling}":"{word}'.encode(): _beginning(spelling, word, kind)
    for spelling in DECODERS
    for word, kind in _KINDS.items()
}
