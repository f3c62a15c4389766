"""Reports of an order may come twice, late and in any order: each fill is told once, totals never go back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.rest_answers import BTC, START
from upbit_auto_trading.business_logic.domain.order import (
    Fill,
    OrderKind,
    OrderState,
    OrderUpdate,
    Side,
    TimeInForce,
)
from upbit_auto_trading.data_layer.exchanges.upbit.order_memory import OrderMemory

FILLS = 4


def report(step: int, order: str) -> OrderUpdate:
    """The life of an order in six steps: accepted, four fills of 1, done."""
    executed = Decimal(min(step, FILLS))
    at = START + timedelta(milliseconds=step)
    one = Decimal(1)
    fill = Fill(f"{order}-{step}", order, BTC, Side.BUY, one, one, one, one, "KRW", at) if 1 <= step <= FILLS else None
    return OrderUpdate(
        BTC, order, None, Side.BUY, OrderKind.LIMIT, OrderState.DONE if step > FILLS else OrderState.OPEN,
        TimeInForce.UNTIL_CANCELLED, executed, None, None, None, None, at, fill,
    )  # fmt: skip


steps = st.lists(st.tuples(st.integers(0, FILLS + 1), st.sampled_from(["a", "b"])), max_size=40)


@given(steps)
def test_each_fill_once_and_totals_that_only_grow(given_steps: list[tuple[int, str]]) -> None:
    memory = OrderMemory()
    told = [update for step, order in given_steps if (update := memory.judge(report(step, order))) is not None]
    for order in ("a", "b"):
        came = [step for step, name in given_steps if name == order]
        mine = [update for update in told if update.order_id == order]
        fills = [update.fill.trade_id for update in mine if update.fill is not None]
        assert sorted(fills) == sorted({f"{order}-{step}" for step in came if 1 <= step <= FILLS})
        assert memory.filled_quantities().get(order, 0) == len(fills), "a total may be ahead of the fills"
        executed = [update.executed_quantity for update in mine]
        assert executed == sorted(executed)
        finals = [update.state.is_final for update in mine]
        assert finals == sorted(finals), "what has ended does not open again"
        if came:
            assert mine[-1].executed_quantity == min(max(came), FILLS)
            assert mine[-1].state.is_final is (max(came) > FILLS)
            assert (order in memory.open_orders()) is (max(came) <= FILLS)


@given(steps)
def test_the_same_again_tells_nothing(given_steps: list[tuple[int, str]]) -> None:
    memory = OrderMemory()
    for step, order in given_steps:
        memory.judge(report(step, order))
    assert [memory.judge(report(step, order)) for step, order in given_steps] == [None] * len(given_steps)


@given(steps)
def test_what_was_lost_on_its_way_is_told_again(given_steps: list[tuple[int, str]]) -> None:
    memory = OrderMemory()
    for step, order in given_steps:
        memory.judge(report(step, order))
    memory.forget(["a", "b"])
    again = [memory.judge(report(step, order)) for step, order in given_steps]
    assert {update.order_id for update in again if update} == {order for _, order in given_steps}
