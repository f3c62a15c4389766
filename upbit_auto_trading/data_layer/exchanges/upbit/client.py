"""One request to the exchange: its turn, its signature, its answer, in words of ours.

What changes nothing is asked again within a bound of time. What places or cancels is sent once: where its answer is
lost, unreadable or a failure of the server, the outcome is unknown, and that is what is said.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeError,
    ExchangeUnavailable,
    InvariantBroken,
    RateLimited,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchanges.upbit import refusals
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.calls import ADDRESS_GROUPS, POCKET_GROUPS, Effect, UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Malformed, decode
from upbit_auto_trading.data_layer.exchanges.upbit.signing import UpbitSigner
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers
from upbit_auto_trading.data_layer.transport.clock_difference import ClockDifference
from upbit_auto_trading.data_layer.transport.gate import Gate, Pass
from upbit_auto_trading.data_layer.transport.http import (
    HttpReply,
    HttpRequest,
    HttpTransport,
    NoReply,
    NotSent,
    Timeouts,
)
from upbit_auto_trading.data_layer.transport.limit_group import Priority
from upbit_auto_trading.data_layer.transport.read_retry import ReadRetry

#: a read and its repetitions together
READ_SECONDS = 20.0
_SHORTEST_ATTEMPT = 0.05
_USUAL = Timeouts()
_LOGGER = logging.getLogger(__name__)
_REMAINING = re.compile(r"\bsec=([0-9]{1,6})\b")
_JSON = {"Content-Type": "application/json; charset=utf-8"}
#: a 418 silences everything that the exchange counts together, not only the group that it was sent to
_SCOPES = tuple(frozenset(group.name for group in groups) for groups in (ADDRESS_GROUPS, POCKET_GROUPS))
_T = TypeVar("_T")


class UpbitClient:
    """Safe from any thread. Owns nothing: transport and gate are closed by whoever made them.

    ``most_urgent`` is for those who should come after others: none of their requests goes before that rank.
    """

    def __init__(
        self,
        exchange: str,
        addresses: UpbitAddresses,
        clock: Clock,
        *,
        transport: HttpTransport,
        gate: Gate,
        unreadable: UnreadableAnswers,
        clock_difference: ClockDifference,
        draw: Callable[[], float],
        wait: Callable[[float], bool],
        signer: UpbitSigner | None = None,
        read_seconds: float = READ_SECONDS,
        most_urgent: Priority = Priority.URGENT,
    ) -> None:
        self._exchange = exchange
        self._base = addresses.rest_url.rstrip("/")
        self._clock = clock
        self._transport = transport
        self._gate = gate
        self._unreadable = unreadable
        self._clock_difference = clock_difference
        self._draw = draw
        self.wait = wait
        self._signer = signer
        self._read_seconds = read_seconds
        self._most_urgent = most_urgent
        self._retry = ReadRetry(clock, draw, wait)

    def read(self, call: UpbitCall, read: Callable[[object], _T]) -> _T:
        """Asked again while it fails for the moment. An answer of a shape that we do not know would not change."""
        if call.endpoint.effect is not Effect.READS:
            raise InvariantBroken(f"{call.endpoint.label} would be repeated")
        answer = self._retry.run(
            lambda deadline: self._attempt(call, deadline),
            retryable=(ExchangeUnavailable, RateLimited),
            total_seconds=self._read_seconds,
        )
        return self._understood(call, answer, read)

    def read_list(self, call: UpbitCall, read: Callable[[object], _T]) -> tuple[_T, ...]:
        """Items that cannot be read are reported and left out; where none can, the answer is as good as none."""
        return self.read_counted_list(call, read)[0]

    def read_counted_list(self, call: UpbitCall, read: Callable[[object], _T]) -> tuple[tuple[_T, ...], int]:
        """And how many items the answer had: pages are counted by what they hold, readable or not."""

        def read_items(answer: object) -> tuple[tuple[_T, ...], int]:
            if not isinstance(answer, list):
                raise Malformed("answer", "not-a-list")
            found = self._unreadable.readable(answer, read, call.endpoint.label)
            if answer and not found:
                raise Malformed("answer", "nothing-readable")
            return found, len(answer)

        return self.read(call, read_items)

    def once(self, call: UpbitCall, read: Callable[[object], _T], *, within_seconds: float | None = None) -> _T:
        endpoint = call.endpoint
        seconds = endpoint.patience_seconds + endpoint.timeout_seconds if within_seconds is None else within_seconds
        return self._understood(call, self._attempt(call, self._clock.monotonic() + seconds), read)

    def jitter(self, ceiling: float) -> float:
        return self._draw() * ceiling

    def is_our_key(self, access_key: str) -> bool:
        return self._signer is not None and self._signer.is_key(access_key)

    def _understood(self, call: UpbitCall, answer: object, read: Callable[[object], _T]) -> _T:
        try:
            return read(answer)
        except Malformed as error:
            self._unreadable.report(call.endpoint.label, error)
            raise refusals.untold(self._exchange, call, "unreadable") from error

    def _attempt(self, call: UpbitCall, deadline: float) -> object:
        endpoint = call.endpoint
        turn_by = min(deadline, self._clock.monotonic() + endpoint.patience_seconds)
        wanted = endpoint.priority if call.priority is None else call.priority
        priority = max(wanted, self._most_urgent)
        with self._gate.passing(endpoint.group, priority, turn_by) as pass_:
            seconds = min(endpoint.timeout_seconds, deadline - self._clock.monotonic())
            reply = self._send(call, max(seconds, _SHORTEST_ATTEMPT), pass_)
            self._note_headers(reply, pass_)
            if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
                return self._decoded(call, reply, pass_)
            raise self._refused(call, reply, pass_)

    def _send(self, call: UpbitCall, seconds: float, pass_: Pass) -> HttpReply:
        timeouts = Timeouts(
            connect_seconds=min(_USUAL.connect_seconds, seconds),
            read_seconds=min(_USUAL.read_seconds, seconds),
            total_seconds=seconds,
        )
        began_at = self._clock.monotonic()
        try:
            reply = self._transport.send(self._signed(call), timeouts)
        except NotSent as error:
            pass_.not_sent()
            self._log(call, began_at, reason=error.fault.value)
            raise ExchangeUnavailable(self._exchange, error.fault.value) from error
        except NoReply as error:
            pass_.failed()
            self._log(call, began_at, reason=error.fault.value)
            raise refusals.untold(self._exchange, call, error.fault.value) from error
        self._log(call, began_at, status=reply.status)
        return reply

    def _signed(self, call: UpbitCall) -> HttpRequest:
        """Made for each attempt: a nonce counts once."""
        endpoint, given = call.endpoint, call.parameters
        headers: dict[str, str] = {}
        if endpoint.needs_key:
            if self._signer is None:
                raise InvariantBroken(f"{endpoint.label} needs a key")
            headers["Authorization"] = self._signer.authorization(given.hashed_text())
        url = f"{self._base}{endpoint.path}"
        if endpoint.method == "POST":
            return HttpRequest(endpoint.method, url, {**headers, **_JSON}, given.json_body())
        return HttpRequest(endpoint.method, f"{url}?{given.url_query()}" if given else url, headers)

    def _note_headers(self, reply: HttpReply, pass_: Pass) -> None:
        """Names of groups in the header differ from those of the documentation: the group is that of the request."""
        self._clock_difference.note(reply.headers.get("date"), reply.sent_at, reply.received_at)
        remaining = _REMAINING.search(reply.headers.get("remaining-req", ""))
        if remaining is not None:
            pass_.remaining(int(remaining.group(1)))

    def _decoded(self, call: UpbitCall, reply: HttpReply, pass_: Pass) -> object:
        try:
            answer = decode(reply.body)
        except Malformed as error:
            pass_.failed()
            self._unreadable.report(call.endpoint.label, error)
            raise refusals.untold(self._exchange, call, "unreadable") from error
        pass_.succeeded()
        return answer

    def _refused(self, call: UpbitCall, reply: HttpReply, pass_: Pass) -> ExchangeError:
        retry_after = reply.headers.get("retry-after")
        error = refusals.error_of(self._exchange, call, reply.status, reply.body, self._clock.now(), retry_after)
        if reply.status == refusals.BLOCKED_STATUS:
            pass_.succeeded()
            return self._blocked(call, reply, retry_after)
        if isinstance(error, RateLimited):
            pass_.succeeded()
            pass_.too_many(refusals.told_seconds(retry_after))
        elif reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status < HTTPStatus.BAD_REQUEST:
            pass_.failed()
        else:
            pass_.succeeded()
        return error

    def _blocked(self, call: UpbitCall, reply: HttpReply, retry_after: str | None) -> RateLimited:
        """Until when, the gate knows best: it remembers earlier blocks where this one tells no time."""
        group, now = call.endpoint.group, self._clock.now()
        told = refusals.told_block_time(reply.body, retry_after)
        self._gate.block(next(scope for scope in _SCOPES if group in scope), None if told is None else now + told)
        until = self._gate.limiter.blocked_until(group) or now + (told or refusals.SHORTEST_UNTOLD_BLOCK)
        log_event(
            _LOGGER, logging.WARNING, "blocked by the exchange", exchange=self._exchange, group=group, until=until
        )
        return RateLimited(self._exchange, until, "blocked")

    def _log(self, call: UpbitCall, began_at: float, *, status: int | None = None, reason: str | None = None) -> None:
        """Never parameters or bodies. Reads that went well are for who looks closely."""
        endpoint = call.endpoint
        went_well = status is not None and status < HTTPStatus.BAD_REQUEST
        level = logging.DEBUG if went_well and endpoint.effect is Effect.READS else logging.INFO
        log_event(
            _LOGGER,
            level,
            "request to the exchange",
            exchange=self._exchange,
            method=endpoint.method,
            endpoint=endpoint.label,
            group=endpoint.group,
            status=status,
            reason=reason,
            duration_ms=round((self._clock.monotonic() - began_at) * 1_000, 1),
        )
