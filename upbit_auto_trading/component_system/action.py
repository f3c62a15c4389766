"""What a rule does. Base of what is declared in ``actions/``."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Role
from upbit_auto_trading.business_logic.ports.strategy import Action
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import Component


class ActionComponent(Component):
    kind = ComponentKind.ACTION
    #: of the rules that may do it
    roles: ClassVar[frozenset[Role]]
    __slots__ = ()

    @abstractmethod
    def plan(self, builder: Builder) -> Action:
        """Parameters that are uses of components are the components themselves by now, variables with what adapts
        them."""
