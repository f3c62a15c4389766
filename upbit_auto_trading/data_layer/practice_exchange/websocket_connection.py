"""One connection of the streams: what waits to be sent, silence, and what goes wrong with it on request."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from contextlib import suppress

from aiohttp import web

from upbit_auto_trading.data_layer.practice_exchange.error_bodies import json_error
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamServices
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import (
    Endpoint,
    Format,
    RequestProblem,
    Subscription,
)

_UP = b'{"status":"UP"}'
_FIN_BINARY = 0x82


class StreamConnection:
    def __init__(
        self,
        services: StreamServices,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        endpoint: Endpoint,
        path: str,
        account_id: str | None,
    ) -> None:
        self.endpoint = endpoint
        self.account_id = account_id
        #: None until the first one counts
        self.subscription: Subscription | None = None
        self.format = Format.DEFAULT
        self._services = services
        self._socket = socket
        self._transport = transport
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._is_gone = False
        #: nothing is sent, answered or closed any more, and the other side is not told
        self.is_half_open = False
        self._held_back: bytes | None = None
        self._last_traffic = self._loop.time()
        self._tasks = [self._loop.create_task(self._write()), self._loop.create_task(self._watch_silence())]
        self._ups: asyncio.Task[None] | None = None

    @property
    def path(self) -> str:
        return self._path

    # --- what is sent

    def send(self, frame: bytes, market: str | None = None) -> None:
        """A frame of data; waits its turn."""
        if self._is_gone or self.is_half_open or self._meets_fault(frame, market):
            return
        self._enqueue(frame)

    def send_private(self, frame: bytes, market: str | None = None) -> None:
        """An event of the account; duplicated, swapped with the next or late where that was asked for."""
        taken = {
            fault.kind: fault
            for fault in self._faults(
                FaultKind.STREAM_DUPLICATED, FaultKind.STREAM_REORDERED, FaultKind.STREAM_DELAYED, market=market
            )
        }
        frames = [frame, frame] if FaultKind.STREAM_DUPLICATED in taken else [frame]
        delayed = taken.get(FaultKind.STREAM_DELAYED)
        if delayed is not None:
            for one in frames:
                self._loop.call_later(delayed.amount / 1_000, self.send, one, market)
            return
        if self._held_back is not None:
            frames.append(self._held_back)
            self._held_back = None
        elif FaultKind.STREAM_REORDERED in taken:
            self._held_back = frames.pop()
            self._loop.call_later(self._services.times.until_let_go, self._let_go, market)
        for one in frames:
            self.send(one, market)

    def _let_go(self, market: str | None) -> None:
        """Nothing came that it could be swapped with."""
        if self._held_back is not None:
            frame, self._held_back = self._held_back, None
            self.send(frame, market)

    async def sent(self) -> None:
        """Until nothing waits, or the connection cannot send."""
        if not (self._is_gone or self.is_half_open):
            await self._empty.wait()

    async def refuse(self, problem: RequestProblem) -> None:
        """An error frame, and a little later the close."""
        self._enqueue(json_error(problem.name, problem.message))
        await asyncio.sleep(self._services.times.until_close)
        with suppress(ConnectionError):
            await self._socket.close(code=1000)

    # --- what was received

    def note_traffic(self) -> None:
        self._last_traffic = self._loop.time()

    async def answer_ping(self, data: bytes) -> None:
        if self.is_half_open or self._is_gone:
            return
        if self._services.switches["stream-ping"] == "counts":
            self.note_traffic()
        with suppress(ConnectionError):
            await self._socket.pong(data)

    def start_ups(self) -> None:
        """From now on it is told every ten seconds that the server is up."""
        if self._ups is None:
            self._ups = self._loop.create_task(self._tell_up())
            self._tasks.append(self._ups)

    # --- how it ends

    def cut(self) -> None:
        """Without a word: no close frame."""
        self._transport.abort()

    def meet_faults(self) -> None:
        """Faults that need no frame to happen."""
        for fault in self._faults(FaultKind.STREAM_CUT, FaultKind.STREAM_HALF_OPEN):
            self._suffer(fault, b"")

    async def end(self) -> None:
        self._is_gone = True
        self._empty.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- inside

    def _enqueue(self, frame: bytes) -> None:
        if len(self._waiting) >= self._services.waiting_at_most:
            self.cut()
            return
        self._waiting.append(frame)
        self._empty.clear()
        self._wake.set()

    async def _write(self) -> None:
        while True:
            while self._waiting and not self.is_half_open:
                frame = self._waiting.popleft()
                try:
                    if self._services.switches["stream-frames"] == "text":
                        await self._socket.send_str(frame.decode())
                    else:
                        await self._socket.send_bytes(frame)
                except ConnectionError:
                    self._is_gone = True
                    self._empty.set()
                    return
                self.note_traffic()
            self._empty.set()
            self._wake.clear()
            await self._wake.wait()

    async def _watch_silence(self) -> None:
        while not self.is_half_open:
            quiet_for = self._loop.time() - self._last_traffic
            left = self._services.times.idle(self._services.switches) - quiet_for
            if left <= 0:
                self.cut()
                return
            await asyncio.sleep(left)

    async def _tell_up(self) -> None:
        while True:
            await asyncio.sleep(self._services.times.until_up)
            if not self.is_half_open:
                self._enqueue(_UP)

    def _faults(self, *kinds: FaultKind, market: str | None = None) -> list[Fault]:
        faults = self._services.faults
        return list(faults.take(*kinds, path=self._path, market=market)) if faults.listed() else []

    def _meets_fault(self, frame: bytes, market: str | None) -> bool:
        """Whether the frame was swallowed."""
        kinds = (
            FaultKind.STREAM_CUT, FaultKind.STREAM_HALF_OPEN, FaultKind.STREAM_TRUNCATED, FaultKind.STREAM_SILENT
        )  # fmt: skip
        met = self._faults(*kinds, market=market)
        for fault in met:
            self._suffer(fault, frame)
        return bool(met)

    def _suffer(self, fault: Fault, frame: bytes) -> None:
        if fault.kind is FaultKind.STREAM_CUT:
            self.cut()
        elif fault.kind is FaultKind.STREAM_HALF_OPEN:
            self.is_half_open = True
            self._empty.set()
        elif fault.kind is FaultKind.STREAM_TRUNCATED:
            self._send_part(frame, fault.amount)

    def _send_part(self, frame: bytes, percent: int) -> None:
        """The head announces the whole frame; then the connection ends in the middle of it."""
        if len(frame) < 126:
            head = struct.pack("!BB", _FIN_BINARY, len(frame))
        elif len(frame) < 65_536:
            head = struct.pack("!BBH", _FIN_BINARY, 126, len(frame))
        else:
            head = struct.pack("!BBQ", _FIN_BINARY, 127, len(frame))
        self._transport.write(head + frame[: len(frame) * percent // 100])
        self._is_gone = True
        self._empty.set()
        self._transport.close()
