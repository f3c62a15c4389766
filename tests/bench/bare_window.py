"""The peer of the cold start: a bare PyQt6 window with an empty pyqtgraph plot, timed like the program.

Writes the seconds from the start of the process to the first painted, responsive window, then quits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pyqtgraph
from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Reports once, when the event loop is free again after the first paint."""

    def __init__(self, target: Path) -> None:
        super().__init__()
        self._target = target
        self._is_seen = False

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.UpdateRequest and not self._is_seen:
            self._is_seen = True
            QTimer.singleShot(0, self._report)
        return False

    def _report(self) -> None:
        import psutil  # after what is timed

        began = psutil.Process().create_time()
        self._target.write_text(f"{time.time() - began:.4f}", encoding="utf-8")
        QApplication.quit()


if __name__ == "__main__":
    app = QApplication([])
    window = QMainWindow()
    plot = pyqtgraph.PlotWidget()
    window.setCentralWidget(plot)
    window.resize(1280, 640)
    reporter = FirstPaint(Path(sys.argv[1]))
    window.installEventFilter(reporter)
    window.show()
    sys.exit(app.exec())
