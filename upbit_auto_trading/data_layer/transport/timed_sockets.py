"""Sockets that end in time, and one attempt's account of what it has done and may still do.

A time-out of the library bounds each wait, so a server that sends a byte now and then would hold us for ever. These
sockets ask the attempt of their thread before every wait how long it may be.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.http_messages import Fault, Timeouts
from upbit_auto_trading.data_layer.transport.name_lookup import Address, NameLookUp, NameNotFound

#: an address that does not answer is given up for the next one after its share of the time, but not before this
_LEAST_CONNECT_SECONDS = 1.0


class Attempt:
    """What one ``send`` has done, and how long it may still take."""

    def __init__(self, clock: Clock, timeouts: Timeouts, names: NameLookUp, longest_idle_seconds: float) -> None:
        began_at = clock.monotonic()
        self._clock = clock
        self.names = names
        self.longest_idle_seconds = longest_idle_seconds
        self._read_seconds = timeouts.read_seconds
        self._ends_at = began_at + timeouts.total_seconds
        self._connected_by = began_at + min(timeouts.connect_seconds, timeouts.total_seconds)
        #: None: not a byte of the request has been handed to the system
        self.sent_at: datetime | None = None
        #: why there is no connection
        self.fault: Fault | None = None

    @property
    def is_over(self) -> bool:
        return self._clock.monotonic() >= self._ends_at

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def seconds_to_connect(self) -> float:
        return self._left(self._connected_by)

    def seconds_to_wait(self) -> float:
        return min(self._read_seconds, self._left(self._ends_at))

    def mark_sent(self) -> None:
        if self.sent_at is None:
            self.sent_at = self._clock.now()

    def _left(self, moment: float) -> float:
        left = moment - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError("the attempt's time is up")
        return left


_of_thread = threading.local()


@contextmanager
def running(attempt: Attempt) -> Iterator[None]:
    """Sockets and connections used in this thread belong to this attempt."""
    _of_thread.attempt = attempt
    try:
        yield
    finally:
        del _of_thread.attempt


def current_attempt() -> Attempt:
    attempt: Attempt = _of_thread.attempt
    return attempt


class TimedSocket(socket.socket):
    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(current_attempt().seconds_to_wait())
        return super().recv_into(*arguments, **options)

    def sendall(self, *arguments: Any, **options: Any) -> None:
        self.settimeout(current_attempt().seconds_to_wait())
        super().sendall(*arguments, **options)


class TimedTlsSocket(ssl.SSLSocket):
    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(current_attempt().seconds_to_wait())
        return super().recv_into(*arguments, **options)

    def send(self, *arguments: Any, **options: Any) -> int:
        # Its sendall comes here, once for each piece.
        self.settimeout(current_attempt().seconds_to_wait())
        return super().send(*arguments, **options)


def open_socket(host: str, port: int, options: Any) -> TimedSocket:
    """Connected to the first address that answers; notes in the attempt why none did."""
    attempt = current_attempt()
    try:
        addresses = attempt.names.addresses(host, port, attempt.seconds_to_connect())
        return _first_that_answers(addresses, options)
    except NameNotFound:
        attempt.fault = Fault.NAME
        raise
    except TimeoutError:
        attempt.fault = Fault.CONNECT_TIMEOUT
        raise
    except ConnectionRefusedError:
        attempt.fault = Fault.REFUSED
        raise
    except OSError:
        attempt.fault = Fault.UNREACHABLE
        raise


def _first_that_answers(addresses: list[Address], options: Any) -> TimedSocket:
    attempt = current_attempt()
    last_error: OSError | None = None
    for tried, address in enumerate(addresses):
        left = attempt.seconds_to_connect()
        share = left / (len(addresses) - tried)
        try:
            return _connected(address, min(left, max(share, _LEAST_CONNECT_SECONDS)), options)
        except OSError as error:
            last_error = error
    if last_error is None:
        raise OSError("no address")
    raise last_error


def _connected(address: Address, seconds: float, options: Any) -> TimedSocket:
    connection = TimedSocket(address.family, address.kind, address.protocol)
    try:
        for option in options or ():
            connection.setsockopt(*option)
        connection.settimeout(seconds)
        connection.connect(address.where)
        # What is left of the time bounds the TLS handshake, which Python counts as one wait.
        connection.settimeout(current_attempt().seconds_to_connect())
    except OSError:
        connection.close()
        raise
    return connection
