"""What goes wrong with a request on request, as it looks on the wire: sheet 10.2."""

from __future__ import annotations

import asyncio
import http
import random
import socket
import struct

from aiohttp import hdrs, web

from upbit_auto_trading.business_logic.domain.order import OrderState
from upbit_auto_trading.data_layer.practice_exchange.call import Services
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import exchange_error, json_error
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind
from upbit_auto_trading.data_layer.practice_exchange.http_answers import (
    JSON_OF_EXCHANGE,
    gateway_answer,
    limited_answer,
    page,
)
from upbit_auto_trading.data_layer.practice_exchange.limits import DEFAULT, Quota

_GARBAGE = b'{"market":"KRW-BTC","price":1184\x00\xff\xfe[[[<not json>'
_BEFORE = (
    FaultKind.LATENCY,
    FaultKind.JITTER,
    FaultKind.HANG,
    FaultKind.RESET_BEFORE,
    FaultKind.STATUS,
    FaultKind.RATE_LIMITED,
    FaultKind.BLOCKED,
    FaultKind.MAINTENANCE,
)
_AFTER = (FaultKind.DROP_REPLY, FaultKind.RESET_AFTER, FaultKind.GARBAGE, FaultKind.TRUNCATED)
#: how often it is looked whether anybody still waits
_LOOK = 0.1
_FOREVER = 86_400.0


class HttpFaults:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._jitter = random.Random(0)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends everything that hangs."""
        self._stopping.set()

    async def before(self, request: web.Request) -> web.StreamResponse | None:
        """Delays, or answers in place of the exchange, which then never sees the request."""
        for fault in self._taken(request, _BEFORE):
            answer = await self._met(request, fault)
            if answer is not None:
                return answer
        return None

    async def after(self, request: web.Request, answer: web.Response) -> web.StreamResponse:
        """The request was done; its answer comes to harm."""
        for fault in self._taken(request, _AFTER):
            return await self._harmed(request, answer, fault)
        return answer

    def clock_difference_ms(self, request: web.Request) -> int:
        return sum(fault.amount for fault in self._taken(request, (FaultKind.CLOCK_DIFFERENCE,)))

    def _taken(self, request: web.Request, kinds: tuple[FaultKind, ...]) -> list[Fault]:
        return list(self._services.faults.take(*kinds, method=request.method, path=request.path))

    async def _met(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        kind = fault.kind
        if kind is FaultKind.LATENCY:
            await self._wait(request, fault.amount / 1_000)
            return None
        if kind is FaultKind.JITTER:
            await self._wait(request, self._jitter.uniform(0, fault.amount / 1_000))
            return None
        if kind is FaultKind.HANG:
            return await self._hang(request, fault.amount)
        if kind is FaultKind.RESET_BEFORE:
            return _reset(request)
        if kind is FaultKind.MAINTENANCE:
            return await self._maintained(request, fault.form)
        return self._refused(request, fault)

    def _refused(self, request: web.Request, fault: Fault) -> web.Response:
        switches = self._services.switches
        if fault.kind is FaultKind.RATE_LIMITED:
            return limited_answer(Quota(DEFAULT, False, 0), switches)
        if fault.kind is FaultKind.BLOCKED:
            seconds = float(fault.amount or 60)
            self._block(request, seconds)
            return limited_answer(Quota(DEFAULT, False, 0, seconds), switches)
        if fault.form == "json":
            return self._failure(fault.amount)
        return page(fault.amount, http.HTTPStatus(fault.amount).phrase if fault.amount in _STATUSES else "Error")

    def _block(self, request: web.Request, seconds: float) -> None:
        """With a token the pockets, else the address; whose token it is nobody has looked at yet."""
        accounts = {key.account_id for key in self._services.world.keys.values()}
        for scope in accounts if hdrs.AUTHORIZATION in request.headers else {request.remote or ""}:
            self._services.limits.block(scope, seconds)

    def _failure(self, status: int = 500) -> web.Response:
        name = self._services.switches["failure-name"]
        return gateway_answer(status, json_error(name, exchange_error(status, name).message))

    async def _maintained(self, request: web.Request, form: str) -> web.StreamResponse:
        if self._services.switches["maintenance-orders"] == "cancelled":
            self._cancel_outside_krw()
        if form == "hang":
            return await self._hang(request, 0)
        if form == "page":
            return page(503, "Service Temporarily Unavailable")
        if request.method in ("POST", "DELETE"):
            return gateway_answer(403, exchange_error(403, "market_offline").body)
        return self._failure()

    def _cancel_outside_krw(self) -> None:
        world = self._services.world
        for account_id in {key.account_id for key in world.keys.values()}:
            for order in world.exchange.orders(account_id, {OrderState.OPEN}):
                if order.market.quote != "KRW":
                    world.cancel(account_id, order.order_id)

    async def _harmed(self, request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
        if fault.kind is FaultKind.GARBAGE:
            return web.Response(body=_GARBAGE, headers={"content-type": JSON_OF_EXCHANGE})
        if fault.kind is FaultKind.TRUNCATED:
            return await _cut_short(request, answer, fault.amount or 50)
        if fault.kind is FaultKind.DROP_REPLY:
            return await self._hang(request, fault.amount) if fault.amount else _close(request)
        return _reset(request)

    async def _hang(self, request: web.Request, seconds: int) -> web.Response:
        """Nothing is said; for so long, or until the client gives up."""
        await self._wait(request, float(seconds) if seconds else _FOREVER)
        return _close(request)

    async def _wait(self, request: web.Request, seconds: float) -> None:
        left = seconds
        while left > 0 and request.transport is not None and not request.transport.is_closing():
            try:
                await asyncio.wait_for(self._stopping.wait(), min(left, _LOOK))
                return
            except TimeoutError:
                left -= _LOOK


_STATUSES = {status.value for status in http.HTTPStatus}


def _close(request: web.Request) -> web.Response:
    """The connection ends without a word."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _reset(request: web.Request) -> web.Response:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            # no goodbye: the other side reads "connection reset"
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _cut_short(request: web.Request, answer: web.Response, percent: int) -> web.StreamResponse:
    """So much of the body, then the end of the connection."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    cut = web.StreamResponse(status=answer.status, headers=answer.headers)
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: max(len(body) * percent // 100, 1)])
    if request.transport is not None:
        request.transport.close()
    return cut
