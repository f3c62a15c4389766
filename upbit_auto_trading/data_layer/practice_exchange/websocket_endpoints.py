"""The three addresses of the streams: handshake, quotas, requests, the first snapshots. Sheet 7.1 and 8.1–8.5."""

from __future__ import annotations

import asyncio
import http
from collections.abc import Callable
from typing import Final

from aiohttp import WSMsgType, web

from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.practice_exchange.auth import Gatekeeper
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import ApiError
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.http_answers import page
from upbit_auto_trading.data_layer.practice_exchange.limits import (
    ORIGIN,
    WEBSOCKET,
    Limits,
    MessageQuota,
    remaining_req,
)
from upbit_auto_trading.data_layer.practice_exchange.looking_up import looked_up_by_code
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.stream_hub import StreamHub
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamServices
from upbit_auto_trading.data_layer.practice_exchange.websocket_connection import StreamConnection
from upbit_auto_trading.data_layer.practice_exchange.websocket_frames import subscriptions_frame
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import (
    MY_ASSET,
    MY_ORDER,
    PUBLIC_TYPES,
    Endpoint,
    ListSubscriptions,
    RequestProblem,
    Subscription,
    parse_request,
)
from upbit_auto_trading.data_layer.practice_exchange.websocket_snapshots import Snapshots

ADDRESS: Final = "/websocket/v1"
_TOO_MANY: Final = "Too many API requests."
_RIGHTS = {MY_ORDER: Right.VIEW_ORDERS, MY_ASSET: Right.VIEW_BALANCES}


class StreamEndpoints:
    def __init__(
        self,
        services: StreamServices,
        hub: StreamHub,
        gatekeeper: Gatekeeper,
        limits: Limits,
        seconds: Callable[[], float],
    ) -> None:
        self._services = services
        self._hub = hub
        self._gatekeeper = gatekeeper
        self._limits = limits
        self._seconds = seconds
        self._snapshots = Snapshots(services, hub)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(ADDRESS, self._public)
        app.router.add_get(ADDRESS + Endpoint.PRIVATE.value, self._private)
        app.router.add_get(ADDRESS + Endpoint.INFO.value, self._info)
        app.on_shutdown.append(self._close_all)

    async def _public(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, Endpoint.PUBLIC)

    async def _private(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, Endpoint.PRIVATE)

    async def _info(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, Endpoint.INFO)

    async def _serve(self, request: web.Request, endpoint: Endpoint) -> web.StreamResponse:
        fault = self._services.faults.first(FaultKind.STREAM_REFUSED, method=request.method, path=request.path)
        if fault is not None:
            return _refused_with(fault.amount)
        key, refusal = self._admit(request, endpoint)
        if refusal is not None and self._services.switches["stream-refusal"] == "http-401":
            return web.Response(status=refusal.status, body=refusal.body, content_type="application/json")
        granted = self._granted(request, key)
        if isinstance(granted, web.Response):
            return granted
        socket = web.WebSocketResponse(autoping=False, max_msg_size=4_000_000)
        socket.headers["remaining-req"] = granted
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):  # the client left during the handshake
            return socket
        account_id = key.account_id if key is not None else None
        connection = StreamConnection(self._services, socket, transport, endpoint, request.path, account_id)
        self._hub.add(connection)
        try:
            await _Conversation(self, connection, socket, key).run(refusal)
        finally:
            await connection.end()
            self._hub.remove(connection)
        return socket

    def _admit(self, request: web.Request, endpoint: Endpoint) -> tuple[PracticeKey | None, ApiError | None]:
        """A token is needed for all but the public address, where one is accepted."""
        authorization = request.headers.get("Authorization")
        if endpoint is Endpoint.PUBLIC and authorization is None:
            return None, None
        now = self._services.world.clock.now()
        try:
            return self._gatekeeper.admit(authorization, (), right=None, address=request.remote or "", now=now), None
        except ApiError as error:
            return None, None if endpoint is Endpoint.PUBLIC else error

    def _granted(self, request: web.Request, key: PracticeKey | None) -> str | web.Response:
        """The header of the upgrade, or the answer where too many came."""
        address = request.remote or ""
        if "Origin" in request.headers and not self._limits.take(ORIGIN, address).is_granted:
            return _too_many()
        quota = self._limits.take(WEBSOCKET, key.account_id if key is not None else address)
        return remaining_req(quota) if quota.is_granted else _too_many()

    async def _close_all(self, _app: web.Application) -> None:
        for connection in tuple(self._hub.connections):
            connection.cut()

    # --- of a conversation

    def quota(self) -> MessageQuota:
        return MessageQuota(self._seconds)

    async def subscribe(self, connection: StreamConnection, wanted: Subscription) -> None:
        """Nothing is acknowledged. The old subscription runs on until the snapshots of the new one come."""
        await asyncio.sleep(self._services.times.until_snapshot)
        codes = {code for one in wanted.types if one.type in PUBLIC_TYPES for code in one.markets}
        if codes:
            await looked_up_by_code(self._services.world, codes)
        connection.subscription = wanted
        connection.format = wanted.format
        self._snapshots.send(connection, wanted)
        self._hub.subscriptions_changed()

    def list_subscriptions(self, connection: StreamConnection, request: ListSubscriptions) -> None:
        if request.format is not None:
            connection.format = request.format
        types = connection.subscription.types if connection.subscription is not None else ()
        known = {listed.market.code for listed in self._services.world.listed()}
        frame = subscriptions_frame(request.ticket, types, known, connection.format)
        connection.send(frame.encoded(connection.format))


class _Conversation:
    """What one client says, in order."""

    def __init__(
        self,
        endpoints: StreamEndpoints,
        connection: StreamConnection,
        socket: web.WebSocketResponse,
        key: PracticeKey | None,
    ) -> None:
        self._endpoints = endpoints
        self._connection = connection
        self._socket = socket
        self._key = key
        self._quota = endpoints.quota()
        self._pending: asyncio.Task[None] | None = None

    async def run(self, refusal: ApiError | None) -> None:
        if refusal is not None:
            await self._connection.refuse(RequestProblem("INVALID_AUTH"))
            return
        try:
            while await self._next():
                pass
        finally:
            if self._pending is not None:
                self._pending.cancel()
                await asyncio.gather(self._pending, return_exceptions=True)

    async def _next(self) -> bool:
        """Whether the conversation goes on."""
        message = await self._socket.receive()
        if message.type is WSMsgType.PING:
            await self._connection.answer_ping(message.data)
            return True
        if message.type is WSMsgType.PONG:
            return True
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return False
        if self._connection.is_half_open:
            return True
        self._connection.note_traffic()
        return await self._take(message.data)

    async def _take(self, data: str | bytes) -> bool:
        try:
            self._answer(data if isinstance(data, str) else data.decode("utf-8", "replace"))
        except RequestProblem as problem:
            await self._connection.refuse(problem)
            return False
        return True

    def _answer(self, written: str) -> None:
        if not self._quota.take():
            raise RequestProblem("TOO_MANY_REQUEST")
        if written == "PING":
            self._connection.start_ups()
            return
        request = parse_request(written, self._connection.endpoint)
        if isinstance(request, ListSubscriptions):
            self._endpoints.list_subscriptions(self._connection, request)
            return
        self._check_rights(request)
        if self._pending is not None:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().create_task(self._endpoints.subscribe(self._connection, request))

    def _check_rights(self, wanted: Subscription) -> None:
        for one in wanted.types:
            right = _RIGHTS.get(one.type)
            if right is not None and (self._key is None or right not in self._key.rights):
                raise RequestProblem("INVALID_AUTH")


def _refused_with(status: int) -> web.Response:
    """The gateway before the streams answers; they never hear of it."""
    if status == http.HTTPStatus.TOO_MANY_REQUESTS:
        return _too_many()
    known = {one.value: one.phrase for one in http.HTTPStatus}
    return page(status, known.get(status, "Error"))


def _too_many() -> web.Response:
    return web.Response(status=http.HTTPStatus.TOO_MANY_REQUESTS, text=_TOO_MANY)
