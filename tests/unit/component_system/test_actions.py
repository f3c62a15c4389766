"""What rules do and how orders are placed: from what is written to what the engine runs."""

from __future__ import annotations

from typing import Any

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.ports.strategy import (
    Action,
    AfterWait,
    Buy,
    LevelKind,
    LimitBase,
    MoveStop,
    Notify,
    Sell,
    StyleKind,
    StylePlan,
    SwitchRules,
)
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import action, level, sizing, style
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.style import StyleComponent

BUILDER = Builder(built_in(), CandleUnit.MINUTE)


def planned(use: Use) -> Action:
    component = BUILDER.component(use)
    assert isinstance(component, ActionComponent)
    return component.plan(BUILDER)


def styled(use: Use) -> StylePlan:
    component = BUILDER.component(use)
    assert isinstance(component, StyleComponent)
    return component.plan()


def test_a_buy_has_its_size_its_style_and_its_levels_in_their_order() -> None:
    plan = planned(
        action(
            "buy",
            size=sizing("share-of-equity", percent=20),
            style=style("best"),
            levels=(level("stop-percent", percent=3), level("target-percent", percent=6)),
        )
    )

    assert isinstance(plan, Buy)
    assert plan.sizing.key == "share-of-equity(percent=20)"
    assert plan.style == StylePlan(StyleKind.BEST)
    assert [(one.kind, one.percent) for one in plan.levels] == [(LevelKind.STOP, 3.0), (LevelKind.TARGET, 6.0)]


def test_a_buy_of_which_nothing_is_written_spends_95_percent_of_the_cash_at_market() -> None:
    plan = planned(action("buy"))

    assert isinstance(plan, Buy)
    assert plan.sizing.key == "share-of-cash(percent=95)"
    assert (plan.style, plan.levels) == (StylePlan(), ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, Sell(1.0)),
        ({"percent": 25}, Sell(0.25)),
        ({"percent": 30, "of": "bought"}, Sell(0.3, of_bought=True)),
        ({"style": style("best")}, Sell(1.0, style=StylePlan(StyleKind.BEST))),
    ],
)
def test_a_sale_is_of_a_share_of_what_is_held_or_of_all_that_was_bought(written: Any, expected: Sell) -> None:
    assert planned(action("sell", **written)) == expected


ATR = variable_use("atr", period=10)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, MoveStop(profit_percent=0.0)),
        ({"to": "break-even", "offset": 0.2}, MoveStop(profit_percent=0.2)),
        ({"to": "percent", "percent": 4, "may_loosen": True}, MoveStop(percent=4.0, may_loosen=True)),
        (
            {"to": "distance", "distance": ATR, "times": 1.5},
            MoveStop(variable=BUILDER.market_variable(ATR), times=1.5),
        ),
        ({"to": "price", "price": variable_use("low")}, MoveStop(price=BUILDER.market_variable(variable_use("low")))),
    ],
)
def test_a_stop_moves_in_exactly_the_way_that_was_chosen(written: Any, expected: MoveStop) -> None:
    assert planned(action("move-stop", **written)) == expected


def test_a_distance_may_come_from_a_coarser_unit() -> None:
    coarse = Use(ComponentKind.VARIABLE, "atr", (("period", 10),), unit=CandleUnit.HOUR, times=2.0)

    plan = planned(action("move-stop", to="distance", distance=coarse, times=1))

    assert isinstance(plan, MoveStop)
    assert plan.variable is not None
    assert plan.variable.key == "atr(period=10)@60m*2.0+0.0"


def test_rules_are_switched_off_unless_on_is_written() -> None:
    assert planned(action("switch-rules", rules=("add", "sell"))) == SwitchRules(("add", "sell"))
    assert planned(action("switch-rules", rules=("add",), on=True)) == SwitchRules(("add",), is_on=True)


def test_a_message_is_told_as_it_was_written() -> None:
    assert planned(action("notify", message="5% 올랐어요")) == Notify("5% 올랐어요")


def test_market_and_best_need_nothing_else() -> None:
    assert styled(style("market")) == StylePlan(StyleKind.MARKET)
    assert styled(style("best")) == StylePlan(StyleKind.BEST)


def test_a_limit_says_its_price_and_what_comes_after_the_wait() -> None:
    plan = styled(
        style(
            "limit",
            base="best-bid",
            offset_ticks=-2,
            offset_percent=-0.5,
            wait_candles=3,
            wait_seconds=90,
            after="reprice",
            most_reprices=4,
        )
    )

    assert plan == StylePlan(StyleKind.LIMIT, LimitBase.BEST_BID, -2, -0.5, 3, 90, AfterWait.REPRICE, 4)


@pytest.mark.parametrize("after", ["cancel", "market"])
def test_a_limit_is_priced_again_only_where_that_was_chosen(after: str) -> None:
    plan = styled(style("limit", after=after, most_reprices=4))

    assert (plan.after_wait, plan.most_reprices) == (AfterWait(after), 0)


def test_no_wait_is_no_wait() -> None:
    plan = styled(style("limit", wait_candles=0, wait_seconds=0))

    assert (plan.wait_candles, plan.wait_seconds) == (None, None)
