"""The peer of the cold start: a bare PyQt6 window with an empty pyqtgraph plot, timed like the program.

``python bare_window.py REPORT [SECONDS]`` writes how many seconds after the start of its process it was painted and
its event loop free again, then quits; with SECONDS it first waits so long and adds the memory it then holds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pyqtgraph
from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Reports once, when the event loop is free again after the first paint."""

    def __init__(self, target: Path, wait_seconds: float) -> None:
        super().__init__()
        self._target = target
        self._wait_seconds = wait_seconds
        self._painted_at = 0.0
        self._is_seen = False

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.UpdateRequest and not self._is_seen:
            self._is_seen = True
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        self._painted_at = time.time()
        QTimer.singleShot(round(self._wait_seconds * 1000), self._report)

    def _report(self) -> None:
        import psutil  # after what is timed

        process = psutil.Process()
        report = {
            "painted_after_seconds": self._painted_at - process.create_time(),
            "resident_megabytes": process.memory_info().rss / 1e6,
        }
        self._target.write_text(json.dumps(report), encoding="utf-8")
        QApplication.quit()


if __name__ == "__main__":
    app = QApplication([])
    window = QMainWindow()
    plot = pyqtgraph.PlotWidget()
    window.setCentralWidget(plot)
    window.resize(1280, 640)
    reporter = FirstPaint(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
    window.installEventFilter(reporter)
    window.show()
    sys.exit(app.exec())
