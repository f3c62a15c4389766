"""What was seen or begun: a profit, whatever later buys do to the average; a rule's count, until the next position."""

from __future__ import annotations

import pytest

from tests.fakes.engine_stage import adds, backtest, buy, candles, enters, flat, leaves, on, strategy, traded
from upbit_auto_trading.business_logic.domain.strategy_definition import Limits
from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom

AVERAGE = MeasuredFrom.AVERAGE
TRAIL = LevelPlan("trail", LevelKind.TRAILING, 3.0, measured_from=AVERAGE, activation_percent=5.0)
EVEN = LevelPlan("even", LevelKind.STOP, 100.0, measured_from=AVERAGE, break_even_percent=5.0, break_even_offset=0.5)
#: 1,000 at 100 and 925.92592592 at 108
NEW_AVERAGE = 200_000 / 1925.92592592


@pytest.mark.parametrize(("level", "price"), [(TRAIL, 108 * 0.97), (EVEN, NEW_AVERAGE * 1.005)])
def test_an_add_does_not_undo_what_a_profit_activated(level: LevelPlan, price: float) -> None:
    """Bought at 100 and seen at 107, then again at 108: that is no 5 % above the new average."""
    plan = strategy(enters(on(0), buy(None, level)), adds(on(2)))
    series = candles(*flat(100, 2), (100, 107, 100, 106), *flat(108, 2), (108, 108, 90, 90))
    *_, (row, side, sold, reason) = traded(backtest(plan, series))
    assert (row, side, reason) == (5, "sell", level.id)
    assert sold == pytest.approx(price, rel=1e-9)


def test_what_was_never_seen_is_not_activated_by_an_add() -> None:
    plan = strategy(enters(on(0), buy(None, TRAIL)), adds(on(2)))
    series = candles(*flat(100, 2), (100, 104, 100, 103), *flat(104, 2), (104, 104, 90, 90))
    assert [side for _, side, _, _ in traded(backtest(plan, series))] == ["buy", "buy"]


def test_an_entry_rule_counts_anew_with_each_position() -> None:
    once = enters(on(0, 3), limits=Limits(times_per_position=1))
    series = candles(*flat(100, 6))
    sides = [side for _, side, _, _ in traded(backtest(strategy(once, leaves(on(1, 4))), series))]
    assert sides == ["buy", "sell", "buy", "sell"]
