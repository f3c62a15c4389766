"""The past of one replayed market as candles of any unit, made when asked for and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    CandleColumns,
    aggregated,
    epoch_ms,
    epoch_seconds,
    joined,
    seconds_of,
)
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource
from upbit_auto_trading.business_logic.simulation.path_rows import (
    PathSettings,
    each_print,
)
from upbit_auto_trading.business_logic.simulation.printed_candles import columns_of, printed
from upbit_auto_trading.business_logic.simulation.tick_grids import TickGrids

_DAY_SECONDS = 86_400
_SECOND = timedelta(seconds=1)
_ALMOST_A_SECOND = timedelta(microseconds=999_999)
_LONG_UNITS = frozenset(
    (CandleUnit.HOUR, CandleUnit.HOURS_4, CandleUnit.DAY, CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)
)


class RecentlyUsed:
    """Columns by market and day; the one not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], CandleColumns] = OrderedDict()

    def get(self, market: str, day: int) -> CandleColumns | None:
        kept = self._kept.get((market, day))
        if kept is not None:
            self._kept.move_to_end((market, day))
        return kept

    def put(self, market: str, day: int, columns: CandleColumns) -> CandleColumns:
        self._kept[market, day] = columns
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return columns


class ReplayHistory:
    def __init__(
        self, source: CandleSource, grids: TickGrids, seed: int, settings: PathSettings, days: RecentlyUsed,
        hours: RecentlyUsed,
    ) -> None:  # fmt: skip
        """``seed`` is that of the market's paths; the two stores are shared by all markets."""
        self._source = source
        self._grids = grids
        self._seed = seed
        self._settings = settings
        self._days = days
        self._hours = hours

    def candles(
        self, unit: CandleUnit, start: datetime, end: datetime, now: datetime, oldest: datetime
    ) -> tuple[Candle, ...]:
        """Those that open in [start, end), made of what was traded from ``oldest`` up to ``now``."""
        if start >= end:
            return ()
        last = unit.floor(end - timedelta(microseconds=1))
        rows_from = max(unit.floor(start), oldest, self._source.first_at)
        if unit in _LONG_UNITS:
            rows_from = CandleUnit.HOUR.floor(rows_from)
        rows_to = min(unit.next(last), now + _SECOND)
        rows = self._rows(unit, _ceiling(rows_from), _ceiling(rows_to), epoch_ms(now))
        return aggregated(rows, unit).between(_ceiling(start), _ceiling(end)).candles(self._source.market, unit)

    def _rows(self, unit: CandleUnit, start: int, end: int, now_ms: int) -> CandleColumns:
        """Enough to build the candles of ``unit`` from."""
        if unit is CandleUnit.SECOND and self._source.unit is not CandleUnit.SECOND:
            return self._seconds(start, end, now_ms)
        parts = []
        for day in range(start // _DAY_SECONDS, -(-end // _DAY_SECONDS)):
            is_over = (day + 1) * _DAY_SECONDS * 1000 <= now_ms
            columns = self._hours_of(day) if unit in _LONG_UNITS and is_over else self._day(day)
            parts.append(columns.between(start, end))
        return self._up_to(joined(parts), now_ms)

    def _day(self, day: int) -> CandleColumns:
        kept = self._days.get(self._source.market.code, day)
        if kept is not None:
            return kept
        bare = self._source.bare(day * _DAY_SECONDS, (day + 1) * _DAY_SECONDS)
        made = columns_of(bare, self._grids, self._seed, self._settings)
        return self._days.put(self._source.market.code, day, made)

    def _hours_of(self, day: int) -> CandleColumns:
        kept = self._hours.get(self._source.market.code, day)
        if kept is not None:
            return kept
        return self._hours.put(self._source.market.code, day, aggregated(self._day(day), CandleUnit.HOUR))

    def _up_to(self, rows: CandleColumns, now_ms: int) -> CandleColumns:
        """The last row may be in progress: then it is what its prints up to now make of it."""
        length_ms = seconds_of(self._source.unit) * 1000
        if not len(rows) or (int(rows.opened[-1]) * 1000 + length_ms <= now_ms):
            return rows
        opened = int(rows.opened[-1])
        prints = self._prints(opened, opened + 1)
        so_far = prints.rows(slice(0, int(np.searchsorted(prints.last_ms, now_ms, side="right"))))
        forming = aggregated(so_far, self._source.unit)
        return joined([rows.rows(slice(0, -1)), forming])

    def _seconds(self, start: int, end: int, now_ms: int) -> CandleColumns:
        """Of every print, grouped later."""
        length = seconds_of(self._source.unit)
        prints = self._prints(start - start % length, end)
        return prints.rows(slice(0, int(np.searchsorted(prints.last_ms, now_ms, side="right"))))

    def _prints(self, start: int, end: int) -> CandleColumns:
        """Each print of the candles that open in [start, end)."""
        bare = self._source.bare(start, end)
        return joined([each_print(rows) for _bare, rows in printed(bare, self._grids, self._seed, self._settings)])


def _ceiling(moment: datetime) -> int:
    """Candles open at whole seconds."""
    return epoch_seconds(moment + _ALMOST_A_SECOND)
