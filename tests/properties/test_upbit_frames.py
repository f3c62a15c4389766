"""Whatever comes over the wire: no frame raises, and what is read is read exactly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import upbit_frames as frames
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.stream import (
    OrderBookChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
)
from upbit_auto_trading.data_layer.exchanges.upbit.frame_trouble import FrameTrouble
from upbit_auto_trading.data_layer.exchanges.upbit.frames import FrameDecoder, Unreadable, UnreadBook

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FRAMES = {
    "ticker": frames.ticker(),
    "trade": frames.trade(),
    "orderbook": frames.book(levels=2),
    "candle": frames.candle(),
    "myOrder": frames.own_fill("order-1", "trade-1", executed=0.25, quantity=0.25),
    "myAsset": frames.own_assets(KRW="1284120.77384512", BTC="0E-8"),
}

values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.integers(min_value=2**62), st.text(max_size=12),
        st.floats(allow_nan=True, allow_infinity=True),
        st.sampled_from(["NaN", "Infinity", "1e400", "1E+999999999", "-0", "", "KRW-BTC", "SNAPSHOT", "trade", "BID"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A true frame of either spelling, after one to three accidents."""
    kind = draw(st.sampled_from(sorted(FRAMES)))
    frame = FRAMES[kind]
    if draw(st.booleans()):
        frame = frames.shortened(frame, kind)
    members: dict[str, Any] = json.loads(frame)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(members)))
        accident = draw(st.sampled_from(["remove", "replace", "add", "nest"]))
        if accident == "remove":
            members.pop(name)
        elif accident == "add":
            members[draw(st.text(max_size=8))] = draw(values)
        elif accident == "nest" and isinstance(members[name], list) and members[name]:
            inner = members[name][0]
            if isinstance(inner, dict) and inner:
                inner[draw(st.sampled_from(sorted(inner)))] = draw(values)
        else:
            members[name] = draw(values)
        if not members:
            break
    if draw(st.booleans()):
        members = dict(reversed(list(members.items())))
    written: Any = [members] if draw(st.booleans()) else members
    return json.dumps(written, separators=(",", ":"), ensure_ascii=draw(st.booleans())).encode("utf-8", "replace")


@pytest.fixture(autouse=True)
def _trouble_is_expected(expected_log: LogGuard) -> None:
    expected_log.expect("a frame could not be read", at_least=0)


def read_everything(frame: bytes) -> None:
    trouble = FrameTrouble()
    for decoded in FrameDecoder(trouble).decode(frame, NOW):
        read = decoded.read() if isinstance(decoded, UnreadBook) else decoded
        if read is None or isinstance(read, Unreadable):
            assert trouble.unreadable_count >= 1
        else:
            repr(read)


@given(damaged())
def test_no_accident_to_a_frame_raises(frame: bytes) -> None:
    read_everything(frame)


@given(st.sampled_from(sorted(FRAMES)), st.data())
def test_no_truncated_or_overwritten_frame_raises(kind: str, data: st.DataObject) -> None:
    frame = FRAMES[kind].encode()
    cut = data.draw(st.integers(0, len(frame)))
    read_everything(frame[:cut])
    read_everything(frame[:cut] + data.draw(st.binary(max_size=8)) + frame[cut:])


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise(frame: bytes) -> None:
    read_everything(frame)


@given(st.text(alphabet='[{}]",:0123456789eE.-+ntrfu\\ ', max_size=200))
def test_nothing_that_looks_like_json_raises(text: str) -> None:
    read_everything(text.encode())


def test_very_deep_and_very_long_frames_do_not_raise() -> None:
    for frame in ("[" * 100_000, '{"type":' * 50_000, '{"type":"ticker","code":"' + "x" * 10**6, "1" * 10**6):
        read_everything(frame.encode())


# amounts as the exchange writes them: plain, padded with zeros, with exponents, of more digits than a double holds
digits = st.text(alphabet="0123456789", min_size=1, max_size=25)
amounts = st.one_of(
    st.builds(lambda whole: str(int(whole)), digits),
    st.builds(lambda whole, part: f"{int(whole)}.{part}", digits, digits),
    st.builds(
        lambda first, part, sign, power: f"{first}.{part}E{sign}{power}",
        st.integers(1, 9), digits, st.sampled_from(["", "-"]), st.integers(0, 12),
    ),
)  # fmt: skip
positive = amounts.filter(lambda text: Decimal(text) > 0)


@given(positive, amounts, st.booleans())
def test_amounts_of_a_fill_are_exact(price: str, quantity: str, is_short: bool) -> None:
    frame = frames.own_fill("order-1", "trade-1", executed=0.25, quantity=0.25)
    frame = frame.replace('"price":118000000', f'"price":{price}').replace(
        '"executed_volume":0.25', f'"executed_volume":{quantity}'
    )
    [event] = FrameDecoder(FrameTrouble()).decode(
        (frames.shortened(frame, "myOrder") if is_short else frame).encode(), NOW
    )
    assert isinstance(event, OwnOrderChanged)
    assert event.update.fill is not None
    assert event.update.fill.price.as_tuple() == Decimal(price).as_tuple()
    assert event.update.executed_quantity.as_tuple() == Decimal(quantity).as_tuple()


@given(amounts, amounts, st.booleans())
def test_balances_are_exact_as_numbers_and_as_texts(free: str, locked: str, as_text: bool) -> None:
    mark = '"' if as_text else ""
    frame = f'{{"type":"myAsset","assets":[{{"currency":"KRW","balance":{mark}{free}{mark},"locked":{locked}}}]}}'
    [event] = FrameDecoder(FrameTrouble()).decode(frame.encode(), NOW)
    assert isinstance(event, OwnBalancesChanged)
    [balance] = event.balances
    assert (str(balance.free), str(balance.locked)) == (str(Decimal(free)), str(Decimal(locked)))


@given(positive, st.booleans())
def test_prices_are_exact(price: str, is_short: bool) -> None:
    frame = frames.ticker(price=price)
    [event] = FrameDecoder(FrameTrouble()).decode(
        (frames.shortened(frame, "ticker") if is_short else frame).encode(), NOW
    )
    assert isinstance(event, PriceSummaryChanged)
    assert event.summary.price.as_tuple() == Decimal(price).as_tuple()


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=30), st.booleans())
def test_levels_are_exact_and_in_order(levels: list[tuple[str, str]], is_short: bool) -> None:
    units = ",".join(f'{{"ask_price":{p},"bid_price":{p},"ask_size":{q},"bid_size":{q}}}' for p, q in levels)
    frame = f'{{"type":"orderbook","code":"KRW-BTC","timestamp":{frames.NOW_MS},"orderbook_units":[{units}]}}'
    [book] = FrameDecoder(FrameTrouble()).decode(
        (frames.shortened(frame, "orderbook") if is_short else frame).encode(), NOW
    )
    assert isinstance(book, UnreadBook)
    event = book.read()
    assert isinstance(event, OrderBookChanged)
    expected = [(Decimal(price).as_tuple(), Decimal(quantity).as_tuple()) for price, quantity in levels]
    assert [(level.price.as_tuple(), level.quantity.as_tuple()) for level in event.book.asks] == expected
    assert [(level.price.as_tuple(), level.quantity.as_tuple()) for level in event.book.bids] == expected
