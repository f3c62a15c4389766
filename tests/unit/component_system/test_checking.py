"""Each problem of a strategy: found, at its place, with what would be right, in both languages, beside all others."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from tests.fakes.toy_strategies import (
    ALWAYS,
    SELL,
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
    part,
    strategy,
    toys,
    use,
    var,
    when,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Group,
    GroupKind,
    Limits,
    ParameterValue,
    Part,
    Role,
    Rule,
    StrategyDefinition,
    StrategyProblem,
    Within,
)
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.strategy_problem_text import (
    CHECKED_REASONS,
    placed_sentence,
    problem_sentence,
    strategy_sentences,
)

LEVEL, SIZING, STYLE = ComponentKind.LEVEL, ComponentKind.SIZING, ComponentKind.STYLE
CASH = use(SIZING, "share-of-cash")
BY_RISK = use(SIZING, "risk-per-stop")
STOP = use(LEVEL, "stop-percent", percent=5.0)


def using(**parameters: ParameterValue) -> StrategyDefinition:
    must = {"must": var("close")} | parameters
    return asking(when(var("everything", **must), ">", 1.0))


@dataclass(frozen=True)
class Case:
    reason: str
    definition: StrategyDefinition
    place: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""


WHEN = "entry.rules[0].when.all[0]"
RSI, CLOSE = var("rsi"), var("close")
HELD = when("close", ">", 1.0)
CASES = [
    # components
    Case("unknown-component", asking(when("closse", ">", 1.0)), f"{WHEN}.left.variable", "closse", "", "close"),
    Case("unknown-component", asking(when("close", "crosses", 1.0)), f"{WHEN}.operator", "crosses"),
    Case("unknown-component", buying(use(ComponentKind.ACTION, "bye")), "entry.rules[0].action.action", "bye"),
    Case("unknown-component", buying(buy(use(SIZING, "all"))), "entry.rules[0].action.size.sizing", "all"),
    Case("unknown-component", strategy(block("ma-crosss")), "entry.block", "ma-crosss", "", "ma-cross"),
    Case(
        "unknown-component",
        strategy(entry(), risk=(use(ComponentKind.RISK_RULE, "max-position"),)),
        "risk[0].risk", "max-position", "", "max-positions",
    ),
    Case("unknown-component", strategy(part(entry(), levels=(use(LEVEL, "stop"),))), "entry.levels[0].level", "stop"),
    Case(
        "unknown-parameter",
        asking(when(var("rsi", periods=14), ">", 1.0)),
        f"{WHEN}.left.periods", "periods", "period", "period",
    ),
    Case("parameter-missing", asking(when("everything", ">", 1.0)), f"{WHEN}.left.must", "must"),
    Case("parameter-missing", strategy(entry(), block("signal-exit")), "management[0].when", "when"),
    Case("out-of-bounds", asking(when(var("rsi", period=1), ">", 1.0)), f"{WHEN}.left.period", "1", "2…200", "2"),
    Case("out-of-bounds", asking(when(replace(CLOSE, ago=-1), ">", 1.0)), f"{WHEN}.left.ago", "-1", "0…1000", "0"),
    Case("out-of-bounds", asking(when(replace(CLOSE, ago=1001), ">", 1.0)), f"{WHEN}.left.ago", "1001"),
    Case("out-of-bounds", asking(when("rsi", ">", 150.0)), f"{WHEN}.right", "150", "0…100", "100"),
    Case("out-of-bounds", asking(when("rsi", "between", -5.0, 50.0)), f"{WHEN}.right[0]", "-5", "0…100", "0"),
    Case("out-of-bounds", asking(when(replace(RSI, times=2.0), ">", 201.0)), f"{WHEN}.right", "201", "0…200", "200"),
    Case("out-of-bounds", asking(when(replace(RSI, times=-1.0), ">", 1.0)), f"{WHEN}.right", "1", "-100…0", "0"),
    Case("out-of-bounds", asking(when("time-of-day", ">", 1440.0)), f"{WHEN}.right", "1440", "0…1439", "1439"),
    Case("out-of-bounds", asking(when("close", "about", 5.0, tolerance=-1.0)), f"{WHEN}.tolerance", "-1"),
    Case("out-of-bounds", asking(when("close", "rising", candles=0)), f"{WHEN}.candles", "0", "1…500", "1"),
    Case("out-of-bounds", asking(Within(0, when("close", ">", 1.0))), f"{WHEN}.within", "0", "1…500", "1"),
    Case(
        "out-of-bounds",
        strategy(entry(limits=limited(0))),
        "entry.rules[0].limits.times_per_position", "0", "1…10000", "1",
    ),
    Case("out-of-bounds", strategy(entry(limits=Limits(cooldown=-1))), "entry.rules[0].limits.cooldown", "-1"),
    Case(
        "out-of-bounds", strategy(entry(limits=Limits(times_per_day=0))), "entry.rules[0].limits.times_per_day", "0"
    ),
    Case("not-finite", asking(when("close", ">", float("inf"))), f"{WHEN}.right", "inf"),
    Case("not-finite", asking(when(replace(CLOSE, plus=float("nan")), ">", 1.0)), f"{WHEN}.left.plus", "nan"),
    Case("not-finite", strategy(entry(strength=float("nan"))), "entry.rules[0].strength", "nan"),
    Case(
        "not-a-whole-number",
        asking(when(var("rsi", period=14.6), ">", 1.0)),
        f"{WHEN}.left.period", "14.6", "2…200", "15",
    ),
    Case("not-a-whole-number", asking(when(var("rsi", period=True), ">", 1.0)), f"{WHEN}.left.period", "true"),
    Case(
        "not-a-number", buying(buy(use(SIZING, "share-of-cash", percent="all"))),
        "entry.rules[0].action.size.percent", "all",
    ),
    Case("not-a-number", using(steps=(1.0, True)), f"{WHEN}.left.steps[1]", "true"),
    Case("not-a-list", using(steps=1.0), f"{WHEN}.left.steps", "1", "[…]"),
    Case("not-a-list", managing(when(var("position-times-fired", rule="in"), ">", 0.0)), "…rule", "in"),
    Case("not-a-list", buying(use(ComponentKind.ACTION, "buy", levels=3)), "entry.rules[0].action.levels", "3"),
    Case("wrong-length", using(steps=()), f"{WHEN}.left.steps", "0", "1…50"),
    Case("not-a-switch", using(is_on=1), f"{WHEN}.left.is_on", "1", "true, false"),
    Case("not-a-choice", asking(when(var("line", of="closed"), ">", 1.0)), f"{WHEN}.left.of", "closed", "", "close"),
    Case("not-a-text", using(note=5), f"{WHEN}.left.note", "5"),
    Case("too-long", using(note="가" * 501), f"{WHEN}.left.note"),
    Case("not-a-duration", using(span="one day"), f"{WHEN}.left.span", "one day", "30s, 5m, 4h, 7d"),
    Case("not-a-variable", asking(when(var("ema", source=5), ">", 1.0)), f"{WHEN}.left.source", "5"),
    Case(
        "not-a-text", managing(when(var("position-times-fired", rule=(1.0,)), ">", 0.0)),
        "management[0].rules[0].when.all[0].left.rule[0]", "1",
    ),
    Case("not-a-sizing", buying(use(ComponentKind.ACTION, "buy", size=95)), "entry.rules[0].action.size", "95"),
    Case("not-a-style", buying(use(ComponentKind.ACTION, "buy", size=CASH, style="market")), "…style", "market"),
    Case("not-a-level", buying(use(ComponentKind.ACTION, "buy", levels=(5.0,))), "…levels[0]", "5"),
    Case("not-a-group", strategy(entry(), block("signal-exit", when="dead-cross")), "management[0].when", "dead-cross"),
    Case(
        "wrong-group", asking(when(var("ema", source=RSI), ">", 1.0)), f"{WHEN}.left.source",
        "rsi", "price, volume", "ema",
    ),
    Case(
        "state-not-allowed",
        asking(when(var("ema", source=var("position-average")), ">", 1.0)),
        f"{WHEN}.left.source", "position-average",
    ),
    Case("state-not-allowed", strategy(entry(strength=var("equity"))), "entry.rules[0].strength", "equity"),
    Case(
        "adapted-source", asking(when(var("ema", source=replace(CLOSE, ago=1)), ">", 1.0)),
        f"{WHEN}.left.source", "close",
    ),
    Case(
        "state-has-no-history", managing(when(replace(var("position-profit"), ago=1), ">", 1.0)),
        "management[0].rules[0].when.all[0].left.ago", "position-profit",
    ),
    Case(
        "state-has-no-history", managing(when(replace(var("equity"), unit=CandleUnit.HOUR), ">", 1.0)),
        "management[0].rules[0].when.all[0].left.unit", "equity",
    ),
    Case(
        "unit-not-coarser", asking(when(replace(CLOSE, unit=CandleUnit.SECOND), ">", 1.0)),
        f"{WHEN}.left.unit", "1s",
    ),
    Case("times-zero", asking(when(replace(CLOSE, times=0.0), ">", 1.0)), f"{WHEN}.left.times", "0", "", "1"),
    # conditions
    Case("group-empty", strategy(entry(group=all_of())), "entry.rules[0].when.all", "all"),
    Case("group-empty", asking(any_of()), f"{WHEN}.any", "any"),
    Case("too-deep", strategy(entry(group=deep(21, HELD))), "entry.rules[0].when" + ".all[0]" * 20 + ".all"),
    Case("operand-count", asking(when("close", ">")), f"{WHEN}.right", "0", "1"),
    Case("operand-count", asking(when("close", "between", 1.0)), f"{WHEN}.right", "1", "2"),
    Case("operand-count", asking(when("close", "rising", 5.0)), f"{WHEN}.right", "1", "0"),
    Case("not-comparable", asking(when("rsi", "<", "close")), f"{WHEN}.right", "close", "0…100", "ema"),
    Case("not-comparable", asking(when("close", "between", 1.0, "volume")), f"{WHEN}.right[1]", "volume"),
    Case("bounds-crossed", asking(when("rsi", "between", 70.0, 30.0)), f"{WHEN}.right", "70, 30", "", "30, 70"),
    Case(
        "state-has-no-past", managing(when("position-profit", "rising", candles=2)),
        "management[0].rules[0].when.all[0].left", "position-profit",
    ),
    Case(
        "state-has-no-past", managing(when("close", "crosses-above", "position-average")),
        "management[0].rules[0].when.all[0].right", "position-average",
    ),
    Case(
        "state-has-no-past", managing(Within(5, any_of(when("position-profit", ">", 5.0)))),
        "management[0].rules[0].when.all[0].of.any[0].left", "position-profit",
    ),
    Case("no-position-yet", asking(when("position-profit", ">", 5.0)), f"{WHEN}.left", "position-profit"),
    Case("no-position-yet", asking(when("close", ">", "position-average")), f"{WHEN}.right", "position-average"),
    # rules
    Case("no-entry-rule", strategy(part()), "entry.rules"),
    Case("no-entry-rule", strategy(entry(is_enabled=False)), "entry.rules"),
    Case("too-many-parts", strategy(entry(), *(part(exit_rule(f"r{n}")) for n in range(6))), "management", "6", "0…5"),
    Case("part-empty", strategy(entry(), part()), "management[0]"),
    Case("block-in-wrong-part", strategy(entry(), block("ma-cross")), "management[0].block", "ma-cross"),
    Case("block-in-wrong-part", strategy(block("trailing-stop")), "entry.block", "trailing-stop"),
    Case("role-not-in-part", strategy(part(entry(), exit_rule())), "entry.rules[1].role", "exit", "entry"),
    Case("role-not-in-part", strategy(entry(), entry("again")), "management[0].rules[0].role", "entry"),
    Case("action-not-for-role", strategy(entry(action=SELL)), "entry.rules[0].action.action", "sell", "buy", "buy"),
    Case("action-not-for-role", strategy(entry(), exit_rule(action=buy())), "…action.action", "buy", "sell", "sell"),
    Case("rule-id-repeated", strategy(entry("a"), exit_rule("a")), "management[0].rules[0].id", "a"),
    Case(
        "unknown-rule", managing(when(var("position-times-fired", rule=("inn",)), ">", 0.0)),
        "management[0].rules[0].when.all[0].left.rule[0]", "inn", "in, out", "in",
    ),
    Case(
        "unknown-rule",
        strategy(entry(), Rule("m", Role.MANAGE, ALWAYS, use(ComponentKind.ACTION, "switch-rules", rules=("x",)))),
        "management[0].rules[0].action.rules[0]", "x",
    ),
    Case("strength-of-no-entry", strategy(entry(), exit_rule(strength=2.0)), "management[0].rules[0].strength", "2"),
    Case("stop-missing", buying(buy(BY_RISK)), "entry.rules[0].action.size", "risk-per-stop", "", "stop-distance"),
    Case(
        "stop-missing", buying(buy(BY_RISK, (use(LEVEL, "break-even"),))), "entry.rules[0].action.size",
        "risk-per-stop",
    ),
    Case(
        "stop-missing", buying(buy(BY_RISK, (use(LEVEL, "trailing-percent", activation=5.0),))),
        "entry.rules[0].action.size", "risk-per-stop",
    ),
    Case(
        "targets-over-whole",
        strategy(
            entry(action=buy(CASH, (use(LEVEL, "target-percent", percent=5.0, share=60.0),))),
            part(levels=(use(LEVEL, "target-percent", percent=9.0, share=50.0),)),
        ),
        "entry.rules[0].action.levels", "110", "100",
    ),
    # what can never be
    Case("contradiction", asking(when("rsi", "<", 20.0), when("rsi", ">", 70.0)), "entry.rules[0].when.all[1]"),
    Case("never-true", asking(when("rsi", ">", 100.0)), WHEN, "rsi > 100", "100"),
    Case(
        "fires-less-often",
        strategy(
            entry(), exit_rule("add", limits=limited(2)),
            exit_rule("end", all_of(when(var("position-times-fired", rule=("add",)), ">=", 3.0))),
        ),
        "management[1].rules[0].when.all[0]", "position-times-fired(add) >= 3", "2",
    ),
]  # fmt: skip


def named(case: Case) -> str:
    return f"{case.reason} {case.found}".strip()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_problem_is_found_with_its_place_and_what_would_be_right(case: Case) -> None:
    problems = [one for one in problems_in(case.definition, toys()) if one.reason == case.reason]

    assert len(problems) == 1, problems
    problem = problems[0]
    assert problem.place == case.place or problem.place.endswith(case.place.removeprefix("…"))
    assert problem.found.startswith(case.found)
    assert not case.allowed or problem.allowed == case.allowed
    assert not case.nearest or problem.nearest == case.nearest


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_problem_has_a_sentence_in_both_languages(case: Case) -> None:
    for problem in problems_in(case.definition, toys()):
        said = problem_sentence(problem)
        for words in (said.ko, said.en):
            assert words
            assert not re.search(r"[{}]|을\(를\)", words), words
            assert words.rstrip().endswith((".", "?", ")")), words
        assert said.en[0].islower() or not said.en[0].isalpha() or said.en.startswith("JSON")
        assert placed_sentence(problem).ko.startswith(f"‘{problem.place}’: ")


def test_every_reason_was_produced() -> None:
    assert {case.reason for case in CASES} == CHECKED_REASONS


def test_the_example_of_the_brief_is_said_as_it_should_be() -> None:
    (problem,) = problems_in(asking(when("rsi", "<", "close")), toys())

    assert problem_sentence(problem).en == (
        "“rsi” is of the group 0–100 oscillator and “close” of the group price, so they cannot be compared. "
        "Did you mean “ema”? “rsi” compares with a number from 0…100."
    )


@pytest.mark.parametrize(
    ("left", "right", "meant"),
    [
        ("rsi", "close", "ema"),
        ("close", "rsi", "ema"),
        ("ema", "rsi", "close"),
        ("volume", "ema", "close"),
        ("rsi", "volume", ""),
        ("atr", "rsi", ""),
    ],
)
def test_what_was_meant_compares_with_one_of_both_and_is_neither(left: str, right: str, meant: str) -> None:
    (problem,) = problems_in(asking(when(left, "<", right)), toys())

    assert problem.nearest == meant


@pytest.mark.claims("error:InvalidStrategy")
def test_all_problems_are_told_at_once() -> None:
    group = all_of(when("rsi", "<", "close"), when(var("rsi", period=1), ">", 500.0))
    definition = strategy(entry(group=group, action=buy(BY_RISK)), exit_rule(strength=2.0))

    with pytest.raises(InvalidStrategy) as caught:
        compile_strategy(definition, toys())

    assert [one.reason for one in caught.value.problems] == [
        "not-comparable",
        "out-of-bounds",
        "strength-of-no-entry",
        "stop-missing",
    ]
    title, mend = strategy_sentences(caught.value.problems)
    assert title.en == "The strategy has something to correct."
    assert mend.en.count("“entry.rules[0]") == 3


def test_a_stop_that_is_wrong_itself_is_not_told_to_be_missing() -> None:
    wrong = use(LEVEL, "stop-percent", percent=500.0)
    adding = Rule("add", Role.SCALE_IN, ALWAYS, buy(BY_RISK))

    for definition in (
        strategy(part(entry(action=buy(BY_RISK)), levels=(wrong,))),
        strategy(entry(action=buy(levels=(wrong,))), adding),
    ):
        assert [one.reason for one in problems_in(definition, toys())] == ["out-of-bounds"]


def test_of_many_problems_a_message_tells_the_first_and_counts_the_rest() -> None:
    _title, mend = strategy_sentences([StrategyProblem("entry.rules", "no-entry-rule")] * 23)

    assert mend.en.count("no enabled entry rule") == 20
    assert mend.en.endswith("There are 3 more.")


def test_a_problem_of_the_whole_has_no_place_in_front() -> None:
    assert placed_sentence(StrategyProblem("", "no-entry-rule")).en == "There is no enabled entry rule."


def test_what_is_wrong_inside_a_block_stands_where_the_block_is_used() -> None:
    """Its parameters are right one by one, and compare what cannot be compared together."""
    group = all_of(when("rsi", "<", "close"), when("rsi", "<", 20.0))
    (problem,) = problems_in(strategy(entry(), block("signal-exit", when=group)), toys())

    assert problem.place.startswith("management[0]")
    assert problem.reason == "not-comparable"


def test_a_part_with_only_levels_is_one() -> None:
    assert problems_in(strategy(entry(), Part(levels=(STOP,))), toys()) == ()


def test_within_counts_as_a_depth() -> None:
    inner = Within(2, when("close", ">", 1.0))

    assert problems_in(strategy(entry(group=deep(19, inner))), toys()) == ()
    (problem,) = problems_in(strategy(entry(group=deep(20, inner))), toys())
    assert problem.reason == "too-deep"


def test_groups_of_every_kind_are_looked_into() -> None:
    for kind in GroupKind:
        problems = problems_in(strategy(entry(group=Group(kind, (when("closse", ">", 1.0),)))), toys())

        assert [one.place for one in problems] == [f"entry.rules[0].when.{kind.value}[0].left.variable"]
