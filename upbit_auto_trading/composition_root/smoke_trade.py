"""The step of ``--smoke-test`` that trades: buys at market, sees the coins among the balances, sells them again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from uuid import uuid4

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderRequest, PlacedOrder, market_buy, market_sell
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.composition_root.core import ProgramCore
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text

#: above the least order of every won market, with room for what the price does before it is sold again
FUNDS = Decimal(10_000)
_TRADING = Text("시험 매매", "Trading once")


class SmokeTrade:
    """Orders go by the port in a background thread; what became of them comes back by the streams and the engine."""

    def __init__(self, core: ProgramCore) -> None:
        self._core = core
        self._go_on: Callable[[], bool] = self._buy_when_known
        self._before = Decimal(0)
        self._order_id: str | None = None
        #: why it cannot be done; None while nothing is known against it
        self.problem: str | None = None

    def is_done(self) -> bool:
        """Asked again and again; each answer of the exchange takes it one further."""
        return self._go_on()

    def _buy_when_known(self) -> bool:
        connection = self._core.exchange.connection
        if connection is None or not self._core.engine.account.has_all_balances:
            return False
        market = connection.markets[0].market
        self._before = self._held(market)
        self._place(market_buy(f"smoke-{uuid4()}", market, funds=FUNDS))
        self._go_on = partial(self._sell_when_bought, market)
        return False

    def _sell_when_bought(self, market: Market) -> bool:
        bought = self._executed()
        if bought is None or self._held(market) != self._before + bought:
            return False
        if bought == 0:
            self.problem = "nothing was bought"
            return False
        self._place(market_sell(f"smoke-{uuid4()}", market, quantity=bought))
        self._go_on = partial(self._is_sold, market)
        return False

    def _is_sold(self, market: Market) -> bool:
        return self._executed() is not None and self._held(market) == self._before

    def _held(self, market: Market) -> Decimal:
        balance = self._core.engine.account.balances.get(market.base)
        return Decimal(0) if balance is None else balance.total

    def _executed(self) -> Decimal | None:
        """Of the order that was sent last, once it has ended."""
        account, number = self._core.engine.account, self._order_id
        order = None if number is None else account.orders.get(number) or account.unread.get(number)
        return order.executed_quantity if order is not None and order.state.is_final else None

    def _place(self, request: OrderRequest) -> None:
        connection = self._core.exchange.connection
        account: Account | None = None if connection is None else connection.exchange.account
        if account is None:
            self.problem = "the exchange is gone"
            return
        self._order_id = None
        operation = Operation(_TRADING, lambda _context: account.place(request))
        self._core.operations.send_order(operation, on_success=self._take_order, on_failure=self._fail)

    def _take_order(self, placed: PlacedOrder) -> None:
        self._order_id = placed.order_id

    def _fail(self, error: Exception) -> None:
        self.problem = str(error) or type(error).__name__
