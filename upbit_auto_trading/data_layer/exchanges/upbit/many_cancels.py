"""Cancels of many orders at once. What fails in one request does not keep the others from being sent."""

from __future__ import annotations

from collections.abc import Iterator

from upbit_auto_trading.business_logic.domain.errors import ExchangeError, KeyRejected
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import CancelReport, Order, OrderReference
from upbit_auto_trading.business_logic.ports.exchange import CancelScope
from upbit_auto_trading.data_layer.exchanges.upbit import calls, order_lists
from upbit_auto_trading.data_layer.exchanges.upbit.calls import UpbitCall
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import (
    CANCELS_OF_ALL_PER_REQUEST,
    CANCELS_PER_REQUEST,
    MARKETS_PER_CANCEL,
)
from upbit_auto_trading.data_layer.exchanges.upbit.client import UpbitClient
from upbit_auto_trading.data_layer.exchanges.upbit.market_data import code_of
from upbit_auto_trading.data_layer.exchanges.upbit.order_calls import id_of, side_word
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies, CancelledIds
from upbit_auto_trading.data_layer.exchanges.upbit.parameters import Given, joined, parameters

#: six thousand orders, or two hundred seconds of one request in two
_MOST_REPEATS = 20


def cancel_many(client: UpbitClient, replies: AccountReplies, references: tuple[OrderReference, ...]) -> CancelReport:
    """Every chunk is sent, then the first error raised: what was accepted before it, the orders themselves tell."""
    accepted: list[OrderReference] = []
    refused: list[OrderReference] = []
    first_error: ExchangeError | None = None
    for name, chunk in _chunks(references):
        call = UpbitCall(
            calls.CANCEL_MANY, parameters(**{name: [id_of_kind(one, name) for one in chunk]}), id_of(chunk[0])
        )
        try:
            answer = client.once(call, replies.cancelled_by_id)
        except KeyRejected:
            raise
        except ExchangeError as error:
            first_error = first_error or error
            continue
        taken = {one for order_id, ours, _market in answer.accepted for one in (order_id, ours)}
        for one in chunk:
            (accepted if id_of_kind(one, name) in taken else refused).append(one)
    if first_error is not None:
        raise first_error
    return CancelReport(tuple(accepted), tuple(refused))


def id_of_kind(reference: OrderReference, name: str) -> str:
    return (reference.order_id if name == "uuids" else reference.client_order_id) or ""


def _chunks(references: tuple[OrderReference, ...]) -> Iterator[tuple[str, list[OrderReference]]]:
    """One request takes numbers of the exchange or of ours, not both."""
    unique = list(dict.fromkeys(references))
    for name, kind in (
        ("uuids", [one for one in unique if one.order_id is not None]),
        ("identifiers", [one for one in unique if one.client_order_id is not None]),
    ):
        for start in range(0, len(kind), CANCELS_PER_REQUEST):
            yield name, kind[start : start + CANCELS_PER_REQUEST]


def cancel_all(client: UpbitClient, replies: AccountReplies, exchange: str, scope: CancelScope) -> CancelReport:
    """Waiting orders only: those that watch for a trigger were made in the app and are left to it."""
    if len(scope.excluded) > MARKETS_PER_CANCEL and not scope.markets:
        return _one_by_one(client, replies, exchange, scope)
    accepted: dict[str, OrderReference] = {}
    refused: dict[str, OrderReference] = {}
    for filters in _filters(exchange, scope):
        for _ in range(_MOST_REPEATS):
            call = UpbitCall(
                calls.CANCEL_ALL,
                parameters(cancel_side=side_word(scope.side), **filters, count=CANCELS_OF_ALL_PER_REQUEST),
            )
            answer = client.once(call, replies.cancelled)
            known = len(accepted)
            accepted.update(_references(answer.accepted))
            refused.update(_references(answer.refused))
            if _is_done(answer, len(accepted) > known):
                break
    still_refused = tuple(one for order_id, one in refused.items() if order_id not in accepted)
    return CancelReport(tuple(accepted.values()), still_refused)


def _is_done(answer: CancelledIds, is_progress: bool) -> bool:
    """A full answer may have left some out; one that brings nothing new would bring nothing new again."""
    is_full = len(answer.accepted) + len(answer.refused) >= CANCELS_OF_ALL_PER_REQUEST
    return not is_full or not is_progress


def _references(ids: tuple[tuple[str, str | None, Market], ...]) -> dict[str, OrderReference]:
    return {order_id: OrderReference(market, order_id=order_id) for order_id, _ours, market in ids}


def _filters(exchange: str, scope: CancelScope) -> Iterator[dict[str, Given]]:
    """Markets and quotes cannot be named together, nor markets together with excluded ones."""
    if scope.markets:
        excluded = {code_of(market, exchange) for market in scope.excluded}
        codes = [
            code_of(market, exchange)
            for market in dict.fromkeys(scope.markets)
            if not scope.quotes or market.quote in scope.quotes
        ]
        wanted = [code for code in codes if code not in excluded]
        for start in range(0, len(wanted), MARKETS_PER_CANCEL):
            yield {"pairs": joined(wanted[start : start + MARKETS_PER_CANCEL])}
        return
    filters: dict[str, Given] = {}
    if scope.quotes:
        filters["quote_currencies"] = joined(scope.quotes)
    if scope.excluded:
        filters["excluded_pairs"] = joined(code_of(market, exchange) for market in scope.excluded)
    yield filters


def _one_by_one(client: UpbitClient, replies: AccountReplies, exchange: str, scope: CancelScope) -> CancelReport:
    """More markets are excluded than one request can name."""
    excluded = {code_of(market, exchange) for market in scope.excluded}

    def is_wanted(order: Order) -> bool:
        return (
            order.market.code not in excluded
            and (scope.side is None or order.side is scope.side)
            and (not scope.quotes or order.market.quote in scope.quotes)
        )

    open_orders = order_lists.open_orders(client, replies, None, with_watching=False)
    return cancel_many(client, replies, tuple(order.reference for order in open_orders if is_wanted(order)))
