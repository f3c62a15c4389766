"""How clients that we do not know may use the streams: sheet 8.1 to 8.5, and what the web allows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.contract.practice_exchange.scripted_floor import Floor, on_floor, received, request, silent, told

BTC = ["KRW-BTC"]


@pytest.mark.sheet("8.2", "8.3")
def test_requests_may_be_binary_or_in_pieces() -> None:
    async def scenario(floor: Floor) -> None:
        wanted = request({"type": "ticker", "codes": BTC})
        client = await floor.stream()
        await client.send(wanted.encode())
        assert (await told(client))["code"] == "KRW-BTC"
        await client.send([wanted[:9], wanted[9:40], wanted[40:]])
        assert (await told(client))["stream_type"] == "SNAPSHOT"

    on_floor(scenario)


@pytest.mark.sheet("8.3")
@pytest.mark.parametrize(
    "written",
    [
        '[{"ticket":1794979231412},{"type":"ticker","codes":["KRW-BTC"]}]',
        '[{"type":"ticker","codes":["KRW-BTC"]},{"ticket":"last"}]',
        '[{"format":"DEFAULT"},{"ticket":"after the format"},{"type":"ticker","codes":["KRW-BTC"]}]',
        '[{"ticket":"with format","format":"DEFAULT"},{"type":"ticker","codes":["KRW-BTC"]}]',
        '\n[ {"ticket" : "한글"} , {"type":"ticker","codes":["KRW-BTC"],"unknown":[1,{}]} ]\n',
        '[{"ticket":"1"},{"type":"ticker","codes":["KRW-BTC","KRW-BTC"]}]',
        '[{"ticket":"1"},{"type":"ticker","codes":["krw-btc","KRW-BTC"],"isOnlySnapshot":"false"}]',
    ],
)
def test_a_request_is_understood_however_it_is_laid_out(written: str) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream()
        await client.send(written)
        first = await told(client)
        assert (first["type"], first["code"], first["stream_type"]) == ("ticker", "KRW-BTC", "SNAPSHOT")
        assert await silent(client), "once, though it was named twice"

    on_floor(scenario)


@pytest.mark.sheet("8.3")
def test_one_message_may_ask_for_a_type_twice() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed(
            {"type": "orderbook", "codes": ["KRW-BTC.1"]},
            {"type": "trade", "codes": BTC, "is_only_snapshot": True},
            {"type": "trade", "codes": BTC, "is_only_realtime": True},
        )
        kinds = sorted([(await told(client))["type"], (await told(client))["type"]])
        assert kinds == ["orderbook", "trade"]
        await floor.trades("118000000")
        heard = [await told(client)]
        assert (heard[0]["type"], heard[0]["stream_type"]) == ("trade", "REALTIME")

    on_floor(scenario)


@pytest.mark.sheet("8.3")
@pytest.mark.parametrize("format_", [None, "DEFAULT", "SIMPLE", "JSON_LIST", "SIMPLE_LIST"])
def test_each_format_for_each_kind(format_: str | None) -> None:
    async def scenario(floor: Floor) -> None:
        kinds = ["ticker", "trade", "orderbook", "candle.1s", "candle.240m"]
        client = await floor.subscribed(*({"type": kind, "codes": BTC} for kind in kinds), format=format_)
        heard: list[Any] = [await told(client) for _ in kinds]
        if format_ in ("JSON_LIST", "SIMPLE_LIST"):
            assert all(isinstance(one, list) and len(one) == 1 for one in heard)
            heard = [one[0] for one in heard]
        name = "ty" if format_ in ("SIMPLE", "SIMPLE_LIST") else "type"
        assert sorted(one[name] for one in heard) == sorted(kinds)

    on_floor(scenario)


@pytest.mark.sheet("8.3", "8.4")
def test_who_asks_for_nothing_that_is_there_hears_nothing_and_stays() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.subscribed({"type": "trade", "codes": ["krw-btc", "KRW_BTC", "BTC-KRW", ""]})
        assert await silent(client)
        await client.send("PING")
        assert await received(client) == b'{"status":"UP"}'

    on_floor(scenario)


@pytest.mark.sheet("8.1")
def test_a_token_is_taken_where_none_is_needed_even_a_bad_one() -> None:
    async def scenario(floor: Floor) -> None:
        for headers in (floor.token(), {"Authorization": "Bearer nonsense"}):
            client = await floor.stream(additional_headers=headers)
            await client.send(request({"type": "ticker", "codes": BTC}))
            assert (await told(client))["code"] == "KRW-BTC"

    on_floor(scenario)


@pytest.mark.sheet("8.2")
@pytest.mark.parametrize(
    "offer",
    [
        ClientPerMessageDeflateFactory(client_max_window_bits=True),
        ClientPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True),
        ClientPerMessageDeflateFactory(server_max_window_bits=10, client_max_window_bits=10),
    ],
    ids=["usual", "without-memory", "small-windows"],
)
def test_compression_in_the_ways_that_clients_offer_it(offer: ClientPerMessageDeflateFactory) -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream(extensions=[offer])
        await client.send(request({"type": "orderbook", "codes": BTC}, {"type": "trade", "codes": BTC}))
        kinds = {(await told(client))["type"] for _ in range(2)}
        await floor.trades("118000000")
        assert kinds == {"orderbook", "trade"}
        assert (await told(client))["stream_type"] == "REALTIME"

    on_floor(scenario)


@pytest.mark.sheet("7.4", "8.1")
def test_a_library_that_sends_an_origin_is_let_in_once_in_ten_seconds() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.stream(origin="http://127.0.0.1")
        await client.send(request({"type": "ticker", "codes": BTC}))
        assert (await told(client))["code"] == "KRW-BTC"
        with pytest.raises(InvalidStatus, match="429"):
            await connect(floor.addresses["websocket_url"], origin="http://127.0.0.1")  # type: ignore[arg-type]

    on_floor(scenario)


@pytest.mark.sheet("8.1")
def test_a_plain_request_for_a_stream_is_refused_and_harms_nobody() -> None:
    async def scenario(floor: Floor) -> None:
        address = floor.addresses["rest_url"].removeprefix("http://")
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /websocket/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        heard = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await writer.wait_closed()
        assert heard.startswith(b"HTTP/1.1 400")
        client = await floor.subscribed({"type": "ticker", "codes": BTC})
        assert (await told(client))["code"] == "KRW-BTC"

    on_floor(scenario)


@pytest.mark.sheet("8.3", "8.10", "8.11")
def test_both_private_kinds_and_a_change_of_mind() -> None:
    async def scenario(floor: Floor) -> None:
        client = await floor.private({"type": "myOrder"}, {"type": "myAsset"}, format="SIMPLE")
        order = floor.buys("0.001", "118000000", "habit-1")
        floor.world.cancel("practice", order.order_id)
        kinds = {json.loads(await received(client))["ty"] for _ in range(4)}
        assert kinds == {"myOrder", "myAsset"}
        await client.send(request({"type": "myOrder", "codes": ["KRW-XRP"]}, format="SIMPLE"))
        assert await silent(client, 0.1), "the old subscription ends when the new one begins, without a word"
        floor.buys("0.001", "118000000", "habit-2")
        assert await silent(client)

    on_floor(scenario)
