"""Names that do not resolve, of requests and of streams alike, and what comes back when some of them do again."""

from __future__ import annotations

import socket
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.exchange.adapters import Manner
from tests.contract.exchange.fault_table import shows
from tests.contract.exchange.floor import Floor, account_of
from tests.contract.exchange.listener import listening
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.order import OrderState
from upbit_auto_trading.business_logic.domain.stream import (
    OwnBalancesChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
)

ORDERS, BALANCES = Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)
#: by a standard no address of the internet; nothing on this machine listens there either
NOWHERE = "wss://nowhere.localhost:1/websocket/v1"


class Names:
    """The system's, as long as they are there."""

    are_gone = True

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self.are_gone:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return socket.getaddrinfo(*given, **named)


@pytest.mark.long
@shows("name", "stream-away")
def test_nothing_resolves_and_then_the_names_of_requests_do(floor: Floor) -> None:
    names, prices = Names(), Topic(TopicKind.PRICES, floor.market())
    by_name = floor.venue.rest_url.replace("127.0.0.1", "localhost")
    manner = Manner(read_seconds=0.3, rest_url=by_name, websocket_url=NOWHERE, look_up=names)
    exchange = floor.open(floor.key, manner)
    account = account_of(exchange)
    with listening(exchange, prices, ORDERS, BALANCES) as listener:
        request = floor.bid(Decimal(90_000_000), "0.01")
        for ask in (exchange.market_data.markets, account.balances, lambda: account.place(request)):
            with pytest.raises(ExchangeUnavailable) as away:
                ask()
            # the last of several tries may find the circuit open, or too little time left on a busy machine
            assert away.value.detail in ("name-not-found", "circuit-open", "connect-timeout")
        listener.until_state(StreamState.DOWN, prices, ORDERS, BALANCES)
        assert not floor.exists(request.client_order_id)

        names.are_gone = False
        listener.until_state(StreamState.POLLED, prices, ORDERS, BALANCES)
        placed = floor.resting()
        listener.until(lambda: listener.standing().get(placed.order_id, (None,))[0] is OrderState.OPEN)
        listener.until(lambda: listener.balance("KRW") == floor.balance("KRW"))
        for kind in (PriceSummaryChanged, OwnBalancesChanged):
            assert listener.provenances(kind) == {Provenance.POLLED}
