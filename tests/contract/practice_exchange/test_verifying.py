"""Lock-step as a verifying client uses it: the market stands between candles, and their path is the convention."""

from __future__ import annotations

import random
from contextlib import ExitStack
from contextlib import closing as closed
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.scripted_floor import Floor, on_floor
from tests.contract.practice_exchange.test_built_in_markets import client_of, running
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.utils.secret import Secret

BTC = Market("upbit", "KRW-BTC")
BEGIN = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
MINUTE, INSTANT = timedelta(minutes=1), timedelta(milliseconds=1)
TICK = 1_000


def candles() -> list[Candle]:
    """Forty minutes around a hundred million, with gaps from one to the next."""
    dice, made = random.Random(20_261_118), []
    for number in range(40):
        low = 100_000_000 + TICK * dice.randrange(-30, 30)
        first, last, high = (low + TICK * dice.randrange(0, 25) for _ in range(3))
        high = max(first, last, high)
        opening, highest, lowest, closing = (Decimal(one) for one in (first, high, low, last))
        at = BEGIN + number * MINUTE
        made.append(Candle(BTC, CandleUnit.MINUTE, at, opening, highest, lowest, closing, Decimal(5), Decimal(0)))
    return made


@pytest.mark.parametrize("side", ["bid", "ask"])
def test_a_limit_is_filled_where_the_candle_reaches_it_at_its_price_or_the_open(side: str) -> None:
    """Placed between two candles: buys at their limit or at a lower open, where the low is not above it."""
    dice, outcomes = random.Random(7), []
    source = StoredCandles(ListedMarket(BTC, "비트코인", "Bitcoin"), candles())
    options = PracticeOptions(markets=0, sources=(source,), pace=Pace.LOCK_STEP, start=BEGIN)
    with running(options) as addresses, ExitStack() as closing:
        control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]))
        client = closing.enter_context(closed(client_of(addresses)))
        control.deposit("BTC", "100")
        control.deposit("KRW", "100000000000")
        for candle in candles():
            limit = candle.open + TICK * dice.randrange(-20, 20)
            request = {"market": "KRW-BTC", "side": side, "ord_type": "limit", "price": f"{limit:f}", "volume": "0.01"}
            order_id = client.order(**request).json["uuid"]
            control.step_until(candle.opened_at + MINUTE - INSTANT)
            order = client.ask("GET", "/v1/order", uuid=order_id).json
            if side == "bid":
                reached, price = candle.low <= limit, min(limit, candle.open)
            else:
                reached, price = candle.high >= limit, max(limit, candle.open)
            found = [(Decimal(trade["price"]), Decimal(trade["volume"])) for trade in order["trades"]]
            assert found == ([(price, Decimal("0.01"))] if reached else []), (candle, limit)
            outcomes.append((reached, price == limit))
            client.ask("DELETE", "/v1/order", uuid=order_id)
            control.step_until(candle.opened_at + MINUTE)  # from here on the book is that of the next open
            control.clear_faults()  # and limits: a minute of the market is no second of ours
    assert len({outcome for outcome in outcomes if outcome[0]}) == 2, "at its price, and at the open"
    assert not all(reached for reached, _at_limit in outcomes)


@pytest.mark.sheet("4.5", "8.10")
def test_outside_of_it_an_order_waits_behind_those_who_were_there() -> None:
    async def scenario(floor: Floor) -> None:
        await floor.shows(["118451000:5"], ["118449000:2", "118448000:9"])
        order = floor.buys("0.5", "118449000", "queues")
        await floor.trades("118449000", "1.5")
        assert floor.world.exchange.order("practice", order.order_id).executed_quantity == 0  # type: ignore[union-attr]
        await floor.trades("118449000", "0.7")
        assert floor.world.exchange.order("practice", order.order_id).executed_quantity == Decimal("0.2")  # type: ignore[union-attr]
        await floor.trades("118448000", "0.1")
        assert floor.world.exchange.order("practice", order.order_id).executed_quantity == Decimal("0.3")  # type: ignore[union-attr]

    on_floor(scenario)
