"""The candles of one market with every column that was computed from them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived, following_seconds, opening_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.strategy import Bools, MarketTest, MarketVariable


class Frame:
    """Implements ``Columns``. What was computed stays; arrays are handed out as they are and never written to."""

    def __init__(self, series: CandleSeries, day_start: timedelta = timedelta(0)) -> None:
        self.series = series
        self.day_start = day_start
        self.closed: Seconds = following_seconds(series.opened, series.unit, day_start)
        self._columns: dict[str, Floats] = {}
        self._truths: dict[str, Bools] = {}
        self._higher: dict[CandleUnit, tuple[Frame, NDArray[np.intp]]] = {}
        self._turnover: Floats | None = None

    @property
    def market(self) -> Market:
        return self.series.market

    @property
    def unit(self) -> CandleUnit:
        return self.series.unit

    @property
    def opened(self) -> Seconds:
        return self.series.opened

    @property
    def open(self) -> Floats:
        return self.series.open

    @property
    def high(self) -> Floats:
        return self.series.high

    @property
    def low(self) -> Floats:
        return self.series.low

    @property
    def close(self) -> Floats:
        return self.series.close

    @property
    def volume(self) -> Floats:
        return self.series.volume

    @property
    def turnover(self) -> Floats:
        if self._turnover is None:
            estimated = self.series.volume * self.series.close
            told = self.series.turnover
            self._turnover = estimated if told is None else np.where(np.isnan(told), estimated, told)
        return self._turnover

    def __len__(self) -> int:
        return len(self.series)

    def of(self, variable: MarketVariable) -> Floats:
        column = self._columns.get(variable.key)
        if column is None:
            column = self._columns[variable.key] = variable.compute(self)
        return column

    def truth(self, test: MarketTest) -> Bools:
        found = self._truths.get(test.key)
        if found is None:
            found = self._truths[test.key] = test.compute(self)
        return found

    def higher(self, unit: CandleUnit) -> tuple[Frame, NDArray[np.intp]]:
        if unit not in self._higher:
            self._higher[unit] = self._made_higher(unit)
        return self._higher[unit]

    def _made_higher(self, unit: CandleUnit) -> tuple[Frame, NDArray[np.intp]]:
        """Where nobody traded in the last finer candle of a coarser one, that one has closed all the same: by the
        clock, which is seen at the close of the first finer candle after it."""
        coarser = derived(self.series, unit, self.day_start)
        if len(coarser) and not self._begins(unit):
            coarser = coarser.rows(slice(1, None))
        frame = Frame(coarser, self.day_start)
        return frame, np.searchsorted(frame.closed, self.closed, side="right") - 1

    def _begins(self, unit: CandleUnit) -> bool:
        return bool(opening_seconds(self.opened[:1], unit, self.day_start)[0] == self.opened[0])
