"""Keys of every condition, looked at through the real client over real sockets."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest

from tests.fakes.key_desk import ALL_RIGHTS, Desk
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvalidParameter,
    NotSupported,
    RateLimited,
)
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.use_cases.check_keys import ask
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

UNKNOWN = Secret("PRACTICE" + "x" * 32)


def hits(desk: Desk, number: int) -> int:
    return next(int(one["hits"]) for one in desk.control.faults() if one["id"] == number)


def look(desk: Desk, keys: tuple[Secret, Secret]) -> KeyStatus:
    return desk.keys.look_at("upbit", *keys)


def test_a_good_key_says_what_it_may_and_when_it_ends(desk: Desk) -> None:
    found = look(desk, desk.new_key(valid_days=30))
    assert [found.has(right) for right in NEEDED_RIGHTS] == [Granted.YES] * 3
    assert (found.has(Right.WITHDRAW), found.fault) == (Granted.CANNOT_BE_CHECKED, None)
    assert found.expires_at is not None
    assert abs(found.expires_at - desk.clock.now() - timedelta(days=30)) < timedelta(minutes=1)


@pytest.mark.parametrize("missing", NEEDED_RIGHTS)
def test_a_missing_right_is_named(desk: Desk, missing: Right) -> None:
    found = look(desk, desk.new_key(rights=[right for right in ALL_RIGHTS if right != missing.value]))
    assert [right for right in NEEDED_RIGHTS if found.has(right) is Granted.NO] == [missing]


def test_faults_of_keys_are_told_apart(desk: Desk) -> None:
    access, _secret = desk.new_key()
    assert look(desk, desk.new_key(addresses=["203.0.113.7"])).fault is KeyFault.ADDRESS_NOT_ALLOWED
    assert look(desk, (access, Secret("y" * 40))).fault is KeyFault.WRONG_SECRET
    assert look(desk, (UNKNOWN, Secret("y" * 40))).fault is KeyFault.UNKNOWN_KEY
    short_lived = desk.new_key(valid_days=1)
    desk.pass_time(timedelta(days=2))
    assert look(desk, short_lived).fault is KeyFault.EXPIRED


def test_a_blocked_exchange_says_until_when(desk: Desk, expected_log: LogGuard) -> None:
    expected_log.expect("blocked by the exchange", at_least=0)
    keys = desk.new_key()
    desk.control.add_fault("blocked", amount=60)
    with pytest.raises(RateLimited):
        look(desk, keys)
    assert ask(desk.keys, "upbit", *keys, lambda: False) is KeyTrouble.LIMITED


def test_a_block_is_remembered_from_one_look_to_the_next(desk: Desk, expected_log: LogGuard) -> None:
    """A request during a block makes the next block longer: nothing more is sent, whoever looks."""
    expected_log.expect("blocked by the exchange", at_least=0)
    keys = desk.new_key()
    desk.control.add_fault("blocked", amount=60, path="/v1/api_keys", times=1)
    with pytest.raises(RateLimited) as first:
        look(desk, keys)
    number = desk.control.add_fault("latency", amount=0)
    with pytest.raises(RateLimited) as second:
        look(desk, keys)
    assert abs(second.value.until - first.value.until) < timedelta(seconds=1)
    assert hits(desk, number) == 0
    assert desk.keys.reach().exchange == "upbit", "what is counted by address goes on"
    assert hits(desk, number) == 1


def test_a_block_of_the_address_is_remembered_whatever_the_key(desk: Desk, expected_log: LogGuard) -> None:
    expected_log.expect("blocked by the exchange", at_least=0)
    fresh = ExchangeKeys(resources_folder(), desk.clock, desk.addresses, look_seconds=0.5)
    desk.control.add_fault("blocked", amount=60, path="/v1/market/all", times=1)
    number = desk.control.add_fault("latency", amount=0, path="/v1/market/all")
    for _look in range(2):
        with pytest.raises(RateLimited):
            fresh.reach()
    assert hits(desk, number) == 1, "that of the first look"
    assert fresh.look_at("upbit", *desk.new_key()).fault is None


def test_an_exchange_that_is_not_there_is_trouble_of_the_way() -> None:
    nowhere = UpbitAddresses("http://127.0.0.1:9", "ws://127.0.0.1:9/websocket/v1")
    keys = ExchangeKeys(resources_folder(), SystemClock(), nowhere, look_seconds=0.5)
    assert ask(keys, "upbit", UNKNOWN, UNKNOWN, lambda: False) is KeyTrouble.UNREACHABLE


def test_keys_of_the_practice_exchange_never_leave_for_the_real_one() -> None:
    """The guard of the tests would fail it too, if anything went out."""
    real = ExchangeKeys(resources_folder(), SystemClock())
    for keys in ((UNKNOWN, Secret("y" * 40)), (Secret("y" * 40), UNKNOWN)):
        with pytest.raises(InvalidParameter) as refusal:
            real.look_at("upbit", *keys)
        assert refusal.value.reason == "of-practice-exchange"


def test_half_a_key_and_another_exchange_are_refused_before_anything_is_sent() -> None:
    real = ExchangeKeys(resources_folder(), SystemClock())
    with pytest.raises(InvalidParameter) as refusal:
        real.look_at("upbit", Secret("A" * 20), Secret("y" * 40))
    assert refusal.value.reason == "not-a-key"
    with pytest.raises(NotSupported):
        real.look_at("binance", Secret("A" * 40), Secret("y" * 40))


def test_a_look_that_hangs_is_left_at_once(desk: Desk) -> None:
    keys = desk.new_key()
    number = desk.control.add_fault("hang", amount=0)
    cancelled = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(desk.keys.look_at, "upbit", *keys, cancelled.is_set)
        pause = threading.Event()
        while not any(one["id"] == number and one["hits"] for one in desk.control.faults()):
            pause.wait(0.02)
        began_at = monotonic()
        cancelled.set()
        with pytest.raises(Cancelled):
            looking.result(20)
        assert monotonic() - began_at < 1.0
    desk.control.clear_faults()


class BrokenInsideALook(SystemClock):
    """As a bug of ours would be: of no kind that anybody foresaw."""

    def monotonic(self) -> float:
        if threading.current_thread().name == "key check":
            raise ZeroDivisionError
        return super().monotonic()


def test_a_fault_of_ours_inside_a_look_is_no_silence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda fault: told.append(fault.exc_type))  # as the crash hook does
    keys = ExchangeKeys(resources_folder(), BrokenInsideALook(), desk.addresses)
    with pytest.raises(ExchangeUnavailable, match="failed-unforeseen"):
        keys.look_at("upbit", *desk.new_key())
    for thread in threading.enumerate():
        if thread.name == "key check":
            thread.join(5.0)
    assert told == [ZeroDivisionError]
