"""Whatever is asked, the exchange answers in one of its own shapes and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.practice_exchange.plain_client import PlainClient, Reply
from tests.contract.practice_exchange.served import Served, served
from upbit_auto_trading.data_layer.practice_exchange.endpoints import ENDPOINTS

NAMES = sorted(
    {
        "market", "markets", "count", "level", "to", "cursor", "days_ago", "is_details", "quote_currencies",
        "converting_price_unit", "uuid", "identifier", "uuids[]", "identifiers[]", "txids[]", "state", "states[]",
        "page", "limit", "order_by", "start_time", "end_time", "cancel_side", "pairs", "excluded_pairs", "side",
        "ord_type", "volume", "price", "time_in_force", "smp_type", "prev_order_uuid", "new_ord_type", "new_volume",
        "new_price", "new_time_in_force", "new_identifier",
    }
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        [
            "KRW-BTC", "krw-btc", "BTC-ETH", "USDT-BTC", "KRW-NEW", "KRW-NOPE", "bid", "ask", "limit", "price",
            "market", "best", "ioc", "fok", "post_only", "none", "reduce", "remain_only", "0", "-1", "1", "1e309",
            "0.00000001", "9" * 25, f"{'9' * 25}.{'9' * 25}", "NaN", "Infinity", "2026-11-18T05:20:00Z",
            "9999-12-31T23:59:59-09:00", "0001-01-01T00:00:00+09:00", "99999999999999", "true", "KRW", "asc",
            "wait", "한글", "\x00", "a b+c&d=e%",
        ]
    ),
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)  # fmt: skip
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=7, unique_by=lambda pair: pair[0])
STATUSES = {200, 201, 400, 401, 403, 404, 429}


@pytest.fixture(scope="module")
def odd_exchange() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def odd_client(odd_exchange: Served) -> Iterator[PlainClient]:
    found = PlainClient(odd_exchange.port, odd_exchange.key.access_key, odd_exchange.key.secret_key.reveal())
    yield found
    found.close()


def is_in_shape(reply: Reply) -> bool:
    if reply.status not in STATUSES:
        return False
    found = reply.json
    if reply.status < 300:
        return isinstance(found, list | dict)
    return found.keys() == {"error"} and found["error"].keys() == {"name", "message"}


@settings(max_examples=400)
@given(st.sampled_from([one for one in ENDPOINTS if one.method != "POST"]), PAIRS)
def test_odd_queries(
    odd_exchange: Served, odd_client: PlainClient, endpoint: object, pairs: list[tuple[str, str]]
) -> None:
    pairs = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    path = endpoint.path.replace("{}", "1")  # type: ignore[attr-defined]
    hashed = "&".join(f"{name}={value}" for name, value in pairs)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    target = f"{path}?{query}" if query else path
    reply = odd_client.send(endpoint.method, target, headers={"Authorization": odd_client.bearer(hashed)})  # type: ignore[attr-defined]
    assert is_in_shape(reply), (target, reply.status, reply.text)
    assert reply.status != 401, "what was sent in order and decoded is what was hashed"
    odd_exchange.do(odd_exchange.limits.forgive)


@settings(max_examples=400)
@given(st.sampled_from([one for one in ENDPOINTS if one.method == "POST"]), PAIRS)
def test_odd_bodies(
    odd_exchange: Served, odd_client: PlainClient, endpoint: object, pairs: list[tuple[str, str]]
) -> None:
    pairs = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs if not name.endswith("[]")]
    usual = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
    body = usual | dict(pairs)
    hashed = "&".join(f"{name}={value}" for name, value in body.items())
    headers = {"Authorization": odd_client.bearer(hashed), "Content-Type": "application/json"}
    reply = odd_client.send("POST", endpoint.path, json.dumps(body).encode(), headers)  # type: ignore[attr-defined]
    assert is_in_shape(reply), (body, reply.status, reply.text)
    assert reply.status != 401
    odd_exchange.do(odd_exchange.limits.forgive)


@settings(max_examples=150)
@given(st.binary(max_size=60))
def test_odd_bytes(odd_exchange: Served, odd_client: PlainClient, content: bytes) -> None:
    headers = {"Authorization": odd_client.bearer("x"), "Content-Type": "application/json"}
    assert is_in_shape(odd_client.send("POST", "/v1/orders", content, headers))
    assert is_in_shape(odd_client.send("GET", f"/v1/ticker?markets={quote(content, safe='')}"))
    assert is_in_shape(odd_client.send("GET", "/v1/accounts", headers={"Authorization": f"Bearer {content.hex()}"}))
    odd_exchange.do(odd_exchange.limits.forgive)
