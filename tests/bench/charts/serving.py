"""What a chart's process does: reads the candles once, then opens, moves and feeds its chart when it is asked to.

Runs in the others' environments too, whichever binding of Qt they have. A step is done when it is painted: events are
worked through until the viewport was. Some programs call for a second painting then; it is worked through and told too.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import ndarray_from_qimage
from pyqtgraph.Qt import QtCore, QtGui, QtWidgets

WIDTH, HEIGHT = 1920, 1080
_MOST_ROUNDS = 1_000
#: between the strongest and the weakest of red, green and blue
_LEAST_COLOUR = 60
#: a dotted line has fewer in a column
_LEAST_PIXELS = 3
Columns = NDArray[np.float64]


class ChartProgram(Protocol):
    """Rows are counted from 0. Candles, volume, grid and both axes, as the program shows them by itself."""

    def candles_of(self, columns: Columns) -> Any:
        """The six columns as the program wants its candles in memory."""

    def open(self, candles: Any) -> None:
        """A new window of ``WIDTH`` by ``HEIGHT`` with all candles in view, shown but not yet painted."""

    @property
    def viewport(self) -> Any:
        """The widget that is painted."""

    def show_rows(self, first: float, last: float) -> None:
        """As its own pan and zoom do, prices fitted to what is seen."""

    def tick(self, close: float) -> None:
        """The last candle, that still forms, has another price."""

    def close(self) -> None:
        """The window, and what it holds."""


@dataclass(frozen=True)
class Step:
    #: seconds of the processor until it was painted, and by the clock
    worked: float
    took: float
    #: seconds of the processor until nothing more was called for
    settled: float


class _Paints(QtCore.QObject):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: Any, event: Any) -> bool:
        if event.type() == QtCore.QEvent.Type.Paint:
            self.count += 1
        return False


class Serving:
    def __init__(self, program: ChartProgram, read: Callable[[int], Columns], count: int) -> None:
        self._program = program
        self._paints = _Paints()
        self._is_open = False
        # libraries, fonts and caches, with a few candles
        few = read(1_000)
        self.open(program.candles_of(few))
        # a window and its pictures weigh the same, whatever they show
        self._before = resident_bytes()
        self.close()
        self._closes = few[4]
        self._candles = program.candles_of(read(count))

    def open(self, candles: Any) -> Step:
        def opened() -> None:
            self._program.open(candles)
            self._program.viewport.installEventFilter(self._paints)

        self._is_open = True
        return self._timed(opened)

    def close(self) -> None:
        if self._is_open:
            self._program.close()
            for _ in range(2):
                QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete.value)
                QtWidgets.QApplication.processEvents()
            self._is_open = False
            gc.collect()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """``first``; ``rows`` with ranges; ``ticks`` with a number; ``memory``; ``ink``; ``picture`` with a path."""
        kind = asked["ask"]
        if kind == "first":
            self.close()
            return self._told([self.open(self._candles)])
        if kind == "memory":
            return {"bytes": resident_bytes() - self._before}
        if kind == "ink":
            return {"share": self._inked_columns()}
        if kind == "picture":
            self._program.viewport.window().grab().save(asked["path"])
            return {}
        before = self._paints.count
        if kind == "rows":
            show = self._program.show_rows
            steps = [self._timed(partial(show, first, last)) for first, last in asked["ranges"]]
        else:
            prices = self._closes[: asked["count"]].tolist()
            steps = [self._timed(partial(self._program.tick, price)) for price in prices]
        return self._told(steps) | {"paints": self._paints.count - before}

    def _inked_columns(self) -> float:
        """The share of pixel columns in which candles can be seen: a few pixels that are not grey."""
        image = self._program.viewport.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_RGB32)
        pixels = ndarray_from_qimage(image)[..., :3].astype(np.int16)
        is_coloured = pixels.max(axis=2) - pixels.min(axis=2) > _LEAST_COLOUR
        return float((is_coloured.sum(axis=0) >= _LEAST_PIXELS).mean())

    def _timed(self, act: Callable[[], None]) -> Step:
        before = self._paints.count
        worked, began = process_time(), perf_counter()
        act()
        for _ in range(_MOST_ROUNDS):
            QtWidgets.QApplication.processEvents()
            if self._paints.count > before:
                break
        else:
            raise AssertionError("nothing was painted")
        painted, took = process_time() - worked, perf_counter() - began
        QtWidgets.QApplication.processEvents()
        return Step(painted, took, process_time() - worked)

    @staticmethod
    def _told(steps: list[Step]) -> dict[str, Any]:
        return {name: [getattr(step, name) for step in steps] for name in Step.__dataclass_fields__}


def resident_bytes() -> int:
    """What is held now; 0 where the system does not tell."""
    gc.collect()
    if sys.platform != "linux":
        return 0
    # what was freed but kept for later says nothing of the candles
    ctypes.CDLL(None).malloc_trim(0)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) * 1024


def serve(program: ChartProgram) -> None:
    """``FILE COUNT``: the newest so many candles of the file."""

    def read(count: int) -> Columns:
        return np.array(np.load(Path(sys.argv[1]), mmap_mode="r")[:, -count:])

    serving = Serving(program, read, int(sys.argv[2]))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(serving.answer(json.loads(line))), flush=True)
