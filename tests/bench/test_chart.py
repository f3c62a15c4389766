"""A million candles in our chart, beside finplot with half a million and the chart of vn.py with a hundred thousand.

Each is a process of its own at 1920×1080, drawn by software, that opens, pans, zooms and takes a price when it is told
to; they take turns. A step is over when it is painted. Judged are ratios of the processor's time; how long it took by
the clock, against what we want, stands in docs/performance.md. vn.py paints every candle it is given one by one, so
it is asked for two steps of its whole range only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from tests.contract.other_engines.made_markets import minutes_of
from tests.peer_environment import ROOT, peer_python

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(300)]

MILLION, HALF, TENTH = 1_000_000, 500_000, 100_000
ROUNDS, STEPS, TICKS = 4, 25, 5
CLOSE = 300
#: of the pixel columns: bodies of candles that hardly moved have too few pixels
LEAST_INKED = 0.2
MOVES = ("pan whole", "zoom whole", "pan close", "zoom close")
Ranges = list[tuple[float, float]]


@dataclass
class Steps:
    """Seconds of each step: of the processor until it was painted, by the clock, and until nothing else was due."""

    worked: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> None:
        for name in ("worked", "took", "settled"):
            getattr(self, name).extend(told[name])

    @property
    def usual(self) -> float:
        return median(self.worked)

    def __str__(self) -> str:
        worked, took = np.array(self.worked) * 1000, np.array(self.took) * 1000
        return (
            f"{np.median(worked):8.2f} ms (p95 {np.percentile(worked, 95):8.2f}) of the processor, "
            f"{np.median(took):8.2f} ms (p95 {np.percentile(took, 95):8.2f}) by the clock, "
            f"{median(self.settled) * 1000:8.2f} ms with what it called for, {len(worked)} times"
        )


class Chart:
    """One program's process, its figures, and where its turn stands."""

    def __init__(self, name: str, candles: int, process: subprocess.Popen[str]) -> None:
        self.name, self.candles = name, candles
        self.figures: dict[str, Steps] = {}
        self.bytes_per_candle = 0.0
        self._process = process
        self._step = 0

    def __str__(self) -> str:
        return f"{self.name} with {self.candles:,} candles"

    def told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):  # some programs greet, or log
                found: dict[str, Any] = json.loads(line)
                return found
        raise AssertionError(f"{self.name} ended")

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self.told()

    def measure(self, what: str, **asked: Any) -> None:
        self.figures.setdefault(what, Steps()).add(self.ask(**asked))

    def open(self) -> None:
        self.measure("first paint", ask="first")

    def approach(self) -> None:
        """To the newest candles as by a wheel, step by step."""
        seen, ranges = float(self.candles), []
        while seen > 2 * CLOSE:
            seen /= 2
            ranges.append((self.candles - seen, float(self.candles)))
        self.ask(ask="rows", ranges=ranges)

    def move(self, what: str, count: int) -> None:
        made = {
            "pan whole": self._pan_whole,
            "zoom whole": self._zoom_whole,
            "pan close": self._pan_close,
            "zoom close": self._zoom_close,
        }[what]
        ranges = [made(self._step + number) for number in range(1, count + 1)]
        self._step += count
        self.measure(what, ask="rows", ranges=ranges)

    def _pan_whole(self, step: int) -> tuple[float, float]:
        """Nine tenths of all, to the right and back by a hundredth."""
        first = self.candles * (0.005 + 0.01 * _to_and_fro(step, 9))
        return first, first + self.candles * 0.9

    def _zoom_whole(self, step: int) -> tuple[float, float]:
        return self.candles * (1 - 0.98 * 0.95 ** _to_and_fro(step, 10)), float(self.candles)

    def _pan_close(self, step: int) -> tuple[float, float]:
        first = self.candles - CLOSE - 3.0 * _to_and_fro(step, 100)
        return first, first + CLOSE

    def _zoom_close(self, step: int) -> tuple[float, float]:
        return self.candles - CLOSE * 1.5 * 0.9 ** _to_and_fro(step, 10), float(self.candles)

    def tick(self) -> None:
        self.measure("a price", ask="ticks", count=TICKS)

    def weigh(self) -> None:
        self.bytes_per_candle = self.ask(ask="memory")["bytes"] / self.candles


def _to_and_fro(step: int, most: int) -> int:
    place = step % (2 * most)
    return place if place < most else 2 * most - place


@pytest.fixture(scope="module")
def candles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("candles") / "candles.npy"
    np.save(path, np.stack([column.astype(np.float64) for column in minutes_of("KRW-BTC", MILLION).columns]))
    return path


@pytest.fixture(scope="module")
def charts(candles: Path) -> Iterator[tuple[Chart, Chart, Chart]]:
    """Ours, finplot's and vn.py's; all are made ready at the same time."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "COVERAGE_"))}
    # vn.py makes a folder in the user's home when it is imported
    variables = kept | {"HOME": str(candles.parent), "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    wanted = (
        ("ours", MILLION, Path(sys.executable)),
        ("finplot", HALF, peer_python("finplot")),
        ("vnpy", TENTH, peer_python("vnpy")),
    )
    started = []
    try:
        for name, count, python in wanted:
            command = [str(python), "-m", f"tests.bench.charts.with_{name}", str(candles), str(count)]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, cwd=ROOT, env=variables, stdin=pipe, stdout=pipe, text=True)
            started.append((process, Chart(name, count, process)))
        ours, finplot, vnpy = (chart for _, chart in started)
        for _, chart in started:
            chart.told()
        measure(ours, finplot, vnpy)
        yield ours, finplot, vnpy
    finally:
        for process, _ in started:
            process.kill()
            process.communicate()


def measure(ours: Chart, finplot: Chart, vnpy: Chart) -> None:
    """Turn by turn; each starts a round in turn."""
    everyone = (ours, finplot, vnpy)
    for one in everyone:
        one.open()
        one.weigh()
    for number in range(ROUNDS - 1):
        for one in in_turn((ours, finplot), number):
            one.open()
    see_candles(everyone)
    for what in MOVES:
        if what == "pan close":
            for one in everyone:
                one.approach()
        move(everyone, what)
    see_candles(everyone)
    for number in range(ROUNDS):
        for one in in_turn(everyone, number):
            one.tick()


def move(charts: tuple[Chart, ...], what: str) -> None:
    for number in range(ROUNDS):
        for one in in_turn(charts, number):
            one.move(what, STEPS if "close" in what or one.name != "vnpy" else number % 2)


def in_turn(charts: tuple[Chart, ...], number: int) -> tuple[Chart, ...]:
    return charts[:: -1 if number % 2 else 1]


def see_candles(charts: tuple[Chart, ...]) -> None:
    """A chart that shows nothing is fast."""
    for one in charts:
        inked = one.ask(ask="ink")["share"]
        assert inked > LEAST_INKED, f"{one} shows candles in {inked:.0%} of its width"


def test_a_million_candles_beside_finplot(charts: tuple[Chart, Chart, Chart]) -> None:
    ours, finplot, _ = charts
    tell(charts)
    assert per_candle(ours) <= per_candle(finplot)
    slower = [what for what in MOVES if ours.figures[what].usual >= finplot.figures[what].usual]
    assert not slower


def test_the_chart_of_vnpy_is_slower_on_every_figure(charts: tuple[Chart, Chart, Chart]) -> None:
    """It has a tenth of our candles."""
    ours, _, vnpy = charts
    assert per_candle(vnpy) > per_candle(ours)
    faster = [what for what in (*MOVES, "a price") if vnpy.figures[what].usual <= ours.figures[what].usual]
    assert not faster
    assert vnpy.bytes_per_candle >= ours.bytes_per_candle


def per_candle(chart: Chart) -> float:
    return chart.figures["first paint"].usual / chart.candles


def tell(charts: tuple[Chart, ...]) -> None:
    for what in charts[0].figures:
        for chart in charts:
            print(f"{what:12} {chart.name:8} {chart.figures[what]}")
    for chart in charts:
        each = f"{per_candle(chart) * 1e6:.3f} µs to the first paint, {chart.bytes_per_candle:.0f} bytes"
        print(f"{chart}: a candle takes {each}")
