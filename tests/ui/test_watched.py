"""What nobody looks at waits, and is done once when somebody does."""

from __future__ import annotations

from upbit_auto_trading.ui.watched import WhileWatched


def test_work_waits_for_a_look_and_is_then_done_once() -> None:
    done: list[str] = []
    work = WhileWatched(lambda: done.append("done"))
    for _ in range(3):
        work.ask()
    assert (done, work.is_behind) == ([], True)
    work.watch(True)
    assert done == ["done"]
    work.ask()
    assert done == ["done", "done"]
    work.watch(False)
    work.watch(True)
    assert done == ["done", "done"], "nothing was asked for meanwhile"


def test_who_asks_while_nobody_looks_is_told_all_of_it() -> None:
    done: list[str] = []
    work = WhileWatched(lambda: done.append("done"))
    work.catch_up()
    assert done == []
    work.ask()
    work.catch_up()
    work.catch_up()
    assert done == ["done"]
