"""One practice exchange in a thread, whose market stands, and clients of it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.contract.exchange.adapters import QUICK
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.serving import Addresses, ServingOptions, serve
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamTimes
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

#: a day on which the newest rules are in force
START = datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
WON, COIN = Market("upbit", "KRW-BTC"), Market("upbit", "BTC-ETH")
#: by anybody here
UNTRADED = Market("upbit", "KRW-ETH")
_LIMIT_SECONDS = 30.0
_MINUTE = timedelta(minutes=1)
_BALANCES = {"KRW": "500000000", "BTC": "8", "ETH": "100"}
_accounts = itertools.count(1)


class MarketClock(SystemClock):
    """The client's: passes as the real one, on the calendar of the market."""

    def __init__(self) -> None:
        self._offset = START - super().now()

    def now(self) -> datetime:
        return super().now() + self._offset


class Venue:
    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self.clock: Clock = MarketClock()
        #: nobody has changed the market since its beginning
        self.is_fresh = False
        self._clients: list[UpbitExchange] = []
        self.control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))

    def begin(self) -> None:
        """The same moment, books and rules again."""
        self.control.reset()
        self.control.lock_step("0.001")
        self.control.jump(START)
        self.control.step_until(START + timedelta(milliseconds=1))
        self.clock = MarketClock()
        self.is_fresh = True
        self.leave()

    def look_again(self) -> None:
        """For those who change nothing on the market: as it is, with all limits fresh."""
        self.leave()
        self.control.clear_faults()
        self.control.reset_switches()

    def leave(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()

    def passes(self, seconds: float) -> None:
        moment = datetime.fromisoformat(self.control.state()["now"]) + timedelta(seconds=seconds)
        self.control.step_until(moment)

    def new_key(self, account: str | None = None, **members: object) -> AccessKey:
        if account is None:
            account = f"account-{next(_accounts)}"
            members = {"balances": _BALANCES} | members
        told = self.control.add_key(account=account, **members)
        return AccessKey(Secret(told["access_key"]), Secret(told["secret_key"]))

    def client(self, key: AccessKey) -> UpbitExchange:
        """Closed with the day."""
        client = UpbitExchange(
            UpbitAddresses(self._addresses["rest_url"], self._addresses["websocket_url"]),
            self.clock,
            load_rules(resources_folder()),
            key,
            read_seconds=5.0,
            stream_timing=QUICK,
        )
        self._clients.append(client)
        return client


def _thin_market() -> StoredCandles:
    """Quoted in bitcoin, with a trade every other minute."""
    one = Decimal("0.03512")
    opened = [START.replace(second=0) + _MINUTE * 2 * number for number in range(-600, 60)]
    candles = [
        Candle(COIN, CandleUnit.MINUTE, at, one, one + Decimal("0.00001"), one, one, Decimal(5), 5 * one)
        for at in opened
    ]
    return StoredCandles(ListedMarket(COIN, "이더리움", "Ethereum"), candles)


@contextmanager
def served(*, stable_coin_half_tick: bool = False, markets: int = 2) -> Iterator[Venue]:
    loop = asyncio.new_event_loop()
    stopping, is_ready, addresses = asyncio.Event(), threading.Event(), Addresses()

    def ready(found: Addresses) -> None:
        addresses.update(found)
        is_ready.set()

    world = PracticeOptions(
        start=START,
        pace=Pace.LOCK_STEP,
        markets=markets,
        seed=7,
        sources=(_thin_market(),),
        stable_coin_half_tick=stable_coin_half_tick,
    )
    options = ServingOptions(world, stream_times=StreamTimes(scale=0.02))
    serving = serve(options, SystemClock(), stopping, ready)
    thread = threading.Thread(target=lambda: loop.run_until_complete(serving), name="practice exchange on trial")
    thread.start()
    try:
        assert is_ready.wait(_LIMIT_SECONDS)
        venue = Venue(addresses)
        try:
            yield venue
        finally:
            venue.leave()
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(_LIMIT_SECONDS)
        loop.close()
