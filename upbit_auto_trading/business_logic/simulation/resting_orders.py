"""One side of a book: levels of synthetic quantity, and users' orders that wait among them by price and time.

A user's order joins its level behind what is displayed there (``ahead``). What trades at the level is served from the
front, so that ``ahead`` melts; what a new book adds to the level comes after the order; what it takes away was, as far
as it can have been, ahead. A level beyond the levels that a book shows is not known to have changed.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.exact_amounts import ZERO
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder


@dataclass(slots=True, eq=False)
class Resting:
    order: LiveOrder
    #: how much of others' quantity at this price is served before it
    ahead: Decimal


class BookSide:
    """Prices are kept by rank, the best one lowest: the price of an ask, the negated price of a bid."""

    __slots__ = ("_negated", "_queues", "_synthetic", "_synthetic_ranks", "_user_ranks", "side")

    def __init__(self, side: Side) -> None:
        #: of the orders that rest here
        self.side = side
        self._negated = side is Side.BUY
        self._synthetic: dict[Decimal, Decimal] = {}
        self._synthetic_ranks: list[Decimal] = []
        self._queues: dict[Decimal, list[Resting]] = {}
        self._user_ranks: list[Decimal] = []

    def rank(self, price: Decimal) -> Decimal:
        """Also the price of a rank. ``copy_negate`` knows no precision, unlike the minus sign."""
        return price.copy_negate() if self._negated else price

    # --- looking

    @property
    def best_price(self) -> Decimal | None:
        best = self._best_rank()
        return None if best is None else self.rank(best)

    @property
    def best_level(self) -> BookLevel | None:
        best = self._best_rank()
        return None if best is None else self._level(best)

    @property
    def best_user_price(self) -> Decimal | None:
        return self.rank(self._user_ranks[0]) if self._user_ranks else None

    @property
    def best_synthetic_price(self) -> Decimal | None:
        return self.rank(self._synthetic_ranks[0]) if self._synthetic_ranks else None

    def levels(self, depth: int) -> tuple[BookLevel, ...]:
        ranks = self._synthetic_ranks[:depth]
        if self._user_ranks:
            ranks = sorted({*ranks, *self._user_ranks[:depth]})[:depth]
        return tuple([self._level(rank) for rank in ranks])

    def synthetic_levels(self) -> tuple[BookLevel, ...]:
        return tuple(BookLevel(self.rank(rank), self._synthetic[rank]) for rank in self._synthetic_ranks)

    def synthetic_at(self, price: Decimal) -> Decimal:
        return self._synthetic.get(self.rank(price), ZERO)

    def first_at(self, price: Decimal) -> Resting | None:
        queue = self._queues.get(self.rank(price))
        return queue[0] if queue else None

    def waiting(self) -> Iterator[Resting]:
        """Best price first, and at one price the oldest."""
        for rank in self._user_ranks:
            yield from self._queues[rank]

    def waiting_up_to(self, price: Decimal) -> list[Resting]:
        """Those at that price or a better one; a list, because whoever asks is about to fill them."""
        last = self.rank(price)
        found: list[Resting] = []
        for rank in self._user_ranks:
            if rank > last:
                break
            found.extend(self._queues[rank])
        return found

    def offers(self) -> Iterator[tuple[Decimal, LiveOrder | None, Decimal]]:
        """Price, whose (None: synthetic) and how much, in the order in which a taker meets them."""
        for rank in sorted({*self._synthetic_ranks, *self._user_ranks}):
            price, synthetic, served = self.rank(rank), self._synthetic.get(rank, ZERO), ZERO
            for resting in self._queues.get(rank, ()):
                before = min(resting.ahead, synthetic) - served
                if before > 0:
                    served += before
                    yield price, None, before
                yield price, resting.order, resting.order.left
            if synthetic > served:
                yield price, None, synthetic - served

    # --- changing

    def show(self, levels: tuple[BookLevel, ...]) -> None:
        """A new synthetic book."""
        self._synthetic = {self.rank(level.price): level.quantity for level in levels}
        self._synthetic_ranks = list(self._synthetic)
        if self._user_ranks and self._synthetic_ranks:
            self._melt_to(self._synthetic_ranks[-1])

    def join(self, order: LiveOrder) -> None:
        rank = self.rank(order.resting_price)
        ahead = self._synthetic.get(rank, ZERO)
        queue = self._queues.get(rank)
        if queue is None:
            queue = self._queues[rank] = []
            insort(self._user_ranks, rank)
        else:
            ahead = max(ahead, queue[-1].ahead)
        queue.append(Resting(order, ahead))

    def rejoin(self, order: LiveOrder, ahead: Decimal) -> None:
        """As it stood when its state was kept."""
        self.join(order)
        self._queues[self.rank(order.resting_price)][-1].ahead = ahead

    def leave(self, order: LiveOrder) -> None:
        rank = self.rank(order.resting_price)
        queue = self._queues[rank]
        queue[:] = [resting for resting in queue if resting.order is not order]
        if not queue:
            del self._queues[rank]
            del self._user_ranks[bisect_left(self._user_ranks, rank)]

    def eat(self, price: Decimal, quantity: Decimal) -> None:
        """So much of the synthetic quantity at that price, displayed or not, is gone, from the front."""
        rank = self.rank(price)
        displayed = self._synthetic.get(rank)
        if displayed is not None:
            if displayed > quantity:
                self._synthetic[rank] = displayed - quantity
            else:
                self._forget(rank)
        for resting in self._queues.get(rank, ()):
            resting.ahead = max(resting.ahead - quantity, ZERO)

    def pass_through(self, price: Decimal) -> None:
        """The market traded beyond: nothing synthetic is left at better prices."""
        limit = self.rank(price)
        while self._synthetic_ranks and self._synthetic_ranks[0] < limit:
            self._forget(self._synthetic_ranks[0])
        for rank in self._user_ranks:
            if rank >= limit:
                break
            for resting in self._queues[rank]:
                resting.ahead = ZERO

    def _melt_to(self, last_shown: Decimal) -> None:
        for rank in self._user_ranks:
            if rank > last_shown:
                break
            displayed = self._synthetic.get(rank, ZERO)
            for resting in self._queues[rank]:
                resting.ahead = min(resting.ahead, displayed)

    def _forget(self, rank: Decimal) -> None:
        del self._synthetic[rank]
        del self._synthetic_ranks[bisect_left(self._synthetic_ranks, rank)]

    def _best_rank(self) -> Decimal | None:
        if not self._user_ranks:
            return self._synthetic_ranks[0] if self._synthetic_ranks else None
        if not self._synthetic_ranks:
            return self._user_ranks[0]
        return min(self._synthetic_ranks[0], self._user_ranks[0])

    def _level(self, rank: Decimal) -> BookLevel:
        quantity = self._synthetic.get(rank, ZERO)
        for resting in self._queues.get(rank, ()):
            quantity += resting.order.left
        return BookLevel(self.rank(rank), quantity)
