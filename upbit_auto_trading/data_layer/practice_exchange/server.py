"""The HTTP side of the practice exchange: sheet 1 to 7. Served on 127.0.0.1 and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from aiohttp import hdrs, web

from upbit_auto_trading.data_layer.practice_exchange import parameters
from upbit_auto_trading.data_layer.practice_exchange.auth import Gatekeeper
from upbit_auto_trading.data_layer.practice_exchange.call import Call, Endpoint, Services
from upbit_auto_trading.data_layer.practice_exchange.endpoints import EndpointTable
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import (
    ApiError,
    no_route,
    parameter_invalid,
    refused,
    unauthorized,
)
from upbit_auto_trading.data_layer.practice_exchange.http_answers import (
    date_header,
    exchange_answer,
    gateway_answer,
    limit_header,
    limited_answer,
    quotation_answer,
    takes_encoding,
)
from upbit_auto_trading.data_layer.practice_exchange.http_faults import HttpFaults
from upbit_auto_trading.data_layer.practice_exchange.limits import ORIGIN, TICKER, LimitGroup, Quota
from upbit_auto_trading.data_layer.practice_exchange.looking_up import looked_up_by_code
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import encode
from upbit_auto_trading.data_layer.practice_exchange.parameters import Parameters, UnreadableParameters
from upbit_auto_trading.data_layer.practice_exchange.print_pieces import PrintPieces

#: the longest query: a hundred markets or identifiers and more
_LONGEST_LINE: Final = 65_536
_LARGEST_BODY: Final = 1_000_000
_KEPT_ALIVE: Final = 75.0
#: of the exchange; the practice exchange's own door tells the true time
_PATHS: Final = ("/v1", "/websocket")
_FORM: Final = "application/x-www-form-urlencoded"
AddRoutes = Callable[[web.Application], None]


class _Limited(Exception):
    def __init__(self, quota: Quota) -> None:
        super().__init__(quota.group.name)
        self.quota = quota


class RestApi:
    """Everything below ``/``: what it does not know is answered by the gateway's 404."""

    def __init__(self, services: Services, gatekeeper: Gatekeeper) -> None:
        self._services = services
        self._gatekeeper = gatekeeper
        self._table = EndpointTable()
        self._faults = HttpFaults(services)

    def add_routes(self, app: web.Application) -> None:
        """Last: it takes every path."""
        app.router.add_route("*", "/{anything:.*}", self.handle)
        app.on_response_prepare.append(self._finish_headers)
        app.on_shutdown.append(self._stop)

    async def _stop(self, _app: web.Application) -> None:
        self._faults.stop()

    async def _finish_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.popall(hdrs.SERVER, None)
        is_ours = request.path.startswith(_PATHS)
        difference = self._faults.clock_difference_ms(request) if is_ours else 0
        response.headers[hdrs.DATE] = date_header(self._services.world.clock.now(), difference)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        early = await self._faults.before(request)
        if early is not None:
            return early
        return await self._faults.after(request, await self._answered(request))

    async def _answered(self, request: web.Request) -> web.Response:
        if request.method == "OPTIONS":
            return self._allowed(request)
        found = self._table.find(request.method, request.path)
        if found is None:
            return gateway_answer(404, no_route().body)
        endpoint, value = found
        try:
            if endpoint.needs_key:
                return await self._exchange(request, endpoint)
            if endpoint.group is TICKER:
                await self._look_up(request)
            return self._quotation(request, endpoint, value)
        except _Limited as limited:
            return limited_answer(limited.quota, self._services.switches)

    def _allowed(self, request: web.Request) -> web.Response:
        methods = self._table.methods(request.path)
        if not methods:
            return gateway_answer(404, no_route().body)
        return web.Response(headers={"allow": ", ".join(methods)})

    # --- quotation

    async def _look_up(self, request: web.Request) -> None:
        try:
            given = parameters.of_query(_raw_query(request))
        except UnreadableParameters:
            return  # and is told so in its turn
        await looked_up_by_code(self._services.world, given.listed("markets"))

    def _quotation(self, request: web.Request, endpoint: Endpoint, value: str) -> web.Response:
        group = ORIGIN if hdrs.ORIGIN in request.headers else endpoint.group
        quota = self._granted(group, request.remote or "")
        try:
            given = parameters.of_query(_raw_query(request))
            self._check_colon(request, parameter_invalid())
            answer = endpoint.handler(Call(self._services, request.method, request.path, given, value))
            status, body = answer.status, encode(answer.body)
        except UnreadableParameters:
            status, body = 400, parameter_invalid().body
        except ApiError as error:
            status, body = error.status, error.body
        takes_gzip = takes_encoding("gzip", request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        switches = self._services.switches
        return quotation_answer(status, body, limit_header(quota, switches), switches, takes_gzip=takes_gzip)

    def _granted(self, group: LimitGroup, scope: str) -> Quota:
        quota = self._services.limits.take(group, scope, may_block=self._services.switches["blocking"] == "on")
        if not quota.is_granted:
            raise _Limited(quota)
        return quota

    def _check_colon(self, request: web.Request, refusal: ApiError) -> None:
        if ":" in _raw_query(request) and self._services.switches["raw-colon"] == "refused":
            raise refusal

    # --- exchange

    async def _exchange(self, request: web.Request, endpoint: Endpoint) -> web.Response:
        switches, quota = self._services.switches, None
        try:
            given = await self._read(request)
            key = self._gatekeeper.admit(
                request.headers.get(hdrs.AUTHORIZATION),
                given.hashed,
                right=endpoint.right,
                address=request.remote or "",
                now=self._services.world.clock.now(),
            )
            quota = self._granted(endpoint.group, key.account_id)
            self._check_colon(request, refused("invalid_parameter"))
            answer = endpoint.handler(Call(self._services, request.method, request.path, given, asker=key))
            status, body = answer.status, encode(answer.body)
        except ApiError as error:
            status, body = error.status, error.body
        return exchange_answer(status, body, None if quota is None else limit_header(quota, switches), switches)

    async def _read(self, request: web.Request) -> Parameters:
        """Raises what is wrong with the way it was sent; without any token that is not even looked at."""
        body = await request.read()
        try:
            if hdrs.AUTHORIZATION not in request.headers:
                raise unauthorized("no_authorization_token")
            if request.method == "DELETE" and body and not self._may_have_body(request):
                raise refused("QUERY_PARAMETER_NOT_SUPPORTED")
            if not body or (request.method != "POST" and _raw_query(request)):
                # also of a POST: scripts after the exchange's first samples place orders that way
                return parameters.of_query(_raw_query(request))
            if request.content_type == _FORM:
                if request.method == "POST":
                    raise refused("invalid_parameter")
                # WORKAROUND(pyupbit 0.2): it asks with a form in the body of a GET, and is answered
                return parameters.of_query(body.decode("utf-8", "replace"))
            return parameters.of_json(body)
        except UnreadableParameters as error:
            raise refused("invalid_parameter") from error

    def _may_have_body(self, request: web.Request) -> bool:
        """One widely used client cancels single orders with a body, which the exchange is said to refuse."""
        return request.path == "/v1/order" and self._services.switches["cancel-body"] == "taken"


def _raw_query(request: web.Request) -> str:
    """As it was received: what was hashed cannot be told from anything tidied up."""
    return request.raw_path.partition("?")[2].partition("#")[0]


def make_app(services: Services, gatekeeper: Gatekeeper, add_routes: Iterable[AddRoutes] = ()) -> web.Application:
    """``add_routes`` bring the streams and the control; they come before the REST side, which takes every path."""
    services.world.divide = PrintPieces(services.faults)
    app = web.Application(client_max_size=_LARGEST_BODY)
    for add in (*add_routes, RestApi(services, gatekeeper).add_routes):
        add(app)
    return app


def make_runner(app: web.Application) -> web.AppRunner:
    """Lines may be long: all markets fit into one call."""
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=_KEPT_ALIVE,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
        shutdown_timeout=1.0,
    )
