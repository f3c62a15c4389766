"""Candle files by the stable contract: how times may be spelled, what collapses, and what is refused by its row."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.candle_files import read_candle_file

NOW = datetime(2026, 11, 18, 5, 30, tzinfo=UTC)
OPENED = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
HEADER = "timestamp,open,high,low,close,volume"
VALUES = "118420000,118470000,118410000,118450000,0.82183355"


def read(path: Path) -> tuple[Candle, ...]:
    return read_candle_file(path, BTC, CandleUnit.MINUTE, NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "btc.csv"


def refusal(file: Path, *rows: str, header: str = HEADER) -> InvalidParameter:
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    with pytest.raises(InvalidParameter) as refused:
        read(file)
    return refused.value


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-11-18T05:20:00Z",
        "2026-11-18T05:20:00",
        "2026-11-18 05:20:00",
        "2026-11-18T14:20:00+09:00",
        "1794979200",
        "1794979200.0",
        "1794979200000",
    ],
)
def test_times_are_utc_however_they_are_spelled(file: Path, spelled: str) -> None:
    file.write_text(f"{HEADER}\n{spelled},{VALUES}\n", encoding="utf-8")
    (one,) = read(file)
    assert (one.market, one.unit, one.opened_at) == (BTC, CandleUnit.MINUTE, OPENED)
    assert [one.open, one.high, one.low, one.close] == [Decimal(number) for number in VALUES.split(",")[:4]]
    assert one.volume == Decimal("0.82183355")


def test_columns_may_lie_anywhere_and_more_of_them_are_ignored(file: Path) -> None:
    file.write_text("note,Volume,close,low,high,open, timestamp \nx,1,2,1,3,2,1794979200\n\n,,\n", encoding="utf-8-sig")
    (one,) = read(file)
    assert [int(number) for number in (one.open, one.high, one.low, one.close, one.volume)] == [2, 3, 1, 2, 1]


def test_compressed_files_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "btc.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write(f"{HEADER}\n1794979200,{VALUES}\n")
    assert len(read(path)) == 1


def test_rows_in_any_order_come_by_time_and_equal_ones_collapse(file: Path) -> None:
    rows = [f"{second},{VALUES}" for second in (1794979320, 1794979200, 1794979260, 1794979200)]
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    assert [one.opened_at.minute for one in read(file)] == [20, 21, 22]


def test_a_file_without_rows_has_no_candles(file: Path) -> None:
    file.write_text(HEADER, encoding="utf-8")
    assert read(file) == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1794979260,10,9,8,8,1", "high-too-low"),
        ("1794979260,8,9,8,10,1", "high-too-low"),
        ("1794979260,10,12,11,12,1", "low-too-high"),
        ("1794979260,12,12,11,10,1", "low-too-high"),
        ("1794979260,1,2,0,1,1", "price-not-positive"),
        ("1794979260,1,2,1,1,-0.1", "volume-negative"),
        ("1794980000,1,2,1,1,1", "in-the-future"),
        ("1794979260,1,2,1,one,1", "row-not-a-number"),
        ("1794979260,1,2,1,NaN,1", "row-not-a-number"),
        ("1794979260,1,Infinity,1,1,1", "row-not-a-number"),
        ("1794979260,1,1e999999,1,1,1", "row-not-a-number"),
        ("yesterday,1,2,1,1,1", "row-not-a-time"),
        ("99999999999999999999999,1,2,1,1,1", "row-not-a-time"),
        ("1794979260,1,2,1,1", "row-too-short"),
        (f"1794979200,{VALUES}1", "row-contradicts"),
    ],
)
def test_a_bad_row_is_named(file: Path, row: str, reason: str) -> None:
    refused = refusal(file, f"1794979200,{VALUES}", row)
    assert (refused.name, refused.reason) == ("btc.csv, 3", reason)


def test_the_row_that_is_contradicted_is_named_as_well(file: Path) -> None:
    refused = refusal(file, f"1794979200,{VALUES}", f"1794979260,{VALUES}", f"1794979200,{VALUES}1")
    assert (refused.name, refused.allowed) == ("btc.csv, 4", "2")


def test_columns_that_lack_are_named(file: Path) -> None:
    assert refusal(file, header="timestamp,open,high,close").allowed == "low, volume"
    file.write_bytes(b"")
    with pytest.raises(InvalidParameter, match="columns-missing"):
        read(file)


def test_what_is_no_candle_file_is_refused(tmp_path: Path) -> None:
    broken = {
        "a.csv": b"\xff\xfe\x00",
        "b.csv.gz": b"not gzip at all",
        "c.csv.gz": gzip.compress(b"timestamp,open")[:-6],
        "d.csv": HEADER.encode() + b"\n" + b"1" * 200_000,
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidParameter, match="not-a-candle-file"):
            read(tmp_path / name)
    with pytest.raises(InvalidParameter, match="no-such-file"):
        read(tmp_path / "none.csv")
