"""What is sent and what comes back, or why nothing did: the words that all parts of the transport share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
_METHOD = re.compile(r"[A-Z]+")


class Fault(Enum):
    """Why there is no answer."""

    # nothing was sent
    NAME = "name-not-found"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect-timeout"
    TLS = "tls"
    CLOSED = "transport-closed"
    # something may have been
    READ_TIMEOUT = "read-timeout"
    TOTAL_TIMEOUT = "total-timeout"
    RESET = "reset"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"


class TransportFailure(Exception):
    """No answer. Translated by the client of an exchange, which alone knows what was asked."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NotSent(TransportFailure):
    """Not a byte of the request left this machine."""


class NoReply(TransportFailure):
    """Some of the request may have arrived; what came of it is unknown."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Each is a bound, whatever the other side does."""

    #: name look-up, TCP and TLS together
    connect_seconds: float = 3.0
    #: longest silence while sending or receiving
    read_seconds: float = 5.0
    #: from the call of ``send`` to the last byte
    total_seconds: float = 10.0

    def __post_init__(self) -> None:
        if min(self.connect_seconds, self.read_seconds, self.total_seconds) <= 0:
            raise ValueError("time-outs are positive")


class Headers(Mapping[str, str]):
    """Of an answer; names in any case. What came several times is joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._values = {name.lower(): value for name, value in pairs.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """``url`` is absolute and already percent-encoded. Its ``repr`` shows neither query, headers nor body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __post_init__(self) -> None:
        if not _METHOD.fullmatch(self.method):
            raise ValueError("the method is a word in capitals")
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.fragment:
            raise ValueError("the address is absolute, without user and fragment")
        if not self.url.isascii() or any(sign <= " " for sign in self.url):
            raise ValueError("the address is percent-encoded")
        for name, value in self.headers.items():
            # The message leaves the value out: it may be a token.
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError("a header holds signs that none may")
            if name.lower() in {"origin", "host", "content-length", "transfer-encoding", "accept-encoding"}:
                # With an Origin, an exchange counts us as a browser: one request in ten seconds.
                raise ValueError(f"{name} is not the caller's to set")

    def __repr__(self) -> str:
        parts = urlsplit(self.url)
        return f"HttpRequest({self.method} {parts.scheme}://{parts.netloc}{parts.path})"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Whole: a body that ended early is a ``NoReply``. Any status from 200 up, redirects among them."""

    status: int
    headers: Headers
    #: unpacked
    body: bytes = field(repr=False)
    #: when the first byte was handed to the system, and when the headers of the answer had been read
    sent_at: datetime
    received_at: datetime
