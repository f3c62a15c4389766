"""Which series the program keeps by itself while it runs: built live, and filled after each gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market

#: of operations that change what is kept: the program follows at once
TOPIC = "kept-series"


@dataclass(frozen=True, slots=True)
class KeptSeries:
    market: Market
    unit: CandleUnit


class KeptSeriesStore(Protocol):
    """Lives in the storage thread, as every store that writes."""

    def kept(self, exchange: str | None = None) -> tuple[KeptSeries, ...]:
        """By market and unit, from the finest on; of all exchanges, or of one."""

    def add(self, series: KeptSeries) -> bool:
        """False where it is kept already."""

    def remove(self, series: KeptSeries) -> bool:
        """False where it is not kept. Candles that are stored stay."""

    def begin_with(self, series: KeptSeries) -> bool:
        """Keeps it, unless something of this exchange was ever chosen or left; a user who keeps nothing keeps that."""
