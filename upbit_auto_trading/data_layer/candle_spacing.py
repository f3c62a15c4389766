"""Which unit the rows of a candle file are of: the file does not say, but their distances do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log10
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: a few rows may lie off the grid: where an exchange was down, or files were joined
_SHARE_ON_GRID: Final = 0.99
#: rows of a shorter unit lie on a longer grid by chance: not once in so many powers of ten
_CERTAINTY: Final = 9.0
#: as people write them
_NAMES: Final = {CandleUnit.HOUR: "1h", CandleUnit.HOURS_4: "4h"}


def refuse_other_unit(name: str, candles: Sequence[Candle], unit: CandleUnit) -> None:
    """Played as minutes, hours would be one wild minute each and a silence after it. By rising time.

    Raises InvalidParameter with the unit found. Too few rows to be sure are let through.
    """
    found = _unit_of([candle.opened_at for candle in candles], unit)
    if found is not unit:
        raise InvalidParameter(name, unit.value, "another-candle-unit", _NAMES.get(found, found.value))


def _unit_of(moments: Sequence[datetime], unit: CandleUnit) -> CandleUnit:
    length = unit.length
    assert length is not None, "files of months are not replayed"
    if any(later - earlier < length for earlier, later in pairwise(moments)):
        return CandleUnit.SECOND
    longer = [one for one in CandleUnit if one.length is not None and one.length > length]
    return next((one for one in reversed(longer) if _is_spaced(moments, one, length)), unit)


def _is_spaced(moments: Sequence[datetime], unit: CandleUnit, shorter: timedelta) -> bool:
    """Wherever its grid lies: days may open at 09:00, weeks on any day."""
    assert unit.length is not None
    places = Counter((moment - _EPOCH) % unit.length for moment in moments)
    on_grid = max(places.values(), default=0)
    if on_grid < _SHARE_ON_GRID * len(moments):
        return False
    return (on_grid - 1) * log10(unit.length / shorter) >= _CERTAINTY
