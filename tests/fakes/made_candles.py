"""Candles for tests of what keeps them: a calm market with gaps, and files to keep them in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

BITCOIN = Market("upbit", "KRW-BTC")
RIPPLE = Market("upbit", "KRW-XRP")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
#: later than every candle of the tests
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def candle_file(folder: Path) -> Path:
    path = folder / "market_data.sqlite3"
    create_file(path, MARKET_DATA_FILE, FakeClock())
    return path


def made_series(
    count: int,
    market: Market = BITCOIN,
    unit: CandleUnit = CandleUnit.MINUTE,
    first: datetime = FIRST,
    seed: int = 1,
    missing: float = 0.0,
) -> CandleSeries:
    """``count`` intervals of a unit with a length, some without a candle."""
    assert unit.length is not None
    chance = np.random.default_rng(seed)
    opened = epoch_second(first) + np.arange(count, dtype=np.int64) * int(unit.length.total_seconds())
    close = np.rint(100_000 + np.cumsum(chance.integers(-30, 31, count))) * 100.0
    opens = np.concatenate((close[:1], close[:-1])) + chance.integers(-2, 3, count) * 100.0
    high = np.maximum(opens, close) + chance.integers(0, 9, count) * 100.0
    low = np.minimum(opens, close) - chance.integers(0, 9, count) * 100.0
    volume = chance.integers(1, 10**9, count) / 1e8
    series = CandleSeries(market, unit, opened, opens, high, low, close, volume, np.rint(volume * close * 1e4) / 1e4)
    return series.rows(chance.random(count) >= missing)


def minutes(first: int, end: int) -> Span:
    """Minutes after FIRST."""
    return Span(FIRST + first * MINUTE, FIRST + end * MINUTE)


def all_of(series: CandleSeries) -> Span:
    assert series.unit.length is not None
    return Span(moment_of(int(series.opened[0])), moment_of(int(series.opened[-1])) + series.unit.length)
