"""How clients that we do not know may speak HTTP: what is allowed on the web is understood."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient, joined
from tests.contract.practice_exchange.served import Served
from tests.log_guard import LogGuard

ORDER = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
HASHED = joined(list(ORDER.items()))


def spoken(port: int, *parts: bytes, answers: int = 1) -> bytes:
    """Raw bytes there and back, until so many answers began or the other side closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        for part in parts:
            wire.sendall(part)
        heard = b""
        while heard.count(b"HTTP/1.") < answers or not heard.endswith((b"]", b"}")):
            more = wire.recv(65_536)
            if not more:
                break
            heard += more
        return heard


def head(line: str, *headers: str) -> bytes:
    return "\r\n".join([line, *headers, "", ""]).encode()


@pytest.mark.sheet("1")
@pytest.mark.parametrize(
    ("accepted", "is_zipped"),
    [
        ("gzip", True), ("GZIP", True), ("deflate, gzip;q=0.5, *;q=0", True), ("br, gzip ; q=1.0", True),
        ("identity", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.0", False), ("", False),
        ("x-gzipped", False),
    ],
)  # fmt: skip
def test_what_a_client_cannot_unpack_is_not_packed(client: PlainClient, accepted: str, is_zipped: bool) -> None:
    reply = client.get("/v1/market/all", {"Accept-Encoding": accepted})
    assert ("content-encoding" in reply.headers) == is_zipped
    assert json.loads(gzip.decompress(reply.body) if is_zipped else reply.body)


@pytest.mark.sheet("1")
def test_a_client_of_http_1_0_is_answered_and_let_go(exchange: Served) -> None:
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=10) as wire:
        wire.sendall(b"GET /v1/market/all HTTP/1.0\r\n\r\n")
        heard = b""
        while more := wire.recv(65_536):
            heard += more
    assert heard.startswith(b"HTTP/1.0 200")
    assert json.loads(heard.partition(b"\r\n\r\n")[2])


@pytest.mark.sheet("1")
def test_who_wants_to_leave_is_let_go(exchange: Served) -> None:
    request = head("GET /v1/market/all HTTP/1.1", "Host: x", "Connection: close")
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=10) as wire:
        wire.sendall(request)
        heard = b""
        while more := wire.recv(65_536):
            heard += more
    assert heard.startswith(b"HTTP/1.1 200")


@pytest.mark.sheet("1")
def test_requests_that_do_not_wait_are_answered_in_order(exchange: Served) -> None:
    first = head("GET /v1/market/all HTTP/1.1", "Host: x")
    second = head("GET /v1/nothing HTTP/1.1", "Host: x")
    heard = spoken(exchange.port, first + second, answers=2)
    assert heard.index(b" 200 ") < heard.index(b" 404 ")


@pytest.mark.sheet("1")
def test_an_address_may_be_written_whole_and_end_in_nothing(exchange: Served, client: PlainClient) -> None:
    whole = head(f"GET http://127.0.0.1:{exchange.port}/v1/ticker?markets=KRW-BTC HTTP/1.1", "Host: x")
    assert b'"market":"KRW-BTC"' in spoken(exchange.port, whole)
    signed = {"Authorization": client.bearer()}
    assert client.send("GET", "/v1/accounts?", headers=signed).status == 200


@pytest.mark.sheet("1", "2.2")
def test_a_body_may_come_in_chunks_or_after_it_was_asked_for(exchange: Served, client: PlainClient) -> None:
    body = json.dumps(ORDER).encode()
    usual = ("Host: x", "content-type: application/json")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:], b""))
    in_chunks = head("POST /v1/orders HTTP/1.1", *usual, f"AUTHORIZATION: {client.bearer(HASHED)}", "Transfer-Encoding: chunked")  # fmt: skip # noqa: E501
    assert b" 201 " in spoken(exchange.port, in_chunks, chunks)
    patient = head("POST /v1/orders HTTP/1.1", *usual, f"authorization: {client.bearer(HASHED)}", f"Content-Length: {len(body)}", "Expect: 100-continue")  # fmt: skip # noqa: E501
    heard = spoken(exchange.port, patient, body, answers=2)
    assert heard.startswith(b"HTTP/1.1 100 ")
    assert b" 201 " in heard


@pytest.mark.sheet("2.2", "4.3")
@pytest.mark.parametrize(
    "kind", ["application/json", "application/json;charset=UTF-8", "APPLICATION/JSON; charset=utf-8", ""]
)
def test_a_json_body_is_one_whatever_its_kind_is_called(client: PlainClient, kind: str) -> None:
    headers = {"Authorization": client.bearer(HASHED), **({"Content-Type": kind} if kind else {})}
    reply = client.send("POST", "/v1/orders", json.dumps(ORDER, indent=2).encode(), headers)
    assert reply.status == 201


@pytest.mark.sheet("2.2", "4.3")
def test_an_order_may_stand_in_the_query_where_there_is_no_body(client: PlainClient) -> None:
    assert client.ask("POST", "/v1/orders", **ORDER).status == 201
    wrong = {"Authorization": client.bearer(HASHED + "0")}
    assert client.send("POST", f"/v1/orders?{HASHED}", headers=wrong).error == "invalid_query_payload"


@pytest.mark.sheet("2.2", "4.3")
@pytest.mark.parametrize(
    ("price", "volume"), [("118000000", "0.001"), ("118000000.0", "1e-3"), ("1.18E8", "0.00100000")]
)
def test_amounts_may_be_json_numbers_as_long_as_the_hash_spells_them_alike(
    client: PlainClient, price: str, volume: str
) -> None:
    body = f'{{"market":"KRW-BTC","side":"bid","ord_type":"limit","price":{price},"volume":{volume}}}'
    hashed = f"market=KRW-BTC&side=bid&ord_type=limit&price={price}&volume={volume}"
    headers = {"Authorization": client.bearer(hashed), "Content-Type": "application/json"}
    reply = client.send("POST", "/v1/orders", body.encode(), headers)
    assert (reply.status, reply.json["price"], reply.json["volume"]) == (201, "118000000", "0.001")


@pytest.mark.sheet("2.2")
def test_small_numbers_as_languages_print_them(exchange: Served, client: PlainClient) -> None:
    small = ORDER | {"price": "118450000", "volume": "5e-05"}
    taken = client.order(**small)
    assert (taken.status, taken.json["volume"]) == (201, "0.00005")
    exchange.turn("amount-exponents", "refused")
    assert client.order(**small).error == "validation_error"


@pytest.mark.sheet("4.3", "6.2")
@pytest.mark.parametrize("volume", ["1e99", "1e-99", "0e5", "-1", "1e", "0x1", "１", "1e1000000000", "NaN"])
def test_what_is_no_amount_is_refused(client: PlainClient, volume: str) -> None:
    reply = client.order(**(ORDER | {"volume": volume}))
    assert (reply.status, reply.error) in {(400, "validation_error"), (400, "invalid_volume_bid")}


@pytest.mark.sheet("2.2", "4.6")
@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("uuids[]={0}&uuids[]={1}", 200),
        ("uuids%5B%5D={0}&uuids%5B%5D={1}", 200),
        ("uuids%5b%5d={0}&uuids%5b%5d={1}", 200),
        ("uuids={0}&uuids={1}", 400),
        ("uuids[0]={0}&uuids[1]={1}", 400),
    ],
)
def test_arrays_have_brackets_encoded_or_not(client: PlainClient, written: str, status: int) -> None:
    ids = [client.order(**ORDER).json["uuid"] for _ in range(2)]
    query = written.format(*ids)
    decoded = query.replace("%5B", "[").replace("%5D", "]").replace("%5b", "[").replace("%5d", "]")
    reply = client.send("GET", f"/v1/orders/uuids?{query}", headers={"Authorization": client.bearer(decoded)})
    assert reply.status == status
    if status == 200:
        assert {order["uuid"] for order in reply.json} == set(ids)


@pytest.mark.sheet("2.1", "2.4")
def test_tokens_may_say_more_than_they_must(exchange: Served, client: PlainClient) -> None:
    secret = exchange.key.secret_key.reveal()
    head_ = {"typ": "JWT", "kid": "1", "alg": "HS256"}
    claims = {"iat": 1_794_979_231, "exp": 1, "timestamp": 1, "nonce": "n-1", "access_key": exchange.key.access_key}
    signed = ".".join(_part(json.dumps(part).encode()) for part in (head_, claims))
    token = f"{signed}.{_part(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"
    headers = {
        "aUTHORIZATION": f"bearer  {token}",
        "X-Upbit-Client-Name": "somebody",
        "Cookie": "a=b",
        "User-Agent": "",
    }
    assert client.send("GET", "/v1/accounts", headers=headers).status == 200, "no clock can make a token too old"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.sheet("1", "4.7")
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_cancels_one_order_where_the_switch_says_so_and_never_many(
    exchange: Served, client: PlainClient, kind: str
) -> None:
    order_id = client.order(**ORDER).json["uuid"]

    def cancel(path: str, name: str, value: object) -> tuple[int, object]:
        body = json.dumps({name: value}) if kind.endswith("json") else f"{name}={order_id}"
        hashed = f"{name}={order_id}" if isinstance(value, str) else f"{name}[]={order_id}"
        headers = {"Content-Type": kind, "Authorization": client.bearer(hashed)}
        reply = client.send("DELETE", path, body.encode(), headers)
        return reply.status, reply.json.get("error", {}).get("name")

    refused = (400, "QUERY_PARAMETER_NOT_SUPPORTED")
    assert cancel("/v1/order", "uuid", order_id) == refused
    exchange.turn("cancel-body", "taken")
    assert cancel("/v1/orders/uuids", "uuids", [order_id]) == refused
    assert client.ask("GET", "/v1/order", uuid=order_id).json["state"] == "wait"
    assert cancel("/v1/order", "uuid", order_id) == (200, None)
    assert client.ask("GET", "/v1/order", uuid=order_id).json["state"] == "cancel"


@pytest.mark.sheet("1")
def test_many_connections_at_once(exchange: Served) -> None:
    def ask(_number: int) -> int:
        single = PlainClient(exchange.port, exchange.key.access_key, exchange.key.secret_key.reveal())
        try:
            return single.ask("GET", "/v1/accounts").status
        finally:
            single.close()

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {200}


@pytest.mark.parametrize(
    "broken",
    [
        [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],  # a client that wants TLS
        [b"GET /v1/market/all\r\n\r\n"],
        [b"GET /v1/market/all HTTP/1.1\r\nHost x\r\n\r\n"],
        [b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ],
)
def test_who_speaks_no_http_harms_nobody_else(
    exchange: Served, client: PlainClient, broken: Iterable[bytes], expected_log: LogGuard
) -> None:
    expected_log.expect("Error handling request", level=logging.ERROR, at_least=0)
    heard = spoken(exchange.port, *broken)
    assert heard == b"" or heard.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 ", b"HTTP/0.9 "))
    assert client.get("/v1/market/all").status == 200
