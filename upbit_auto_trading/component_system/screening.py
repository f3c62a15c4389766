"""Every variable of strategies as one of screens: ``rsi(period=14)@60m`` is RSI(14) on the last closed hour.

What stands there is the variable's id in strategy files, its parameters where they are not the defaults, and the unit
of the candles. Each such text is a variable of its own, made when it is asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import decimal_of
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.screen import Operator
from upbit_auto_trading.business_logic.domain.screen_variable import (
    CandleNeed,
    Choice,
    MarketFacts,
    ScreenVariable,
    Unknown,
    UnknownReason,
    Value,
    ValueKind,
    VariableSetting,
    plain_number,
)
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system import variable as groups
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.checking_uses import UseChecker
from upbit_auto_trading.component_system.declaration import ComparisonGroup, Parameter, ParameterKind
from upbit_auto_trading.component_system.naming import name_of
from upbit_auto_trading.component_system.registry import ComponentClass, Registry
from upbit_auto_trading.component_system.variable import CandleVariable
from upbit_auto_trading.utils.bilingual_text import Text

#: on which candles a variable is offered first
OFFERED_UNIT = CandleUnit.HOUR
#: what a market's candles can be had of
UNITS = {
    unit.value: unit
    for unit in CandleUnit
    if unit.length is not None and unit not in (CandleUnit.SECOND, CandleUnit.WEEK)
}
_ID = re.compile(r"(?P<use>.+)@(?P<unit>\w+)")
_USE = re.compile(r"(?P<name>[a-z0-9.-]+)(?:\((?P<inside>.*)\))?")
_NAME = Text("{name}, {unit}", "{name}, {unit}")
#: the newest candles are often not stored yet
_SLACK = {CandleUnit.DAY: timedelta(days=1)}
_SHORTEST_SLACK = timedelta(hours=6)
_KINDS = {
    groups.PERCENT.id: ValueKind.PERCENT,
    groups.PRICE.id: ValueKind.MONEY,
    groups.PRICE_DISTANCE.id: ValueKind.MONEY,
    groups.MONEY.id: ValueKind.MONEY,
    groups.RATIO.id: ValueKind.RATIO,
}
_FIRST = {
    groups.OSCILLATOR.id: (Operator.AT_MOST, "30"),
    groups.RATIO.id: (Operator.AT_LEAST, "2"),
    groups.PATTERN.id: (Operator.AT_LEAST, "100"),
}
#: the candles, which every variable of them has
_UNIT = "@"
_UNIT_LABEL = Text("캔들", "Candles")
_MOST_DECIMALS = 6
_LARGEST = Decimal(10) ** 15
_FIGURES = 12


class ScreenVariables(Mapping[str, ScreenVariable]):
    """``own`` are those of screens; then each variable of candles with its defaults. Others are found by their text."""

    def __init__(self, own: Mapping[str, ScreenVariable], registry: Registry) -> None:
        self._own = own
        self._registry = registry
        self._made: dict[str, ScreenVariable | None] = {}
        self._offered = tuple(f"{one.declaration.id}@{OFFERED_UNIT.value}" for one in _offered(registry))

    def __getitem__(self, variable_id: str) -> ScreenVariable:
        if variable_id in self._own:
            return self._own[variable_id]
        if variable_id not in self._made:
            self._made[variable_id] = _screen_variable(variable_id, self._registry)
        found = self._made[variable_id]
        if found is None:
            raise KeyError(variable_id)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from self._offered

    def __len__(self) -> int:
        return len(self._own) + len(self._offered)


def _offered(registry: Registry) -> Iterator[ComponentClass]:
    every = [one for one in registry.of(ComponentKind.VARIABLE) if issubclass(one, CandleVariable)]
    whole = (one for one in every if not any(parameter.is_required for parameter in one.declaration.parameters))
    yield from sorted(whole, key=lambda one: (one.declaration.category.en, one.declaration.title.en))


def _screen_variable(variable_id: str, registry: Registry) -> ScreenVariable | None:
    found = _ID.fullmatch(variable_id)
    unit = None if found is None else UNITS.get(found["unit"])
    use = None if found is None or unit is None else _use_of(found["use"], registry)
    if use is None or unit is None:
        return None
    checker = UseChecker(registry, unit)
    if not isinstance(checker.candle_variable("", use), CandleVariable) or checker.problems:
        return None
    variable = Builder(registry, unit).component(use)
    assert isinstance(variable, CandleVariable)
    return _declared(variable_id, variable, unit, registry)


def _use_of(text: str, registry: Registry) -> Use | None:
    found = _USE.fullmatch(text)
    component = None if found is None else registry.find(ComponentKind.VARIABLE, found["name"])
    if found is None or component is None:
        return None
    declared = {one.name: one for one in component.declaration.parameters}
    read: dict[str, ParameterValue] = {}
    for written in _split(found["inside"] or ""):
        name, _equals, text_of_value = written.partition("=")
        value = _value(text_of_value, declared[name], registry) if name in declared and name not in read else None
        if value is None:
            return None
        read[name] = value
    return Use(ComponentKind.VARIABLE, found["name"], tuple(read.items()))


def _split(inside: str) -> Iterator[str]:
    """At commas that stand in no brackets."""
    begun = depth = 0
    for place, sign in enumerate(inside):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield inside[begun:place]
            begun = place + 1
    if inside:
        yield inside[begun:]


def _value(text: str, declared: Parameter, registry: Registry) -> ParameterValue | None:
    if declared.kind is ParameterKind.VARIABLE:
        return _use_of(text, registry)
    if declared.kind in (ParameterKind.CHOICE, ParameterKind.DURATION, ParameterKind.TEXT):
        return text
    if declared.kind is ParameterKind.SWITCH:
        return {"true": True, "false": False}.get(text)
    try:
        return int(text) if declared.kind is ParameterKind.WHOLE else float(text)
    except ValueError:
        return None


def _declared(variable_id: str, variable: CandleVariable, unit: CandleUnit, registry: Registry) -> ScreenVariable:
    group, declaration = variable.comparison_group, variable.declaration
    operator, first = _FIRST.get(group.id, (Operator.AT_LEAST, plain_number(_bound(group.minimum, Decimal(0)))))
    kind = _KINDS.get(group.id, ValueKind.NUMBER)
    need = _need(variable, unit)
    return ScreenVariable(
        variable_id,
        _NAME.format(name=name_of(variable), unit=unit.value),
        declaration.help,
        declaration.category,
        kind,
        lambda facts: _newest(facts, variable, need),
        operator,
        (first,),
        minimum=_bound(group.minimum, -_LARGEST),
        maximum=_bound(group.maximum, _LARGEST),
        candles=need,
        needs_summary=False,
        settings=tuple(_settings(variable, unit, registry)),
        having=lambda name, text: _having(variable_id, name, text, registry),
        unit=group.unit if kind in (ValueKind.NUMBER, ValueKind.RATIO) else Text("", ""),
        decimals=_decimals(group),
    )


# what of it can be chosen


def _settings(variable: CandleVariable, unit: CandleUnit, registry: Registry) -> Iterator[VariableSetting]:
    for one in variable.declaration.parameters:
        value = variable.values[one.name]
        low, high = (None if bound is None else decimal_of(float(bound)) for bound in (one.minimum, one.maximum))
        if one.kind in (ParameterKind.WHOLE, ParameterKind.NUMBER):
            text = plain_number(decimal_of(float(value)))
            decimals = 0 if one.kind is ParameterKind.WHOLE else _MOST_DECIMALS
            yield VariableSetting(one.name, one.label, ValueKind.NUMBER, text, low, high, decimals=decimals)
        elif one.kind is ParameterKind.SWITCH:
            yield VariableSetting(one.name, one.label, ValueKind.SWITCH, "true" if value else "false")
        elif one.kind is ParameterKind.CHOICE:
            choices = tuple(Choice(choice.value, choice.label) for choice in one.choices)
            yield VariableSetting(one.name, one.label, ValueKind.CHOICE, str(value), choices=choices)
        elif one.kind is ParameterKind.VARIABLE and isinstance(value, CandleVariable):
            yield VariableSetting(
                one.name, one.label, ValueKind.CHOICE, _written(value), choices=_sources(one, value, registry)
            )
    units = tuple(Choice(name, Text(name, name)) for name in UNITS)
    yield VariableSetting(_UNIT, _UNIT_LABEL, ValueKind.CHOICE, unit.value, choices=units)


def _sources(declared: Parameter, present: CandleVariable, registry: Registry) -> tuple[Choice, ...]:
    """What has no parameters of its own, and what is there."""
    plain = [one for one in _offered(registry) if not one.declaration.parameters and issubclass(one, CandleVariable)]
    fitting = [
        one for one in plain if one.group is not None and (not declared.groups or one.group.id in declared.groups)
    ]
    offered = {one.declaration.id: one.declaration.title for one in fitting}
    offered.setdefault(_written(present), name_of(present))
    return tuple(Choice(value, title) for value, title in offered.items())


def _written(variable: CandleVariable) -> str:
    """As it stands inside another one's brackets: what is not the default."""
    inside = _inside(
        {one.name: _text_of(variable.values[one.name]) for one in variable.declaration.parameters}, variable
    )
    return f"{variable.declaration.id}({inside})" if inside else variable.declaration.id


def _inside(texts: Mapping[str, str], variable: CandleVariable) -> str:
    different = (one.name for one in variable.declaration.parameters if texts[one.name] != _text_of_default(one))
    return ",".join(f"{name}={texts[name]}" for name in different)


def _text_of(value: object) -> str:
    if isinstance(value, CandleVariable):
        return _written(value)
    if isinstance(value, Use):  # a default: with what it says beside its own defaults
        inside = ",".join(f"{name}={_text_of(one)}" for name, one in value.parameters)
        return f"{value.id}({inside})" if inside else value.id
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_number(decimal_of(float(value))) if isinstance(value, int | float) else str(value)


def _text_of_default(declared: Parameter) -> str:
    return _text_of(declared.default)


def _having(variable_id: str, name: str, text: str, registry: Registry) -> str:
    written, _at, unit = variable_id.rpartition("@")
    if name == _UNIT:
        return f"{written}@{text}"
    variable = Builder(registry, UNITS[unit]).component(_known_use(written, registry))
    assert isinstance(variable, CandleVariable)
    inside = {
        one.name: text if one.name == name else _text_of(variable.values[one.name])
        for one in variable.declaration.parameters
    }
    told = _inside(inside, variable)
    return f"{variable.declaration.id}({told})@{unit}" if told else f"{variable.declaration.id}@{unit}"


def _known_use(written: str, registry: Registry) -> Use:
    use = _use_of(written, registry)
    assert use is not None, "of a variable that was made"
    return use


def _bound(value: float | None, otherwise: Decimal) -> Decimal:
    return otherwise if value is None else decimal_of(float(value))


def _decimals(group: ComparisonGroup) -> int:
    return 8 if group.decimals is None else group.decimals


def _need(variable: CandleVariable, unit: CandleUnit) -> CandleNeed:
    assert unit.length is not None
    slack = _SLACK.get(unit, max(_SHORTEST_SLACK, 2 * unit.length))
    return CandleNeed(unit, variable.window * unit.length + slack, slack)


def _newest(facts: MarketFacts, variable: CandleVariable, need: CandleNeed) -> Value | Unknown:
    """On the last candle that is known to have closed."""
    known = facts.candles(need)
    if known.unknown:
        return Unknown(UnknownReason.CANDLES_MISSING)
    if len(known.series) < variable.needs:
        return Unknown(UnknownReason.TOO_FEW_CANDLES)
    newest = float(Frame(known.series, day_start_of(known.series.market.exchange)).of(variable)[-1])
    if not math.isfinite(newest):
        return Unknown(UnknownReason.NOT_DEFINED)
    return decimal_of(float(f"{newest:.{_FIGURES}g}"))
