"""An account's own streams: which events, in which order, with which nulls. Sheet 4.5, 8.10 and 8.11."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.contract.practice_exchange.scripted_floor import Floor, on_floor, received, silent, told
from upbit_auto_trading.business_logic.domain.order import SelfMatch
from upbit_auto_trading.data_layer.practice_exchange.assembly import ACCOUNT

ORDERS = {"type": "myOrder"}
NEVER_WITHOUT_A_TRADE = ("trade_uuid", "trade_fee", "is_maker", "trade_timestamp")


async def states(client: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [await told(client) for _event in range(count)]


@pytest.mark.sheet("8.10", "4.5")
def test_a_market_buy_waits_trades_and_ends_cancelled_with_a_remainder() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private(ORDERS)
        await floor.shows(["118450000"], ["118449000"])
        order = floor.spends("10000", "mkt-0042")

        wait, trade, end = await states(client, 3)
        assert [event["state"] for event in (wait, trade, end)] == ["wait", "trade", "cancel"]
        assert (wait["price"], wait["volume"], wait["remaining_volume"], wait["executed_volume"]) == (
            10_000, None, None, None
        )  # fmt: skip
        assert (wait["prevented_volume"], wait["order_type"], wait["time_in_force"]) == (None, "price", None)
        assert [wait[name] for name in NEVER_WITHOUT_A_TRADE] == [None] * 4
        assert trade | {"trade_uuid": "?", "timestamp": 0} == {
            "type": "myOrder", "code": "KRW-BTC", "uuid": order.order_id, "ask_bid": "BID", "order_type": "price",
            "state": "trade", "trade_uuid": "?", "price": 118_450_000, "avg_price": 118_450_000,
            "volume": Decimal("0.00008442"), "remaining_volume": None, "executed_volume": Decimal("0.00008442"),
            "trades_count": 1, "reserved_fee": 5, "remaining_fee": Decimal("0.0002255"),
            "paid_fee": Decimal("4.9997745"), "locked": Decimal("0.4512255"), "executed_funds": Decimal("9999.549"),
            "time_in_force": None, "trade_fee": Decimal("4.9997745"), "is_maker": False, "identifier": "mkt-0042",
            "smp_type": "cancel_maker", "prevented_volume": 0, "prevented_locked": 0,
            "trade_timestamp": 1794979231200, "order_timestamp": 1794979231000, "timestamp": 0,
            "stream_type": "REALTIME",
        }  # fmt: skip
        assert (end["volume"], end["executed_volume"]) == (None, Decimal("0.00008442"))

    on_floor(scenario)


@pytest.mark.sheet("8.10")
def test_a_resting_order_waits_trades_in_parts_and_is_done() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private(ORDERS)
        await floor.shows(["118451000:5"], ["118440000:5"])
        floor.buys("0.002", "118449000", "cli-1")
        await floor.trades("118449000", "0.0005")
        await floor.trades("118440000", "1")

        events = await states(client, 4)
        assert [event["state"] for event in events] == ["wait", "trade", "trade", "done"]
        assert [event["volume"] for event in events] == [
            Decimal(text) for text in ("0.002", "0.0005", "0.0015", "0.002")
        ]
        assert [event["is_maker"] for event in events] == [None, True, True, None]
        assert (events[1]["remaining_volume"], events[1]["order_timestamp"]) == (Decimal("0.0015"), 1794979231000)

    on_floor(scenario)


@pytest.mark.sheet("8.10", "8.11")
def test_a_cancel_is_told_with_the_balances_it_releases() -> None:
    async def scenario(floor: Floor) -> None:
        orders, assets = await floor.private(ORDERS), await floor.private({"type": "myAsset"})
        order = floor.buys("0.001", "100000000")
        assert await told(assets) | {"asset_uuid": "?", "timestamp": 0} == {
            "type": "myAsset", "asset_uuid": "?",
            "assets": [{"currency": "KRW", "balance": 999_899_950, "locked": 100_050}],
            "asset_timestamp": 1794979231000, "timestamp": 0, "stream_type": "REALTIME",
        }  # fmt: skip
        before = floor.world.cancel(ACCOUNT, order.order_id)

        assert not before.state.is_final, "the answer shows the order as it still stood"
        assert [event["state"] for event in await states(orders, 2)] == ["wait", "cancel"]
        assert (await told(assets))["assets"] == [{"currency": "KRW", "balance": 1_000_000_000, "locked": 0}]

    on_floor(scenario)


@pytest.mark.sheet("8.11")
def test_short_assets_have_short_names_inside_too() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private({"type": "myAsset"}, format="SIMPLE")
        floor.buys("0.001", "100000000")
        frame = await told(client)
        assert list(frame) == ["ty", "astuid", "ast", "asttms", "tms", "st"]
        assert frame["ast"] == [{"cu": "KRW", "b": 999_899_950, "l": 100_050}]

    on_floor(scenario)


@pytest.mark.sheet("8.11", "8.5")
def test_assets_take_no_codes() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream("/private", additional_headers=floor.token())
        await client.send('[{"ticket":"1"},{"type":"myAsset","codes":["KRW-BTC"]}]')
        assert (await told(client))["error"]["name"] == "WRONG_FORMAT"

    on_floor(scenario)


@pytest.mark.sheet("8.3", "8.10")
def test_codes_narrow_the_orders_and_none_means_all() -> None:
    async def scenario(floor: Floor) -> None:
        other = await floor.private({"type": "myOrder", "codes": ["KRW-ETH"]})
        every = await floor.private({"type": "myOrder", "codes": []})
        floor.buys("0.001", "100000000")
        assert (await told(every))["code"] == "KRW-BTC"
        assert await silent(other)

    on_floor(scenario)


@pytest.mark.sheet("8.10")
def test_there_is_no_snapshot_and_no_replay() -> None:
    async def scenario(floor: Floor) -> None:
        floor.buys("0.001", "100000000")
        client = await floor.private(ORDERS)
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.10", "4.3")
def test_self_match_prevention_is_told_as_prevented() -> None:
    async def scenario(floor: Floor) -> None:
        await floor.shows(["118460000"], ["118440000"])
        client = await floor.private(ORDERS)
        floor.sells("0.001", "118450000")
        floor.buys("0.0004", "118450000", self_match=SelfMatch.REDUCE_BOTH)
        events = await states(client, 5)
        assert sorted(event["state"] for event in events) == ["cancel", "prevented", "prevented", "wait", "wait"]
        assert {event["prevented_volume"] for event in events if event["state"] == "prevented"} == {Decimal("0.0004")}

    on_floor(scenario)


@pytest.mark.sheet("2.4")
def test_a_key_without_the_right_and_another_account_hear_nothing() -> None:
    async def scenario(floor: Floor) -> None:
        blind = await floor.ask(floor.control.add_key, rights=["make-orders"])
        other = await floor.ask(floor.control.add_key, account="other", balances={"KRW": "1000000"})
        refused = await floor.stream("/private", additional_headers=_token(floor, blind))
        await refused.send('[{"ticket":"1"},{"type":"myOrder"}]')
        assert (await told(refused))["error"]["name"] == "INVALID_AUTH"

        stranger = await floor.stream("/private", additional_headers=_token(floor, other))
        await stranger.send('[{"ticket":"1"},{"type":"myOrder"}]')
        await floor.listening(stranger)
        floor.buys("0.001", "100000000")
        assert await silent(stranger)

    on_floor(scenario)


def _token(floor: Floor, key: dict[str, str]) -> dict[str, str]:
    keyed = Floor(floor.world, floor.replays, {**floor.addresses, **key})
    return keyed.token()


# --- faults of the streams


@pytest.mark.sheet("10.2")
def test_private_events_can_come_twice_late_or_in_the_wrong_order() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private(ORDERS)
        number = await floor.ask(floor.control.add_fault, "stream-duplicated", path="/websocket/v1/private")
        order = floor.buys("0.001", "100000000")
        assert await received(client) == await received(client)
        await floor.ask(floor.control.remove_fault, number)

        number = await floor.ask(floor.control.add_fault, "stream-reordered", times=1)
        floor.world.cancel(ACCOUNT, order.order_id)
        floor.buys("0.001", "100000000")
        assert [event["state"] for event in await states(client, 2)] == ["wait", "cancel"]
        await floor.ask(floor.control.clear_faults)

        await floor.ask(floor.control.add_fault, "stream-delayed", amount=300)
        floor.buys("0.001", "100000000")
        assert await silent(client, 0.15)
        assert (await told(client))["state"] == "wait"

    on_floor(scenario)


@pytest.mark.sheet("10.2")
def test_a_reordered_event_is_not_kept_back_for_ever() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private(ORDERS)
        await floor.ask(floor.control.add_fault, "stream-reordered")
        floor.buys("0.001", "100000000")
        assert (await told(client))["state"] == "wait"

    on_floor(scenario)
