"""Ctrl-C, the end of a session and a closed terminal: caught from before the first file until the end. No Qt in here.

Python runs its own handlers only between two of its instructions, which an idle event loop never reaches; what the
system tells is therefore written to a socket as well, where it waits for an event loop however long that takes.
"""

from __future__ import annotations

import signal
import socket

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has no SIGHUP, others no SIGBREAK
_MOST_WAITING = 64


class CaughtSignals:
    """Make it in the main thread, which is the one where Python takes signals."""

    def __init__(self) -> None:
        self._woken, self._waking = socket.socketpair()
        for end in (self._woken, self._waking):
            end.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        # A signal that is not handled at all would end the process instead of writing to the socket. One that whoever
        # started us has switched off (nohup, a script's background) stays off, and one that is handled by somebody
        # outside Python (None) stays theirs.
        wanted = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._before = {
            one: signal.signal(one, lambda _number, _frame: None)
            for one in wanted
            if signal.getsignal(one) not in (signal.SIG_IGN, None)
        }

    def fileno(self) -> int:
        """Can be read when there is something to take."""
        return self._woken.fileno()

    def take(self) -> bool:
        """Whether one of ours came since the last call; others that somebody handles are written there too."""
        try:
            numbers = self._woken.recv(_MOST_WAITING)
        except BlockingIOError:
            return False
        return any(number in self._before for number in numbers)

    def let_go(self) -> bool:
        """Whether one of ours came up to now; from now on the system's own way ends the process at once.

        For who goes on in another run: between the two, none is lost.
        """
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)
        came = self.take()
        self._before.clear()
        self.close()
        return came

    def close(self) -> None:
        """What is left of the end goes on undisturbed: whoever insists uses the system's own way."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._woken.close()
        self._waking.close()
