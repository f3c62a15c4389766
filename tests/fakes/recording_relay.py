"""Stands before a server on loopback, passes every byte on, and remembers what was asked: HTTP and WebSockets alike."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PIECE = 65_536
_TOKEN = re.compile(rb"(?i)\r\nauthorization: *bearer +([\w.-]+)\r\n")


class RecordingRelay:
    """One thread accepts, two serve each connection; all end with ``stop``."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._asked: list[bytearray] = []
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def tokens(self) -> list[str]:
        """Each that was sent, in the order of the connections."""
        with self._lock:
            asked = [bytes(one) for one in self._asked]
        return list(dict.fromkeys(token.decode() for one in asked for token in _TOKEN.findall(one)))

    def upgrades(self) -> int:
        """Connections that became WebSockets, or wanted to."""
        with self._lock:
            return sum(b"upgrade: websocket" in bytes(one).lower() for one in self._asked)

    def stop(self) -> None:
        with self._lock:
            sockets = [self._listener, *self._sockets]
        for one in sockets:
            _shut(one)
        for thread in self._threads:
            thread.join(10.0)

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]  # any callable
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _address = self._listener.accept()
            except OSError:
                return  # stopped
            server = socket.create_connection(("127.0.0.1", self._target))
            asked = bytearray()
            with self._lock:
                self._asked.append(asked)
                self._sockets += [caller, server]
            self._begin(self._pass_on, caller, server, asked)
            self._begin(self._pass_on, server, caller, None)

    def _pass_on(self, source: socket.socket, target: socket.socket, asked: bytearray | None) -> None:
        try:
            while data := source.recv(_PIECE):
                if asked is not None:
                    with self._lock:
                        asked += data
                target.sendall(data)
        except OSError:
            pass  # a reset is passed on as an end; what was asked is remembered all the same
        finally:
            _shut(source)
            _shut(target)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def recorded(port: int) -> Iterator[RecordingRelay]:
    relay = RecordingRelay(port)
    try:
        yield relay
    finally:
        relay.stop()
