"""What clients may ask of the streams, how long they live, and how they end: sheet 7.1 and 8.1 to 8.5, 8.13."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus

from tests.contract.practice_exchange.scripted_floor import (
    FAST,
    IDLE_SOON,
    Floor,
    on_floor,
    received,
    request,
    silent,
    token,
    told,
)
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamTimes

BTC = ["KRW-BTC"]


async def end_of(client: ClientConnection) -> tuple[list[object], int | None]:
    """What was still said, and the code of the close; None without a close frame."""
    said: list[object] = []
    try:
        while True:
            said.append(json.loads(await asyncio.wait_for(client.recv(), 5)))
    except ConnectionClosed as closed:
        return said, closed.rcvd.code if closed.rcvd is not None else None


@pytest.mark.sheet("8.5")
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("hello", "WRONG_FORMAT"),
        ("{}", "WRONG_FORMAT"),
        ("[1]", "WRONG_FORMAT"),
        ('[{"type":"ticker","codes":["KRW-BTC"]}]', "NO_TICKET"),
        ('[{"ticket":""},{"type":"ticker","codes":["KRW-BTC"]}]', "NO_TICKET"),
        ('[{"ticket":"1"}]', "NO_TYPE"),
        ('[{"ticket":"1"},{"codes":["KRW-BTC"]}]', "NO_TYPE"),
        ('[{"ticket":"1"},{"type":"ticker"}]', "NO_CODES"),
        ('[{"ticket":"1"},{"type":"ticker","codes":"KRW-BTC"}]', "WRONG_FORMAT"),
        ('[{"ticket":"1"},{"type":"ticker","codes":["KRW-BTC"]},{"format":"XML"}]', "WRONG_FORMAT"),
        ('[{"ticket":"1"},{"type":"nope","codes":["KRW-BTC"]}]', "INVALID_PARAM"),
        ('[{"ticket":"1"},{"type":"candle.1d","codes":["KRW-BTC"]}]', "INVALID_PARAM"),
        ('[{"ticket":"1"},{"type":"myOrder"}]', "INVALID_AUTH"),
    ],
)
def test_a_wrong_request_is_named_and_then_the_connection_is_closed(written: str, name: str) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream()
        await client.send(written)
        said, code = await end_of(client)
        assert [frame["error"]["name"] for frame in said] == [name]  # type: ignore[index]
        assert code == 1000

    on_floor(scenario)


@pytest.mark.sheet("8.5")
def test_the_message_names_the_type() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "nope", "codes": BTC})
        assert (await received(client)).decode() == (
            '{"error":{"name":"INVALID_PARAM","message":"nope 은 지원하지 않는 타입입니다."}}'
        )

    on_floor(scenario)


@pytest.mark.sheet("8.3")
def test_a_new_request_replaces_all_of_the_old_one() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "trade", "codes": BTC}, {"type": "ticker", "codes": BTC})
        assert {(await told(client))["type"], (await told(client))["type"]} == {"trade", "ticker"}
        await client.send(request({"type": "ticker", "codes": BTC}))
        assert (await told(client))["stream_type"] == "SNAPSHOT"
        await floor.trades("118000000")
        assert (await told(client))["type"] == "ticker"
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.3", "10.2")
def test_unknown_codes_are_passed_over_in_silence() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "ticker", "codes": ["KRW-NOPE", "krw-btc", "KRW-BTC"]})
        assert (await told(client))["code"] == "KRW-BTC"
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.3")
@pytest.mark.parametrize(("flag", "kinds"), [("is_only_snapshot", ["SNAPSHOT"]), ("isOnlyRealtime", ["REALTIME"])])
@pytest.mark.parametrize("value", [True, "true"])
def test_flags_leave_out_what_is_not_wanted(flag: str, kinds: list[str], value: object) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "trade", "codes": BTC, flag: value})
        await floor.listening(client) if "REALTIME" in kinds else None
        seen = [(await told(client))["stream_type"]] if "SNAPSHOT" in kinds else []
        await floor.trades("118000000")
        if "REALTIME" in kinds:
            seen.append((await told(client))["stream_type"])
        assert seen == kinds
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.13")
def test_subscriptions_are_listed_and_the_format_changes_with_it() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(
            {"type": "ticker", "codes": ["KRW-BTC", "KRW-NOPE"]}, {"type": "orderbook", "codes": BTC}
        )
        for _snapshot in range(2):
            await received(client)
        await client.send('[{"ticket":"b1"},{"method":"LIST_SUBSCRIPTIONS"}]')
        assert (await received(client)).decode() == (
            '{"method":"LIST_SUBSCRIPTIONS","result":[{"type":"ticker","codes":["KRW-BTC"]},'
            '{"type":"orderbook","codes":["KRW-BTC"],"level":0}],"ticket":"b1"}'
        )
        await client.send('[{"ticket":"b2"},{"method":"LIST_SUBSCRIPTIONS"},{"format":"SIMPLE"}]')
        assert (await received(client)).decode() == (
            '{"mthd":"LIST_SUBSCRIPTIONS","rslt":[{"ty":"ticker","cds":["KRW-BTC"]},'
            '{"ty":"orderbook","cds":["KRW-BTC"],"lv":0}],"tckt":"b2"}'
        )
        await floor.trades("118000000")
        assert (await told(client))["ty"] == "ticker"

    on_floor(scenario)


@pytest.mark.sheet("7.1", "8.5", "8.13")
def test_the_sixth_message_of_a_second_is_too_many() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream()
        for _message in range(6):
            await client.send('[{"ticket":"b1"},{"method":"LIST_SUBSCRIPTIONS"}]')
        said, code = await end_of(client)
        assert len(said) == 6
        assert said[-1]["error"]["name"] == "TOO_MANY_REQUEST"  # type: ignore[index]
        assert code == 1000

    on_floor(scenario)


@pytest.mark.sheet("7.1", "7.2", "8.1")
def test_the_upgrade_tells_the_quota_and_the_sixth_of_a_second_is_refused() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream()
        assert client.response is not None
        assert client.response.headers["remaining-req"] == "group=websocket; min=300; sec=4"
        for _more in range(4):
            await floor.stream()
        with pytest.raises(InvalidStatus) as refused:
            await connect(floor.addresses["websocket_url"])
        assert refused.value.response.status_code == 429

    on_floor(scenario)


@pytest.mark.sheet("7.1", "7.4")
def test_a_handshake_with_an_origin_is_allowed_once_in_ten_seconds() -> None:
    async def scenario(floor: Floor) -> None:
        await floor.stream(origin="http://localhost")
        with pytest.raises(InvalidStatus) as refused:
            await connect(floor.addresses["websocket_url"], origin="http://localhost")  # type: ignore[arg-type]
        assert refused.value.response.status_code == 429
        await floor.stream()

    on_floor(scenario)


@pytest.mark.sheet("8.1", "11.6")
def test_a_bad_token_is_refused_at_the_handshake_or_by_a_frame() -> None:
    async def scenario(floor: Floor) -> None:
        address = floor.addresses["websocket_url"] + "/private"
        bad = {"Authorization": f"Bearer {token(floor.addresses, secret='wrong')}"}
        for headers in ({}, bad):
            with pytest.raises(InvalidStatus) as refused:
                await connect(address, additional_headers=headers)
            assert refused.value.response.status_code == 401
        await floor.ask(floor.control.turn, "stream-refusal", "frame")
        client = await connect(address, additional_headers=bad)
        said, code = await end_of(client)
        assert said[0]["error"]["name"] == "INVALID_AUTH"  # type: ignore[index]
        assert code == 1000

    on_floor(scenario)


@pytest.mark.sheet("8.1", "8.12")
def test_indicators_need_a_token_and_stay_silent() -> None:
    async def scenario(floor: Floor) -> None:
        with pytest.raises(InvalidStatus):
            await connect(floor.addresses["websocket_url"] + "/info")
        client = await floor.stream("/info", additional_headers=floor.token())
        await client.send(request({"type": "indicator", "codes": BTC}))
        assert await silent(client)

    on_floor(scenario)


@pytest.mark.sheet("8.2")
@pytest.mark.parametrize("compression", [None, "deflate"])
def test_compression_is_agreed_on_if_the_client_offers_it(compression: str | None) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream(compression=compression)
        agreed = client.response.headers.get("Sec-WebSocket-Extensions", "") if client.response else ""
        assert ("permessage-deflate" in agreed) == (compression is not None)
        await client.send(request({"type": "orderbook", "codes": BTC}))
        assert (await told(client))["code"] == "KRW-BTC"

    on_floor(scenario)


@pytest.mark.sheet("8.2")
def test_frames_are_text_where_the_switch_says_so() -> None:
    async def scenario(floor: Floor) -> None:
        await floor.ask(floor.control.turn, "stream-frames", "text")
        client = await floor.subscribed({"type": "ticker", "codes": BTC})
        assert isinstance(await asyncio.wait_for(client.recv(), 5), str)

    on_floor(scenario)


# --- keep-alive


@pytest.mark.sheet("8.4")
def test_a_silent_connection_is_dropped_without_a_close_frame() -> None:
    async def scenario(floor: Floor) -> None:
        loop = asyncio.get_running_loop()
        client = await floor.subscribed({"type": "ticker", "codes": BTC, "is_only_snapshot": True})
        began = loop.time()
        await received(client)
        with pytest.raises(ConnectionClosedError) as closed:
            await client.recv()
        assert closed.value.rcvd is None
        assert 0.5 < loop.time() - began < 5, "60 s a hundred times as fast"

    on_floor(scenario, times=IDLE_SOON)


@pytest.mark.sheet("8.4")
def test_the_switch_makes_the_silence_twice_as_long() -> None:
    async def scenario(floor: Floor) -> None:
        loop = asyncio.get_running_loop()
        await floor.ask(floor.control.turn, "stream-idle", "120")
        client = await floor.stream()
        began = loop.time()
        _said, code = await end_of(client)
        assert code is None
        assert loop.time() - began > 1.1

    on_floor(scenario, times=IDLE_SOON)


@pytest.mark.sheet("8.4", "11.7")
@pytest.mark.parametrize("counts", ["counts", "ignored"])
def test_pings_are_answered_and_keep_it_alive_unless_the_switch_is_turned(counts: str) -> None:
    idle = 1.8

    async def scenario(floor: Floor) -> None:
        await floor.ask(floor.control.turn, "stream-ping", counts)
        for _while_the_machine_stands_still in range(5):
            client = await floor.stream(ping_interval=0.1)
            await asyncio.wait_for(await client.ping(), 5)
            pauses = asyncio.create_task(longest_pause())
            try:
                await asyncio.wait_for(client.recv(), idle * 1.5)
            except TimeoutError:
                is_alive = True
            except ConnectionClosed:
                is_alive = False
            pauses.cancel()
            # where no ping went out for so long, silence is what there was
            if await pauses < idle / 2:
                break
        assert is_alive == (counts == "counts")

    on_floor(scenario, times=StreamTimes(scale=idle / 60))


async def longest_pause() -> float:
    """Of the event loop, until it is called off."""
    loop = asyncio.get_running_loop()
    longest = 0.0
    with suppress(asyncio.CancelledError):
        while True:
            before = loop.time()
            await asyncio.sleep(0.02)
            longest = max(longest, loop.time() - before)
    return longest


@pytest.mark.sheet("8.4")
def test_ping_as_text_starts_ups_for_the_life_of_the_socket() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream()
        await client.send("PING")
        assert await silent(client, 0.05), "not at once"
        for _up in range(8):
            assert await received(client) == b'{"status":"UP"}'

    on_floor(scenario)


@pytest.mark.sheet("8.3")
def test_snapshots_come_a_little_later() -> None:
    async def scenario(floor: Floor) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await told(await floor.subscribed({"type": "ticker", "codes": BTC}))
        assert 0.2 <= loop.time() - began < 5

    on_floor(scenario, times=StreamTimes())
    assert FAST.until_snapshot < 0.01
