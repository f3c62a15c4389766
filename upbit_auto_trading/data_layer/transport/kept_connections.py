"""requests and urllib3, held to what ``http`` promises. Imported by the first ``send``: the libraries take their time.

Whether something was sent is not guessed from the kind of error: the connection itself notes it before it hands the
first byte to the system. The library's own retries are off, and it is given no session, so that there are no cookies,
redirects, proxies or passwords from the environment.
"""

from __future__ import annotations

import http.client
import ssl
import zlib
from collections.abc import Callable
from typing import Any

import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.http_messages import (
    Fault,
    Headers,
    HttpReply,
    HttpRequest,
    NoReply,
    NotSent,
    Timeouts,
)
from upbit_auto_trading.data_layer.transport.name_lookup import NameLookUp
from upbit_auto_trading.data_layer.transport.timed_sockets import (
    Attempt,
    TimedTlsSocket,
    current_attempt,
    open_socket,
    running,
)

#: more than threads that send; one too many would only be closed after use
_MOST_IDLE = 32
_PIECE = 65_536
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)


class _Noting:
    """Mixed into the library's connections: they do nothing outside an attempt, and note in it what they do."""

    _used_at = 0.0

    def _new_conn(self: Any) -> Any:
        return open_socket(self.host, self.port, self.socket_options)

    def send(self: Any, data: Any) -> None:
        attempt = current_attempt()
        if self.sock is None:
            self.connect()
        self._used_at = attempt.monotonic()
        attempt.mark_sent()
        super().send(data)  # type: ignore[misc]

    @property
    def is_connected(self: Any) -> bool:
        """Asked before a kept connection is used again; if not, it connects anew, which is safe: nothing is sent."""
        attempt = current_attempt()
        if attempt.monotonic() - self._used_at > attempt.longest_idle_seconds:
            return False
        # True only where the other side has neither closed nor sent anything that nobody asked for.
        return bool(super().is_connected)  # type: ignore[misc]


class _PlainConnection(_Noting, HTTPConnection):
    pass


class _TlsConnection(_Noting, HTTPSConnection):
    def connect(self) -> None:
        attempt = current_attempt()
        try:
            super().connect()
        except TimeoutError:
            attempt.fault = attempt.fault or Fault.CONNECT_TIMEOUT
            raise
        except (OSError, urllib3.exceptions.HTTPError):
            attempt.fault = attempt.fault or Fault.TLS
            raise


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        # 0 is what the library calls: never, for no reason.
        super().__init__(pool_maxsize=_MOST_IDLE, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=self._context, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def cert_verify(self, *_arguments: Any, **_options: Any) -> None:
        """The context holds the certificates; loading them anew for each connection takes longer than connecting."""


class KeptConnections:
    """See ``HttpTransport``, which makes one when it is first needed."""

    def __init__(
        self,
        clock: Clock,
        *,
        user_agent: str,
        ca_file: str | None,
        most_body_bytes: int,
        longest_idle_seconds: float,
        look_up: Callable[..., Any] | None,
    ) -> None:
        self._clock = clock
        self._user_agent = user_agent
        self._most_body_bytes = most_body_bytes
        self._longest_idle_seconds = longest_idle_seconds
        self._names = NameLookUp(look_up)
        self._adapter = _Adapter(_tls_context(ca_file or certifi.where()))

    def exchange(self, request: HttpRequest, timeouts: Timeouts) -> HttpReply:
        attempt = Attempt(self._clock, timeouts, self._names, self._longest_idle_seconds)
        prepared = self._prepared(request)
        try:
            with running(attempt):
                return self._exchange(prepared, attempt, timeouts)
        except _FAILURES as error:
            if attempt.sent_at is None:
                raise NotSent(attempt.fault or Fault.UNREACHABLE) from error
            raise NoReply(Fault.TOTAL_TIMEOUT if attempt.is_over else _fault_of(error)) from error

    def close(self) -> None:
        self._adapter.close()

    def _exchange(self, prepared: requests.PreparedRequest, attempt: Attempt, timeouts: Timeouts) -> HttpReply:
        # The sockets shorten these to what is left of the total.
        limits = (timeouts.connect_seconds, timeouts.read_seconds)
        response = self._adapter.send(prepared, stream=True, timeout=limits)
        received_at = self._clock.now()
        try:
            headers = Headers(response.headers)
            body = self._body(response, headers)
        finally:
            # A connection whose answer was not read to its end is not used again.
            response.close()
        sent_at = attempt.sent_at
        if sent_at is None or response.status_code < 200:
            raise NoReply(Fault.UNREADABLE)
        return HttpReply(response.status_code, headers, body, sent_at, received_at)

    def _body(self, response: requests.Response, headers: Headers) -> bytes:
        packed = bytearray()
        while piece := response.raw.read(_PIECE, decode_content=False):
            packed += piece
            if len(packed) > self._most_body_bytes:
                raise NoReply(Fault.TOO_LARGE)
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding in {"", "identity"} or not packed:
            return bytes(packed)
        if encoding not in {"gzip", "x-gzip"}:
            raise NoReply(Fault.UNREADABLE)
        return _unpacked(bytes(packed), self._most_body_bytes)

    def _prepared(self, request: HttpRequest) -> requests.PreparedRequest:
        """Not by the library's ``prepare``, which rewrites addresses: what was signed is what is sent."""
        prepared = requests.PreparedRequest()
        prepared.method = request.method
        prepared.url = request.url
        prepared.body = request.body
        prepared.headers = CaseInsensitiveDict({"User-Agent": self._user_agent, "Accept-Encoding": "gzip"})
        prepared.headers.update(request.headers)
        if request.body is not None:
            prepared.headers["Content-Length"] = str(len(request.body))
        return prepared


def _tls_context(ca_file: str) -> ssl.SSLContext:
    # Not create_default_context: that writes the session keys to a file where the environment asks for it.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca_file)
    context.sslsocket_class = TimedTlsSocket
    return context


def _unpacked(packed: bytes, most_bytes: int) -> bytes:
    """Never more than ``most_bytes`` are unpacked, however small the packed body is."""
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(packed, most_bytes + 1)
    except zlib.error as error:
        raise NoReply(Fault.UNREADABLE) from error
    if len(unpacked) > most_bytes:
        raise NoReply(Fault.TOO_LARGE)
    if not unpacker.eof:
        raise NoReply(Fault.TRUNCATED)
    if unpacker.unused_data:
        raise NoReply(Fault.UNREADABLE)
    return unpacked


def _fault_of(error: BaseException) -> Fault:
    """The library wraps what happened several times; the innermost that we know tells."""
    chain = _wrapped(error)
    for kinds, fault in (
        ((TimeoutError, urllib3.exceptions.ReadTimeoutError, requests.Timeout), Fault.READ_TIMEOUT),
        ((http.client.IncompleteRead, urllib3.exceptions.IncompleteRead), Fault.TRUNCATED),
        ((ConnectionError,), Fault.RESET),
    ):
        if any(isinstance(one, kinds) for one in chain):
            return fault
    return Fault.UNREADABLE


def _wrapped(error: BaseException) -> list[BaseException]:
    """It, and everything that led to it; the library puts causes among the arguments too."""
    found = [error]
    for one in found:
        inner = [argument for argument in one.args if isinstance(argument, BaseException)]
        if one.__context__ is not None:
            inner.append(one.__context__)
        found += [each for each in inner if not any(each is known for known in found)]
    return found
