"""Strategy files: what is written is read as it was, and nothing that stands in a file surprises the reader."""

from __future__ import annotations

import copy
import json
import math
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.fakes.strategy_components import small_registry
from tests.properties.strategy_definitions import any_definitions, valid_strategies
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
from upbit_auto_trading.component_system.json_reading import within
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_file import FORMAT, read_strategy, write_strategy
from upbit_auto_trading.component_system.strategy_schema import strategy_schema

SMALL = small_registry()
DEFINITIONS = any_definitions(SMALL)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("close"))
_NAMES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["all", "within", "of", "left", "operator", "right", "variable", "rules", "id", "block", "entry"]),
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_NAMES, inner, max_size=4)),
    max_leaves=20,
)


@settings(max_examples=40)
@given(DEFINITIONS)
def test_what_is_written_is_read_as_it_was(definition: StrategyDefinition) -> None:
    text = write_strategy(definition)
    found = read_strategy(text, SMALL)
    assert found == definition
    assert write_strategy(found) == text
    _lines_are_short_or_cannot_be_shorter(text)


def _lines_are_short_or_cannot_be_shorter(text: str) -> None:
    for line in text.splitlines():
        blanks = len(line) - len(line.lstrip())
        assert blanks % 2 == 0
        if len(line) > 120:  # a text or a number that is as long
            inner = line.strip().rstrip(",").partition(": ")[2] or line.strip().rstrip(",")
            assert not inner.startswith(("{", "[")) or inner in ("{", "[")


@given(st.one_of(st.text(max_size=50), _JSON.map(json.dumps)))
def test_anything_else_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidStrategy) as refused:
        read_strategy(text, SMALL)
    assert all(problem.reason for problem in refused.value.problems)


def _places(tree: Any, place: str = "") -> list[tuple[str, Any, Any]]:
    """Everything inside, each with its place, what holds it, and under which name."""
    found: list[tuple[str, Any, Any]] = []
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in inner:
        where = within(place, str(name)) if isinstance(tree, dict) else f"{place}[{name}]"
        found += [(where, tree, name), *_places(value, where)]
    return found


@settings(max_examples=40)
@given(DEFINITIONS, _JSON, st.data())
def test_a_file_that_was_tampered_with_is_read_or_refused(
    definition: StrategyDefinition, other: object, data: st.DataObject
) -> None:
    tree = json.loads(write_strategy(definition))
    _where, holder, name = data.draw(st.sampled_from(_places(tree)))
    if data.draw(st.booleans()):
        holder[name] = other
    else:
        del holder[name]
    try:
        found = read_strategy(json.dumps(tree), SMALL)
    except InvalidStrategy:
        return
    assert read_strategy(write_strategy(found), SMALL) == found


@settings(max_examples=40)
@given(DEFINITIONS, st.text(min_size=1, max_size=8), st.data())
def test_a_field_that_nobody_knows_is_found_wherever_it_stands(
    definition: StrategyDefinition, name: str, data: st.DataObject
) -> None:
    tree = json.loads(write_strategy(definition))
    objects = [("", tree)] + [
        (where, holder[key]) for where, holder, key in _places(tree) if isinstance(holder[key], dict)
    ]
    where, chosen = data.draw(st.sampled_from(objects))
    name = f"x{name}"
    before = copy.deepcopy(chosen)
    chosen[name] = data.draw(_SCALARS.filter(lambda value: value == value))
    assert name not in before
    with pytest.raises(InvalidStrategy) as refused:
        read_strategy(json.dumps(tree), SMALL)
    places = {(problem.place, problem.reason) for problem in refused.value.problems}
    broken = {"not-unicode", "not-finite", "too-large"}
    assert (within(where, name), "unknown-field") in places or {reason for _place, reason in places} <= broken


def test_the_format_is_the_one_that_was_agreed() -> None:
    assert FORMAT == "upbit-autotrader/strategy"


@cache
def _built_in() -> tuple[Registry, Draft202012Validator]:
    registry = built_in()
    return registry, Draft202012Validator(json.loads(json.dumps(strategy_schema(registry))))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_what_can_be_run_has_the_form_of_the_schema_and_what_has_it_is_read(data: st.DataObject) -> None:
    """The schema is judged by a program that is not ours; it never accepts what the reader refuses."""
    registry, schema = _built_in()
    definition = data.draw(valid_strategies(registry))
    text = write_strategy(definition)
    assert read_strategy(text, registry) == definition
    tree = json.loads(text)
    assert [error.message for error in schema.iter_errors(tree)] == []
    _where, holder, name = data.draw(st.sampled_from(_places(tree)))
    holder[name] = data.draw(_SCALARS.filter(lambda value: value == value and value not in (math.inf, -math.inf)))
    if schema.is_valid(tree) and not _is_hidden(holder[name]):
        read_strategy(json.dumps(tree), registry)


def _is_hidden(value: object) -> bool:
    """Signs that JSON Schema cannot speak of."""
    return isinstance(value, str) and not value.isprintable()
