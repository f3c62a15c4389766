"""The language in which components are declared.

A component is a class with an id, texts and typed, bounded parameters; an instance is that component with values.
From the declaration come form, validation, file, chart, explanation, documentation and execution. Components are
values: equal where kind, id and parameters are, and their ``key`` names what they compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.utils.bilingual_text import Text

NOTHING = Text("", "")


class ParameterKind(Enum):
    WHOLE = "whole number"
    NUMBER = "number"
    #: several numbers, rising or not
    NUMBERS = "numbers"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    #: a length of time: 1m, 4h, 7d
    DURATION = "duration"
    VARIABLE = "variable"
    #: a group of conditions
    CONDITIONS = "conditions"
    SIZING = "sizing"
    STYLE = "style"
    LEVELS = "levels"
    #: ids of rules of the same strategy
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """Read as an attribute of the component that declares it."""

    kind: ParameterKind
    default: ParameterValue | None
    label: Text
    help: Text = NOTHING
    minimum: float | None = None
    maximum: float | None = None
    #: after the input
    unit: Text = NOTHING
    choices: tuple[Choice, ...] = ()
    #: of a VARIABLE: ids of comparison groups it may come from; empty: any
    groups: tuple[str, ...] = ()
    #: without it the file is refused, as there is no sensible default
    is_required: bool = False
    name: str = field(default="", compare=False)

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.name:  # one that would hide something of its component says its name itself
            object.__setattr__(self, "name", name)

    def __get__(self, instance: Component | None, owner: type) -> Any:
        return self if instance is None else instance.values[self.name]


def whole(default: int, label: Text, minimum: int, maximum: int, *, help: Text = NOTHING, unit: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.WHOLE, default, label, help, minimum, maximum, unit)


def number(
    default: float, label: Text, minimum: float, maximum: float, *, help: Text = NOTHING, unit: Text = NOTHING
) -> Any:
    return Parameter(ParameterKind.NUMBER, default, label, help, minimum, maximum, unit)


def numbers(
    default: tuple[float, ...],
    label: Text,
    minimum: float,
    maximum: float,
    *,
    help: Text = NOTHING,
    unit: Text = NOTHING,
) -> Any:
    return Parameter(ParameterKind.NUMBERS, default, label, help, minimum, maximum, unit)


def switch(default: bool, label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.SWITCH, default, label, help)


def choice(default: str, label: Text, choices: Mapping[str, Text], *, help: Text = NOTHING) -> Any:
    offered = tuple(Choice(value, text) for value, text in choices.items())
    return Parameter(ParameterKind.CHOICE, default, label, help, choices=offered)


def text(default: str, label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.TEXT, default, label, help)


def duration(default: str, label: Text, *, help: Text = NOTHING, name: str = "") -> Any:
    return Parameter(ParameterKind.DURATION, default, label, help, name=name)


def variable(default: Use | str | None, label: Text, *, groups: tuple[str, ...] = (), help: Text = NOTHING) -> Any:
    """A text is the id of a variable with its defaults; None: it must be written."""
    chosen = variable_use(default) if isinstance(default, str) else default
    return Parameter(ParameterKind.VARIABLE, chosen, label, help, groups=groups, is_required=default is None)


def conditions(label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.CONDITIONS, None, label, help, is_required=True)


def sizing(default: Use | None, label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.SIZING, default, label, help, is_required=default is None)


def style(default: Use, label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.STYLE, default, label, help)


def levels(label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.LEVELS, (), label, help)


def rules(label: Text, *, help: Text = NOTHING) -> Any:
    return Parameter(ParameterKind.RULES, None, label, help, is_required=True)


def variable_use(variable_id: str, /, **parameters: ParameterValue) -> Use:
    return Use(ComponentKind.VARIABLE, variable_id, tuple(parameters.items()))


@dataclass(frozen=True, slots=True)
class ComparisonGroup:
    """What may be compared with what. Constants compared with a variable of it must lie within its bounds."""

    id: str
    title: Text
    minimum: float | None = None
    maximum: float | None = None
    #: after a value of it
    unit: Text = NOTHING
    #: figures behind the point that are worth showing; None: as the market's prices
    decimals: int | None = 2


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a component class says of itself. ``id`` is in saved files and never changes; a change of meaning raises
    ``version`` and ships an upgrade."""

    kind: ComponentKind
    id: str
    title: Text
    help: Text
    parameters: tuple[Parameter, ...]
    version: int = 1
    #: the heading under which it is offered
    category: Text = NOTHING


class Component:
    """Base of the bases: variables, operators, actions, sizings, styles, levels, risk rules, blocks."""

    kind: ClassVar[ComponentKind]
    declaration: ClassVar[Declaration]
    __slots__ = ("_key", "values")
    values: dict[str, Any]

    def __init_subclass__(
        cls,
        *,
        id: str = "",
        title: Text = NOTHING,
        help: Text = NOTHING,
        category: Text = NOTHING,
        version: int = 1,
        **others: Any,
    ) -> None:
        super().__init_subclass__(**others)
        if not id:
            return
        found: dict[str, Parameter] = {}
        for base in reversed(cls.__mro__):
            found.update((name, one) for name, one in vars(base).items() if isinstance(one, Parameter))
        category = category if category != NOTHING else getattr(cls, "category", NOTHING)
        cls.declaration = Declaration(cls.kind, id, title, help, tuple(found.values()), version, category)

    def __init__(self, **values: Any) -> None:
        """With checked values; what is left out has its default. The compiler checks, and turns a ``Use`` that is a
        value into the component itself."""
        names = {one.name for one in self.declaration.parameters}
        unknown = values.keys() - names
        if unknown:
            raise TypeError(f"{self.declaration.id} has no {', '.join(sorted(unknown))}")
        self.values = {one.name: values.get(one.name, one.default) for one in self.declaration.parameters}
        self._key = self._named()

    @property
    def key(self) -> str:
        """``ema(period=20,source=close)``: the same text, the same numbers."""
        return self._key

    def _named(self) -> str:
        written = ",".join(f"{name}={_written(value)}" for name, value in self.values.items())
        return f"{self.declaration.id}({written})" if written else self.declaration.id

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key == other._key

    def __hash__(self) -> int:
        return hash((type(self), self._key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._key})"


def _written(value: object) -> str:
    if hasattr(value, "key"):  # a component, or a variable with what adapts it
        return str(value.key)
    if isinstance(value, tuple):
        return "[" + ";".join(_written(one) for one in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
