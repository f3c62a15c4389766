"""The whole practice exchange with its built-in markets, as the command starts it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.serving import Addresses, ServingOptions, serve
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

_LIMIT_SECONDS = 30.0


class SleepyClock(SystemClock):
    """The wall clock of a machine that has slept, which its monotonic clock does not notice."""

    slept = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.slept


@contextmanager
def running(options: PracticeOptions, clock: Clock | None = None) -> Iterator[Addresses]:
    loop = asyncio.new_event_loop()
    stopping, is_ready, addresses = asyncio.Event(), threading.Event(), Addresses()

    def ready(found: Addresses) -> None:
        addresses.update(found)
        is_ready.set()

    serving = serve(ServingOptions(options), clock or SystemClock(), stopping, ready)
    thread = threading.Thread(target=lambda: loop.run_until_complete(serving), name="built-in markets")
    thread.start()
    try:
        assert is_ready.wait(_LIMIT_SECONDS)
        yield addresses
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(_LIMIT_SECONDS)
        loop.close()


def until(is_so: Callable[[], bool]) -> None:
    between_two_looks = threading.Event()
    for _look in range(int(_LIMIT_SECONDS / 0.05)):
        if is_so():
            return
        between_two_looks.wait(0.05)
    raise AssertionError("not within the limit")


def client_of(addresses: Addresses) -> PlainClient:
    port = int(addresses["rest_url"].rpartition(":")[2])
    return PlainClient(port, addresses["access_key"], addresses["secret_key"])


@pytest.mark.sheet("3.1", "3.3", "3.5", "3.6", "4.3")
def test_a_client_finds_a_market_looks_around_and_trades() -> None:
    with running(PracticeOptions(markets=2)) as addresses:
        client = client_of(addresses)
        code = client.get("/v1/market/all").json[0]["market"]
        ticker = client.get("/v1/ticker", markets=code).json[0]
        book = client.get("/v1/orderbook", markets=code).json[0]
        assert len(book["orderbook_units"]) == 30
        assert book["orderbook_units"][0]["bid_price"] < book["orderbook_units"][0]["ask_price"]
        candles = client.get("/v1/candles/minutes/1", market=code, count="200").json
        assert len(candles) == 200
        assert candles[0]["trade_price"] == client.get("/v1/trades/ticks", market=code).json[0]["trade_price"]
        assert ticker["low_price"] <= candles[0]["low_price"] <= candles[0]["high_price"] <= ticker["high_price"]
        bought = client.order(market=code, side="bid", ord_type="price", price="100000").json["uuid"]
        order = client.ask("GET", "/v1/order", uuid=bought).json
        assert order["trades_count"] >= 1
        sold = client.order(market=code, side="ask", ord_type="market", volume=order["executed_volume"]).json["uuid"]
        assert client.ask("GET", "/v1/order", uuid=sold).json["state"] == "done"
        client.close()


@pytest.mark.sheet("1")
def test_market_time_is_the_wall_clock_unless_it_was_started_elsewhere() -> None:
    """However long the markets took to be made, or the machine slept."""
    clock = SleepyClock()
    with running(PracticeOptions(), clock) as addresses:
        control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))

        def lag() -> float:
            asked = clock.now()
            return abs((datetime.fromisoformat(control.state()["now"]) - asked).total_seconds())

        until(lambda: lag() < 0.3)
        clock.slept = timedelta(minutes=10)
        until(lambda: lag() < 0.3)
        client = client_of(addresses)
        dated = parsedate_to_datetime(client.get("/v1/market/all").headers["date"])
        client.close()
        assert abs((dated - clock.now()).total_seconds()) < 3
        assert control.state()["times_late"] == 0
        control.jump(clock.now() - timedelta(days=1))
        until(lambda: 86_399 < lag() < 86_401)


@pytest.mark.sheet("3.2", "8.6")
def test_looking_up_many_markets_holds_nobody_else_up() -> None:
    """The first tickers of all markets cost tens of milliseconds each."""
    with running(PracticeOptions(markets=40, pace=Pace.PAUSED)) as addresses:
        client = client_of(addresses)
        control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))
        tickers: list[str] = []
        asking = threading.Thread(
            target=lambda: tickers.extend(
                row["market"] for row in client.get("/v1/ticker/all", quote_currencies="KRW").json
            )
        )
        asking.start()
        answered = 0
        while asking.is_alive():
            control.state()
            answered += 1
        asking.join()
        client.close()
    assert len(tickers) == 40
    assert answered >= 10, "one between two markets, or nearly"


@pytest.mark.sheet("3.2")
def test_the_figures_of_a_year_are_looked_up_again_where_time_has_jumped() -> None:
    with running(PracticeOptions(markets=1)) as addresses:
        client = client_of(addresses)
        control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))
        control.pause()
        control.jump(datetime(2026, 3, 1, 12, tzinfo=UTC))
        days = client.get("/v1/candles/days", market="KRW-BTC", count="200").json
        high, low = max(day["high_price"] for day in days), min(day["low_price"] for day in days)

        def of_the_year() -> tuple[Decimal, Decimal]:
            (ticker,) = client.get("/v1/ticker", markets="KRW-BTC").json
            control.clear_faults()  # and limits: this asks often
            return ticker["highest_52_week_price"], ticker["lowest_52_week_price"]

        until(lambda: of_the_year() == (high, low))
        client.close()
    assert len(days) > 30


@pytest.mark.sheet("5.3", "11.2")
@pytest.mark.parametrize(("has_half_ticks", "tick", "status"), [(False, "1", 400), (True, "0.5", 201)])
def test_stable_coins_may_have_half_ticks(has_half_ticks: bool, tick: str, status: int) -> None:
    with running(PracticeOptions(stable_coin_half_tick=has_half_ticks)) as addresses:
        client = client_of(addresses)
        assert client.get("/v1/orderbook/instruments", markets="KRW-USDT").json[0]["tick_size"] == tick
        order = {"market": "KRW-USDT", "side": "bid", "ord_type": "limit", "price": "1100.5", "volume": "100"}
        assert client.order(**order).status == status
        client.close()
        control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))
        assert control.switches()["stable-coin-tick"] == tick
