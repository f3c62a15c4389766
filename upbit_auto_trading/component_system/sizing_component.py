"""How much is bought. Base of what is declared in ``sizing/``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable, SizingAsk
from upbit_auto_trading.component_system.building import is_market_variable
from upbit_auto_trading.component_system.declaration import Component


class SizingComponent(Component):
    """Implements ``Sizing``."""

    kind = ComponentKind.SIZING
    #: it divides by the distance to a stop, so the strategy must have one
    needs_stop: ClassVar[bool] = False
    __slots__ = ()

    @property
    def variables(self) -> tuple[MarketVariable, ...]:
        return tuple(value for value in self.values.values() if is_market_variable(value))

    @property
    def of_free_cash(self) -> Callable[[float], float] | None:
        """``funds`` where nothing but the free cash counts; None: it has to be asked."""
        return None

    @abstractmethod
    def funds(self, ask: SizingAsk) -> float: ...
