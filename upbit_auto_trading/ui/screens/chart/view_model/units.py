"""Which candle units a chart offers: what the opened exchange declares, and what is made exactly of those."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import log
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import made_from

#: as the calendar has them in the mean
_NOMINAL_SECONDS: Final = {CandleUnit.MONTH: 2_629_746.0, CandleUnit.YEAR: 31_556_952.0}
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OfferedUnit:
    """``made_of``: the exchange has no such candles; they are made of its own of that unit, and are the same."""

    unit: CandleUnit
    made_of: CandleUnit | None = None


#: before any exchange was reached
EVERY_UNIT: Final = tuple(OfferedUnit(unit) for unit in CandleUnit)


def offered_units(declared: Collection[CandleUnit]) -> tuple[OfferedUnit, ...]:
    """The finest first."""
    found = ((unit, made_from(unit, declared)) for unit in CandleUnit)
    return tuple(OfferedUnit(unit, None if finer is unit else finer) for unit, finer in found if finer is not None)


def nearest_unit(wanted: CandleUnit, units: Iterable[CandleUnit]) -> CandleUnit:
    """Itself where it is among them; of two that are as far away the finer one."""
    length = log(_seconds(wanted))
    return min(units, key=lambda unit: (abs(log(_seconds(unit)) - length), _seconds(unit)))


def _seconds(unit: CandleUnit) -> float:
    return _NOMINAL_SECONDS[unit] if unit.length is None else unit.length / _SECOND
