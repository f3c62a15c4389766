"""Answers of every shape, from those of the facts sheet to rubbish: read, skipped or refused, never anything else.

Each payload of the sheet is taken apart and put together with members that are missing, null, of another type, with
words nobody knows and numbers beyond any measure. Whatever comes of it, an answer is domain values or one of our own
errors, and no amount that came through is negative, infinite or absurd.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import upbit_payloads as payloads
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.exchanges.upbit import calls
from upbit_auto_trading.data_layer.exchanges.upbit.calls import UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Malformed, decode
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import parameters, plain_amount
from upbit_auto_trading.data_layer.exchanges.upbit.refusals import error_of
from upbit_auto_trading.data_layer.exchanges.upbit.replies import MarketReplies
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers

BTC = Market("upbit", "KRW-BTC")
MARKETS = MarketReplies("upbit")
OPENED_AT = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
MOST = Decimal("1E+30")


def read_candle(item: object) -> object:
    return MARKETS.candle(item, BTC, CandleUnit.MINUTE)


def account_replies() -> AccountReplies:
    return AccountReplies("upbit", UnreadableAnswers("upbit"))


READERS: list[tuple[str, Any, Callable[[object], object]]] = [
    ("market", payloads.MARKET, MARKETS.listed_market),
    ("ticker", json.loads(payloads.TICKER), MARKETS.price_summary),
    ("book", json.loads(payloads.BOOK), MARKETS.order_book),
    ("instrument", payloads.INSTRUMENT, MARKETS.instrument),
    ("trade", json.loads(payloads.TRADE), MARKETS.trade),
    ("candle", payloads.candle(OPENED_AT), read_candle),
    ("account", payloads.ACCOUNT_BTC, lambda item: account_replies().balance(item)),
    ("chance", payloads.CHANCE, lambda item: account_replies().order_terms(item, BTC)),
    ("order", payloads.LIMIT_ORDER, lambda item: account_replies().order(item)),
    ("order with fills", payloads.MARKET_BUY, lambda item: account_replies().order(item)),
    ("accepted", payloads.LIMIT_ORDER, lambda item: account_replies().accepted(item)),
    ("cancelled", payloads.cancelled([1], [2]), lambda item: account_replies().cancelled(item)),
    ("wallet", payloads.WALLET, lambda item: account_replies().wallet_state(item)),
    (
        "key",
        {"access_key": "A" * 40, "expire_at": "2027-05-03T18:40:12+09:00"},
        lambda i: account_replies().listed_key(i),
    ),
]

#: as text, because some of it is no JSON that Python would write
LISTED_SURPRISES = [
    "null", "true", "false", "[]", "{}", '""', '"?"', "0", "-1", "1E8", "0E-8", "1e400", "1e-400", "-0.0",
    "1e99999999999999999999", "9" * 400, "0." + "1" * 300, '"NaN"', '"Infinity"', '"1_000"', '" 5 "', '"٣"',
    '"1e999999"', '"0x10"', '"2026-11-18"', '"2026-13-99T99:99:99"', '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"', '"KRW-"', '"-BTC"', '"KRW BTC"', '"\\u0000"', "[[[[]]]]", '{"a":{"b":[1]}}',
    '[null,1,"x",{}]', "1794979231412.5", "17949792314120001", '"new_word"',
]  # fmt: skip
SURPRISES = st.one_of(
    st.sampled_from(LISTED_SURPRISES),
    st.text(max_size=20).map(json.dumps),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something could be changed: each member and element, however deep."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    found = [(*path, name) for name, _value in inner]
    for name, member in inner:
        found += places(member, (*path, name))
    return found


def with_surprises(value: Any, changes: dict[tuple[Any, ...], str | None], path: tuple[Any, ...] = ()) -> str:
    """JSON text; what is changed to None is left out."""
    if changes.get(path) is not None:
        return str(changes[path])
    if isinstance(value, dict):
        members = [
            f"{json.dumps(name)}:{with_surprises(member, changes, (*path, name))}"
            for name, member in value.items()
            if changes.get((*path, name), "") is not None
        ]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        elements = [
            with_surprises(element, changes, (*path, index))
            for index, element in enumerate(value)
            if changes.get((*path, index), "") is not None
        ]
        return "[" + ",".join(elements) + "]"
    return json.dumps(value)


@pytest.fixture(autouse=True)
def _unfamiliar_words_are_meant(expected_log: LogGuard) -> None:
    expected_log.expect("unfamiliar word|could not be read", at_least=0)


@pytest.mark.parametrize(("name", "payload", "read"), READERS, ids=[name for name, _payload, _read in READERS])
@given(data=st.data())
def test_any_shape_is_read_or_malformed(
    name: str, payload: Any, read: Callable[[object], object], data: st.DataObject
) -> None:
    changes = data.draw(
        st.dictionaries(st.sampled_from([(), *places(payload)]), st.none() | SURPRISES, min_size=1, max_size=3)
    )
    read_or_malformed(with_surprises(payload, changes), read)


@pytest.mark.parametrize(("name", "payload", "read"), READERS, ids=[name for name, _payload, _read in READERS])
def test_each_surprise_at_each_place(name: str, payload: Any, read: Callable[[object], object]) -> None:
    """Chance need not find these."""
    outcomes = [
        read_or_malformed(with_surprises(payload, {place: surprise}), read)
        for place in [(), *places(payload)]
        for surprise in [None, *LISTED_SURPRISES]
    ]
    print(f"{name}: {len(outcomes)} answers, {sum(outcomes)} of them read")
    assert len(outcomes) >= 80
    assert any(outcomes)


def read_or_malformed(text: str, read: Callable[[object], object]) -> bool:
    """Whether it was read."""
    try:
        found = read(decode(text.encode("utf-8", "surrogatepass")))
    except Malformed:
        return False
    for amount in amounts_in(found):
        assert amount.is_finite()
        assert 0 <= amount < MOST
    return True


def amounts_in(value: Any) -> list[Decimal]:
    """Every decimal of a domain value. Groupings alone are the exchange's to choose."""
    if isinstance(value, Decimal):
        return [value]
    if isinstance(value, tuple | frozenset):
        return [amount for one in value for amount in amounts_in(one)]
    slots = getattr(type(value), "__dataclass_fields__", {})
    return [amount for name in slots if name != "book_groupings" for amount in amounts_in(getattr(value, name))]


@given(
    body=st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.sampled_from([b"<html><body>502 Bad Gateway</body></html>", b"Too many API requests.", b"", b'{"error":'])
    | SURPRISES.map(lambda text: f'{{"error":{{"name":{text},"message":{text}}}}}'.encode("utf-8", "surrogatepass"))
    | SURPRISES.map(lambda text: f'{{"error":{text}}}'.encode("utf-8", "surrogatepass")),
    status=st.sampled_from([100, 204, 301, 400, 401, 403, 404, 408, 418, 422, 429, 500, 502, 503, 504, 599]),
    endpoint=st.sampled_from(calls.ALL_ENDPOINTS),
    retry_after=st.none() | st.text(max_size=8),
)
def test_any_refusal_is_one_of_our_errors(
    body: bytes, status: int, endpoint: calls.Endpoint, retry_after: str | None
) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    error = error_of("upbit", UpbitCall(endpoint, order_id="cli-1"), status, body, now, retry_after)
    assert isinstance(error, ExchangeError)
    assert isinstance(error.detail, str)


@given(body=st.binary(max_size=500))
def test_any_bytes_are_decoded_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        decode(body)


amounts = st.decimals(min_value=Decimal("1E-20"), max_value=Decimal("1E+20"), allow_nan=False, allow_infinity=False)
words = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=30)


@given(values=st.lists(st.tuples(st.sampled_from("abcdef"), amounts | words | st.lists(words, min_size=1)), max_size=6))
def test_url_body_and_hash_say_the_same_in_the_same_order(values: list[tuple[str, Any]]) -> None:
    sent = parameters(**dict(values))
    assert unquote(sent.url_query()) == sent.hashed_text()
    flat = [
        (f"{name}[]", one) if isinstance(value, list) else (name, one)
        for name, value in json.loads(sent.json_body()).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    assert "&".join(f"{name}={value}" for name, value in flat) == sent.hashed_text()


@given(amount=st.decimals(min_value=Decimal("1E-30"), max_value=Decimal("1E+30"), allow_nan=False))
def test_a_plain_amount_is_the_same_amount(amount: Decimal) -> None:
    text = plain_amount("price", amount)
    assert Decimal(text) == amount
    assert set(text) <= set("0123456789.")
