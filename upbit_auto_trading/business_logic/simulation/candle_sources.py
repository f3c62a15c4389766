"""Where replayed candles come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    UNIT,
    decimal_of,
    epoch_seconds,
    moment_of_ms,
    seconds_of,
    units_of,
)
from upbit_auto_trading.business_logic.simulation.candle_path import bare_of
from upbit_auto_trading.business_logic.simulation.path_rows import BareCandles, PathSettings
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings

_PRINTS_OF_USUAL_CANDLE = 8
_UNITS = (CandleUnit.MINUTE, CandleUnit.SECOND)


class CandleSource(Protocol):
    """Of one market; the unit is a minute or a second."""

    @property
    def market(self) -> Market: ...
    @property
    def listed(self) -> ListedMarket: ...
    @property
    def unit(self) -> CandleUnit: ...
    @property
    def first_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime | None:
        """No candle opens from here on. None: it never ends."""
        ...

    def next_from(self, start: int) -> int | None:
        """In seconds since 1970: before it no candle opens from ``start`` on. None: there are no more."""
        ...

    @property
    def path(self) -> PathSettings: ...
    @property
    def book(self) -> BookSettings: ...
    def bare(self, start: int, end: int) -> BareCandles:
        """Those that open in [start, end), in seconds since 1970, before their prints are known."""
        ...

    def candles(self, start: datetime, end: datetime) -> Sequence[Candle]:
        """Those that open in [start, end). What a replay serves has the last word on the turnover."""
        ...


class StoredCandles:
    """Recorded candles, for instance of a file, by rising time. Those without volume are left out.

    Prices and quantities beyond the eighth decimal are cut; the turnover is that of the prints.
    """

    def __init__(self, listed: ListedMarket, candles: Iterable[Candle], unit: CandleUnit = CandleUnit.MINUTE) -> None:
        if unit not in _UNITS:
            raise InvalidParameter(str(listed.market), unit.value, "candles-unusable")
        self._listed = listed
        self._unit = unit
        self._kept = tuple(one for one in candles if units_of(one.volume) > 0)
        self._bare = bare_of(self._kept, seconds_of(unit))
        if not self._kept:
            raise InvalidParameter(str(listed.market), 0, "candles-unusable")
        if np.any(np.diff(self._bare.opened) <= 0):
            raise InvalidParameter(str(listed.market), len(self._kept), "candles-unusable")

    @property
    def market(self) -> Market:
        return self._listed.market

    @property
    def listed(self) -> ListedMarket:
        return self._listed

    @property
    def unit(self) -> CandleUnit:
        return self._unit

    @property
    def first_at(self) -> datetime:
        return self._kept[0].opened_at

    @property
    def ends_at(self) -> datetime:
        return moment_of_ms((int(self._bare.opened[-1]) + self._bare.length) * 1000)

    @property
    def path(self) -> PathSettings:
        """A candle of the middle volume has a few prints."""
        middle = int(np.sort(self._bare.volume)[len(self._bare) // 2])
        return PathSettings(max(decimal_of(middle // _PRINTS_OF_USUAL_CANDLE), Decimal(1) / UNIT))

    @property
    def book(self) -> BookSettings:
        """A level near the price holds a fifth of a usual candle's turnover."""
        middle = int(np.sort(self._bare.volume)[len(self._bare) // 2])
        price = int(self._bare.close[-1])
        return BookSettings(level_funds=decimal_of(middle * price // UNIT // 5) or Decimal(1))

    def next_from(self, start: int) -> int | None:
        place = int(np.searchsorted(self._bare.opened, start))
        return int(self._bare.opened[place]) if place < len(self._bare) else None

    def bare(self, start: int, end: int) -> BareCandles:
        return self._bare.between(start, end)

    def candles(self, start: datetime, end: datetime) -> Sequence[Candle]:
        first, last = np.searchsorted(self._bare.opened, (epoch_seconds(start), epoch_seconds(end)))
        return self._kept[int(first) : int(last)]
