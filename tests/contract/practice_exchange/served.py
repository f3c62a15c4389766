"""The practice exchange's HTTP side in a thread of its own, around a scripted market and a clock that stands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from aiohttp import web

from tests.contract.practice_exchange.scripted_market import (
    LISTED,
    NOW,
    Script,
    ScriptedReplays,
    usual_books,
    usual_script,
)
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import new_key
from upbit_auto_trading.data_layer.practice_exchange.auth import Gatekeeper
from upbit_auto_trading.data_layer.practice_exchange.call import Services
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, Faults
from upbit_auto_trading.data_layer.practice_exchange.limits import Limits, LimitTime
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_key import ALL_RIGHTS, PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules
from upbit_auto_trading.data_layer.practice_exchange.server import make_app, make_runner
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

_Result = TypeVar("_Result")
_LIMIT_SECONDS = 20.0
ACCOUNT = "practice"
BALANCES = {"KRW": "10000000", "BTC": "1", "XRP": "1000", "USDT": "1000"}


class Served:
    """Everything in it belongs to the server's thread: ``do`` what must be done there."""

    def __init__(self, loop: asyncio.AbstractEventLoop, script: Script) -> None:
        self._loop = loop
        self.script = script
        self.real = FakeClock()
        # no clock drives it: market time goes where a test plays it
        self.clock = PracticeClock(self.real, NOW - timedelta(milliseconds=25), pace=Pace.MAXIMUM)
        rules = practice_rules()
        exchange = VirtualExchange(rules)
        for listed in LISTED:
            exchange.add_market(listed)
        exchange.open_account(ACCOUNT, {name: Decimal(amount) for name, amount in BALANCES.items()})
        self.world = PracticeWorld(exchange, rules, ScriptedReplays(script), self.clock)
        self.script.add(*usual_books())
        self.world.play(NOW, lambda: True)
        self.switches, self.faults = Switches(), Faults()
        self.limits = Limits(LimitTime(self.clock))
        self.key = self.add_key()
        services = Services(self.world, self.switches, self.faults, self.limits, self._later)
        self.app = make_app(services, Gatekeeper(self.world.keys, self.switches))
        self.port = 0
        self.addresses: list[tuple[str, int]] = []

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._loop.call_later(seconds, action)

    def add_key(
        self,
        account_id: str = ACCOUNT,
        *,
        rights: frozenset[Right] = ALL_RIGHTS,
        valid_for: timedelta = timedelta(days=365),
        addresses: tuple[str, ...] | None = None,
    ) -> PracticeKey:
        key = new_key(account_id, NOW, rights=rights, valid_for=valid_for, addresses=addresses)
        self.world.keys[key.access_key] = key
        return key

    def do(self, action: Callable[[], _Result]) -> _Result:
        async def run() -> _Result:
            return action()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_LIMIT_SECONDS)

    def turn(self, name: str, position: str) -> None:
        self.do(lambda: self.switches.turn(name, position))

    def fault(self, fault: Fault) -> int:
        return self.do(lambda: self.faults.add(fault))

    def happens(self, *ticks: Print | SyntheticBook) -> None:
        """Now or later; market time goes to the last of them."""
        self.script.add(*ticks)
        self.do(lambda: self.world.play(max(tick.at for tick in ticks), lambda: True))

    def pass_time(self, step: timedelta) -> datetime:
        """Market time alone."""
        self.do(lambda: self.world.play(self.clock.now() + step, lambda: True))
        return self.clock.now()


@contextmanager
def served(script: Script | None = None) -> Iterator[Served]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="practice exchange under test")
    thread.start()
    try:
        server = Served(loop, script or usual_script())
        runner = make_runner(server.app)
        asyncio.run_coroutine_threadsafe(_start(runner), loop).result(_LIMIT_SECONDS)
        server.addresses = list(runner.addresses)
        server.port = runner.addresses[0][1]
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(_LIMIT_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_LIMIT_SECONDS)
        # connections that were cut a moment ago are still being closed
        for _turn in range(3):
            loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def _start(runner: web.AppRunner) -> None:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
