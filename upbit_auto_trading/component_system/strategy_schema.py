"""The JSON Schema (draft 2020-12) of strategy files, from the declarations: what editors complete and check by.

A file that it accepts has the right form. Whether its rules make sense is said by ``checking`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    MOST_MANAGEMENT_PARTS,
    ComponentKind,
    GroupKind,
    Role,
)
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.checking_conditions import MOST_WITHIN
from upbit_auto_trading.component_system.checking_rules import MOST_COOLDOWN, MOST_TIMES
from upbit_auto_trading.component_system.checking_uses import DURATION, LONGEST_TEXT, MOST_AGO, MOST_LISTED
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind
from upbit_auto_trading.component_system.operator import Operator
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.strategy_file import FORMAT, VERSION
from upbit_auto_trading.component_system.strategy_layout import laid_out
from upbit_auto_trading.component_system.strategy_reader import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_RULE_ID,
    MARKET,
    MOST_MARKETS,
    MOST_RISK_RULES,
    MOST_RULES,
    POLICIES,
    REARMS,
    RULE_ID,
)
from upbit_auto_trading.component_system.strategy_writer import value_tree
from upbit_auto_trading.component_system.use_reader import UNITS
from upbit_auto_trading.component_system.variable import StateVariable, Variable

Schema = dict[str, object]


def schema_text(registry: Registry) -> str:
    return laid_out(strategy_schema(registry)) + "\n"


def strategy_schema(registry: Registry) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT.replace('/', ':')}:{VERSION}",
        "title": "A strategy of Upbit AutoTrader",
        **_object(_of_strategy(), needed=("format", "version", "name", "unit", "entry")),
        "$defs": {**_SHARED, **_of_parts(registry), **_of_components(registry)},
    }


def _object(fields: Schema, needed: Iterable[str] = ()) -> Schema:
    required = list(needed)
    schema: Schema = {"type": "object", "properties": fields}
    return schema | ({"required": required} if required else {}) | {"additionalProperties": False}


def _list(items: Schema, most: int, least: int = 0) -> Schema:
    schema: Schema = {"type": "array", "items": items, "maxItems": most}
    return schema | ({"minItems": least} if least else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _of_strategy() -> Schema:
    return {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "name": _ref("name"),
        "description": _ref("description"),
        "unit": {"enum": list(UNITS), "description": "The candles on which it decides."},
        "markets": _list({"type": "string", "pattern": f"^{MARKET.pattern}$"}, MOST_MARKETS) | {"uniqueItems": True},
        "policy": {"enum": list(POLICIES), "default": "priority"},
        "entry": _ref("entry"),
        "management": _list(_ref("management"), MOST_MANAGEMENT_PARTS),
        "risk": _list(_ref("risk"), MOST_RISK_RULES),
    }


def _bilingual(longest: int) -> Schema:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}
    return {"anyOf": [text, _object({"ko": text, "en": text}) | {"minProperties": 1}]}


def _group() -> Schema:
    members: Schema = {"type": "array", "items": _ref("node"), "minItems": 1}
    return {"oneOf": [_object({kind.value: members}, (kind.value,)) for kind in GroupKind]}


_SHARED: Schema = {
    "name": _bilingual(LONGEST_NAME),
    "description": _bilingual(LONGEST_DESCRIPTION),
    "group": _group(),
    "within": _object(
        {"within": {"type": "integer", "minimum": 1, "maximum": MOST_WITHIN}, "of": _ref("node")}, ("within", "of")
    ),
    "node": {
        "type": "object",
        "if": {"anyOf": [{"required": [kind.value]} for kind in GroupKind]},
        "then": _ref("group"),
        "else": {"if": {"required": ["within"]}, "then": _ref("within"), "else": _ref("condition")},
    },
    "operand": {"anyOf": [{"type": "number"}, _ref("variable")]},
    "limits": _object(
        {
            "times_per_position": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
            "times_per_day": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
            "cooldown": {"type": "integer", "minimum": 0, "maximum": MOST_COOLDOWN, "default": 0},
            "rearm": {"enum": list(REARMS), "default": "at-once"},
        }
    ),
}
_ADAPTING: Schema = {
    "unit": {"enum": list(UNITS), "description": "On candles of this coarser unit, those that have closed."},
    "ago": {"type": "integer", "minimum": 0, "maximum": MOST_AGO, "default": 0},
    "times": {"type": "number", "default": 1},
    "plus": {"type": "number", "default": 0},
}


def _of_parts(registry: Registry) -> Schema:
    every = tuple(role for role in Role)
    return {
        "entry": _part(registry, PartKind.ENTRY),
        "management": _part(registry, PartKind.MANAGEMENT),
        "entry-rule": _rule(registry, (Role.ENTRY,)),
        "management-rule": _rule(registry, tuple(role for role in every if role is not Role.ENTRY)),
    }


def _part(registry: Registry, kind: PartKind) -> Schema:
    written = _object(
        {
            "name": _ref("name"),
            "rules": _list(_ref(f"{kind.value}-rule"), MOST_RULES),
            "levels": {"type": "array", "items": _ref("level")},
        }
    )
    blocks = [one for one in registry.of(ComponentKind.BLOCK) if _is_block_of(one, kind)]
    block: Schema = {
        "type": "object",
        "properties": {"name": _ref("name")},
        **_any_of(ComponentKind.BLOCK, blocks),
        "unevaluatedProperties": False,
    }
    return {"type": "object", "if": {"required": ["block"]}, "then": block, "else": written}


def _is_block_of(component: ComponentClass, kind: PartKind) -> bool:
    return issubclass(component, BlockComponent) and component.part_kind is kind


def _rule(registry: Registry, roles: tuple[Role, ...]) -> Schema:
    fields: Schema = {
        "id": {"type": "string", "pattern": f"^{RULE_ID.pattern}$", "maxLength": LONGEST_RULE_ID},
        "name": _ref("name"),
        "role": {"enum": [role.value for role in roles]},
        "when": _ref("group"),
        "action": _ref("action"),
        "limits": _ref("limits"),
        "strength": _ref("operand"),
        "enabled": {"type": "boolean", "default": True},
    }
    return _object(fields, ("id", "role", "when", "action")) | {"allOf": list(_roles_of_actions(registry))}


def _roles_of_actions(registry: Registry) -> Iterable[Schema]:
    for component in registry.of(ComponentKind.ACTION):
        if issubclass(component, ActionComponent):
            does = {"properties": {"action": {"const": component.declaration.id}}}
            roles = [role.value for role in Role if role in component.roles]
            yield {"if": {"properties": {"action": does}}, "then": {"properties": {"role": {"enum": roles}}}}


def _of_components(registry: Registry) -> Schema:
    found: Schema = {"variable": _variable(registry, None), "source": _source(registry, None, is_adapted=False)}
    for groups in sorted({groups for groups in _asked_groups(registry) if groups}):
        found[_named("variable", groups)] = _variable(registry, groups)
        found[_named("source", groups)] = _source(registry, groups, is_adapted=False)
    for kind in (ComponentKind.SIZING, ComponentKind.STYLE, ComponentKind.LEVEL, ComponentKind.ACTION):
        found[kind.value] = _closed(kind, registry.of(kind))
    found["risk"] = _closed(ComponentKind.RISK_RULE, registry.of(ComponentKind.RISK_RULE))
    found["condition"] = _condition(registry)
    for component in registry:
        found[_name_of(component)] = _component(component)
    return found


def _asked_groups(registry: Registry) -> Iterable[tuple[str, ...]]:
    for component in registry:
        for one in component.declaration.parameters:
            yield one.groups


def _named(what: str, groups: tuple[str, ...]) -> str:
    return "-of-".join((what, "-or-".join(groups))) if groups else what


def _name_of(component: ComponentClass) -> str:
    """In a reference: operators are no words."""
    declared = component.declaration
    spelt = {">": "above", "<": "below", ">=": "at-or-above", "<=": "at-or-below", "==": "equal"}
    return f"{declared.kind.value}.{spelt.get(declared.id, declared.id)}"


def _any_of(kind: ComponentKind, components: Iterable[ComponentClass]) -> Schema:
    """The id first, so that a wrong one is told as such."""
    offered = list(components)
    ids: Schema = {kind.value: {"enum": [one.declaration.id for one in offered]}}
    return {"allOf": [{"properties": ids, "required": [kind.value]}], "anyOf": [_ref(_name_of(one)) for one in offered]}


def _closed(kind: ComponentKind, components: Iterable[ComponentClass]) -> Schema:
    return {"type": "object", **_any_of(kind, components), "unevaluatedProperties": False}


def _variable(registry: Registry, groups: tuple[str, ...] | None) -> Schema:
    """Where no state can be, only columns of candles are offered: in levels, sizings, sources."""
    return _source(registry, groups, is_adapted=True)


def _source(registry: Registry, groups: tuple[str, ...] | None, *, is_adapted: bool) -> Schema:
    is_operand = is_adapted and groups is None
    offered = [one for one in registry.of(ComponentKind.VARIABLE) if _fits(one, groups, may_be_state=is_operand)]
    short = {"enum": [one.declaration.id for one in offered if not _must_be_filled(one)]}
    written = _closed(ComponentKind.VARIABLE, offered)
    if is_adapted:
        written = {"type": "object", "properties": _ADAPTING, **written}
    return {"if": {"type": "string"}, "then": short, "else": written}


def _must_be_filled(component: ComponentClass) -> bool:
    return any(one.is_required for one in component.declaration.parameters)


def _fits(component: ComponentClass, groups: tuple[str, ...] | None, *, may_be_state: bool) -> bool:
    """What compares by its parameters (an average as what it averages) is offered everywhere."""
    if not issubclass(component, Variable):
        return False
    if issubclass(component, StateVariable) and not may_be_state:
        return False
    return not groups or component.group is None or component.group.id in groups


def _condition(registry: Registry) -> Schema:
    operators = registry.of(ComponentKind.OPERATOR)
    return {
        "type": "object",
        "properties": {"left": _ref("variable")},
        "required": ["left"],
        **_any_of(ComponentKind.OPERATOR, operators),
        "unevaluatedProperties": False,
    }


def _component(component: ComponentClass) -> Schema:
    declared = component.declaration
    fields: Schema = {declared.kind.value: {"const": declared.id}}
    needed = [declared.kind.value, *(one.name for one in declared.parameters if one.is_required)]
    for one in declared.parameters:
        fields[one.name] = _parameter(one, is_source=declared.kind is ComponentKind.VARIABLE)
    if issubclass(component, Operator) and component.operands:
        fields["right"] = _right(component.operands)
        needed.append("right")
    schema: Schema = {"type": "object", "title": declared.title.en}
    if declared.help.en:
        schema["description"] = declared.help.en
    return schema | {"properties": fields, "required": needed}


def _right(operands: int) -> Schema:
    if operands == 1:
        return _ref("operand")
    return {"type": "array", "items": _ref("operand"), "minItems": operands, "maxItems": operands}


def _parameter(declared: Parameter, *, is_source: bool) -> Schema:
    schema = _value(declared, is_source=is_source)
    told = ". ".join(text.rstrip(".") for text in (declared.label.en, declared.help.en) if text)
    unit = f" ({declared.unit.en})" if declared.unit.en else ""
    schema = schema | {"description": f"{told}{unit}"}
    default = declared.default
    return schema if default is None or declared.is_required else schema | {"default": value_tree(default)}


def _value(declared: Parameter, *, is_source: bool) -> Schema:
    if declared.kind is ParameterKind.VARIABLE:
        return _ref(_named("source" if is_source else "variable", declared.groups))
    if declared.kind is ParameterKind.CHOICE:
        return {"enum": [one.value for one in declared.choices]}
    bounds: Schema = {"minimum": declared.minimum, "maximum": declared.maximum}
    bounds = {name: value for name, value in bounds.items() if value is not None}
    if declared.kind is ParameterKind.WHOLE:
        return {"type": "integer", **bounds}
    if declared.kind is ParameterKind.NUMBER:
        return {"type": "number", **bounds}
    if declared.kind is ParameterKind.NUMBERS:
        return _list({"type": "number", **bounds}, MOST_LISTED, 1)
    return dict(_OTHER_VALUES[declared.kind])


_OTHER_VALUES: dict[ParameterKind, Schema] = {
    ParameterKind.SWITCH: {"type": "boolean"},
    ParameterKind.TEXT: {"type": "string", "maxLength": LONGEST_TEXT},
    ParameterKind.DURATION: {"type": "string", "pattern": f"^{DURATION.pattern}$"},
    ParameterKind.CONDITIONS: _ref("group"),
    ParameterKind.SIZING: _ref("sizing"),
    ParameterKind.STYLE: _ref("style"),
    ParameterKind.LEVELS: {"type": "array", "items": _ref("level")},
    ParameterKind.RULES: {"type": "array", "items": {"type": "string"}, "minItems": 1},
}
