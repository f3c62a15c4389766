"""One candle → its prints: open → low → high → close. They add up to the candle exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.market_rules import TickTable
from upbit_auto_trading.business_logic.simulation.market_tick import Print


@dataclass(frozen=True, slots=True)
class PathSettings:
    #: one more print for so much traded (base currency)
    quantity_a_print: Decimal = Decimal("0.1")
    most_prints: int = 24
    #: verify: the price stops at every tick on its way
    every_tick: bool = False


def candle_prints(candle: Candle, ticks: TickTable, seed: int, settings: PathSettings) -> tuple[Print, ...]:
    """In time order, inside the candle. A candle without volume has none."""
    raise NotImplementedError
