"""Sheet 4.7 and 4.8: cancels are accepted, not done; replacing cancels first."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, NOW, trade
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.virtual_events import OrderEnded
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind

BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
SELL = {"market": "KRW-BTC", "side": "ask", "ord_type": "limit", "price": "119000000", "volume": "0.001"}
XRP = {"market": "KRW-XRP", "side": "ask", "ord_type": "limit", "price": "3200", "volume": "10"}
USDT = {"market": "USDT-BTC", "side": "bid", "ord_type": "limit", "price": "81000", "volume": "0.001"}
SECOND = timedelta(seconds=1)


def state(client: PlainClient, uuid: str) -> str:
    return str(client.ask("GET", "/v1/order", uuid=uuid).json["state"])


def placed(client: PlainClient, **body: str) -> str:
    reply = client.order(**body)
    assert reply.status == 201, reply.text
    return str(reply.json["uuid"])


@pytest.mark.sheet("4.7", "4.5")
def test_a_cancel_answers_wait_and_the_record_keeps_its_lock(client: PlainClient) -> None:
    uuid = placed(client, **BUY, identifier="c")
    reply = client.ask("DELETE", "/v1/order", identifier="c")
    assert (reply.status, reply.json["uuid"], reply.json["state"]) == (200, uuid, "wait")
    order = client.ask("GET", "/v1/order", uuid=uuid).json
    assert (order["state"], order["locked"], order["remaining_volume"]) == ("cancel", "118059", "0.001")
    won = client.ask("GET", "/v1/accounts").json[0]
    assert (won["balance"], won["locked"]) == ("10000000", "0")


@pytest.mark.sheet("4.7")
def test_the_end_of_a_cancelled_order_can_take_its_time(exchange: Served, client: PlainClient) -> None:
    ended = threading.Event()
    exchange.do(
        lambda: exchange.world.listeners.append(
            lambda events: ended.set() if any(isinstance(one, OrderEnded) for one in events) else None
        )
    )
    exchange.turn("cancel-end", "later")
    uuid = placed(client, **BUY)
    assert client.ask("DELETE", "/v1/order", uuid=uuid).json["state"] == "wait"
    assert state(client, uuid) == "wait"
    assert ended.wait(10)
    assert state(client, uuid) == "cancel"


@pytest.mark.sheet("4.7", "6.2", "11.5")
def test_what_has_ended_cannot_be_cancelled(exchange: Served, client: PlainClient) -> None:
    uuid = placed(client, **BUY)
    client.ask("DELETE", "/v1/order", uuid=uuid)
    again = client.ask("DELETE", "/v1/order", uuid=uuid)
    assert (again.status, again.error) == (404, "order_not_found")
    assert client.ask("DELETE", "/v1/order", uuid="nope").status == 404
    assert client.ask("DELETE", "/v1/order").error == "validation_error"
    exchange.turn("finished-cancel", "400")
    assert client.ask("DELETE", "/v1/order", uuid=uuid).status == 400


@pytest.mark.sheet("4.7")
def test_many_by_their_ids(client: PlainClient) -> None:
    first, second = placed(client, **BUY, identifier="a"), placed(client, **XRP)
    client.ask("DELETE", "/v1/order", uuid=second)
    reply = client.ask("DELETE", "/v1/orders/uuids", ("uuids[]", first), ("uuids[]", second), ("uuids[]", "nope"))
    assert (reply.status, reply.json) == (
        200,
        {
            "success": {"count": 1, "orders": [{"uuid": first, "market": "KRW-BTC", "identifier": "a"}]},
            "failed": {"count": 2, "orders": [{"uuid": "nope"}, {"uuid": second, "market": "KRW-XRP"}]},
        },
    )
    third = placed(client, **BUY, identifier="b")
    by_name = client.ask("DELETE", "/v1/orders/uuids", ("identifiers[]", "b"), ("identifiers[]", "x"))
    assert [order["uuid"] for order in by_name.json["success"]["orders"]] == [third]
    assert by_name.json["failed"]["orders"] == [{"identifier": "x"}]
    assert (
        client.ask("DELETE", "/v1/orders/uuids", ("uuids[]", "1"), ("identifiers[]", "2")).error == "validation_error"
    )
    assert client.ask("DELETE", "/v1/orders/uuids").error == "validation_error"
    many = [("uuids[]", str(number)) for number in range(21)]
    assert client.ask("DELETE", "/v1/orders/uuids", *many).error == "invalid_parameter"
    assert client.ask("DELETE", "/v1/orders/uuids", *many[:20]).json["failed"]["count"] == 20


def cancelled(exchange: Served, client: PlainClient, **query: str) -> list[str]:
    exchange.pass_time(2 * SECOND)
    reply = client.ask("DELETE", "/v1/orders/open", **query)
    assert reply.status == 200, reply.text
    return [order["uuid"] for order in reply.json["success"]["orders"]]


@pytest.mark.sheet("4.7", "7.1")
def test_open_orders_by_side_and_market(exchange: Served, client: PlainClient) -> None:
    buy, sell, xrp, usdt = (placed(client, **body) for body in (BUY, SELL, XRP, USDT))
    assert cancelled(exchange, client, cancel_side="bid", pairs="KRW-BTC,KRW-XRP") == [buy]
    assert cancelled(exchange, client, quote_currencies="USDT") == [usdt]
    assert cancelled(exchange, client, excluded_pairs="KRW-XRP") == [sell]
    assert cancelled(exchange, client) == [xrp]
    assert cancelled(exchange, client) == []


@pytest.mark.sheet("4.7")
def test_open_orders_by_number_and_age(exchange: Served, client: PlainClient) -> None:
    orders = [placed(client, **BUY) for _ in range(4)]
    assert cancelled(exchange, client, count="1") == [orders[3]]
    assert cancelled(exchange, client, count="2", order_by="asc") == orders[:2]
    for _ in range(4):
        exchange.pass_time(SECOND)
        for _ in range(6):
            placed(client, **BUY)
    assert len(cancelled(exchange, client)) == 20
    assert len(cancelled(exchange, client, count="300")) == 5


@pytest.mark.sheet("4.7", "6.2")
def test_bad_scopes_of_cancels(exchange: Served, client: PlainClient) -> None:
    def error(**query: str) -> object:
        exchange.pass_time(2 * SECOND)
        return client.ask("DELETE", "/v1/orders/open", **query).error

    many = ",".join(f"KRW-A{number}" for number in range(21))
    assert error(pairs="KRW-BTC", quote_currencies="KRW") == "validation_error"
    assert error(cancel_side="both") == "validation_error"
    assert error(pairs=many) == "invalid_parameter"
    assert error(excluded_pairs=many) == "invalid_parameter"


@pytest.mark.sheet("4.7", "9")
def test_orders_of_a_stopped_market_fail_to_cancel(exchange: Served, client: PlainClient) -> None:
    uuid = placed(client, **BUY)
    other = placed(client, **XRP)
    number = exchange.fault(Fault(FaultKind.MARKET_OFFLINE, market="KRW-BTC"))
    assert client.ask("DELETE", "/v1/order", uuid=uuid).error == "market_offline"
    batch = client.ask("DELETE", "/v1/orders/open").json
    assert [order["uuid"] for order in batch["success"]["orders"]] == [other]
    assert [order["uuid"] for order in batch["failed"]["orders"]] == [uuid]
    exchange.do(lambda: exchange.faults.remove(number))
    exchange.do(lambda: exchange.world.set_state(BTC, MarketState.HALTED))
    halted = client.ask("DELETE", "/v1/order", uuid=uuid)
    assert (halted.status, halted.error) == (403, "market_offline")


# --- 4.8


def replace(client: PlainClient, uuid: str, **changed: str) -> dict[str, object]:
    reply = client.post(
        "/v1/orders/cancel_and_new", prev_order_uuid=uuid, new_ord_type="limit", new_price="117000000", **changed
    )
    assert reply.status == 201, reply.text
    return dict(reply.json)


@pytest.mark.sheet("4.8")
def test_a_replacement_answers_with_the_old_order(exchange: Served, client: PlainClient) -> None:
    old = placed(client, **BUY)
    answer = replace(client, old, new_volume="0.002", new_identifier="new")
    assert (answer["uuid"], answer["state"], answer["new_order_identifier"]) == (old, "wait", "new")
    assert state(client, old) == "cancel"
    new = client.ask("GET", "/v1/order", uuid=str(answer["new_order_uuid"])).json
    assert (new["market"], new["side"], new["price"], new["volume"], new["identifier"]) == (
        "KRW-BTC", "bid", "117000000", "0.002", "new",
    )  # fmt: skip
    exchange.turn("replace-status", "200")
    again = client.post(
        "/v1/orders/cancel_and_new",
        prev_order_identifier="new",
        new_ord_type="limit",
        new_price="116000000",
        new_volume="0.001",
    )
    assert again.status == 200
    assert "new_order_identifier" not in again.json
    assert again.headers["remaining-req"].startswith("group=order;")


@pytest.mark.sheet("4.8")
def test_only_what_remained_is_replaced(exchange: Served, client: PlainClient) -> None:
    old = placed(client, **BUY | {"price": "118450000"})
    exchange.happens(trade(BTC, NOW + SECOND, "118450000", "0.0004", Side.SELL))
    answer = replace(client, old, new_volume="remain_only")
    assert client.ask("GET", "/v1/order", uuid=str(answer["new_order_uuid"])).json["volume"] == "0.0006"


@pytest.mark.sheet("4.8")
def test_where_the_new_one_is_refused_in_the_end_it_does_not_exist(client: PlainClient) -> None:
    """What only the cancel can show: there is too little money for the new one."""
    old = placed(client, **BUY)
    answer = replace(client, old, new_volume="1", new_identifier="too-much")
    assert state(client, old) == "cancel"
    assert client.ask("GET", "/v1/order", uuid=str(answer["new_order_uuid"])).error == "order_not_found"


@pytest.mark.sheet("4.8", "6.2")
def test_a_bad_replacement_cancels_nothing(exchange: Served, client: PlainClient) -> None:
    old = placed(client, **BUY, identifier="used")
    path = "/v1/orders/cancel_and_new"
    for body, name in (
        ({"prev_order_uuid": old}, "validation_error"),
        ({"new_ord_type": "limit"}, "validation_error"),
        ({"prev_order_uuid": "nope", "new_ord_type": "limit"}, "order_not_found"),
        ({"prev_order_uuid": old, "new_ord_type": "limit", "new_price": "117000000"}, "create_bid_error"),
        (
            {"prev_order_uuid": old, "new_ord_type": "price", "new_price": "10000", "new_identifier": "used"},
            "duplicated_identifier",
        ),
        (
            {"prev_order_uuid": old, "new_ord_type": "best", "new_price": "10000"},
            "invalid_time_in_force",
        ),
    ):
        assert client.post(path, **body).error == name
    for kind, name in ((FaultKind.OVERLOAD, "too_many_request_order"), (FaultKind.MARKET_OFFLINE, "market_offline")):
        exchange.fault(Fault(kind, market="KRW-BTC", times=1))
        good = {"prev_order_uuid": old, "new_ord_type": "limit", "new_price": "117000000", "new_volume": "0.001"}
        assert client.post(path, **good).error == name
    assert state(client, old) == "wait"
    client.ask("DELETE", "/v1/order", uuid=old)
    late = client.post(path, prev_order_uuid=old, new_ord_type="limit", new_price="117000000", new_volume="0.001")
    assert (late.status, late.error) == (404, "order_not_found")
