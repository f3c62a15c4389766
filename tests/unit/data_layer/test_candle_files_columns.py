"""Candle files as columns: the three kinds, what is refused, what hostile files cost."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from tests.fakes.disks import small_disk
from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvalidParameter, PathUnusable
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.data_layer.candle_files import (
    read_candle_file,
    read_candle_series,
    read_series_as_spaced,
    write_candle_series,
)
from upbit_auto_trading.data_layer.candle_files.fast_text import text_columns
from upbit_auto_trading.data_layer.candle_files.parquet_table import read_table, table_columns

NOW = datetime(2026, 11, 18, 5, 30, 12, tzinfo=UTC)
OPENED = 1_794_979_200  # 05:20
HEADER = "timestamp,open,high,low,close,volume"
VALUES = (118_420_000.0, 118_470_000.0, 118_410_000.0, 118_450_000.0, 0.82183355)
NAMES = ("open", "high", "low", "close", "volume")


def read(path: Path, unit: CandleUnit = CandleUnit.MINUTE, day_start: timedelta = timedelta(0)) -> CandleSeries:
    return read_candle_series(path, BTC, unit, NOW, day_start)


def refusal(path: Path, unit: CandleUnit = CandleUnit.MINUTE) -> InvalidParameter:
    with pytest.raises(InvalidParameter) as refused:
        read(path, unit)
    return refused.value


def series(count: int, *, turnover: bool = False, unit: CandleUnit = CandleUnit.MINUTE) -> CandleSeries:
    opened = np.arange(count, dtype=np.int64) * 60 + OPENED - 60 * 100_000
    prices = [np.full(count, value) for value in VALUES[:4]]
    volume = np.arange(1, count + 1) / 1e8
    worth = volume * VALUES[3] if turnover else None
    return CandleSeries(BTC, unit, opened, prices[0], prices[1], prices[2], prices[3], volume, worth)


def written_parquet(path: Path, times: Any, *, count: int | None = None, **columns: Any) -> Path:
    rows = len(times) if count is None else count
    values = {name: [value] * rows for name, value in zip(NAMES, VALUES, strict=True)}
    parquet.write_table(pyarrow.table({"timestamp": times} | values | columns), path)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.PARQUET"])
@pytest.mark.parametrize("turnover", [False, True])
def test_what_is_written_is_read_again(tmp_path: Path, name: str, turnover: bool) -> None:
    path = tmp_path / name
    candles = series(300, turnover=turnover)

    write_candle_series(path, candles)

    assert read(path).equals(candles)
    assert (read(path).turnover is not None) == turnover
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_the_text_of_a_number_is_the_shortest_and_has_no_exponent(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    numbers = [np.array([value] * 2) for value in (1e-05, 3e16, 1e-08, 0.1, 0.00001234)]
    numbers.append(np.array([np.nan, 1e-07]))
    write_candle_series(path, CandleSeries(BTC, CandleUnit.MINUTE, np.array([OPENED, OPENED + 60]), *numbers))

    assert path.read_text().splitlines() == [
        f"{HEADER},turnover",
        "2026-11-18T05:20:00Z,0.00001,30000000000000000,0.00000001,0.1,0.00001234,",
        "2026-11-18T05:21:00Z,0.00001,30000000000000000,0.00000001,0.1,0.00001234,0.0000001",
    ]


def test_a_turnover_that_nobody_told_is_no_column(tmp_path: Path) -> None:
    candles = series(3, turnover=True)
    assert candles.turnover is not None
    candles.turnover[:] = np.nan
    for name in ("a.csv", "a.parquet"):
        write_candle_series(tmp_path / name, candles)
        assert b"turnover" not in (tmp_path / name).read_bytes()


def test_nothing_is_a_file_with_a_header(tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        write_candle_series(tmp_path / name, series(0))
        assert len(read(tmp_path / name)) == 0


def test_a_file_is_whole_or_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(Cancelled):
        write_candle_series(path, series(50_000), lambda fraction: fraction < 0.3)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(InvalidParameter, match="not-a-candle-file-name"):
        write_candle_series(tmp_path / "a.txt", series(1))
    for folder in (path, tmp_path / "none"):
        with pytest.raises(PathUnusable):
            write_candle_series(folder / "b.csv", series(1))


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
def test_a_full_disk_leaves_nothing(name: str) -> None:
    noise = np.random.default_rng(1).random(60_000)
    candles = series(60_000)
    candles.volume[:] = noise
    with small_disk(256 * 1024) as folder:
        with pytest.raises(DiskFull):
            write_candle_series(folder / name, candles)
        assert list(folder.iterdir()) == []


_MOMENTS = [moment_of(OPENED), moment_of(OPENED + 60)]
_FACTORS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def moments(unit: str, zone: str | None) -> Callable[[], Any]:
    return lambda: pyarrow.array(_MOMENTS, pyarrow.timestamp(unit, zone))


def numbers(factor: int) -> Callable[[], Any]:
    return lambda: [OPENED * factor, (OPENED + 60) * factor]


_SPELLINGS: dict[str, Callable[[], Any]] = {
    **{f"{unit} {zone}": moments(unit, zone) for unit in _FACTORS for zone in (None, "UTC", "Asia/Seoul")},
    **{f"int {unit}": numbers(factor) for unit, factor in _FACTORS.items()},
    "text": lambda: ["2026-11-18T05:20:00Z", "2026-11-18T14:21:00+09:00"],
    "large text": lambda: pyarrow.array(["2026-11-18 05:20", "2026-11-18 05:21"], pyarrow.large_string()),
    "float": lambda: [float(OPENED), float(OPENED + 60)],
}


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_parquet_times_are_read_however_they_are_kept(tmp_path: Path, spelling: str) -> None:
    path = written_parquet(tmp_path / "a.parquet", _SPELLINGS[spelling](), count=2)
    assert read(path).opened.tolist() == [OPENED, OPENED + 60]
    assert [one.opened_at for one in read_candle_file(path, BTC, CandleUnit.MINUTE, NOW)] == _MOMENTS


def test_parquet_days_may_be_dates(tmp_path: Path) -> None:
    times = pyarrow.array([20_000 * 86_400 // 86_400, 20_001], pyarrow.int32()).cast(pyarrow.date32())
    path = written_parquet(tmp_path / "a.parquet", times)
    assert read(path, CandleUnit.DAY).opened.tolist() == [20_000 * 86_400, 20_001 * 86_400]


@pytest.mark.parametrize(
    "kind",
    [pyarrow.float64(), pyarrow.float32(), pyarrow.decimal128(38, 10), pyarrow.decimal128(12, 2), pyarrow.string()],
    ids=str,
)
def test_parquet_numbers_are_the_decimals_that_are_meant(tmp_path: Path, kind: Any) -> None:
    price, whole = ["0.1", "0.3"], [Decimal("0.1"), Decimal("0.3")]
    cells = [float(one) for one in whole] if pyarrow.types.is_floating(kind) else whole
    column = pyarrow.array(price if kind == pyarrow.string() else cells, kind)
    path = written_parquet(tmp_path / "a.parquet", [OPENED, OPENED + 60], **dict.fromkeys(NAMES, column))
    assert read(path).close.tolist() == [0.1, 0.3]
    exact = read_candle_file(path, BTC, CandleUnit.MINUTE, NOW)
    assert [one.close for one in exact] == whole


def test_parquet_of_whole_numbers_and_of_any_spelling_of_names(tmp_path: Path) -> None:
    columns = {name.upper(): [3, 3] for name in NAMES} | {" Timestamp ": [OPENED, OPENED + 60], "note": ["x", "y"]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").open.tolist() == [3, 3]


@pytest.mark.parametrize(
    ("column", "cells", "reason"),
    [
        ("open", [1.0, 2.0], "high-too-low"),
        ("close", [VALUES[3], None], "row-not-a-number"),
        ("close", [VALUES[3], float("nan")], "row-not-a-number"),
        ("close", [VALUES[3], float("inf")], "row-not-a-number"),
        ("low", [VALUES[2], 0.0], "price-not-positive"),
        ("volume", [1.0, -1.0], "volume-negative"),
        ("volume", [True, False], "not-a-candle-file"),
        ("timestamp", [OPENED, None], "row-not-a-time"),
        ("timestamp", [OPENED, -5], "row-not-a-time"),
        ("timestamp", ["2026-11-18T05:20Z", "soon"], "row-not-a-time"),
        ("timestamp", [OPENED, OPENED], "row-contradicts"),
        ("timestamp", [OPENED, OPENED + 6_000], "in-the-future"),
        ("timestamp", [OPENED, OPENED + 61], "off-the-grid"),
        ("timestamp", [moment_of(OPENED), moment_of(OPENED + 60) + timedelta(milliseconds=1)], "off-the-grid"),
        ("close", [[1.0], [2.0]], "not-a-candle-file"),
    ],
)
def test_a_bad_parquet_row_is_named(tmp_path: Path, column: str, cells: list[Any], reason: str) -> None:
    columns = {name: [value] * 2 for name, value in zip(NAMES, VALUES, strict=True)}
    if reason == "high-too-low":
        columns["high"] = [1.0, 1.5]
        columns["low"] = columns["close"] = [1.0, 1.0]
    if reason == "row-contradicts":
        columns["volume"] = [1.0, 2.0]
    times = {"timestamp": [OPENED, OPENED + 60]}
    parquet.write_table(pyarrow.table(times | columns | {column: cells}), tmp_path / "a.parquet")

    refused = refusal(tmp_path / "a.parquet")

    place = "a.parquet" if reason == "not-a-candle-file" else "a.parquet, 2"
    assert (refused.name, refused.reason) == (place, reason)
    if reason in ("row-not-a-number", "price-not-positive"):
        assert refused.allowed == column


def test_columns_that_lack_in_parquet_are_named(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.table({"timestamp": [1], "open": [1]}), tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet").allowed == "high, low, close, volume"


def test_hostile_parquet_is_a_sentence(tmp_path: Path) -> None:
    good = written_parquet(tmp_path / "good.parquet", [OPENED])
    content = good.read_bytes()
    twice = pyarrow.Table.from_arrays([pyarrow.array([1])] * 7, ["timestamp", *NAMES, "close"])
    parquet.write_table(twice, tmp_path / "twice.parquet")
    broken = {
        "empty.parquet": b"",
        "text.parquet": HEADER.encode(),
        "short.parquet": content[:-40],
        "end.parquet": content[-200:],
        "zeros.parquet": b"PAR1" + bytes(5_000) + b"PAR1",
        "long.parquet": b"PAR1" + struct.pack("<i", 2**31 - 1) + b"PAR1",
        "damaged.parquet": content[:40] + bytes(200) + content[240:],
    }
    for name, bad in broken.items():
        (tmp_path / name).write_bytes(bad)
    for name in (*broken, "twice.parquet"):
        assert refusal(tmp_path / name).reason == "not-a-candle-file", name
    assert refusal(tmp_path / "none.parquet").reason == "no-such-file"


def test_more_rows_than_memory_is_refused_before_they_are_read(tmp_path: Path) -> None:
    many = pyarrow.array(np.full(6_000_001, OPENED, dtype=np.int64))
    level = pyarrow.array(np.ones(6_000_001, dtype=np.int8))
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"timestamp": many} | dict.fromkeys(NAMES, level)), path)
    content = path.read_bytes()
    assert len(content) < 200_000
    path.write_bytes(content[:4] + bytes(1_000) + content[1_004:])  # whoever looked at the rows would stumble here
    assert refusal(path).reason == "file-too-large"


def test_a_folder_is_no_candle_file(tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        (tmp_path / name).mkdir()
        with pytest.raises(PathUnusable):
            read(tmp_path / name)


def test_the_longest_line_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    """A line of ten gigabytes: only its first mebibyte is looked at."""
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.write(HEADER.encode() + b"\n")
        stream.truncate(10 * 2**30)  # sparse: takes no room
    assert refusal(path).reason == "not-a-candle-file"
    path.write_text(f"{HEADER}\n{OPENED},1,1,1,1,1{',' * 2**21}\n")
    assert refusal(path).reason == "not-a-candle-file"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{OPENED:#x},1,1,1,1,1", "row-not-a-time"),
        (f"{OPENED},1,1,1,1,1e-400", "row-not-a-number"),
        (f"{OPENED},1,1,1,1,1E-400", "row-not-a-number"),
        (f"{OPENED},1,1,1,1,nan", "row-not-a-number"),
        (f"{OPENED}500,1,1,1,1,1", "off-the-grid"),
        ("2026-11-18T05:20:00.5Z,1,1,1,1,1", "off-the-grid"),
    ],
)
def test_what_the_fast_way_would_misread_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    refused = refusal(rows_in(tmp_path / "a.csv", f"{OPENED - 60},1,1,1,1,1", row))
    assert (refused.name, refused.reason) == ("a.csv, 3", reason)


@pytest.mark.long
def test_what_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(HEADER.encode() + b"\n")
        for _block in range(600):
            stream.write(b"\n" * 2**20)
    assert path.stat().st_size < 2**23
    assert refusal(path).reason == "file-too-large"


def rows_in(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_a_turnover_counts_where_it_can_be_one(tmp_path: Path) -> None:
    cells = ("11", "", "0.5", "a few", "-3", "1e9")
    rows = [f"{OPENED + 60 * place},1,2,1,1,10,{cell}" for place, cell in enumerate(cells)]
    found = read(rows_in(tmp_path / "a.csv", *rows, header=f"{HEADER},Turnover")).turnover
    assert found is not None
    assert [None if np.isnan(one) else one for one in found.tolist()] == [11, *[None] * 5]
    plain = read(rows_in(tmp_path / "b.csv", *(row[: row.rindex(",")] for row in rows)))
    assert plain.turnover is None
    exact = read_candle_file(tmp_path / "a.csv", BTC, CandleUnit.MINUTE, NOW)
    assert [int(one.turnover) for one in exact] == [11, 10, 10, 10, 10, 10]


def test_every_row_opens_where_the_exchange_has_candles(tmp_path: Path) -> None:
    path = rows_in(tmp_path / "a.csv", "2026-11-16T15:00Z,1,1,1,1,1", "2026-11-17T15:00Z,1,1,1,1,1")
    assert len(read(path, CandleUnit.DAY, timedelta(hours=-9))) == 2
    refused = refusal(path, CandleUnit.DAY)
    assert (refused.name, refused.reason, refused.allowed) == ("a.csv, 2", "off-the-grid", "1d")


def test_candles_of_another_unit_are_refused(tmp_path: Path) -> None:
    hours = [f"{OPENED - 1_200 - 3_600 * back},1,1,1,1,1" for back in range(30)]
    path = rows_in(tmp_path / "a.csv", *hours)
    assert len(read(path, CandleUnit.HOUR)) == 30
    for unit in (CandleUnit.MINUTE, CandleUnit.DAY, CandleUnit.MONTH):
        refused = refusal(path, unit)
        assert (refused.name, refused.reason, refused.allowed) == ("a.csv", "candles-of-another-unit", "60m")


def test_usual_files_go_the_fast_way(tmp_path: Path) -> None:
    spelled = ("2026-11-18T05:20:00Z", "2026-11-18 05:20:00", "2026-11-18T14:20:00+09:00", str(OPENED), f"{OPENED}000")
    for number, time in enumerate(spelled):
        path = rows_in(tmp_path / f"{number}.csv", f"{time},1,2,1,1.5,0.25", f'"{time}",1,2,1,1.5,0.25')
        columns = text_columns(path)
        assert columns is not None, time
        assert columns.opened.tolist() == [OPENED, OPENED]
    columns = table_columns(read_table(written_parquet(tmp_path / "a.parquet", [OPENED])))
    assert columns is not None


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
def test_a_file_is_read_in_the_unit_that_its_rows_are_of(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_candle_series(path, series(50))
    for wanted in (CandleUnit.SECOND, CandleUnit.MINUTE, CandleUnit.HOUR):
        found = read_series_as_spaced(path, BTC, wanted, NOW, timedelta(0))
        assert found.unit is CandleUnit.MINUTE
        assert found.equals(series(50))


def test_so_is_one_that_only_the_careful_way_can_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_candle_series(path, series(50))
    path.write_text(path.read_text().replace("0.00000001", "1e-8"))
    assert read_series_as_spaced(path, BTC, CandleUnit.HOUR, NOW, timedelta(0)).equals(series(50))


def test_a_row_between_the_others_is_named_in_their_unit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = series(300)
    rows.opened[200] += 7
    write_candle_series(path, rows)
    with pytest.raises(InvalidParameter) as refused:
        read_series_as_spaced(path, BTC, CandleUnit.MINUTE, NOW, timedelta(0))
    assert refused.value.reason in ("off-the-grid", "candles-of-another-unit")
    with pytest.raises(InvalidParameter) as missing:
        read_series_as_spaced(tmp_path / "none.csv", BTC, CandleUnit.MINUTE, NOW, timedelta(0))
    assert missing.value.reason == "no-such-file"
