"""One WebSocket that comes back: connect, subscribe again, keep alive, notice silence, back off.

It knows no exchange. Everything here runs in the thread of a ``StreamLoop``; a ``SocketOwner`` is told what happens
and is the one that knows what to send. An exception that escapes the owner is a bug: it is logged by the loop, the
connection is given up, and the next one is made after a pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.message_quota import MessageQuota, Quota
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

#: the slot of the text ping, which lets everything else go first
_KEEP_ALIVE = "keep-alive"
_BANNED = 418
_LONGEST_BAN_SECONDS = 3_600.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class SocketTiming:
    ping_seconds: float = 15.0
    #: neither a frame nor an answer to a ping for so long: dead, whatever the system says of the connection
    silent_seconds: float = 40.0
    open_seconds: float = 10.0
    #: for the closing handshake; after that the connection is cut
    close_seconds: float = 1.0
    #: a connection that lasted so long was a success: the pauses begin anew
    stable_seconds: float = 10.0
    #: the wall clock moved so much more or less than time passed: the machine slept, what we know is old
    wall_jump_seconds: float = 30.0
    #: a handshake answered 418: nothing is tried for so long, twice as long each further time
    banned_seconds: float = 60.0
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Windows a fifth of a second longer than the exchange's: on their way, messages catch up with one another."""

    connects: tuple[Quota, ...] = (Quota(5, 1.2),)
    messages: tuple[Quota, ...] = (Quota(5, 1.2), Quota(100, 60.2))
    most_bytes: int = 2**20
    #: messages that wait for us before we stop reading from the network
    most_waiting: int = 64


@dataclass(frozen=True, slots=True)
class Closed:
    """``reason`` is a stable code: refused, unreachable, timeout, silent, slept, lost, closed, too-big, given-up."""

    reason: str
    #: of the handshake
    status: int | None = None
    was_open: bool = False
    #: the exchange ended it in order
    code: int | None = None

    @property
    def is_ban(self) -> bool:
        return self.status == _BANNED


class SocketOwner(Protocol):
    def headers(self) -> Mapping[str, str]:
        """For the next handshake; asked each time, because a token serves once."""

    def opened(self) -> None: ...

    def received(self, frame: bytes) -> None: ...

    def closed(self, how: Closed) -> None:
        """It is tried again after a pause, unless the owner stops it here."""


def check_address(url: str) -> bool:
    """Whether it is on this machine. Keys and orders never cross a network in the clear."""
    parts = urlsplit(url)
    is_local = parts.hostname in _LOOPBACK
    if parts.scheme not in ("ws", "wss") or (parts.scheme == "ws" and not is_local):
        raise InvalidParameter("websocket_url", url, "not-encrypted")
    return is_local


class ReconnectingSocket:
    def __init__(
        self,
        url: str,
        owner: SocketOwner,
        loop: StreamLoop,
        clock: Clock,
        *,
        timing: SocketTiming | None = None,
        limits: SocketLimits | None = None,
        keep_alive_text: str | None = None,
        compression: bool = True,
    ) -> None:
        self._is_local = check_address(url)
        self._url = url
        self._owner = owner
        self._loop = loop
        self._clock = clock
        self._timing = timing or SocketTiming()
        self._limits = limits or SocketLimits()
        self._keep_alive_text = keep_alive_text
        self._compression = "deflate" if compression else None
        self._connects = MessageQuota(*self._limits.connects)
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = False
        self._failures = 0
        #: in a row
        self._bans = 0
        self._connection: ClientConnection | None = None
        self._outgoing: dict[str, str] = {}
        self._has_outgoing = asyncio.Event()
        self._give_up_reason: str | None = None
        self._heard_at = 0.0
        self._alive_until = clock.now()
        #: wall clock minus the monotonic one
        self._difference = 0.0
        #: connections that were opened, over the whole life
        self.opened_count = 0

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def alive_until(self) -> datetime:
        """The last sign of life, or just before it; by the wall clock, which a sleep of the machine does not stop."""
        return self._alive_until

    @property
    def is_wanted(self) -> bool:
        return self._is_wanted

    def start(self) -> None:
        """In the loop's thread, like everything below."""
        if not self._is_wanted:
            self._is_wanted = True
            self._spawn()

    def stop(self) -> None:
        """For good, until ``start``; the owner is not told."""
        self._is_wanted = False
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def send(self, text: str, slot: str) -> None:
        """Soon, within the quota. Of those that wait in the same slot only the newest is sent; a lost connection
        loses them: what has to be sent again is sent again in ``opened``."""
        self._outgoing.pop(slot, None)
        self._outgoing[slot] = text
        self._has_outgoing.set()

    def give_up(self, reason: str) -> None:
        """This connection is of no use although it is open: cut it and make another."""
        if self._connection is not None and self._give_up_reason is None:
            self._give_up_reason = reason
            self._connection.transport.abort()

    def _spawn(self) -> None:
        self._task = self._loop.spawn(self._run())
        self._task.add_done_callback(self._run_ended)

    def _run_ended(self, task: asyncio.Task[None]) -> None:
        """``_run`` ends by being cancelled, or by a bug; after a bug it begins anew."""
        if self._is_wanted and task is self._task and not task.cancelled():
            self._failures += 1
            asyncio.get_running_loop().call_later(self._timing.backoff.pause(self._failures), self._respawn, task)

    def _respawn(self, ended: asyncio.Task[None]) -> None:
        if self._is_wanted and self._task is ended:
            self._spawn()

    async def _run(self) -> None:
        while self._is_wanted:
            await self._wait_for_quota(self._connects)
            self._connects.spend(self._clock.monotonic())
            began_at = self._clock.monotonic()
            how = await self._one_connection()
            is_success = how.was_open and self._clock.monotonic() - began_at >= self._timing.stable_seconds
            self._failures = 0 if is_success else self._failures + 1
            self._bans = self._bans + 1 if how.is_ban else 0
            self._owner.closed(how)
            if self._is_wanted:
                await asyncio.sleep(self._pause())

    def _pause(self) -> float:
        # the first return after a good connection is quick: the exchange may just have restarted
        pause = self._timing.backoff.pause(max(self._failures, 1))
        if not self._bans:
            return pause
        # a knock during a ban makes the next one longer
        ban = self._timing.banned_seconds * 2 ** min(self._bans - 1, 30)
        return max(pause, min(ban, _LONGEST_BAN_SECONDS))

    async def _one_connection(self) -> Closed:
        from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

        now = self._clock.now()
        self._difference = now.timestamp() - self._clock.monotonic()
        try:
            connection = await self._connect()
        except InvalidStatus as error:
            return Closed("refused", status=error.response.status_code)
        except TimeoutError:
            return Closed("timeout")
        except (OSError, InvalidHandshake, WebSocketException, EOFError):
            return Closed("unreachable")
        self._connection, self._give_up_reason = connection, None
        self._heard_at, self._alive_until = self._clock.monotonic(), now
        self.opened_count += 1
        try:
            return await self._serve(connection)
        finally:
            self._connection = None
            self._outgoing.clear()
            connection.transport.abort()

    async def _connect(self) -> ClientConnection:
        from websockets.asyncio.client import connect

        return await connect(
            self._url,
            origin=None,  # requests with an Origin have a limit of their own, of almost nothing
            additional_headers=dict(self._owner.headers()),
            compression=self._compression,
            user_agent_header=None,
            proxy=None if self._is_local else True,
            open_timeout=self._timing.open_seconds,
            close_timeout=self._timing.close_seconds,
            ping_interval=None,  # ours, so that silence is judged by everything that comes
            max_size=self._limits.most_bytes,
            max_queue=self._limits.most_waiting,
        )

    async def _serve(self, connection: ClientConnection) -> Closed:
        helpers = [
            self._loop.spawn(self._send_waiting(connection)),
            self._loop.spawn(self._keep_alive(connection)),
            self._loop.spawn(self._watch_silence()),
        ]
        try:
            self._owner.opened()
            return await self._receive(connection)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _receive(self, connection: ClientConnection) -> Closed:
        from websockets.exceptions import ConnectionClosed

        monotonic, received = self._clock.monotonic, self._owner.received
        try:
            while True:
                frame = await connection.recv(decode=False)
                self._heard_at = monotonic()
                received(frame)
        except ConnectionClosed as error:
            return self._how(error)

    def _how(self, error: Exception) -> Closed:
        if self._give_up_reason is not None:
            return Closed(self._give_up_reason, was_open=True)
        received, sent = getattr(error, "rcvd", None), getattr(error, "sent", None)
        if received is not None:
            return Closed("closed", was_open=True, code=received.code)
        if sent is not None and sent.code == 1009:
            return Closed("too-big", was_open=True)
        return Closed("lost", was_open=True)

    async def _send_waiting(self, connection: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        quota = MessageQuota(*self._limits.messages)
        try:
            while True:
                await self._has_outgoing.wait()
                await self._wait_for_quota(quota)
                slot = min(self._outgoing, key=lambda one: one == _KEEP_ALIVE, default=None)
                if slot is None:
                    self._has_outgoing.clear()
                    continue
                quota.spend(self._clock.monotonic())
                await connection.send(self._outgoing.pop(slot))
        except ConnectionClosed:
            return  # the receiver says how

    async def _keep_alive(self, connection: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                if self._keep_alive_text is not None:
                    self.send(self._keep_alive_text, _KEEP_ALIVE)
                asyncio.ensure_future(await connection.ping()).add_done_callback(self._ponged)
                await asyncio.sleep(self._timing.ping_seconds)
        except ConnectionClosed:
            return

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        # a connection that ends answers its pings too, with its error, which has to be looked at
        if not pong.cancelled() and pong.exception() is None:
            self._heard_at = self._clock.monotonic()

    async def _watch_silence(self) -> None:
        """Beside the sender, which may itself be stuck: a peer that stops reading fills every buffer."""
        step = min(1.0, self._timing.silent_seconds / 8)
        while True:
            await asyncio.sleep(step)
            now, monotonic = self._clock.now(), self._clock.monotonic()
            difference, self._difference = self._difference, now.timestamp() - monotonic
            silent = monotonic - self._heard_at
            if abs(self._difference - difference) > self._timing.wall_jump_seconds:
                self.give_up("slept")
            elif silent > self._timing.silent_seconds:
                self.give_up("silent")
            else:
                self._alive_until = now - timedelta(seconds=silent)

    async def _wait_for_quota(self, quota: MessageQuota) -> None:
        while (pause := quota.wait_seconds(self._clock.monotonic())) > 0:
            await asyncio.sleep(pause)
