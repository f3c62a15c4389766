"""Stops, targets and trailing stops: from what is written to what is watched."""

from __future__ import annotations

from typing import Any

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.part_writing import level
from upbit_auto_trading.component_system.registry import built_in

REGISTRY = built_in()
BUILDER = Builder(REGISTRY, CandleUnit.MINUTE)
ATR = variable_use("atr", period=10)
ATR_VARIABLE = BUILDER.market_variable(ATR)


def planned(component_id: str, **written: Any) -> LevelPlan:
    component = BUILDER.component(level(component_id, **written))
    assert isinstance(component, LevelComponent)
    return component.plan(BUILDER)


@pytest.mark.parametrize(
    ("component_id", "written", "expected"),
    [
        ("stop-percent", {"percent": 3}, LevelPlan("stop-percent", LevelKind.STOP, percent=3.0)),
        (
            "stop-distance",
            {"distance": ATR, "times": 2},
            LevelPlan("stop-distance", LevelKind.STOP, variable=ATR_VARIABLE, times=2.0),
        ),
        (
            "stop-price",
            {"price": variable_use("low")},
            LevelPlan("stop-price", LevelKind.STOP, price=BUILDER.market_variable(variable_use("low"))),
        ),
        (
            "target-percent",
            {"percent": 5, "share": 40},
            LevelPlan("target-percent", LevelKind.TARGET, percent=5.0, share=0.4),
        ),
        (
            "target-distance",
            {"distance": ATR, "times": 3, "share": 50},
            LevelPlan("target-distance", LevelKind.TARGET, variable=ATR_VARIABLE, times=3.0, share=0.5),
        ),
        (
            "trailing-percent",
            {"percent": 3, "activation": 5, "after_targets": 2},
            LevelPlan("trailing-percent", LevelKind.TRAILING, percent=3.0, activation_percent=5.0, after_targets=2),
        ),
        (
            "trailing-distance",
            {"distance": ATR, "times": 3, "activation": 1, "after_targets": 1},
            LevelPlan(
                "trailing-distance",
                LevelKind.TRAILING,
                variable=ATR_VARIABLE,
                times=3.0,
                activation_percent=1.0,
                after_targets=1,
            ),
        ),
    ],
)
def test_a_level_is_planned_as_it_was_written(component_id: str, written: Any, expected: LevelPlan) -> None:
    assert planned(component_id, **written) == expected


def test_break_even_is_a_stop_at_nothing_until_its_profit_was_seen() -> None:
    plan = planned("break-even", activation=4, offset=0.1)

    assert plan.kind is LevelKind.STOP
    assert plan.percent == 100.0  # nothing is guarded yet, so no size may be reckoned from it
    assert (plan.break_even_percent, plan.break_even_offset) == (4.0, 0.1)
    assert plan.measured_from is MeasuredFrom.AVERAGE


@pytest.mark.parametrize(
    "component_id",
    [one.declaration.id for one in REGISTRY.of(ComponentKind.LEVEL) if one.declaration.id != "stop-price"],
)
def test_every_level_can_be_measured_from_the_first_fill_or_the_average(component_id: str) -> None:
    assert planned(component_id, measured_from="first-fill").measured_from is MeasuredFrom.FIRST_FILL
    assert planned(component_id, measured_from="average").measured_from is MeasuredFrom.AVERAGE


@pytest.mark.parametrize("component_id", [one.declaration.id for one in REGISTRY.of(ComponentKind.LEVEL)])
def test_every_level_lies_in_exactly_one_way(component_id: str) -> None:
    plan = planned(component_id)

    assert sum(one is not None for one in (plan.percent, plan.variable, plan.price)) == 1
