"""Sheet 9 and 10.2: what goes wrong on request looks on the wire as it would."""

from __future__ import annotations

import socket
from datetime import timedelta
from decimal import Decimal
from http.client import IncompleteRead, RemoteDisconnected
from time import monotonic

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, NOW, trade
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind

BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
USDT = {"market": "USDT-BTC", "side": "bid", "ord_type": "limit", "price": "81000", "volume": "0.001"}


def again(client: PlainClient) -> PlainClient:
    """The same key on a new connection."""
    client.close()
    return client


def exists(client: PlainClient, identifier: str) -> bool:
    return again(client).ask("GET", "/v1/order", identifier=identifier).status == 200


@pytest.mark.sheet("10.2")
def test_latency_and_jitter_delay_and_change_nothing(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.LATENCY, amount=150, path="/v1/market/all"))
    exchange.fault(Fault(FaultKind.JITTER, amount=20))
    began = monotonic()
    assert client.get("/v1/market/all").status == 200
    assert monotonic() - began >= 0.15
    assert client.get("/v1/ticker", markets="KRW-BTC").status == 200


@pytest.mark.sheet("9", "10.2")
def test_an_answer_can_be_dropped_after_the_order_was_taken(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.DROP_REPLY, method="POST", path="/v1/orders", times=1))
    with pytest.raises(RemoteDisconnected):
        client.order(**BUY, identifier="dropped")
    assert exists(client, "dropped")
    # and sent again it is refused: an identifier is no idempotency key
    assert client.order(**BUY, identifier="dropped").error == "duplicated_identifier"


@pytest.mark.sheet("9", "10.2")
def test_an_answer_can_hang_with_the_order_taken(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.DROP_REPLY, amount=3_600, method="POST", times=1))
    client._connection.timeout = 0.3
    with pytest.raises(TimeoutError):
        client.order(**BUY, identifier="hung")
    client._connection.timeout = 10
    assert exists(client, "hung")


@pytest.mark.sheet("9", "10.2")
def test_a_request_can_hang_without_being_looked_at(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.HANG, method="POST", times=1))
    client._connection.timeout = 0.3
    with pytest.raises(TimeoutError):
        client.order(**BUY, identifier="never")
    client._connection.timeout = 10
    assert not exists(client, "never")


@pytest.mark.sheet("10.2")
@pytest.mark.parametrize(("kind", "is_taken"), [(FaultKind.RESET_BEFORE, False), (FaultKind.RESET_AFTER, True)])
def test_a_connection_can_be_reset_before_and_after(
    exchange: Served, client: PlainClient, kind: FaultKind, is_taken: bool
) -> None:
    exchange.fault(Fault(kind, method="POST", times=1))
    with pytest.raises(ConnectionResetError) as reset:
        client.order(**BUY, identifier="reset")
    assert reset.type is not RemoteDisconnected, "that would be an orderly end"
    assert exists(client, "reset") is is_taken


@pytest.mark.sheet("6.2", "9", "10.2")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_errors_of_the_server_come_as_pages(exchange: Served, client: PlainClient, status: int) -> None:
    exchange.fault(Fault(FaultKind.STATUS, amount=status, method="POST", path="/v1/orders*", times=1))
    reply = client.order(**BUY, identifier="failed")
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert reply.text.startswith(f"<html>\r\n<head><title>{status} ")
    assert not exists(client, "failed")


@pytest.mark.sheet("6.2")
def test_a_failure_as_json_under_either_name(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.STATUS, amount=500, form="json"))
    assert client.ask("GET", "/v1/accounts").error == "internal_server_error"
    exchange.turn("failure-name", "server_error")
    assert client.ask("GET", "/v1/accounts").error == "server_error"


@pytest.mark.sheet("9")
def test_a_maintenance_of_everything_in_its_three_forms(exchange: Served, client: PlainClient) -> None:
    uuid = client.order(**USDT).json["uuid"]
    number = exchange.fault(Fault(FaultKind.MAINTENANCE))
    assert client.get("/v1/ticker", markets="KRW-BTC").status == 500
    assert client.order(**BUY).error == "market_offline"
    assert client.ask("DELETE", "/v1/order", uuid=uuid).error == "market_offline"
    exchange.do(lambda: exchange.faults.remove(number))

    number = exchange.fault(Fault(FaultKind.MAINTENANCE, form="page"))
    page = client.get("/v1/ticker", markets="KRW-BTC")
    assert (page.status, page.body[:6]) == (503, b"<html>")
    exchange.do(lambda: exchange.faults.remove(number))

    number = exchange.fault(Fault(FaultKind.MAINTENANCE, form="hang"))
    client._connection.timeout = 0.3
    client.close()
    with pytest.raises(TimeoutError):
        client.get("/v1/ticker", markets="KRW-BTC")
    client.close()
    exchange.do(lambda: exchange.faults.remove(number))
    client._connection.timeout = 10
    assert client.ask("GET", "/v1/order", uuid=uuid).json["state"] == "wait"


@pytest.mark.sheet("9")
def test_a_maintenance_can_cancel_orders_of_other_quotes(exchange: Served, client: PlainClient) -> None:
    usdt, won = client.order(**USDT).json["uuid"], client.order(**BUY).json["uuid"]
    exchange.turn("maintenance-orders", "cancelled")
    exchange.fault(Fault(FaultKind.MAINTENANCE, times=1))
    client.get("/v1/market/all")
    assert client.ask("GET", "/v1/order", uuid=usdt).json["state"] == "cancel"
    assert client.ask("GET", "/v1/order", uuid=won).json["state"] == "wait"


@pytest.mark.sheet("9", "10.2")
def test_garbage_is_no_json_though_it_says_so(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.GARBAGE, times=1))
    reply = client.order(**BUY, identifier="garbled")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match=r"."):
        reply.json  # noqa: B018  # reading it is the test
    assert exists(client, "garbled")


@pytest.mark.sheet("10.2")
def test_a_body_can_end_early(exchange: Served, client: PlainClient) -> None:
    whole = client.get("/v1/market/all").body
    exchange.fault(Fault(FaultKind.TRUNCATED, amount=25, times=1))
    with pytest.raises(IncompleteRead) as cut:
        client.get("/v1/market/all")
    assert cut.value.partial == whole[: len(whole) // 4]
    again(client)
    assert client.get("/v1/market/all").body == whole


@pytest.mark.sheet("10.2")
def test_a_fault_has_its_scope_its_times_and_its_chance(exchange: Served, client: PlainClient) -> None:
    exchange.fault(Fault(FaultKind.STATUS, amount=503, method="GET", path="/v1/orders/*", times=2))
    assert client.ask("GET", "/v1/accounts").status == 200
    assert client.order(**BUY).status == 201
    assert [client.ask("GET", "/v1/orders/open").status for _ in range(3)] == [503, 503, 200]

    def chances(seed: int) -> list[int]:
        number = exchange.fault(Fault(FaultKind.STATUS, amount=502, probability=0.5, seed=seed, path="/v1/market/all"))
        statuses = []
        for _ in range(8):
            statuses.append(client.get("/v1/market/all").status)
            exchange.do(exchange.limits.forgive)
        exchange.do(lambda: exchange.faults.remove(number))
        return statuses

    assert chances(3) == chances(3) != chances(4)
    assert set(chances(3)) == {200, 502}


@pytest.mark.sheet("10.2")
def test_a_storm_of_partial_fills(exchange: Served, client: PlainClient) -> None:
    uuid = client.order(**BUY | {"price": "118450000"}).json["uuid"]
    exchange.fault(Fault(FaultKind.PARTIAL_FILLS, amount=40, market="KRW-BTC"))
    exchange.happens(trade(BTC, NOW + timedelta(seconds=1), "118450000", "0.00100007", Side.SELL))
    order = client.ask("GET", "/v1/order", uuid=uuid).json
    assert (order["state"], order["trades_count"], order["executed_volume"]) == ("done", 40, "0.001")
    trades = client.get("/v1/trades/ticks", market="KRW-BTC", count="41").json
    assert sum(row["trade_volume"] for row in trades[:40]) == Decimal("0.00100007")
    assert len({row["sequential_id"] for row in trades}) == 41


@pytest.mark.sheet("1")
def test_it_is_reached_over_loopback_alone(exchange: Served) -> None:
    assert exchange.addresses == [("127.0.0.1", exchange.port)]
    with socket.create_connection(("127.0.0.1", exchange.port), timeout=5) as connection:
        connection.sendall(b"GET /v1/market/all HTTP/1.0\r\n\r\n")
        assert connection.recv(12).startswith(b"HTTP/1.")


@pytest.mark.sheet("9")
def test_what_hangs_does_not_keep_the_exchange_from_stopping(client: PlainClient, exchange: Served) -> None:
    """The fixture stops it; this must not take the time that a hang would."""
    exchange.fault(Fault(FaultKind.HANG))
    client._connection.timeout = 0.2
    with pytest.raises(TimeoutError):
        client.get("/v1/market/all")
