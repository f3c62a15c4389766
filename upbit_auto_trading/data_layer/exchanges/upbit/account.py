"""The part of the exchange that needs a key: balances, and orders from placing to their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.balance import Balance, OrderTerms
from upbit_auto_trading.business_logic.domain.errors import (
    ExchangeUnavailable,
    OrderNotFound,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
)
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import (
    CancelReport,
    Order,
    OrderReference,
    OrderRequest,
    PlacedOrder,
    Replacement,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import CancelScope, WalletState
from upbit_auto_trading.data_layer.exchanges.upbit import calls, key_check, many_cancels, order_lists
from upbit_auto_trading.data_layer.exchanges.upbit.calls import UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Fields, Malformed
from upbit_auto_trading.data_layer.exchanges.upbit.market_data import code_of
from upbit_auto_trading.data_layer.exchanges.upbit.order_calls import (
    id_of,
    order_parameters,
    reference_parameters,
    replacement_parameters,
)
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import parameters
from upbit_auto_trading.data_layer.transport.read_retry import RetryPolicy

#: between a cancel and the look whether it has taken effect, longer and longer
_UNTIL_FINAL = RetryPolicy(first_seconds=0.1, longest_seconds=2.0)
_SHORTEST_TRY_SECONDS = 0.2
#: one request that hangs must not use up all the time there is
_LONGEST_TRY_SECONDS = 5.0


class UpbitAccount:
    """Implements the port ``Account``; safe from any thread."""

    def __init__(self, exchange: str, client: UpbitClient, replies: AccountReplies, clock: Clock) -> None:
        self._exchange = exchange
        self._client = client
        self._replies = replies
        self._clock = clock

    def balances(self) -> tuple[Balance, ...]:
        return self._client.read_list(UpbitCall(calls.ACCOUNTS), self._replies.balance)

    def order_terms(self, market: Market) -> OrderTerms:
        call = UpbitCall(calls.CHANCE, parameters(market=code_of(market, self._exchange)))
        return self._client.read(call, lambda answer: self._replies.order_terms(answer, market))

    def place(self, request: OrderRequest) -> PlacedOrder:
        code_of(request.market, self._exchange)
        call = UpbitCall(calls.PLACE, order_parameters(request), order_id=request.client_order_id)
        return self._client.once(call, lambda answer: self._placed(answer, request))

    def _placed(self, answer: object, request: OrderRequest) -> PlacedOrder:
        order_id, echo, created_at = self._replies.accepted(answer)
        if echo is not None and echo != request.client_order_id:
            raise Malformed("order/identifier", "another-order")
        return PlacedOrder(order_id, request.client_order_id, request.market, created_at or self._clock.now())

    def check(self, request: OrderRequest) -> None:
        """Without our identifier: nobody says whether a test uses it up."""
        code_of(request.market, self._exchange)
        self._client.once(
            UpbitCall(calls.CHECK, order_parameters(request, with_identifier=False)), lambda _answer: None
        )

    def order(self, reference: OrderReference) -> Order:
        return self._client.read(_look_up(reference), lambda answer: self._asked_for(answer, reference))

    def _asked_for(self, answer: object, reference: OrderReference) -> Order:
        order = self._replies.order(answer)
        if reference.order_id not in (None, order.order_id):
            raise Malformed("order/uuid", "another-order")
        if reference.client_order_id is not None and order.client_order_id not in (None, reference.client_order_id):
            raise Malformed("order/identifier", "another-order")
        return order

    def orders(self, references: Iterable[OrderReference]) -> tuple[Order, ...]:
        return order_lists.by_id(self._client, self._replies, self._exchange, tuple(references))

    def open_orders(self, market: Market | None = None, *, with_watching: bool = True) -> tuple[Order, ...]:
        code = None if market is None else code_of(market, self._exchange)
        return order_lists.open_orders(self._client, self._replies, code, with_watching)

    def closed_orders(self, start: datetime, end: datetime, market: Market | None = None) -> tuple[Order, ...]:
        code = None if market is None else code_of(market, self._exchange)
        return order_lists.closed_orders(self._client, self._replies, code, start, end)

    def cancel(self, reference: OrderReference) -> None:
        self._cancel(reference, None)

    def _cancel(self, reference: OrderReference, within_seconds: float | None) -> None:
        call = UpbitCall(calls.CANCEL, reference_parameters(reference), order_id=id_of(reference))
        # the answer is the order as it was: all it says is that the cancel was accepted
        self._client.once(call, lambda answer: Fields(answer, "order").code("uuid"), within_seconds=within_seconds)

    def cancel_until_final(self, reference: OrderReference, limit: timedelta) -> Order:
        deadline = self._clock.monotonic() + limit.total_seconds()
        tries = 0
        while True:
            tries += 1
            not_before, refusal = self._try_to_cancel(reference, deadline)
            order = self._if_known(reference, deadline)
            if order is not None and order.state.is_final:
                return order
            if refusal is not None:
                raise refusal
            seconds = self._client.jitter(_UNTIL_FINAL.ceiling(tries))
            if not_before is not None:
                seconds = max(seconds, (not_before - self._clock.now()).total_seconds())
            if self._clock.monotonic() + seconds >= deadline or self._client.wait(seconds):
                raise OutcomeUnknown(self._exchange, id_of(reference), "not-final-yet")

    def _try_to_cancel(
        self, reference: OrderReference, deadline: float
    ) -> tuple[datetime | None, RequestRefused | None]:
        """When the next try makes sense, where the exchange says so. What became of this one, the order tells.

        A refusal in whatever words may be about an order that has ended: the exchange does not tell which it uses then.
        """
        try:
            self._cancel(reference, self._left(deadline))
        except RateLimited as error:
            return error.until, None
        except (OrderNotFound, ExchangeUnavailable, OutcomeUnknown):
            return None, None
        except RequestRefused as error:
            return None, error
        return None, None

    def _if_known(self, reference: OrderReference, deadline: float) -> Order | None:
        """One look. An order that was sent a moment ago may not be found yet."""
        try:
            return self._client.once(
                _look_up(reference),
                lambda answer: self._asked_for(answer, reference),
                within_seconds=self._left(deadline),
            )
        except (OrderNotFound, ExchangeUnavailable, RateLimited):
            return None

    def _left(self, deadline: float) -> float:
        """Even at the end enough for an answer that is on its way."""
        return min(_LONGEST_TRY_SECONDS, max(_SHORTEST_TRY_SECONDS, deadline - self._clock.monotonic()))

    def cancel_many(self, references: Iterable[OrderReference]) -> CancelReport:
        return many_cancels.cancel_many(self._client, self._replies, tuple(references))

    def cancel_all(self, scope: CancelScope) -> CancelReport:
        return many_cancels.cancel_all(self._client, self._replies, self._exchange, scope)

    def replace(self, reference: OrderReference, replacement: Replacement) -> str:
        call = UpbitCall(
            calls.REPLACE, replacement_parameters(reference, replacement), order_id=replacement.client_order_id
        )
        return self._client.once(call, lambda answer: Fields(answer, "replaced").code("new_order_uuid"))

    def key_status(self) -> KeyStatus:
        return key_check.key_status(self._client, self._replies)

    def wallet_states(self) -> tuple[WalletState, ...]:
        return self._client.read_list(UpbitCall(calls.WALLET_STATUS), self._replies.wallet_state)


def _look_up(reference: OrderReference) -> UpbitCall:
    return UpbitCall(calls.ORDER, reference_parameters(reference), order_id=id_of(reference))
