"""Every endpoint: verb, path, limit group, right. Sheet 2.4, 3, 4 and 7.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.data_layer.practice_exchange import (
    limits,
    rest_account,
    rest_cancels,
    rest_candles,
    rest_orders,
    rest_quotation,
)
from upbit_auto_trading.data_layer.practice_exchange.call import Endpoint, Handler
from upbit_auto_trading.data_layer.practice_exchange.limits import LimitGroup

_VALUE = "/{}"


def _quotation(path: str, group: LimitGroup, handler: Handler) -> Endpoint:
    return Endpoint("GET", path, group, handler)


def _exchange(
    method: str, path: str, handler: Handler, right: Right | None = None, group: LimitGroup = limits.DEFAULT
) -> Endpoint:
    return Endpoint(method, path, group, handler, needs_key=True, right=right)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    _quotation("/v1/market/all", limits.MARKET, rest_quotation.list_markets),
    _quotation("/v1/ticker", limits.TICKER, rest_quotation.tickers),
    _quotation("/v1/ticker/all", limits.TICKER, rest_quotation.all_tickers),
    _quotation("/v1/orderbook", limits.ORDERBOOK, rest_quotation.order_books),
    _quotation("/v1/orderbook/instruments", limits.ORDERBOOK, rest_quotation.instruments),
    _quotation("/v1/orderbook/supported_levels", limits.ORDERBOOK, rest_quotation.levels),
    _quotation("/v1/trades/ticks", limits.TRADE, rest_quotation.trades),
    _quotation("/v1/candles/seconds", limits.CANDLES, rest_candles.second_candles),
    _quotation("/v1/candles/minutes" + _VALUE, limits.CANDLES, rest_candles.minute_candles),
    _quotation("/v1/candles/days", limits.CANDLES, rest_candles.day_candles),
    _quotation("/v1/candles/weeks", limits.CANDLES, rest_candles.period_candles(CandleUnit.WEEK)),
    _quotation("/v1/candles/months", limits.CANDLES, rest_candles.period_candles(CandleUnit.MONTH)),
    _quotation("/v1/candles/years", limits.CANDLES, rest_candles.period_candles(CandleUnit.YEAR)),
    _exchange("GET", "/v1/accounts", rest_account.accounts, Right.VIEW_BALANCES),
    _exchange("GET", "/v1/orders/chance", rest_account.order_chance, Right.VIEW_ORDERS),
    _exchange("POST", "/v1/orders", rest_orders.place_order, Right.MAKE_ORDERS, limits.ORDER),
    _exchange("POST", "/v1/orders/test", rest_orders.try_order, Right.MAKE_ORDERS, limits.ORDER_TEST),
    _exchange("POST", "/v1/orders/cancel_and_new", rest_cancels.replace_order, Right.MAKE_ORDERS, limits.ORDER),
    _exchange("GET", "/v1/order", rest_orders.one_order, Right.VIEW_ORDERS),
    _exchange("GET", "/v1/orders", rest_orders.legacy_orders, Right.VIEW_ORDERS),
    _exchange("GET", "/v1/orders/open", rest_orders.open_orders, Right.VIEW_ORDERS),
    _exchange("GET", "/v1/orders/closed", rest_orders.closed_orders, Right.VIEW_ORDERS),
    _exchange("GET", "/v1/orders/uuids", rest_orders.listed_by_ids, Right.VIEW_ORDERS),
    _exchange("DELETE", "/v1/order", rest_cancels.cancel_order, Right.MAKE_ORDERS),
    _exchange("DELETE", "/v1/orders/uuids", rest_cancels.cancel_by_ids, Right.MAKE_ORDERS),
    _exchange("DELETE", "/v1/orders/open", rest_cancels.cancel_open, Right.MAKE_ORDERS, limits.CANCEL_ALL),
    # our keys know no right of their own for looking at deposits and withdrawals
    _exchange("GET", "/v1/deposits", rest_account.transfers, Right.VIEW_BALANCES),
    _exchange("GET", "/v1/withdraws", rest_account.transfers, Right.VIEW_BALANCES),
    _exchange("GET", "/v1/status/wallet", rest_account.wallet_states),
    _exchange("GET", "/v1/api_keys", rest_account.api_keys),
    _exchange("GET", "/v1/pockets", rest_account.pockets),
    _exchange("GET", "/v1/pockets/api_keys", rest_account.pocket_keys),
)


class EndpointTable:
    def __init__(self, endpoints: Iterable[Endpoint] = ENDPOINTS) -> None:
        self._by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            self._by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint

    def find(self, method: str, path: str) -> tuple[Endpoint, str] | None:
        """With the value in the path, where it has one. HEAD is answered as GET without its body."""
        found, value = self._of_path(path)
        endpoint = found.get("GET" if method == "HEAD" else method)
        return None if endpoint is None else (endpoint, value)

    def methods(self, path: str) -> list[str]:
        found, _value = self._of_path(path)
        return sorted({*found, "OPTIONS", *(["HEAD"] if "GET" in found else [])}) if found else []

    def _of_path(self, path: str) -> tuple[dict[str, Endpoint], str]:
        if path in self._by_path and not path.endswith(_VALUE):
            return self._by_path[path], ""
        parent, _slash, value = path.rpartition("/")
        return (self._by_path.get(parent + _VALUE, {}), value) if value else ({}, "")
