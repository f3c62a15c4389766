"""What is stored, looked through. A store refuses impossible candles, so these come from one that was tampered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from tests.fakes.krw_rules import BTC
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import Refused, SeriesFacts, StoredRange
from upbit_auto_trading.business_logic.use_cases.check_candles import check_candles

BEGIN = datetime(2025, 9, 1, tzinfo=UTC)
LATER = datetime(2025, 12, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TamperedStore(MemoryCandleStore):
    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
        found = super().read(market, unit, span, with_turnover=with_turnover)
        low = found.series.low.copy()
        low[3:5] = (0, 101)
        return replace(found, series=replace(found.series, low=low))


def hour_of_minutes() -> CandleSeries:
    opened = epoch_second(BEGIN) + 60 * np.arange(60, dtype=np.int64)
    level = np.full(60, 100.0)
    return CandleSeries(BTC, CandleUnit.MINUTE, opened, level, level, level, level, level)


def test_impossible_candles_are_named_with_their_reason() -> None:
    store = TamperedStore()
    store.write(hour_of_minutes(), Span(BEGIN, BEGIN + HOUR), Origin.EXCHANGE, LATER)

    found = check_candles(store, store.inventory()[0], timedelta(0), LATER)

    assert found.impossible == (
        Refused(BEGIN + timedelta(minutes=3), "price-not-positive"),
        Refused(BEGIN + timedelta(minutes=4), "low-too-high"),
    )
    assert not found.is_sound


def test_candles_that_nobody_confirmed_are_looked_at_as_well() -> None:
    store = MemoryCandleStore()
    store.append(candles_of(hour_of_minutes()), LATER)
    (facts,) = store.inventory()
    found = check_candles(store, facts, timedelta(0), LATER)
    assert (found.candles, found.is_sound) == (60, True)


def test_a_series_of_nothing_is_sound() -> None:
    nothing = SeriesFacts(BTC, CandleUnit.DAY, 0, None, None, (), 0.0, frozenset(), 0, 0)
    assert check_candles(MemoryCandleStore(), nothing, timedelta(0), LATER).is_sound
