"""A second start of the program brings the first to the front: one word each way, on this machine, for this user."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from PyQt6.QtCore import QDeadlineTimer, QObject, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

_SHOW = b"show\n"
_DONE = b"done\n"
ANSWER_WITHIN_MS = 2_000


def front_name(data_folder: Path) -> str:
    """The same for every path to the folder, and short: macOS allows 104 signs for the whole socket path."""
    resolved = data_folder.resolve()
    identity = os.stat(resolved)
    # Device and number tell a folder apart whatever link or spelling leads to it; some network drives have none.
    key = f"{identity.st_dev}:{identity.st_ino}" if identity.st_ino else os.path.normcase(resolved)
    return "uat-" + hashlib.sha256(key.encode()).hexdigest()[:16]


class InstanceFront(QObject):
    """Listens in the first instance; lives in the UI thread."""

    show_requested = pyqtSignal()

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = front_name(data_folder)
        self._server = QLocalServer(self)
        self._callers: list[QLocalSocket] = []
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    @property
    def socket_path(self) -> str:
        """Where it listens; empty while it does not."""
        return self._server.fullServerName()

    @property
    def callers(self) -> int:
        return len(self._callers)

    def listen(self) -> bool:
        """Only when the instance lock is held: then a socket of this name was left by a crash, and Qt replaces it.

        False where the system refuses; the program runs all the same, a second start just cannot show it.
        """
        # With owner-only access Qt makes its socket under another name and renames it over the old one.
        return self._server.listen(self._name)

    def close(self) -> None:
        for caller in list(self._callers):
            caller.abort()
        self._server.close()

    @pyqtSlot()
    def _accept(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            self._callers.append(caller)
            caller.disconnected.connect(self._forget)
            caller.readyRead.connect(self._answer)
            silence = QTimer(caller)  # whoever says nothing is dropped
            silence.setSingleShot(True)
            silence.timeout.connect(caller.abort)
            silence.start(ANSWER_WITHIN_MS)
            if caller.bytesAvailable():
                self._reply(caller)

    @pyqtSlot()
    def _forget(self) -> None:
        caller = self.sender()
        if isinstance(caller, QLocalSocket):
            self._callers.remove(caller)
            caller.deleteLater()

    @pyqtSlot()
    def _answer(self) -> None:
        caller = self.sender()
        if isinstance(caller, QLocalSocket):
            self._reply(caller)

    def _reply(self, caller: QLocalSocket) -> None:
        said = caller.peek(len(_SHOW))
        if said == _SHOW:
            caller.readAll()
            self.show_requested.emit()
            caller.write(_DONE)
            caller.flush()
            caller.disconnectFromServer()
        elif not _SHOW.startswith(said):
            caller.abort()


def ask_first_to_show(data_folder: Path, first_process_id: int | None, within_ms: int = ANSWER_WITHIN_MS) -> bool:
    """For the second instance: True once the first has answered. Blocks up to ``within_ms``."""
    _let_it_come_to_front(first_process_id)
    limit = QDeadlineTimer(within_ms)
    socket = QLocalSocket()
    socket.connectToServer(front_name(data_folder))
    try:
        if not socket.waitForConnected(limit.remainingTime()):
            return False
        socket.write(_SHOW)
        socket.flush()
        while socket.bytesAvailable() < len(_DONE):
            if limit.hasExpired() or not socket.waitForReadyRead(limit.remainingTime()):
                break
        return socket.readAll().data() == _DONE
    finally:
        socket.abort()


if sys.platform == "win32":

    def _let_it_come_to_front(process_id: int | None) -> None:
        """Windows lets a program raise its window only if the one in front, which the user just started, agrees."""
        import ctypes

        any_process = 0xFFFF_FFFF
        ctypes.windll.user32.AllowSetForegroundWindow(any_process if process_id is None else process_id)

else:

    def _let_it_come_to_front(process_id: int | None) -> None:
        """Elsewhere a program may raise its own window."""
