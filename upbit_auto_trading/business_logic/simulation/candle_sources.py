"""Where replayed candles come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_path import PathSettings
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings


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
    def path(self) -> PathSettings: ...
    @property
    def book(self) -> BookSettings: ...
    def candles(self, start: datetime, end: datetime) -> Sequence[Candle]:
        """Those that open in [start, end). Their turnover is a first guess; the replay serves that of the prints."""
        ...


class StoredCandles:
    """Recorded candles, for instance of a file."""

    def __init__(self, listed: ListedMarket, candles: Iterable[Candle], unit: CandleUnit = CandleUnit.MINUTE) -> None:
        raise NotImplementedError
