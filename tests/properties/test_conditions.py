"""Conditions as columns, at a state, in explanations and in what is refused say the same as candle by candle."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.random_conditions import Reading, means, random_frame, random_group, read_market
from tests.fakes.toy_strategies import toys, view_of
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.explanation import Outcome, SeenCondition, SeenNode, SeenWithin
from upbit_auto_trading.business_logic.domain.strategy_definition import Group, GroupKind, Node, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import Bools, MarketTest, StateTest, StateView, Test
from upbit_auto_trading.business_logic.ports.strategy import TestGroup as MixedGroup
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking_never import NeverHolds
from upbit_auto_trading.component_system.compiler import (
    ExplainedCondition,
    ExplainedGroup,
    ExplainedTest,
    ExplainedWithin,
    compile_group,
)
from upbit_auto_trading.component_system.explaining import explain_test
from upbit_auto_trading.component_system.explanation_text import node_lines

SEEDS = st.integers(0, 2**32 - 1)
MINUTE = CandleUnit.MINUTE
AVERAGE = 3.0


def compiled(group: Group) -> ExplainedTest:
    return compile_group(group, toys(), MINUTE)


def truth_of(test: Test, columns: Frame) -> Bools:
    assert isinstance(test, MarketTest), "candles alone decide, so it is one column"
    return columns.truth(test)


def at_state(test: Test, view: StateView) -> bool:
    """At one candle, as an engine that steps asks."""
    assert isinstance(view.row, int)
    if isinstance(test, MarketTest):
        return bool(view.columns.truth(test)[view.row])
    if isinstance(test, StateTest):
        return bool(test.holds(view))
    answers = [at_state(one, view) for one in test.members]
    return {GroupKind.ALL: all(answers), GroupKind.ANY: any(answers), GroupKind.NONE: not any(answers)}[test.kind]


def over_states(test: Test, view: StateView) -> Bools:
    """Over many candles, as an engine that searches asks."""
    if isinstance(test, MarketTest):
        return view.columns.truth(test)[view.row]
    if isinstance(test, StateTest):
        found = test.holds(view)
        assert isinstance(found, np.ndarray)
        assert len(found) == len(np.asarray(view.close)), "a truth for each candle"
        return found
    answers = [over_states(one, view) for one in test.members]
    combine = np.logical_and if test.kind is GroupKind.ALL else np.logical_or
    joined: Bools = combine.reduce(answers)
    return np.logical_not(joined) if test.kind is GroupKind.NONE else joined


@given(SEEDS, st.integers(1, 40))
def test_a_column_of_truth_is_what_each_candle_means(seed: int, candles: int) -> None:
    random = Random(seed)
    columns, group = random_frame(random, candles), random_group(random, 3)

    truth = truth_of(compiled(group).test, columns)

    read = read_market(columns)
    assert truth.tolist() == [means(group, row, read) for row in range(candles)]


@given(SEEDS, st.integers(2, 25))
def test_states_say_the_same_for_one_candle_and_for_many(seed: int, candles: int) -> None:
    random = Random(seed)
    columns, group = random_frame(random, candles), random_group(random, 3, states=0.5)
    begin, average = random.randrange(candles), random.choice([AVERAGE, math.nan])
    test = compiled(group).test
    held = np.arange(1, candles - begin + 1)
    many = view_of(columns, slice(begin, candles), average=average, candles_held=held)

    each = []
    for row in range(begin, candles):
        view = view_of(columns, row, average=average, candles_held=int(held[row - begin]))
        each.append(at_state(test, view))
        assert each[-1] == means(group, row, read_at(columns, view))

    assert over_states(test, many).tolist() == each


def read_at(columns: Frame, view: StateView) -> Reading:
    market = read_market(columns)

    def value(use: Use, row: int) -> float:
        of_state = {
            "position-profit": (view.close / view.average - 1) * 100,
            "position-candles": view.candles_held,
            "position-average": view.average,
        }
        found = of_state.get(use.id)
        return market(use, row) if found is None else float(found) * use.times + use.plus

    return value


@given(SEEDS, st.integers(1, 25))
def test_an_explanation_says_held_exactly_where_it_held(seed: int, candles: int) -> None:
    random = Random(seed)
    columns, group = random_frame(random, candles), random_group(random, 3, states=0.2)
    test, row = compiled(group), random.randrange(candles)
    view = view_of(columns, row, average=AVERAGE, candles_held=2)

    seen = explain_test(test, view)

    _agrees(test, seen, view)
    for line in node_lines(seen):
        for words in (line.ko, line.en):
            assert "{" not in words
            assert "e+" not in words
            assert "e-" not in words


def _agrees(test: ExplainedTest, seen: SeenNode, view: StateView) -> None:
    assert (seen.outcome is Outcome.HELD) == at_state(test.test, view)
    if isinstance(test, ExplainedGroup):
        assert not isinstance(seen, SeenCondition | SeenWithin)
        for member, part in zip(test.members, seen.members, strict=True):
            _agrees(member, part, view)
    elif isinstance(test, ExplainedWithin):
        assert isinstance(seen, SeenWithin)
        assert isinstance(view.row, int)
        assert isinstance(view.columns, Frame)
        _agrees(test.member, seen.member, view_of(view.columns, view.row - (seen.ago or 0)))
    else:
        assert isinstance(test, ExplainedCondition)
        assert isinstance(seen, SeenCondition)
        values = [seen.left.value, *(one.value for one in seen.right)]
        if any(math.isnan(one) for one in values):
            assert seen.outcome is Outcome.UNKNOWN


@given(SEEDS, st.integers(2, 40))
def test_the_future_changes_no_truth_and_candles_beyond_the_window_none_either(seed: int, candles: int) -> None:
    random = Random(seed)
    columns, group = random_frame(random, candles), random_group(random, 3)
    test, cut = compiled(group).test, random.randrange(1, candles)
    assert isinstance(test, MarketTest)
    whole = columns.truth(test)

    until = Frame(columns.series.rows(slice(None, cut)))
    after = Frame(columns.series.rows(slice(cut, None)))

    assert until.truth(test).tolist() == whole[:cut].tolist()
    assert after.truth(test)[test.window - 1 :].tolist() == whole[cut + test.window - 1 :].tolist()
    assert test.needs <= test.window


@given(SEEDS)
def test_equal_groups_share_a_column_however_they_are_written(seed: int) -> None:
    random = Random(seed)
    group = random_group(random, 3)

    def shuffled(node: Node) -> Node:
        if not isinstance(node, Group):
            return node
        members = [shuffled(one) for one in node.members]
        members += random.sample(members, random.randint(0, 1))
        random.shuffle(members)
        return Group(node.kind, tuple(members))

    again = shuffled(group)
    assert isinstance(again, Group)

    first, second = compiled(group).test, compiled(again).test
    assert isinstance(first, MarketTest)
    assert isinstance(second, MarketTest)

    assert first.key == second.key


def test_keys_that_are_equal_mean_the_same() -> None:
    random = Random(5)
    columns = random_frame(random, 60)
    found: dict[str, tuple[Node, list[bool]]] = {}
    met = 0
    for _one in range(2500):
        group = random_group(random, 1)
        test = compiled(group).test
        assert isinstance(test, MarketTest)
        truth = test.compute(columns).tolist()
        if test.key in found and found[test.key][0] != group:
            met += 1
            assert found[test.key][1] == truth, test.key
        found.setdefault(test.key, (group, truth))
    assert met >= 8, "differently written groups of one meaning were met"


def _refused(seed: int, groups: int, states: float) -> tuple[int, int]:
    """How many of random groups are refused as never holding, and how many of those that are not ever hold."""
    random = Random(seed)
    never = NeverHolds(Builder(toys(), MINUTE), {})
    frames = [random_frame(random, 80) for _one in range(3)]
    refused = possible = 0
    for _one in range(groups):
        conditions = [random_group(random, random.choice([1, 2, 3]), states) for _member in range(random.randint(1, 3))]
        group = Group(GroupKind.ALL, tuple(conditions))
        test = compile_group(group, toys(), MINUTE).test
        held = any(_ever_holds(test, columns) for columns in frames)
        if never.of("when", group):
            refused += 1
            assert not held, group
        else:
            possible += held
    return refused, possible


def _ever_holds(test: Test, columns: Frame) -> bool:
    many = slice(0, len(columns))
    return any(
        over_states(test, view_of(columns, many, average=average, candles_held=np.arange(1, len(columns) + 1))).any()
        for average in (AVERAGE, 1.0, math.nan)
    )


@pytest.mark.parametrize("states", [0.0, 0.4])
def test_what_is_refused_as_never_holding_never_holds(states: float) -> None:
    refused, possible = _refused(11, 600, states)

    assert refused >= 25, refused
    assert possible >= 240, possible


@pytest.mark.long
def test_what_is_refused_as_never_holding_never_holds_at_length() -> None:
    refused, possible = _refused(12, 10_000, 0.2)

    assert refused >= 250, refused
    assert possible >= 2500, possible


def test_a_group_of_a_kind_holds_a_state_only_where_it_must() -> None:
    random = Random(3)
    for _one in range(300):
        test = compiled(random_group(random, 3, states=0.3)).test
        if isinstance(test, MixedGroup):
            assert any(not isinstance(one, MarketTest) for one in test.members)
            assert sum(isinstance(one, MarketTest) for one in test.members) <= 1, "those of candles are merged"
