"""What survives the practice exchange's end, also by SIGKILL in the middle of its work."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.practice_exchange.scripted_floor import fresh_exchange, token
from tests.fakes.disks import file_size_limit
from tests.fakes.scripted_market import BTC, NOON, ScriptedReplays, quiet_day, trade
from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvalidParameter, NewerSchema
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import OrderState, SelfMatch, Side, limit_order, market_buy
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange.assembly import ACCOUNT
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules
from upbit_auto_trading.data_layer.practice_exchange.state_file import StateKeeper, read_state
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld
from upbit_auto_trading.data_layer.system_clock import SystemClock

_KILLS = 6
_LEAST_ORDERS = 60


def world_over(replays: ScriptedReplays, exchange: VirtualExchange, now: Any = NOON) -> PracticeWorld:
    clock = PracticeClock(SystemClock(), now - timedelta(minutes=2), pace=Pace.LOCK_STEP)
    world = PracticeWorld(exchange, practice_rules(), replays, clock)
    world.play(now, lambda: True)
    return world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "연습 상태.json"


@pytest.fixture
def replays() -> ScriptedReplays:
    return ScriptedReplays(*quiet_day())


@pytest.fixture
def world(replays: ScriptedReplays, path: Path) -> PracticeWorld:
    world = world_over(replays, fresh_exchange(replays, "1"))
    StateKeeper(path, world, 7, 0)
    return world


def buys(world: PracticeWorld, identifier: str, price: str = "118000000") -> VirtualOrder:
    return world.place(ACCOUNT, limit_order(
        identifier, BTC, Side.BUY, price=Decimal(price), quantity=Decimal("0.002"), self_match=SelfMatch.CANCEL_MAKER
    ))  # fmt: skip


def come_back(path: Path) -> VirtualExchange:
    """As after a kill: nobody closed anything."""
    kept = read_state(path)
    assert kept is not None
    return VirtualExchange.from_state(practice_rules(), kept.exchange)


def test_everything_that_was_told_comes_back(world: PracticeWorld, replays: ScriptedReplays, path: Path) -> None:
    resting, cancelled = buys(world, "rests"), buys(world, "ends")
    world.cancel(ACCOUNT, cancelled.order_id)
    world.place(ACCOUNT, market_buy("takes", BTC, funds=Decimal(10_000), self_match=SelfMatch.CANCEL_MAKER))
    world.use_client_id(ACCOUNT, "refused-once")
    replays.script.append(trade(world.clock.now() + timedelta(seconds=5), "118000000", "0.0005"))
    world.step()
    world.deposit(ACCOUNT, "XRP", Decimal("12.5"))

    back = come_back(path)

    everything = list(OrderState)
    assert back.orders(ACCOUNT, everything) == world.exchange.orders(ACCOUNT, everything)
    assert back.balances(ACCOUNT) == world.exchange.balances(ACCOUNT)
    assert [order.order_id for order in back.orders(ACCOUNT, [OrderState.OPEN])] == [resting.order_id]
    assert all(back.client_id_used(ACCOUNT, name) for name in ("rests", "ends", "takes", "refused-once"))
    kept = read_state(path)
    assert kept is not None
    assert (kept.now, kept.seed) == (world.clock.now(), 7)


def test_what_came_back_goes_on_trading(world: PracticeWorld, replays: ScriptedReplays, path: Path) -> None:
    order = buys(world, "rests")
    kept = read_state(path)
    assert kept is not None
    again = world_over(replays, come_back(path), kept.now)
    StateKeeper(path, again, 7, kept.number)
    replays.script.append(trade(again.clock.now() + timedelta(seconds=5), "117000000", "3"))
    again.step()
    filled = come_back(path).order(ACCOUNT, order.order_id)
    assert filled is not None
    assert filled.state is OrderState.DONE


def test_a_halt_and_the_numbers_of_trades_come_back(world: PracticeWorld, replays: ScriptedReplays, path: Path) -> None:
    world.place(ACCOUNT, market_buy("takes", BTC, funds=Decimal(10_000), self_match=SelfMatch.CANCEL_MAKER))
    world.set_state(BTC, MarketState.HALTED)
    kept = read_state(path)
    assert kept is not None
    market = next(one for one in kept.exchange.markets if one.listed.market == BTC)
    assert market.state is MarketState.HALTED
    assert market.last_number == world.trades(BTC, 1)[0].number


def test_a_line_cut_short_was_told_to_nobody(world: PracticeWorld, path: Path) -> None:
    buys(world, "whole")
    journal = path.with_name(path.name + ".journal")
    journal.write_bytes(journal.read_bytes() + b'{"number":2,"at":"2026-')
    assert [order.client_order_id for order in come_back(path).orders(ACCOUNT, list(OrderState))] == ["whole"]


def test_a_journal_older_than_the_whole_state_is_passed_over(world: PracticeWorld, path: Path) -> None:
    """A kill between writing the whole state and emptying the journal."""
    order = buys(world, "first")
    journal = path.with_name(path.name + ".journal")
    old_lines = journal.read_bytes()
    world.cancel(ACCOUNT, order.order_id)
    assert world.keep_whole is not None
    world.keep_whole()
    journal.write_bytes(old_lines)
    again = come_back(path).order(ACCOUNT, order.order_id)
    assert again is not None
    assert again.state is OrderState.CANCELLED


def test_a_long_journal_becomes_a_whole_state(replays: ScriptedReplays, path: Path) -> None:
    world = world_over(replays, fresh_exchange(replays, "1"))
    StateKeeper(path, world, 7, 0, largest_journal=20_000)
    for number in range(100):
        buys(world, f"n-{number}")
    assert path.with_name(path.name + ".journal").stat().st_size < 25_000
    assert len(come_back(path).orders(ACCOUNT, [OrderState.OPEN])) == 100


def test_a_full_disk_is_said_and_nothing_is_told_until_it_is_kept(world: PracticeWorld, path: Path) -> None:
    told: list[object] = []
    world.listeners.append(told.extend)
    size = path.with_name(path.name + ".journal").stat().st_size
    with file_size_limit(size + 100), pytest.raises(DiskFull):
        buys(world, "unheard")
    assert told == []
    buys(world, "heard")
    names = [order.client_order_id for order in come_back(path).orders(ACCOUNT, list(OrderState))]
    assert names == ["unheard", "heard"], "it did happen, so it is kept with the next"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format":"other","version":1}'])
def test_another_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InvalidParameter):
        read_state(path)
    assert path.read_bytes() == content


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    path.write_text('{"format":"upbit-autotrader/practice-state","version":2}', encoding="utf-8")
    with pytest.raises(NewerSchema):
        read_state(path)


# --- the real process


@contextmanager
def served(path: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "upbit_auto_trading", "practice-exchange", "--state", str(path), "--markets", "1"]
    process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(30)
        process.stdout.close()


class Trader:
    """Orders one after the other over one connection, and notes what was confirmed."""

    def __init__(self, addresses: dict[str, str], run: int) -> None:
        self._addresses = addresses
        self._run = run
        self.confirmed: dict[str, str] = {}
        self.has_begun = threading.Event()
        self._turned_away = threading.Event()

    def order_until_dead(self) -> None:
        address = urlsplit(self._addresses["rest_url"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        number = 0
        try:
            while True:
                number += 1
                answer = self._place(connection, f"run-{self._run}-{number}")
                if answer is None:
                    self._turned_away.wait(0.05)  # as a client that is told to be slower; a block would last
                    continue
                self.confirmed[answer["uuid"]] = answer["identifier"]
                if len(self.confirmed) >= _LEAST_ORDERS // _KILLS + 3 * self._run:
                    self.has_begun.set()
        except (OSError, http.client.HTTPException, ValueError):
            return
        finally:
            connection.close()

    def _place(self, connection: http.client.HTTPConnection, identifier: str) -> dict[str, Any] | None:
        price = "50000000" if len(self.confirmed) % 2 else "200000000"
        body = {
            "market": "KRW-BTC", "side": "bid", "ord_type": "limit", "price": price, "volume": "0.0001",
            "identifier": identifier,
        }  # fmt: skip
        query = "&".join(f"{name}={value}" for name, value in body.items())
        headers = {
            "Authorization": f"Bearer {token(self._addresses, query=query)}", "Content-Type": "application/json"
        }  # fmt: skip
        connection.request("POST", "/v1/orders", json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        return dict(json.loads(content)) if answer.status == 201 else None


def test_no_kill_loses_a_confirmed_order(path: Path) -> None:
    confirmed: dict[str, str] = {}
    for kill in range(_KILLS):
        # fast, so that the quota of orders, which is of market time, lets many through
        with served(path, "--speed", "100") as (process, addresses):
            assert _known(path, confirmed) == confirmed.keys()
            trader = Trader(addresses, kill)
            thread = threading.Thread(target=trader.order_until_dead)
            thread.start()
            assert trader.has_begun.wait(30)
            process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            process.wait(30)
            thread.join(30)
            confirmed |= trader.confirmed
    assert _known(path, confirmed) == confirmed.keys()
    print(f"{_KILLS} kills, {len(confirmed)} confirmed orders, none lost")
    assert len(confirmed) >= _LEAST_ORDERS


def _known(path: Path, confirmed: dict[str, str]) -> set[str]:
    """Of the confirmed orders, those that the file holds, with their identifiers used up."""
    kept = read_state(path)
    if kept is None:
        return set()
    exchange = VirtualExchange.from_state(practice_rules(), kept.exchange)
    orders = {order.order_id: order for order in exchange.orders("practice", list(OrderState))}
    return {
        order_id
        for order_id, identifier in confirmed.items()
        if order_id in orders and exchange.client_id_used("practice", identifier)
    }
