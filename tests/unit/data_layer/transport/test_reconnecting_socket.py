"""One socket against a scripted server: what its owner is told, and what the server sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.fakes.scripted_stream_server import ScriptedStreamServer
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.message_quota import Quota
from upbit_auto_trading.data_layer.transport.reconnecting_socket import (
    Closed,
    ReconnectingSocket,
    SocketLimits,
    SocketTiming,
    check_address,
)
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop

FAST = SocketTiming(
    ping_seconds=0.1, silent_seconds=0.8, open_seconds=1.0, close_seconds=0.2, backoff=Backoff(0.02, 0.05)
)
SUBSCRIPTION = '[{"ticket":"x"},{"type":"ticker","codes":["KRW-BTC"]}]'


class JumpingClock(SystemClock):
    """The machine's, but the wall clock can be moved."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


class Owner:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.frames: list[bytes] = []
        self.ends: list[Closed] = []
        self.alive_until: list[datetime] = []
        self.opened_count = 0
        self.fails_on: bytes | None = None
        self.socket: ReconnectingSocket | None = None
        self.says = [SUBSCRIPTION]

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.opened_count}"}

    def opened(self) -> None:
        assert self.socket is not None
        self._note(lambda: setattr(self, "opened_count", self.opened_count + 1))
        for index, text in enumerate(self.says):
            self.socket.send(text, f"slot-{index}")

    def received(self, frame: bytes) -> None:
        if frame == self.fails_on:
            raise ZeroDivisionError
        if frame != b'{"status":"UP"}':
            self._note(lambda: self.frames.append(frame))

    def closed(self, how: Closed) -> None:
        assert self.socket is not None
        self.alive_until.append(self.socket.alive_until)
        self._note(lambda: self.ends.append(how))

    def wait_for(self, condition: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 20), (self.frames[-3:], self.ends[-3:])

    def _note(self, act: Callable[[], object]) -> None:
        with self.changed:
            act()
            self.changed.notify_all()


class World:
    def __init__(self, server: ScriptedStreamServer, timing: SocketTiming, limits: SocketLimits | None) -> None:
        self.server, self.owner, self.failures = server, Owner(), list[BaseException]()
        self.clock = JumpingClock()
        self.loop = StreamLoop("test-socket", self.failures.append)
        self.socket = ReconnectingSocket(
            server.url, self.owner, self.loop, self.clock, timing=timing, limits=limits, keep_alive_text="PING"
        )
        self.owner.socket = self.socket


@contextmanager
def connected(timing: SocketTiming = FAST, limits: SocketLimits | None = None) -> Iterator[World]:
    with ScriptedStreamServer() as server:
        world = World(server, timing, limits)
        world.loop.start()
        world.loop.call(world.socket.start)
        try:
            world.owner.wait_for(lambda: world.owner.opened_count)
            yield world
        finally:
            assert world.loop.stop()


def test_it_pings_in_both_ways_and_stays() -> None:
    with connected() as world:
        world.server.wait_for(lambda: world.server.pings >= 12)
        assert world.owner.ends == []
        assert "origin" not in world.server.handshakes[0]
        assert "permessage-deflate" in world.server.handshakes[0]["sec-websocket-extensions"]


def test_each_connection_has_a_token_of_its_own() -> None:
    with connected() as world:
        world.server.wait_for(lambda: world.server.subscribed())
        world.server.cut()
        world.server.wait_for(lambda: len(world.server.subscribed()) == 2)
        assert [one["authorization"] for one in world.server.handshakes] == ["Bearer 0", "Bearer 1"]


def test_how_a_connection_ended_is_said() -> None:
    with connected() as world:
        world.server.wait_for(world.server.connected)
        world.server.cut()
        world.owner.wait_for(lambda: world.owner.ends)
        assert (world.owner.ends[0].reason, world.owner.ends[0].was_open) == ("lost", True)
        world.server.error_on_subscribe["public"] = "WRONG_FORMAT"
        world.owner.wait_for(lambda: Closed("closed", was_open=True, code=1000) in world.owner.ends)
        assert b"WRONG_FORMAT" in world.owner.frames[-1]
        world.server.refuse_with["public"] = 503
        world.owner.wait_for(lambda: Closed("refused", status=503) in world.owner.ends)
        world.server.close()
        world.owner.wait_for(lambda: Closed("unreachable") in world.owner.ends)


def test_a_frame_that_is_too_large_ends_the_connection_and_not_the_memory() -> None:
    with connected(limits=SocketLimits(most_bytes=10_000)) as world:
        world.server.wait_for(world.server.connected)
        world.server.send("x" * 9_999)
        world.owner.wait_for(lambda: world.owner.frames)
        world.server.send("x" * 10_001)
        world.owner.wait_for(lambda: world.owner.ends)
        assert world.owner.ends[0].reason == "too-big"
        world.owner.wait_for(lambda: world.owner.opened_count == 2)


def test_silence_is_noticed_though_the_connection_is_open() -> None:
    with connected() as world:
        world.server.wait_for(world.server.connected)
        world.server.stop_reading()
        world.owner.wait_for(lambda: world.owner.ends)
        assert world.owner.ends[0].reason == "silent"
        world.owner.wait_for(lambda: world.owner.opened_count == 2)


def test_a_peer_that_takes_nothing_more_cannot_hold_us_up() -> None:
    """Every buffer is full, so that even a ping waits for room."""
    with connected() as world:
        world.server.wait_for(world.server.connected)
        world.server.stop_reading()
        world.loop.call(world.socket.send, "x" * 30_000_000, "large")
        world.owner.wait_for(lambda: world.owner.opened_count == 2)


def test_after_a_sleep_of_the_machine_the_connection_is_not_trusted() -> None:
    with connected() as world:
        world.server.wait_for(world.server.connected)
        before = world.clock.now()
        world.clock.ahead = timedelta(hours=1)
        world.owner.wait_for(lambda: world.owner.opened_count == 2)
        assert world.owner.ends[0].reason == "slept"
        assert world.owner.alive_until[0] <= before, "what happened meanwhile was missed"


def test_a_server_that_answers_nothing_times_out() -> None:
    with connected(replace(FAST, open_seconds=0.2)) as world:
        world.server.hangs_in_handshake = True
        world.server.cut()
        world.owner.wait_for(lambda: Closed("timeout") in world.owner.ends)
        world.server.hangs_in_handshake = False
        world.owner.wait_for(lambda: world.owner.opened_count == 2)


def test_connects_and_messages_stay_within_their_quotas() -> None:
    limits = SocketLimits(connects=(Quota(3, 0.5),), messages=(Quota(2, 0.3),))
    with connected(replace(FAST, backoff=Backoff(0.001, 0.001)), limits) as world:
        world.owner.says = [SUBSCRIPTION] * 5
        world.server.refuse_with["public"] = 503
        world.server.cut()
        clock = SystemClock()
        began = clock.monotonic()
        world.owner.wait_for(lambda: len(world.owner.ends) >= 8)
        took = clock.monotonic() - began
        assert len(world.server.handshakes) <= 3 * (took / 0.5 + 2)
        assert took >= 1.0
        world.server.refuse_with.clear()
        before, began = len(world.server.subscribed()), clock.monotonic()
        world.server.wait_for(lambda: len(world.server.subscribed()) >= before + 5)
        assert clock.monotonic() - began >= 0.6


def test_of_what_waits_in_one_slot_the_newest_is_sent() -> None:
    with connected(limits=SocketLimits(messages=(Quota(1, 0.3),))) as world:
        world.server.wait_for(lambda: world.server.subscribed())
        for number in range(5):
            world.loop.call(world.socket.send, f'[{{"ticket":"{number}"}},{{"type":"trade","codes":[]}}]', "slot-0")
        world.server.wait_for(lambda: len(world.server.subscribed()) >= 2)
        assert world.server.subscribed()[1][0] == {"ticket": "4"}


def test_a_bug_of_the_owner_costs_one_connection(expected_log: LogGuard) -> None:
    expected_log.expect("a stream task failed")
    with connected() as world:
        world.server.wait_for(world.server.connected)
        world.owner.fails_on = b"bug"
        world.server.send("bug")
        world.owner.wait_for(lambda: world.owner.opened_count == 2)
        assert [type(error) for error in world.failures] == [ZeroDivisionError]


def test_stopped_it_stays_stopped_until_started() -> None:
    with connected() as world:
        world.server.wait_for(world.server.connected)
        world.loop.call(world.socket.stop)
        world.server.wait_for(lambda: not world.server.connected())
        world.loop.call(world.socket.start)
        world.owner.wait_for(lambda: world.owner.opened_count == 2)


@pytest.mark.parametrize(
    "address", ["ws://api.upbit.com/websocket/v1", "http://127.0.0.1", "wss", "ws://127.0.0.1.evil"]
)
def test_no_key_crosses_a_network_in_the_clear(address: str) -> None:
    with pytest.raises(InvalidParameter):
        check_address(address)


def test_addresses_that_are_allowed() -> None:
    assert not check_address("wss://api.upbit.com/websocket/v1")
    assert check_address("ws://127.0.0.1:1234/websocket/v1")


def test_pauses_grow_while_nothing_succeeds() -> None:
    timing = replace(FAST, backoff=Backoff(0.02, 0.4))
    with connected(timing) as world:
        world.server.refuse_with["public"] = 503
        world.server.cut()
        clock, moments = SystemClock(), list[float]()
        for count in range(2, 9):
            world.owner.wait_for(lambda count=count: len(world.owner.ends) >= count)  # type: ignore[misc]
            moments.append(clock.monotonic())
        pauses = [later - earlier for earlier, later in pairwise(moments)]
        assert pauses[-1] > 3 * pauses[0]


def test_after_a_ban_nobody_knocks_for_long_and_longer_each_time() -> None:
    with connected(replace(FAST, banned_seconds=0.3)) as world:
        world.server.refuse_with["public"] = 418
        world.server.cut()
        clock, moments = SystemClock(), list[float]()
        for count in range(2, 5):
            world.owner.wait_for(lambda count=count: len(world.owner.ends) >= count)  # type: ignore[misc]
            moments.append(clock.monotonic())
        first, second = (later - earlier for earlier, later in pairwise(moments))
        assert first >= 0.3
        assert second >= 0.6
        assert all(end == Closed("refused", status=418) for end in world.owner.ends[1:])
        del world.server.refuse_with["public"]
        world.owner.wait_for(lambda: world.owner.opened_count == 2)
