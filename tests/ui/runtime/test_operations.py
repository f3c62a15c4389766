"""Long work: in order, in its thread, answered once in the UI thread, cancellable, and silent to the gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy, DatabaseDamaged, InvariantBroken, TooBusy
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.background_lane import BACKGROUND_THREADS, MOST_WAITING
from upbit_auto_trading.ui.runtime.operation import (
    Cancelled,
    Operation,
    OperationContext,
    OperationHandle,
    Progress,
    StorageOperation,
)
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

TITLE = Text("시험", "Trying")


class Answers:
    """Collects everything that comes back, with its thread."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Any]] = []
        self.progress: list[Progress] = []
        self.threads: set[int] = set()

    def __call__(self, tag: str = "") -> dict[str, Any]:
        return {
            "on_success": lambda result: self._note(f"{tag}success", result),
            "on_failure": lambda error: self._note(f"{tag}failure", error),
            "on_cancelled": lambda: self._note(f"{tag}cancelled", None),
            "on_progress": self._note_progress,
        }

    def _note(self, kind: str, value: Any) -> None:
        self.threads.add(threading.get_ident())
        self.all.append((kind, value))

    def _note_progress(self, progress: Progress) -> None:
        self.threads.add(threading.get_ident())
        self.progress.append(progress)


class Gate:
    """Work that waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.opened = threading.Event()

    def wait(self, context: OperationContext) -> str:
        self.reached.release()
        while not self.opened.wait(0.001):
            context.check_cancelled()
        return "through"

    def hold(self) -> str:
        """As above, deaf to cancelling."""
        self.reached.release()
        assert self.opened.wait(30)
        return "through"


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def submit(operations: Operations, work: Any, topic: str = "", **answers: Any) -> OperationHandle:
    return operations.submit_to_storage(StorageOperation(TITLE, work, topic), **answers)


def run(operations: Operations, work: Any, topic: str = "", **answers: Any) -> OperationHandle:
    return operations.run_in_background(Operation(TITLE, work, topic), **answers)


def test_storage_work_runs_in_order_in_one_thread_and_answers_in_the_ui_thread(
    operations: Operations, stores: RuntimeStores, answers: Answers, qtbot: QtBot
) -> None:
    worked_in: list[int] = []

    def work(number: int) -> Any:
        def note(_stores: Stores, _context: OperationContext) -> int:
            worked_in.append(threading.get_ident())
            return number

        return note

    for number in range(30):
        submit(operations, work(number), **answers())
    qtbot.waitUntil(lambda: len(answers.all) == 30, timeout=5_000)
    assert answers.all == [("success", number) for number in range(30)]
    assert set(worked_in) == set(stores.opened_in)
    assert answers.threads == {threading.get_ident()} != set(worked_in)


def test_no_answer_comes_before_submitting_returns(operations: Operations, answers: Answers, qtbot: QtBot) -> None:
    operations.refuse_new()
    handle = submit(operations, lambda _stores, _context: 1, **answers())
    assert answers.all == []
    assert not handle.is_finished
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert answers.all == [("cancelled", None)]


def test_background_work_runs_in_two_threads_at_once_and_the_rest_in_order(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    for _ in range(BACKGROUND_THREADS):
        run(operations, gate.wait, **answers())
    for _ in range(BACKGROUND_THREADS):
        assert gate.reached.acquire(timeout=30)
    began: list[int] = []
    for number in range(10):
        run(operations, lambda _context, number=number: began.append(number))
    assert began == []
    assert len(operations.running()) == BACKGROUND_THREADS + 10
    gate.opened.set()
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)
    assert sorted(began) == list(range(10))
    assert [kind for kind, _value in answers.all] == ["success"] * BACKGROUND_THREADS


def test_an_order_waits_for_no_other_work_but_the_order_before_it(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    for _ in range(BACKGROUND_THREADS + 3):
        run(operations, gate.wait)
    for _ in range(BACKGROUND_THREADS):
        assert gate.reached.acquire(timeout=30)
    sent: list[tuple[int, int]] = []

    def note(number: int) -> Callable[[OperationContext], None]:
        return lambda _context: sent.append((number, threading.get_ident()))

    for number in range(5):
        operations.send_order(Operation(TITLE, note(number)), on_success=answers()["on_success"])
    qtbot.waitUntil(lambda: len(answers.all) == 5, timeout=5_000)
    assert [number for number, _thread in sent] == list(range(5))
    assert len({thread for _number, thread in sent}) == 1
    assert len(operations.running()) == BACKGROUND_THREADS + 3, "the others have not come one step further"


def test_an_order_that_still_waits_at_the_end_is_not_sent(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    sent: list[str] = []
    operations.send_order(Operation(TITLE, lambda _context: gate.hold()), on_success=answers()["on_success"])
    assert gate.reached.acquire(timeout=30)
    waits = Operation(TITLE, lambda _context: sent.append("x"))
    operations.send_order(waits, on_cancelled=answers()["on_cancelled"])
    operations.refuse_new()
    operations.cancel_background()
    gate.opened.set()
    qtbot.waitUntil(lambda: len(answers.all) == 2, timeout=5_000)
    assert set(answers.all) == {("success", "through"), ("cancelled", None)}
    assert sent == []


def test_what_waits_for_a_background_thread_is_done_first_come_first_served(
    operations: Operations, gate: Gate, qtbot: QtBot
) -> None:
    other_gate = Gate()
    for _ in range(BACKGROUND_THREADS - 1):
        run(operations, lambda context: other_gate.wait(context))  # leaves one thread for all the rest
    run(operations, gate.wait)
    began: list[int] = []
    for number in range(10):
        run(operations, lambda _context, number=number: began.append(number))
    gate.opened.set()
    qtbot.waitUntil(lambda: len(began) == 10, timeout=5_000)
    other_gate.opened.set()
    assert began == list(range(10))


def test_a_failure_is_answered_and_the_next_work_is_done(
    operations: Operations, answers: Answers, qtbot: QtBot
) -> None:
    def fail(*_arguments: object) -> None:
        raise DatabaseBusy("settings.sqlite3")

    submit(operations, fail, **answers("storage "))
    submit(operations, lambda _stores, _context: "next", **answers("storage "))
    run(operations, fail, **answers("background "))
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)
    assert sorted(kind for kind, _value in answers.all) == ["background failure", "storage failure", "storage success"]
    assert isinstance(dict(answers.all)["storage failure"], DatabaseBusy)


def test_a_bug_is_answered_reported_and_kills_nothing(operations: Operations, answers: Answers, qtbot: QtBot) -> None:
    with qtbot.captureExceptions() as caught:
        for number in range(2 * BACKGROUND_THREADS):
            run(operations, lambda _context: 1 // 0, **answers(f"{number} "))
        submit(operations, lambda _stores, _context: 1 // 0, **answers("storage "))
        qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)
    assert len(caught) == 2 * BACKGROUND_THREADS + 1
    assert {type(value) for _kind, value in answers.all} == {ZeroDivisionError}
    run(operations, lambda _context: "alive", **answers())
    submit(operations, lambda _stores, _context: "alive", **answers())
    qtbot.waitUntil(lambda: answers.all.count(("success", "alive")) == 2, timeout=5_000)


def test_running_work_is_cancelled_at_its_next_check(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    handle = run(operations, gate.wait, "topic", **answers())
    assert gate.reached.acquire(timeout=30)
    with qtbot.assertNotEmitted(operations.changed):
        handle.cancel()
        assert handle.is_cancelled
        qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert answers.all == [("cancelled", None)]


def test_waiting_work_is_cancelled_without_having_begun(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    for _ in range(BACKGROUND_THREADS):
        run(operations, gate.wait)
    began: list[str] = []
    waiting = run(operations, lambda _context: began.append("background"), **answers("background "))
    waiting.cancel()
    qtbot.waitUntil(lambda: waiting.is_finished, timeout=5_000)
    submit(operations, lambda _stores, _context: gate.hold())
    in_storage = submit(operations, lambda _stores, _context: began.append("storage"), **answers("storage "))
    in_storage.cancel()
    gate.opened.set()
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)
    assert began == []
    assert answers.all == [("background cancelled", None), ("storage cancelled", None)]
    waiting.cancel()  # too late, harmless


def test_work_that_finishes_in_spite_of_cancelling_has_succeeded(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    handle = run(operations, lambda _context: gate.hold(), **answers())
    assert gate.reached.acquire(timeout=30)
    handle.cancel()
    gate.opened.set()
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert answers.all == [("success", "through")]


def test_the_ports_progress_callback_answers_no_once_cancelled(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    def copy(context: OperationContext) -> list[bool]:
        first = context.keep_going(0.5)
        gate.hold()
        return [first, context.keep_going(0.6)]

    handle = run(operations, copy, **answers())
    assert gate.reached.acquire(timeout=30)
    handle.cancel()
    gate.opened.set()
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert answers.all == [("success", [True, False])]


def test_progress_is_collated_and_the_last_of_it_comes_before_the_answer(
    operations: Operations, answers: Answers, qtbot: QtBot
) -> None:
    def work(context: OperationContext) -> None:
        for step in range(20_001):
            context.progress(step / 20_000, Text("복사", "Copying"))

    handle = run(operations, work, **answers())
    qtbot.waitUntil(lambda: handle.is_finished, timeout=20_000)
    assert 0 < len(answers.progress) < 200
    assert answers.progress[-1] == handle.progress == Progress(1.0, Text("복사", "Copying"), 0.0)
    assert answers.threads == {threading.get_ident()}


def test_progress_carries_the_remaining_time(
    operations: Operations, clock: FakeClock, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    steps = threading.Semaphore(0)

    def work(context: OperationContext) -> None:
        for tenth in (1, 2):
            assert steps.acquire(timeout=30)
            context.progress(tenth / 10)
        gate.wait(context)

    handle = run(operations, work, **answers())
    for count in (1, 2):
        clock.advance(2)
        steps.release()
        qtbot.waitUntil(lambda count=count: len(answers.progress) == count, timeout=5_000)  # type: ignore[misc]
    gate.opened.set()
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    first, second = answers.progress
    assert first.remaining_seconds is None
    assert second.remaining_seconds == pytest.approx(16.0)


def test_unknown_progress_has_no_remaining_time(operations: Operations, answers: Answers, qtbot: QtBot) -> None:
    handle = run(operations, lambda context: context.progress(None, TITLE), **answers())
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert answers.progress == [Progress(None, TITLE, None)]


def test_nobody_is_called_back_once_the_one_who_asked_is_gone(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    window = QObject()

    def work(context: OperationContext) -> str:
        gate.hold()
        context.progress(0.9)
        return "done"

    handle = run(operations, work, "topic", initiator=window, **answers())
    assert gate.reached.acquire(timeout=30)
    sip.delete(window)
    with qtbot.waitSignal(operations.changed, timeout=5_000) as changed:
        gate.opened.set()
    assert handle.is_finished
    assert answers.all == []
    assert answers.progress == []
    assert changed.args == ["topic", None]


def test_success_is_announced_with_its_initiator_after_the_answer(
    operations: Operations, answers: Answers, qtbot: QtBot
) -> None:
    window = QObject()
    order: list[str] = []
    operations.changed.connect(lambda *_arguments: order.append("changed"))
    with qtbot.waitSignal(operations.changed, timeout=5_000) as changed:
        submit(
            operations,
            lambda _stores, _context: None,
            "settings",
            initiator=window,
            on_success=lambda _nothing: order.append("answered"),
        )
    assert changed.args == ["settings", window]
    assert order == ["answered", "changed"]


def test_a_failure_changes_nothing_and_is_not_announced(operations: Operations, answers: Answers, qtbot: QtBot) -> None:
    def fail(_context: OperationContext) -> None:
        raise DatabaseBusy("x")

    with qtbot.assertNotEmitted(operations.changed):
        run(operations, fail, "topic", **answers())
        run(operations, lambda _context: None, **answers())  # without a topic there is nothing to announce
        qtbot.waitUntil(lambda: len(answers.all) == 2, timeout=5_000)


def test_an_answer_that_fails_in_the_window_is_announced_all_the_same(operations: Operations, qtbot: QtBot) -> None:
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(operations.changed, timeout=5_000):
        submit(operations, lambda _stores, _context: 0, "topic", on_success=lambda zero: 1 // zero)
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]


def test_answers_are_optional(operations: Operations, qtbot: QtBot) -> None:
    def fail(_context: OperationContext) -> None:
        raise DatabaseBusy("x")

    def give_up(_context: OperationContext) -> None:
        raise Cancelled

    for work in (fail, give_up, lambda context: context.progress(0.5)):
        run(operations, work)
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)


def test_what_runs_longer_than_ten_seconds_is_listed_until_it_ends(
    operations: Operations, clock: FakeClock, gate: Gate, qtbot: QtBot
) -> None:
    handle = run(operations, gate.wait)
    assert gate.reached.acquire(timeout=30)
    clock.advance(10)
    assert operations.long_running() == ()
    clock.advance(0.1)
    with qtbot.waitSignal(operations.long_running_changed, timeout=5_000) as told:  # by its own timer
        pass
    (listed,) = told.args[0]
    assert (listed.handle, listed.title, listed.running_seconds) == (handle, TITLE, pytest.approx(10.1))
    with qtbot.waitSignal(operations.long_running_changed, timeout=5_000) as told:
        gate.opened.set()
    assert told.args == [()]
    assert operations.long_running() == ()


@pytest.mark.claims("error:TooBusy")
def test_more_than_the_queue_holds_is_refused_with_a_reason(
    operations: Operations, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    for _ in range(BACKGROUND_THREADS + MOST_WAITING):
        run(operations, gate.wait)
    handle = run(operations, gate.wait, **answers())
    qtbot.waitUntil(lambda: handle.is_finished, timeout=5_000)
    assert [(kind, type(value)) for kind, value in answers.all] == [("failure", TooBusy)]


def test_where_the_files_cannot_be_opened_every_request_is_told_why(
    clock: FakeClock, stores: RuntimeStores, answers: Answers, qtbot: QtBot
) -> None:
    stores.failure = DatabaseDamaged("settings.sqlite3")
    operations = Operations(stores.open, clock)
    submit(operations, lambda _stores, _context: 1, **answers())
    with qtbot.waitSignal(operations.storage_failed, timeout=5_000) as told:
        operations.start()
    qtbot.waitUntil(lambda: len(answers.all) == 1, timeout=5_000)
    assert told.args == [stores.failure]
    assert answers.all == [("failure", stores.failure)]
    stop_operations(operations)


def test_at_the_end_storage_finishes_what_it_accepted_and_background_work_is_cancelled(
    operations: Operations, stores: RuntimeStores, gate: Gate, answers: Answers, qtbot: QtBot
) -> None:
    for _ in range(BACKGROUND_THREADS + 3):
        run(operations, gate.wait, **answers("background "))
    for _ in range(BACKGROUND_THREADS):
        assert gate.reached.acquire(timeout=30)
    storage_gate = Gate()
    submit(operations, lambda _stores, _context: storage_gate.hold(), **answers("storage "))
    for number in range(20):
        submit(operations, lambda _stores, _context, number=number: number, **answers("storage "))
    operations.refuse_new()
    operations.cancel_background()
    for host in operations.hosts:
        host.request_stop()
    submit(operations, lambda _stores, _context: 1, **answers("refused "))
    storage_gate.opened.set()
    qtbot.waitUntil(lambda: not operations.storage.is_running, timeout=5_000)
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)
    assert [value for kind, value in answers.all if kind == "storage success"] == ["through", *range(20)]
    assert answers.all.count(("background cancelled", None)) == BACKGROUND_THREADS + 3
    assert ("refused cancelled", None) in answers.all
    assert stores.closed_in == stores.opened_in


def test_another_thread_may_wait_for_storage_and_for_background_work(operations: Operations, qtbot: QtBot) -> None:
    def fail(_stores: Stores) -> None:
        raise DatabaseBusy("x")

    def give_up(_stores: Stores) -> None:
        raise Cancelled  # no error, so no crash report either: the log guard and pytest-qt would see one

    with ThreadPoolExecutor(1) as scheduler:
        given_up = scheduler.submit(lambda: operations.ask_storage(give_up, 5))
        stored = scheduler.submit(lambda: operations.ask_storage(lambda stores: len(stores.settings.read_all()), 5))
        failed = scheduler.submit(lambda: operations.ask_storage(fail, 5))
        done = scheduler.submit(lambda: operations.ask_background(Operation(TITLE, lambda _context: "done"), 5))
        qtbot.waitUntil(lambda: given_up.done() and stored.done() and failed.done() and done.done(), timeout=5_000)
    assert isinstance(given_up.exception(), Cancelled)
    assert stored.result() == 0
    assert isinstance(failed.exception(), DatabaseBusy)
    assert done.result() == "done"


def test_waiting_has_an_end_and_stopping_ends_it_too(operations: Operations, gate: Gate, qtbot: QtBot) -> None:
    submit(operations, lambda _stores, _context: gate.hold())
    with ThreadPoolExecutor(1) as scheduler:
        late = scheduler.submit(lambda: operations.ask_storage(lambda _stores: 1, 0.01))
        assert isinstance(late.exception(5), DatabaseBusy)
        operations.refuse_new()
        refused = scheduler.submit(lambda: operations.ask_storage(lambda _stores: 1, 5))
        assert isinstance(refused.exception(5), Cancelled)
        question = scheduler.submit(lambda: operations.ask_background(Operation(TITLE, lambda _context: 1), 5))
        qtbot.waitUntil(question.done, timeout=5_000)
        assert isinstance(question.exception(), Cancelled)
    gate.opened.set()


def test_the_ui_thread_must_not_wait(operations: Operations) -> None:
    with pytest.raises(InvariantBroken):
        operations.ask_storage(lambda _stores: 1, 5)
    with pytest.raises(InvariantBroken):
        operations.ask_background(Operation(TITLE, lambda _context: 1), 5)
