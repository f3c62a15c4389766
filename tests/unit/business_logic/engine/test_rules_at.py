"""What kept a rule from acting at one candle, by its name and numbers."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from tests.fakes.engine_stage import (
    PLAIN,
    adds,
    always,
    amount,
    buy,
    candles,
    enters,
    flat,
    leaves,
    on,
    rule,
    share,
    state,
    strategy,
)
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.explanation import Obstacle, Prevented
from upbit_auto_trading.business_logic.domain.strategy_definition import Limits, Rearm, Role
from upbit_auto_trading.business_logic.engine.rules_at import rules_at
from upbit_auto_trading.business_logic.ports.strategy import RulePlan, StrategyPlan, StyleKind, StylePlan, SwitchRules
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, prepared_run

SERIES = candles(*flat(100, 10))
FAR_BELOW = StylePlan(StyleKind.LIMIT, offset_percent=-50.0)


def at(plan: StrategyPlan, row: int, settings: BacktestSettings = PLAIN) -> dict[str, Prevented | None]:
    run, _ = prepared_run(plan, [BacktestData(SERIES)], settings)
    return {one.rule.id: one.prevented for one in rules_at(run, 0, int(SERIES.opened[row]))}


def held(*rules: RulePlan) -> StrategyPlan:
    """A position from candle 1 on."""
    return strategy(enters(on(0)), list(rules))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(cooldown=5), Prevented(Obstacle.COOLDOWN, "", 5.0, 5.0)),
        (Limits(times_per_position=1), Prevented(Obstacle.TIMES_PER_POSITION, "", 1.0, 1.0)),
        (Limits(times_per_day=1), Prevented(Obstacle.TIMES_PER_DAY, "", 1.0, 1.0)),
    ],
)
def test_limits_tell_how_far_they_are_used_up(limits: Limits, expected: Prevented) -> None:
    assert at(held(adds(on(2, 3), limits=limits)), 3) == {"add": expected}
    assert at(held(adds(on(2, 3), limits=limits)), 2) == {"add": None}


def test_what_is_switched_off_or_not_armed_again() -> None:
    off = rule("off", Role.MANAGE, on(2), SwitchRules(("add",)))
    found = at(held(off, adds(on(3))), 3)["add"]
    assert found is not None
    assert found.obstacle is Obstacle.SWITCHED_OFF
    once = Limits(rearm=Rearm.AFTER_FALSE)
    found = at(held(adds(always(), limits=once)), 4)["add"]
    assert found is not None
    assert found.obstacle is Obstacle.NOT_REARMED
    assert at(held(adds(on(2, 4), limits=once)), 4) == {"add": None}
    by_state = state("young", lambda view: (view.candles_held == 1) | (view.candles_held == 3))
    assert at(held(adds(by_state, limits=once)), 3) == {"add": None}


def test_an_order_under_way() -> None:
    waiting = strategy(enters(on(0, 1), buy(None, style=FAR_BELOW)))
    assert at(waiting, 1) == {"in": Prevented(Obstacle.ORDER_UNDER_WAY)}
    adding = held(adds(on(2, 3), buy(None, style=FAR_BELOW)))
    assert at(adding, 3) == {"add": Prevented(Obstacle.ORDER_UNDER_WAY)}
    closing = strategy(enters(on(0)), [leaves(on(4))], [adds(on(5))])
    late = replace(PLAIN, latency=2)
    assert at(closing, 5, late) == {
        "out": Prevented(Obstacle.ORDER_UNDER_WAY),
        "add": Prevented(Obstacle.ORDER_UNDER_WAY),
    }


def test_another_rule_and_what_cannot_be_bought() -> None:
    both = strategy(enters(on(0)), [leaves(on(3))], [adds(on(3))])
    outranked = at(both, 3)["add"]
    assert outranked is not None
    assert (outranked.obstacle, outranked.by) == (Obstacle.OTHER_RULE, "out")
    spent = strategy(enters(on(0), buy(share(1.0))), [adds(on(3), buy(amount(5.0)))])
    found = at(spent, 3)["add"]
    assert found is not None
    assert found.obstacle is Obstacle.NO_FREE_CASH
    unknown = at(held(adds(on(3), buy(amount(nan)))), 3)["add"]
    assert unknown is not None
    assert unknown.obstacle is Obstacle.NO_SIZE


def test_what_did_not_hold_is_prevented_by_nothing() -> None:
    assert at(held(adds(on(2))), 5) == {"add": None}
    assert at(strategy(enters(on(5))), 0) == {"in": None}
