"""A virtual exchange with one market, spoken to in few words. Numbers may be texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook, TickBand, TickTable
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import (
    OrderKind,
    OrderRequest,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.virtual_events import VirtualEvent
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder

BTC = Market("upbit", "KRW-BTC")
START = datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
#: from here on the grid, the minimum and the fee are others
NEW_RULES_AT = START + timedelta(days=30)
Number = int | str | Decimal
Levels = Iterable[tuple[Number, Number]]
Kind = TypeVar("Kind", bound=VirtualEvent)


def same_rates(rate: Number) -> FeeRates:
    exact = Decimal(rate)
    return FeeRates(exact, exact, exact, exact)


def krw_rules(since: datetime, tick: int, minimum: int, fee: str, maximum: int | None = 1_000_000_000) -> MarketRules:
    bands = TickTable((TickBand(Decimal(0), Decimal(tick)),))
    most = None if maximum is None else Decimal(maximum)
    return MarketRules(since, bands, Decimal(minimum), most, Decimal("1E-8"), same_rates(fee))


_OF_WON = (krw_rules(START - timedelta(days=9), 1, 5_000, "0.0005"), krw_rules(NEW_RULES_AT, 7, 70, "0.0007"))
_OF_BITCOIN = MarketRules(
    START,
    TickTable((TickBand(Decimal(0), Decimal("1E-8")),)),
    Decimal("0.00005"),
    Decimal(10),
    Decimal("1E-8"),
    same_rates("0.0025"),
)
RULES = RuleBook(
    "upbit",
    (("KRW", _OF_WON), ("BTC", (_OF_BITCOIN,))),
    (("KRW-FREE", (krw_rules(START, 1, 5_000, "0.0005", maximum=None),)),),
)


def seen(*values: object) -> tuple[object, ...]:
    """Amounts side by side, comparable with whole numbers."""
    return values


def levels(pairs: Levels) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(Decimal(price), Decimal(quantity)) for price, quantity in pairs)


class TradingFloor:
    """Every command happens one second after the one before."""

    def __init__(
        self, accounts: Mapping[str, Mapping[str, Number]] | None = None, fees: FeeRates | None = None, depth: int = 30
    ) -> None:
        self.exchange = VirtualExchange(RULES, market_order_depth=depth)
        self.exchange.add_market(ListedMarket(BTC, "비트코인", "Bitcoin"))
        self.now = START
        self.events: tuple[VirtualEvent, ...] = ()
        self._orders = 0
        for name, amounts in (accounts or {"ann": {"KRW": 10_000_000, "BTC": 100}}).items():
            self.exchange.open_account(name, {code: Decimal(amount) for code, amount in amounts.items()}, fees)

    def shows(self, asks: Levels = (), bids: Levels = ()) -> tuple[VirtualEvent, ...]:
        return self._done(self.exchange.apply_book(SyntheticBook(BTC, self._next(), levels(asks), levels(bids))))

    def prints(self, price: Number, quantity: Number, taker: Side = Side.SELL) -> tuple[VirtualEvent, ...]:
        return self._done(self.exchange.apply_print(Print(BTC, self._next(), Decimal(price), Decimal(quantity), taker)))

    def limit(
        self,
        side: Side,
        price: Number,
        quantity: Number,
        time_in_force: TimeInForce = TimeInForce.UNTIL_CANCELLED,
        *,
        by: str = "ann",
        self_match: SelfMatch = SelfMatch.ALLOW,
    ) -> str:
        amounts = (Decimal(quantity), Decimal(price), None)
        return self._placed(by, side, OrderKind.LIMIT, amounts, time_in_force, self_match)

    def at_once(
        self,
        side: Side,
        amount: Number,
        kind: OrderKind = OrderKind.MARKET,
        time_in_force: TimeInForce = TimeInForce.IMMEDIATE_OR_CANCEL,
        *,
        by: str = "ann",
        self_match: SelfMatch = SelfMatch.ALLOW,
    ) -> str:
        """``amount``: funds of a buy, quantity of a sell."""
        exact = Decimal(amount)
        amounts = (None, None, exact) if side is Side.BUY else (exact, None, None)
        return self._placed(by, side, kind, amounts, time_in_force, self_match)

    def place(self, request: OrderRequest, by: str = "ann") -> str:
        self._orders += 1
        order_id = f"order-{self._orders}"
        self._done(self.exchange.place(by, order_id, request, self._next()))
        return order_id

    def cancel(self, order_id: str, by: str = "ann") -> tuple[VirtualEvent, ...]:
        return self._done(self.exchange.cancel(by, order_id, self._next()))

    def order(self, order_id: str, by: str = "ann") -> VirtualOrder:
        found = self.exchange.order(by, order_id)
        assert found is not None
        return found

    def balance(self, currency: str, by: str = "ann") -> Balance:
        found = {one.currency: one for one in self.exchange.balances(by)}
        return found.get(currency, Balance(currency, Decimal(0), Decimal(0)))

    def told(self, kind: type[Kind]) -> list[Kind]:
        """The events of that kind after the last command."""
        return [event for event in self.events if isinstance(event, kind)]

    def book(self, depth: int = 30) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        shown = self.exchange.book(BTC, depth)
        asks = [seen(level.price, level.quantity) for level in shown.asks]
        return asks, [seen(level.price, level.quantity) for level in shown.bids]

    def _placed(
        self,
        by: str,
        side: Side,
        kind: OrderKind,
        amounts: tuple[Decimal | None, Decimal | None, Decimal | None],
        time_in_force: TimeInForce,
        self_match: SelfMatch,
    ) -> str:
        return self.place(OrderRequest("", BTC, side, kind, *amounts, time_in_force, self_match), by)

    def _next(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def _done(self, events: tuple[VirtualEvent, ...]) -> tuple[VirtualEvent, ...]:
        self.events = events
        return events
