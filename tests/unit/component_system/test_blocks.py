"""Ready-made parts: the rules and levels that each writes."""

from __future__ import annotations

from typing import Any

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    GroupKind,
    Limits,
    Node,
    Part,
    Rearm,
    Role,
    Rule,
    Use,
    Within,
)
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import all_of, compare, level, sizing, style
from upbit_auto_trading.component_system.registry import built_in

REGISTRY = built_in()
BUILDER = Builder(REGISTRY, CandleUnit.MINUTE)
CLOSE = variable_use("close")


def part(block: str, **written: Any) -> Part:
    found = BUILDER.component(Use(ComponentKind.BLOCK, block, tuple(written.items())))
    assert isinstance(found, BlockComponent)
    return found.part()


def only_rule(block: str, **written: Any) -> Rule:
    (rule,) = part(block, **written).rules
    return rule


def in_words(node: Node) -> str:
    """``ema(period=20) crosses-above ema(period=60)``, without sources."""
    if isinstance(node, Group):
        return f" {node.kind.value} ".join(in_words(one) for one in node.members)
    if isinstance(node, Within):
        return f"within {node.candles}: ({in_words(node.node)})"
    return " ".join([_named(node.left), node.operator.id, *(_named(one) for one in node.right)])


def _named(operand: Use | float) -> str:
    if not isinstance(operand, Use):
        return f"{operand:g}"
    values = ",".join(f"{value}" for name, value in operand.parameters if name != "source")
    return f"{operand.id}({values})" + (f"[-{operand.ago}]" if operand.ago else "")


@pytest.mark.parametrize(
    ("block", "written", "expected"),
    [
        ("ma-cross", {}, "ema(20) crosses-above ema(60)"),
        ("ma-cross", {"average": "sma", "fast": 5, "slow": 10}, "sma(5) crosses-above sma(10)"),
        ("ma-cross", {"fast": 10, "slow": 5}, "ema(5) crosses-above ema(10)"),
        ("rsi-reversal", {"period": 9, "oversold": 25}, "rsi(9) crosses-above 25"),
        ("rsi-reversal", {"signal": "<"}, "rsi(14) < 30"),
        ("bollinger", {}, "close() crosses-above bollinger(lower,20,2.0)"),
        ("bollinger", {"signal": "breakout", "period": 10}, "close() crosses-above bollinger(upper,10,2.0)"),
        ("volatility-breakout", {"k": 0.7}, "close() crosses-above breakout-target(0.7)"),
        ("macd", {}, "macd(macd,12,26,9) crosses-above macd(signal,12,26,9)"),
        ("macd", {"fast": 26, "slow": 12}, "macd(macd,12,26,9) crosses-above macd(signal,12,26,9)"),
        (
            "macd",
            {"signal": "divergence", "lookback": 40, "within": 6},
            "within 6: (macd-divergence(40) >= 100) all macd(macd,12,26,9) crosses-above macd(signal,12,26,9)",
        ),
        (
            "stochastic-cross",
            {"below": 30},
            "stochastic(k,14,3,3) crosses-above stochastic(d,14,3,3) all stochastic(d,14,3,3) <= 30",
        ),
    ],
)
def test_an_entry_has_the_signal_that_its_name_promises(block: str, written: Any, expected: str) -> None:
    assert in_words(only_rule(block, **written).when) == expected


def test_a_divergence_is_of_the_line_that_crosses() -> None:
    within, cross = only_rule("macd", signal="divergence", fast=8).when.members
    assert isinstance(within, Within)
    assert isinstance(within.node, Condition)
    assert isinstance(cross, Condition)

    assert within.node.left.get("source") == cross.left


@pytest.mark.parametrize("average", ["sma", "ema"])
def test_averages_may_be_of_another_variable(average: str) -> None:
    condition = only_rule("ma-cross", average=average, source=variable_use("volume")).when.members[0]
    assert isinstance(condition, Condition)

    assert condition.left.get("source") == variable_use("volume")


ENTRIES = [one.declaration.id for one in REGISTRY.of(ComponentKind.BLOCK) if one.part_kind is PartKind.ENTRY]  # type: ignore[attr-defined]


@pytest.mark.parametrize("block", ENTRIES)
def test_every_entry_buys_as_it_is_told(block: str) -> None:
    size, how, stop = sizing("fixed-amount", amount=5_000), style("best"), level("stop-percent", percent=2)

    rule = only_rule(block, size=size, style=how, levels=(stop,))

    assert (rule.role, rule.action.id) == (Role.ENTRY, "buy")
    assert dict(rule.action.parameters) == {"size": size, "style": how, "levels": (stop,)}
    assert rule.name.ko
    assert rule.name.en


def test_a_breakout_is_bought_once_a_day_unless_more_is_asked_for() -> None:
    assert only_rule("volatility-breakout").limits == Limits(times_per_day=1)
    assert only_rule("volatility-breakout", times_per_day=3).limits == Limits(times_per_day=3)


def test_averaging_down_adds_below_the_average_and_gives_up_below_the_first_fill() -> None:
    made = part("averaging-down", trigger=4, times=3, size_ratio=1.5, absolute_stop=15)
    (add,) = made.rules

    assert in_words(add.when) == "position-profit() <= -4"
    assert (add.role, add.limits) == (Role.SCALE_IN, Limits(times_per_position=3))
    assert add.action.get("size") == sizing("like-last-buy", times=1.5)
    assert made.levels == (level("stop-percent", percent=15.0, measured_from="first-fill"),)


def test_pyramiding_adds_above_the_average_and_guards_what_it_added() -> None:
    add, guard = part("pyramiding", trigger=4, times=2, size_ratio=0.6, offset=0.2).rules

    assert in_words(add.when) == "position-profit() >= 4"
    assert (add.role, add.limits) == (Role.SCALE_IN, Limits(times_per_position=2))
    assert add.action.get("size") == sizing("like-last-buy", times=0.6)
    assert in_words(guard.when) == "position-times-fired(('add',)) > position-times-fired(('break-even',))"
    assert guard.role is Role.MANAGE
    assert (guard.action.get("to"), guard.action.get("offset")) == ("break-even", 0.2)
    assert [one.id for one in part("pyramiding", break_even=False).rules] == ["add"]


def test_a_trailing_stop_is_in_percent_or_in_atr() -> None:
    assert part("trailing-stop", percent=4, activation=2).levels == (
        level("trailing-percent", percent=4.0, activation=2.0, measured_from="average"),
    )
    assert part("trailing-stop", by="atr", times=2.5, period=10).levels == (
        level(
            "trailing-distance",
            distance=variable_use("atr", period=10),
            times=2.5,
            activation=0.0,
            measured_from="average",
        ),
    )


def test_profit_and_loss_are_fixed_where_they_are_measured_from() -> None:
    assert part("take-profit-stop-loss", take_profit=6, stop_loss=2, measured_from="first-fill").levels == (
        level("stop-percent", percent=2.0, measured_from="first-fill"),
        level("target-percent", percent=6.0, measured_from="first-fill"),
    )


def test_a_staged_exit_leaves_out_steps_without_a_share() -> None:
    made = part("staged-exit", first_share=50, second_share=0, third_share=20, trailing_after=3)

    assert made.levels == (
        level("target-percent", percent=3.0, share=50.0, measured_from="average"),
        level("target-percent", percent=10.0, share=20.0, measured_from="average"),
        level("trailing-percent", percent=3.0, after_targets=2, measured_from="average"),
    )


def test_the_longest_hold_may_be_for_winners_only() -> None:
    assert in_words(only_rule("time-exit", max_minutes=90).when) == "position-minutes() >= 90"
    assert (
        in_words(only_rule("time-exit", also_at_loss=False).when)
        == "position-minutes() >= 1440 all position-profit() > 0"
    )


@pytest.mark.parametrize(
    ("day_end", "before", "expected"),
    [
        ("09:00", 10, "time-of-day() between 530 540"),
        ("00:00", 15, "time-of-day() >= 1425 any time-of-day() <= 0"),
        ("00:30", 60, "time-of-day() >= 1410 any time-of-day() <= 30"),
        ("00:30", 30, "time-of-day() between 0 30"),
    ],
)
def test_a_day_ends_before_its_end(day_end: str, before: int, expected: str) -> None:
    _, rule = part("time-exit", day_end=day_end, minutes_before=before).rules

    assert in_words(rule.when) == expected
    assert (rule.role, rule.action.id) == (Role.EXIT, "sell")


RSI_IS_HIGH = all_of(compare(variable_use("rsi"), ">", 70.0))


@pytest.mark.parametrize(
    ("percent", "role", "rearm"), [(100, Role.EXIT, Rearm.AT_ONCE), (40, Role.PARTIAL_EXIT, Rearm.AFTER_FALSE)]
)
def test_a_signal_sells_all_or_a_share(percent: float, role: Role, rearm: Rearm) -> None:
    rule = only_rule("signal-exit", when=RSI_IS_HIGH, percent=percent)

    assert rule.when is RSI_IS_HIGH
    assert rule.when.kind is GroupKind.ALL
    assert (rule.role, rule.limits.rearm) == (role, rearm)
    assert rule.action.get("percent") == percent


@pytest.mark.parametrize("block", ["time-exit", "signal-exit", "averaging-down", "pyramiding"])
def test_orders_of_management_are_placed_as_they_are_told(block: str) -> None:
    conditions = {"when": RSI_IS_HIGH} if block == "signal-exit" else {}

    rule = part(block, style=style("best"), **conditions).rules[0]

    assert rule.action.get("style") == style("best")
