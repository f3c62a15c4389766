"""One market of the virtual exchange: its book, its state, the numbers of its trades."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.resting_orders import BookSide
from upbit_auto_trading.business_logic.simulation.virtual_state import QueuedOrder, SideState, VirtualMarketState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NUMBERS_PER_MILLISECOND = 10_000


@dataclass(slots=True, eq=False)
class VirtualMarket:
    listed: ListedMarket
    state: MarketState
    last_number: int = 0
    #: of the book; the epoch where it never changed yet
    changed_at: datetime = _EPOCH
    asks: BookSide = field(default_factory=lambda: BookSide(Side.SELL))
    bids: BookSide = field(default_factory=lambda: BookSide(Side.BUY))

    @property
    def market(self) -> Market:
        return self.listed.market

    @property
    def trades(self) -> bool:
        return self.state is MarketState.TRADING

    def side(self, side: Side) -> BookSide:
        """Where orders of that side rest."""
        return self.bids if side is Side.BUY else self.asks

    def next_number(self, at: datetime) -> int:
        """Milliseconds and a counter; where a millisecond is used up, or time went back, just the next one."""
        first = (at - _EPOCH) // _MILLISECOND * _NUMBERS_PER_MILLISECOND
        self.last_number = max(first, self.last_number + 1)
        return self.last_number

    def state_kept(self) -> VirtualMarketState:
        return VirtualMarketState(
            self.listed, self.state, _side_kept(self.asks), _side_kept(self.bids), self.last_number, self.changed_at
        )


def _side_kept(side: BookSide) -> SideState:
    queue = tuple(QueuedOrder(resting.order.order_id, resting.ahead) for resting in side.waiting())
    return SideState(side.synthetic_levels(), queue)
