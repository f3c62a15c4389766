"""Definitions become plans: columns that are shared, blocks with ids of their own, what is needed before a start."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from tests.fakes.toy_strategies import (
    ALWAYS,
    all_of,
    any_of,
    block,
    buy,
    entry,
    exit_rule,
    frame,
    limited,
    none_of,
    part,
    strategy,
    toys,
    use,
    var,
    view_of,
    when,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy, InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    ConflictPolicy,
    Group,
    GroupKind,
    Part,
    Role,
    Rule,
    Within,
)
from upbit_auto_trading.business_logic.ports import strategy as port
from upbit_auto_trading.business_logic.ports.strategy import Buy, MarketTest, Sell, StateTest, StrategyPlan, SwitchRules
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.compiler import compile_explained, compile_group, compile_strategy
from upbit_auto_trading.component_system.condition_tests import leaves_of
from upbit_auto_trading.component_system.declaration import conditions, levels, rules, variable, variable_use
from upbit_auto_trading.component_system.expanding import expanded
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_problem_text import problem_sentence
from upbit_auto_trading.utils.bilingual_text import Text

LEVEL, ACTION, SIZING = ComponentKind.LEVEL, ComponentKind.ACTION, ComponentKind.SIZING


def compiled(*parts: Part | Rule) -> StrategyPlan:
    return compile_strategy(strategy(*parts), toys())


def made_test(group: Group) -> port.Test:
    return compile_group(group, toys(), CandleUnit.MINUTE).test


def test_a_strategy_becomes_its_plan() -> None:
    group = all_of(when("close", "crosses-above", var("ema", period=5)), when("rsi", "between", 50.0, 70.0))
    definition = strategy(
        part(entry(group=group, action=buy(levels=(use(LEVEL, "stop-percent", percent=5.0),)))),
        part(
            exit_rule(limits=limited(2)), exit_rule("off", is_enabled=False), levels=(use(LEVEL, "trailing-percent"),)
        ),
        policy=ConflictPolicy.MERGE,
        markets=(Market("upbit", "KRW-BTC"),),
        risk=(use(ComponentKind.RISK_RULE, "max-positions", count=3),),
    )

    plan = compile_strategy(definition, toys())

    assert (plan.name, plan.unit, plan.policy) == (definition.name, CandleUnit.MINUTE, ConflictPolicy.MERGE)
    assert plan.markets == definition.markets
    assert [one.id for one in plan.rules] == ["in", "out"], "what is off is left out"
    opening = plan.entry.rules[0]
    assert isinstance(opening.action, Buy)
    assert opening.action.levels[0].percent == 5.0
    assert opening.action.sizing.key.startswith("share-of-cash")
    assert isinstance(plan.management[0].rules[0].action, Sell)
    assert plan.management[0].rules[0].limits == limited(2)
    assert plan.management[0].levels[0].kind.value == "trailing"
    assert [one.id for one in plan.risk] == ["max-positions"]
    assert [one.key for one in plan.variables] == ["close", "ema(period=5,source=close)", "rsi(period=14)"]


def test_a_group_of_candles_is_one_column_that_equal_groups_share() -> None:
    first = all_of(when("close", ">", 1.0), any_of(when("rsi", "<", 30.0), when("rsi", ">", 70.0)))
    again = all_of(any_of(when("rsi", ">", 70.0), when("rsi", "<", 30.0)), all_of(when("close", ">", 1)))
    plan = compiled(part(entry("a", first), entry("b", again)))

    first_test, second_test = (one.when for one in plan.entry.rules)

    assert isinstance(first_test, MarketTest)
    assert isinstance(second_test, MarketTest)
    assert first_test.key == second_test.key
    columns = frame([2.0], volume=[10.0])
    assert columns.truth(first_test) is columns.truth(second_test)


def test_numbers_that_differ_are_other_columns() -> None:
    keys = {
        test.key for value in (1.0, 2.0) if isinstance(test := made_test(all_of(when("close", ">", value))), MarketTest)
    }

    assert len(keys) == 2


def test_states_keep_their_place_and_candles_beside_them_are_one() -> None:
    group = all_of(when("close", ">", 1.0), when("position-profit", ">", 5.0), when("rsi", ">", 70.0))

    test = made_test(group)

    assert isinstance(test, port.TestGroup)
    market, state = test.members
    assert isinstance(market, MarketTest)
    assert market.key == "all[>[close;1.0]&>[rsi(period=14);70.0]]"
    assert isinstance(state, StateTest)
    assert state.can_be_searched


def test_none_of_both_kinds_takes_any_of_the_candles_together() -> None:
    group = none_of(when("close", ">", 1.0), when("position-profit", ">", 5.0), when("rsi", ">", 70.0))

    test = made_test(group)

    assert isinstance(test, port.TestGroup)
    market = test.members[0]
    assert isinstance(market, MarketTest)
    assert market.key.startswith("any[")


def test_states_alone_are_their_group() -> None:
    inner = any_of(when("position-profit", ">", 5.0), when("position-profit", "<", -5.0))

    test = made_test(any_of(inner, when("equity", ">", 1.0)))

    assert isinstance(test, port.TestGroup)
    assert [type(one) for one in test.members] == [StateTest] * 3, "any of any is any"


def test_a_state_that_other_markets_change_is_stepped_through() -> None:
    for condition in (when("equity", ">", 1.0), when("position-average", "<", "equity")):
        test = made_test(all_of(condition))

        assert isinstance(test, StateTest)
        assert not test.can_be_searched


def test_a_state_compared_with_candles_reads_both() -> None:
    columns = frame([1.0, 2.0, 3.0])
    leaf = made_test(all_of(when("close", ">", replace(var("position-average"), times=2.0))))
    assert isinstance(leaf, StateTest)

    assert leaf.holds(view_of(columns, 2, average=1.0)) is True
    assert leaf.holds(view_of(columns, 1, average=1.0)) is False
    assert leaf.holds(view_of(columns, 2)) is False, "no position, no average"


@pytest.mark.parametrize(
    ("group", "needs"),
    [
        (all_of(when("close", ">", 1.0)), 1),
        (all_of(when(var("ema", period=20), ">", 1.0)), 20),
        (all_of(when(var("ema", period=20), "crosses-above", var("ema", period=60))), 61),
        (all_of(when(var("ema", period=20), "rising", candles=3)), 23),
        (all_of(Within(5, when(var("ema", period=20), "crosses-above", 1.0))), 25),
        (all_of(when(replace(var("ema", period=20), ago=4), ">", 1.0)), 24),
        (all_of(when(replace(var("close"), unit=CandleUnit.HOUR), ">", 1.0)), 120),
        (any_of(when("close", ">", 1.0), none_of(when(var("ema", period=7), ">", 1.0))), 7),
    ],
)
def test_a_plan_needs_what_its_conditions_need(group: Group, needs: int) -> None:
    plan = compiled(entry(group=group))

    assert (plan.needs, plan.window) == (needs, needs)


def test_a_plan_needs_what_its_strength_levels_and_moved_stops_need() -> None:
    assert compiled(entry(strength=var("ema", period=40))).needs == 40
    price = use(LEVEL, "stop-price", price=replace(var("ema", period=30), ago=2))
    assert compiled(entry(action=buy(levels=(price,)))).needs == 32
    assert compiled(part(entry(), levels=(price,))).needs == 32
    moved = use(ACTION, "move-stop", to="price", price=var("ema", period=25))
    assert compiled(entry(), Rule("m", Role.MANAGE, ALWAYS, moved)).needs == 25


def test_a_condition_on_the_position_needs_what_it_is_compared_with() -> None:
    group = all_of(when("position-average", ">", var("ema", period=33)))

    plan = compiled(entry(), exit_rule(group=group))

    assert plan.needs == 33
    assert "ema(period=33,source=close)" in [one.key for one in plan.variables]


def test_blocks_are_written_out_with_ids_of_their_own() -> None:
    plan = compiled(block("ma-cross"), block("pyramiding"), block("pyramiding"))

    assert [one.id for one in plan.rules] == [
        "e.golden-cross", "m1.add", "m1.break-even", "m2.add", "m2.break-even",
    ]  # fmt: skip
    assert plan.entry.name.en
    again = compiled(block("ma-cross"), block("pyramiding"), block("pyramiding"))
    assert again == plan or [one.id for one in again.rules] == [one.id for one in plan.rules]


def test_a_name_that_was_written_stays() -> None:
    named = replace(block("ma-cross"), name=Text("내 교차", "My cross"))

    assert compiled(named).entry.name == Text("내 교차", "My cross")


class Trap(BlockComponent, id="trap", title=Text("덫", "Trap")):
    """Rules that speak of one another, and of one outside."""

    part_kind = PartKind.MANAGEMENT
    when = conditions(Text("조건", "When"))
    watched = variable("close", Text("변수", "Variable"))
    outside = rules(Text("규칙", "Rules"))
    guards = levels(Text("손절", "Stops"))

    def part(self) -> Part:
        fired = variable_use("position-times-fired", rule=("first", *self.outside))
        count = when(fired, "<", fired)
        switch = use(ACTION, "switch-rules", rules=("second", *self.outside))
        group = all_of(none_of(when(fired, ">", 9.0)), Within(2, when(self.watched, ">", 1.0)), self.when)
        return Part(
            Text("덫", "Trap"),
            (
                Rule("first", Role.MANAGE, group, switch),
                Rule("second", Role.SCALE_IN, all_of(any_of(when(fired, ">=", 1.0), count)), buy(levels=self.guards)),
            ),
            (use(LEVEL, "stop-percent", percent=3.0),),
        )


def trap() -> Registry:
    return toys().having([Trap])


def test_what_refers_to_rules_of_a_block_follows_them() -> None:
    trapped = block(
        "trap",
        when=all_of(when("rsi", ">", 5.0)),
        outside=("in",),
        watched=replace(var("low"), ago=2),
        guards=(use(LEVEL, "stop-percent", percent=7.0),),
    )

    made = compile_explained(strategy(entry(), trapped), trap())

    first, second = made.plan.management[0].rules
    assert first.action == SwitchRules(("m1.second", "in"))
    assert [one.id for one in (first, second)] == ["m1.first", "m1.second"]
    assert made.plan.management[0].levels[0].percent == 3.0
    assert isinstance(second.action, Buy)
    assert second.action.levels[0].percent == 7.0
    (state,) = [one for one in leaves_of(first.when) if isinstance(one, StateTest)]
    columns = frame([5.0] * 4, volume=[50.0] * 4)
    assert state.holds(view_of(columns, 3, fired={"m1.first": 5, "in": 5}))
    assert not state.holds(view_of(columns, 3, fired={"first": 50}))
    assert "low[-2]" in [one.key for one in made.plan.variables], "what adapts a parameter of a block stays"
    assert expanded(made.definition, trap()) == made.definition


def test_a_block_cannot_speak_of_a_rule_that_is_nowhere() -> None:
    with pytest.raises(InvalidStrategy) as caught:
        compile_strategy(strategy(entry(), block("trap", when=ALWAYS, outside=("inn",))), trap())

    assert {one.reason for one in caught.value.problems} == {"unknown-rule"}
    assert {one.place for one in caught.value.problems} == {"management[0]"}


def test_what_does_not_go_together_inside_a_block_is_told_where_it_is_used() -> None:
    turned = replace(var("rsi"), times=-1.0)  # from -100 to 0, and the block compares it with 1

    with pytest.raises(InvalidStrategy) as caught:
        compile_strategy(strategy(entry(), block("trap", when=ALWAYS, outside=("in",), watched=turned)), trap())

    (problem,) = caught.value.problems
    assert (problem.place, problem.reason) == ("management[0]", "out-of-bounds")
    assert dict(problem.names)["inside"] == "rules[0].when.all[1].of.right"
    assert "inside the block, at rules[0].when.all[1].of.right" in problem_sentence(problem).en


def test_a_position_has_no_past_even_unchecked() -> None:
    with pytest.raises(InvariantBroken):
        made_test(all_of(Within(3, when("position-profit", ">", 1.0))))


def test_explanations_know_every_rule_that_is_on() -> None:
    made = compile_explained(strategy(entry(), part(exit_rule("a"), exit_rule("b", is_enabled=False))), toys())

    assert set(made.rules) == {"in", "a"}
    assert all(rule.plan is plan for rule, plan in zip(made.rules.values(), made.plan.rules, strict=True))


def test_a_plan_crosses_to_another_process() -> None:
    group = all_of(Within(3, when("close", ">", 1.0)), when("rsi", "<", 90.0))
    plan = compiled(entry(group=group), exit_rule(group=all_of(when("position-profit", ">", 1.0))))

    again = pickle.loads(pickle.dumps(plan))

    columns = frame([1.0, 2.0, 1.0], volume=[1.0] * 3)
    assert again.entry.rules[0].when.compute(columns).tolist() == [False, True, True]
    assert isinstance(again, StrategyPlan)


def test_an_empty_group_of_all_holds_and_of_any_does_not() -> None:
    """Checked ones hold a member; what is unchecked means what logic says."""
    columns = frame([1.0])
    for kind, expected in ((GroupKind.ALL, True), (GroupKind.ANY, False), (GroupKind.NONE, True)):
        test = made_test(Group(kind))
        assert isinstance(test, MarketTest)
        assert columns.truth(test).tolist() == [expected]
