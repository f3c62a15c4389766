"""A practice exchange over a scripted market, served on loopback inside the test's own event loop."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.fakes.scripted_market import NOON, ScriptedReplays, book, quiet_day, trade
from upbit_auto_trading.business_logic.domain.order import SelfMatch, Side, limit_order, market_buy, market_sell
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import new_key
from upbit_auto_trading.data_layer.practice_exchange.assembly import ACCOUNT, Assembled
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules
from upbit_auto_trading.data_layer.practice_exchange.serving import ServingOptions, serve_assembled
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamTimes
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

LIMIT_SECONDS = 20.0
#: 60 s of silence become 0.6 s
#: everything a hundred times sooner
IDLE_SOON = StreamTimes(scale=0.01)


class _Patient(StreamTimes):
    def idle(self, switches: Switches) -> float:
        return float(switches["stream-idle"])


#: as well, but for the end of who is silent: a busy machine may be silent for a second
FAST = _Patient(scale=0.01)


@dataclass
class Floor:
    world: PracticeWorld
    replays: ScriptedReplays
    addresses: dict[str, str]
    clients: list[ClientConnection] = field(default_factory=list)

    @property
    def control(self) -> PracticeControl:
        return PracticeControl(self.addresses["control_url"], Secret(self.addresses["control_token"]))

    async def ask(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """The control client waits for its answer, which this very loop gives."""
        return await asyncio.to_thread(call, *arguments, **named)

    # --- the market

    async def happens(self, *ticks: Print | SyntheticBook) -> dict[str, Any]:
        """Written on the script and stepped through; the streams have sent it when this returns."""
        self.replays.script += ticks
        last = max(tick.at for tick in ticks)
        answer: dict[str, Any] = await self.ask(self.control.step_until, last)
        return answer

    async def trades(
        self, price: str, quantity: str = "1", *, after: float = 1.0, side: Side = Side.BUY
    ) -> dict[str, Any]:
        return await self.happens(trade(self.later(after), price, quantity, side))

    async def shows(self, asks: list[str], bids: list[str], *, after: float = 0.2) -> dict[str, Any]:
        return await self.happens(book(self.later(after), asks, bids))

    def later(self, seconds: float) -> datetime:
        return self.world.clock.now() + timedelta(seconds=seconds)

    # --- the account

    def buys(self, quantity: str, price: str, identifier: str = "", **more: Any) -> VirtualOrder:
        return self._limit(Side.BUY, quantity, price, identifier, **more)

    def sells(self, quantity: str, price: str, identifier: str = "", **more: Any) -> VirtualOrder:
        return self._limit(Side.SELL, quantity, price, identifier, **more)

    def _limit(self, side: Side, quantity: str, price: str, identifier: str, **more: Any) -> VirtualOrder:
        market = self.world.market("KRW-BTC")
        assert market is not None
        more.setdefault("self_match", SelfMatch.CANCEL_MAKER)
        request = limit_order(identifier, market, side, price=Decimal(price), quantity=Decimal(quantity), **more)
        return self.world.place(ACCOUNT, request)

    def spends(self, funds: str, identifier: str = "") -> VirtualOrder:
        market = self.world.market("KRW-BTC")
        assert market is not None
        request = market_buy(identifier, market, funds=Decimal(funds), self_match=SelfMatch.CANCEL_MAKER)
        return self.world.place(ACCOUNT, request)

    def dumps(self, quantity: str, identifier: str = "") -> VirtualOrder:
        market = self.world.market("KRW-BTC")
        assert market is not None
        request = market_sell(identifier, market, quantity=Decimal(quantity), self_match=SelfMatch.CANCEL_MAKER)
        return self.world.place(ACCOUNT, request)

    # --- clients

    async def stream(self, address: str = "", **options: Any) -> ClientConnection:
        options.setdefault("compression", None)
        options.setdefault("ping_interval", None)
        client = await connect(self.addresses["websocket_url"] + address, **options)
        self.clients.append(client)
        return client

    async def subscribed(self, *types: Mapping[str, Any], format: str | None = None) -> ClientConnection:
        client = await self.stream()
        await client.send(request(*types, format=format))
        return client

    async def private(self, *types: Mapping[str, Any], format: str | None = None) -> ClientConnection:
        """Subscribed; whoever is told of something afterwards gets all of it."""
        client = await self.stream("/private", additional_headers=self.token())
        await client.send(request(*types, format=format))
        await self.listening(client)
        return client

    async def listening(self, client: ClientConnection) -> None:
        """Until the subscription counts: nothing acknowledges it, so ask for the list until it is there."""
        while True:
            await client.send('[{"ticket":"list"},{"method":"LIST_SUBSCRIPTIONS"}]')
            answer = json.loads(await received(client))
            listed = answer[0] if isinstance(answer, list) else answer
            if listed.get("result") or listed.get("rslt"):
                return
            await asyncio.sleep(0.25)  # the quota of messages is five a second

    def token(self, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {token(self.addresses, **claims)}"}


def request(*types: Mapping[str, Any], ticket: str = "t-1", format: str | None = None) -> str:
    parts: list[Mapping[str, Any]] = [{"ticket": ticket}, *types]
    return json.dumps([*parts, {"format": format}] if format else parts)


def token(addresses: Mapping[str, str], secret: str | None = None, query: str = "") -> str:
    """``query`` is what is hashed: decoded, in the order sent."""
    claims = {"access_key": addresses["access_key"], "nonce": str(uuid.uuid4())}
    if query:
        claims |= {"query_hash": hashlib.sha512(query.encode()).hexdigest(), "query_hash_alg": "SHA512"}
    signed = f"{_part({'alg': 'HS512', 'typ': 'JWT'})}.{_part(claims)}"
    digest = hmac.digest((secret or addresses["secret_key"]).encode(), signed.encode(), hashlib.sha512)
    return f"{signed}.{_base64(digest)}"


def _part(value: Mapping[str, str]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


async def received(client: ClientConnection, seconds: float = 5.0) -> bytes:
    """Exactly as it came: data frames are binary."""
    frame = await asyncio.wait_for(client.recv(), seconds)
    assert isinstance(frame, bytes), "data frames are binary"
    return frame


async def told(client: ClientConnection, seconds: float = 5.0) -> Any:
    """Numbers stay as spelt."""
    return json.loads(await received(client, seconds), parse_float=Decimal)


async def silent(client: ClientConnection, seconds: float = 0.1) -> bool:
    try:
        await asyncio.wait_for(client.recv(), seconds)
    except TimeoutError:
        return True
    return False


def on_floor(
    scenario: Callable[[Floor], Awaitable[None]],
    *,
    replays: ScriptedReplays | None = None,
    times: StreamTimes = FAST,
    pace: Pace = Pace.LOCK_STEP,
    btc: str = "1",
) -> None:
    """Runs the scenario on a fresh exchange whose clock stands at ``NOON``."""

    async def run() -> None:
        async with floor(replays or ScriptedReplays(*quiet_day()), times, pace, btc) as served:
            async with asyncio.timeout(LIMIT_SECONDS):
                await scenario(served)

    asyncio.run(run())


@asynccontextmanager
async def floor(replays: ScriptedReplays, times: StreamTimes, pace: Pace, btc: str) -> AsyncIterator[Floor]:
    world = scripted_world(replays, pace, btc)
    key = new_key(ACCOUNT, NOON)
    world.keys[key.access_key] = key

    def reset() -> None:
        world.start_over(fresh_exchange(replays, "1"))

    stopping = asyncio.Event()
    ready: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
    options = ServingOptions(stream_times=times)
    serving = asyncio.create_task(serve_assembled(Assembled(world, key, reset), options, stopping, ready.set_result))
    served = Floor(world, replays, await ready)
    try:
        yield served
    finally:
        for client in served.clients:
            await client.close()
        stopping.set()
        await serving


def scripted_world(replays: ScriptedReplays, pace: Pace = Pace.LOCK_STEP, btc: str = "1") -> PracticeWorld:
    """Played up to ``NOON``, so that there is a book."""
    clock = PracticeClock(SystemClock(), NOON - timedelta(minutes=2), pace=pace)
    world = PracticeWorld(fresh_exchange(replays, btc), practice_rules(), replays, clock)
    world.play(NOON, lambda: True)
    return world


def fresh_exchange(replays: ScriptedReplays, btc: str) -> VirtualExchange:
    exchange = VirtualExchange(practice_rules())
    for listed in replays.whole().listed:
        exchange.add_market(listed)
    exchange.open_account(ACCOUNT, {"KRW": Decimal(1_000_000_000), "BTC": Decimal(btc)})
    return exchange
