"""What differs between two strategies, by place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.strategy_components import small_registry
from tests.properties.strategy_definitions import any_definitions
from tests.unit.component_system.test_strategy_file import WHOLE
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition, Use
from upbit_auto_trading.business_logic.domain.strategy_difference import Change, ChangeKind, differences
from upbit_auto_trading.component_system.strategy_difference_text import DifferenceWords
from upbit_auto_trading.component_system.strategy_file import read_strategy

REGISTRY = small_registry()
RULE = {
    "id": "a",
    "role": "entry",
    "when": {"all": [{"left": "close", "operator": ">", "right": 1}]},
    "action": {"action": "sell"},
}


def strategy(**changed: Any) -> StrategyDefinition:
    document = json.loads(WHOLE) | changed
    return read_strategy(json.dumps(document), REGISTRY)


def with_rules(*rules: dict[str, Any]) -> StrategyDefinition:
    return strategy(entry={"rules": list(rules)})


def when(**group: Any) -> StrategyDefinition:
    return with_rules(RULE | {"when": group})


def condition(**changed: Any) -> StrategyDefinition:
    return when(all=[{"left": "close", "operator": ">", "right": 1} | changed])


def named(name: str) -> dict[str, Any]:
    return RULE | {"id": name}


def told(before: StrategyDefinition, after: StrategyDefinition) -> list[str]:
    words = DifferenceWords(before, after, REGISTRY)
    return [words.sentence(change).en for change in differences(before, after)]


MEAN = {"variable": "mean", "period": 5}
RISING = {"left": "close", "operator": "rising"}
STOP = {"level": "stop-distance", "distance": "close"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (strategy(), strategy(), []),
        (strategy(name="x"), strategy(name={"ko": "x", "en": "y"}), ["Name: x → y"]),
        (strategy(unit="1m"), strategy(unit="60m"), ["Candle unit: 1m → 60m"]),
        (strategy(policy="merge"), strategy(policy="priority"), ["Conflict policy: merge → priority"]),
        (
            strategy(markets=["upbit:KRW-BTC"]),
            strategy(markets=["upbit:KRW-ETH", "upbit:KRW-BTC"]),
            ["Market 1: added “upbit:KRW-ETH”"],
        ),
        (strategy(risk=[{"risk": "max-positions"}]), strategy(risk=[]), ["Risk rule 1: removed “Most positions(5)”"]),
        (
            strategy(risk=[{"risk": "max-positions"}]),
            strategy(risk=[{"risk": "max-positions", "count": 7}]),
            ["Risk rule 1 · Most positions · Count: default → 7"],
        ),
        (with_rules(named("a")), with_rules(named("a"), named("b")), ["Entry · rule “b”: added “b”"]),
        (with_rules(named("a"), named("b")), with_rules(named("b")), ["Entry · rule “a”: removed “a”"]),
        (
            with_rules(named("a"), named("b"), named("c")),
            with_rules(named("c"), named("a"), named("b")),
            ["Entry · rule “c”: moved from place 3 to place 1"],
        ),
        (
            with_rules(RULE | {"name": "Buy it"}),
            with_rules(RULE | {"name": "Buy", "enabled": False, "role": "exit"}),
            [
                "Entry · rule “Buy” · Name: Buy it → Buy",
                "Entry · rule “Buy” · Role: entry → exit",
                "Entry · rule “Buy” · Enabled: on → off",
            ],
        ),
        (
            with_rules(RULE),
            with_rules(RULE | {"limits": {"times_per_day": 3, "rearm": "after-false"}, "strength": 2}),
            [
                "Entry · rule “a” · Limits · times per day: none → 3",
                "Entry · rule “a” · Limits · re-arming: at once → after its conditions were false",
                "Entry · rule “a” · Strength: 1 → 2",
            ],
        ),
        (
            with_rules(RULE),
            with_rules(RULE | {"action": {"action": "sell", "percent": 50}}),
            ["Entry · rule “a” · Action · Sell · Share: default → 50"],
        ),
        (
            with_rules(RULE),
            with_rules(RULE | {"action": {"action": "switch-rules", "rules": ["a"], "on": True}}),
            ["Entry · rule “a” · Action: Sell(100) → Switch rules(a)"],
        ),
        (
            with_rules(RULE | {"action": {"action": "switch-rules", "rules": ["a"]}}),
            with_rules(RULE | {"action": {"action": "switch-rules", "rules": ["a", "b"], "on": True}}),
            [
                "Entry · rule “a” · Action · Switch rules · Rules: a → a, b",
                "Entry · rule “a” · Action · Switch rules · On: default → on",
            ],
        ),
        (
            with_rules(RULE | {"action": {"action": "buy", "size": {"sizing": "share-of-cash"}, "levels": []}}),
            with_rules(RULE | {"action": {"action": "buy", "size": {"sizing": "share-of-cash"}, "levels": [STOP]}}),
            ["Entry · rule “a” · Action · Level 1: added “Stop at a distance(Close, 2)”"],
        ),
        (condition(), condition(right=2.5), ["Entry · rule “a” · condition 1 · right side: 1 → 2.5"]),
        (condition(), condition(right="close"), ["Entry · rule “a” · condition 1 · right side: 1 → Close"]),
        (
            condition(right=MEAN),
            condition(right=MEAN | {"period": 9, "source": MEAN}),
            [
                "Entry · rule “a” · condition 1 · right side · Mean · Period: 5 → 9",
                "Entry · rule “a” · condition 1 · right side · Mean · Source: default → Mean(5)",
            ],
        ),
        (
            condition(left=MEAN),
            condition(left=MEAN | {"unit": "60m", "ago": 1, "times": 2, "plus": -1}),
            [
                "Entry · rule “a” · condition 1 · left side · Mean · Candle unit: default → 60m",
                "Entry · rule “a” · condition 1 · left side · Mean · candles ago: 0 → 1",
                "Entry · rule “a” · condition 1 · left side · Mean · times: 1 → 2",
                "Entry · rule “a” · condition 1 · left side · Mean · plus: 0 → -1",
            ],
        ),
        (
            condition(operator="between", right=[1, 2]),
            condition(operator="between", right=[1, 3]),
            ["Entry · rule “a” · condition 1 · right side: 2 → 3"],
        ),
        (
            condition(operator="between", right=[1, 2]),
            condition(operator="between", right=[1, 2, 3]),
            ["Entry · rule “a” · condition 1: Close Between 1, 2 → Close Between 1, 2, 3"],
        ),
        (
            condition(operator="about"),
            condition(operator="about", tolerance=2),
            ["Entry · rule “a” · condition 1 · About · Tolerance: default → 2"],
        ),
        (
            when(all=[RISING]),
            when(all=[{"within": 3, "of": RISING}]),
            [
                "Entry · rule “a” · condition 1: removed “Close Rising”",
                "Entry · rule “a” · condition 1: added “Close Rising within 3 candle(s)”",
            ],
        ),
        (
            when(all=[{"within": 3, "of": RISING}]),
            when(all=[{"within": 5, "of": RISING | {"candles": 9}}]),
            [
                "Entry · rule “a” · condition 1 · within candles: 3 → 5",
                "Entry · rule “a” · condition 1 · inner condition · Rising · Candles: default → 9",
            ],
        ),
        (
            when(all=[{"within": 3, "of": {"any": []}}]),
            when(all=[{"within": 3, "of": {"any": [RISING]}}]),
            ["Entry · rule “a” · condition 1 · inner condition · condition 1: added “Close Rising”"],
        ),
        (
            when(all=[{"within": 3, "of": RISING}]),
            when(all=[{"within": 3, "of": {"any": [RISING]}}]),
            ["Entry · rule “a” · condition 1 · inner condition: Close Rising → a group of 1 condition(s)"],
        ),
        (
            when(all=[{"any": [RISING]}]),
            when(all=[{"any": []}]),
            ["Entry · rule “a” · condition 1 · condition 1: removed “Close Rising”"],
        ),
        (
            strategy(management=[{"name": "x", "rules": [named("p"), named("q")]}]),
            strategy(management=[{"name": "new", "rules": []}, {"name": "x", "rules": [named("p")]}]),
            ["Management 1: added “new”", "Management 1 · rule “q”: removed “q”"],
        ),
        (
            when(all=[]),
            when(all=[{"any": [RISING]}]),
            ["Entry · rule “a” · condition 1: added “a group of 1 condition(s)”"],
        ),
        (when(all=[]), when(any=[]), ["Entry · rule “a” · Conditions: all of → any of"]),
        (
            strategy(management=[{"block": "staged-exit", "steps": [3], "only_when": {"all": []}}]),
            strategy(management=[{"block": "staged-exit", "steps": [4], "only_when": {"all": [RISING]}}]),
            [
                "Management 1 · Block · Staged exit · Steps: 3 → 4",
                "Management 1 · Block · condition 1: added “Close Rising”",
            ],
        ),
        (
            strategy(management=[{"name": "x", "block": "staged-exit"}]),
            strategy(management=[{"name": "x", "rules": []}]),
            ["Management 1: removed “x”", "Management 1: added “x”"],
        ),
        (
            strategy(management=[{"rules": []}, {"block": "staged-exit"}]),
            strategy(management=[]),
            ["Management 1: removed “0 rule(s)”", "Management 2: removed “Staged exit(1d)”"],
        ),
        (
            strategy(entry={"rules": []}),
            strategy(entry={"block": "staged-exit"}),
            ["Entry · Block: none → Staged exit(1d)"],
        ),
    ],
)
def test_differences_are_told_by_place_and_title(
    before: StrategyDefinition, after: StrategyDefinition, expected: list[str]
) -> None:
    assert told(before, after) == expected


def test_places_are_those_of_the_file() -> None:
    assert differences(condition(right=MEAN), condition(right=MEAN | {"period": 9})) == (
        Change(
            "entry.rules[0].when.all[0].right.period",
            ChangeKind.CHANGED,
            5,
            9,
            condition(right=MEAN | {"period": 9}).entry.rules[0].when.members[0].right[0],  # type: ignore[union-attr, arg-type]
        ),
    )


def test_as_few_as_possible_are_said_to_have_moved() -> None:
    before = with_rules(*(named(name) for name in "abcdef"))
    after = with_rules(*(named(name) for name in "bcafde"))
    found = differences(before, after)
    assert [(change.kind, change.before, change.after) for change in found] == [
        (ChangeKind.MOVED, 1, 3),
        (ChangeKind.MOVED, 6, 4),
    ]


def test_a_component_that_is_gone_is_told_by_its_id() -> None:
    before, after = condition(right=MEAN), condition(right="close")
    words = DifferenceWords(before, after, small_registry(without="mean"))
    assert words.sentence(differences(before, after)[0]).ko.endswith("mean → Close (ko)")
    parameters = differences(before, condition(right=MEAN | {"period": 9}))
    assert words.sentence(parameters[0]).en.endswith("mean · period: 5 → 9")


ANY = any_definitions(REGISTRY)


@settings(max_examples=40)
@given(ANY, ANY)
def test_nothing_differs_only_where_all_is_equal(one: StrategyDefinition, other: StrategyDefinition) -> None:
    assert differences(one, one) == ()
    mixed = replace(other, entry=one.entry, name=one.name)
    for before, after in ((one, mixed), (mixed, one), (one, other)):
        found = differences(before, after)
        assert bool(found) == (before != after)
        words = DifferenceWords(before, after, REGISTRY)
        assert all(words.sentence(change).ko and words.sentence(change).en for change in found)


@settings(max_examples=40)
@given(ANY, st.randoms(use_true_random=False))
def test_what_was_only_moved_is_only_moved(one: StrategyDefinition, random: Any) -> None:
    rules = list(dict.fromkeys(one.entry.rules))
    named_apart = [replace(rule, id=f"r{index}") for index, rule in enumerate(rules)]
    before = replace(one, entry=replace(one.entry, rules=tuple(named_apart)))
    random.shuffle(named_apart)
    after = replace(one, entry=replace(one.entry, rules=tuple(named_apart)))
    assert all(change.kind is ChangeKind.MOVED for change in differences(before, after))


def test_levels_that_are_alike_are_matched_in_their_order() -> None:
    before = strategy(entry={"rules": [], "levels": [STOP | {"times": 1}, STOP | {"times": 2}]})
    after = strategy(entry={"rules": [], "levels": [STOP | {"times": 2}, STOP | {"times": 3}]})
    found = differences(before, after)
    assert [(change.kind, change.place) for change in found] == [
        (ChangeKind.MOVED, "entry.levels[1]"),
        (ChangeKind.CHANGED, "entry.levels[1].times"),
    ]
    assert isinstance(found[1].owner, Use)
