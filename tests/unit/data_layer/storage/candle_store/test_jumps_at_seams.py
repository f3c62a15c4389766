"""Jumps in the first and last rows of chunks, whose neighbours lie elsewhere, or were not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.made_candles import BITCOIN, LATER, all_of, candle_file, made_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import find_jumps
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store
from upbit_auto_trading.data_layer.storage.candle_store.series_table import CHUNK_INTERVALS
from upbit_auto_trading.data_layer.storage.candle_store.store import SqliteCandleStore

ONE = CandleUnit.MINUTE
FIRST_OF_A_CHUNK = moment_of(1_800 * CHUNK_INTERVALS * 60)
BEGIN = FIRST_OF_A_CHUNK - timedelta(minutes=3_000)
#: of what is read
PARTS = ((0, 6_000), (0, 1), (2_999, 3_000), (3_000, 3_001), (2_998, 3_002), (3_000, 6_000), (0, 3_000), (5_999, 6_000))
#: around the seam, and at both ends of all
ROWS = (0, 1_000, 2_998, 2_999, 3_000, 3_001, 5_998, 5_999)


def with_jumps() -> CandleSeries:
    """The first and the last of all have one neighbour only, and are none."""
    series = made_series(6_000, first=BEGIN)
    high = series.high.copy()
    high[list(ROWS)] *= 2
    return replace(series, high=high)


@pytest.fixture(params=["chunks", "rows after", "rows before", "all rows"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteCandleStore]:
    opened = open_candle_store(candle_file(tmp_path), fold_rows_at=10**9)
    series, span = with_jumps(), all_of(with_jumps())
    if request.param in ("chunks", "rows after"):
        opened.write(series, span, Origin.EXCHANGE, LATER)
    if request.param in ("rows after", "rows before"):
        half = slice(0, 3_000) if request.param == "rows before" else slice(3_000, 6_000)
        opened.write(series, span, Origin.EXCHANGE, LATER)
        opened.forget(BITCOIN, ONE, all_of(series.rows(half)))
        opened.append(candles_of(series.rows(half)), LATER)
    if request.param == "all rows":
        opened.append(candles_of(series), LATER)
    yield opened
    opened.close()


def test_each_jump_is_found_however_little_is_read(store: SqliteCandleStore) -> None:
    series = with_jumps()
    expected = find_jumps(series).tolist()
    assert expected == [row for row in ROWS if 0 < row < 5_999]
    assert store.inventory()[0].jumps == len(expected)
    for first, end in PARTS:
        span = all_of(series.rows(slice(first, end)))
        found = store.read(BITCOIN, ONE, span).jumps
        assert found == tuple(moment_of(int(series.opened[row])) for row in expected if first <= row < end)
