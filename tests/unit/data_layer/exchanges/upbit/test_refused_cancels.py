"""A refused cancel may be about an order that has ended: the exchange does not tell in which words it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import upbit_payloads as payloads
from tests.fakes.scripted_exchange import answer, refusal
from tests.unit.data_layer.exchanges.upbit.conftest import World
from upbit_auto_trading.business_logic.domain.errors import RequestRefused
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderReference, OrderState

ORDER = OrderReference(Market("upbit", "KRW-BTC"), order_id=payloads.order_id(1))
LIMIT = timedelta(seconds=10)


def test_an_order_that_has_ended_is_final_whatever_its_cancel_was_refused_with(world: World) -> None:
    world.server.on("DELETE", "/v1/order", refusal(400, "invalid_parameter"))
    world.server.on("GET", "/v1/order", answer(payloads.order(1, state="done", executed_volume="0.001")))
    assert world.account.cancel_until_final(ORDER, LIMIT).state is OrderState.DONE


def test_a_refused_cancel_of_an_open_order_is_not_repeated(world: World) -> None:
    world.server.on("DELETE", "/v1/order", refusal(400, "invalid_parameter"))
    world.server.on("GET", "/v1/order", answer(payloads.order(1)))
    with pytest.raises(RequestRefused):
        world.account.cancel_until_final(ORDER, LIMIT)
    assert [request.method for request in world.server.requests] == ["DELETE", "GET"]
