"""An order only ever goes on, whatever order its reports and readings come in."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.own_orders import fill_of, order_of, update_of
from upbit_auto_trading.business_logic.domain.order import OrderState
from upbit_auto_trading.business_logic.domain.order_progress import advanced, further


def test_a_report_takes_an_order_on() -> None:
    order = advanced(order_of("1", fills=()), update_of("1", executed="0.4", fill=fill_of("a", "0.4")))
    assert order.state is OrderState.OPEN
    assert (order.executed_quantity, order.executed_funds) == (Decimal("0.4"), Decimal(40))
    assert order.remaining_quantity == Decimal("0.6")
    assert order.fills == (fill_of("a", "0.4"),)
    assert order.price == 100


def test_a_report_that_comes_twice_or_late_changes_nothing() -> None:
    first, second = update_of("1", executed="0.4", fill=fill_of("a", "0.4")), update_of("1", executed="0.6")
    once = advanced(order_of("1", fills=()), first)
    assert advanced(once, first) == once
    later = advanced(once, second)
    assert advanced(later, first) == later
    done = advanced(later, update_of("1", OrderState.DONE, executed="1"))
    assert advanced(done, update_of("1", executed="1")) == done


def test_what_a_report_does_not_tell_stays() -> None:
    known = order_of("1", executed="0.2")
    order = advanced(known, update_of("1", executed="0.4", tells_totals=False))
    assert (order.executed_funds, order.remaining_quantity) == (known.executed_funds, known.remaining_quantity)
    assert (order.paid_fee, order.locked) == (known.paid_fee, known.locked)
    assert advanced(known, update_of("1", executed="0.4", fill=fill_of("a", "0.2"))).fills is None


def test_of_two_readings_the_one_that_is_further_on_counts() -> None:
    opened, partly = order_of("1"), order_of("1", executed="0.5")
    ended = order_of("1", OrderState.CANCELLED, executed="0.5")
    assert further(opened, partly) is partly
    assert further(partly, opened) is partly
    assert further(partly, ended) is ended
    assert further(ended, partly) is ended
    again = order_of("1", executed="0.5")
    assert further(partly, again) is again
