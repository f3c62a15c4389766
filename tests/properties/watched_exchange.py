"""The practice exchange with a program beside it that watches every print: what the closed form of candles stands for.

Exact decimals, an order book, one print after the other. The program rests limit orders at the exchange, sends market
orders at the first print after a decision, and watches levels itself: a level is come to at the first print at or
beyond it, and a level that trails is raised by prints that rise within a candle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook, TickTable
from upbit_auto_trading.business_logic.domain.order import (
    OrderRequest,
    SelfMatch,
    Side,
    limit_order,
    market_buy,
    market_sell,
)
from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.business_logic.simulation.candle_path import PathSettings, candle_prints
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings, deep_book
from upbit_auto_trading.business_logic.simulation.virtual_events import OrderTraded, VirtualEvent
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange

_ME = "me"
_STEP = Decimal("0.00000001")
_HUNDRED = Decimal(100)
_PREVENTED = SelfMatch.CANCEL_MAKER


class NotTold(Exception):
    """Something that the conventions do not say by the path alone."""


class Traded(NamedTuple):
    row: int
    side: str
    price: Decimal
    quantity: Decimal
    fee: Decimal


@dataclass
class Wish:
    """An order of the program. ``ticks`` None: at market; else a limit so far from the close it was decided on."""

    is_buy: bool
    #: of a buy
    funds: Decimal = Decimal(0)
    #: of a sale, of what is held
    share: Decimal = Decimal(1)
    ticks: int | None = None
    wait: int | None = None
    after: str = "cancel"
    reprices: int = 0
    levels: tuple[LevelPlan, ...] = ()
    decided: int = 0
    limit: Decimal | None = None
    first_row: int = 0
    quantity: Decimal | None = None
    order_id: str | None = None
    is_add: bool = False


@dataclass
class Held:
    first: Decimal
    peak: Decimal
    bought: Decimal
    paid: Decimal
    quantity: Decimal
    levels: list[LevelPlan]
    reached: set[int] = field(default_factory=set)
    moved: Decimal | None = None
    #: levels whose profit was seen; it stays seen when a buy moves the average
    active: set[int] = field(default_factory=set)

    @property
    def average(self) -> Decimal:
        return self.paid / self.bought

    def base(self, level: LevelPlan) -> Decimal:
        return self.first if level.measured_from is MeasuredFrom.FIRST_FILL else self.average

    def stop(self) -> Decimal:
        found = [] if self.moved is None else [self.moved]
        for number, level in enumerate(self.levels):
            base, is_even = self.base(level), level.break_even_percent is not None
            wanted = exact(level.break_even_percent if is_even else level.activation_percent)
            if self.peak >= base * (1 + wanted / _HUNDRED):
                self.active.add(number)
            if is_even:
                if number in self.active:
                    found.append(base * (1 + exact(level.break_even_offset) / _HUNDRED))
            elif level.kind is LevelKind.STOP:
                found.append(base * (1 - exact(level.percent) / _HUNDRED))
            elif (
                level.kind is LevelKind.TRAILING and number in self.active and len(self.reached) >= level.after_targets
            ):
                found.append(self.peak * (1 - exact(level.percent) / _HUNDRED))
        return max(found, default=Decimal(-1))

    def next_target(self) -> tuple[Decimal, int, LevelPlan] | None:
        found = [
            (self.base(level) * (1 + exact(level.percent) / _HUNDRED), number, level)
            for number, level in enumerate(self.levels)
            if level.kind is LevelKind.TARGET and number not in self.reached
        ]
        return min(found, key=lambda one: one[:2], default=None)


def exact(number: float | None) -> Decimal:
    assert number is not None
    return Decimal(repr(number))


class WatchedExchange:
    def __init__(self, rules: RuleBook, market: Market, candles: Sequence[Candle], cash: Decimal, seed: int) -> None:
        self._rules = rules
        self._market = market
        self._candles = candles
        self._seed = seed
        self._exchange = VirtualExchange(rules)
        self._exchange.add_market(ListedMarket(market, "", ""))
        self._exchange.open_account(_ME, {"KRW": cash})
        self._orders = 0
        self.wishes: list[Wish] = []
        self.held: Held | None = None
        self.fills: list[Traded] = []
        self._row = 0
        self._price_now = Decimal(0)
        self._at = datetime(2020, 1, 1, tzinfo=UTC)

    @property
    def ticks(self) -> TickTable:
        return self._rules.rules(self._market, self._at).ticks

    # decisions, at the close of a candle

    def place(self, wish: Wish, row: int) -> None:
        wish.decided, wish.first_row, wish.is_add = row, row + 1, self.held is not None
        self._price(wish, row)
        self.wishes.append(wish)
        if not wish.is_buy and wish.share >= 1:
            self._drop_buys()

    def move_stop(self, price: Decimal) -> None:
        if self.held is not None and (self.held.moved is None or price > self.held.moved):
            self.held.moved = price

    def _drop_buys(self) -> None:
        for one in [one for one in self.wishes if one.is_buy]:
            self._end(one)

    def _price(self, wish: Wish, row: int) -> None:
        if wish.ticks is not None:
            close = self._candles[row].close
            wish.limit = self.ticks.up(close, wish.ticks) if wish.ticks > 0 else self.ticks.down(close, -wish.ticks)

    # one candle

    def live_through(self, row: int) -> None:
        candle = self._candles[row]
        self._row = row
        rules = self._rules.rules(self._market, candle.opened_at)
        before: Decimal | None = None
        for tick in candle_prints(candle, rules.ticks, self._seed, PathSettings(every_tick=True)):
            self._at, self._price_now = tick.at, tick.price
            self._show(tick, rules.ticks, is_first=before is None)
            self._watch(tick.price, candle, is_first=before is None, rises=before is not None and tick.price > before)
            before = tick.price
        if self.held is not None:
            self.held.peak = max(self.held.peak, candle.high)
        for wish in tuple(self.wishes):
            self._lose_patience(wish, row)

    def _show(self, tick: Print, ticks: TickTable, *, is_first: bool) -> None:
        events = self._exchange.apply_book(deep_book(self._market, tick.at, tick.price, ticks, BookSettings()))
        came = self._take(events)
        if is_first:
            held_for_sales = (Decimal(0) if self.held is None else self.held.quantity) - came
            for wish in [one for one in self.wishes if not one.is_buy and one.first_row == self._row]:
                held_for_sales -= self._send_sale(wish, held_for_sales)
            for wish in [one for one in self.wishes if one.is_buy and one.first_row == self._row]:
                self._send_buy(wish)
        self._take(self._exchange.apply_print(tick))

    def _send_sale(self, wish: Wish, held: Decimal) -> Decimal:
        if self.held is None or wish not in self.wishes:
            return Decimal(0)
        if wish.quantity is None:
            wish.quantity = held if wish.share >= 1 else (held * wish.share).quantize(_STEP, ROUND_DOWN)
        if wish.limit is None:
            quantity = min(wish.quantity, self.held.quantity)
            self._sell(quantity)
            if wish in self.wishes:
                self.wishes.remove(wish)
            return quantity
        before = self.held.quantity
        self._rest(wish)
        return before if self.held is None else before - self.held.quantity

    def _send_buy(self, wish: Wish) -> None:
        if wish not in self.wishes:
            return
        if wish.limit is None:
            self._send(market_buy("", self._market, funds=wish.funds, self_match=_PREVENTED), wish)
        else:
            wish.quantity = (wish.funds / wish.limit).quantize(_STEP, ROUND_DOWN)
            self._rest(wish)

    def _rest(self, wish: Wish) -> None:
        assert wish.limit is not None
        assert wish.quantity is not None
        side = Side.BUY if wish.is_buy else Side.SELL
        self._send(
            limit_order("", self._market, side, price=wish.limit, quantity=wish.quantity, self_match=_PREVENTED), wish
        )

    def _send(self, request: OrderRequest, wish: Wish | None = None) -> None:
        """What the exchange finds too small is not sold."""
        self._orders += 1
        order_id = f"order-{self._orders}"
        if wish is not None:
            wish.order_id = order_id
        try:
            events = self._exchange.place(_ME, order_id, request, self._at)
        except Refused as refused:
            if refused.code not in (RefusalCode.UNDER_MINIMUM, RefusalCode.BAD_QUANTITY):
                raise
            if wish is not None:
                self.wishes.remove(wish)
            return
        self._take(events)

    def _end(self, wish: Wish) -> None:
        self.wishes.remove(wish)
        self._cancel(wish)

    def _cancel(self, wish: Wish) -> None:
        if wish.order_id is not None:
            self._exchange.cancel(_ME, wish.order_id, self._at)
            wish.order_id = None

    def _lose_patience(self, wish: Wish, row: int) -> None:
        if wish.limit is None or wish.wait is None or row - wish.first_row + 1 < wish.wait:
            return
        self._cancel(wish)
        if wish.after == "market":
            wish.limit, wish.ticks, wish.first_row = None, None, row + 1
        elif wish.after == "reprice" and wish.reprices > 0:
            wish.reprices -= 1
            wish.first_row = row + 1
            self._price(wish, row)
        else:
            self.wishes.remove(wish)

    # fills

    def _take(self, events: Sequence[VirtualEvent]) -> Decimal:
        """What of the base currency was bought."""
        bought = Decimal(0)
        for event in events:
            if isinstance(event, OrderTraded):
                fill = event.fill
                wish = next((one for one in self.wishes if one.order_id == event.order.order_id), None)
                if fill.side.value == "buy":
                    assert wish is not None
                    bought += fill.quantity
                    self._bought(wish, fill.price, fill.quantity)
                    self.wishes.remove(wish)
                else:
                    self._sold(fill.quantity)
                    if wish is not None and wish.limit is not None and wish in self.wishes:
                        self.wishes.remove(wish)
                assert fill.fee is not None
                self.fills.append(Traded(self._row, fill.side.value, fill.price, fill.quantity, fill.fee))
        return bought

    def _bought(self, wish: Wish, price: Decimal, quantity: Decimal) -> None:
        if self.held is None:
            self.held = Held(price, price, quantity, price * quantity, quantity, list(wish.levels))
            return
        self.held.stop()  # what was seen by now counts
        self.held.bought += quantity
        self.held.paid += price * quantity
        self.held.quantity += quantity
        self.held.levels += wish.levels

    def _sold(self, quantity: Decimal) -> None:
        assert self.held is not None
        self.held.quantity -= quantity
        if not self.held.quantity:
            self.held = None
            for wish in [one for one in self.wishes if one.is_add or not one.is_buy]:
                if wish.order_id is not None and self._is_open(wish):
                    self._end(wish)
                elif wish in self.wishes and wish.order_id is None:
                    self.wishes.remove(wish)

    def _is_open(self, wish: Wish) -> bool:
        assert wish.order_id is not None
        order = self._exchange.order(_ME, wish.order_id)
        return order is not None and not order.state.is_final

    # levels

    def _watch(self, price: Decimal, candle: Candle, *, is_first: bool, rises: bool) -> None:
        if self.held is None:
            return
        if rises:
            self.held.peak = max(self.held.peak, price)
        while self.held is not None:
            target = self.held.next_target()
            if price <= self.held.stop():
                self._sell(self.held.quantity)
                return
            if target is None or price < target[0]:
                return
            if is_first and candle.low <= self.held.stop():
                raise NotTold
            self.held.reached.add(target[1])
            share = exact(target[2].share)
            if sum(exact(self.held.levels[number].share) for number in self.held.reached) >= 1:
                share = Decimal(1)  # the one that completes the whole
            wanted = (self.held.bought * share).quantize(_STEP, ROUND_DOWN) if share < 1 else self.held.quantity
            self._sell(min(wanted, self.held.quantity))

    def _sell(self, quantity: Decimal) -> None:
        """At market. What rests for sale is taken away for the moment, for a coin is sold once."""
        resting = [one for one in self.wishes if not one.is_buy and one.order_id is not None and self._is_open(one)]
        for wish in resting:
            self._cancel(wish)
        rules = self._rules.rules(self._market, self._at)
        if self.held is not None and (self.held.quantity - quantity) * self._price_now < rules.minimum_funds:
            quantity = self.held.quantity  # what would be left could never be sold
        self._send(market_sell("", self._market, quantity=quantity, self_match=_PREVENTED))
        for wish in resting:
            if self.held is not None and wish.quantity is not None:
                wish.quantity = min(wish.quantity, self.held.quantity)
                self._rest(wish)
