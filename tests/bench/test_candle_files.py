"""A year of minutes out of a candle file and into one, beside what bare pyarrow needs for the same rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from tests.bench.yardstick import at_most, taking_turns
from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.data_layer.candle_files import read_candle_series, write_candle_series

_ROWS = 525_600
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: of pyarrow's processor time for the same rows: reading, where we check each, and writing. It packs text so thoroughly
#: that it takes three times as long as we do; that is not judged
_MOST_TIMES = {"a.csv": (6.5, 3.0), "a.csv.gz": (5.0, None), "a.parquet": (11.0, 2.0)}


def year() -> CandleSeries:
    chance = np.random.default_rng(4)
    opened = epoch_second(datetime(2024, 1, 1, tzinfo=UTC)) + 60 * np.arange(_ROWS, dtype=np.int64)
    close = (100_000_000 + np.cumsum(chance.integers(-50, 51, _ROWS)) * 1_000).astype(np.float64)
    volume = np.rint(chance.random(_ROWS) * 3e8) / 1e8
    high, low = np.asarray(close + 5_000.0), np.asarray(close - 4_000.0)
    return CandleSeries(BTC, CandleUnit.MINUTE, opened, close, high, low, close, volume)


def read_plainly(path: Path) -> object:
    """In one thread, as we do; what is packed is unpacked."""
    if path.suffix == ".parquet":
        return parquet.read_table(path, use_threads=False)
    return arrow_csv.read_csv(path, read_options=arrow_csv.ReadOptions(use_threads=False))


def write_plainly(table: pyarrow.Table, path: Path) -> None:
    write = parquet.write_table if path.suffix == ".parquet" else arrow_csv.write_csv
    write(table, path)


@pytest.mark.bench
@pytest.mark.parametrize("name", list(_MOST_TIMES))
def test_a_year_of_minutes_is_read_and_written_beside_pyarrow(tmp_path: Path, name: str) -> None:
    candles = year()
    path, bare = tmp_path / name, tmp_path / f"bare-{name}"
    write_candle_series(path, candles)
    table = read_plainly(path)
    most_read, most_written = _MOST_TIMES[name]
    read = at_most(
        most_read,
        lambda: taking_turns(
            partial(read_candle_series, path, BTC, CandleUnit.MINUTE, _NOW, timedelta(0)),
            partial(read_plainly, path),
            rounds=3,
        ),
    )
    print(f"{name}: {path.stat().st_size / 1e6:.1f} MB; read {read}")
    assert read_candle_series(path, BTC, CandleUnit.MINUTE, _NOW, timedelta(0)).equals(candles)
    assert read.ratio < most_read
    if most_written is None:
        return
    written = at_most(
        most_written,
        lambda: taking_turns(
            partial(write_candle_series, path, candles), partial(write_plainly, table, bare), rounds=3
        ),
    )
    print(f"{name}: written {written}")
    assert written.ratio < most_written
