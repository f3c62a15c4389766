"""Whether the virtual exchange takes an order, by the rules of the day it is placed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderRequest, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO, cut, is_usable
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.resting_orders import BookSide
from upbit_auto_trading.business_logic.simulation.virtual_market import VirtualMarket

_AT_ONCE = frozenset({TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL})
_TIMES = {
    OrderKind.LIMIT: frozenset(TimeInForce),
    OrderKind.MARKET: frozenset({TimeInForce.IMMEDIATE_OR_CANCEL}),
    OrderKind.BEST: _AT_ONCE,
}


def check_market(market: VirtualMarket, *allowed: MarketState) -> None:
    if market.state is MarketState.DELISTED:
        raise Refused(RefusalCode.MARKET_UNKNOWN)
    if market.state not in allowed:
        raise Refused(RefusalCode.MARKET_HALTED)


def check_kind(request: OrderRequest) -> None:
    amounts = (request.quantity is not None, request.price is not None, request.funds is not None)
    if request.kind is OrderKind.LIMIT:
        expected = (True, True, False)
    else:
        spends = request.side is Side.BUY
        expected = (not spends, False, spends)
    if amounts != expected or request.time_in_force not in _TIMES[request.kind]:
        raise Refused(RefusalCode.KIND_NOT_ALLOWED)
    if request.time_in_force is TimeInForce.POST_ONLY and request.self_match is not SelfMatch.ALLOW:
        raise Refused(RefusalCode.POST_ONLY_SELF_MATCH)


def with_cut_quantity(request: OrderRequest, rules: MarketRules) -> OrderRequest:
    """More decimals than a quantity may have are cut off."""
    if request.price is not None and not (is_usable(request.price) and rules.ticks.is_on_grid(request.price)):
        raise Refused(RefusalCode.OFF_TICK)
    if not is_usable(request.funds or ZERO) or not is_usable(request.quantity or ZERO):
        raise Refused(RefusalCode.BAD_QUANTITY)
    if request.quantity is None:
        return request
    quantity = cut(request.quantity, rules.quantity_step)
    if not quantity:
        raise Refused(RefusalCode.BAD_QUANTITY)
    return replace(request, quantity=quantity)


def check_size(request: OrderRequest, rules: MarketRules, opposite: BookSide, depth: int) -> None:
    """Sells at market or best price are judged by what they would bring at the best price."""
    price = request.price if request.price is not None else opposite.best_price
    if price is None:
        raise Refused(RefusalCode.BOOK_TOO_THIN)
    value = (request.funds or ZERO) if request.quantity is None else request.quantity * price
    if value < rules.minimum_funds:
        raise Refused(RefusalCode.UNDER_MINIMUM)
    if rules.maximum_funds is not None and value > rules.maximum_funds:
        raise Refused(RefusalCode.OVER_MAXIMUM)
    if request.kind is OrderKind.MARKET and not _is_deep_enough(request, opposite.levels(depth)):
        raise Refused(RefusalCode.BOOK_TOO_THIN)


def _is_deep_enough(request: OrderRequest, levels: Iterable[BookLevel]) -> bool:
    if request.funds is not None:
        return request.funds <= sum((level.price * level.quantity for level in levels), ZERO)
    return (request.quantity or ZERO) <= sum((level.quantity for level in levels), ZERO)
