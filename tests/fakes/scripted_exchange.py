"""A tiny HTTP server on loopback whose answers a test gives one by one. It knows no exchange.

It keeps every request as it came over the wire, and can also be silent, cut the connection, or say too little.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    #: as it came, with the query still encoded
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def values(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)


#: the connection is cut after the request was read: what came of it is unknown
CUT = Answer(status=0)
#: nothing is said until the server ends
SILENT = Answer(status=-1)
Script = Callable[[Received], Answer]


def answer(value: object, status: int = 200, **headers: str) -> Answer:
    """``value`` as JSON; bytes and texts as they are. Underscores in names of headers become hyphens."""
    if isinstance(value, bytes):
        body = value
    elif isinstance(value, str):
        body = value.encode()
    else:
        body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


def refusal(status: int, name: str | int, message: str = "") -> Answer:
    return answer({"error": {"name": name, "message": message}}, status)


class ScriptedExchange:
    """``script`` answers what ``queue`` does not."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Received] = []
        #: what scripts raised
        self.broken: list[Exception] = []
        self._queue: deque[Answer] = deque()
        self._by_path: dict[tuple[str, str], Script] = {}
        self._lock = threading.Lock()

    def answers(self, *answers: Answer) -> None:
        """In this order, whatever is asked; before anything that is said by path."""
        self._queue.extend(answers)

    def on(self, method: str, path: str, script: Script | Answer) -> None:
        given = script
        self._by_path[method, path] = given if callable(given) else lambda _request: given

    def asked(self, path: str) -> list[Received]:
        return [request for request in self.requests if request.path == path]

    def answer_to(self, request: Received) -> Answer:
        with self._lock:
            self.requests.append(request)
            if self._queue:
                return self._queue.popleft()
        script = self._by_path.get((request.method, request.path))
        if script is None:
            return refusal(404, "not_found", "no Route matched with those values")
        try:
            return script(request)
        except (AssertionError, KeyError, ValueError, TypeError) as error:
            # of the test, in a thread of the server: told when the server ends
            self.broken.append(error)
            return refusal(500, "internal_server_error")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    exchange: ScriptedExchange
    ended: threading.Event

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        received = Received(
            self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body
        )
        given = self.exchange.answer_to(received)
        if given is SILENT:
            self.ended.wait(30)
        if given is SILENT or given is CUT:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(given.status)
        for name, value in {"Content-Type": "application/json", **given.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        self.wfile.write(given.body)

    do_GET = do_POST = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Not to the console."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The client of a test hangs up when it likes."""


@contextmanager
def scripted_exchange() -> Iterator[ScriptedExchange]:
    ended = threading.Event()
    server = _Server(("127.0.0.1", 0), _Handler)
    exchange = ScriptedExchange(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"exchange": exchange, "ended": ended})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="scripted-exchange")
    thread.start()
    try:
        yield exchange
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
    if exchange.broken:
        raise exchange.broken[0]
