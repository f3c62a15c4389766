"""What goes wrong with streams on request: sheet 9 and 10.2."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from tests.contract.practice_exchange.scripted_floor import IDLE_SOON, Floor, on_floor, received, request, silent, told

BTC = ["KRW-BTC"]
TICKER = {"type": "ticker", "codes": BTC}


@pytest.mark.sheet("10.2")
def test_a_connection_is_cut_at_once() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(TICKER)
        await received(client)
        await floor.ask(floor.control.add_fault, "stream-cut", times=1)
        with pytest.raises(ConnectionClosedError) as closed:
            await received(client)
        assert closed.value.rcvd is None
        again = await floor.subscribed(TICKER)
        assert (await told(again))["code"] == "KRW-BTC"

    on_floor(scenario)


@pytest.mark.sheet("10.2")
@pytest.mark.parametrize(("status", "says"), [(503, b"<html>"), (429, b"Too many API requests.")])
def test_a_handshake_is_answered_with_a_status_instead(status: int, says: bytes) -> None:
    async def scenario(floor: Floor) -> None:
        await floor.ask(floor.control.add_fault, "stream-refused", amount=status, times=1)
        with pytest.raises(InvalidStatus) as refused:
            await floor.stream()
        assert refused.value.response.status_code == status
        assert says in (refused.value.response.body or b"")
        again = await floor.subscribed(TICKER)
        assert (await told(again))["code"] == "KRW-BTC"

    on_floor(scenario)


@pytest.mark.sheet("10.2")
def test_a_half_open_connection_neither_answers_nor_ends() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(TICKER)
        await received(client)
        await floor.ask(floor.control.add_fault, "stream-half-open", times=1)
        pong = asyncio.ensure_future(await client.ping())
        await floor.trades("118000000")
        assert await silent(client, 1.0), "not even the idle time ends it"
        assert not pong.done()
        client.transport.abort()
        await asyncio.gather(pong, return_exceptions=True)

    on_floor(scenario, times=IDLE_SOON)


@pytest.mark.sheet("10.2")
def test_a_frame_ends_in_the_middle_and_the_connection_with_it() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(TICKER)
        await received(client)
        await floor.ask(floor.control.add_fault, "stream-truncated", amount=50, times=1)
        await floor.trades("118000000")
        with pytest.raises(ConnectionClosedError):
            await received(client)

    on_floor(scenario)


@pytest.mark.sheet("8.4", "10.2")
def test_silence_of_data_still_answers_pings() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(TICKER)
        await received(client)
        number = await floor.ask(floor.control.add_fault, "stream-silent", market="KRW-BTC")
        await floor.trades("118000000")
        assert await silent(client)
        await asyncio.wait_for(await client.ping(), 5)
        await floor.ask(floor.control.remove_fault, number)
        await floor.trades("118100000")
        assert (await told(client))["trade_price"] == 118_100_000

    on_floor(scenario)


@pytest.mark.sheet("8.3", "9", "10.2")
def test_a_snapshot_can_be_as_old_as_the_first_one() -> None:
    async def scenario(floor: Floor) -> None:
        first = await received(await floor.subscribed(TICKER))
        await floor.trades("118000000")
        client = await floor.subscribed(TICKER)
        assert await received(client) != first
        await floor.ask(floor.control.add_fault, "stream-old-snapshot")
        await client.send(request(TICKER))
        assert await received(client) == first

    on_floor(scenario)
