"""The job that checks the stored keys: real threads, real use cases, and an exchange that answers what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_inspector import GOOD_KEY
from tests.fakes.settings_world import SettingsWorld
from tests.log_guard import LogGuard
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    InvalidParameter,
    KeyRejected,
    NotSupported,
    RateLimited,
    TradingAppError,
)
from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.composition_root.key_checks import KeyChecks
from upbit_auto_trading.ui.app_services import KEYS_TOPIC
from upbit_auto_trading.ui.key_notices import KeyNotice
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

ACCESS, SECRET = Secret("Zq3kV81mX0pLw92ncJd7uTya"), Secret("Yp4jU72lW1oKv83mbIc6tSxz")
LACKS_ORDERS = replace(
    GOOD_KEY, rights=tuple((r, Granted.NO if r is Right.MAKE_ORDERS else g) for r, g in GOOD_KEY.rights)
)


class Program:
    def __init__(self, qtbot: QtBot, world: SettingsWorld) -> None:
        self.qtbot = qtbot
        self.world = world
        self.told: list[KeyNotice] = []
        self.pool = ThreadPoolExecutor(1)
        self.checks = self.start_again()

    def start_again(self) -> KeyChecks:
        """Nothing is known but what is stored."""
        self.checks = KeyChecks(self.world.inspector, self.world.operations, self.world.clock)
        self.checks.told.connect(self.told.append)
        return self.checks

    def begin(self) -> Future[str]:
        """As the scheduler does it: in a thread of its own."""
        return self.pool.submit(self.checks.check_all)

    def check(self) -> str:
        running = self.begin()
        self.qtbot.waitUntil(running.done, timeout=20_000)
        result = running.result()
        self.settle()
        return result

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.world.operations.running())
        self.qtbot.wait(1)

    def kinds(self) -> list[str]:
        found = [notice.kind for notice in self.told]
        self.told.clear()
        return found

    def add_key(self, exchange: str = "upbit", label: str = "매매용", access: Secret = ACCESS) -> str:
        return self.world.vault.add(exchange, label, access, SECRET).id


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    world = SettingsWorld(tmp_path)
    world.vault.create(KeySource.KEY_FILE)
    program = Program(qtbot, world)
    yield program
    program.pool.shutdown()
    stop_operations(world.operations)


def test_a_good_key_is_remembered_and_nothing_is_told(program: Program) -> None:
    identifier = program.add_key()
    assert program.check() == "good 1"
    facts = program.world.key_facts.read_all()[identifier]
    assert (facts.checked_at, facts.rights) == (program.world.clock.now(), GOOD_KEY.rights)
    assert program.world.inspector.asked == [("upbit", ACCESS.reveal())]
    assert program.kinds() == []


def test_nothing_is_asked_before_there_is_a_key_or_while_they_are_locked(program: Program) -> None:
    assert program.check() == "no keys"
    program.add_key()
    program.world.vault.lock()
    assert program.check() == "locked"
    assert program.world.inspector.asked == []


@pytest.mark.parametrize(
    ("answer", "detail", "kind"),
    [
        (KeyRejected("upbit", KeyFault.WRONG_SECRET), "refused 1", "wrong-secret"),
        (replace(GOOD_KEY, fault=KeyFault.ADDRESS_NOT_ALLOWED), "refused 1", "address-not-allowed"),
        (replace(GOOD_KEY, fault=KeyFault.CLOCK_WRONG), "refused 1", "clock-wrong"),
        (replace(GOOD_KEY, fault=KeyFault.EXPIRED), "expired 1", "expired"),
        (LACKS_ORDERS, "right-missing 1", "lacks-make-orders"),
        (ExchangeUnavailable("upbit"), "unreachable 1", "unreachable"),
        (RateLimited("upbit", GOOD_KEY.expires_at), "limited 1", "limited"),  # type: ignore[arg-type]  # has an end
    ],
)
def test_what_is_wrong_is_told_once_in_a_run_and_again_after_a_start(
    program: Program, answer: object, detail: str, kind: str
) -> None:
    program.add_key()
    program.world.inspector.answer = answer  # type: ignore[assignment]  # of one of both kinds
    assert (program.check(), program.kinds()) == (detail, [kind])
    assert (program.check(), program.kinds()) == (detail, [])
    program.start_again()
    assert program.check() == detail
    assert program.kinds() == ([] if kind == "expired" else [kind]), "an end is told once in the life of the key"


def test_an_end_that_comes_near_is_told_once_per_stage_over_restarts(program: Program) -> None:
    identifier = program.add_key()
    now = program.world.clock.now()
    program.world.inspector.answer = replace(GOOD_KEY, expires_at=now + timedelta(days=32))
    told = []
    for _day in range(35):
        program.start_again()
        program.check()
        told += program.kinds()
        program.world.clock.advance(timedelta(days=1).total_seconds())
    assert told == ["expires-30", "expires-7", "expires-1", "expired"]
    assert program.world.key_facts.read_all()[identifier].warned is ExpiryStage.EXPIRED


def test_an_end_is_told_while_the_keys_are_locked_and_not_again_when_they_open(program: Program) -> None:
    program.add_key()
    now = program.world.clock.now()
    program.world.inspector.answer = replace(GOOD_KEY, expires_at=now + timedelta(days=31))
    program.check()
    program.world.inspector.answer = replace(GOOD_KEY, expires_at=now + timedelta(days=31), fault=KeyFault.OTHER)
    program.check()
    assert program.kinds() == ["other"]
    program.world.vault.lock()
    told = []
    for _day in range(33):
        program.world.clock.advance(timedelta(days=1).total_seconds())
        assert program.check() == "locked"
        told += [(notice.kind, notice.title.ko.partition(":")[0]) for notice in program.told]
        program.told.clear()
    assert told == [(kind, "잠긴 API 키") for kind in ("expires-30", "expires-7", "expires-1", "expired")]
    program.world.vault.unlock()
    program.check()
    assert program.kinds() == []


def test_what_changed_is_in_the_journal(program: Program) -> None:
    program.add_key()
    program.check()
    program.world.inspector.answer = LACKS_ORDERS
    program.check()
    assert program.world.journal.events == [SecurityEvent.PERMISSION_CHANGED]


def test_each_key_is_asked_about_for_itself(program: Program, expected_log: LogGuard) -> None:
    expected_log.expect("not a key of this exchange")
    answers: dict[str, TradingAppError] = {
        "other-access-key-0123456789": NotSupported("binance"),
        "short": InvalidParameter("access_key", None, "not-a-key"),
    }
    program.world.inspector.answers |= answers
    program.add_key()
    program.add_key("binance", "b", Secret("other-access-key-0123456789"))
    broken = program.add_key(label="c", access=Secret("short"))
    assert program.check() == "good 1, not supported 1, refused 1"
    assert program.kinds() == ["unknown-key"]
    assert program.world.key_facts.read_all()[broken].fault is KeyFault.UNKNOWN_KEY


def test_the_same_is_told_of_every_key_and_anew_of_one_that_was_replaced(program: Program) -> None:
    program.world.inspector.answer = replace(GOOD_KEY, fault=KeyFault.WRONG_SECRET)
    first = program.add_key()
    program.add_key(label="b", access=Secret("other-access-key-0123456789"))
    program.check()
    assert program.kinds() == ["wrong-secret", "wrong-secret"]
    program.world.vault.replace(first, Secret("new-access-key-of-this-year"), SECRET)
    program.check()
    assert program.kinds() == ["wrong-secret"]


def test_a_key_that_was_replaced_while_asked_about_keeps_its_own_facts(program: Program) -> None:
    identifier = program.add_key()
    program.world.inspector.hold()
    program.world.inspector.answer = replace(GOOD_KEY, fault=KeyFault.EXPIRED)
    running = program.begin()
    program.qtbot.waitUntil(lambda: bool(program.world.inspector.asked))
    program.world.vault.replace(identifier, Secret("new-access-key-of-this-year"), SECRET)
    program.world.inspector.let_go()
    program.qtbot.waitUntil(running.done)
    assert running.result() == "gone 1"
    assert program.world.key_facts.read_all() == {}


def test_stopping_lets_go_whoever_waits_for_an_exchange(program: Program) -> None:
    program.add_key()
    program.world.inspector.hold()
    running = program.begin()
    program.qtbot.waitUntil(lambda: bool(program.world.inspector.asked))
    program.checks.stop()
    program.qtbot.waitUntil(running.done)
    with pytest.raises(Cancelled):
        running.result()
    assert program.world.inspector.cancelled == 1
    assert program.world.key_facts.read_all() == {}


def unlock(program: Program, work: Callable[[], None]) -> None:
    operation = StorageOperation(Text("잠금", "lock"), lambda _stores, _context: work(), KEYS_TOPIC)
    program.world.operations.submit_to_storage(operation)
    program.settle()
    program.settle()


def test_keys_that_are_opened_are_asked_about_at_once_and_once(program: Program) -> None:
    vault, journal = program.world.vault, program.world.journal
    vault.lock()
    wanted: list[bool] = []
    program.checks.wanted.connect(lambda: wanted.append(True))
    unlock(program, lambda: manage_credentials.unlock_vault(vault, journal))
    assert len(wanted) == 1
    program.add_key()
    program.check()
    program.settle()
    assert len(wanted) == 1, "what a check writes is no reason for another"
    unlock(program, vault.lock)
    unlock(program, lambda: manage_credentials.unlock_vault(vault, journal))
    assert len(wanted) == 2


def test_whoever_shows_keys_hears_of_every_check(program: Program) -> None:
    program.add_key()
    heard: list[str] = []
    program.world.operations.changed.connect(lambda topic, _initiator: heard.append(topic))
    program.world.inspector.answer = ExchangeUnavailable("upbit")
    program.check()
    program.qtbot.waitUntil(lambda: heard == [KEYS_TOPIC])
    facts = next(iter(program.world.key_facts.read_all().values()))
    assert facts.trouble is KeyTrouble.UNREACHABLE
