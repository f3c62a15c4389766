"""Account and time of the practice exchange: fed by the engine and the link, asked for in the background.

Own orders and balances come as signals of the engine. Only what no stream tells is read: the orders of the days before,
and market time. While nobody looks, prices and the account are kept as they come, and nothing is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.errors import OrderNotFound
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.order import Order, OrderReference
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount, with_orders
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.business_logic.ports.practice import PracticeDesk, PracticeTime
from upbit_auto_trading.config.settings import PRACTICE_SPEED
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink, LinkPhase, LinkState
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.screens.practice.view_model.state import (
    BalanceRow,
    KnownAverage,
    Phase,
    PracticeState,
    balance_rows,
    fill_rows,
    lacks_averages,
    order_rows,
)
from upbit_auto_trading.ui.watched import WhileWatched
from upbit_auto_trading.utils.bilingual_text import Text

_READING_TIME = Text("연습 시장 시각 읽기", "Reading market time")
_READING_ORDERS = Text("연습 주문 읽기", "Reading practice orders")
_CHANGING_PACE = Text("연습 시장 멈춤과 진행", "Pausing or resuming the practice market")
_CANCELLING = Text("연습 주문 취소", "Cancelling a practice order")
_DEPOSITING = Text("가상 돈 넣기", "Adding play money")
_DEPOSITED = Text("연습 계좌에 가상 돈을 넣었어요", "Play money was added to the practice account")
_DEPOSIT_LINE = Text("연습 · {amount}원", "Practice · {amount} KRW")
_FAILED = Text("연습: {what}", "Practice: {what}")
_FAILED_LINE = Text("{meaning} {mend}", "{meaning} {mend}")
_TIME_EVERY_MS = 1_000
_READ_AGAIN_MS = 1_000
#: so far back the recent orders reach, in market time; the exchange answers a week at a time
_RECENT = timedelta(days=7) - timedelta(hours=2)
#: a fast market goes on while it is asked
_AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Read:
    orders: tuple[Order, ...]
    balances: tuple[Balance, ...]


class PracticeViewModel(QObject):
    """Lives in the UI thread from when the screen is first shown."""

    state_changed = pyqtSignal(object)

    def __init__(
        self,
        services: AppServices,
        link: ExchangeLink,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._link = link
        self._state = PracticeState()
        #: the newest, shown or not
        self._prices: dict[Market, LastPrice] = {}
        self._told = OwnAccount()
        self._read: tuple[Order, ...] = ()
        self._merged = OwnAccount()
        self._averages: dict[str, KnownAverage] = {}
        self._has_read = False
        self._is_reading = False
        self._is_watched = False
        self._is_followed = False
        self._pricing = WhileWatched(self._show_prices)
        self._accounting = WhileWatched(self._show_merged)
        self._is_reading_time = False
        self._cancelling: frozenset[str] = frozenset()
        #: orders that a reading did not tell of either
        self._unfound: frozenset[str] = frozenset()
        self._pulse = QTimer(self)
        self._pulse.setInterval(_TIME_EVERY_MS)
        self._pulse.timeout.connect(self._read_time)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_READ_AGAIN_MS)
        self._again.timeout.connect(self.read_orders)
        link.state_changed.connect(self._follow_link)
        link.opened.connect(self._take_connection)
        link.lost.connect(self._forget_connection)
        if link.connection is not None:
            self._take_connection(link.connection)
        self._follow_link(link.state)

    @property
    def state(self) -> PracticeState:
        return self._state

    @property
    def connection(self) -> Connection | None:
        return self._link.connection

    @property
    def account(self) -> Account | None:
        connection = self._link.connection
        return None if connection is None else connection.exchange.account

    @property
    def _desk(self) -> PracticeDesk | None:
        connection = self._link.connection
        return None if connection is None else connection.practice

    # what comes in

    def show_prices(self, prices: Mapping[Market, LastPrice]) -> None:
        self._prices.update(prices)
        self._pricing.ask()

    def _show_prices(self) -> None:
        self._change(prices=MappingProxyType(self._prices.copy()), balances=self._balances())

    def _balances(self) -> tuple[BalanceRow, ...] | None:
        return balance_rows(self._merged, self._prices, self._exchange, self._averages)

    @pyqtSlot(object)
    def take_prices(self, prices: tuple[LastPrice, ...]) -> None:
        self.show_prices({price.market: price for price in prices})

    @pyqtSlot(object)
    def show_account(self, account: OwnAccount) -> None:
        self._told = account
        self._accounting.ask()

    @pyqtSlot(object)
    def show_entry_gate(self, stopped_at: datetime | None) -> None:
        self._change(knows_entries=True, entries_stopped_at=stopped_at)

    def follow_orders(self, is_followed: bool) -> None:
        """By whoever waits for the end of an order, looked at or not."""
        self._is_followed = is_followed
        self._accounting.watch(is_followed or self._is_watched)

    def watch(self, is_watched: bool) -> None:
        """Market time is asked for only while somebody looks."""
        self._is_watched = is_watched
        self._accounting.watch(is_watched or self._is_followed)
        self._pricing.watch(is_watched)
        if not is_watched:
            self._pulse.stop()
            return
        self._pulse.start()
        self._read_time()
        if not self._has_read:
            self.read_orders()

    @pyqtSlot(object)
    def _follow_link(self, link: LinkState) -> None:
        if link.phase is LinkPhase.OPEN:
            phase = Phase.PAUSED if self._state.time is not None and self._state.time.is_paused else Phase.RUNNING
            self._change(phase=phase, streams=link.streams, error=None)
        elif link.phase is LinkPhase.FAILED:
            self._change(phase=Phase.FAILED, streams=None, error=link.error)
        else:
            self._change(phase=Phase.STARTING, streams=None)

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        self._has_read = False
        self._read = ()
        self._averages = {}
        self._unfound = frozenset()
        self._change(markets=connection.markets, time=None, list_error=None)
        self._show_merged()
        if self._is_watched:
            self._read_time()
            self.read_orders()

    @pyqtSlot()
    def _forget_connection(self) -> None:
        """Another market may come: nothing of this one counts then."""
        self._told, self._read = OwnAccount(), ()
        self._cancelling = frozenset()
        self._prices.clear()
        self._change(prices=MappingProxyType({}), time=None)
        self._show_merged()

    @property
    def _exchange(self) -> str:
        connection = self._link.connection
        return "" if connection is None else connection.exchange.name

    def _show_merged(self) -> None:
        self._merged = with_orders(self._told, self._read)
        ended = {number for number in self._cancelling if self._is_ended(number)}
        self._cancelling -= ended
        self._change(
            balances=self._balances(),
            orders=order_rows(self._merged, self._cancelling) if self._has_read else None,
            fills=fill_rows(self._merged) if self._has_read else None,
        )
        # a report alone does not say at which price an order stands, nor what was paid for what is held now
        lacks = self._merged.unread.keys() - self._unfound or lacks_averages(self._told, self._averages)
        if self._has_read and lacks and not self._again.isActive():
            self._again.start()

    def order(self, number: str) -> Order | None:
        """As far as it is known."""
        return self._merged.orders.get(number)

    def _is_ended(self, number: str) -> bool:
        order = self.order(number)
        return order is not None and order.state.is_final

    # asking

    @pyqtSlot()
    def read_orders(self) -> None:
        account, desk = self.account, self._desk
        if account is None or desk is None or self._is_reading:
            return
        self._is_reading = True

        def work(_context: OperationContext) -> _Read:
            now = desk.time().now
            orders = (*account.closed_orders(now - _RECENT, now + _AHEAD), *account.open_orders())
            return _Read(orders, account.balances())

        asked = self._link.connection

        def show(read: _Read) -> None:
            self._is_reading = False
            if self._link.connection is asked:
                self._has_read, self._read = True, read.orders
                self._unfound = frozenset(self._told.unread) - {order.order_id for order in read.orders}
                self._averages = {one.currency: KnownAverage(one.total, one.average_price) for one in read.balances}
                self._change(list_error=None)
                self._show_merged()
            else:
                self.read_orders()

        def fail(error: Exception) -> None:
            self._is_reading = False
            self._change(list_error=error if self._link.connection is asked else None)

        self._run(_READING_ORDERS, work, show, fail)

    @pyqtSlot()
    def _read_time(self) -> None:
        desk = self._desk
        if desk is None or self._is_reading_time or self._state.is_changing_pace:
            return
        self._is_reading_time = True

        def show(time: PracticeTime) -> None:
            self._is_reading_time = False
            if self._desk is desk and not self._state.is_changing_pace:
                self._show_time(time)

        def fail(_error: Exception) -> None:
            self._is_reading_time = False  # the link tells where it is not reached

        self._run(_READING_TIME, lambda _context: desk.time(), show, fail)

    def _show_time(self, time: PracticeTime) -> None:
        phase = self._state.phase
        if self._state.is_reached:
            phase = Phase.PAUSED if time.is_paused else Phase.RUNNING
        self._change(time=time, phase=phase, is_changing_pace=False)

    def _run(
        self,
        title: Text,
        work: Callable[[OperationContext], Any],
        show: Callable[[Any], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._services.operations.run_in_background(
            Operation(title, work), initiator=self, on_success=show, on_failure=fail
        )

    # time

    def set_speed(self, speed: str) -> None:
        """One truth with the setting, which is applied wherever it was changed."""
        if self._services.settings.text(PRACTICE_SPEED) != speed:
            self._services.settings.set(PRACTICE_SPEED, speed)
        elif self._state.phase is Phase.PAUSED:
            self.resume()

    def pause(self) -> None:
        self._change_pace(lambda desk: desk.pause())

    def resume(self) -> None:
        speed = int(self._services.settings.text(PRACTICE_SPEED))
        self._change_pace(lambda desk: desk.run(speed))

    def _change_pace(self, change: Callable[[PracticeDesk], PracticeTime]) -> None:
        desk = self._desk
        if desk is None or self._state.is_changing_pace:
            return
        self._change(is_changing_pace=True)

        def fail(error: Exception) -> None:
            self._change(is_changing_pace=False)
            self._tell(_CHANGING_PACE, error)

        self._run(_CHANGING_PACE, lambda _context: change(desk), self._show_time, fail)

    # orders and money

    def cancel(self, order_id: str) -> None:
        """Always allowed. That it is accepted is not yet its end: the stream tells that."""
        account = self.account
        row = next((row for row in self._state.orders or () if row.order_id == order_id), None)
        if account is None or row is None or row.is_being_cancelled:
            return
        self._mark_cancelling(self._cancelling | {order_id})
        reference = OrderReference(row.market, order_id=order_id)
        self._services.operations.send_order(
            Operation(_CANCELLING, lambda _context: account.cancel(reference)),
            initiator=self,
            on_success=lambda _none: self.read_orders(),
            on_failure=partial(self._cancel_failed, order_id),
        )

    def _cancel_failed(self, order_id: str, error: Exception) -> None:
        self._mark_cancelling(self._cancelling - {order_id})
        if not isinstance(error, OrderNotFound):  # it ended meanwhile: how, the list says
            self._tell(_CANCELLING, error)
        self.read_orders()

    def _mark_cancelling(self, numbers: frozenset[str]) -> None:
        self._cancelling = numbers
        self._show_merged()

    def deposit(self, amount: Decimal) -> None:
        desk = self._desk
        if desk is None or self._state.is_depositing:
            return
        self._change(is_depositing=True)

        def done(_none: None) -> None:
            self._change(is_depositing=False)
            line = _DEPOSIT_LINE.format(amount=f"{amount:,f}")
            self._services.notices.add(NoticeLevel.SUCCESS, _DEPOSITED, line)

        def fail(error: Exception) -> None:
            self._change(is_depositing=False)
            self._tell(_DEPOSITING, error)

        self._run(_DEPOSITING, lambda _context: desk.deposit(amount), done, fail)

    def _tell(self, what: Text, error: Exception) -> None:
        message = explain(error)
        line = _FAILED_LINE.format(meaning=message.meaning, mend=message.mend)
        self._services.notices.add(NoticeLevel.ERROR, _FAILED.format(what=what), line)

    def try_again(self) -> None:
        self._link.start()

    def _change(self, **changes: Any) -> None:
        state = replace(self._state, **changes)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
