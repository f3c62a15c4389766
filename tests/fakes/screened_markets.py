"""Markets, prices and candles to be screened, as plainly as a test can say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, no_candles
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def known(code: str, *, listed_at: datetime | None = None, warned: bool = False, cautions: str = "") -> KnownMarket:
    found = frozenset(Caution(name) for name in cautions.split())
    listed = ListedMarket(Market("upbit", code), f"{code} 이름", f"{code} name", warned, found)
    return KnownMarket(listed, NOW - 400 * DAY, listed_at)


def summary(code: str, **figures: str) -> PriceSummary:
    plain = {
        "price": "100",
        "day_open": "100",
        "day_high": "110",
        "day_low": "90",
        "previous_close": "100",
        "day_volume": "1",
        "day_turnover": "100",
        "volume_24h": "10",
        "turnover_24h": "1000",
        "high_52w": "200",
        "low_52w": "50",
    } | figures
    told: dict[str, Any] = {name: Decimal(text) for name, text in plain.items() if text}
    return PriceSummary(market=Market("upbit", code), traded_at=NOW, **told)


@dataclass
class Candles:
    """Called as ``read_candles``; counts what was read."""

    stored: dict[tuple[str, CandleUnit], StoredRange] = field(default_factory=dict)
    reads: list[tuple[str, CandleUnit, Span]] = field(default_factory=list)

    def put(
        self,
        code: str,
        unit: CandleUnit,
        end: datetime,
        closes: Sequence[float | None],
        volumes: Sequence[float] | None = None,
        *,
        known_before: timedelta = timedelta(0),
    ) -> None:
        """The last so many intervals before ``end``; None for one without a trade. All of it is known."""
        length = unit.length
        assert length is not None
        start = end - len(closes) * length
        places = [place for place, close in enumerate(closes) if close is not None]
        opened = np.array([epoch_second(start + place * length) for place in places], dtype=np.int64)
        prices = np.array([close for close in closes if close is not None], dtype=np.float64)
        given = [1.0] * len(closes) if volumes is None else list(volumes)
        volume = np.array([given[place] for place in places], dtype=np.float64)
        series = CandleSeries(Market("upbit", code), unit, opened, prices, prices, prices, prices, volume)
        span = Span(start - known_before, end)
        self.stored[code, unit] = StoredRange(span, series, (CoveredSpan(span, Origin.EXCHANGE, NOW),))

    def __call__(self, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        self.reads.append((market.code, unit, span))
        found = self.stored.get((market.code, unit))
        if found is None:
            return StoredRange(span, no_candles(market, unit), ())
        covered = [
            replace(one, span=clipped) for one in found.covered if (clipped := one.span.clipped(span)) is not None
        ]
        return StoredRange(span, found.series.between(span.start, span.end), tuple(covered))
