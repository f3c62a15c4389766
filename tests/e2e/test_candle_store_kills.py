"""SIGKILL in pages, live candles, folds, compaction and clean-up: nothing confirmed is lost, no half page."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e import candle_kill_targets, killing
from tests.e2e.killing import Attempt, KillAt, KillPlan, Measure
from tests.fakes.made_candles import BITCOIN, RIPPLE, candle_file, minutes
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.ports.candle_store import CandleReader
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store

LONG = (pytest.mark.long, pytest.mark.timeout(600))
EVERYTHING = minutes(-10_000, 10_000)


def state_of(store: CandleReader) -> Hashable:
    """All that can be read."""
    found = []
    for market in (BITCOIN, RIPPLE):
        read = store.read(market, CandleUnit.MINUTE, EVERYTHING, with_turnover=True)
        columns = (*read.series.columns, read.series.turnover)
        found.append((tuple(column.tobytes() for column in columns if column is not None), read.covered, read.jumps))
    return tuple(found)


def states() -> list[Hashable]:
    """After each step, by a store that cannot be killed."""
    store = MemoryCandleStore()
    found = [state_of(store)]
    for number in range(1, candle_kill_targets.STEPS + 1):
        candle_kill_targets.do_step(store, number)
        found.append(state_of(store))
    return found


def progress_of(attempt: Attempt) -> tuple[int, int]:
    """The last step that was begun, and the last that was confirmed."""
    last = {"begun": 0, "confirmed": 0}
    for message in attempt.messages:
        if isinstance(message, tuple):
            last[message[0]] = message[1]
    return last["begun"], last["confirmed"]


def may_be(state: Hashable, expected: list[Hashable], confirmed: int, begun: int) -> bool:
    """After a step or before it. A clean-up forgets one series after the other: each may be before it or after it."""
    if state in expected[confirmed : begun + 1]:
        return True
    if begun != candle_kill_targets.STEPS - 1:
        return False
    parts = zip(_markets(state), _markets(expected[begun - 1]), _markets(expected[begun]), strict=True)
    return all(part in (before, after) for part, before, after in parts)


def _markets(state: Hashable) -> tuple[Hashable, ...]:
    assert isinstance(state, tuple)
    return state


def plans(kills: int, whole: Measure) -> Iterator[KillPlan]:
    """Two in three are spread evenly over what SQLite does; the rest come at random moments."""
    chance = random.Random(7)
    share = kills * 2 // 3
    for index in range(share):
        yield KillPlan(KillAt.SQLITE_STEP, 1 + index * whole.sqlite_steps // share)
    for _index in range(kills - share):
        yield KillPlan(KillAt.ANY_TIME, delay_seconds=chance.uniform(0, whole.seconds))


@pytest.mark.parametrize("kills", [6, pytest.param(72, marks=LONG)])
def test_a_killed_writer_leaves_what_it_confirmed(tmp_path: Path, kills: int) -> None:
    expected = states()
    origin, path = candle_file(tmp_path), tmp_path / "killed.sqlite3"
    open_candle_store(origin).close()
    shutil.copy(origin, path)
    whole = killing.measure(candle_kill_targets.work_on_candles, (path, 0))
    found: Counter[str] = Counter()
    killed = 0
    for plan in plans(kills, whole):
        for leftover in tmp_path.glob("killed.sqlite3*"):
            leftover.unlink()
        shutil.copy(origin, path)
        attempt = killing.run(candle_kill_targets.work_on_candles, (path, 0), plan)
        killed += attempt.was_killed
        begun, confirmed = progress_of(attempt)

        store = open_candle_store(path, fold_rows_at=candle_kill_targets.FOLD_ROWS)
        state = state_of(store)
        assert may_be(state, expected, confirmed, begun), (plan, begun, confirmed)
        found["confirmed" if state == expected[confirmed] else "begun"] += 1
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), plan
        for number in range(max(begun, 1), candle_kill_targets.STEPS + 1):
            candle_kill_targets.do_step(store, number)
        assert state_of(store) == expected[-1], plan
        store.close()
    print(f"candle store: {killed} killed, {kills - killed} ended first; found {dict(found)}")
    assert killed >= kills * 3 // 4
