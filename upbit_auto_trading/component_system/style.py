"""How an order is placed. Base of what is declared in ``styles/``."""

from __future__ import annotations

from abc import abstractmethod

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import StylePlan
from upbit_auto_trading.component_system.declaration import Component


class StyleComponent(Component):
    kind = ComponentKind.STYLE
    __slots__ = ()

    @abstractmethod
    def plan(self) -> StylePlan: ...
