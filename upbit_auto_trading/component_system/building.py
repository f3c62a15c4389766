"""From a checked ``Use`` to the component itself; see ``checking`` for what makes it checked."""

from __future__ import annotations

from typing import TypeGuard

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, ParameterValue, Use
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable
from upbit_auto_trading.business_logic.ports.strategy import StateVariable as AnyStateVariable
from upbit_auto_trading.component_system.adapted_variable import Ago, AtUnit, Scaled, ScaledState
from upbit_auto_trading.component_system.declaration import Component
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.variable import CandleVariable, StateVariable


class Builder:
    """For one strategy: ``unit`` is that of its candles."""

    def __init__(self, registry: Registry, unit: CandleUnit) -> None:
        self.registry = registry
        self.unit = unit

    def component(self, use: Use) -> Component:
        """Without what adapts a variable. Parameters that are uses become components too; those of a block stay as
        they were written."""
        declared = self.registry.find(use.kind, use.id)
        if declared is None:
            raise InvariantBroken(f"no {use.kind.value} {use.id}: the definition was not checked")
        written = dict(use.parameters)
        values = {one.name: written.get(one.name, one.default) for one in declared.declaration.parameters}
        if use.kind is ComponentKind.BLOCK:
            return declared(**values)
        built = declared(**{name: self._value(value, use.kind) for name, value in values.items()})
        return built.on(self.unit) if isinstance(built, CandleVariable) else built

    def variable(self, use: Use) -> MarketVariable | AnyStateVariable:
        """With unit, candles ago, and scale."""
        found = self.component(use)
        if isinstance(found, StateVariable):
            is_plain = (use.times, use.plus) == (1.0, 0.0)
            return found if is_plain else ScaledState(found, use.times, use.plus)
        return self.market_variable(use)

    def market_variable(self, use: Use) -> MarketVariable:
        found = self.component(use)
        if not isinstance(found, CandleVariable):
            raise InvariantBroken(f"{use.id} is no variable of candles: the definition was not checked")
        variable: MarketVariable = found
        if use.unit is not None and use.unit is not self.unit:
            variable = AtUnit(found.on(use.unit), use.unit, self.unit)
        if use.ago:
            variable = Ago(variable, use.ago)
        return variable if (use.times, use.plus) == (1.0, 0.0) else Scaled(variable, use.times, use.plus)

    def _value(self, value: ParameterValue | None, user: ComponentKind) -> object:
        if isinstance(value, Use):
            is_source = user is ComponentKind.VARIABLE or value.kind is not ComponentKind.VARIABLE
            return self.component(value) if is_source else self.variable(value)
        if isinstance(value, tuple):
            return tuple(self._value(one, user) for one in value)
        return value


def is_market_variable(value: object) -> TypeGuard[MarketVariable]:
    return isinstance(value, CandleVariable | AtUnit | Ago | Scaled)
