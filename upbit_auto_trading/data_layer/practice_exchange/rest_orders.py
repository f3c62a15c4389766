"""Placing and reading orders: sheet 4.3, 4.4 and 4.6."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderRequest, OrderState, SelfMatch, Side
from upbit_auto_trading.business_logic.simulation.refusal import Refused
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange import query_times
from upbit_auto_trading.data_layer.practice_exchange.call import Answer, Call
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import ApiError, exchange_error, refused, validation
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.order_form import (
    OrderForm,
    prevents_self_match,
    read_form,
    to_request,
)
from upbit_auto_trading.data_layer.practice_exchange.order_wire import STATE_NAMES, order_members, trade_members
from upbit_auto_trading.data_layer.practice_exchange.refusal_names import refusal

WINDOW: Final = timedelta(days=7)
MOST_OPEN: Final = 100
MOST_CLOSED: Final = 1_000
MOST_IDS: Final = 100
_DIRECTIONS = ("desc", "asc")


# --- placing: 4.3 and 4.4


def place_order(call: Call) -> Answer:
    market = call.traded_market()
    form = read_form(call.parameters.one)
    with_identifier(call, form.identifier)
    try:
        request = checked_request(call, form, market)
        meet_faults(call, market)
        order = call.world.place(call.account_id, request)
    except (Refused, ApiError) as error:
        if form.identifier is not None:
            # used up even by an order that was refused: sheet 4.3
            call.world.use_client_id(call.account_id, form.identifier)
        raise _named(error, market, form) from error
    return Answer(order_row(call, order), 201)


def try_order(call: Call) -> Answer:
    """Validated as a real one; what it answers can be neither found nor cancelled, and uses nothing up."""
    market = call.traded_market()
    form = read_form(call.parameters.one)
    with_identifier(call, form.identifier)
    try:
        request = checked_request(call, form, market)
        meet_faults(call, market)
        call.world.check(call.account_id, request)
    except (Refused, ApiError) as error:
        raise _named(error, market, form) from error
    return Answer(order_row(call, _imagined(call, request)), 201)


def _named(error: Refused | ApiError, market: Market, form: OrderForm) -> ApiError:
    return refusal(error.code, market, form.side) if isinstance(error, Refused) else error


def with_identifier(call: Call, identifier: str | None) -> None:
    if identifier is not None and call.world.exchange.client_id_used(call.account_id, identifier):
        raise refused("duplicated_identifier")


def checked_request(call: Call, form: OrderForm, market: Market) -> OrderRequest:
    request = to_request(
        form,
        market,
        prevents_self_match=prevents_self_match(call.switch("self-match-default"), call.now),
        refuses_precision=call.switch("volume-precision") == "refused",
        takes_exponents=call.switch("amount-exponents") == "taken",
    )
    if market.quote != "KRW" and call.switch("consent") == "missing":
        raise refused("thirdparty_agreement_required")
    return request


def meet_faults(call: Call, market: Market) -> None:
    if call.fault(FaultKind.MARKET_OFFLINE, market=market.code):
        raise exchange_error(403, "market_offline")
    if call.fault(FaultKind.OVERLOAD, market=market.code):
        raise exchange_error(int(call.switch("overload-status")), "too_many_request_order")


def _imagined(call: Call, request: OrderRequest) -> VirtualOrder:
    """What the exchange would have answered."""
    fees = call.world.exchange.fees(call.account_id, request.market, call.now)
    is_buy = request.side is Side.BUY
    maker, taker = (fees.maker_buy, fees.taker_buy) if is_buy else (fees.maker_sell, fees.taker_sell)
    quantity = request.quantity or Decimal(0)
    funds = request.funds or (request.price or Decimal(0)) * quantity
    fee = funds * max(maker, taker) if is_buy else Decimal(0)
    nothing = Decimal(0)
    return VirtualOrder(
        order_id=str(uuid.uuid4()),
        account_id=call.account_id,
        client_order_id=request.client_order_id or None,
        market=request.market,
        side=request.side,
        kind=request.kind,
        time_in_force=request.time_in_force,
        self_match=request.self_match or SelfMatch.ALLOW,
        state=OrderState.OPEN,
        end_reason=None,
        created_at=call.now,
        ended_at=None,
        price=request.price,
        quantity=request.quantity,
        funds=request.funds,
        remaining_quantity=request.quantity,
        remaining_funds=request.funds,
        executed_quantity=nothing,
        executed_funds=nothing,
        reserved_fee=fee,
        remaining_fee=fee,
        paid_fee=nothing,
        locked=funds + fee if is_buy else quantity,
        prevented_quantity=nothing,
        prevented_locked=nothing,
        fills=(),
        maker_rate=maker,
        taker_rate=taker,
        fee_rate=max(maker, taker),
    )


# --- reading: 4.6


def order_row(call: Call, order: VirtualOrder, *, has_funds: bool = False) -> dict[str, object]:
    tells = prevents_self_match(call.switch("self-match-default"), call.now)
    row = order_members(order, call.forms.amount, tells_self_match=tells)
    if has_funds:
        row["executed_funds"] = call.forms.amount(order.executed_funds)
    return row


def one_order(call: Call) -> Answer:
    order = found_order(call)
    trades = [trade_members(fill, call.forms.amount) for fill in order.fills]
    return Answer(order_row(call, order) | {"trades": trades})


def found_order(call: Call, *, uuid_name: str = "uuid", identifier_name: str = "identifier") -> VirtualOrder:
    """The uuid wins where both are given."""
    order_id, identifier = call.parameters.one(uuid_name), call.parameters.one(identifier_name)
    if order_id is None and identifier is None:
        raise validation(f"{uuid_name}, {identifier_name} are missing, at least one parameter must be provided")
    exchange = call.world.exchange
    if order_id is not None:
        order = exchange.order(call.account_id, order_id=order_id)
    else:
        order = exchange.order(call.account_id, client_order_id=identifier)
    if order is None:
        raise exchange_error(404, "order_not_found")
    return order


def orders_by_ids(call: Call, most: int) -> tuple[list[VirtualOrder], list[str]]:
    """Those there are, and the numbers for which there is none."""
    order_ids, identifiers = call.parameters.many("uuids"), call.parameters.many("identifiers")
    if bool(order_ids) == bool(identifiers):
        raise validation("uuids, identifiers are mutually exclusive, exactly one parameter must be provided")
    if len(order_ids) + len(identifiers) > most:
        raise refused("invalid_parameter")
    exchange, account_id = call.world.exchange, call.account_id
    asked = [(one, exchange.order(account_id, order_id=one)) for one in dict.fromkeys(order_ids)]
    asked += [(one, exchange.order(account_id, client_order_id=one)) for one in dict.fromkeys(identifiers)]
    return [order for _, order in asked if order], [one for one, order in asked if order is None]


def listed_by_ids(call: Call) -> Answer:
    found, _missing = orders_by_ids(call, MOST_IDS)
    code = call.parameters.one("market")
    kept = [order for order in found if code in (None, order.market.code)]
    return Answer([order_row(call, order) for order in _ordered(call, kept)])


def open_orders(call: Call) -> Answer:
    states = _states(call, ("wait", "watch"), ("wait",))
    found = _ordered(call, _of_states(call, states))
    return Answer([order_row(call, order, has_funds=True) for order in _page(call, found)])


def closed_orders(call: Call) -> Answer:
    states = _states(call, ("done", "cancel"), ("done", "cancel"))
    start, end = _window(call)
    limit = call.whole("limit", MOST_OPEN, MOST_CLOSED)
    found = [order for order in _of_states(call, states) if start <= order.created_at <= end]
    return Answer([order_row(call, order, has_funds=True) for order in _ordered(call, found)[:limit]])


def legacy_orders(call: Call) -> Answer:
    """Deprecated since 2024-06, still there."""
    if call.parameters.many("uuids") or call.parameters.many("identifiers"):
        found, _missing = orders_by_ids(call, MOST_IDS)
    else:
        found = _of_states(call, _states(call, tuple(STATE_NAMES), ("wait",)))
    return Answer([order_row(call, order) for order in _page(call, _ordered(call, found))])


def _states(call: Call, allowed: tuple[str, ...], default: tuple[str, ...]) -> list[OrderState]:
    one, many = call.parameters.one("state"), call.parameters.many("states")
    if one is not None and many:
        raise validation("state, states are mutually exclusive")
    chosen = [one] if one is not None else many or list(default)
    if any(name not in allowed for name in chosen):
        raise validation("states does not have a valid value" if many else "state does not have a valid value")
    return [STATE_NAMES[name] for name in chosen]


def _of_states(call: Call, states: Collection[OrderState]) -> list[VirtualOrder]:
    code = call.parameters.one("market")
    found = call.world.exchange.orders(call.account_id, states)
    return [order for order in found if code is None or order.market.code == code.upper()]


def _ordered(call: Call, orders: Iterable[VirtualOrder]) -> list[VirtualOrder]:
    """The newest first unless asked otherwise; of the same second too."""
    by_age = sorted(orders, key=lambda order: order.created_at)
    return by_age if call.choice("order_by", "desc", _DIRECTIONS) == "asc" else by_age[::-1]


def _page(call: Call, orders: list[VirtualOrder]) -> list[VirtualOrder]:
    limit = call.whole("limit", MOST_OPEN, MOST_OPEN)
    page = call.whole("page", 1, 1_000_000)
    return orders[(page - 1) * limit : page * limit]


def _window(call: Call) -> tuple[datetime, datetime]:
    start, end = _bound(call, "start_time"), _bound(call, "end_time")
    if start is None and end is None:
        return call.now - WINDOW, call.now
    if start is None and end is not None:
        return end - WINDOW, end
    assert start is not None
    if end is None:
        end = start + WINDOW if call.switch("closed-window") == "seven-days" else call.now
    if not start <= end <= start + WINDOW:
        raise refused("invalid_parameter")
    return start, end


def _bound(call: Call, name: str) -> datetime | None:
    written = call.parameters.one(name)
    try:
        return None if written is None else query_times.moment_with_zone(written)
    except (InvalidParameter, OverflowError) as error:
        raise refused("invalid_parameter") from error
