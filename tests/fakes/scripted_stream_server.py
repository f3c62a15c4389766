"""A WebSocket server with Upbit's manners, made from what is known of them, that a test directs.

Binary frames, no acknowledgement, each subscription replaces the one before, a snapshot for every code that it knows,
silence about the others, ``PING`` answered with ``UP``, an error frame and then a close with code 1000. Faults are
ordered by the test: cut, stop reading, swallow a subscription, refuse a handshake.
"""

from __future__ import annotations

import asyncio
import http
import json
import threading
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Snapshots = Callable[[str, str], list[str]]


class ScriptedStreamServer:
    """Runs in a thread of its own. What a test calls takes effect in that thread before the call returns."""

    def __init__(self, snapshots: Snapshots = lambda _type, _code: []) -> None:
        self.snapshots = snapshots
        self.condition = threading.Condition()
        #: every request as it came, by path: the parsed arrays
        self.requests: dict[str, list[Any]] = {"public": [], "private": []}
        self.handshakes: list[dict[str, str]] = []
        self.pings = 0
        self.refuse_with: dict[str, int] = {}
        self.error_on_subscribe: dict[str, str] = {}
        self.swallows_subscriptions = False
        self.hangs_in_handshake = False
        self.answers_pings = True
        self.answers_questions = True
        #: so many questions are answered as if nothing were subscribed yet
        self.does_not_know_yet = 0
        self._connections: dict[str, list[ServerConnection]] = {"public": [], "private": []}
        self._loop = asyncio.new_event_loop()
        self._server: Server | None = None
        self._port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted-server", daemon=True)

    def __enter__(self) -> ScriptedStreamServer:
        self._thread.start()
        self._do(self._open(0))
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/websocket/v1"

    def send(self, *frames: str | bytes, path: str = "public") -> None:
        self._do(self._send(frames, path))

    def send_as_text(self, frame: str, path: str = "public") -> None:
        self._do(self._send_text(frame, path))

    def cut(self, path: str = "public") -> None:
        """No close frame: the connection is gone."""
        self._do(self._cut(path))

    def send_half_a_frame(self, path: str = "public") -> None:
        """The header of a frame of 1,000 bytes, five of them, and the end."""
        self._do(self._half(path))

    def stop_reading(self, path: str = "public") -> None:
        """Half open: nothing is answered and nothing is closed."""
        self._do(self._freeze(path))

    def close(self) -> None:
        """Nobody is there any more."""
        if self._server is not None:
            self._do(self._shut())

    def open_again(self) -> None:
        self._do(self._open(self._port))

    def wait_for(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        with self.condition:
            assert self.condition.wait_for(condition, seconds), "the server did not see what was expected"

    def connected(self, path: str = "public") -> int:
        return len(self._connections[path])

    def subscribed(self, path: str = "public") -> list[Any]:
        """Subscriptions alone, without questions."""
        return [request for request in self.requests[path] if any("type" in part for part in request)]

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _note(self) -> None:
        with self.condition:
            self.condition.notify_all()

    async def _open(self, port: int) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", port, process_request=self._handshake, ping_interval=None, close_timeout=1
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def _shut(self) -> None:
        server, self._server = self._server, None
        assert server is not None
        for path in self._connections:
            await self._cut(path)
        server.close()
        await server.wait_closed()

    async def _handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        with self.condition:
            self.handshakes.append({name.lower(): value for name, value in request.headers.raw_items()})
            self.condition.notify_all()
        while self.hangs_in_handshake:
            await asyncio.sleep(0.02)
        status = self.refuse_with.get(_path_of(request))
        return connection.respond(http.HTTPStatus(status), "refused\n") if status is not None else None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        path = _path_of(connection.request)
        self._connections[path].append(connection)
        self._note()
        try:
            async for message in connection:
                await self._answer(connection, path, message)
        except ConnectionClosed:
            pass
        finally:
            if connection in self._connections[path]:
                self._connections[path].remove(connection)
            self._note()

    async def _answer(self, connection: ServerConnection, path: str, message: str | bytes) -> None:
        if message == "PING":
            self.pings += 1
            self._note()
            if self.answers_pings:
                await connection.send(b'{"status":"UP"}')
            return
        request = json.loads(message)
        with self.condition:
            self.requests[path].append(request)
            self.condition.notify_all()
        if path in self.error_on_subscribe:
            error = {"error": {"name": self.error_on_subscribe[path], "message": "아니요"}}
            await connection.send(json.dumps(error).encode())
            await connection.close(1000)
        elif any("method" in part for part in request):
            if self.answers_questions:
                await connection.send(self._listing(path).encode())
        elif not self.swallows_subscriptions:
            for part in request:
                for code in part.get("codes", ()):
                    for frame in self.snapshots(part["type"], code):
                        await connection.send(frame.encode())

    def _listing(self, path: str) -> str:
        is_known = not self.swallows_subscriptions and self.does_not_know_yet == 0
        self.does_not_know_yet = max(self.does_not_know_yet - 1, 0)
        newest = self.subscribed(path)[-1] if self.subscribed(path) and is_known else []
        result = [part for part in newest if "type" in part]
        return json.dumps({"method": "LIST_SUBSCRIPTIONS", "result": result, "ticket": "x"})

    async def _send(self, frames: tuple[str | bytes, ...], path: str) -> None:
        for connection in list(self._connections[path]):
            for frame in frames:
                await connection.send(frame.encode() if isinstance(frame, str) else frame)

    async def _send_text(self, frame: str, path: str) -> None:
        for connection in list(self._connections[path]):
            await connection.send(frame)

    async def _cut(self, path: str) -> None:
        for connection in list(self._connections[path]):
            connection.transport.abort()
            if connection in self._connections[path]:
                self._connections[path].remove(connection)

    async def _half(self, path: str) -> None:
        for connection in list(self._connections[path]):
            connection.transport.write(b"\x82\x7e\x03\xe8" + b'{"typ')
            connection.transport.close()
            self._connections[path].remove(connection)

    async def _freeze(self, path: str) -> None:
        for connection in list(self._connections[path]):
            connection.transport.pause_reading()
            self._connections[path].remove(connection)


def _path_of(request: Request) -> str:
    return "private" if request.path.endswith("/private") else "public"
