"""Ctrl-C, the end of a session and a closed terminal, told to the event loop of the window.

Python runs its own handlers only between two of its instructions, which an idle event loop never reaches; what the
system tells is therefore written to a socket, at which the event loop wakes up.
"""

from __future__ import annotations

import signal
import socket
from typing import Any

from PyQt6.QtCore import QObject, QSocketNotifier, pyqtSignal, pyqtSlot

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class SystemSignals(QObject):
    """Lives in the UI thread, which is the one where Python takes signals."""

    asked_to_stop = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._woken, self._waking = socket.socketpair()
        for end in (self._woken, self._waking):
            end.setblocking(False)
        # The stubs want a pointer, the class takes the number.
        number: Any = self._woken.fileno()
        self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._tell)
        self._wakeup_before = signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        # A signal that is not handled at all would end the process instead of writing to the socket. One that whoever
        # started us has switched off (nohup, a script's background) stays off.
        wanted = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._before = {
            one: signal.signal(one, lambda _number, _frame: None)
            for one in wanted
            if signal.getsignal(one) is not signal.SIG_IGN
        }

    @pyqtSlot()
    def _tell(self) -> None:
        try:
            self._woken.recv(64)
        except BlockingIOError:
            return
        self.asked_to_stop.emit()

    def close(self) -> None:
        """The rest of the end goes on undisturbed: whoever insists uses the system's own way."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._notifier.setEnabled(False)
        self._woken.close()
        self._waking.close()
