"""What the system tells this process, told to the event loop, with a window and without one."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QObject, QSocketNotifier, pyqtSignal, pyqtSlot

from upbit_auto_trading.composition_root.caught_signals import CaughtSignals


class SystemSignals(QObject):
    """Lives in the UI thread. What came before is told as soon as the event loop runs."""

    asked_to_stop = pyqtSignal()

    def __init__(self, caught: CaughtSignals, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._caught = caught
        # The stubs want a pointer, the class takes the number.
        number: Any = caught.fileno()
        self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._tell)

    @pyqtSlot()
    def _tell(self) -> None:
        if self._caught.take():
            self.asked_to_stop.emit()

    def stop_telling(self) -> None:
        """What comes from now on waits in ``caught``, for whoever goes on after the event loop."""
        self._notifier.setEnabled(False)

    def close(self) -> None:
        self.stop_telling()
        self._caught.close()
