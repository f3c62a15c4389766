"""What is right has no problem, and rules that can never fire are refused; nothing that could fire is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.toy_strategies import (
    ALWAYS,
    all_of,
    any_of,
    asking,
    block,
    buy,
    buying,
    deep,
    entry,
    exit_rule,
    limited,
    managing,
    none_of,
    part,
    strategy,
    toys,
    use,
    var,
    when,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Node,
    Role,
    Rule,
    StrategyDefinition,
    Within,
)
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_strategy

LEVEL, SIZING = ComponentKind.LEVEL, ComponentKind.SIZING
CASH = use(SIZING, "share-of-cash")
BY_RISK = use(SIZING, "risk-per-stop")
STOP = use(LEVEL, "stop-percent", percent=5.0)
WHEN = "entry.rules[0].when.all[0]"
RSI, CLOSE = var("rsi"), var("close")

SOUND: dict[str, Callable[[], StrategyDefinition]] = {
    "prices with prices": lambda: asking(when("close", ">", "ema")),
    "a price that equals": lambda: asking(when("close", "==", "low")),
    "a price with the average of the position": lambda: managing(when("close", "<", "position-average")),
    "volume with the mean of volume": lambda: asking(when("volume", ">=", var("ema", source=var("volume")))),
    "a coarser unit": lambda: asking(when(replace(CLOSE, unit=CandleUnit.HOUR), ">", "ema")),
    "the unit itself": lambda: asking(when(replace(CLOSE, unit=CandleUnit.MINUTE), ">", "ema")),
    "months of minutes": lambda: asking(when(replace(CLOSE, unit=CandleUnit.MONTH), ">", "ema")),
    "the purse at an entry": lambda: asking(when("equity", ">", 5.0)),
    "risk with a stop of the part": lambda: strategy(
        part(entry(action=buy(BY_RISK)), levels=(use(LEVEL, "stop-percent"),))
    ),
    "risk with a stop of its own": lambda: buying(buy(BY_RISK, (STOP,))),
    "risk with a stop of the management": lambda: strategy(entry(action=buy(BY_RISK)), part(levels=(STOP,))),
    "risk with a trailing stop": lambda: buying(buy(BY_RISK, (use(LEVEL, "trailing-percent"),))),
    "an added buy under the stop of the entry": lambda: strategy(
        entry(action=buy(CASH, (STOP,))), Rule("add", Role.SCALE_IN, ALWAYS, buy(BY_RISK))
    ),
    "targets of the whole": lambda: buying(
        buy(CASH, tuple(use(LEVEL, "target-percent", percent=p, share=s) for p, s in ((1.0, 30.0), (2.0, 70.0))))
    ),
    "a block": lambda: strategy(block("ma-cross")),
    "a block that counts its rules": lambda: strategy(entry(), block("pyramiding")),
    "two blocks of one kind": lambda: strategy(entry(), block("pyramiding"), block("pyramiding")),
    "a group as a parameter": lambda: strategy(entry(), block("signal-exit", when=ALWAYS)),
    "a rule of another part": lambda: managing(when(var("position-times-fired", rule=("in",)), "<", 5.0)),
    "a strength that is a variable": lambda: strategy(entry(strength=var("volume"))),
    "twenty groups": lambda: strategy(entry(group=deep(20, when("close", ">", 1.0)))),
    # what can be, though it may not look so
    "a lower mean below zero": lambda: asking(when(replace(var("ema"), plus=-500.0), "<", 0.0)),
    "on its bound": lambda: asking(when("rsi", ">=", 100.0)),
    "between one value": lambda: asking(when("rsi", "between", 50.0, 50.0)),
    "once low, now high": lambda: asking(Within(5, when("rsi", "<", 20.0)), when("rsi", ">", 70.0)),
    "low a candle ago": lambda: asking(when(replace(RSI, ago=1), "<", 20.0), when("rsi", ">", 70.0)),
    "one of two": lambda: asking(any_of(when("rsi", "<", 20.0), when("rsi", ">", 70.0))),
    "unknown is not low": lambda: asking(none_of(when("rsi", "<", 50.0), when("rsi", ">=", 50.0))),
    "unknown a candle ago": lambda: asking(
        when("rsi", ">", 1.0), none_of(when(replace(RSI, ago=1), "<", 50.0), when(replace(RSI, ago=1), ">=", 50.0))
    ),
    "unknown two candles ago": lambda: asking(
        when("rsi", "crosses-above", 30.0),
        none_of(when(replace(RSI, ago=2), "<", 50.0), when(replace(RSI, ago=2), ">=", 50.0)),
    ),
    "a price that is computed, below zero": lambda: asking(when(var("line", of="low"), "<", 0.0)),
    "none of one that is never": lambda: asking(none_of(when("rsi", ">", 100.0))),
    "different variables": lambda: asking(when("rsi", "<", 20.0), when(var("rsi", period=5), ">", 70.0)),
    "different units": lambda: asking(when("close", "<", 20.0), when(replace(CLOSE, unit=CandleUnit.HOUR), ">", 70.0)),
    "fires as often": lambda: strategy(
        entry(),
        exit_rule("add", limits=limited(3)),
        exit_rule("end", all_of(when(var("position-times-fired", rule=("add",)), ">=", 3.0))),
    ),
    "fires without a limit": lambda: strategy(
        entry(), exit_rule("add"), exit_rule("end", all_of(when(var("position-times-fired", rule=("add",)), ">", 9.0)))
    ),
    "two rules together": lambda: strategy(
        entry(),
        exit_rule("add", limits=limited(2)),
        exit_rule("more", limits=limited(2)),
        exit_rule("end", all_of(when(var("position-times-fired", rule=("add", "more")), ">=", 3.0))),
    ),
    "a rule that is off may be impossible": lambda: strategy(
        entry(), exit_rule("off", all_of(when("rsi", ">", 100.0)), is_enabled=False)
    ),
    "too many orders to follow": lambda: asking(
        any_of(*(when(var("rsi", period=p), ">", 100.0) for p in range(2, 12))),
        *(when(var("line", of="high"), "outside", float(p), 20.0 + p) for p in range(1, 8)),
    ),
    "too many ways to look at": lambda: asking(
        *(any_of(*(when(var("rsi", period=p), ">", 100.0) for p in range(2, 9))) for _one in range(9))
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_right_has_no_problem_and_is_compiled(name: str) -> None:
    definition = SOUND[name]()

    assert problems_in(definition, toys()) == ()
    assert compile_strategy(definition, toys()).rules


NEVER: dict[str, tuple[Node, ...]] = {
    "below and above": (when("rsi", "<", 20.0), when("rsi", ">", 70.0)),
    "equal to two": (when("close", "==", 5.0), when("close", "==", 6.0)),
    "equal and not": (when("close", "==", 5.0), none_of(when("close", "==", 5.0))),
    "between and above": (when("close", "between", 5.0, 6.0), when("close", ">", 6.0)),
    "outside and between": (when("close", "outside", 5.0, 9.0), when("close", "between", 6.0, 8.0)),
    "about and far": (when("close", "about", 100.0, tolerance=1.0), when("close", ">", 102.0)),
    "an hour that is two": (when("time-of-day", "<", 540.0), when("time-of-day", ">=", 600.0)),
    "itself": (when("close", ">", "close"),),
    "crosses itself": (when("close", "crosses-above", "close"),),
    "a circle": (when("close", ">", "low"), when("low", ">", "ema"), when("ema", ">=", "close")),
    "crosses and is below": (when("close", "crosses-above", "ema"), when("close", "<=", "ema")),
    "crosses both ways": (when("close", "crosses-above", "ema"), when("close", "crosses-below", "ema")),
    "rises and falls": (when("close", "rising", candles=3), when("close", "falling", candles=1)),
    "rises, yet lower than before": (when("close", "rising", candles=2), when("close", "<", replace(CLOSE, ago=2))),
    "crosses a level it was above": (when("rsi", "crosses-above", 30.0), when(replace(RSI, ago=1), ">", 30.0)),
    "in nested groups": (
        any_of(when("rsi", "<", 20.0), all_of(when("rsi", "<", 10.0))),
        all_of(when("rsi", ">", 70.0)),
    ),
    "in none of": (when("rsi", ">", 70.0), none_of(when("rsi", ">", 50.0))),
    "in none of none": (none_of(none_of(when("rsi", "<", 20.0))), when("rsi", ">", 70.0)),
    "known a candle ago": (
        when("rsi", "crosses-above", 30.0),
        none_of(when(replace(RSI, ago=1), "<", 50.0), when(replace(RSI, ago=1), ">=", 50.0)),
    ),
    "none of all": (none_of(all_of(when("rsi", ">", 50.0), when("rsi", "<", 60.0))), when("rsi", "==", 55.0)),
    "each of any": (any_of(when("rsi", ">", 100.0), when("rsi", "<", 0.0)),),
    "inside within": (Within(9, all_of(when("rsi", "<", 20.0), when("rsi", ">", 70.0))),),
    "not within, yet now": (none_of(Within(9, when("rsi", ">", 50.0))), when("rsi", ">", 60.0)),
    "scaled beyond its bounds": (when(replace(RSI, times=0.5), ">", 50.0),),
    "on a coarser unit": (when(replace(RSI, unit=CandleUnit.HOUR), ">", 100.0),),
    "below zero of a price": (when("close", "<", 0.0),),
    "rises from its top": (when(replace(RSI, ago=1), ">=", 100.0), when("rsi", "rising", candles=1)),
}


@pytest.mark.parametrize("name", NEVER)
def test_a_rule_that_can_never_fire_is_refused(name: str) -> None:
    problems = problems_in(asking(*NEVER[name]), toys())

    assert problems
    assert {one.reason for one in problems} <= {"contradiction", "never-true"}
    for problem in problems:
        assert problem.place.startswith("entry.rules[0].when.all[")
        assert dict(problem.names)["rule"] == "in"


def test_a_contradiction_names_both_conditions_and_where_they_stand() -> None:
    (problem,) = problems_in(asking(when("rsi", "<", 20.0), ALWAYS, any_of(when("rsi", ">", 70.0))), toys())

    assert problem.place == "entry.rules[0].when.all[2].any[0]"
    assert problem.found == "rsi > 70"
    assert dict(problem.names) == {"rule": "in", "other": "rsi < 20", "other_place": "entry.rules[0].when.all[0]"}


def test_words_of_a_condition_tell_what_is_adapted() -> None:
    adapted = replace(var("ema", period=20, source=var("low")), times=1.5, plus=-2.0, unit=CandleUnit.HOUR, ago=3)

    (problem,) = problems_in(asking(when(adapted, ">", adapted)), toys())

    assert problem.found == "1.5×ema(20, low)-2@60m[-3] > 1.5×ema(20, low)-2@60m[-3]"


def test_each_way_in_which_it_cannot_hold_is_told_up_to_three() -> None:
    ways = [
        when("rsi", ">", 100.0),
        when("rsi", "<", 0.0),
        *(when(var("rsi", period=p), ">", 100.0) for p in (3, 4, 5)),
    ]

    problems = problems_in(asking(any_of(*ways)), toys())

    assert [one.place for one in problems] == [f"{WHEN}.any[{index}]" for index in range(3)]


def test_a_rule_that_is_off_never_fires() -> None:
    definition = strategy(
        entry(),
        exit_rule("add", is_enabled=False),
        exit_rule("end", all_of(when(var("position-times-fired", rule=("add",)), ">", 0.0))),
    )

    (problem,) = problems_in(definition, toys())

    assert (problem.reason, problem.allowed) == ("fires-less-often", "0")
    assert dict(problem.names) == {"rule": "end", "other_rule": "add"}


def test_a_block_that_never_fires_is_refused_where_it_is_used() -> None:
    group = all_of(when("rsi", "<", 20.0), when("rsi", ">", 70.0))

    (problem,) = problems_in(strategy(entry(), block("signal-exit", when=group)), toys())

    assert problem.place == "management[0]"
    assert problem.reason == "contradiction"
