"""A run of the real program that uses keys of an exchange in every way, for test_no_key_leaks.py to search afterwards.

Reads ``Order`` as JSON from standard input. What it learns that is secret itself (the keys of its own practice
exchange) goes into the file ``told``, which lies outside the data folder.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import keyring
from PyQt6.QtCore import QCoreApplication, QEventLoop, QTimer

from tests.contract.exchange.listener import Listener, listening
from tests.fakes.memory_keyring import MemoryKeyring
from upbit_auto_trading.business_logic.domain.errors import OutcomeUnknown, TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderReference, PlacedOrder, Side, limit_order
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.command_line import Workbench
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.opened import open_data_folder
from upbit_auto_trading.composition_root.practice_connection import PracticeConnection
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.http_messages import HttpRequest
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import EntryPhase, KeyEntry, Phase
from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.secret import Secret

T = TypeVar("T")
LIMIT_SECONDS = 40.0
#: what speaks with exchanges or underneath: at debug some of them log whole requests with their headers
LIBRARIES = ("websockets", "urllib3", "requests", "aiohttp", "asyncio", "http", "jwt", "keyring")
MARKET = Market("upbit", "KRW-BTC")
TOPICS = (Topic(TopicKind.PRICES, MARKET), Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES))
_log = logging.getLogger("upbit_auto_trading.tests.secrets_exchange_run")


class ClockThatFails(SystemClock):
    """When it is armed: once, in whatever thread, while a request that is signed lies in the frames."""

    def __init__(self) -> None:
        self.is_armed = False

    def monotonic(self) -> float:
        request = _signed_request_under_way() if self.is_armed else None
        if request is not None:
            self.is_armed = False
            header = request.headers["Authorization"]
            raise ZeroDivisionError(f"while {request!r} {dict(request.headers)} {header}", header, request)
        return super().monotonic()


def _signed_request_under_way() -> HttpRequest | None:
    frame = sys._getframe(1)
    while frame is not None:
        for value in frame.f_locals.values():
            if isinstance(value, HttpRequest) and "Authorization" in value.headers:
                return value
        frame = frame.f_back  # type: ignore[assignment]  # None at the outermost
    return None


def until(condition: Callable[[], object], what: str) -> None:
    """The event loop runs meanwhile; a timer wakes it, so that what other threads did is seen."""
    ends_at = SystemClock().monotonic() + LIMIT_SECONDS
    timer = QTimer()
    timer.start(10)
    while not condition():
        assert SystemClock().monotonic() < ends_at, what
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def elsewhere(work: Callable[[], T]) -> T:
    """In another thread, as the program does what may wait."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        until(future.done, "work in another thread")
        return future.result()


@dataclass(frozen=True, slots=True)
class World:
    program: DesktopProgram
    vault: VaultViewModel
    keys: ExchangeKeys
    clock: ClockThatFails
    control: PracticeControl
    paths: AppPaths

    def in_storage(self, work: Callable[[Stores], T]) -> T:
        answers: list[T] = []
        operation = StorageOperation(Text("일", "work"), lambda stores, _context: work(stores))
        self.program.core.operations.submit_to_storage(operation, on_success=answers.append)
        until(lambda: answers, "storage")
        return answers[0]

    def act(self, action: Callable[[], object], name: str) -> bool:
        """Whether it worked."""
        heard: list[bool] = []

        def hear(answered: str, worked: bool) -> None:
            if answered == name:
                heard.append(worked)

        self.vault.answered.connect(hear)
        action()
        until(lambda: heard or self.vault.state.entry.phase is EntryPhase.NOT_FOUND_OUT, f"answer to {name}")
        self.vault.answered.disconnect(hear)
        return bool(heard) and heard[0]

    def enter(self, label: str, pair: list[str], replaces: str = "") -> bool:
        access, secret = (Secret(one) for one in pair)
        entry = KeyEntry("upbit", label, access, secret, box_is_confirmed=True, replaces=replaces)
        worked = self.act(lambda: self.vault.submit(entry), "replace" if replaces else "add")
        _log.info("entered %s %r", entry, self.vault.state)
        return worked

    def fault(self, kind: str, **members: object) -> None:
        self.control.add_fault(kind, times=1, method="POST", path="/v1/orders", **members)


def enter_keys(world: World, order: dict[str, Any]) -> str:
    """Refused twice, taken once, looked at and shown."""
    world.vault.load()
    until(lambda: world.vault.state.phase is Phase.EMPTY, "an empty vault")
    assert world.act(lambda: world.vault.create(KeySource.KEY_FILE), "create")
    assert not world.enter("비밀", order["wrong"])
    assert not world.enter("주소", order["away"])
    assert world.enter("매매용", order["good"])
    (row,) = world.vault.state.keys
    assert world.act(lambda: world.vault.check(row.id), "check")
    assert world.act(lambda: world.vault.show_key(row.id), "show_key")
    _log.info("shown %r", world.vault.state.shown)
    world.vault.hide_key()
    lock_by_passphrase(world, *(Secret(one) for one in order["passphrases"]))
    return row.id


def lock_by_passphrase(world: World, right: Secret, wrong: Secret) -> None:
    """And back to the key file, so that the doctor may ask about the keys."""
    assert world.act(lambda: world.vault.change_source(KeySource.PASSPHRASE, right), "change_source")
    assert world.act(world.vault.lock, "lock")
    assert not world.act(lambda: world.vault.unlock(wrong), "unlock")
    _log.info("refused %s, state %r", wrong, world.vault.state)
    assert world.act(lambda: world.vault.unlock(right), "unlock")
    assert world.act(lambda: world.vault.change_source(KeySource.KEY_FILE), "change_source")


def trade(world: World, key_id: str, new: list[str]) -> None:
    """Streams run, orders are placed, requests fail in each way, and the key is replaced in the middle of it."""
    credential = world.in_storage(lambda stores: stores.vault.reveal(key_id))
    with world.keys.opened_with(credential) as exchange:
        with listening(exchange, *TOPICS) as listener:
            elsewhere(lambda: listener.until_live(*TOPICS))
            elsewhere(lambda: place_and_cancel(exchange, listener, "before"))
            for kind, members in (
                ("garbage", {}),
                ("status", {"amount": 500}),
                ("hang", {"amount": 0}),
                ("drop-reply", {"amount": 0}),
            ):
                world.fault(kind, **members)
                elsewhere(lambda kind=kind: fail_to_place(exchange, kind))  # type: ignore[misc]  # bound by default
            assert world.enter("매매용", new, replaces=key_id)
            world.control.add_fault("stream-cut", times=2)
            elsewhere(lambda: place_and_cancel(exchange, listener, "after"))
            elsewhere(lambda: listener.until(lambda: not faults_left(world)))
            elsewhere(lambda: listener.until_live(*TOPICS))
        _log.info("exchange %r %s, credential %r, events %r", exchange, exchange.health(), credential, listener.events)


def faults_left(world: World) -> bool:
    return any(one["times"] is not None and one["hits"] < one["times"] for one in world.control.faults())


def place_and_cancel(exchange: UpbitExchange, listener: Listener, name: str) -> PlacedOrder:
    assert exchange.account is not None
    order = limit_order(f"secrets-{name}", MARKET, Side.BUY, price=Decimal(1_000_000), quantity=Decimal("0.01"))
    placed = exchange.account.place(order)
    listener.until(lambda: placed.order_id in listener.standing())
    exchange.account.cancel(OrderReference(MARKET, order_id=placed.order_id))
    return placed


def fail_to_place(exchange: UpbitExchange, kind: str) -> None:
    """What it raised goes into the log with its causes, as the program does."""
    assert exchange.account is not None
    order = limit_order(f"secrets-{kind}", MARKET, Side.BUY, price=Decimal(1_000_000), quantity=Decimal("0.01"))
    try:
        exchange.account.place(order)
    except OutcomeUnknown as error:
        _log.exception("placing failed %s %r", error, order)
        return
    raise AssertionError(f"{kind}: this was to fail")


def crash_while_signed(world: World, key_id: str) -> None:
    """In a thread of the program, and in a slot of its window."""
    credential = world.in_storage(lambda stores: stores.vault.reveal(key_id))
    reports = world.paths.crash_reports
    world.clock.is_armed = True
    try:
        elsewhere(lambda: world.keys.look_at("upbit", credential.access_key, credential.secret_key))
    except TradingAppError as error:
        _log.exception("the look that crashed: %s", error)
    until(lambda: len(list(reports.glob("crash-*"))) == 1, "a crash report of the thread")
    with world.keys.opened_with(credential) as exchange:
        assert exchange.account is not None
        world.clock.is_armed = True
        QTimer.singleShot(0, exchange.account.balances)
        until(lambda: len(list(reports.glob("crash-*"))) == 2, "a crash report of the slot")
    assert not world.clock.is_armed


def examine(world: World) -> None:
    bench = Workbench(world.paths, SystemClock(), world.keys)
    found = elsewhere(lambda: bench.examine(lambda _fraction: True, may_connect=True, try_practice=lambda: None))
    for one in found:
        print(f"doctor: {one}")
    assert {"connection", "key"} <= {one.check_id for one in found}


def tell(world: World, target: Path) -> None:
    connection = world.program.core.exchange.connection
    assert isinstance(connection, PracticeConnection)
    own = connection.addresses
    target.write_text(json.dumps([own.access_key, own.secret_key.reveal(), own.control_token.reveal()]))


def run(world: World, order: dict[str, Any]) -> None:
    until(lambda: world.program.core.exchange.connection is not None, "the program's own practice exchange")
    world.program.core.opened.log.set_level("debug")
    tell(world, Path(order["told"]))
    key_id = enter_keys(world, order)
    trade(world, key_id, order["new"])
    crash_while_signed(world, key_id)
    examine(world)
    world.in_storage(lambda stores: stores.backups.make("manual"))


def main(order: dict[str, Any]) -> None:
    keyring.set_keyring(MemoryKeyring())
    paths, clock = find_app_paths(Path(order["folder"])), ClockThatFails()
    opened = open_data_folder(paths, SystemClock())
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    crashes = Crashes(paths, opened.clock, opened.log)
    crashes.install()
    app = make_application(sys.argv[:1])
    keys = ExchangeKeys(paths.resources, clock, UpbitAddresses(order["rest_url"], order["websocket_url"]))
    options = StartOptions(language=Language.KOREAN)
    program = DesktopProgram(app, opened, options, crashes, leave=lambda _status: None, exchange_keys=keys)
    control = PracticeControl(order["control_url"], Secret(order["control_token"]))
    world = World(program, VaultViewModel(program.services), keys, clock, control, paths)
    program.start()
    run(world, order)
    print("ran to its end", flush=True)
    if order["ending"] == "abort":
        assert opened.log.flush(10)
        os._exit(0)
    program.core.stop()
    until(lambda: program.core.shutdown.outcome is not None, "the end")
    crashes.uninstall()
    print(f"threads: {threading.active_count()}", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.stdin.read()))
