"""Keys in the real program: window, threads, key file and database are real, and the exchange is one in a process.

What a key lacks is told behind the bell, in words, once; what changed is in the journal; a key is asked about as soon
as it lies open; and a key that is replaced is taken by whoever uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.key_desk import ALL_RIGHTS, Desk, serving_desk
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent
from upbit_auto_trading.business_logic.ports.scheduler import RunResult
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases import keep_keys, manage_credentials
from upbit_auto_trading.business_logic.use_cases.periodic_jobs import CHECK_KEYS
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.app_services import KEYS_TOPIC
from upbit_auto_trading.ui.notices import Notice
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

T = TypeVar("T")
_LIMIT_MS = 30_000


@pytest.fixture(scope="module")
def served_desk() -> Iterator[Desk]:
    with serving_desk() as desk:
        yield desk


@pytest.fixture
def desk(served_desk: Desk) -> Desk:
    served_desk.begin()
    return served_desk


class Hand:
    """Does in the storage thread what the pages of the settings do, and waits for what follows."""

    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self.qtbot = qtbot
        self.program = program

    def do(self, work: Callable[[Stores], T]) -> T:
        answers: list[T] = []
        operation = StorageOperation(Text("일", "work"), lambda stores, _context: work(stores), KEYS_TOPIC)
        self.program.core.operations.submit_to_storage(operation, on_success=answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=_LIMIT_MS)
        return answers[0]

    def begin(self) -> None:
        """With a key file that lies open, and nothing else under way."""
        self.wait_for("no keys")
        self.do(lambda stores: manage_credentials.create_vault(stores.vault, stores.journal, KeySource.KEY_FILE))
        self.wait_for("no keys", 2)

    def wait_for(self, detail: str, times: int = 1) -> None:
        """Runs of earlier starts count too."""
        self.qtbot.waitUntil(lambda: self.details().count(detail) >= times, timeout=_LIMIT_MS)

    def put(self, label: str, keys: tuple[Secret, Secret]) -> str:
        """As an earlier version stored it: nothing was asked."""
        return self.do(lambda stores: stores.vault.add("upbit", label, *keys)).id

    def add(self, desk: Desk, label: str, keys: tuple[Secret, Secret]) -> str:
        now = desk.clock.now()
        found = desk.keys.look_at("upbit", *keys)
        summary = self.do(
            lambda stores: keep_keys.add_checked(stores, "upbit", label, *keys, found, now, box_is_confirmed=True)
        )
        return summary.id

    def details(self) -> list[str]:
        """Of every run of the job that has ended well, newest first."""
        runs = self.do(lambda stores: stores.runs.newest())
        return [run.detail for run in runs if run.job_id == CHECK_KEYS and run.result is RunResult.DONE]

    def check(self) -> None:
        before = len(self.details())
        self.program.core.periodic.run_now(CHECK_KEYS)
        self.qtbot.waitUntil(lambda: len(self.details()) > before, timeout=_LIMIT_MS)

    def told(self) -> dict[str, Notice]:
        """About keys, by title."""
        notices = self.program.notices.all()
        return {notice.title.ko: notice for notice in notices if notice.title.ko.startswith("‘")}


def test_what_is_wrong_with_keys_is_told_in_the_bell_once_and_mended_in_the_settings(
    desk: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
        hand = Hand(qtbot, program)
        hand.begin()
        poor = desk.new_key(rights=ALL_RIGHTS[:2])
        wrong = (desk.new_key()[0], Secret("y" * 40))
        away = desk.new_key(addresses=["203.0.113.7"])
        dying = desk.new_key(valid_days=1)
        hand.put("좋음", desk.new_key(valid_days=200))
        for label, keys in (("권한", poor), ("비밀", wrong), ("주소", away), ("만료", dying)):
            hand.put(label, keys)
        desk.pass_time(timedelta(days=2))
        hand.check()
        told = hand.told()
        assert set(told) == {
            "‘권한’ 키: ‘주문하기’ 권한이 없어요",
            "‘비밀’ 키: Secret Key가 Access Key와 맞지 않아요",
            "‘주소’ 키: 이 컴퓨터의 인터넷 주소가 키에 없어요",
            "‘만료’ 키: 키의 유효 기간이 끝났어요",
        }
        actions = {title: notice.action.label.ko for title, notice in told.items() if notice.action is not None}
        assert sorted(actions.values()) == ["키 바꾸기", "키 바꾸기", "키 바꾸기", "키 보기"]
        hand.check()
        assert len(hand.told()) == 4
        action = told["‘권한’ 키: ‘주문하기’ 권한이 없어요"].action
        assert action is not None
        action.run()
        assert program.navigation.current == "settings"


def test_opened_keys_are_asked_about_at_once_after_every_start(
    desk: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """An end is told once in the life of the key, what else is wrong in every run."""
    with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
        hand = Hand(qtbot, program)
        hand.begin()
        hand.put("매매용", desk.new_key(valid_days=6))
        hand.put("주소", desk.new_key(addresses=["203.0.113.7"]))
    address, end = "‘주소’ 키: 이 컴퓨터의 인터넷 주소가 키에 없어요", "‘매매용’ 키: 6일 뒤에 키가 끝나요"
    for start, titles in enumerate(({address, end}, {address}), 1):
        with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
            assert told_after_unlocking(Hand(qtbot, program), start) == titles


def told_after_unlocking(hand: Hand, start: int) -> set[str]:
    hand.wait_for("locked", start)
    assert hand.told() == {}, "locked keys are not asked about"
    hand.do(lambda stores: manage_credentials.unlock_vault(stores.vault, stores.journal))
    hand.wait_for("expiring 1, refused 1", start)
    hand.qtbot.wait(1)
    return set(hand.told())


@pytest.mark.claims("event:address-changed")
def test_an_address_that_is_no_longer_allowed_is_written_down(
    desk: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """Upbit changes the list of a key on its page; here the key is another one of the same identity."""
    with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
        hand = Hand(qtbot, program)
        hand.begin()
        identifier = hand.add(desk, "매매용", desk.new_key())
        elsewhere = desk.new_key(addresses=["203.0.113.7"])
        hand.do(lambda stores: stores.vault.replace(identifier, *elsewhere))
        hand.check()
        facts = hand.do(lambda stores: stores.key_facts.read_all())[identifier]
        assert facts.fault is KeyFault.ADDRESS_NOT_ALLOWED
        assert facts.has(Right.MAKE_ORDERS).value == "yes", "what was known of it before"
        newest = hand.do(lambda stores: stores.journal.newest(1))[0]
        assert newest.event is SecurityEvent.ADDRESS_CHANGED
        assert (newest.details["before"], newest.details["after"]) == ("allowed", "not-allowed")


def test_the_program_ends_in_time_while_an_exchange_hangs(
    desk: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """A part that is late fails the running of the program itself; the run of the job is told as interrupted."""
    with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
        hand = Hand(qtbot, program)
        hand.begin()
        hand.put("매매용", desk.new_key())
        number = desk.control.add_fault("hang", amount=0)
        program.core.periodic.run_now(CHECK_KEYS)
        qtbot.waitUntil(lambda: any(one["id"] == number and one["hits"] for one in desk.control.faults()))
    desk.control.clear_faults()
    outcome = program.core.shutdown.outcome
    assert outcome is not None
    assert (outcome.late, outcome.took_seconds < 8.0) == ((), True)


def test_no_key_lies_anywhere_but_in_the_key_file(desk: Desk, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    keys, others = desk.new_key(), desk.new_key()
    with running_program(qtbot, qapp, tmp_path, exchange_keys=desk.keys) as program:
        hand = Hand(qtbot, program)
        hand.begin()
        program.core.opened.log.set_level("debug")
        identifier = hand.add(desk, "매매용", keys)
        hand.check()
        hand.do(
            lambda stores: keep_keys.replace_checked(
                stores,
                identifier,
                *others,
                desk.keys.look_at("upbit", *others),
                desk.clock.now(),
                box_is_confirmed=True,
            )
        )
        hand.check()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    found = [path.name for path in files for one in (*keys, *others) if one.reveal().encode() in path.read_bytes()]
    assert found == []
