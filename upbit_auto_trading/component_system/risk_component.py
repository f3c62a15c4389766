"""Brakes of a strategy. Base of what is declared in ``risk_rules/``."""

from __future__ import annotations

from abc import abstractmethod

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import Proposal, Verdict
from upbit_auto_trading.component_system.declaration import Component


class RiskComponent(Component):
    """Implements ``RiskRule``."""

    kind = ComponentKind.RISK_RULE
    __slots__ = ()

    @property
    def id(self) -> str:
        return self.declaration.id

    @abstractmethod
    def judge(self, proposal: Proposal) -> Verdict: ...
