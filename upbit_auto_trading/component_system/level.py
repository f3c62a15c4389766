"""Prices that guard a position inside candles. Base of what is declared in ``levels/``."""

from __future__ import annotations

from abc import abstractmethod

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import LevelPlan
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Component


class LevelComponent(Component):
    kind = ComponentKind.LEVEL
    __slots__ = ()

    @abstractmethod
    def plan(self, builder: Builder) -> LevelPlan: ...
