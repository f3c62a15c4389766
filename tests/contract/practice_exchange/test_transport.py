"""Sheet 1: how answers travel, whatever they say."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind


@pytest.mark.sheet("1", "7.2")
def test_quotation_answers_carry_the_captured_headers(client: PlainClient) -> None:
    headers = client.get("/v1/market/all").headers
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert headers["remaining-req"] == "group=market; min=600; sec=9"
    assert headers["limit-by-ip"] == "Yes"
    assert re.fullmatch(r'W/"[0-9a-f]{33}"', headers["etag"])
    assert headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert (headers["pragma"], headers["expires"]) == ("no-cache", "0")
    assert headers["vary"] == "origin,access-control-request-method,access-control-request-headers,accept-encoding"
    assert "server" not in headers


@pytest.mark.sheet("1")
def test_quotation_answers_can_be_bare(exchange: Served, client: PlainClient) -> None:
    exchange.turn("quotation-headers", "bare")
    headers = client.get("/v1/market/all").headers
    assert not {"etag", "limit-by-ip", "vary", "cache-control", "pragma", "expires"} & headers.keys()
    assert headers["remaining-req"] == "group=market; min=600; sec=9"


@pytest.mark.sheet("1")
def test_the_etag_follows_the_content(exchange: Served, client: PlainClient) -> None:
    first, second = (client.get("/v1/market/all").headers["etag"] for _ in range(2))
    other = client.get("/v1/market/all", is_details="true").headers["etag"]
    assert first == second != other


@pytest.mark.sheet("1")
def test_exchange_answers_carry_the_gateways_headers_or_not(exchange: Served, client: PlainClient) -> None:
    headers = client.ask("GET", "/v1/accounts").headers
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "max-age=0, private, must-revalidate"
    assert headers["via"].startswith("kong/")
    assert {"etag", "x-request-id", "x-runtime"} <= headers.keys()
    assert "limit-by-ip" not in headers

    exchange.turn("exchange-headers", "bare")
    assert not {"via", "etag", "x-request-id"} & client.ask("GET", "/v1/accounts").headers.keys()


@pytest.mark.sheet("1")
def test_only_quotation_is_zipped(client: PlainClient) -> None:
    plain = client.get("/v1/market/all")
    zipped = client.get("/v1/market/all", {"Accept-Encoding": "gzip, deflate"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert "content-encoding" not in plain.headers

    signed = client.send("GET", "/v1/accounts", headers={"Authorization": client.bearer(), "Accept-Encoding": "gzip"})
    assert signed.status == 200
    assert "content-encoding" not in signed.headers


@pytest.mark.sheet("1", "6.1")
@pytest.mark.parametrize(
    "target", ["/", "/v1", "/v1/nothing", "/v1/market/all/", "/v2/market/all", "/v1/candles/minutes"]
)
def test_the_gateway_answers_unknown_paths(client: PlainClient, target: str) -> None:
    reply = client.send("GET", target)
    assert reply.status == 404
    assert reply.json == {"error": {"name": "not_found", "message": "no Route matched with those values"}}
    assert "remaining-req" not in reply.headers


@pytest.mark.sheet("1")
@pytest.mark.parametrize(
    ("method", "target"), [("POST", "/v1/ticker"), ("GET", "/v1/orders/test"), ("PUT", "/v1/order")]
)
def test_a_wrong_verb_is_an_unknown_path(client: PlainClient, method: str, target: str) -> None:
    assert client.send(method, target).error == "not_found"


@pytest.mark.sheet("1")
def test_head_and_options_are_answered(client: PlainClient) -> None:
    head = client.send("HEAD", "/v1/market/all")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) == len(client.get("/v1/market/all").body)

    options = client.send("OPTIONS", "/v1/order")
    assert (options.status, options.headers["allow"]) == (200, "DELETE, GET, HEAD, OPTIONS")
    assert client.send("OPTIONS", "/v1/nothing").status == 404


@pytest.mark.sheet("1")
def test_one_connection_serves_many_requests(client: PlainClient) -> None:
    client.get("/v1/market/all")
    connection = client._connection.sock
    assert connection is not None
    for _ in range(5):
        client.ask("GET", "/v1/accounts")
    assert client._connection.sock is connection


@pytest.mark.sheet("1")
def test_the_date_is_market_time_at_any_speed(exchange: Served, client: PlainClient) -> None:
    assert client.get("/v1/market/all").headers["date"] == "Wed, 18 Nov 2026 05:20:31 GMT"
    exchange.do(lambda: exchange.clock.run(1_000))
    exchange.pass_time(timedelta(hours=1))
    assert client.get("/v1/market/all").headers["date"] == "Wed, 18 Nov 2026 06:20:31 GMT"


@pytest.mark.sheet("1")
def test_a_clock_difference_shows_in_the_date_alone(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.CLOCK_DIFFERENCE, amount=-5_000))
    reply = client.get("/v1/ticker", markets="KRW-BTC")
    assert reply.headers["date"] == "Wed, 18 Nov 2026 05:20:26 GMT"
    assert reply.json[0]["timestamp"] == 1794979231412


@pytest.mark.sheet("3.3")
def test_very_many_markets_fit_into_one_call(client: PlainClient) -> None:
    codes = ",".join(["KRW-BTC"] * 2_000)
    reply = client.send("GET", f"/v1/orderbook?markets={codes}&count=1")
    assert (reply.status, len(reply.json)) == (200, 2_000)
