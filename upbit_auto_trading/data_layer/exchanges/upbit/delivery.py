"""The one way into the mailbox: what was told already is not told again. Lives in the stream thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit.balance_memory import BalanceMemory
from upbit_auto_trading.data_layer.exchanges.upbit.frames import UnreadBook
from upbit_auto_trading.data_layer.exchanges.upbit.mailbox import Waiting
from upbit_auto_trading.data_layer.exchanges.upbit.market_memory import MarketMemory
from upbit_auto_trading.data_layer.exchanges.upbit.order_memory import OrderMemory


class Delivery:
    def __init__(self, put: Callable[[Waiting], None], has_room: Callable[[], bool]) -> None:
        self.put = put
        self._has_room = has_room
        #: what repairs have brought and the mailbox has no room for yet, and who is told when it is all in
        self._held: deque[tuple[deque[Callable[[], None]], Callable[[], None]]] = deque()
        self.markets = MarketMemory()
        self.orders = OrderMemory()
        self._balances = BalanceMemory()
        self._is_reading_balances = False
        self._balances_while_reading: dict[str, Balance] = {}
        self._told_balances: tuple[Balance, ...] | None = None
        self._has_streamed_balances = False

    def in_portions(self, deliveries: Iterable[Callable[[], None]], done: Callable[[], None]) -> None:
        """A repair may bring more than the mailbox holds: it comes as fast as it is taken."""
        self._held.append((deque(deliveries), done))
        self.go_on()

    def go_on(self) -> None:
        while self._held:
            deliveries, done = self._held[0]
            while deliveries:
                if not self._has_room():
                    return
                deliveries.popleft()()
            self._held.popleft()
            done()

    def price(self, event: PriceSummaryChanged) -> None:
        if self.markets.is_new_price(event):
            self.put(event)

    def book(self, book: UnreadBook) -> None:
        if self.markets.is_new_book(book):
            self.put(book)

    def trade(self, event: TradePrinted) -> None:
        if self.markets.is_new_trade(event):
            self.put(event)

    def candle(self, event: CandleChanged) -> None:
        if self.markets.is_new_candle(event):
            self.put(event)

    def own_order(self, event: OwnOrderChanged) -> None:
        update = self.orders.judge(event.update)
        if update is not None:
            told = event if update is event.update else OwnOrderChanged(update, event.provenance, event.received_at)
            self.put(told)

    def own_balances(self, reported: OwnBalancesChanged) -> bool:
        """Whether they leave a doubt, so that they should be read as well."""
        judged = self._balances.judge(reported)
        event = judged.event
        if event is None:
            return False
        if self._is_reading_balances:
            self._balances_while_reading.update((balance.currency, balance) for balance in event.balances)
        self._has_streamed_balances = True
        self.put(event)
        return judged.is_doubtful

    def begin_reading_balances(self) -> None:
        """Two readings at a time are one that began with the first."""
        if not self._is_reading_balances:
            self._is_reading_balances, self._balances_while_reading = True, {}

    def give_up_reading_balances(self) -> None:
        self._is_reading_balances = False

    def end_reading_balances(self, answered: tuple[Balance, ...]) -> tuple[Balance, ...] | None:
        """What is to be told of an answer; None where it says nothing new."""
        by_currency = {balance.currency: balance for balance in answered} | self._balances_while_reading
        self._is_reading_balances = False
        newest = tuple(by_currency.values())
        if newest == self._told_balances and not self._has_streamed_balances:
            return None
        self._told_balances, self._has_streamed_balances = newest, False
        return newest
