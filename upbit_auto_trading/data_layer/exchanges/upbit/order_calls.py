"""Orders as the exchange wants them: which of its parameters a request of ours becomes."""

from __future__ import annotations

import re
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderReference,
    OrderRequest,
    Replacement,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import CLIENT_ORDER_ID_PATTERN
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import Parameters, parameters
from upbit_auto_trading.data_layer.exchanges.upbit.words import (
    WORD_OF_SELF_MATCH,
    WORD_OF_SIDE,
    WORD_OF_TIME_IN_FORCE,
)

#: instead of a quantity: whatever the order before it left unfilled
REMAINING_ONLY = "remain_only"
_CLIENT_ORDER_ID = re.compile(CLIENT_ORDER_ID_PATTERN)


def order_parameters(request: OrderRequest, *, with_identifier: bool = True) -> Parameters:
    """``price`` is the price of one unit for a limit order, and the funds of a buy that is none."""
    is_buy_of_funds = request.funds is not None
    return parameters(
        market=request.market.code.upper(),
        side=WORD_OF_SIDE[request.side],
        ord_type=_type(request.kind, is_buy_of_funds),
        price=_price(request.kind, request.price, request.funds),
        volume=request.quantity,
        time_in_force=_force(request.kind, request.time_in_force),
        identifier=_checked(request.client_order_id) if with_identifier else None,
        smp_type=_self_match(request.self_match),
    )


def replacement_parameters(reference: OrderReference, new: Replacement) -> Parameters:
    """Market and side stay those of the order that it replaces."""
    is_buy_of_funds = new.funds is not None
    volume: Decimal | str | None = None if is_buy_of_funds else REMAINING_ONLY if new.quantity is None else new.quantity
    return parameters(
        prev_order_uuid=reference.order_id,
        prev_order_identifier=reference.client_order_id,
        new_ord_type=_type(new.kind, is_buy_of_funds),
        new_price=_price(new.kind, new.price, new.funds),
        new_volume=volume,
        new_time_in_force=_force(new.kind, new.time_in_force),
        new_identifier=_checked(new.client_order_id),
        new_smp_type=_self_match(new.self_match),
    )


def reference_parameters(reference: OrderReference) -> Parameters:
    return parameters(uuid=reference.order_id, identifier=reference.client_order_id)


def id_of(reference: OrderReference) -> str:
    return reference.client_order_id or reference.order_id or ""


def _type(kind: OrderKind, is_buy_of_funds: bool) -> str:
    if kind is OrderKind.MARKET:
        return "price" if is_buy_of_funds else "market"
    return "limit" if kind is OrderKind.LIMIT else "best"


def _price(kind: OrderKind, price: Decimal | None, funds: Decimal | None) -> Decimal | None:
    return price if kind is OrderKind.LIMIT else funds


def _force(kind: OrderKind, force: TimeInForce) -> str | None:
    """A market order has none to name: it never rests."""
    return None if kind is OrderKind.MARKET else WORD_OF_TIME_IN_FORCE.get(force)


def _self_match(choice: SelfMatch | None) -> str | None:
    return None if choice is None else WORD_OF_SELF_MATCH[choice]


def _checked(client_order_id: str) -> str:
    if not _CLIENT_ORDER_ID.fullmatch(client_order_id):
        raise InvalidParameter("client_order_id", client_order_id, "not-sendable", allowed=CLIENT_ORDER_ID_PATTERN)
    return client_order_id


def side_word(side: Side | None) -> str:
    return "all" if side is None else WORD_OF_SIDE[side]
