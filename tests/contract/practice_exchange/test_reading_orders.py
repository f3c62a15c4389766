"""Sheet 4.3, 4.5 and 4.6: what became of orders, and which of them are listed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.scripted_market import BTC, NOW, trade
from tests.contract.practice_exchange.served import Served
from upbit_auto_trading.business_logic.domain.order import Side

BUY = {"market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": "118000000", "volume": "0.001"}
XRP = {"market": "KRW-XRP", "side": "ask", "ord_type": "limit", "price": "3200", "volume": "10"}
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def one(client: PlainClient, uuid: str) -> dict[str, Any]:
    found = client.ask("GET", "/v1/order", uuid=uuid)
    assert found.status == 200
    return dict(found.json)


def uuids(client: PlainClient, path: str, *pairs: tuple[str, str], **query: str) -> list[str]:
    return [row["uuid"] for row in client.ask("GET", path, *pairs, **query).json]


@pytest.mark.sheet("4.5", "9", "10.1")
def test_a_market_buy_ends_in_cancel_with_its_remainder_refunded(client: PlainClient) -> None:
    placed = client.order(market="KRW-BTC", side="bid", ord_type="price", price="10000", identifier="mkt")
    order = one(client, placed.json["uuid"])
    (fill,) = order.pop("trades")
    quantity, price = Decimal("0.00008442"), 118_451_000
    funds = quantity * price
    fee = funds * Decimal("0.0005")
    assert order == {
        "market": "KRW-BTC", "uuid": placed.json["uuid"], "side": "bid", "ord_type": "price", "price": "10000",
        "state": "cancel", "created_at": "2026-11-18T14:20:31+09:00", "executed_volume": "0.00008442",
        "reserved_fee": "5", "remaining_fee": f"{5 - fee:f}".rstrip("0"), "paid_fee": f"{fee:f}".rstrip("0"),
        "locked": f"{10_000 - funds + 5 - fee:f}".rstrip("0"), "trades_count": 1, "identifier": "mkt",
        "smp_type": "cancel_maker", "prevented_locked": "0",
    }  # fmt: skip
    assert len(fill.pop("uuid")) == 36
    assert fill == {
        "market": "KRW-BTC", "price": "118451000", "volume": "0.00008442", "funds": f"{funds:f}".rstrip("0"),
        "trend": "up", "created_at": "2026-11-18T14:20:31.451000+09:00", "side": "bid",
    }  # fmt: skip


@pytest.mark.sheet("4.5")
def test_a_market_buy_without_remainder_is_done(client: PlainClient) -> None:
    placed = client.order(market="KRW-XRP", side="bid", ord_type="price", price="6242")
    assert one(client, placed.json["uuid"])["state"] == "done"


@pytest.mark.sheet("4.5")
def test_a_market_sell_is_done_and_pays_from_its_proceeds(client: PlainClient) -> None:
    placed = client.order(market="KRW-BTC", side="ask", ord_type="market", volume="0.08")
    order = one(client, placed.json["uuid"])
    assert (order["state"], order["executed_volume"], order["trades_count"]) == ("done", "0.08", 2)
    assert (order["reserved_fee"], order["remaining_fee"], order["locked"]) == ("0", "0", "0")
    # 0.07315002 at 118,449,000 and the rest one tick below
    funds = Decimal("0.07315002") * 118_449_000 + Decimal("0.00684998") * 118_448_000
    assert Decimal(str(order["paid_fee"])) == funds * Decimal("0.0005")
    assert [fill["trend"] for fill in order["trades"]] == ["down", "down"]


@pytest.mark.sheet("4.5")
def test_a_resting_order_is_filled_as_the_maker(exchange: Served, client: PlainClient) -> None:
    placed = client.order(**BUY | {"price": "118450000"})
    exchange.happens(trade(BTC, NOW + SECOND, "118450000", "0.0004", Side.SELL))
    order = one(client, placed.json["uuid"])
    assert (order["state"], order["executed_volume"], order["remaining_volume"]) == ("wait", "0.0004", "0.0006")
    assert order["trades"][0]["trend"] == "down"
    assert order["trades"][0]["side"] == "bid"


@pytest.mark.sheet("4.5", "4.6")
def test_a_single_order_is_found_by_either_id_and_the_uuid_wins(client: PlainClient) -> None:
    first = client.order(**BUY, identifier="one").json["uuid"]
    second = client.order(**BUY, identifier="two").json["uuid"]
    assert client.ask("GET", "/v1/order", identifier="two").json["uuid"] == second
    assert client.ask("GET", "/v1/order", uuid=first, identifier="two").json["uuid"] == first
    missing = client.ask("GET", "/v1/order", uuid="nope")
    assert (missing.status, missing.error, missing.message) == (404, "order_not_found", "주문을 찾지 못했습니다.")
    assert client.ask("GET", "/v1/order").error == "validation_error"
    assert client.ask("GET", "/v1/order", uuid=first).json["trades"] == []


@pytest.mark.sheet("4.6")
def test_open_orders_by_market_state_page_and_direction(exchange: Served, client: PlainClient) -> None:
    placed = []
    for body in (BUY, XRP, BUY):
        placed.append(client.order(**body).json["uuid"])
        exchange.pass_time(SECOND)
    first, second, third = placed
    path = "/v1/orders/open"
    assert uuids(client, path) == [third, second, first]
    assert uuids(client, path, order_by="asc") == placed
    assert uuids(client, path, market="KRW-XRP") == [second]
    assert uuids(client, path, limit="2") == [third, second]
    assert uuids(client, path, limit="2", page="2") == [first]
    assert uuids(client, path, state="watch") == []
    assert uuids(client, path, ("states[]", "wait"), ("states[]", "watch")) == [third, second, first]
    row = client.ask("GET", path).json[0]
    assert row["executed_funds"] == "0"
    assert "trades" not in row


@pytest.mark.sheet("4.6", "6.2")
def test_bad_questions_for_lists(exchange: Served, client: PlainClient) -> None:
    for path, query in (
        ("/v1/orders/open", {"state": "done"}),
        ("/v1/orders/open", {"order_by": "up"}),
        ("/v1/orders/open", {"limit": "x"}),
        ("/v1/orders/open", {"page": "0"}),
        ("/v1/orders/closed", {"state": "wait"}),
        ("/v1/orders/uuids", {}),
    ):
        reply = client.ask("GET", path, **query)
        assert (reply.status, reply.error) == (400, "validation_error"), (path, query)
    assert client.ask("GET", "/v1/orders/open", ("state", "wait"), ("states[]", "watch")).error == "validation_error"
    assert client.ask("GET", "/v1/orders/open", limit="101").status == 200
    exchange.turn("count-beyond", "refused")
    assert client.ask("GET", "/v1/orders/open", limit="101").error == "validation_error"


@pytest.mark.sheet("4.6")
def test_closed_orders_lie_in_windows_of_seven_days(exchange: Served, client: PlainClient) -> None:
    placed = []
    for _day in range(3):
        order = client.order(**BUY).json["uuid"]
        client.ask("DELETE", "/v1/order", uuid=order)
        placed.append(order)
        exchange.pass_time(4 * DAY)
    # created 12, 8 and 4 days ago
    first, second, third = placed
    path = "/v1/orders/closed"
    zone = "+09:00"
    assert uuids(client, path) == [third]
    start = f"{NOW - SECOND:%Y-%m-%dT%H:%M:%S}"
    assert uuids(client, path, start_time=f"{start}Z") == [second, first]
    end_ms = str(int((NOW + 5 * DAY).timestamp() * 1000))
    assert uuids(client, path, end_time=end_ms) == [second, first]
    assert uuids(client, path, start_time=f"{start}Z", end_time=end_ms, order_by="asc") == [first, second]
    assert uuids(client, path, start_time=f"{start}Z", limit="1") == [second]
    too_long = client.ask("GET", path, start_time=f"{start}Z", end_time=f"{NOW + 8 * DAY:%Y-%m-%dT%H:%M:%S}{zone}")
    assert (too_long.status, too_long.error) == (400, "invalid_parameter")
    assert client.ask("GET", path, start_time="yesterday").error == "invalid_parameter"
    # without its zone nobody knows what is meant
    assert client.ask("GET", path, start_time=start).error == "invalid_parameter"

    exchange.turn("closed-window", "until-now")
    assert client.ask("GET", path, start_time=f"{start}Z").error == "invalid_parameter"
    assert uuids(client, path, start_time=f"{NOW + 6 * DAY:%Y-%m-%dT%H:%M:%S}Z") == [third]


@pytest.mark.sheet("4.6")
def test_closed_orders_by_state_and_market(client: PlainClient) -> None:
    done = client.order(market="KRW-BTC", side="ask", ord_type="market", volume="0.001").json["uuid"]
    cancelled = client.order(**XRP).json["uuid"]
    client.ask("DELETE", "/v1/order", uuid=cancelled)
    path = "/v1/orders/closed"
    assert set(uuids(client, path)) == {done, cancelled}
    assert uuids(client, path, state="done") == [done]
    assert uuids(client, path, ("states[]", "cancel")) == [cancelled]
    assert uuids(client, path, market="KRW-BTC") == [done]
    assert Decimal(client.ask("GET", path, state="done").json[0]["executed_funds"]) > 0


@pytest.mark.sheet("4.6", "2.2")
def test_orders_by_their_ids_in_any_state(client: PlainClient) -> None:
    first = client.order(**BUY, identifier="a").json["uuid"]
    second = client.order(**XRP, identifier="b").json["uuid"]
    client.ask("DELETE", "/v1/order", uuid=second)
    path = "/v1/orders/uuids"
    assert set(uuids(client, path, ("uuids[]", first), ("uuids[]", second), ("uuids[]", "nope"))) == {first, second}
    assert uuids(client, path, ("identifiers[]", "b")) == [second]
    assert uuids(client, path, ("identifiers[]", "a"), ("identifiers[]", "b"), market="KRW-XRP") == [second]
    assert client.ask("GET", path, ("uuids[]", first), ("identifiers[]", "b")).error == "validation_error"
    too_many = [("uuids[]", str(number)) for number in range(101)]
    assert client.ask("GET", path, *too_many).error == "invalid_parameter"
    assert client.ask("GET", path, *too_many[:100]).json == []
    row = client.ask("GET", path, ("uuids[]", first)).json[0]
    assert not {"trades", "executed_funds"} & row.keys()


@pytest.mark.sheet("4.6", "0.1")
def test_the_old_list_is_still_there(client: PlainClient) -> None:
    waiting = client.order(**BUY, identifier="a").json["uuid"]
    ended = client.order(**XRP).json["uuid"]
    client.ask("DELETE", "/v1/order", uuid=ended)
    assert uuids(client, "/v1/orders") == [waiting]
    assert uuids(client, "/v1/orders", state="cancel") == [ended]
    assert set(uuids(client, "/v1/orders", ("states[]", "wait"), ("states[]", "cancel"))) == {waiting, ended}
    assert uuids(client, "/v1/orders", ("identifiers[]", "a")) == [waiting]
    assert uuids(client, "/v1/orders", ("uuids[]", ended)) == [ended]


@pytest.mark.sheet("4.3", "4.5")
def test_at_once_or_not_at_all(client: PlainClient) -> None:
    def ended(**changed: str) -> tuple[object, object]:
        order = one(client, client.order(**BUY | changed).json["uuid"])
        return order["state"], order["executed_volume"]

    assert ended(price="118451000", volume="0.05", time_in_force="ioc") == ("cancel", "0.03190044")
    assert ended(price="118453000", volume="0.05", time_in_force="fok") == ("cancel", "0")
    assert ended(price="118453000", volume="0.0001", time_in_force="fok") == ("done", "0.0001")
    assert ended(price="118453000", volume="0.0001", time_in_force="post_only") == ("cancel", "0")
    assert ended(price="118400000", volume="0.0001", time_in_force="post_only") == ("wait", "0")


@pytest.mark.sheet("4.3")
def test_own_orders_do_not_meet_and_the_taker_decides_how(client: PlainClient) -> None:
    def meet(kind: str) -> tuple[dict[str, object], dict[str, object]]:
        resting = client.order(**BUY | {"price": "118450000"}).json["uuid"]
        taker = client.order(**BUY | {"side": "ask", "price": "118450000", "volume": "0.0004", "smp_type": kind})
        return one(client, resting), one(client, taker.json["uuid"])

    resting, taker = meet("cancel_taker")
    assert (resting["state"], taker["state"], taker["prevented_volume"]) == ("wait", "cancel", "0.0004")
    assert taker["prevented_locked"] == "0.0004"
    client.ask("DELETE", "/v1/orders/open")

    resting, taker = meet("reduce")
    assert (resting["remaining_volume"], resting["prevented_volume"]) == ("0.0006", "0.0004")
    # for a buy the quote amount with its fee
    assert Decimal(str(resting["prevented_locked"])) == Decimal("0.0004") * 118_450_000 * Decimal("1.0005")
    assert taker["state"] == "cancel"
