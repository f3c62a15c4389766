"""Answers about an account, in words of our domain.

What names or sizes an order has to be there. A word that we do not know in a choice of words does not hide the order:
an order that exists and is not seen would be the greater evil, so it is read as the most careful word that we know,
and reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

from upbit_auto_trading.business_logic.domain.balance import Balance, FeeRates, OrderTerms
from upbit_auto_trading.business_logic.domain.market import Market, MarketState
from upbit_auto_trading.business_logic.domain.order import (
    Fill,
    Order,
    OrderKind,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.business_logic.ports.exchange import WalletState
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import ORDERS_OF_TYPES
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Fields, Malformed
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers
from upbit_auto_trading.data_layer.exchanges.upbit.words import (
    KIND_OF_WORD,
    SELF_MATCH_OF_WORD,
    SIDE_OF_WORD,
    TIME_IN_FORCE_OF_WORD,
)

_STATES = {
    "wait": OrderState.OPEN,
    "watch": OrderState.WATCHING,
    "trade": OrderState.OPEN,
    "prevented": OrderState.OPEN,
    "done": OrderState.DONE,
    "cancel": OrderState.CANCELLED,
}
_MARKET_STATES = {"active": MarketState.TRADING, "preview": MarketState.PREVIEW, "delisted": MarketState.DELISTED}
#: enough digits for the product of two amounts: nothing is rounded
_EXACT = Context(prec=300)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ListedKey:
    access_key: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CancelledIds:
    """What a cancel of many says: the numbers of orders, and ours where they have one."""

    accepted: tuple[tuple[str, str | None, Market], ...]
    refused: tuple[tuple[str, str | None, Market], ...]


class AccountReplies:
    """Reads for one exchange name; reports to ``unreadable`` what it could not."""

    def __init__(self, exchange: str, unreadable: UnreadableAnswers) -> None:
        self._exchange = exchange
        self._unreadable = unreadable

    def balance(self, item: object) -> Balance:
        fields = Fields(item, "account")
        average = fields.optional_amount("avg_buy_price")
        is_users_own = fields.flag("avg_buy_price_modified")
        return Balance(
            fields.code("currency"),
            fields.amount("balance"),
            fields.amount("locked"),
            None if is_users_own or not average else average,
        )

    def order_terms(self, answer: object, market: Market) -> OrderTerms:
        fields = Fields(answer, "chance")
        listing = fields.inner("market")
        if listing.has("id") and listing.market(self._exchange, "id") != market:
            raise Malformed("chance/market/id", "another-market")
        taker_buy, taker_sell = fields.amount("bid_fee"), fields.amount("ask_fee")
        maker_buy, maker_sell = fields.optional_amount("maker_bid_fee"), fields.optional_amount("maker_ask_fee")
        return OrderTerms(
            market,
            FeeRates(
                maker_buy=taker_buy if maker_buy is None else maker_buy,
                taker_buy=taker_buy,
                maker_sell=taker_sell if maker_sell is None else maker_sell,
                taker_sell=taker_sell,
            ),
            self._market_state(listing),
            max(listing.inner("bid").amount("min_total"), listing.inner("ask").amount("min_total")),
            listing.optional_amount("max_total"),
            _allowed(listing),
            self._held(fields, "bid_account", market.quote),
            self._held(fields, "ask_account", market.base),
        )

    def _market_state(self, listing: Fields) -> MarketState:
        """An unknown word is read as halted: nothing is sent there before somebody has looked."""
        word = listing.optional_code("state")
        if word is None or word.lower() in _MARKET_STATES:
            return _MARKET_STATES[(word or "active").lower()]
        self._unreadable.unfamiliar("chance", "market/state", word)
        return MarketState.HALTED

    def _held(self, fields: Fields, name: str, currency: str) -> Balance:
        """An account that never held the currency may have no entry."""
        if not fields.has(name):
            return Balance(currency, _ZERO, _ZERO)
        balance = self.balance(fields.raw(name))
        if balance.currency != currency:
            raise Malformed(f"chance/{name}/currency", "another-currency")
        return balance

    def order(self, item: object) -> Order:
        fields = Fields(item, "order")
        market, side = fields.market(self._exchange), self._side(fields)
        kind, quantity, price, funds = self._what_is_asked(fields, side)
        order_id, count = fields.code("uuid"), fields.optional_whole("trades_count")
        fills = self._fills(fields, market, order_id, side)
        executed_funds = fields.optional_amount("executed_funds")
        if executed_funds is None and _is_whole(fills, count):
            executed_funds = _sum(fill.funds for fill in fills or ())
        return Order(
            order_id=order_id,
            client_order_id=fields.optional_code("identifier"),
            market=market,
            side=side,
            kind=kind,
            state=self._known(fields, "state", _STATES, OrderState.OPEN),
            created_at=fields.moment("created_at"),
            time_in_force=self._time_in_force(fields, kind),
            quantity=quantity,
            price=price,
            funds=funds,
            executed_quantity=_executed(fields, fills),
            executed_funds=executed_funds,
            remaining_quantity=fields.optional_amount("remaining_volume"),
            paid_fee=fields.optional_amount("paid_fee"),
            locked=fields.optional_amount("locked"),
            trade_count=count,
            self_match=self._self_match(fields),
            prevented_quantity=fields.optional_amount("prevented_volume") or _ZERO,
            fills=fills,
        )

    def _side(self, fields: Fields) -> Side:
        side = SIDE_OF_WORD.get(fields.text("side").lower())
        if side is None:
            raise Malformed("order/side", "unknown-word")
        return side

    def _known(self, fields: Fields, name: str, words: dict[str, OrderState], otherwise: OrderState) -> OrderState:
        word = fields.code(name)
        found = words.get(word.lower())
        if found is None:
            self._unreadable.unfamiliar("order", name, word)
        return found or otherwise

    def _what_is_asked(
        self, fields: Fields, side: Side
    ) -> tuple[OrderKind, Decimal | None, Decimal | None, Decimal | None]:
        """Kind, quantity, price of one unit, funds. ``price`` is the funds of a buy that is no limit order."""
        word = fields.code("ord_type").lower()
        volume, price = fields.optional_amount("volume"), fields.optional_amount("price")
        kind = KIND_OF_WORD.get(word)
        if kind is None:
            self._unreadable.unfamiliar("order", "ord_type", word)
            kind = OrderKind.MARKET if volume is None or price is None else OrderKind.LIMIT
        if kind is OrderKind.LIMIT:
            if volume is None:
                raise Malformed("order/volume", "missing")
            return kind, volume, price, None
        if side is Side.BUY:
            return kind, None, None, price
        return kind, volume, None, None

    def _time_in_force(self, fields: Fields, kind: OrderKind) -> TimeInForce:
        word = fields.optional_code("time_in_force")
        usual = TimeInForce.UNTIL_CANCELLED if kind is OrderKind.LIMIT else TimeInForce.IMMEDIATE_OR_CANCEL
        if word is None:
            return usual
        found = TIME_IN_FORCE_OF_WORD.get(word.lower())
        if found is None:
            self._unreadable.unfamiliar("order", "time_in_force", word)
        return found or usual

    def _self_match(self, fields: Fields) -> SelfMatch | None:
        word = fields.optional_code("smp_type")
        if word is None:
            return None
        found = SELF_MATCH_OF_WORD.get(word.lower())
        if found is None:
            self._unreadable.unfamiliar("order", "smp_type", word)
        return found

    def _fills(self, fields: Fields, market: Market, order_id: str, side: Side) -> tuple[Fill, ...] | None:
        """All or none: a list with one missing would be believed. The order's totals are right either way."""
        if not fields.has("trades"):
            return None
        try:
            return tuple(self._fill(item, market, order_id, side) for item in fields.items("trades"))
        except Malformed as error:
            self._unreadable.report("order", error)
            return None

    def _fill(self, item: object, market: Market, order_id: str, side: Side) -> Fill:
        fields = Fields(item, "order/trade")
        price, quantity = fields.positive("price"), fields.positive("volume")
        funds = fields.optional_amount("funds")
        return Fill(
            trade_id=fields.code("uuid"),
            order_id=order_id,
            market=market,
            side=side,
            price=price,
            quantity=quantity,
            funds=_EXACT.multiply(price, quantity) if funds is None else funds,
            fee=None,
            fee_currency=market.quote,
            filled_at=fields.moment("created_at"),
        )

    def accepted(self, answer: object) -> tuple[str, str | None, datetime | None]:
        """Of an order that was taken: its number, ours as it is repeated, and when."""
        fields = Fields(answer, "order")
        try:
            created_at = fields.moment("created_at")
        except Malformed:
            created_at = None
        return fields.code("uuid"), fields.optional_code("identifier"), created_at

    def cancelled(self, answer: object) -> CancelledIds:
        fields = Fields(answer, "cancelled")
        return CancelledIds(self._ids(fields, "success"), self._ids(fields, "failed"))

    def cancelled_by_id(self, answer: object) -> CancelledIds:
        """Whatever is not among the accepted was refused: of a number that nobody knows no market is told."""
        return CancelledIds(self._ids(Fields(answer, "cancelled"), "success"), ())

    def _ids(self, fields: Fields, name: str) -> tuple[tuple[str, str | None, Market], ...]:
        if not fields.has(name):
            return ()
        part = fields.inner(name)
        items = part.items("orders") if part.has("orders") else []
        return self._unreadable.readable(items, self._id, "cancelled")

    def _id(self, item: object) -> tuple[str, str | None, Market]:
        fields = Fields(item, "cancelled/order")
        return fields.code("uuid"), fields.optional_code("identifier"), fields.market(self._exchange)

    def wallet_state(self, item: object) -> WalletState:
        fields = Fields(item, "wallet")
        return WalletState(fields.code("currency"), fields.optional_code("net_type"), fields.code("wallet_state"))

    def listed_key(self, item: object) -> ListedKey:
        fields = Fields(item, "api_key")
        return ListedKey(fields.text("access_key"), fields.moment("expire_at") if fields.has("expire_at") else None)


def _allowed(listing: Fields) -> frozenset[tuple[Side, OrderKind, TimeInForce]]:
    """Words that we do not know are kinds of orders that we do not make."""
    found: set[tuple[Side, OrderKind, TimeInForce]] = set()
    for side, name in ((Side.BUY, "bid_types"), (Side.SELL, "ask_types")):
        for word in listing.items(name):
            found.update((side, kind, force) for kind, force in ORDERS_OF_TYPES.get(str(word), ()))
    return frozenset(found)


def _is_whole(fills: tuple[Fill, ...] | None, count: int | None) -> bool:
    return fills is not None and len(fills) == count


def _executed(fields: Fields, fills: tuple[Fill, ...] | None) -> Decimal:
    """Left out, as null members are, only where nothing was executed, or where every fill is told."""
    count = fields.optional_whole("trades_count")
    if not fields.has("executed_volume") and (count == 0 or _is_whole(fills, count)):
        return _sum(fill.quantity for fill in fills or ())
    return fields.amount("executed_volume")


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = _ZERO
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total
