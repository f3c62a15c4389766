"""A compact day of trading through the port, and what the client understood of it, as plain values.

Numbers that the exchange makes up anew each day (of orders and trades) are left out; everything else must come out the
same on every day, because the market is the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.contract.exchange_switches.venue import COIN, START, UNTRADED, WON, Venue
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeError, KeyRejected, RateLimited
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    Order,
    OrderKind,
    OrderReference,
    OrderRequest,
    Replacement,
    SelfMatch,
    Side,
    TimeInForce,
    best_buy,
    limit_order,
    market_buy,
    market_sell,
)
from upbit_auto_trading.business_logic.ports.exchange import Account, CancelScope
from upbit_auto_trading.data_layer.exchanges.upbit.account import UpbitAccount
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.utils.secret import Secret

Report = dict[str, Any]
#: fills up while the exchange runs
_OF_A_YEAR = ("high_52w", "low_52w")
PATIENCE = timedelta(seconds=10)
_ids = itertools.count(1)


def of_the_market(venue: Venue) -> Report:
    data = venue.client(venue.new_key()).market_data
    summary, thin = data.price_summaries([WON, COIN])
    (book, thin_book) = data.order_books([WON, COIN])
    instruments = data.instruments([WON, COIN])
    (grouped,) = data.order_books([WON], 5, instruments[0].book_groupings[1])
    trades = data.trades(WON, count=20)
    day = timedelta(days=1)
    return {
        "markets": sorted(map(repr, data.markets())),
        "summaries": [without(one, *_OF_A_YEAR, "day_turnover", "turnover_24h") for one in (summary, thin)],
        "turnover": [amount.quantize(Decimal(1)) for amount in (summary.day_turnover, summary.turnover_24h)],
        "all summaries": sorted(str(one.market) for one in data.all_price_summaries(["KRW", "BTC"])),
        "books": [(one.market, one.asks, one.bids) for one in (book, thin_book, grouped)],
        "book times": data.order_books([UNTRADED])[0].changed_at,
        "instruments": instruments,
        "trades": trades,
        "older trades": data.trades(WON, count=5, before_number=trades[0].number),
        "minutes": _candles(data.candles_before(WON, CandleUnit.MINUTE, None, 230)),
        "gaps": _candles(data.candles_before(COIN, CandleUnit.MINUTE, START, 20)),
        "between": _candles(data.candles_between(WON, CandleUnit.HOUR, START - day, START)),
        "days": _candles(data.candles_before(WON, CandleUnit.DAY, None, 3)),
        "candle times": [
            one.last_traded_at for one in data.candles_before(WON, CandleUnit.HOUR, START - timedelta(hours=2), 3)
        ],
    }


def of_keys(venue: Venue) -> Report:
    account = _account(venue.client(venue.new_key()))
    reader = _account(venue.client(venue.new_key(rights=["view-balances"])))
    elsewhere = _account(venue.client(venue.new_key(addresses=["192.0.2.1"])))
    unknown = _account(venue.client(AccessKey(Secret("PRACTICE" + "x" * 32), Secret("y" * 40))))
    return {
        "balances": sorted(account.balances(), key=lambda balance: balance.currency),
        "terms": [account.order_terms(market) for market in (WON, COIN)],
        "key": account.key_status().rights,
        "wallets": sorted({wallet.currency for wallet in account.wallet_states()}),
        "reader": reader.key_status().rights,
        "reader's orders": _refusal(reader.open_orders),
        "elsewhere": _refusal(elsewhere.balances),
        "unknown": _refusal(unknown.balances),
    }


def of_orders(venue: Venue) -> Report:
    exchange = venue.client(venue.new_key())
    account, data = _account(exchange), exchange.market_data
    (book,) = data.order_books([WON], 1)
    low = book.bids[0].price * 9 // 10 // 1000 * 1000
    immediate = TimeInForce.IMMEDIATE_OR_CANCEL

    def limit(quantity: str = "0.01", **more: Any) -> OrderRequest:
        side = more.pop("side", Side.BUY)
        price = more.pop("price", low)
        return limit_order(_id(), WON, side, price=price, quantity=Decimal(quantity), **more)

    account.check(limit())
    requests: Mapping[str, OrderRequest] = {
        "market buy": market_buy(_id(), WON, funds=Decimal(1_000_000)),
        "market sell": market_sell(_id(), WON, quantity=Decimal("0.003")),
        "best": best_buy(_id(), WON, funds=Decimal(100_000), time_in_force=immediate),
        "ioc": limit(time_in_force=immediate),
        "fok": limit(time_in_force=TimeInForce.FILL_OR_KILL),
        "taking": limit("0.002", side=Side.SELL, price=low),
    }
    report: Report = {name: _ended(account, request) for name, request in requests.items()}
    report["self match"] = account.order(
        OrderReference(WON, client_order_id=requests["market buy"].client_order_id)
    ).self_match
    resting = account.place(limit(self_match=SelfMatch.REDUCE_BOTH))
    reference = OrderReference(WON, order_id=resting.order_id)
    report["resting"] = _described(account.order(reference))
    report["by our number"] = _described(account.order(OrderReference(WON, client_order_id=resting.client_order_id)))
    report["open"] = [_described(order) for order in account.open_orders(WON)]
    # an identifier is used up for ever, by whatever became of its order
    report["again"] = _refusal(lambda: account.place(limit_order(
        resting.client_order_id, WON, Side.BUY, price=low, quantity=Decimal("0.01")
    )))  # fmt: skip
    new = account.replace(reference, Replacement(_id(), OrderKind.LIMIT, low - 1000, Decimal("0.02")))
    report["replaced"] = _described(account.cancel_until_final(reference, PATIENCE))
    report["replacement"] = _described(account.cancel_until_final(OrderReference(WON, order_id=new), PATIENCE))
    report["cancel again"] = _refusal(lambda: account.cancel(reference))
    one, two = (account.place(limit()) for _ in range(2))
    references = [OrderReference(WON, order_id=placed.order_id) for placed in (one, two)]
    report["cancelled"] = len(account.cancel_many([references[0], reference]).accepted)
    account.cancel_until_final(references[0], PATIENCE)
    report["all cancelled"] = len(account.cancel_all(CancelScope(side=Side.BUY)).accepted)
    report["after"] = [_described(account.cancel_until_final(each, PATIENCE)) for each in references]
    closed = account.closed_orders(START - timedelta(days=2), START + timedelta(hours=1), WON)
    report["closed"] = len(closed)
    report["balances after"] = sorted(account.balances(), key=lambda balance: balance.currency)
    return report


def of_refusals(venue: Venue) -> Report:
    exchange = venue.client(venue.new_key())
    account = _account(exchange)

    def buy(price: str, quantity: str, market: Market = WON) -> Callable[[], object]:
        return lambda: _place(account, market, price, quantity)

    return {
        "off the grid": _refusal(buy("100000001", "0.01")),
        "too little": _refusal(buy("100000000", "0.00001")),
        "too much": _refusal(buy("100000000", "9")),
        "unknown order": _refusal(
            lambda: account.order(OrderReference(WON, order_id="00000000-0000-4000-8000-000000000000"))
        ),
        "unknown market": _refusal(lambda: account.order_terms(Market("upbit", "KRW-NOPE"))),
        "of bitcoin": _refusal(buy("0.03", "0.01", COIN)),
        "nine decimals": _refusal(buy("100000000", "0.001234567")),
        "with itself": _refusal(lambda: _place(account, self_match=SelfMatch.ALLOW)),
        "unreadable": exchange.health().unreadable,
    }


def of_limits(venue: Venue) -> Report:
    return {
        "too many reads": _during(venue, "rate-limited", lambda account: account.balances(), path="/v1/accounts"),
        "too many orders": _during(venue, "rate-limited", _place, **_ORDERS),
    }


def of_blocks(venue: Venue) -> Report:
    return {
        "blocked": _during(venue, "blocked", lambda account: account.balances(), amount=300, path="/v1/accounts"),
        "blocked orders": _during(venue, "blocked", _place, amount=300, **_ORDERS),
    }


def of_failures(venue: Venue) -> Report:
    return {
        "overload": _during(venue, "overload", _place, **_ORDERS),
        "maintenance": _during(venue, "maintenance", _place, form="error", **_ORDERS),
        "failed": _during(venue, "status", _place, amount=500, form="json", **_ORDERS),
        "offline": _during(venue, "market-offline", _place, **_ORDERS),
    }


_ORDERS = {"method": "POST", "path": "/v1/orders"}


def _during(venue: Venue, kind: str, call: Callable[[UpbitAccount], object], **members: object) -> object:
    """One fault, met by a client of its own."""
    account = _account(venue.client(venue.new_key()))
    venue.control.add_fault(kind, times=1, **members)
    try:
        return _refusal(lambda: call(account))
    except RateLimited as error:
        # a second more or less went by
        seconds = (error.until - venue.clock.now()).total_seconds()
        return error.detail, round(seconds / 30) * 30
    finally:
        venue.control.clear_faults()


def _place(
    account: UpbitAccount,
    market: Market = WON,
    price: str = "100000000",
    quantity: str = "0.01",
    self_match: SelfMatch | None = None,
) -> None:
    """And takes it back, so that the next one finds the same book."""
    request = limit_order(
        _id(), market, Side.BUY, price=Decimal(price), quantity=Decimal(quantity), self_match=self_match
    )
    placed = account.place(request)
    account.cancel(OrderReference(market, order_id=placed.order_id))


# --- as plain values


def _account(exchange: UpbitExchange) -> UpbitAccount:
    assert exchange.account is not None
    return exchange.account


def _refusal(call: Callable[[], object]) -> object:
    """What came of it; its own words where the exchange has refused."""
    try:
        call()
    except KeyRejected as error:
        return type(error).__name__, error.fault, error.right
    except RateLimited:
        raise  # the time until when it counts is a matter of the moment
    except ExchangeError as error:
        return type(error).__name__, error.detail
    return "taken"


def _ended(account: Account, request: OrderRequest) -> object:
    placed = account.place(request)
    return _described(account.cancel_until_final(OrderReference(request.market, order_id=placed.order_id), PATIENCE))


def _described(order: Order) -> object:
    fills = None if order.fills is None else [(fill.price, fill.quantity, fill.funds) for fill in order.fills]
    return (
        *(order.side, order.kind, order.state, order.time_in_force, order.quantity, order.price, order.funds),
        *(order.executed_quantity, order.remaining_quantity, order.paid_fee, order.locked, order.trade_count),
        *(order.prevented_quantity, order.filled, fills),
    )


def _candles(candles: tuple[Candle, ...]) -> object:
    return [without(candle, "last_traded_at", "turnover") for candle in candles]


def without(value: Any, *names: str) -> object:
    return {name: getattr(value, name) for name in type(value).__slots__ if name not in names}


def _id() -> str:
    return f"day-{next(_ids)}"
