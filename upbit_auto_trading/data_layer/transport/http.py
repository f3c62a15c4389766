"""One attempt of one HTTP request, and the one question that money hangs on: can it have arrived?

``NotSent`` says that nothing of the request left this machine; it may be sent again. ``NoReply`` says that some of it
may have; where it places an order, the order is looked up and never sent again. Nothing here retries, follows a
redirect, keeps a cookie, or reads a proxy or a password from the environment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.data_layer.transport.http_messages import (
    Fault,
    Headers,
    HttpReply,
    HttpRequest,
    NoReply,
    NotSent,
    Timeouts,
    TransportFailure,
)

if TYPE_CHECKING:
    from upbit_auto_trading.data_layer.transport.kept_connections import KeptConnections

__all__ = [
    "LONGEST_IDLE_SECONDS",
    "MOST_BODY_BYTES",
    "Fault",
    "Headers",
    "HttpReply",
    "HttpRequest",
    "HttpTransport",
    "NoReply",
    "NotSent",
    "Timeouts",
    "TransportFailure",
]

#: the answers that we ask for are far smaller; an endless one ends here, counted after unpacking
MOST_BODY_BYTES = 16 * 1024 * 1024
#: a connection that lay idle longer is not used again: what stands between us and the exchange forgets it silently
LONGEST_IDLE_SECONDS = 15.0


class HttpTransport:
    """Kept-alive connections that any number of threads may use; one instance shares none with another.

    The kill switch has an instance of its own. Certificates are checked against certifi's list, or ``ca_file``.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        user_agent: str = "UpbitAutoTrader",
        ca_file: str | None = None,
        most_body_bytes: int = MOST_BODY_BYTES,
        longest_idle_seconds: float = LONGEST_IDLE_SECONDS,
        look_up: Callable[..., Any] | None = None,
    ) -> None:
        self._clock = clock
        self._user_agent = user_agent
        self._ca_file = ca_file
        self._most_body_bytes = most_body_bytes
        self._longest_idle_seconds = longest_idle_seconds
        self._look_up = look_up
        self._lock = threading.Lock()
        self._connections: KeptConnections | None = None
        self._is_closed = False

    def send(self, request: HttpRequest, timeouts: Timeouts) -> HttpReply:
        """One attempt, over by ``timeouts.total_seconds``. Raises ``NotSent`` or ``NoReply``."""
        return self._opened().exchange(request, timeouts)

    def load_library(self) -> None:
        """Loads requests and the certificates (tenths of a second), so that the first ``send`` need not."""
        self._opened()

    def close(self) -> None:
        """Idle connections at once; a request under way ends in its own time. Later ones are ``NotSent``."""
        with self._lock:
            self._is_closed = True
            connections, self._connections = self._connections, None
        if connections is not None:
            connections.close()

    def _opened(self) -> KeptConnections:
        with self._lock:
            if self._is_closed:
                raise NotSent(Fault.CLOSED)
            if self._connections is None:
                from upbit_auto_trading.data_layer.transport.kept_connections import KeptConnections

                self._connections = KeptConnections(
                    self._clock,
                    user_agent=self._user_agent,
                    ca_file=self._ca_file,
                    most_body_bytes=self._most_body_bytes,
                    longest_idle_seconds=self._longest_idle_seconds,
                    look_up=self._look_up,
                )
            return self._connections
