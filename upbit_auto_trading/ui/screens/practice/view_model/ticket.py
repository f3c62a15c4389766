"""An order by hand at the practice exchange: what is asked for, why not, what became of it.

It is sent once. Where no answer comes, the order is looked up by the identifier that we gave it until the exchange says
what became of it; until then no other is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import OrderNotFound, OutcomeUnknown
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.order import Order, OrderReference, OrderRequest, Side
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.business_logic.use_cases.manual_order import (
    Refusal,
    TicketFacts,
    buy_at_market,
    buy_refusal,
    most_funds,
    quantity_to_sell,
    sell_at_market,
    sell_refusal,
    share_of_funds,
)
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.screens.practice.view_model.outcome import Outcome, OutcomeKind, kind_of, outcome_words
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.state import PracticeState
from upbit_auto_trading.utils.bilingual_text import Text

_PLACING = Text("연습 주문 보내기", "Sending a practice order")
_LOOKING_UP = Text("연습 주문 확인", "Looking up a practice order")
_LOOK_EVERY_MS = 1_000
#: an order that is not found so long after it was sent never arrived
GIVE_UP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class TicketState:
    markets: tuple[ListedMarket, ...] = ()
    listed: ListedMarket | None = None
    side: Side = Side.BUY
    #: of a buy, in won, the fee on top
    funds: Decimal | None = None
    #: of what is held, for a sell; None until one is chosen
    share: Decimal | None = None
    facts: TicketFacts | None = None
    refusal: Refusal | None = None
    #: what a sell would sell
    quantity: Decimal | None = None
    is_sending: bool = False
    outcome: Outcome | None = None

    @property
    def is_unknown(self) -> bool:
        return self.outcome is not None and self.outcome.kind is OutcomeKind.UNKNOWN

    @property
    def can_send(self) -> bool:
        return self.facts is not None and self.refusal is None and not self.is_sending and not self.is_unknown

    @property
    def most_funds(self) -> Decimal:
        return Decimal(0) if self.facts is None else most_funds(self.facts)


@dataclass(frozen=True, slots=True)
class _Sent:
    request: OrderRequest
    listed: ListedMarket
    account: Account
    sent_at: float


class TicketModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, practice: PracticeViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._practice = practice
        self._state = TicketState()
        self._listed: dict[Market, ListedMarket] = {}
        self._sent: _Sent | None = None
        self._is_looking = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_up)
        practice.state_changed.connect(self._follow)
        self._follow(practice.state)

    @property
    def state(self) -> TicketState:
        return self._state

    # what is asked for

    def choose_market(self, market: Market) -> None:
        listed = next((one for one in self._state.markets if one.market == market), None)
        if listed is not None:
            self._renew(listed=listed)

    def choose_side(self, side: Side) -> None:
        self._renew(side=side)

    def set_funds(self, funds: Decimal | None) -> None:
        self._renew(funds=funds)

    def set_share(self, share: Decimal) -> None:
        """Of what is free: of the won for a buy, of the coins for a sell."""
        if self._state.side is Side.SELL:
            self._renew(share=share)
        elif self._state.facts is not None:
            self._renew(funds=share_of_funds(self._state.facts, share))

    @pyqtSlot(object)
    def _follow(self, practice: PracticeState) -> None:
        chosen = self._state.listed
        if practice.markets is not self._state.markets:
            self._listed = {one.market: one for one in practice.markets}
        first = practice.markets[0] if practice.markets else None
        listed = first if chosen is None else self._listed.get(chosen.market, first)
        self._renew(markets=practice.markets, listed=listed)
        self._follow_order()

    def _renew(self, **changes: Any) -> None:
        state = replace(self._state, **changes)
        facts = self._facts(state.listed)
        if facts is None:
            self._take(replace(state, facts=None, refusal=None, quantity=None))
            return
        quantity = None if state.share is None else quantity_to_sell(facts, state.share)
        is_buy = state.side is Side.BUY
        refusal = buy_refusal(facts, state.funds) if is_buy else sell_refusal(facts, quantity)
        self._take(replace(state, facts=facts, refusal=refusal, quantity=quantity))

    def _facts(self, listed: ListedMarket | None) -> TicketFacts | None:
        """None while the exchange is not reached, or nothing is known of the account."""
        practice, connection = self._practice.state, self._practice.connection
        if listed is None or connection is None or practice.balances is None or not practice.is_reached:
            return None
        market = listed.market
        return TicketFacts(
            market,
            connection.exchange.rules.rules(market, self._services.clock.now()),
            practice.free_of(market.quote),
            practice.free_of(market.base),
            practice.price_of(market),
            practice.knows_entries,
            practice.entries_stopped_at is not None,
        )

    # sending

    def send(self) -> None:
        """Looked at once more: the kill switch may have been pressed since the button was drawn."""
        self._renew()
        state, account = self._state, self._practice.account
        if not state.can_send or state.facts is None or state.listed is None or account is None:
            return
        number = f"practice-{uuid4().hex}"
        if state.side is Side.BUY:
            assert state.funds is not None
            request = buy_at_market(state.facts, number, state.funds)
        else:
            assert state.quantity is not None
            request = sell_at_market(state.facts, number, state.quantity)
        sent = self._sent = _Sent(request, state.listed, account, self._services.clock.monotonic())
        self._take(replace(state, is_sending=True, outcome=None))
        self._practice.follow_orders(False)

        self._services.operations.send_order(
            Operation(_PLACING, lambda _context: account.place(request)),
            initiator=self,
            on_success=lambda placed: self._placed(sent, placed.order_id),
            on_failure=self._failed,
        )

    def _placed(self, sent: _Sent, order_id: str) -> None:
        """It exists, that is certain; how it went is read, and where it cannot be, the stream tells."""
        self._run(
            _LOOKING_UP,
            lambda _context: sent.account.order(_reference(sent)),
            lambda order: self._told(order_id, order),
            lambda _error: self._told(order_id, None),
        )

    def _told(self, order_id: str, order: Order | None) -> None:
        self._end(OutcomeKind.ACCEPTED if order is None else kind_of(order), order=order, order_id=order_id)
        self._practice.read_orders()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, OutcomeUnknown):
            self._end(OutcomeKind.UNKNOWN, error=error)
            self._look.start()
        else:
            self._end(OutcomeKind.FAILED, error=error)

    @pyqtSlot()
    def _look_up(self) -> None:
        sent = self._sent
        if sent is None or not self._state.is_unknown:
            self._look.stop()
            return
        waited = self._services.clock.monotonic() - sent.sent_at
        self._end(OutcomeKind.UNKNOWN, waited_seconds=int(waited))
        account = self._practice.account or sent.account
        if self._is_looking:
            return
        self._is_looking = True

        def found(order: Order) -> None:
            self._is_looking = False
            self._look.stop()
            self._end(kind_of(order), order=order, order_id=order.order_id)
            self._practice.read_orders()

        def failed(error: Exception) -> None:
            self._is_looking = False
            if isinstance(error, OrderNotFound) and waited >= GIVE_UP_SECONDS:
                self._look.stop()
                self._end(OutcomeKind.NOT_ARRIVED)

        self._run(_LOOKING_UP, lambda _context: account.order(_reference(sent)), found, failed)

    def _follow_order(self) -> None:
        """An order that was only accepted is told of again when it ends."""
        outcome = self._state.outcome
        if outcome is None or outcome.kind is not OutcomeKind.ACCEPTED or outcome.order_id is None:
            return
        order = self._practice.order(outcome.order_id)
        if order is not None and order.state.is_final:
            self._end(kind_of(order), order=order, order_id=order.order_id)

    def _end(self, kind: OutcomeKind, **more: Any) -> None:
        sent = self._sent
        if sent is None:
            return
        outcome = Outcome(kind, sent.request.side, sent.listed, **more)
        is_news = self._state.outcome is None or self._state.outcome.kind is not kind
        self._take(replace(self._state, is_sending=False, outcome=outcome))
        if kind in _USED_UP:
            self._renew(funds=None, share=None)  # the second press of a double click finds nothing to send
        if is_news and kind in _TOLD_AS:
            title, line = outcome_words(outcome)
            self._services.notices.add(_TOLD_AS[kind], title, line)
        # its end is told wherever the user looks by then
        self._practice.follow_orders(kind is OutcomeKind.ACCEPTED)

    def _run(
        self,
        title: Text,
        work: Callable[[OperationContext], Any],
        show: Callable[[Any], None],
        fail: Callable[[Exception], None],
    ) -> None:
        operation = Operation(title, work)
        self._services.operations.run_in_background(operation, initiator=self, on_success=show, on_failure=fail)

    def _take(self, state: TicketState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


#: the exchange has the order: another one is asked for anew
_USED_UP = (OutcomeKind.ACCEPTED, OutcomeKind.FILLED, OutcomeKind.PARTLY, OutcomeKind.NOT_FILLED)
_TOLD_AS = {
    OutcomeKind.FILLED: NoticeLevel.SUCCESS,
    OutcomeKind.PARTLY: NoticeLevel.WARNING,
    OutcomeKind.NOT_FILLED: NoticeLevel.WARNING,
    OutcomeKind.UNKNOWN: NoticeLevel.WARNING,
    OutcomeKind.NOT_ARRIVED: NoticeLevel.WARNING,
    OutcomeKind.FAILED: NoticeLevel.ERROR,
}


def _reference(sent: _Sent) -> OrderReference:
    return OrderReference(sent.request.market, client_order_id=sent.request.client_order_id)
