"""The practice exchange's own door: time, faults, switches, accounts and markets."""

from __future__ import annotations

import asyncio
import http.client
import json
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from tests.contract.practice_exchange.scripted_floor import Floor, on_floor, told
from tests.fakes.scripted_market import BTC, NOON, trade
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Caution, MarketState
from upbit_auto_trading.data_layer.practice_exchange.assembly import ACCOUNT
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl, world_of
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.utils.secret import Secret


def answer_to(floor: Floor, headers: dict[str, str], path: str = "/practice/state") -> int:
    address = urlsplit(floor.addresses["rest_url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_nobody_without_the_token_and_no_web_page_with_it() -> None:
    async def scenario(floor: Floor) -> None:
        token = {"Authorization": f"Bearer {floor.addresses['control_token']}"}
        assert await floor.ask(answer_to, floor, token) == 200
        assert await floor.ask(answer_to, floor, {}) == 403
        assert await floor.ask(answer_to, floor, {"Authorization": "Bearer guessed"}) == 403
        assert await floor.ask(answer_to, floor, {**token, "Origin": "http://evil.example"}) == 403
        assert await floor.ask(answer_to, floor, {**token, "Host": "rebound.example"}) == 403

    on_floor(scenario)


def test_which_world_it_is_can_be_asked_without_the_token_but_by_no_web_page() -> None:
    async def scenario(floor: Floor) -> None:
        world = "/practice/world"
        assert await floor.ask(answer_to, floor, {}, world) == 200
        assert await floor.ask(answer_to, floor, {"Origin": "http://evil.example"}, world) == 403
        assert await floor.ask(answer_to, floor, {"Host": "rebound.example"}, world) == 403
        with pytest.raises(ExchangeUnavailable, match="no-practice-exchange"):
            await floor.ask(world_of, floor.addresses["rest_url"] + "/v1")

    on_floor(scenario)


def test_lock_step_plays_one_print_and_says_what_happened() -> None:
    async def scenario(floor: Floor) -> None:
        order = floor.buys("0.001", "118449000", "cli-1")
        floor.replays.script += [trade(floor.later(1), "118449000", "3"), trade(floor.later(2), "118500000")]
        before = floor.world.clock.now()

        answer = await floor.ask(floor.control.step)

        assert answer["now"] == "2026-11-18T05:20:32Z"
        by_kind = {event["kind"]: event for event in answer["events"]}
        assert by_kind.keys() == {"trade", "order-traded", "order-ended", "balances"}
        assert by_kind["trade"]["price"] == "118449000"
        assert {event.get("uuid") for event in answer["events"]} >= {order.order_id}
        assert floor.world.clock.now() == before + timedelta(seconds=1), "the second print waits"
        assert (await floor.ask(floor.control.step, 5))["events"][0]["price"] == "118500000"
        assert (await floor.ask(floor.control.step))["events"] == [], "the candles have ended"

    on_floor(scenario)


def test_a_step_answers_only_after_the_streams_have_it() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "trade", "codes": ["KRW-BTC"], "is_only_realtime": True})
        await floor.listening(client)
        answer = await floor.trades("118000000")
        frame = await told(client, seconds=0.05)
        assert frame["sequential_id"] == answer["events"][0]["sequential_id"]

    on_floor(scenario)


def test_the_clock_runs_pauses_stands_and_jumps() -> None:
    async def scenario(floor: Floor) -> None:
        control = floor.control
        assert (await floor.ask(control.run, 1000))["speed"] == 1000
        assert floor.world.clock.pace is Pace.RUNNING
        with pytest.raises(InvalidParameter) as refused:
            await floor.ask(control.step)
        assert refused.value.reason == "not-standing"
        while floor.world.clock.now() == NOON:
            await asyncio.sleep(0)
        assert (await floor.ask(control.run_at_maximum))["pace"] == "max"
        paused = await floor.ask(control.pause)
        assert paused["now"] > "2026-11-18T05:20:31Z", "time went on"
        assert (await floor.ask(control.state))["now"] == paused["now"]
        assert (await floor.ask(control.lock_step))["pace"] == "lock-step"
        assert (await floor.ask(control.jump, NOON + timedelta(days=1)))["now"] == "2026-11-19T05:20:31Z"
        for speed in (0.5, 1001):
            with pytest.raises(InvalidParameter):
                await floor.ask(control.run, speed)

    on_floor(scenario)


def test_markets_halt_resume_and_vanish() -> None:
    async def scenario(floor: Floor) -> None:
        control = floor.control
        order = floor.buys("0.001", "100000000")
        await floor.ask(control.set_market, "KRW-BTC", "halted")
        assert floor.world.state_of(BTC) is MarketState.HALTED
        await floor.ask(control.set_market, "KRW-BTC", "trading")
        assert (await floor.trades("118000000"))["events"]
        state = await floor.ask(control.set_market, "KRW-BTC", "delisted")
        assert "KRW-BTC" not in state["markets"]
        ended = floor.world.exchange.order(ACCOUNT, order.order_id)
        assert ended is not None
        assert ended.state.is_final
        with pytest.raises(InvalidParameter):
            await floor.ask(control.set_market, "KRW-NOPE", "halted")

    on_floor(scenario)


def test_alerts_are_set_and_taken_back_and_odd_ones_change_nothing() -> None:
    async def scenario(floor: Floor) -> None:
        control = floor.control
        odd: tuple[dict[str, object], ...] = (
            {"warned": "yes"},
            {"cautions": "few-accounts"},
            {"cautions": ["nobody-knows"]},
            {"cautions": ["other"]},
            {"warned": True, "state": "nowhere"},
        )
        for bad in odd:
            with pytest.raises(InvalidParameter):
                await floor.ask(control._ask, "POST", "markets", {"market": "KRW-BTC", **bad})
        assert not any(one.is_warned or one.cautions for one in floor.world.listed())
        await floor.ask(control.alert, "KRW-BTC", is_warned=True, cautions=["few-accounts"])
        await floor.ask(control.set_market, "KRW-BTC", "halted")
        (bitcoin,) = (one for one in floor.world.listed() if one.market == BTC)
        assert bitcoin.is_warned, "its state is another matter"
        assert bitcoin.cautions == {Caution.FEW_ACCOUNTS}
        await floor.ask(control.alert, "KRW-BTC")
        assert not any(one.is_warned or one.cautions for one in floor.world.listed())

    on_floor(scenario)


def test_money_keys_and_a_new_beginning() -> None:
    async def scenario(floor: Floor) -> None:
        control = floor.control
        await floor.ask(control.deposit, "KRW", Decimal("5"))
        assert floor.world.exchange.balances(ACCOUNT)[0].free == 1_000_000_005
        key = await floor.ask(control.add_key, account="second", balances={"KRW": "7"})
        assert floor.world.exchange.balances("second")[0].free == 7
        assert len(key["access_key"]) == 40
        floor.buys("0.001", "100000000", "once")
        state = await floor.ask(control.reset)
        assert state["accounts"] == [ACCOUNT, "second"]
        assert floor.world.exchange.balances(ACCOUNT)[0].locked == 0
        assert not floor.world.exchange.client_id_used(ACCOUNT, "once")
        for bad in ({"amount": "-1"}, {"amount": "much"}, {"account": "nobody", "amount": "1"}):
            with pytest.raises(InvalidParameter):
                await floor.ask(control._ask, "POST", "deposit", {"currency": "KRW", **bad})

    on_floor(scenario)


def test_faults_and_switches_are_listed_added_and_taken_away() -> None:
    async def scenario(floor: Floor) -> None:
        control = floor.control
        number = await floor.ask(control.add_fault, "status", amount=503, path="/v1/ticker*", times=2)
        assert [fault["id"] for fault in await floor.ask(control.faults)] == [number]
        await floor.ask(control.remove_fault, number)
        assert await floor.ask(control.faults) == []
        await floor.ask(control.add_fault, "latency", amount=5)
        await floor.ask(control.clear_faults)
        assert await floor.ask(control.faults) == []
        await floor.ask(control.turn, "stream-idle", "120")
        assert (await floor.ask(control.switches))["stream-idle"] == "120"
        await floor.ask(control.reset_switches)
        assert (await floor.ask(control.switches))["stream-idle"] == "60"
        with pytest.raises(InvalidParameter) as refused:
            await floor.ask(control.turn, "stream-idle", "61")
        assert "120" in refused.value.allowed

    on_floor(scenario)


def test_what_cannot_be_read_is_refused_by_name() -> None:
    async def scenario(floor: Floor) -> None:
        for name, body in (("clock", {"speed": "fast"}), ("clock", {"hurry": 1}), ("step", {"prints": 0}),
                           ("step", {"until": "soon"}), ("faults", {"kind": "bad-luck"})):  # fmt: skip
            with pytest.raises(InvalidParameter):
                await floor.ask(floor.control._ask, "POST", name, body)

    on_floor(scenario)


def test_a_control_that_nobody_serves_is_unavailable() -> None:
    with pytest.raises(ExchangeUnavailable):
        PracticeControl("http://127.0.0.1:9/practice", Secret(json.dumps("none")), timeout_seconds=1).state()
