"""How long the event loop of the window's thread is ever away, and a guard that fails a test where that is too long.

Judged is what the thread itself worked between two looks: another program that takes the processor, or holds it, must
fail no test. Waiting is not work: where the system tells how long the thread stood in line for a processor, what is
left of the time by the clock is judged too, by a bound of its own, as a lock or a file that is waited for keeps the
window as still as a computation.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

import pytest
from PyQt6.QtCore import Qt, QTimer

from upbit_auto_trading.composition_root.run_desktop import TURN_SECONDS
from upbit_auto_trading.ui.runtime.thread_places import places_of

#: nothing in the window's thread may take longer
MOST_WORKED_SECONDS = 0.050
#: generous: who holds what is waited for may stand in line as well
MOST_STILL_SECONDS = 0.400
LOOK_EVERY_MS = 4
SAMPLE_SECONDS = 0.010
#: after so much work the machine is measured at once: a moment later it may be three times as fast again
_SUSPECT_SECONDS = 0.030
_FRAMES_TOLD = 12
#: what the known work takes there
QUIET_SECONDS = 0.0028


class Blocked(AssertionError):
    """The window did not answer for too long."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two looks: by the clock, of the thread's own work, and without its standing in line."""

    away: float
    worked: float
    still: float
    #: right after it
    slowness: float = 1.0

    @property
    def quiet(self) -> float:
        """Its work as on a quiet machine."""
        return self.worked / self.slowness

    @property
    def quiet_still(self) -> float:
        """Work takes longer on a busy machine; waiting does not."""
        return self.quiet + self.still - self.worked

    def __str__(self) -> str:
        return (
            f"{self.away * 1000:.0f} ms by the clock, {self.worked * 1000:.0f} ms of work,"
            f" {self.quiet * 1000:.0f} as on a quiet machine ({self.slowness:.1f} × here)"
        )


class LoopGaps:
    """Looks every 4 ms, as an event that came meanwhile would have waited."""

    def __init__(self, measure: Callable[[], float] | None = None) -> None:
        """``measure`` tells how slow the machine is, right after a long gap."""
        self._measure = measure
        self.gaps: list[Gap] = []
        self.longest = self.longest_still = Gap(0.0, 0.0, 0.0)
        #: of the thread in the longest gap, one each few milliseconds
        self.places: list[str] = []
        self._samples: list[str] = []
        self._ended = threading.Event()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._line = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._tells_line = sys.platform == "linux" and self._line.exists()

    def start(self) -> None:
        self._last = self._now()
        self._timer.start()
        self._sampling = threading.Thread(target=self._sample, args=(threading.get_ident(),), daemon=True)
        self._sampling.start()

    def stop(self) -> None:
        """What the thread does without its loop until now counts too."""
        self._timer.stop()
        self.look()
        self._ended.set()
        self._sampling.join()

    def _sample(self, watched: int) -> None:
        """Where the thread is, for the message of a failure."""
        while not self._ended.wait(SAMPLE_SECONDS):
            self._samples.append(places_of(watched, _FRAMES_TOLD))

    def look(self) -> None:
        before, self._last = self._last, self._now()
        away, worked, lined_up = (now - then for now, then in zip(self._last, before, strict=True))
        # without the line's length nothing can be said of waiting
        gap = Gap(away, worked, away - lined_up if self._tells_line else worked)
        samples, self._samples = self._samples, []
        if self._measure is not None and worked > max(_SUSPECT_SECONDS, self.longest.quiet):
            gap = replace(gap, slowness=self._measure())
            self._samples, self._last = [], self._now()
        self.gaps.append(gap)
        if gap.quiet > self.longest.quiet:
            self.longest, self.places = gap, samples
        if gap.quiet_still > self.longest_still.quiet_still:
            self.longest_still = gap

    def _now(self) -> tuple[float, float, float]:
        line = int(self._line.read_text().split()[1]) / 1e9 if self._tells_line else 0.0
        return perf_counter(), thread_time(), line

    def usual_places(self) -> str:
        return "\n".join(f"{count} × {place}" for place, count in Counter(self.places).most_common(8))

    @property
    def looks(self) -> int:
        return len(self.gaps)


def slowness() -> float:
    """How much more of the processor the same work takes now than on a quiet machine as ours; at least 1.

    A neighbour on the other half of a core, or in the same cache, makes everything slower: no fault of the window.
    """
    took = []
    for _ in range(5):
        began = thread_time()
        json.loads(_KNOWN_WORK)
        took.append(thread_time() - began)
    return max(1.0, median(took) / QUIET_SECONDS)


_KNOWN_WORK = json.dumps([{"place": place, "name": str(place), "values": [place / 7] * 5} for place in range(1_500)])


class EventLoopGuard:
    """``with guard.watching("market"): …`` around what a user does; each part is judged when it ends."""

    def __init__(self) -> None:
        self.told: dict[str, LoopGaps] = {}

    @contextmanager
    def watching(
        self, what: str, most_worked: float = MOST_WORKED_SECONDS, most_still: float = MOST_STILL_SECONDS
    ) -> Iterator[LoopGaps]:
        gaps = self.told[what] = LoopGaps(slowness)
        gaps.start()
        try:
            yield gaps
        finally:
            gaps.stop()
        if gaps.longest.quiet > most_worked:
            raise Blocked(f"{what}: the window did not answer for {gaps.longest}, at\n{gaps.usual_places()}")
        if gaps.longest_still.quiet_still > most_still:
            raise Blocked(f"{what}: the window stood still for {gaps.longest_still}, at\n{gaps.usual_places()}")

    def judge(
        self,
        what: str,
        act: Callable[[], object],
        most_worked: float = MOST_WORKED_SECONDS,
        tries: int = 3,
        most_still: float = MOST_STILL_SECONDS,
    ) -> None:
        """A block of ours comes back each time; what came from elsewhere does not."""
        for left in reversed(range(tries)):
            try:
                with self.watching(what, most_worked, most_still):
                    act()
            except Blocked:
                if not left:
                    raise
            else:
                return


@pytest.fixture
def event_loop_guard() -> EventLoopGuard:
    return EventLoopGuard()


@pytest.fixture(autouse=True)
def turns() -> Iterator[None]:
    """The window's thread has its turn among the others as soon as in the program."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    yield
    sys.setswitchinterval(before)
