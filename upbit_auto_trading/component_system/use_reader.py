"""Uses of components, and the conditions made of them: JSON → definition. Which fields there are is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    GroupKind,
    Node,
    Operand,
    ParameterValue,
    Use,
    Within,
)
from upbit_auto_trading.component_system.declaration import Parameter, ParameterKind
from upbit_auto_trading.component_system.json_reading import JsonReading, shown, within
from upbit_auto_trading.component_system.nearest import nearest
from upbit_auto_trading.component_system.registry import Registry

Read = TypeVar("Read")

#: what every use of a variable may ask for, but a source inside another variable
ADAPTING = ("unit", "ago", "times", "plus")
GROUPS = {kind.value: kind for kind in GroupKind}
UNITS = {unit.value: unit for unit in CandleUnit}
_GROUP_WORDS = ", ".join(GROUPS)
_VARIABLE_WORDS = '"close", {"variable": "close"}'
_OPERAND_WORDS = f"50, {_VARIABLE_WORDS}"


class UseReader(JsonReading):
    def __init__(self, registry: Registry) -> None:
        super().__init__()
        self.registry = registry

    # components

    def use(self, place: str, value: object, kind: ComponentKind, beside: tuple[str, ...] = ()) -> Use | None:
        """``beside`` are fields of the same object that are read by whoever asks."""
        fields = self.an_object(place, value)
        if fields is None or not self.has(place, fields, kind.value):
            return None
        return self._use(place, fields, kind, beside)

    def uses(self, place: str, value: object, kind: ComponentKind) -> tuple[Use, ...]:
        listed = self.a_list(place, value)
        return self.kept(place, (self.use(f"{place}[{index}]", one, kind) for index, one in enumerate(listed)))

    def _use(self, place: str, fields: dict[str, object], kind: ComponentKind, beside: tuple[str, ...]) -> Use | None:
        named = self.a_text(within(place, kind.value), fields[kind.value])
        if named is None:
            return None
        component = self.registry.find(kind, named)
        if component is None:
            ids = [one.declaration.id for one in self.registry.of(kind)]
            where = within(place, kind.value)
            self.note(where, "unknown-component", found=shown(named), nearest=nearest(named, ids), kind=kind.value)
            return None
        declared = component.declaration.parameters
        self.only(place, fields, (kind.value, *(one.name for one in declared), *beside))
        is_source = kind is not ComponentKind.VARIABLE
        read = [
            (one.name, self._value(within(place, one.name), fields[one.name], one, is_source))
            for one in declared
            if one.name in fields
        ]
        return Use(kind, named, tuple((name, value) for name, value in read if value is not None))

    def _value(self, place: str, value: object, declared: Parameter, is_adaptable: bool) -> ParameterValue | None:
        if declared.kind is ParameterKind.VARIABLE:
            return self.variable(place, value, is_adaptable=is_adaptable)
        read: Callable[[UseReader, str, object], ParameterValue | None] = _OF_KINDS[declared.kind]
        return read(self, place, value)

    def variable(self, place: str, value: object, *, is_adaptable: bool = True) -> Use | None:
        if isinstance(value, str):
            return self._use(place, {"variable": value}, ComponentKind.VARIABLE, ())
        if not isinstance(value, dict):
            self.note(place, "not-a-variable", found=shown(value), allowed=_VARIABLE_WORDS)
            return None
        use = self.use(place, value, ComponentKind.VARIABLE, ADAPTING if is_adaptable else ())
        return self._adapted(place, use, value) if use is not None and is_adaptable else use

    def _adapted(self, place: str, use: Use, fields: dict[str, object]) -> Use:
        unit: CandleUnit | None = None
        if "unit" in fields:
            unit = self.one_of(within(place, "unit"), fields["unit"], UNITS)
        ago = self._field(place, fields, "ago", self.a_whole)
        times = self._field(place, fields, "times", self.a_number)
        plus = self._field(place, fields, "plus", self.a_number)
        return Use(use.kind, use.id, use.parameters, unit, ago or 0, 1.0 if times is None else times, plus or 0.0)

    def _field(
        self, place: str, fields: dict[str, object], name: str, read: Callable[[str, object], Read | None]
    ) -> Read | None:
        return read(within(place, name), fields[name]) if name in fields else None

    def numbers(self, place: str, value: object) -> tuple[float, ...]:
        listed = self.a_list(place, value)
        return self.kept(place, (self.a_number(f"{place}[{index}]", one) for index, one in enumerate(listed)))

    def texts(self, place: str, value: object) -> tuple[str, ...]:
        listed = self.a_list(place, value)
        return self.kept(place, (self.a_text(f"{place}[{index}]", one) for index, one in enumerate(listed)))

    # conditions

    def group(self, place: str, value: object) -> Group:
        fields = self.an_object(place, value)
        if fields is None:
            return Group(GroupKind.ALL)
        kind = next((GROUPS[name] for name in fields if name in GROUPS), None)
        if kind is None:
            self.note(place, "not-a-group", found=shown(value), allowed=_GROUP_WORDS)
            return Group(GroupKind.ALL)
        self.only(place, fields, (kind.value,))
        inner = within(place, kind.value)
        listed = self.a_list(inner, fields[kind.value])
        read = (self.node(f"{inner}[{index}]", one) for index, one in enumerate(listed))
        return Group(kind, self.kept(inner, read))

    def node(self, place: str, value: object) -> Node | None:
        fields = self.an_object(place, value)
        if fields is None:
            return None
        if any(name in GROUPS for name in fields):
            return self.group(place, fields)
        if "within" in fields or "of" in fields:
            return self._within(place, fields)
        return self._condition(place, fields)

    def _within(self, place: str, fields: dict[str, object]) -> Within | None:
        self.only(place, fields, ("within", "of"))
        if not self.has(place, fields, "within") or not self.has(place, fields, "of"):
            return None
        candles = self.a_whole(within(place, "within"), fields["within"])
        node = self.node(within(place, "of"), fields["of"])
        return None if candles is None or node is None else Within(candles, node)

    def _condition(self, place: str, fields: dict[str, object]) -> Condition | None:
        left = None
        if self.has(place, fields, "left"):
            left = self.variable(within(place, "left"), fields["left"])
        right = self._right(within(place, "right"), fields["right"]) if "right" in fields else ()
        operator = self.use(place, fields, ComponentKind.OPERATOR, ("left", "right"))
        return None if left is None or operator is None else Condition(left, operator, right)

    def _right(self, place: str, value: object) -> tuple[Operand, ...]:
        if isinstance(value, list) and len(value) < 2:  # one is written without brackets, none is left out
            self.note(place, "not-an-operand", found=shown(value), allowed=_OPERAND_WORDS)
            return ()
        listed = {f"{place}[{index}]": one for index, one in enumerate(value)} if isinstance(value, list) else None
        return self.kept(place, (self.operand(where, one) for where, one in (listed or {place: value}).items()))

    def operand(self, place: str, value: object) -> Operand | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.a_number(place, value)
        if isinstance(value, str | dict):
            return self.variable(place, value)
        self.note(place, "not-an-operand", found=shown(value), allowed=_OPERAND_WORDS)
        return None


_OF_KINDS: dict[ParameterKind, Callable[[UseReader, str, object], ParameterValue | None]] = {
    ParameterKind.WHOLE: UseReader.a_whole,
    ParameterKind.NUMBER: UseReader.a_number,
    ParameterKind.NUMBERS: UseReader.numbers,
    ParameterKind.SWITCH: UseReader.a_switch,
    ParameterKind.CHOICE: UseReader.a_text,
    ParameterKind.TEXT: UseReader.a_text,
    ParameterKind.DURATION: UseReader.a_text,
    ParameterKind.CONDITIONS: UseReader.group,
    ParameterKind.SIZING: lambda reader, place, value: reader.use(place, value, ComponentKind.SIZING),
    ParameterKind.STYLE: lambda reader, place, value: reader.use(place, value, ComponentKind.STYLE),
    ParameterKind.LEVELS: lambda reader, place, value: reader.uses(place, value, ComponentKind.LEVEL),
    ParameterKind.RULES: UseReader.texts,
}
