"""An order by hand at market: whether it makes sense before it is sent, and what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import Enum

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules
from upbit_auto_trading.business_logic.domain.order import OrderRequest, market_buy, market_sell

_WON = Decimal(1)


class Refusal(Enum):
    """Why nothing is sent."""

    #: whether entries are stopped has not been read yet
    ENTRIES_UNKNOWN = "entries-unknown"
    #: the kill switch holds; selling and cancelling go on
    ENTRIES_STOPPED = "entries-stopped"
    NO_AMOUNT = "no-amount"
    BELOW_MINIMUM = "below-minimum"
    ABOVE_MAXIMUM = "above-maximum"
    NOT_ENOUGH = "not-enough"
    NOTHING_HELD = "nothing-held"


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What an order by hand in one market depends on at this moment."""

    market: Market
    rules: MarketRules
    free_quote: Decimal
    free_base: Decimal
    last_price: Decimal | None
    knows_entries: bool
    are_entries_stopped: bool


def most_funds(facts: TicketFacts) -> Decimal:
    """What can be spent in whole won: the fee comes on top of it."""
    most = facts.free_quote / (1 + facts.rules.fees.taker_buy)
    if facts.rules.maximum_funds is not None:
        most = min(most, facts.rules.maximum_funds)
    return most.quantize(_WON, ROUND_DOWN)


def share_of_funds(facts: TicketFacts, share: Decimal) -> Decimal:
    return (most_funds(facts) * share).quantize(_WON, ROUND_DOWN)


def quantity_to_sell(facts: TicketFacts, share: Decimal) -> Decimal:
    """Cut to what the exchange takes; the whole leaves nothing behind that it would take."""
    return facts.rules.cut_quantity(facts.free_base * share)


def buy_refusal(facts: TicketFacts, funds: Decimal | None) -> Refusal | None:
    if not facts.knows_entries:
        return Refusal.ENTRIES_UNKNOWN
    if facts.are_entries_stopped:
        return Refusal.ENTRIES_STOPPED
    if funds is None or funds <= 0:
        return Refusal.NO_AMOUNT
    if funds < facts.rules.minimum_funds:
        return Refusal.BELOW_MINIMUM
    if facts.rules.maximum_funds is not None and funds > facts.rules.maximum_funds:
        return Refusal.ABOVE_MAXIMUM
    return Refusal.NOT_ENOUGH if funds > most_funds(facts) else None


def sell_refusal(facts: TicketFacts, quantity: Decimal | None) -> Refusal | None:
    """A price that is not known yet refuses nothing: the exchange has the last word."""
    if facts.free_base <= 0:
        return Refusal.NOTHING_HELD
    if quantity is None:
        return Refusal.NO_AMOUNT
    if quantity <= 0 or quantity < facts.rules.minimum_quantity:
        return Refusal.BELOW_MINIMUM
    if facts.last_price is not None and quantity * facts.last_price < facts.rules.minimum_funds:
        return Refusal.BELOW_MINIMUM
    return None


def buy_at_market(facts: TicketFacts, client_order_id: str, funds: Decimal) -> OrderRequest:
    return market_buy(client_order_id, facts.market, funds=funds)


def sell_at_market(facts: TicketFacts, client_order_id: str, quantity: Decimal) -> OrderRequest:
    return market_sell(client_order_id, facts.market, quantity=quantity)
