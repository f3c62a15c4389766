"""What a variable is called in texts: EMA(20), EMA(20, source) on 60m, 1.5 × volume."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Use
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable, StateVariable
from upbit_auto_trading.component_system.adapted_variable import Ago, AtUnit, Scaled, ScaledState
from upbit_auto_trading.component_system.declaration import Component, Parameter, ParameterKind
from upbit_auto_trading.component_system.variable import Variable
from upbit_auto_trading.utils.bilingual_text import Text

_ON_UNIT = Text("{name} {unit}", "{name} on {unit}")
_AGO = Text("{candles}캔들 전 {name}", "{name} {candles} candle(s) ago")
_TIMES = Text("{times} × {name}", "{times} × {name}")
_PLUS = Text("{name} {plus}", "{name} {plus}")
#: told always; of others only what was chosen
_TOLD = (ParameterKind.WHOLE, ParameterKind.NUMBER, ParameterKind.DURATION)


def name_of(variable: MarketVariable | StateVariable) -> Text:
    match variable:
        case AtUnit():
            return _ON_UNIT.format(name=name_of(variable.variable), unit=variable.unit.value)
        case Ago():
            return _AGO.format(name=name_of(variable.variable), candles=variable.candles)
        case Scaled() | ScaledState():
            name = name_of(variable.variable)
            if variable.times != 1:
                name = _TIMES.format(times=f"{variable.times:.10g}", name=name)
            if variable.plus:
                sign = "+" if variable.plus > 0 else "−"
                name = _PLUS.format(name=name, plus=f"{sign} {abs(variable.plus):.10g}")
            return name
        case Variable():
            return component_name(variable)
    return Text(variable.key, variable.key)


def base_of(variable: object) -> Variable | None:
    """Without what adapts it."""
    while isinstance(variable, AtUnit | Ago | Scaled | ScaledState):
        variable = variable.variable
    return variable if isinstance(variable, Variable) else None


def component_name(component: Component) -> Text:
    declaration = component.declaration
    told = [_told(one, component.values[one.name]) for one in declaration.parameters]
    words = [one for one in told if one is not None]
    if not words:
        return declaration.title
    inside = Text(", ".join(one.ko for one in words), ", ".join(one.en for one in words))
    return Text(f"{declaration.title.ko}({inside.ko})", f"{declaration.title.en}({inside.en})")


def _told(declared: Parameter, value: object) -> Text | None:
    if declared.kind in _TOLD:
        written = f"{value:.10g}" if isinstance(value, float) else str(value)
        return Text(written, written)
    if declared.kind is ParameterKind.RULES and isinstance(value, tuple):
        ids = ", ".join(str(one) for one in value)
        return Text(ids, ids)
    if declared.kind is ParameterKind.CHOICE and value != declared.default:
        return next((one.label for one in declared.choices if one.value == value), None)
    if declared.kind is ParameterKind.VARIABLE and isinstance(value, Component):
        return None if _is_default(value, declared.default) else component_name(value)
    return None


def _is_default(component: Component, default: object) -> bool:
    if not isinstance(default, Use) or component.declaration.id != default.id:
        return False
    written = dict(default.parameters)
    return all(
        component.values[one.name] == written.get(one.name, one.default)
        for one in component.declaration.parameters
        if one.kind is not ParameterKind.VARIABLE
    )
