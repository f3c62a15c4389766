"""The reference of docs/strategy-format.md: every component, from its declaration. What stands above the mark in that
page is written by hand and stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Role, Use
from upbit_auto_trading.component_system import variable as groups_of
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import ComparisonGroup, Parameter, ParameterKind
from upbit_auto_trading.component_system.operator import LookBackOperator, Operator
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.component_system.strategy_layout import on_a_line, written_number
from upbit_auto_trading.component_system.strategy_writer import value_tree
from upbit_auto_trading.component_system.variable import (
    CandleVariable,
    Drawn,
    StateVariable,
    Variable,
)

MARK = "<!-- Everything below is made from the declarations of the components; not to be edited. -->"

_SECTIONS = (
    (ComponentKind.OPERATOR, "Operators"),
    (ComponentKind.ACTION, "Actions"),
    (ComponentKind.SIZING, "Sizings"),
    (ComponentKind.STYLE, "Order styles"),
    (ComponentKind.LEVEL, "Levels"),
    (ComponentKind.RISK_RULE, "Risk rules"),
)
_TYPES = {
    ParameterKind.WHOLE: "whole number",
    ParameterKind.NUMBER: "number",
    ParameterKind.NUMBERS: "list of numbers",
    ParameterKind.SWITCH: "`true` or `false`",
    ParameterKind.TEXT: "text",
    ParameterKind.DURATION: "length of time: `30s`, `5m`, `4h`, `7d`",
    ParameterKind.VARIABLE: "VARIABLE",
    ParameterKind.CONDITIONS: "GROUP",
    ParameterKind.SIZING: "SIZE",
    ParameterKind.STYLE: "STYLE",
    ParameterKind.LEVELS: "list of LEVELs",
    ParameterKind.RULES: "list of ids of rules",
}


def with_reference(page: str, registry: Registry) -> str:
    """The page with a reference that is current."""
    by_hand, mark, _old = page.partition(MARK)
    if not mark:
        raise ValueError("the page has no mark after which the reference would begin")
    return by_hand + MARK + "\n\n" + "\n".join(_reference(registry)).rstrip() + "\n"


def _reference(registry: Registry) -> Iterator[str]:
    yield from _groups()
    yield from _variables(registry)
    for kind, title in _SECTIONS:
        yield from _section(title, registry.of(kind), registry)
    for part, title in ((PartKind.ENTRY, "Entry blocks"), (PartKind.MANAGEMENT, "Management blocks")):
        blocks = [one for one in registry.of(ComponentKind.BLOCK) if _is_of(one, part)]
        yield from _section(title, blocks, registry)


def _is_of(component: ComponentClass, part: PartKind) -> bool:
    return issubclass(component, BlockComponent) and component.part_kind is part


def _groups() -> Iterator[str]:
    yield from ("## Comparison groups", "")
    yield "What may be compared: variables of one group with each other, and with constants within its bounds."
    yield from ("", *_table(("Group", "What it is", "Constants from", "to")))
    for group in vars(groups_of).values():
        if isinstance(group, ComparisonGroup):
            yield _row((f"`{group.id}`", group.title.en, _bound(group.minimum), _bound(group.maximum)))
    yield ""


def _variables(registry: Registry) -> Iterator[str]:
    every = registry.of(ComponentKind.VARIABLE)
    headings = dict.fromkeys(one.declaration.category for one in every)
    yield from ("## Variables", "")
    for heading in sorted(headings, key=lambda one: one.en):
        yield from (f"### {heading.en or 'Others'}", "")
        for component in every:
            if component.declaration.category == heading:
                yield from _component(component, registry, "####")


def _section(title: str, components: Iterable[ComponentClass], registry: Registry) -> Iterator[str]:
    yield from (f"## {title}", "")
    for component in components:
        yield from _component(component, registry, "###")


def _component(component: ComponentClass, registry: Registry, heading: str) -> Iterator[str]:
    declared = component.declaration
    yield from (f"{heading} `{declared.id}` {declared.title.en} ({declared.title.ko})", "")
    if declared.help.en:
        yield from (declared.help.en, "")
    remarks = " ".join(_remarks(component, registry))
    if remarks:
        yield from (remarks, "")
    if declared.parameters:
        yield from _table(("Parameter", "Type", "Default", "From", "To", "What it is"))
        yield from (_row(_cells(one)) for one in declared.parameters)
        yield ""


def _remarks(component: ComponentClass, registry: Registry) -> Iterator[str]:
    if issubclass(component, Variable):
        yield from _of_variable(component, registry)
    elif issubclass(component, Operator):
        yield f"Operands on the right: {component.operands}."
        if issubclass(component, LookBackOperator):
            yield "Not for state variables: it looks at earlier candles."
    elif issubclass(component, ActionComponent):
        yield f"For rules of the roles {', '.join(f'`{role.value}`' for role in Role if role in component.roles)}."
    elif issubclass(component, SizingComponent) and component.needs_stop:
        yield "The strategy must have a stop."


def _of_variable(component: type[Variable], registry: Registry) -> Iterator[str]:
    is_whole = not any(one.is_required for one in component.declaration.parameters)
    example = Builder(registry, CandleUnit.MINUTE).component(_use(component)) if is_whole else None
    if component.group is not None:
        yield f"Compares as `{component.group.id}`."
    elif component.comparison_group is not Variable.comparison_group and isinstance(example, Variable):
        yield f"Compares by its parameters; with the defaults as `{example.comparison_group.id}`."
    else:
        yield "Compares as its source."
    if issubclass(component, StateVariable):
        yield "State: it has no history, so no `unit`, no `ago`, and no operator that looks back."
    elif isinstance(example, CandleVariable):
        counted = "candle" if example.needs == 1 else "candles"
        yield f"With the defaults, first known after {example.needs} {counted}."
        if example.where_drawn is not Drawn.NOWHERE:
            yield f"Drawn {example.where_drawn.value}."


def _use(component: ComponentClass) -> Use:
    return Use(component.declaration.kind, component.declaration.id)


def _cells(declared: Parameter) -> tuple[str, ...]:
    default = declared.default
    written = "must be written" if declared.is_required or default is None else f"`{on_a_line(value_tree(default))}`"
    told = f"{declared.label.en}. {declared.help.en}".strip()
    unit = f" ({declared.unit.en})" if declared.unit.en else ""
    return (
        f"`{declared.name}`",
        _type(declared),
        written,
        _bound(declared.minimum),
        _bound(declared.maximum),
        told.rstrip(".") + unit + ".",
    )


def _type(declared: Parameter) -> str:
    if declared.kind is ParameterKind.CHOICE:
        return ", ".join(f'`"{one.value}"`' for one in declared.choices)
    if declared.groups:
        return f"VARIABLE of {' or '.join(f'`{group}`' for group in declared.groups)}"
    return _TYPES[declared.kind]


def _bound(value: float | None) -> str:
    return "" if value is None else written_number(value)


def _table(columns: tuple[str, ...]) -> tuple[str, str]:
    return _row(columns), _row("---" for _ in columns)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
