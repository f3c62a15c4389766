"""Which series are kept, in memory."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries


class MemoryKeptSeriesStore:
    """Implements ``KeptSeriesStore``."""

    def __init__(self) -> None:
        self._kept: set[KeptSeries] = set()
        self._chosen: set[str] = set()

    def kept(self, exchange: str | None = None) -> tuple[KeptSeries, ...]:
        found = [one for one in self._kept if exchange in (None, one.market.exchange)]
        return tuple(sorted(found, key=lambda one: (one.market, list(CandleUnit).index(one.unit))))

    def add(self, series: KeptSeries) -> bool:
        self._chosen.add(series.market.exchange)
        is_new = series not in self._kept
        self._kept.add(series)
        return is_new

    def remove(self, series: KeptSeries) -> bool:
        self._chosen.add(series.market.exchange)
        was_kept = series in self._kept
        self._kept.discard(series)
        return was_kept

    def begin_with(self, series: KeptSeries) -> bool:
        return series.market.exchange not in self._chosen and self.add(series)
