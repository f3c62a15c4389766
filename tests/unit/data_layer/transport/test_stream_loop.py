from __future__ import annotations

import asyncio
import threading

from tests.log_guard import LogGuard
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop


def test_what_runs_inside_is_cancelled_at_the_end() -> None:
    loop, began, ended = StreamLoop("test-loop"), threading.Event(), threading.Event()

    async def work() -> None:
        began.set()
        try:
            await asyncio.sleep(1_000)
        finally:
            ended.set()

    loop.start()
    loop.start()
    assert loop.call(lambda: loop.spawn(work()))
    assert began.wait(10)
    assert loop.stop()
    assert ended.is_set()
    assert loop.stop()
    assert not loop.call(print)


def test_before_the_start_nothing_is_called() -> None:
    loop = StreamLoop("test-loop")
    assert not loop.call(print)
    assert loop.stop()


def test_a_task_and_a_callback_that_fail_are_told_and_the_loop_goes_on(expected_log: LogGuard) -> None:
    expected_log.expect("a stream task failed", at_least=2)
    failures, done = list[BaseException](), threading.Event()
    loop = StreamLoop("test-loop", failures.append)

    async def fails() -> None:
        raise ZeroDivisionError

    loop.start()
    loop.call(lambda: loop.spawn(fails()))
    loop.call(dict[str, str]().__getitem__, "missing")
    loop.call(lambda: loop.call(done.set))
    assert done.wait(10)
    assert loop.stop()
    assert {type(error) for error in failures} == {ZeroDivisionError, KeyError}
