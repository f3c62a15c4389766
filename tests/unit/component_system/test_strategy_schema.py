"""The schema and the page of strategy files: as the declarations are, and true by a judge that is not ours."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from build_scripts.write_strategy_pages import PAGE, ROOT, current_pages
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind, variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_docs import MARK, with_reference
from upbit_auto_trading.component_system.strategy_file import read_strategy, write_strategy
from upbit_auto_trading.component_system.strategy_schema import strategy_schema
from upbit_auto_trading.component_system.strategy_writer import use_tree

EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
_FILES = sorted((ROOT / "resources" / "strategies").glob("*.json"))


@cache
def registry() -> Registry:
    return built_in()


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(json.dumps(strategy_schema(registry())))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def accepts(document: object) -> bool:
    return bool(validator().is_valid(document))


def example() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLES[0])
    return found


def test_the_pages_are_those_of_the_declarations() -> None:
    for file, text in current_pages().items():
        assert file.read_text(encoding="utf-8") == text, "run python build_scripts/write_strategy_pages.py"


def test_the_example_of_the_page_can_be_run() -> None:
    definition = read_strategy(EXAMPLES[0], registry())
    assert problems_in(definition, registry()) == ()
    assert accepts(example())
    rule = definition.entry.rules[0]
    assert rule.action.get("size") == Use(ComponentKind.SIZING, "share-of-cash", (("percent", 95.0),))


def test_every_short_form_of_the_page_is_read() -> None:
    """Blocks without a language are pieces; those that are whole JSON are tried where they belong."""
    text = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    conditions = [line for line in text.splitlines() if line.startswith('{"left"')]
    assert len(conditions) >= 6
    for line in conditions:
        document = example()
        document["entry"]["rules"][0]["when"]["all"] = [json.loads(line)]
        assert accepts(document), line
        assert problems_in(read_strategy(json.dumps(document), registry()), registry()) == (), line


@pytest.mark.parametrize("file", _FILES, ids=lambda file: str(file.stem))
def test_the_strategies_that_come_with_the_program_have_the_form(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    document = json.loads(text)
    assert [error.message for error in validator().iter_errors(document)] == []
    definition = read_strategy(text, registry())
    assert read_strategy(write_strategy(definition), registry()) == definition
    document["entry"]["colour"] = "red"
    assert not accepts(document)


def test_no_parameter_has_a_name_that_means_something_else() -> None:
    fields = {kind.value for kind in ComponentKind}
    taken = {
        ComponentKind.VARIABLE: {"unit", "ago", "times", "plus"},
        ComponentKind.OPERATOR: {"left", "right", "within", "of", "all", "any", "none"},
        ComponentKind.BLOCK: {"name", "rules"},
    }
    for component in registry():
        declared = component.declaration
        names = {one.name for one in declared.parameters}
        # what an order's style is stands under "style", whose value is an object
        reserved = (fields - {"style"}) | taken.get(declared.kind, set()) | {declared.kind.value}
        assert not names & reserved, declared.id


@cache
def part_of_the_schema(name: str) -> Draft202012Validator:
    schema = strategy_schema(registry())
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


_EACH = 7
_KINDS = (
    ComponentKind.VARIABLE,
    ComponentKind.SIZING,
    ComponentKind.STYLE,
    ComponentKind.LEVEL,
    ComponentKind.RISK_RULE,
)


@pytest.mark.parametrize("kind", _KINDS)
def test_every_parameter_is_held_to_its_declaration(kind: ComponentKind) -> None:
    judged = 0
    schema = part_of_the_schema(kind.value)
    for number, component in enumerate(registry().of(kind)):
        declared = component.declaration
        whole = {one.name: _filling(one) for one in declared.parameters if one.default is not None or one.is_required}
        tree = use_tree(Use(kind, declared.id, tuple(whole.items())))
        own = part_of_the_schema(f"{kind.value}.{declared.id}")
        assert own.is_valid(tree), declared.id
        if number % _EACH == 0:  # among all of its kind: hundreds, so some must do
            assert schema.is_valid(tree), declared.id
            assert not schema.is_valid(tree | {"colour": 1}), declared.id
        for one in declared.parameters:
            for wrong in _wrong_values(one):
                assert not own.is_valid(tree | {one.name: wrong}), (declared.id, one.name, wrong)
                judged += 1
    print(f"{judged} wrong values of parameters of kind {kind.value}")
    assert judged > 0


def _filling(declared: Parameter) -> ParameterValue:
    if declared.default is not None:
        return declared.default
    if declared.kind is ParameterKind.VARIABLE:
        return variable_use("atr" if declared.groups == ("price-distance",) else "close")
    return ("a-rule",) if declared.kind is ParameterKind.RULES else "a-text"


def _wrong_values(declared: Any) -> list[Any]:
    wrong: list[Any] = [None]
    if declared.kind in (ParameterKind.WHOLE, ParameterKind.NUMBER):
        wrong += ["5", declared.minimum - 1, declared.maximum + 1]
    if declared.kind is ParameterKind.WHOLE:
        wrong += [declared.minimum + 0.5]
    if declared.kind is ParameterKind.CHOICE:
        wrong += ["something else"]
    if declared.kind is ParameterKind.SWITCH:
        wrong += ["yes", 1]
    return wrong


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "mt4"),
        (("version",), 2),
        (("unit",), "2m"),
        (("name",), ""),
        (("policy",), "first"),
        (("markets",), ["KRW-BTC"]),
        (("colour",), 1),
        (("management",), [{"rules": []}] * 6),
        (("entry", "rules", 0, "role"), "exit"),
        (("entry", "rules", 0, "id"), "Golden Cross"),
        (("entry", "rules", 0, "when"), {"all": []}),
        (("entry", "rules", 0, "when", "any"), [{}]),
        (("entry", "rules", 0, "when", "all", 0, "right"), ...),
        (("entry", "rules", 0, "when", "all", 0, "right"), [50, 70]),
        (("entry", "rules", 0, "when", "all", 1, "right"), 50),
        (("entry", "rules", 0, "when", "all", 0, "tolerance"), 5),
        (("entry", "rules", 0, "when", "all", 0, "left"), "emma"),
        (("entry", "rules", 0, "when", "all", 0, "left", "source"), {"variable": "close", "ago": 1}),
        (("entry", "rules", 0, "limits"), {"cooldown": -1}),
        (("entry", "rules", 0, "action"), {"action": "sell"}),
        (("entry", "rules", 0, "action", "levels", 0, "distance"), "close"),
        (("management", 0, "rules", 0, "role"), "entry"),
        (("management", 0, "block"), "ma-cross"),
    ],
)
def test_what_is_wrong_is_refused(place: tuple[Any, ...], value: object) -> None:
    document = example()
    inside: Any = document
    for step in place[:-1]:
        inside = inside[step]
    if value is ...:
        del inside[place[-1]]
    else:
        inside[place[-1]] = value
    assert not accepts(document)


def test_a_page_without_its_mark_is_not_overwritten() -> None:
    with pytest.raises(ValueError, match="mark"):
        with_reference("# Strategy files\n", registry())


def test_a_reference_that_is_old_is_replaced_and_what_is_written_by_hand_stays() -> None:
    page = with_reference(f"by hand\n\n{MARK}\nold", registry())
    assert page.startswith(f"by hand\n\n{MARK}\n\n## Comparison groups")
    assert "\nold" not in page
    for component in registry():
        assert f"# `{component.declaration.id}` {component.declaration.title.en} (" in page
