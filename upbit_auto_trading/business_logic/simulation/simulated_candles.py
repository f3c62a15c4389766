"""The candles of one market as a simulated run reads them: one at a time, finer ones inside where there are any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns

#: a row that never comes
NEVER = 1 << 60
Path = tuple[float, float, float, float]


class MarketCandles:
    def __init__(self, columns: Columns, finer: Columns | None = None, *, as_lists: bool = False) -> None:
        """``as_lists`` where every candle will be read: plain floats are read faster one by one."""
        self.columns = columns
        self._opened: Sequence[int] | np.ndarray = columns.opened.tolist() if as_lists else columns.opened
        self._closed: Sequence[int] | np.ndarray = columns.closed.tolist() if as_lists else columns.closed
        self._open = _readable(columns.open, as_lists)
        self._high = _readable(columns.high, as_lists)
        self._low = _readable(columns.low, as_lists)
        self._close = _readable(columns.close, as_lists)
        self.has_finer = finer is not None
        self._finer = finer
        if finer is not None:
            self._begins = np.searchsorted(finer.opened, columns.opened)
            self._ends = np.searchsorted(finer.opened, columns.closed)

    def __len__(self) -> int:
        return len(self.columns)

    def opened_at(self, row: int) -> int:
        return int(self._opened[row])

    def closed_at(self, row: int) -> int:
        return int(self._closed[row])

    def open_of(self, row: int) -> float:
        return float(self._open[row])

    def high_of(self, row: int) -> float:
        return float(self._high[row])

    def low_of(self, row: int) -> float:
        return float(self._low[row])

    def close_of(self, row: int) -> float:
        return float(self._close[row])

    def volume_of(self, row: int) -> float:
        return float(self.columns.volume[row])

    def path_of(self, row: int) -> Iterator[Path]:
        """Open, high, low, close of each finer candle inside, or of the candle itself where there are none."""
        finer = self._finer
        if finer is None or self._begins[row] == self._ends[row]:
            yield self.open_of(row), self.high_of(row), self.low_of(row), self.close_of(row)
            return
        for inner in range(int(self._begins[row]), int(self._ends[row])):
            yield float(finer.open[inner]), float(finer.high[inner]), float(finer.low[inner]), float(finer.close[inner])


def _readable(column: Floats, as_lists: bool) -> Sequence[float] | Floats:
    return column.tolist() if as_lists else column
