"""The practice exchange's own door: time, faults, switches, accounts and markets, over loopback, with a token.

The token and the checks of ``Host`` and ``Origin`` keep web pages out: a browser on this machine reaches loopback too.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final, TypeVar

from aiohttp import web

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.business_logic.domain.market import Caution, Market, MarketState
from upbit_auto_trading.business_logic.simulation.refusal import Refused
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import new_key
from upbit_auto_trading.data_layer.practice_exchange.control_answers import event_row, utc_text
from upbit_auto_trading.data_layer.practice_exchange.faults import Faults, fault_from_plain, fault_to_plain
from upbit_auto_trading.data_layer.practice_exchange.limits import Limits
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.practice_key import ALL_RIGHTS
from upbit_auto_trading.data_layer.practice_exchange.pump import Pump
from upbit_auto_trading.data_layer.practice_exchange.stepping import Stepping
from upbit_auto_trading.data_layer.practice_exchange.stream_hub import StreamHub
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

ADDRESS: Final = "/practice"
#: how long a step waits until slow streams have sent what happened
STEP_PATIENCE: Final = 2.0
MOST_STEPS: Final = 10_000
_LOCAL_NAMES = ("127.0.0.1", "localhost")

Body = Mapping[str, Any]
_Choice = TypeVar("_Choice", bound=Enum)
Action = Callable[[Body], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Controlled:
    """What the door leads to."""

    world: PracticeWorld
    hub: StreamHub
    pump: Pump
    switches: Switches
    faults: Faults
    limits: Limits
    #: an exchange as it was at first
    reset: Callable[[], None]
    #: raises InvalidParameter for a moment at which a market would stand still
    check_moment: Callable[[datetime], None]
    #: which world it is, whatever its time and speed
    fingerprint: Callable[[], str]


class ControlEndpoint:
    def __init__(self, controlled: Controlled, token: str) -> None:
        self._controlled = controlled
        self._world = controlled.world
        self._token = token
        self._stepping = Stepping(controlled.world, controlled.hub.flush)

    def add_routes(self, app: web.Application) -> None:
        actions: dict[tuple[str, str], Action] = {
            ("GET", "state"): self._state,
            ("POST", "clock"): self._set_clock,
            ("POST", "step"): self._step,
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._remove_faults,
            ("GET", "switches"): self._list_switches,
            ("POST", "switches"): self._turn_switches,
            ("POST", "keys"): self._add_key,
            ("POST", "deposit"): self._deposit,
            ("POST", "markets"): self._set_market,
            ("POST", "reset"): self._reset,
        }
        for (method, name), action in actions.items():
            app.router.add_route(method, f"{ADDRESS}/{name}", self._guarded(action, self._may_ask))
        app.router.add_route("GET", f"{ADDRESS}/world", self._guarded(self._tell_world, _is_no_web_page))

    def _guarded(
        self, action: Action, may_ask: Callable[[web.Request], bool]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            if not may_ask(request):
                return _answer(403, {"error": "no-control-token"})
            try:
                return _answer(200, await action(await _body(request)))
            except InvalidParameter as error:
                return _answer(400, _explained(error))
            except Refused as error:
                return _answer(400, {"error": error.code.value})

        return handle

    def _may_ask(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        is_token = hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())
        return is_token and _is_no_web_page(request)

    async def _tell_world(self, _body: Body) -> object:
        """Without the token: whoever keeps candles of this exchange asks whether they still fit."""
        return {"world": self._controlled.fingerprint()}

    # --- time

    async def _state(self, _body: Body) -> object:
        clock, pump = self._world.clock, self._controlled.pump
        return {
            "now": utc_text(clock.now()),
            "pace": clock.pace.value,
            "speed": clock.speed,
            "times_late": pump.times_late,
            "connections": len(self._controlled.hub.connections),
            "markets": {listed.market.code: _state_name(listed.state) for listed in self._world.listed()},
            "world": self._controlled.fingerprint(),
            "accounts": sorted({key.account_id for key in self._world.keys.values()}),
        }

    async def _set_clock(self, body: Body) -> object:
        _only(body, "pace", "speed", "now", "slippage")
        clock = self._world.clock
        if "now" in body:
            moment = _moment(body["now"])
            self._controlled.check_moment(moment)
            await self._stepping.prepare(moment)
        old = (clock.pace, clock.speed)
        if "now" in body:
            clock.jump(moment)
        if "speed" in body and "pace" not in body:
            clock.run(_number("speed", body["speed"]))
        if "pace" in body:
            self._set_pace(_choice("pace", body["pace"], Pace), body)
        if "slippage" in body:
            clock.slippage = _fraction("slippage", body["slippage"])
        if old != (clock.pace, clock.speed) or "now" in body or "slippage" in body:
            same_path = (old[0] is Pace.LOCK_STEP) == (clock.pace is Pace.LOCK_STEP)
            self._world.restart_market(keeps_tape=same_path and "now" not in body)
        return await self._state({})

    def _set_pace(self, pace: Pace, body: Body) -> None:
        clock = self._world.clock
        if pace is Pace.RUNNING:
            clock.run(_number("speed", body.get("speed", clock.speed)))
        else:
            {Pace.MAXIMUM: clock.run_at_maximum, Pace.PAUSED: clock.pause, Pace.LOCK_STEP: clock.lock_step}[pace]()

    async def _step(self, body: Body) -> object:
        """One print, so many, or all up to a moment; answered once the streams have sent what happened."""
        _only(body, "prints", "until")
        if self._world.clock.pace not in (Pace.LOCK_STEP, Pace.PAUSED):
            raise InvalidParameter("pace", self._world.clock.pace.value, "not-standing")
        if "until" in body:
            events = await self._stepping.until(_moment(body["until"]))
        else:
            events = await self._stepping.prints(_whole("prints", body.get("prints", 1), MOST_STEPS))
        self._controlled.hub.flush()
        await self._controlled.hub.sent(STEP_PATIENCE)
        now = self._world.clock.now()
        return {"now": utc_text(now), "events": [row for event in events if (row := event_row(event)) is not None]}

    # --- faults and switches

    async def _list_faults(self, _body: Body) -> object:
        return [fault_to_plain(active) for active in self._controlled.faults.listed()]

    async def _add_fault(self, body: Body) -> object:
        number = self._controlled.faults.add(fault_from_plain(body))
        self._controlled.hub.meet_faults()
        return {"id": number}

    async def _remove_faults(self, body: Body) -> object:
        _only(body, "id")
        if "id" not in body:
            self._controlled.faults.clear()
            self._controlled.limits.forgive()
        elif not self._controlled.faults.remove(_whole("id", body["id"])):
            raise InvalidParameter("id", body["id"], "unknown")
        return await self._list_faults({})

    async def _list_switches(self, _body: Body) -> object:
        return self._controlled.switches.positions()

    async def _turn_switches(self, body: Body) -> object:
        if not body:
            self._controlled.switches.reset()
        for name, position in body.items():
            self._controlled.switches.turn(name, str(position))
        return self._controlled.switches.positions()

    # --- accounts and markets

    async def _add_key(self, body: Body) -> object:
        """For the first account, or for one of its own with so much money."""
        _only(body, "account", "access_key", "secret_key", "rights", "valid_days", "addresses", "balances")
        world = self._world
        account_id = str(body.get("account", next(iter(world.keys.values())).account_id))
        rights = frozenset(_choice("rights", name, Right) for name in body.get("rights", [r.value for r in ALL_RIGHTS]))
        days = _number("valid_days", body.get("valid_days", 365))
        key = new_key(
            account_id,
            world.clock.now(),
            access_key=body.get("access_key"),
            secret_key=body.get("secret_key"),
            rights=rights,
            valid_for=timedelta(days=days),
            addresses=body.get("addresses"),
        )
        if account_id not in {known.account_id for known in world.keys.values()}:
            balances = body.get("balances", {})
            world.open_account(account_id, {name: _decimal(name, amount) for name, amount in balances.items()})
        world.keys[key.access_key] = key
        return {"account": account_id, "access_key": key.access_key, "secret_key": key.secret_key.reveal()}

    async def _deposit(self, body: Body) -> object:
        _only(body, "account", "currency", "amount")
        account_id = str(body.get("account", next(iter(self._world.keys.values())).account_id))
        if account_id not in {known.account_id for known in self._world.keys.values()}:
            raise InvalidParameter("account", account_id, "unknown")
        self._world.deposit(account_id, str(body.get("currency", "KRW")), _decimal("amount", body.get("amount")))
        self._controlled.hub.flush()
        return {}

    async def _set_market(self, body: Body) -> object:
        _only(body, "market", "state", "warned", "cautions")
        market = self._known_market(str(body.get("market")))
        state = _choice("state", body["state"], MarketState) if "state" in body else None
        is_warned = _yes_no("warned", body["warned"]) if "warned" in body else None
        cautions = _cautions(body["cautions"]) if "cautions" in body else None
        if state is not None:
            self._world.set_state(market, state)
        self._world.set_alerts(market, is_warned, cautions)
        self._controlled.hub.flush()
        return await self._state({})

    async def _reset(self, _body: Body) -> object:
        self._controlled.reset()
        self._controlled.faults.clear()
        self._controlled.limits.forgive()
        self._controlled.switches.reset()
        return await self._state({})

    def _known_market(self, code: str) -> Market:
        market = self._world.any_market(code)
        if market is None:
            raise InvalidParameter("market", code, "unknown")
        return market


def _is_no_web_page(request: web.Request) -> bool:
    host = (request.host or "").rpartition(":")[0] or request.host
    return host in _LOCAL_NAMES and "Origin" not in request.headers


async def _body(request: web.Request) -> Body:
    written = await request.read()
    if not written:
        return dict(request.query)
    try:
        body = json.loads(written, parse_float=Decimal)
    except ValueError as error:
        raise InvalidParameter("body", "", "not-json") from error
    if not isinstance(body, dict):
        raise InvalidParameter("body", "", "not-an-object")
    return body


def _answer(status: int, content: object) -> web.Response:
    return web.json_response(content, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _explained(error: InvalidParameter) -> dict[str, str]:
    return {"error": error.reason, "name": error.name, "allowed": error.allowed}


def _only(body: Body, *known: str) -> None:
    for name in body:
        if name not in known:
            raise InvalidParameter(name, body[name], "unknown-field", ", ".join(known))


def _choice(name: str, value: object, kind: type[_Choice]) -> _Choice:
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidParameter(name, value, "unknown-choice", ", ".join(one.value for one in kind)) from error


def _yes_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidParameter(name, value, "wrong-type")
    return value


def _cautions(value: object) -> frozenset[Caution]:
    """Those that the protocol has a word for."""
    if not isinstance(value, list):
        raise InvalidParameter("cautions", value, "wrong-type")
    found = frozenset(_choice("cautions", one, Caution) for one in value)
    if Caution.OTHER in found:
        raise InvalidParameter("cautions", Caution.OTHER.value, "unknown-choice")
    return found


def _moment(value: object) -> datetime:
    """ISO-8601 with a zone."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidParameter("time", value, "not-a-time") from error
    if moment.tzinfo is None:
        raise InvalidParameter("time", value, "without-zone")
    return moment.astimezone(UTC)


def _number(name: str, value: object) -> float:
    try:
        return float(str(value))
    except ValueError as error:
        raise InvalidParameter(name, value, "not-a-number") from error


def _whole(name: str, value: object, most: int | None = None) -> int:
    if not str(value).isdigit() or int(str(value)) < 1 or (most is not None and int(str(value)) > most):
        raise InvalidParameter(name, value, "out-of-range", f"1–{most or ''}")
    return int(str(value))


def _decimal(name: str, value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise InvalidParameter(name, value, "not-a-number") from error
    if not (amount.is_finite() and amount > 0):
        raise InvalidParameter(name, value, "not-positive")
    return amount


def _fraction(name: str, value: object) -> Decimal:
    fraction = Decimal(0) if str(value) == "0" else _decimal(name, value)
    if fraction >= 1:
        raise InvalidParameter(name, value, "out-of-range", "0–1")
    return fraction


def _state_name(state: MarketState | None) -> str:
    return (state or MarketState.TRADING).value
