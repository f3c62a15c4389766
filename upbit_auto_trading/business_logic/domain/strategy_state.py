"""What a strategy holds in one market, and what its rules remember. Numbers are float64: of simulations and signals."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

from upbit_auto_trading.business_logic.domain.backtest import PositionSnapshot

#: quantities have so many decimals
DECIMALS = 8


@dataclass(slots=True)
class RuleMemory:
    """Of one rule in one market."""

    #: since the position was opened
    fired: int = 0
    #: of its last action
    row: int = -(1 << 60)
    is_on: bool = True
    #: False: it waits until it has not held once
    is_armed: bool = True
    #: the KST day of its last action, and how often on that day
    day: int = -1
    today: int = 0


@dataclass(slots=True)
class Position:
    """From flat to flat; the same object is used again."""

    quantity: float = 0.0
    #: of all buys
    bought: float = 0.0
    paid: float = 0.0
    average: float = nan
    first_price: float = nan
    first_funds: float = 0.0
    last_funds: float = 0.0
    adds: int = 0
    entry_row: int = -1
    entry_second: int = 0
    #: highest price since the first fill
    peak: float = nan
    #: in percent of the average price of that time
    peak_profit: float = nan
    #: the number of its trade
    trade: int = -1
    #: rows whose highs have been seen
    seen_to: int = -1
    fired: dict[str, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.quantity > 0.0

    def buy(self, price: float, quantity: float, row: int, second: int) -> None:
        value = price * quantity
        if self.quantity <= 0.0:
            self.bought = self.paid = 0.0
            self.first_price, self.first_funds, self.adds = price, 0.0, -1
            self.entry_row, self.entry_second = row, second
            self.peak, self.peak_profit, self.seen_to = price, 0.0, row - 1
            self.fired = {}
        self.adds += 1
        self.quantity = round(self.quantity + quantity, DECIMALS)
        self.bought = round(self.bought + quantity, DECIMALS)
        self.paid += value
        self.average = self.paid / self.bought
        self.last_funds = value
        if not self.adds:
            self.first_funds = value

    def fill_more(self, price: float, quantity: float) -> None:
        """Of the same order as the last buy."""
        value = price * quantity
        self.quantity = round(self.quantity + quantity, DECIMALS)
        self.bought = round(self.bought + quantity, DECIMALS)
        self.paid += value
        self.average = self.paid / self.bought
        self.last_funds += value
        if not self.adds:
            self.first_funds += value

    def sell(self, quantity: float) -> None:
        self.quantity = round(self.quantity - quantity, DECIMALS)

    def see(self, high: float, row: int) -> None:
        """The candle of that row is known; called after its fills. No row is seen twice."""
        self.seen_to = row
        if high > self.peak:
            self.peak = high
        profit = 100.0 * (high / self.average - 1.0)
        if profit > self.peak_profit:
            self.peak_profit = profit

    def snapshot(self, stop: float, target: float, purse: PurseView) -> PositionSnapshot:
        return PositionSnapshot(
            self.quantity,
            self.average,
            self.first_price,
            self.peak,
            self.peak_profit,
            self.entry_row,
            self.entry_second,
            self.adds,
            stop,
            target,
            tuple(self.fired.items()),
            purse.equity,
            purse.free_cash,
            purse.day_profit,
            purse.open_positions,
        )


@dataclass(frozen=True, slots=True)
class PurseView:
    equity: float
    free_cash: float
    day_profit: float
    open_positions: int
