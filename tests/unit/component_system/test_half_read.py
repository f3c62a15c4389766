"""A file with mistakes of form and of meaning tells all of them at once, each where it stands."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.fakes.toy_strategies import toys
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.half_read import read_or_tell_all
from upbit_auto_trading.component_system.strategy_file import read_strategy

ABOVE = {"left": "close", "operator": ">", "right": 5}
NONSENSE = {"left": "rsi", "operator": "<", "right": "close"}
UNREADABLE = {"left": "closse", "operator": ">", "right": 5}
BUY = {"action": "buy", "size": {"sizing": "share-of-cash"}}
SELL = {"action": "sell"}


def document(*conditions: object, **others: object) -> dict[str, Any]:
    rule = {"id": "in", "role": "entry", "when": {"all": list(conditions)}, "action": BUY}
    fields = {"format": "upbit-autotrader/strategy", "version": 1, "name": "x", "unit": "1m"}
    return {**fields, "entry": {"rules": [rule]}, **others}


def exits(*rules: object) -> list[object]:
    return [{"rules": list(rules)}]


def out(rule_id: str, *conditions: object, **others: object) -> dict[str, object]:
    return {"id": rule_id, "role": "exit", "when": {"all": list(conditions)}, "action": SELL, **others}


def told(tree: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidStrategy) as caught:
        read_or_tell_all(json.dumps(tree), toys())
    return [(one.place, one.reason) for one in caught.value.problems]


def test_what_is_right_is_read_as_ever() -> None:
    text = json.dumps(document(ABOVE))

    assert read_or_tell_all(text, toys()) == read_strategy(text, toys())


def test_meaning_alone_is_left_to_the_checks() -> None:
    definition = read_or_tell_all(json.dumps(document(NONSENSE)), toys())

    assert [one.reason for one in problems_in(definition, toys())] == ["not-comparable"]


def test_mistakes_of_both_kinds_are_told_together_where_they_stand() -> None:
    tree = document(UNREADABLE, ABOVE, 5, NONSENSE, {"any": [UNREADABLE, NONSENSE]})

    assert told(tree) == [
        ("entry.rules[0].when.all[0].left.variable", "unknown-component"),
        ("entry.rules[0].when.all[2]", "not-an-object"),
        ("entry.rules[0].when.all[4].any[0].left.variable", "unknown-component"),
        ("entry.rules[0].when.all[3].right", "not-comparable"),
        ("entry.rules[0].when.all[4].any[1].right", "not-comparable"),
    ]


def test_rules_and_parts_that_could_not_be_read_move_nothing() -> None:
    rules = (out("a", ABOVE, role="leave"), out("b", NONSENSE))
    tree = document(ABOVE, management=[5, {"rules": list(rules)}], name=5)

    assert told(tree) == [
        ("name", "not-an-object"),
        ("management[0]", "not-an-object"),
        ("management[1].rules[0].role", "not-a-choice"),
        ("management[1].rules[1].when.all[0].right", "not-comparable"),
    ]


def test_bounds_are_told_beside_unknown_fields() -> None:
    condition = {"left": {"variable": "rsi", "period": 1}, "operator": ">", "right": 500, "colour": "red"}

    assert told(document(condition)) == [
        ("entry.rules[0].when.all[0].colour", "unknown-field"),
        ("entry.rules[0].when.all[0].left.period", "out-of-bounds"),
    ]


@pytest.mark.parametrize(
    "tree",
    [
        document(UNREADABLE),
        document({"any": [UNREADABLE]}),
        document({"left": "close", "operator": ">", "right": "closse"}),
        document({"left": "close", "operator": "between", "right": [5, "closse"]}),
        document(ABOVE, management=[{"rules": [out("a", ABOVE, role="leave")]}]),
        document({"left": {"variable": "everything", "must": "closse"}, "operator": ">", "right": 1}),
        document({"left": {"variable": "close", "unit": "1s"}, "operator": ">", "right": 5}, unit="60x"),
        document({"any": [{"left": "rsi", "operator": ">", "right": 100}, UNREADABLE]}),
        document(
            ABOVE,
            management=exits(
                out("a", ABOVE, role="leave"),
                out("b", {"left": {"variable": "position-times-fired", "rule": ["a"]}, "operator": ">", "right": 0}),
            ),
        ),
    ],
)
def test_nothing_is_told_that_may_only_follow_from_what_was_not_read(tree: dict[str, Any]) -> None:
    assert len(told(tree)) == 1


def test_a_contradiction_names_the_place_of_the_other_as_it_stands() -> None:
    tree = document(
        ABOVE,
        risk=[{"risk": "nonsense"}],
        management=exits(
            out("a", {"left": "rsi", "operator": "<", "right": 20}, {"left": "rsi", "operator": ">", "right": 70})
        ),
    )
    broken = deepcopy(tree)
    broken["management"] = [5, *tree["management"]]
    with pytest.raises(InvalidStrategy) as caught:
        read_or_tell_all(json.dumps(broken), toys())

    (problem,) = [one for one in caught.value.problems if one.reason == "contradiction"]
    assert problem.place == "management[1].rules[0].when.all[1]"
    assert dict(problem.names)["other_place"] == "management[1].rules[0].when.all[0]"


@pytest.mark.parametrize("tree", [[], {"format": "x", "version": 1}, document(ABOVE, entry=5)])
def test_what_is_no_strategy_is_refused_for_its_form(tree: object) -> None:
    assert told(tree)
