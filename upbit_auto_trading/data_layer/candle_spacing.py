"""Which unit the rows of a candle file are of: the file does not say, but their distances do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, log10
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

if TYPE_CHECKING:  # heavy: only where they are used
    import numpy as np
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
#: a few rows may lie off the grid: where an exchange was down, or files were joined
_SHARE_ON_GRID: Final = 0.99
#: rows of a shorter unit lie on a longer grid by chance: not once in so many powers of ten
_CERTAINTY: Final = 9.0
#: as people write them
_NAMES: Final = {CandleUnit.HOUR: "1h", CandleUnit.HOURS_4: "4h"}
#: none is shorter
_SHORTEST: Final = {CandleUnit.MONTH: timedelta(days=28), CandleUnit.YEAR: timedelta(days=365)}


def refuse_other_unit(name: str, candles: Sequence[Candle], unit: CandleUnit) -> None:
    """Played as minutes, hours would be one wild minute each and a silence after it. By rising time.

    Raises InvalidParameter with the unit found. Too few rows to be sure are let through.
    """
    import numpy as np

    # what opens within a second of another is of seconds at the most, so that fractions may go
    moments = np.array([(candle.opened_at - _EPOCH) // _SECOND for candle in candles], dtype=np.int64)
    found = _unit_of(moments, unit)
    if found is not unit:
        raise InvalidParameter(name, unit.value, "another-candle-unit", _NAMES.get(found, found.value))


def refuse_other_spacing(name: str, opened: NDArray[np.int64], unit: CandleUnit) -> None:
    """The same for opening times in seconds and for any unit."""
    found = _unit_of(opened, unit)
    if found is not unit:
        raise InvalidParameter(name, unit.value, "candles-of-another-unit", found.value)


def spaced_unit(opened: NDArray[np.int64], wanted: CandleUnit) -> CandleUnit:
    """The unit of the rows, whichever it is; ``wanted`` where they are too few, or the calendar decides."""
    if wanted.length is None or len(opened) < 2:
        return wanted
    found = _unit_of(opened, CandleUnit.SECOND)
    return wanted if found is CandleUnit.SECOND and _is_apart(opened, wanted) else _nearest(opened, found)


def _is_apart(opened: NDArray[np.int64], unit: CandleUnit) -> bool:
    import numpy as np

    return bool(np.diff(opened).min() >= _seconds(unit))


def _nearest(opened: NDArray[np.int64], found: CandleUnit) -> CandleUnit:
    """Too few rows to be sure of a grid: by the two that are closest."""
    if found is not CandleUnit.SECOND:
        return found
    return next(one for one in reversed(CandleUnit) if one is CandleUnit.SECOND or _is_apart(opened, one))


def _unit_of(opened: NDArray[np.int64], unit: CandleUnit) -> CandleUnit:
    import numpy as np

    shortest = _seconds(unit)
    nearest = int(np.diff(opened).min()) if len(opened) > 1 else shortest
    if nearest < shortest:
        return next((one for one in reversed(CandleUnit) if _seconds(one) <= nearest), CandleUnit.SECOND)
    if unit.length is None:
        return unit
    longer = [one for one in CandleUnit if one.length is not None and one.length > unit.length]
    return next((one for one in reversed(longer) if _is_spaced(opened, one, shortest)), unit)


def _seconds(unit: CandleUnit) -> int:
    return (unit.length or _SHORTEST[unit]) // _SECOND


def _is_spaced(opened: NDArray[np.int64], unit: CandleUnit, shorter: int) -> bool:
    """Wherever its grid lies: days may open at 09:00, weeks on any day."""
    import numpy as np

    length = _seconds(unit)
    _places, counts = np.unique(opened % length, return_counts=True)
    on_grid = int(counts.max(initial=0))
    if on_grid < ceil(_SHARE_ON_GRID * len(opened)):
        return False
    return (on_grid - 1) * log10(length / shorter) >= _CERTAINTY
