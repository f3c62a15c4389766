"""The virtual exchange under any sequence of commands. What is checked after each stands in audited_exchange.py."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.fakes.trading_floor import BTC, START, levels
from tests.properties.audited_exchange import AuditedExchange
from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderRequest, SelfMatch, Side, TimeInForce
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason

D = Decimal
ETH = Market("upbit", "KRW-ETH")
OWNED = {"KRW": D("1500000.123456789"), "BTC": D("12.00000001"), "ETH": D(12)}
NAMES = ("ann", "bob", "cy")
QUANTITIES = tuple(D(one) for one in ("0.05", "0.1", "0.33333333", "1", "1.00000001", "2.5", "7"))
FUNDS = tuple(D(one) for one in ("5000", "10000", "99999.99", "100000", "333333.333", "1000000"))
Choice = TypeVar("Choice")
#: how the two drivers choose: one of these, or a whole number up to a limit
Choose = Callable[[Sequence[Choice]], Choice]
MOST_STATES = (MarketState.TRADING, MarketState.TRADING, MarketState.HALTED, MarketState.CANCEL_ONLY)


class Trading:
    """Random commands, whoever draws the lots."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self.audited = AuditedExchange((BTC, ETH), dict.fromkeys(NAMES, OWNED))
        self._draw = draw
        self._now = START

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[self._draw(len(choices))]

    def price(self) -> Decimal:
        return D(99_995 + self._draw(11))

    def tick(self) -> None:
        self._now += timedelta(milliseconds=self._draw(3))

    def book(self) -> None:
        self.tick()
        best_ask = self.price()
        best_bid = best_ask - self._draw(4)
        asks = [(best_ask + step, self.one_of(QUANTITIES)) for step in range(self._draw(7))]
        bids = [(best_bid - step, self.one_of(QUANTITIES)) for step in range(self._draw(7))]
        self.audited.show(SyntheticBook(self.one_of((BTC, ETH)), self._now, levels(asks), levels(bids)))

    def print(self) -> None:
        self.tick()
        tick = Print(self.one_of((BTC, ETH)), self._now, self.price(), self.one_of(QUANTITIES), self.one_of(list(Side)))
        self.audited.print(tick)

    def limit(self) -> None:
        amounts = (self.one_of(QUANTITIES), self.price(), None)
        self._place(OrderKind.LIMIT, self.one_of(list(Side)), amounts, self.one_of(list(TimeInForce)))

    def resting_limit(self) -> None:
        amounts = (self.one_of(QUANTITIES), self.price(), None)
        self._place(OrderKind.LIMIT, self.one_of(list(Side)), amounts, TimeInForce.UNTIL_CANCELLED)

    def at_once(self) -> None:
        side, kind = self.one_of(list(Side)), self.one_of((OrderKind.MARKET, OrderKind.BEST))
        amounts = (None, None, self.one_of(FUNDS)) if side is Side.BUY else (self.one_of(QUANTITIES), None, None)
        times = (TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL)
        self._place(kind, side, amounts, self.one_of(times[: 2 if kind is OrderKind.BEST else 1]))

    def cancel(self) -> None:
        self.tick()
        orders = self.audited.open_orders()
        if orders:
            order = self.one_of(orders)
            self.audited.cancel(order.account_id, order.order_id, self._now)

    def state(self) -> None:
        """A delisted market comes back at once, empty, so that the others go on having something to do."""
        market = self.one_of((BTC, ETH))
        if self._draw(3) == 0:
            self.audited.set_state(market, MarketState.DELISTED, self._now)
            amounts = (D(1), self.price(), None)
            self._place(OrderKind.LIMIT, Side.BUY, amounts, TimeInForce.UNTIL_CANCELLED, market)
        self.audited.set_state(market, self.one_of(MOST_STATES), self._now)

    def resume(self) -> None:
        for market in (BTC, ETH):
            self.audited.set_state(market, MarketState.TRADING, self._now)

    def deposit(self) -> None:
        self.audited.deposit(self.one_of(NAMES), self.one_of(("KRW", "BTC")), self.one_of(QUANTITIES), self._now)

    def _place(
        self,
        kind: OrderKind,
        side: Side,
        amounts: tuple[Decimal | None, Decimal | None, Decimal | None],
        time_in_force: TimeInForce,
        market: Market | None = None,
    ) -> None:
        self.tick()
        name = "" if self._draw(2) else f"mine-{self._draw(400)}"
        self_match = self.one_of(list(SelfMatch))
        if time_in_force is TimeInForce.POST_ONLY and self._draw(4):
            self_match = SelfMatch.ALLOW
        market = market or self.one_of((BTC, ETH))
        request = OrderRequest(name, market, side, kind, *amounts, time_in_force, self_match)
        self.audited.place(self.one_of(NAMES), request, self._now)


class AnyCommands(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._data: st.DataObject | None = None
        self.trading = Trading(self._draw)

    def _draw(self, limit: int) -> int:
        assert self._data is not None
        return int(self._data.draw(st.integers(0, limit - 1)))

    @rule(data=st.data(), command=st.sampled_from(("resting_limit", "limit", "at_once", "book", "print", "cancel")))
    def trades(self, data: st.DataObject, command: str) -> None:
        self._data = data
        getattr(self.trading, command)()

    @rule(data=st.data(), command=st.sampled_from(("state", "resume", "deposit")))
    def changes(self, data: st.DataObject, command: str) -> None:
        self._data = data
        getattr(self.trading, command)()

    @rule()
    def restarts(self) -> None:
        self.trading.audited.restart()


TestAnyCommands = AnyCommands.TestCase
TestAnyCommands.settings = settings(max_examples=50, stateful_step_count=40)

COMMANDS = ("resting_limit",) * 5 + ("limit",) * 3 + ("at_once",) * 3 + ("print",) * 3 + ("book",) * 2 + ("cancel",)


def busy_days(seed: int, commands: int) -> AuditedExchange:
    draw = random.Random(seed).randrange
    trading = Trading(draw)
    for number in range(commands):
        getattr(trading, COMMANDS[draw(len(COMMANDS))])()
        if number % 50 == 9:
            trading.resume()
        if number % 50 == 49:
            trading.state()
            trading.deposit()
        if number % 25 == 4:
            trading.audited.restart()
    return trading.audited


#: what cannot come out of fields that fit together
NEVER = {RefusalCode.KIND_NOT_ALLOWED, RefusalCode.OFF_TICK, RefusalCode.BAD_QUANTITY, RefusalCode.OVER_MAXIMUM}
RARE = NEVER | {RefusalCode.ORDER_NOT_FOUND}


@pytest.mark.parametrize(
    ("seed", "commands"),
    [(1, 1_300), pytest.param(2, 3_000, marks=pytest.mark.long), pytest.param(3, 3_000, marks=pytest.mark.long)],
)
def test_busy_days_see_everything_happen(seed: int, commands: int) -> None:
    audited = busy_days(seed, commands)

    for what, how_often in sorted(audited.counts.items()):
        print(f"{what}: {how_often}")
    for reason in EndReason:
        assert reason is EndReason.USER or audited.counts[reason.value] >= 3, reason
    for code in set(RefusalCode) - RARE:
        assert audited.counts[code.value] >= 3, code
    for what in ("trades between users", "fills by prints", "fills by books", "OrderPrevented", "restarts"):
        assert audited.counts[what] >= 25, what
