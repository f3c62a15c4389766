"""Who trades with whom: price first, then time, for users' orders and synthetic quantity alike.

Three things make trades. An order that takes meets levels and users, best price first (``take``); each meeting is one
more line on the public tape, and what it takes of a level stays taken until the next book. A print is a trade of the
replayed market: it is on the tape once, unchanged, whoever it reaches (``apply_print``). It was made by buyers and
sellers, so it fills users' orders behind the queue at its own price, and all orders at better prices, as far as its
quantity goes; they are filled at their own price, as makers. A new synthetic book may lie across users' orders: then
its orders came to them, and take them at their price (``cross``).
"""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, SelfMatch
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO, cut
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.business_logic.simulation.resting_orders import BookSide
from upbit_auto_trading.business_logic.simulation.settlement import Settlement
from upbit_auto_trading.business_logic.simulation.virtual_market import VirtualMarket
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason


def take(side: BookSide, taker: LiveOrder, step: Decimal, settlement: Settlement) -> bool:
    """As much as price, kind and self-match prevention allow. True: it ended because no whole step is left of it."""
    best = side.best_price
    while taker.is_open and (price := side.best_price) is not None:
        if not taker.accepts(price) or (taker.kind is OrderKind.BEST and price != best):
            return False
        want = taker.wants_at(price, step)
        if not want:
            return True
        _meet(side, taker, price, want, step, settlement)
    return False


def is_fillable(side: BookSide, taker: LiveOrder, step: Decimal) -> bool:
    """Whether ``take`` would fill it all."""
    left, best = taker.left, side.best_price
    for price, owner, quantity in side.offers():
        if not taker.accepts(price) or (taker.kind is OrderKind.BEST and price != best):
            return False
        if owner is not None and _is_prevented(owner, taker):
            if taker.self_match is SelfMatch.CANCEL_MAKER:
                continue
            return False
        want = left if taker.funds is None else cut(left, step, price)
        if quantity >= want:
            return True
        left -= quantity if taker.funds is None else quantity * price
    return False


def apply_print(market: VirtualMarket, tick: Print, settlement: Settlement) -> None:
    number = market.next_number(tick.at)
    side = _reached_by(market, tick)
    side.pass_through(tick.price)
    left = tick.quantity
    for resting in side.waiting_up_to(tick.price):
        eaten = min(left, resting.ahead)
        if eaten:
            side.eat(tick.price, eaten)
        filled = min(left - eaten, resting.order.left)
        if filled:
            settlement.fill_by_print(resting.order, number, filled)
        left -= eaten + filled
        if not left:
            break
    if left:
        side.eat(tick.price, left)
    settlement.print(number, tick.price, tick.quantity, tick.taker_side)


def cross(market: VirtualMarket, settlement: Settlement) -> None:
    for side, opposite in ((market.bids, market.asks), (market.asks, market.bids)):
        best = opposite.best_synthetic_price
        if best is None:
            continue
        for resting in side.waiting_up_to(best):
            order = resting.order
            quantity = _eat_against(opposite, order)
            if quantity:
                settlement.trade(order, None, order.resting_price, quantity, order.side.opposite)


def _meet(
    side: BookSide, taker: LiveOrder, price: Decimal, want: Decimal, step: Decimal, settlement: Settlement
) -> None:
    """The first at that price."""
    resting, displayed = side.first_at(price), side.synthetic_at(price)
    if resting is None or (resting.ahead and displayed):
        quantity = min(want, displayed) if resting is None else min(want, displayed, resting.ahead)
        side.eat(price, quantity)
        settlement.trade(None, taker, price, quantity, taker.side)
    elif _is_prevented(resting.order, taker):
        _prevent(resting.order, taker, price, want, step, settlement)
    else:
        settlement.trade(resting.order, taker, price, min(want, resting.order.left), taker.side)


def _is_prevented(maker: LiveOrder, taker: LiveOrder) -> bool:
    return maker.account_id == taker.account_id and taker.self_match is not SelfMatch.ALLOW


def _prevent(
    maker: LiveOrder, taker: LiveOrder, price: Decimal, want: Decimal, step: Decimal, settlement: Settlement
) -> None:
    """The taker's choice counts."""
    cancelled = OrderState.CANCELLED, EndReason.SELF_MATCH
    if taker.self_match is SelfMatch.CANCEL_MAKER:
        settlement.prevent(maker, maker.left, maker.prevent_rest(price, step))
        settlement.end_resting(maker, *cancelled)
    elif taker.self_match is SelfMatch.CANCEL_TAKER:
        settlement.prevent(taker, want, taker.prevent_rest(price, step))
        settlement.end(taker, *cancelled)
    else:
        overlap = min(want, maker.left)
        settlement.prevent(maker, overlap, maker.prevent(overlap, price))
        settlement.prevent(taker, overlap, taker.prevent(overlap, price))
        settlement.touch_book()
        if not maker.left:
            settlement.end_resting(maker, *cancelled)
        if not taker.left:
            settlement.end(taker, *cancelled)


def _reached_by(market: VirtualMarket, tick: Print) -> BookSide:
    """The side with users' orders that it reaches, whoever the taker was; else the one that the taker hit.

    Users' orders never cross, so that there is no print that reaches some on both sides.
    """
    bid, ask = market.bids.best_user_price, market.asks.best_user_price
    if bid is not None and bid >= tick.price:
        return market.bids
    if ask is not None and ask <= tick.price:
        return market.asks
    return market.side(tick.taker_side.opposite)


def _eat_against(opposite: BookSide, order: LiveOrder) -> Decimal:
    eaten = ZERO
    while eaten < order.left:
        price = opposite.best_synthetic_price
        if price is None or not order.accepts(price):
            break
        quantity = min(order.left - eaten, opposite.synthetic_at(price))
        opposite.eat(price, quantity)
        eaten += quantity
    return eaten
