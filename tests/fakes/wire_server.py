"""A server on loopback that does with the bytes of a connection whatever a test's script says."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OK = b"HTTP/1.1 200 OK\r\nDate: Fri, 20 Nov 2026 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"


class Conversation:
    """One connection, from the server's side. The script ends when the other side or the test does."""

    def __init__(self, connection: socket.socket, number: int, stopping: threading.Event) -> None:
        self.connection = connection
        #: from 1, in the order of connecting
        self.number = number
        self._stopping = stopping
        self._unread = b""

    def request(self) -> bytes:
        """The next whole request, headers and body; empty when the other side is gone."""
        while b"\r\n\r\n" not in self._unread:
            if not self._receive():
                return b""
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        while len(rest) < length:
            if not self._receive():
                return b""
            rest = self._unread.partition(b"\r\n\r\n")[2]
        self._unread = rest[length:]
        return head + b"\r\n\r\n" + rest[:length]

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, pieces: Iterator[bytes], every_seconds: float) -> None:
        """Until the other side or the test ends."""
        for piece in pieces:
            self.send(piece)
            if self._stopping.wait(every_seconds):
                return

    def hang(self) -> None:
        """Says nothing until the other side is gone or the test ends."""
        while not self._stopping.is_set():
            if select.select([self.connection], [], [], 0.02)[0] and not self._receive():
                return

    def read_nothing(self) -> None:
        """Until the test ends."""
        self._stopping.wait(20)

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _receive(self) -> bool:
        data = self.connection.recv(65_536)
        self._unread += data
        return bool(data)


Script = Callable[[Conversation], None]


class WireServer:
    """Records every whole request that a script asked for."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._requests: list[bytes] = []
        self._open: set[socket.socket] = set()
        self._conversations = 0
        self.one_ended = threading.Semaphore(0)
        self.port: int = self._listener.getsockname()[1]

    @property
    def requests(self) -> list[bytes]:
        with self._lock:
            return list(self._requests)

    @property
    def connections(self) -> int:
        with self._lock:
            return self._conversations

    def url(self, path: str = "/v1/thing") -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def start(self) -> None:
        self._begin(self._accept)

    def stop(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            # Wakes accept(), which closing alone does not everywhere.
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        with self._lock:
            for connection in self._open:
                # A script that waits for the next request of a kept connection sees its end.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in tuple(self._threads):
            thread.join(10)
        self._listener.close()

    def _begin(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping.is_set():
                connection.close()
                return
            with self._lock:
                self._conversations += 1
                number = self._conversations
            self._begin(lambda connection=connection, number=number: self._serve(connection, number))  # type: ignore[misc]

    def _serve(self, connection: socket.socket, number: int) -> None:
        # A script that still talks when the client has had enough is no failure.
        with contextlib.suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            connection.settimeout(20)
            with self._lock:
                self._open.add(connection)
            self._script(_Recorded(connection, number, self._stopping, self._record))
        with self._lock:
            self._open.discard(connection)
            connection.close()
        self.one_ended.release()

    def _record(self, request: bytes) -> None:
        with self._lock:
            self._requests.append(request)


class _Recorded(Conversation):
    def __init__(
        self, connection: socket.socket, number: int, stopping: threading.Event, record: Callable[[bytes], None]
    ) -> None:
        super().__init__(connection, number, stopping)
        self._record = record

    def request(self) -> bytes:
        request = super().request()
        if request:
            self._record(request)
        return request


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[WireServer]:
    server = WireServer(script, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def answering(answer: bytes = OK) -> Script:
    """Answers every request of a connection the same."""

    def script(conversation: Conversation) -> None:
        while conversation.request():
            conversation.send(answer)

    return script
