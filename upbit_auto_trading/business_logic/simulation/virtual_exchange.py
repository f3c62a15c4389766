"""The virtual exchange: commands in, events out, and nothing else changes it.

Pure: no clock, no chance, no threads. The same commands give the same events and the same state, on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal, localcontext

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.domain.order import OrderRequest, OrderState, TimeInForce
from upbit_auto_trading.business_logic.simulation import matching, order_checks
from upbit_auto_trading.business_logic.simulation.exact_amounts import EXACT, ZERO, is_usable
from upbit_auto_trading.business_logic.simulation.live_order import LiveOrder
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.restoring import restored_account, restored_market
from upbit_auto_trading.business_logic.simulation.settlement import Settlement
from upbit_auto_trading.business_logic.simulation.virtual_account import VirtualAccount
from upbit_auto_trading.business_logic.simulation.virtual_events import BalancesMoved, MarketStateChanged, VirtualEvent
from upbit_auto_trading.business_logic.simulation.virtual_market import VirtualMarket
from upbit_auto_trading.business_logic.simulation.virtual_order import EndReason, VirtualOrder
from upbit_auto_trading.business_logic.simulation.virtual_state import VirtualState

_CANCELS = (MarketState.TRADING, MarketState.CANCEL_ONLY, MarketState.PREVIEW)


class VirtualExchange:
    """Several markets and accounts under one book of rules.

    ``market_order_depth``: market orders beyond so many visible levels are refused. ``home_currency``: the average
    prices of balances are of buys that were paid in it.
    """

    def __init__(self, rules: RuleBook, *, market_order_depth: int = 30, home_currency: str = "KRW") -> None:
        self._rules = rules
        self._depth = market_order_depth
        self._home_currency = home_currency
        self._markets: dict[Market, VirtualMarket] = {}
        self._accounts: dict[str, VirtualAccount] = {}

    # --- markets

    def add_market(self, listed: ListedMarket) -> None:
        if listed.market in self._markets:
            raise InvariantBroken(f"{listed.market} was added before")
        self._markets[listed.market] = VirtualMarket(listed, listed.state or MarketState.TRADING)

    def market_state(self, market: Market) -> MarketState:
        """``Refused(MARKET_UNKNOWN)`` where it was never added; a delisted one answers."""
        return self._market(market).state

    def set_market_state(self, market: Market, state: MarketState, at: datetime) -> tuple[VirtualEvent, ...]:
        """Where it is not TRADING, orders are refused, prints and books dropped. DELISTED cancels what is open."""
        live_market = self._market(market)
        live_market.state = state
        settlement = Settlement(live_market, self._accounts, at)
        with localcontext(EXACT):
            if state is MarketState.DELISTED:
                for resting in (*live_market.asks.waiting(), *live_market.bids.waiting()):
                    settlement.end_resting(resting.order, OrderState.CANCELLED, EndReason.DELISTED)
            return (MarketStateChanged(market, state, at), *settlement.finish())

    def apply_print(self, tick: Print) -> tuple[VirtualEvent, ...]:
        """A replayed trade: one line on the tape, and the users' orders that it reaches."""
        market = self._market(tick.market)
        if not market.trades:
            return ()
        settlement = Settlement(market, self._accounts, tick.at)
        with localcontext(EXACT):
            matching.apply_print(market, tick, settlement)
            return settlement.finish()

    def apply_book(self, book: SyntheticBook) -> tuple[VirtualEvent, ...]:
        """Replaces what is synthetic. Users' orders keep their places; those that it lies across are filled."""
        market = self._market(book.market)
        if not market.trades:
            return ()
        settlement = Settlement(market, self._accounts, book.at)
        with localcontext(EXACT):
            market.asks.show(book.asks)
            market.bids.show(book.bids)
            settlement.touch_book()
            matching.cross(market, settlement)
            return settlement.finish()

    def book(self, market: Market, depth: int) -> OrderBook:
        """Synthetic quantity and users' orders together. One that never changed yet is empty, of the epoch."""
        shown = self._market(market)
        with localcontext(EXACT):
            return OrderBook(market, shown.asks.levels(depth), shown.bids.levels(depth), shown.changed_at)

    # --- accounts

    def open_account(self, account_id: str, balances: Mapping[str, Decimal], fees: FeeRates | None = None) -> None:
        """Without ``fees`` those of the rule book count."""
        if account_id in self._accounts:
            raise InvariantBroken(f"account {account_id} was opened before")
        for currency, amount in balances.items():
            _check_amount(currency, amount)
        if fees is not None:
            _check_fees(fees)
        account = VirtualAccount(self._home_currency, fees)
        with localcontext(EXACT):
            for currency, amount in balances.items():
                account.deposit(currency, amount)
        account.take_moved()
        self._accounts[account_id] = account

    def balances(self, account_id: str) -> tuple[Balance, ...]:
        with localcontext(EXACT):
            return self._account(account_id).balances()

    def fees(self, account_id: str, market: Market, at: datetime) -> FeeRates:
        """The account's own, or those of the rule book at that moment."""
        return self._account(account_id).fees or self._rules.rules(market, at).fees

    def deposit(self, account_id: str, currency: str, amount: Decimal, at: datetime) -> tuple[VirtualEvent, ...]:
        account = self._account(account_id)
        _check_amount(currency, amount)
        with localcontext(EXACT):
            account.deposit(currency, amount)
            return (BalancesMoved(account_id, account.take_moved(), at),)

    # --- orders

    def place(
        self,
        account_id: str,
        order_id: str,
        request: OrderRequest,
        at: datetime,
        trade_ids: Callable[[], str] | None = None,
    ) -> tuple[VirtualEvent, ...]:
        """``Refused``: nothing was changed. An empty ``client_order_id`` is none.

        ``trade_ids`` names the trades that the order makes at once; without it they are derived from the numbers of
        the orders, as those of prints and books always are. Both sides of a trade carry the same one.
        """
        if any(order_id in account.orders for account in self._accounts.values()):
            raise InvariantBroken(f"order {order_id} was placed before")
        with localcontext(EXACT):
            order, step = self._admitted(account_id, order_id, request, at)
            market = self._markets[request.market]
            settlement = Settlement(market, self._accounts, at, trade_ids)
            settlement.accept(order)
            _match(market, order, step, settlement)
            return settlement.finish()

    def check(self, account_id: str, request: OrderRequest, at: datetime) -> None:
        """``Refused`` as ``place`` would; nothing is placed."""
        with localcontext(EXACT):
            self._admitted(account_id, "", request, at)

    def cancel(
        self, account_id: str, order_id: str, at: datetime, reason: EndReason = EndReason.USER
    ) -> tuple[VirtualEvent, ...]:
        """``Refused``: ORDER_NOT_FOUND, also where it has ended; MARKET_HALTED where even cancels rest."""
        order = self._account(account_id).live.get(order_id)
        if order is None:
            raise Refused(RefusalCode.ORDER_NOT_FOUND)
        market = self._markets[order.market]
        order_checks.check_market(market, *_CANCELS)
        settlement = Settlement(market, self._accounts, at)
        with localcontext(EXACT):
            settlement.end_resting(order, OrderState.CANCELLED, reason)
            return settlement.finish()

    def order(
        self, account_id: str, order_id: str | None = None, client_order_id: str | None = None
    ) -> VirtualOrder | None:
        """By either number; ``order_id`` counts where both are given."""
        account = self._account(account_id)
        found = account.order_ids.get(client_order_id or "") if order_id is None else order_id
        order = account.orders.get(found or "")
        return None if order is None else order.snapshot()

    def orders(
        self, account_id: str, states: Collection[OrderState], market: Market | None = None
    ) -> list[VirtualOrder]:
        """In the order of their creation."""
        account = self._account(account_id)
        looked_at = account.live if set(states) <= {OrderState.OPEN, OrderState.WATCHING} else account.orders
        return [
            order.snapshot()
            for order in looked_at.values()
            if order.state in states and (market is None or order.market == market)
        ]

    def client_id_used(self, account_id: str, client_order_id: str) -> bool:
        """Forever, whatever became of the order."""
        account = self._account(account_id)
        return client_order_id in account.order_ids or client_order_id in account.ids_without_order

    def use_client_id(self, account_id: str, client_order_id: str) -> None:
        """For whoever serves an exchange where a refused order uses up its identifier too."""
        if client_order_id and not self.client_id_used(account_id, client_order_id):
            self._account(account_id).ids_without_order[client_order_id] = None

    # --- keeping

    def state(self) -> VirtualState:
        return VirtualState(
            self._rules.exchange,
            self._depth,
            self._home_currency,
            tuple(market.state_kept() for market in self._markets.values()),
            tuple(account.state_kept(account_id) for account_id, account in self._accounts.items()),
        )

    @classmethod
    def from_state(cls, rules: RuleBook, state: VirtualState) -> VirtualExchange:
        """``InvalidParameter`` where the values contradict each other or the rules of another exchange are given."""
        if state.exchange != rules.exchange:
            raise InvalidParameter("exchange", state.exchange, "not-a-choice", rules.exchange)
        exchange = cls(rules, market_order_depth=state.market_order_depth, home_currency=state.home_currency)
        with localcontext(EXACT):
            for account in state.accounts:
                exchange._accounts[account.account_id] = restored_account(account, state.home_currency)
            for market in state.markets:
                exchange._markets[market.listed.market] = restored_market(market, exchange._accounts)
        return exchange

    # --- inside

    def _market(self, market: Market) -> VirtualMarket:
        found = self._markets.get(market)
        if found is None:
            raise Refused(RefusalCode.MARKET_UNKNOWN)
        return found

    def _account(self, account_id: str) -> VirtualAccount:
        account = self._accounts.get(account_id)
        if account is None:
            raise InvariantBroken(f"no account {account_id}")
        return account

    def _admitted(
        self, account_id: str, order_id: str, request: OrderRequest, at: datetime
    ) -> tuple[LiveOrder, Decimal]:
        """The order, not yet anywhere, and its step of quantity."""
        account, market = self._account(account_id), self._market(request.market)
        self_match = request.self_match
        if self_match is None:
            raise InvariantBroken("the default of self-match prevention is the caller's to choose")
        order_checks.check_market(market, MarketState.TRADING)
        order_checks.check_kind(request)
        if self.client_id_used(account_id, request.client_order_id):
            raise Refused(RefusalCode.CLIENT_ID_USED)
        rules = self._rules.rules(request.market, at)
        request = order_checks.with_cut_quantity(request, rules)
        order_checks.check_size(request, rules, market.side(request.side.opposite), self._depth)
        order = LiveOrder.opened(account_id, order_id, request, self_match, account.fees or rules.fees, at)
        if account.free(order.locks) < order.locked:
            raise Refused(RefusalCode.INSUFFICIENT_FUNDS)
        return order, rules.quantity_step


def _match(market: VirtualMarket, order: LiveOrder, step: Decimal, settlement: Settlement) -> None:
    opposite, cancelled = market.side(order.side.opposite), OrderState.CANCELLED
    best = opposite.best_price
    if order.time_in_force is TimeInForce.POST_ONLY and best is not None and order.accepts(best):
        settlement.end(order, cancelled, EndReason.WOULD_TAKE)
        return
    if order.time_in_force is TimeInForce.FILL_OR_KILL and not matching.is_fillable(opposite, order, step):
        settlement.end(order, cancelled, EndReason.NOT_ALL)
        return
    too_little_is_left = matching.take(opposite, order, step, settlement)
    if not order.is_open:
        return
    if not order.left:
        settlement.end(order, OrderState.DONE, EndReason.FILLED)
    elif order.rests:
        settlement.rest(order)
    else:
        reason = EndReason.REMAINDER if too_little_is_left else EndReason.NOT_AT_ONCE
        settlement.end(order, cancelled, reason)


def _check_amount(currency: str, amount: Decimal) -> None:
    if not (is_usable(amount) and amount >= ZERO):
        raise InvalidParameter(currency, amount, "not-positive")


def _check_fees(fees: FeeRates) -> None:
    for rate in (fees.maker_buy, fees.taker_buy, fees.maker_sell, fees.taker_sell):
        if not (is_usable(rate) and 0 <= rate < 1):
            raise InvalidParameter("fees", rate, "out-of-bounds", "0–1")
