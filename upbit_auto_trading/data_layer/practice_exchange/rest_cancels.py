"""Cancelling and replacing: sheet 4.7 and 4.8. A cancel is accepted here; its end is told by the streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from upbit_auto_trading.business_logic.domain.order import OrderRequest, OrderState, Side
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange.call import Answer, Call
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import ApiError, exchange_error, refused, validation
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.order_form import OrderForm, read_form
from upbit_auto_trading.data_layer.practice_exchange.order_wire import SIDES, reference_members
from upbit_auto_trading.data_layer.practice_exchange.refusal_names import refusal
from upbit_auto_trading.data_layer.practice_exchange.rest_orders import (
    checked_request,
    found_order,
    meet_faults,
    order_row,
    orders_by_ids,
    with_identifier,
)

MOST_IDS: Final = 20
MOST_PAIRS: Final = 20
MOST_AT_ONCE: Final = 300
#: with the switch ``cancel-end`` on ``later``, in real seconds
LATER: Final = 0.3
REMAIN_ONLY: Final = "remain_only"


def cancel_order(call: Call) -> Answer:
    order = found_order(call)
    if order.state.is_final:
        raise _not_to_cancel(call)
    try:
        before = _cancel(call, order)
    except Refused as error:
        raise refusal(error.code, order.market, order.side) from error
    return Answer(order_row(call, before))


def _not_to_cancel(call: Call) -> ApiError:
    if call.switch("finished-cancel") == "404":
        return exchange_error(404, "order_not_found")
    return refused("invalid_parameter")


def _cancel(call: Call, order: VirtualOrder) -> VirtualOrder:
    """The order as it stood before."""
    if call.fault(FaultKind.MARKET_OFFLINE, market=order.market.code):
        raise Refused(RefusalCode.MARKET_HALTED)
    if call.switch("cancel-end") == "at-once":
        return call.world.cancel(call.account_id, order.order_id)
    world, account_id = call.world, call.account_id

    def end() -> None:
        # it may have been filled meanwhile: accepting a cancel promises nothing
        with suppress(Refused):
            world.cancel(account_id, order.order_id)

    call.services.later(LATER, end)
    return order


def cancel_by_ids(call: Call) -> Answer:
    found, missing = orders_by_ids(call, MOST_IDS)
    unknown: list[dict[str, object]] = [{"uuid": one} for one in missing if call.parameters.many("uuids")]
    unknown += [{"identifier": one} for one in missing if call.parameters.many("identifiers")]
    return _cancelled(call, found, unknown)


def cancel_open(call: Call) -> Answer:
    """Live orders by side and market; those that watch a trigger stay."""
    side = call.choice("cancel_side", "all", ("all", *SIDES))
    pairs, quotes = call.parameters.listed("pairs"), call.parameters.listed("quote_currencies")
    excluded = call.parameters.listed("excluded_pairs")
    if pairs and quotes:
        raise validation("pairs, quote_currencies are mutually exclusive")
    if len(pairs) > MOST_PAIRS or len(excluded) > MOST_PAIRS:
        raise refused("invalid_parameter")
    count = call.whole("count", 20, MOST_AT_ONCE)
    newest_first = call.choice("order_by", "desc", ("desc", "asc")) == "desc"
    live = call.world.exchange.orders(call.account_id, {OrderState.OPEN})
    meant = [
        order
        for order in live
        if _is_meant(order, SIDES.get(side), _upper(pairs), _upper(quotes))
        and order.market.code not in _upper(excluded)
    ]
    return _cancelled(call, (meant[::-1] if newest_first else meant)[:count], [])


def _upper(codes: Iterable[str]) -> set[str]:
    return {code.upper() for code in codes}


def _is_meant(order: VirtualOrder, side: Side | None, pairs: set[str], quotes: set[str]) -> bool:
    of_market = (not pairs or order.market.code in pairs) and (not quotes or order.market.quote in quotes)
    return of_market and side in (None, order.side)


def _cancelled(call: Call, orders: Iterable[VirtualOrder], unknown: list[dict[str, object]]) -> Answer:
    success: list[dict[str, object]] = []
    failed = list(unknown)
    for order in orders:
        try:
            if order.state.is_final:
                raise Refused(RefusalCode.ORDER_NOT_FOUND)
            _cancel(call, order)
        except Refused:
            failed.append(reference_members(order))
        else:
            success.append(reference_members(order))
    return Answer(
        {
            "success": {"count": len(success), "orders": success},
            "failed": {"count": len(failed), "orders": failed},
        }
    )


# --- replacing: 4.8


def replace_order(call: Call) -> Answer:
    old = found_order(call, uuid_name="prev_order_uuid", identifier_name="prev_order_identifier")
    form = read_form(lambda name: call.parameters.one(f"new_{name}"), old.side, prefix="new_")
    with_identifier(call, form.identifier)
    if old.state.is_final:
        raise _not_to_cancel(call)
    try:
        # all that can be known before the old order has ended is refused before it is cancelled
        _requested(call, form, old)
        meet_faults(call, old.market)
        before, new_id = call.world.replace(call.account_id, old.order_id, _new_request(call, form))
    except Refused as error:
        raise refusal(error.code, old.market, old.side) from error
    row = order_row(call, before) | {"new_order_uuid": new_id}
    if form.identifier is not None:
        row["new_order_identifier"] = form.identifier
    return Answer(row, int(call.switch("replace-status")))


def _new_request(call: Call, form: OrderForm) -> Callable[[VirtualOrder], OrderRequest]:
    return lambda ended: _requested(call, form, ended)


def _requested(call: Call, form: OrderForm, old: VirtualOrder) -> OrderRequest:
    volume = form.volume
    if volume == REMAIN_ONLY:
        if not old.remaining_quantity:
            raise Refused(RefusalCode.BAD_QUANTITY)
        volume = f"{old.remaining_quantity:f}"
    written = OrderForm(
        form.side, form.order_type, volume, form.price, form.time_in_force, form.identifier, form.self_match
    )
    return checked_request(call, written, old.market)
