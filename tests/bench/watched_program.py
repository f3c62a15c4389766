"""The whole program in one process, watched after its first paint: how long its event loop is ever kept waiting.

``python watched_program.py FOLDER REPORT SECONDS`` writes what it saw as JSON, then quits.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from time import perf_counter, thread_time

import psutil
from PyQt6.QtCore import QElapsedTimer, QObject, Qt, QTimer, pyqtSlot

from tests.whole_program import open_folder
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.ui.runtime.shutdown import leave_process

_BEAT_MS = 5
#: the first seconds hold the start; idle load is measured after them
_SETTLED_SECONDS = 5.0


class Watch(QObject):
    """A timer of 5 ms: whatever it comes late, a click would have waited too.

    Told besides is how long it was for reasons of ours: without the time that the thread stood in line for a processor.
    """

    def __init__(self, program: DesktopProgram, target: Path, seconds: float) -> None:
        super().__init__()
        self._program = program
        self._target = target
        self._seconds = seconds
        self._process = psutil.Process()
        self._since_paint = QElapsedTimer()
        self._line = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._tells_line = sys.platform == "linux" and self._line.exists()
        self._last = self._now()
        self._late: list[tuple[float, float]] = []
        self._own: list[float] = []
        self._settled: tuple[float, float, int] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        program.window.first_painted.connect(self._begin)

    @pyqtSlot()
    def _begin(self) -> None:
        self._since_paint.start()
        self._last = self._now()
        self._timer.start()

    def _now(self) -> tuple[float, float]:
        """By the clock, and what of it is ours."""
        clock = perf_counter()
        if not self._tells_line:
            return clock, thread_time()
        return clock, clock - int(self._line.read_text().split()[1]) / 1e9

    @pyqtSlot()
    def _beat(self) -> None:
        before, self._last = self._last, self._now()
        gap_ms, own_ms = ((now - then) * 1e3 for now, then in zip(self._last, before, strict=True))
        at = self._since_paint.elapsed() / 1e3
        if self._settled is None:
            self._late.append((round(gap_ms - _BEAT_MS, 1), round(at, 2)))
            self._own.append(own_ms - (_BEAT_MS if self._tells_line else 0))
            if at >= _SETTLED_SECONDS:
                self._settled = (at, self._processor_seconds(), self._process.memory_info().rss)
                self._timer.setInterval(250)  # the watch itself must not count as load
        elif at >= self._seconds:
            self._timer.stop()
            self._write(at)

    def _processor_seconds(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def _write(self, at: float) -> None:
        assert self._settled is not None
        began, used, resident = self._settled
        report = {
            "longest_waits_ms_at_second": sorted(self._late, reverse=True)[:5],
            "longest_own_waits_ms": sorted(self._own, reverse=True)[:5],
            "resident_megabytes_after_5_s": round(resident / 1e6, 1),
            "idle_processor_share": round((self._processor_seconds() - used) / (at - began), 4),
        }
        self._target.write_text(json.dumps(report), encoding="utf-8")
        self._program.core.stop()


def main(folder: Path, target: Path, seconds: float) -> int:
    opened = open_folder(folder)
    app = make_application(sys.argv[:1])
    program = DesktopProgram(app, opened, StartOptions(), Crashes(opened.paths, opened.clock, opened.log))
    watch = Watch(program, target, seconds)
    program.garbage.start()  # as in a run: its work is part of what a click may wait for
    program.start()
    status = app.exec()
    program.garbage.stop()
    del watch
    outcome = program.core.shutdown.outcome
    if outcome is not None:
        leave_process(outcome)  # as a run does: around a thread that is late, tidying up would abort
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
