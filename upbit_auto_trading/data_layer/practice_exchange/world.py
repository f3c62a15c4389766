"""The practice exchange behind its doors: one virtual exchange, one replayed market, one clock.

Everything runs in the server's one thread. What changes something returns only after it was written to the state file
(where there is one) and handed to the listeners, in the order in which an exchange would tell it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.domain.order import OrderRequest
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay
from upbit_auto_trading.business_logic.simulation.virtual_events import VirtualEvent, VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.data_layer.practice_exchange.market_summary import MarketSummary, TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey

Listener = Callable[[Sequence[VirtualEvent]], None]

class PracticeWorld:
    """Use from the server's thread alone."""

    exchange: VirtualExchange
    replay: MarketReplay
    clock: PracticeClock
    #: by access key
    keys: dict[str, PracticeKey]
    #: called with the events of each change, in order
    listeners: list[Listener]

    # --- orders: ``request.self_match`` is never None here; raises Refused, and then nothing changed

    def place(self, account_id: str, request: OrderRequest) -> VirtualOrder:
        """As accepted: before any fill."""
        raise NotImplementedError

    def check(self, account_id: str, request: OrderRequest) -> None:
        raise NotImplementedError

    def cancel(self, account_id: str, order_id: str) -> VirtualOrder:
        """As it stood before: a cancel is accepted, the end is told by events."""
        raise NotImplementedError

    def replace(
        self, account_id: str, order_id: str, new_request: Callable[[VirtualOrder], OrderRequest]
    ) -> tuple[VirtualOrder, str]:
        """The old order as it stood before, and the number of the new one.

        ``new_request`` gets the old order as it ended. Where the new one is refused then, it does not exist.
        """
        raise NotImplementedError

    # --- markets

    def listed(self) -> tuple[ListedMarket, ...]:
        """Without the delisted, in no order of codes; each with its state."""
        raise NotImplementedError

    def market(self, code: str) -> Market | None:
        """None where it is unknown or delisted."""
        raise NotImplementedError

    def state_of(self, market: Market) -> MarketState:
        raise NotImplementedError

    def book(self, market: Market, depth: int = 30) -> OrderBook:
        raise NotImplementedError

    def summaries(self, markets: Iterable[Market]) -> list[MarketSummary]:
        """Of those that were traded at all."""
        raise NotImplementedError

    def trades(
        self, market: Market, count: int, *, before: datetime | None = None, before_number: int | None = None
    ) -> list[TapeTrade]:
        """Newest first: traded at or before ``before``, with a number under ``before_number``."""
        raise NotImplementedError

    def candles(self, market: Market, unit: CandleUnit, before: datetime | None, count: int) -> list[Candle]:
        """Newest first: opened before ``before`` (None: up to now), the forming one too. No trade, no candle."""
        raise NotImplementedError
