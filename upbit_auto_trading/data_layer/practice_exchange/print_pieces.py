"""A storm of partial fills on request: each print of the market comes in many small pieces."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Final

from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind, Faults

_STEP: Final = Decimal("1e-8")


class PrintPieces:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, tick: Print) -> tuple[Print, ...]:
        fault = self._faults.first(FaultKind.PARTIAL_FILLS, path="*", market=tick.market.code)
        return (tick,) if fault is None else in_pieces(tick, fault.amount)


def in_pieces(tick: Print, count: int) -> tuple[Print, ...]:
    """They add up to the print exactly; fewer than asked for where it is too small."""
    piece = max((tick.quantity / max(count, 1)).quantize(_STEP, ROUND_DOWN), _STEP)
    whole = min(max(count, 1), int(tick.quantity / piece)) - 1
    sizes = [piece] * max(whole, 0)
    return tuple(replace(tick, quantity=size) for size in (*sizes, tick.quantity - piece * len(sizes)))
