"""A backtest as one would write it on paper: candle after candle, exact decimals, nothing clever.

Written from the conventions, not from the engine, and sharing nothing with it. One market, one purse, whole positions;
the strategy's decisions come in as two lists. What guards a position: stops, targets in shares, a trailing level, a
stop at break-even.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import NamedTuple

_HUNDRED = Decimal(100)
_STEP = Decimal("0.00000001")


class Row(NamedTuple):
    opened: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True)
class Target:
    percent: Decimal
    #: of what was bought
    share: Decimal


@dataclass(frozen=True, slots=True)
class Trailing:
    percent: Decimal
    activation: Decimal = Decimal(0)
    after_targets: int = 0


@dataclass(frozen=True, slots=True)
class LoopRules:
    """Percents as they are written in a file."""

    cash: Decimal = Decimal(10_000_000)
    share: Decimal = Decimal(95)
    fee: Decimal = Decimal("0.0005")
    #: a fraction
    slippage: Decimal = Decimal(0)
    stop_percent: Decimal | None = None
    targets: tuple[Target, ...] = ()
    trailing: Trailing | None = None
    #: profit from which it counts, and where it lies
    break_even: tuple[Decimal, Decimal] | None = None
    #: of a price; None: any price there is
    tick: Callable[[Decimal], Decimal] | None = None
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LoopFill:
    opened: int
    is_buy: bool
    price: Decimal
    quantity: Decimal
    fee: Decimal


@dataclass(slots=True)
class _Held:
    price: Decimal
    bought: Decimal
    quantity: Decimal
    peak: Decimal
    #: where the stop by a distance lies
    stop: Decimal | None
    targets: list[tuple[Decimal, Decimal]]
    reached: int = 0
    #: shares of the targets that were reached
    sold: Decimal = Decimal(0)


@dataclass(slots=True)
class PlainLoop:
    rules: LoopRules
    cash: Decimal
    held: _Held | None = None
    fills: list[LoopFill] = field(default_factory=list)
    #: decided at the last close: funds and the stop's distance; whether to sell all
    buying: tuple[Decimal, Decimal | None] | None = None
    is_selling: bool = False
    opened: int = 0

    # one candle

    def live_through(self, row: Row) -> None:
        self.opened = row.opened
        if self.is_selling:
            self.is_selling = False
            self.sell(self.worse(row.open, -1), None)
        if self.buying is not None:
            funds, distance = self.buying
            self.buying = None
            self.buy(self.worse(row.open, +1), funds, distance)
        if self.held is not None and not self.is_stopped(self.held, row):
            self.sell_targets(self.held, row.open, row.open)  # those that it opens beyond
        if self.held is not None and self.is_stopped(self.held, row):
            self.sell(self.stopped(min(row.open, max(self.levels(self.held)))), None)
        if self.held is not None:
            self.sell_targets(self.held, row.open, row.high)
        if self.held is not None:
            self.held.peak = max(self.held.peak, row.high)
            level = self.moving_level(self.held)
            if level is not None and row.close <= level:
                self.sell(self.stopped(level), None)

    def is_stopped(self, held: _Held, row: Row) -> bool:
        """On the way from the open to the low; what moves with the peak knows only the highs before."""
        return any(row.low <= level for level in self.levels(held))

    def sell_targets(self, held: _Held, opened: Decimal, reached: Decimal) -> None:
        while held.targets and reached >= self.rounded(held.targets[0][0], ROUND_CEILING) and self.held is held:
            level, share = held.targets.pop(0)
            held.reached += 1
            held.sold += share
            # the one that completes the whole leaves no step behind
            quantity = None if held.sold == _HUNDRED else (held.bought * share / _HUNDRED).quantize(_STEP, ROUND_DOWN)
            self.sell(max(opened, self.rounded(level, ROUND_CEILING)), quantity)

    def decide(self, row: Row, enters: bool, leaves: bool, distance: Decimal | None) -> None:
        rules = self.rules
        if self.held is not None:
            self.is_selling = leaves and self.held.quantity * row.close >= rules.minimum
        elif enters:
            funds = min(self.cash * rules.share / _HUNDRED, self.cash / (1 + rules.fee))
            if funds >= rules.minimum:
                self.buying = (funds, distance)

    # levels

    def levels(self, held: _Held) -> list[Decimal]:
        return [level for level in (held.stop, self.moving_level(held)) if level is not None]

    def moving_level(self, held: _Held) -> Decimal | None:
        found = []
        gained = (held.peak / held.price - 1) * _HUNDRED
        trailing, break_even = self.rules.trailing, self.rules.break_even
        if trailing is not None and held.reached >= trailing.after_targets and gained >= trailing.activation:
            found.append(held.peak * (1 - trailing.percent / _HUNDRED))
        if break_even is not None and gained >= break_even[0]:
            found.append(held.price * (1 + break_even[1] / _HUNDRED))
        return max(found, default=None)

    # money

    def buy(self, price: Decimal, funds: Decimal, distance: Decimal | None) -> None:
        quantity = (funds / price).quantize(_STEP, ROUND_DOWN)
        if not quantity:
            return
        rules = self.rules
        fee = price * quantity * rules.fee
        self.cash -= price * quantity + fee
        self.fills.append(LoopFill(self.opened, True, price, quantity, fee))
        stops = [] if distance is None else [price - distance]
        if rules.stop_percent is not None:
            stops.append(price * (1 - rules.stop_percent / _HUNDRED))
        targets = [(price * (1 + one.percent / _HUNDRED), one.share) for one in rules.targets]
        targets.sort(key=lambda target: target[0])
        self.held = _Held(price, quantity, quantity, price, max(stops, default=None), targets)

    def sell(self, price: Decimal, quantity: Decimal | None) -> None:
        """None: all."""
        held = self.held
        if held is None:
            return
        sold = held.quantity if quantity is None else min(quantity, held.quantity)
        if 0 < (held.quantity - sold) * price < self.rules.minimum:
            sold = held.quantity
        if not sold or sold * price < self.rules.minimum:
            return
        fee = price * sold * self.rules.fee
        self.cash += price * sold - fee
        held.quantity -= sold
        self.fills.append(LoopFill(self.opened, False, price, sold, fee))
        if not held.quantity:
            self.held = None

    def worse(self, price: Decimal, direction: int) -> Decimal:
        """What a market order pays or gets where that is the price."""
        if not self.rules.slippage:
            return price
        moved = price * (1 + direction * self.rules.slippage)
        return self.rounded(moved, ROUND_CEILING if direction > 0 else ROUND_FLOOR)

    def stopped(self, level: Decimal) -> Decimal:
        return self.rounded(level * (1 - self.rules.slippage), ROUND_FLOOR)

    def rounded(self, price: Decimal, rounding: str) -> Decimal:
        if self.rules.tick is None:
            return price
        tick = self.rules.tick(price)
        return (price / tick).to_integral_value(rounding) * tick


def plain_loop(
    rows: Sequence[Row],
    enters: Sequence[bool],
    leaves: Sequence[bool],
    distances: Sequence[Decimal | None],
    rules: LoopRules,
) -> PlainLoop:
    """After the last candle; its fills are what happened."""
    loop = PlainLoop(rules, rules.cash)
    for row, enter, leave, distance in zip(rows, enters, leaves, distances, strict=True):
        loop.live_through(row)
        loop.decide(row, enter, leave, distance)
    return loop
