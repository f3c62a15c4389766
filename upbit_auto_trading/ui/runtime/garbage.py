"""Cyclic garbage is collected by the window's thread, between events, and nowhere else.

Left alone, Python collects wherever an allocation happens to cross a threshold: inside a paint event, where a dead
widget that is deleted then takes the surface from under the painter, or in a worker thread, where a widget may not be
deleted at all. Both end the process without a word. What has no cycle goes at once, as ever.

A look through all that lives would hold the window up for 50 ms and more. Modules and screens live as long as the
program: a while after the last of them came they are set aside, and no later look takes them in.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

_EVERY_MS = 500
#: by then a screen has made its parts, and nothing of making it is left
_SETTLED_MS = 3_000
#: as Python's own: so many younger collections before an older generation is looked at
_ROUNDS = 10


class GarbageCollector(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect_if_due)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._set_aside)

    def start(self) -> None:
        """What lives now mostly lives as long as the program: later collections need not look at it."""
        gc.disable()
        gc.freeze()
        self._timer.start()
        self.set_aside_soon()  # modules are loaded beside the window

    @pyqtSlot()
    def set_aside_soon(self) -> None:
        """Something was made that lives as long as the program. Not later than was said before: a start that loads
        module after module would be looked through as a whole first."""
        if self._timer.isActive() and not self._settled.isActive():
            self._settled.start()

    @property
    def is_settling(self) -> bool:
        return self._settled.isActive()

    @pyqtSlot()
    def _set_aside(self) -> None:
        gc.collect(0)  # else what has just died would be kept
        gc.freeze()

    def stop(self) -> None:
        """For the ends of the program, which have no event loop."""
        self._timer.stop()
        self._settled.stop()
        gc.unfreeze()
        gc.enable()

    @pyqtSlot()
    def collect_if_due(self) -> None:
        if gc.get_count()[0] <= gc.get_threshold()[0]:
            return
        self._rounds += 1
        if self._rounds % (_ROUNDS * _ROUNDS) == 0:
            gc.collect()
        else:
            gc.collect(1 if self._rounds % _ROUNDS == 0 else 0)
