"""The newest candles of a unit that the exchange does not have, made of those that it tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived, whole_candles_within
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, moment_of, no_candles
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.runtime.chart_rows import RowChange, put_into


class DerivedTail:
    """Of the interval that forms and the one before it; older ones are read of the store, which derives them too."""

    def __init__(self, market: Market, unit: CandleUnit, finer: CandleUnit, day_start: timedelta) -> None:
        self._unit, self._day_start = unit, day_start
        self._series: CandleSeries = no_candles(market, finer)
        self._from: datetime | None = None
        self._told: tuple[Span, ...] = ()

    @property
    def known(self) -> tuple[Span, ...]:
        """Whole intervals of which the finer candles were told."""
        whole = (whole_candles_within(one, self._unit, self._day_start) for one in self._told)
        return tuple(one for one in whole if one is not None)

    def start(self, now: datetime) -> datetime:
        """Every finer candle from here on is needed."""
        opened_at = self._unit.floor(now, self._day_start)
        return self._unit.floor(opened_at - timedelta(seconds=1), self._day_start)

    def begin(self, now: datetime) -> None:
        """What is given from now on, in whatever order, is all there is."""
        self._from = self.start(now)

    def take(self, finer: RowChange) -> RowChange | None:
        """What becomes of the candles of the unit."""
        first = finer.first_second
        if self._from is None or first is None:
            return None
        self._note(finer.span, self._from)
        inside = finer.series.rows(finer.series.opened >= epoch_second(self._from))
        self._series = put_into(self._series, RowChange(inside, finer.span))
        if not len(self._series):
            return None
        touched = max(self._unit.floor(moment_of(first), self._day_start), self._from)
        newest = self._unit.floor(moment_of(int(self._series.opened[-1])), self._day_start)
        coarse = derived(self._series, self._unit, self._day_start)
        self._from = max(self._from, self._unit.floor(newest - timedelta(seconds=1), self._day_start))
        self._series = self._series.rows(self._series.opened >= epoch_second(self._from))
        return RowChange(coarse.rows(np.asarray(coarse.opened >= epoch_second(touched))))

    def _note(self, span: Span | None, since: datetime) -> None:
        """What is older becomes known when it is read of the store."""
        if span is not None and span.end > since:
            told = merged((*self._told, Span(max(span.start, since), span.end)))
            self._told = tuple(one for one in told if one.end > since)
