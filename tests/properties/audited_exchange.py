"""A virtual exchange under audit: every command is done twice, on it and on its restored twin, and all books are kept
a second time, from the events alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from tests.fakes.trading_floor import RULES
from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.order import Fill, OrderRequest, OrderState, Side
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    OrderAccepted,
    OrderEnded,
    OrderPrevented,
    OrderTraded,
    PublicTrade,
    VirtualEvent,
)
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import from_plain, to_plain

Command = Callable[[VirtualExchange], tuple[VirtualEvent, ...]]
#: takers pay more than makers, and buys lock what they might have to pay
MAKERS, TAKERS = Fraction("0.0003"), Fraction("0.0005")
RATES = FeeRates(Decimal("0.0003"), Decimal("0.0005"), Decimal("0.0003"), Decimal("0.0005"))


class AuditedExchange:
    def __init__(self, markets: tuple[Market, ...], accounts: Mapping[str, Mapping[str, Decimal]]) -> None:
        self.exchange = VirtualExchange(RULES, market_order_depth=5)
        self.markets = markets
        self.accounts = tuple(accounts)
        #: what happened how often
        self.counts: Counter[str] = Counter()
        for market in markets:
            self.exchange.add_market(ListedMarket(market, "", ""))
        self._totals: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for name, amounts in accounts.items():
            self.exchange.open_account(name, amounts, RATES)
            for currency, amount in amounts.items():
                self._totals[name, currency] += Fraction(amount)
        self._shown: dict[str, VirtualOrder] = {}
        self._arrival: dict[str, int] = {}
        self._numbers: dict[Market, int] = defaultdict(int)
        self.twin = self._restored()

    # --- commands

    def place(self, account: str, request: OrderRequest, at: datetime) -> None:
        order_id = f"order-{len(self._shown) + 1}-{self.counts['refused']}"
        before = self._levels(request.market, request.side.opposite)
        was_used = self.exchange.client_id_used(account, request.client_order_id)
        events = self._command(lambda exchange: exchange.place(account, order_id, request, at))
        if events is None:
            return
        assert not was_used
        taken: dict[Decimal, Fraction] = defaultdict(Fraction)
        for event in events:
            if isinstance(event, OrderTraded) and event.order.order_id == order_id:
                taken[event.fill.price] += Fraction(event.fill.quantity)
        for price, quantity in taken.items():
            assert quantity <= before[price], "more was taken than was there"
        assert taken.keys() <= set(before)
        self._check_at_once(order_id, request)

    def cancel(self, account: str, order_id: str, at: datetime) -> None:
        self._command(lambda exchange: exchange.cancel(account, order_id, at))

    def print(self, tick: Print) -> None:
        events = self._command(lambda exchange: exchange.apply_print(tick)) or ()
        tape = [(one.price, one.quantity, one.taker_side, one.at) for one in events if isinstance(one, PublicTrade)]
        is_trading = self.exchange.market_state(tick.market) is MarketState.TRADING
        expected = [(tick.price, tick.quantity, tick.taker_side, tick.at)] if is_trading else []
        assert tape == expected, "the tape shows the print once and unchanged"
        fills = [event.fill for event in events if isinstance(event, OrderTraded)]
        assert sum(Fraction(fill.quantity) for fill in fills) <= Fraction(tick.quantity)
        assert all(fill.is_maker for fill in fills)
        self.counts["fills by prints"] += len(fills)

    def show(self, book: SyntheticBook) -> None:
        events = self._command(lambda exchange: exchange.apply_book(book)) or ()
        self.counts["fills by books"] += sum(isinstance(event, OrderTraded) for event in events)

    def set_state(self, market: Market, state: MarketState, at: datetime) -> None:
        self._command(lambda exchange: exchange.set_market_state(market, state, at))
        if state is MarketState.DELISTED:
            assert not any(order.market == market for order in self.open_orders())

    def deposit(self, account: str, currency: str, amount: Decimal, at: datetime) -> None:
        self._totals[account, currency] += Fraction(amount)
        self._command(lambda exchange: exchange.deposit(account, currency, amount, at))

    def restart(self) -> None:
        """The twin lives on from what a file would hold."""
        self.twin = self._restored()
        self.counts["restarts"] += 1

    def open_orders(self) -> list[VirtualOrder]:
        return [order for name in self.accounts for order in self.exchange.orders(name, {OrderState.OPEN})]

    # --- the audit

    def _command(self, command: Command) -> tuple[VirtualEvent, ...] | None:
        """None: refused, and then nothing changed."""
        before, resting = self.exchange.state(), {order.order_id: order for order in self.open_orders()}
        try:
            events = command(self.exchange)
        except Refused as refused:
            self._check_refused(command, refused.code)
            assert self.exchange.state() == before
            return None
        assert command(self.twin) == events, "the restored twin behaves differently"
        for event in events:
            self._note(event)
        self._check_trades(events, resting)
        self._check_accounts()
        self._check_books()
        return events

    def _check_refused(self, command: Command, code: RefusalCode) -> None:
        self.counts["refused"] += 1
        self.counts[code.value] += 1
        with pytest.raises(Refused) as twins:
            command(self.twin)
        assert twins.value.code is code

    def _note(self, event: VirtualEvent) -> None:
        self.counts[type(event).__name__] += 1
        if isinstance(event, PublicTrade):
            assert event.number > self._numbers[event.market]
            self._numbers[event.market] = event.number
        if isinstance(event, OrderAccepted | OrderTraded | OrderPrevented | OrderEnded):
            self._note_order(event.order)
        if isinstance(event, OrderEnded):
            assert event.order.end_reason is not None
            self.counts[event.order.end_reason.value] += 1
        if isinstance(event, OrderTraded):
            self._note_fill(event.order, event.fill)
        if isinstance(event, BalancesMoved):
            assert event.balances

    def _note_order(self, order: VirtualOrder) -> None:
        before = self._shown.get(order.order_id)
        if before is None:
            assert order.state is OrderState.OPEN
            assert order.executed_quantity == 0
            self._arrival[order.order_id] = len(self._arrival)
        else:
            assert before.state is OrderState.OPEN, "an order that ended has changed"
            assert order.executed_quantity >= before.executed_quantity
            assert order.prevented_quantity >= before.prevented_quantity
            assert order.fills[: len(before.fills)] == before.fills
        self._shown[order.order_id] = order
        _check_sums(order)

    def _note_fill(self, order: VirtualOrder, fill: Fill) -> None:
        funds, fee = Fraction(fill.price) * Fraction(fill.quantity), Fraction(fill.fee or 0)
        assert Fraction(fill.funds) == funds
        assert fee == funds * (MAKERS if fill.is_maker else TAKERS)
        assert order.fills[-1] == fill
        if order.price is not None:
            is_better = fill.price <= order.price if order.side is Side.BUY else fill.price >= order.price
            assert is_better, "a trade at a price worse than the limit"
        sign = 1 if order.side is Side.BUY else -1
        self._totals[order.account_id, order.market.quote] -= sign * funds + fee
        self._totals[order.account_id, order.market.base] += sign * Fraction(fill.quantity)

    def _check_trades(self, events: tuple[VirtualEvent, ...], resting: dict[str, VirtualOrder]) -> None:
        pairs: dict[str, list[Fill]] = defaultdict(list)
        for event in events:
            if not isinstance(event, OrderTraded):
                continue
            pairs[event.fill.trade_id].append(event.fill)
            if event.fill.is_maker:
                self._check_priority(resting[event.order.order_id], resting)
        for fills in pairs.values():
            assert len({(fill.price, fill.quantity) for fill in fills}) == 1
            assert sorted(bool(fill.is_maker) for fill in fills) in ([False], [True], [False, True])
            assert len({fill.side for fill in fills}) == len(fills)
            self.counts["trades between users"] += len(fills) == 2

    def _check_priority(self, served: VirtualOrder, resting: dict[str, VirtualOrder]) -> None:
        """Whoever waited at a better price, or at the same one for longer, has nothing left to wait for."""
        for other in resting.values():
            is_rival = other.market == served.market and other.side is served.side and other is not served
            if is_rival and self._precedence(other) < self._precedence(served):
                assert self._shown[other.order_id].state is not OrderState.OPEN, "somebody was passed over"

    def _precedence(self, order: VirtualOrder) -> tuple[Decimal, int]:
        assert order.price is not None
        return (-order.price if order.side is Side.BUY else order.price), self._arrival[order.order_id]

    def _check_accounts(self) -> None:
        for name in self.accounts:
            held = {balance.currency: balance for balance in self.exchange.balances(name)}
            locks: dict[str, Fraction] = defaultdict(Fraction)
            for order in self.exchange.orders(name, {OrderState.OPEN}):
                assert order == self._shown[order.order_id]
                locks[order.market.quote if order.side is Side.BUY else order.market.base] += _lock(order)
            for currency, balance in held.items():
                assert balance.free >= 0
                assert Fraction(balance.locked) == locks.pop(currency, 0)
                assert Fraction(balance.free) + Fraction(balance.locked) == self._totals[name, currency]
            assert not locks
            assert all(
                self._totals[name, code] == 0 for owner, code in self._totals if owner == name and code not in held
            )

    def _check_books(self) -> None:
        for market in self.markets:
            book = self.exchange.book(market, 30)
            assert book == self.twin.book(market, 30)
            bids, asks = (
                [order.price for order in self.open_orders() if order.market == market and order.side is side]
                for side in Side
            )
            prices = [level.price for level in book.bids[:1]], [level.price for level in book.asks[:1]]
            assert not bids or not prices[1] or max(price for price in bids if price) < prices[1][0]
            assert not asks or not prices[0] or min(price for price in asks if price) > prices[0][0]

    def _check_at_once(self, order_id: str, request: OrderRequest) -> None:
        order = self._shown[order_id]
        rests = order.state is OrderState.OPEN
        assert not rests or request.time_in_force.value in ("until-cancelled", "post-only")
        if request.time_in_force.value == "fill-or-kill" and order.fills and request.quantity is not None:
            assert order.state is OrderState.DONE
        if request.time_in_force.value == "post-only":
            assert not order.fills

    def _levels(self, market: Market, side: Side) -> dict[Decimal, Fraction]:
        book = self.exchange.book(market, 999)
        levels = book.bids if side is Side.BUY else book.asks
        return {level.price: Fraction(level.quantity) for level in levels}

    def _restored(self) -> VirtualExchange:
        kept = json.dumps(to_plain(self.exchange.state()))
        restored = VirtualExchange.from_state(RULES, from_plain(json.loads(kept)))
        assert restored.state() == self.exchange.state()
        return restored


def _lock(order: VirtualOrder) -> Fraction:
    """By the facts: price × volume and its fee on top, or the volume that is left."""
    left = Fraction(order.remaining_quantity or 0)
    return left * Fraction(order.price or 0) * (1 + TAKERS) if order.side is Side.BUY else left


def _check_sums(order: VirtualOrder) -> None:
    with localcontext(prec=99):
        assert order.executed_quantity == sum((fill.quantity for fill in order.fills), Decimal(0))
        assert order.executed_funds == sum((fill.funds for fill in order.fills), Decimal(0))
        assert order.paid_fee == sum((fill.fee or Decimal(0) for fill in order.fills), Decimal(0))
        if order.quantity is not None and order.remaining_quantity is not None:
            assert order.quantity == order.executed_quantity + order.remaining_quantity + order.prevented_quantity
            assert order.remaining_quantity >= 0
        if order.remaining_funds is not None:
            assert order.remaining_funds >= 0
            assert order.locked == order.remaining_funds + order.remaining_fee
