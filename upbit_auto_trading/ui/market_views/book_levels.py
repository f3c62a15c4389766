"""A book as rows: levels put together by a step, added up from the best one outwards. No Qt in here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook

#: of the tick
MULTIPLES = (1, 5, 10, 50, 100)


@dataclass(frozen=True, slots=True)
class BookRow:
    is_ask: bool
    #: of a group: the one farthest from the other side, so that nothing in it is worse
    price: Decimal
    quantity: Decimal
    #: from the best level up to here
    total: Decimal
    #: what it costs to take all of that
    funds: Decimal
    #: the exchange may hold more of this group than it sent
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class BookRows:
    """Best first on both sides."""

    asks: tuple[BookRow, ...] = ()
    bids: tuple[BookRow, ...] = ()

    @property
    def ask_total(self) -> Decimal:
        return self.asks[-1].total if self.asks else Decimal(0)

    @property
    def bid_total(self) -> Decimal:
        return self.bids[-1].total if self.bids else Decimal(0)

    @property
    def from_above(self) -> tuple[BookRow, ...]:
        return (*reversed(self.asks), *self.bids)


def rows_of(book: OrderBook, step: Decimal | None = None) -> BookRows:
    """``step``: levels of so much together; None leaves them as they are."""
    return BookRows(_side(book.asks, True, step), _side(book.bids, False, step))


def grouped_price(price: Decimal, is_ask: bool, step: Decimal | None) -> Decimal:
    if step is None:
        return price
    return (price / step).to_integral_value(ROUND_CEILING if is_ask else ROUND_FLOOR) * step


def _side(levels: Iterable[BookLevel], is_ask: bool, step: Decimal | None) -> tuple[BookRow, ...]:
    rows: list[BookRow] = []
    total = funds = Decimal(0)
    for level in levels:
        price = grouped_price(level.price, is_ask, step)
        total += level.quantity
        funds += level.quantity * level.price
        quantity = level.quantity
        if rows and rows[-1].price == price:
            quantity += rows.pop().quantity
        rows.append(BookRow(is_ask, price, quantity, total, funds))
    if rows and step is not None:
        last = rows.pop()
        rows.append(BookRow(is_ask, last.price, last.quantity, last.total, last.funds, is_cut=True))
    return tuple(rows)


def shown_places(quantities: Iterable[Decimal]) -> int:
    """Decimals for one column: about seven figures of the largest, and enough that the smallest is not nothing."""
    known = [quantity for quantity in quantities if quantity > 0]
    if not known:
        return 4
    whole_digits = max(max(known).adjusted() + 1, 1)
    smallest = min(known).adjusted()
    places = min(max(7 - whole_digits, 0), 4)
    return min(max(places, -smallest if smallest < 0 and whole_digits <= 4 else 0), 8)
