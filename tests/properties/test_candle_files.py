"""The fast way through a candle file and the careful one tell the same; what is written is read again."""

from __future__ import annotations

import gzip
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.data_layer.candle_files import read_candle_file, read_candle_series, write_candle_series
from upbit_auto_trading.data_layer.candle_files.fast_text import text_columns
from upbit_auto_trading.data_layer.candle_files.file_columns import series_of_rows, sound_series
from upbit_auto_trading.data_layer.candle_files.file_rows import checked
from upbit_auto_trading.data_layer.candle_files.text_rows import UNREADABLE_TEXT, text_rows

NOW = datetime(2026, 11, 18, 5, 30, 12, tzinfo=UTC)
_FIRST = 1_600_000_020
_COLUMNS = ("timestamp", "open", "high", "low", "close", "volume", "turnover", "note")


def _times(seconds: int) -> st.SearchStrategy[str]:
    moment = datetime.fromtimestamp(seconds, UTC)
    return st.sampled_from(
        [
            str(seconds),
            f"{seconds}000",
            f"{seconds}.0",
            f" {seconds} ",
            f'"{seconds}"',
            f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y-%m-%dT%H:%M}",
            f"{moment:%Y-%m-%dT%H:%M:%S+00:00}",
            f"{moment + timedelta(hours=9):%Y-%m-%dT%H:%M:%S+09:00}",
        ]
    )


_NUMBER = st.one_of(
    st.decimals(Decimal("0.00000001"), Decimal(9_999_999), places=8).map(str),
    st.integers(0, 200).map(str),
    st.floats(1e-9, 1e15).map(lambda number: f"{number:.6g}"),
)
_ODD_NUMBERS = ["nan", "inf", "-1", "0", "-0", "1e-400", "1e-30", "1e25", "+1.5", "1_000", "0x10", "1.", ".5", "1e3"]
_ODD = st.sampled_from(
    [
        *_ODD_NUMBERS,
        "",
        " ",
        "one",
        "1,5",
        "2026-13-01",
        "NA",
        "null",
        '"1"',
        "1 2",
        "1e",
        "１",
        f"0.{'0' * 20}",
        "7.0",
        "a\0b",
        "\ufeff1",
    ]
)
_NOTES = st.sampled_from(["", "x", '"a,b"'])


@st.composite
def _lines(draw: st.DrawFn) -> str:
    """Mostly rows as they should be, some odd; columns in any order."""
    names = draw(st.permutations(_COLUMNS[: draw(st.sampled_from([6, 7, 8]))]))
    is_odd = draw(st.booleans())
    lines = [",".join(names)]
    style = draw(st.booleans())
    for _row in range(draw(st.integers(0, 6))):
        seconds = _FIRST + 60 * draw(st.integers(0, 5))
        time = str(seconds) if style else draw(_times(seconds))
        prices = sorted(draw(st.lists(_NUMBER, min_size=4, max_size=4)), key=Decimal)
        cells = dict(zip(("low", "open", "close", "high"), prices, strict=True))
        cells |= {"timestamp": time, "volume": draw(_NUMBER), "turnover": draw(_NUMBER), "note": draw(_NOTES)}
        if is_odd and draw(st.booleans()):
            cells[draw(st.sampled_from(names))] = draw(_ODD)
        lines.append(",".join(cells[name] for name in names))
        if is_odd:
            lines += draw(st.sampled_from([[], [], [""], [","], [lines[-1]], ["x"]]))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


def careful(path: Path) -> CandleSeries | tuple[str, str]:
    try:
        rows = checked(path.name, text_rows(path), NOW)
    except InvalidParameter as error:
        return error.name, error.reason
    except UNREADABLE_TEXT:
        return path.name, "not-a-candle-file"
    return series_of_rows(rows, BTC, CandleUnit.MINUTE)


def fast(path: Path) -> CandleSeries | None:
    columns = text_columns(path)
    return None if columns is None else sound_series(columns, BTC, CandleUnit.MINUTE, NOW)


_FAST = {"taken": 0, "left": 0}


@settings(max_examples=400)
@given(_lines(), st.booleans())
def _compare(text: str, is_packed: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("a.csv.gz" if is_packed else "a.csv")
        content = text.encode()
        path.write_bytes(gzip.compress(content, 1) if is_packed else content)
        quick, slow = fast(path), careful(path)
        _FAST["left" if quick is None else "taken"] += 1
        if quick is None:
            return  # the careful way has the last word
        assert isinstance(slow, CandleSeries), slow
        assert quick.equals(slow)
        assert (quick.turnover is None) == (slow.turnover is None)


def test_the_fast_way_tells_what_the_careful_one_tells() -> None:
    _FAST.update(taken=0, left=0)
    _compare()
    print(f"{_FAST['taken']} files read fast, {_FAST['left']} left to the careful way")
    assert _FAST["taken"] >= 50
    assert _FAST["left"] >= 50


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.csv.gz", "a.parquet"]))
def test_no_content_is_more_than_a_sentence(content: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        for read in (
            lambda: read_candle_file(path, BTC, CandleUnit.MINUTE, NOW),
            lambda: read_candle_series(path, BTC, CandleUnit.MINUTE, NOW, timedelta(0)),
        ):
            with pytest.raises(InvalidParameter, match=r"columns-missing|not-a-candle-file"):
                read()


_FLOATS = st.floats(1e-8, 1e15).map(lambda number: float(f"{number:.15g}"))


@given(
    st.lists(st.tuples(st.integers(0, 10**6), _FLOATS, _FLOATS, st.one_of(st.just(math.nan), _FLOATS)), max_size=30),
    st.sampled_from(["a.csv", "a.csv.gz", "a.parquet"]),
)
def test_what_is_written_is_read_again(rows: list[tuple[int, float, float, float]], name: str) -> None:
    unique = sorted({row[0]: row for row in rows}.values())
    opened = np.array([_FIRST + 60 * row[0] for row in unique], dtype=np.int64)
    price, volume, turnover = (np.array([row[place] for row in unique], dtype=np.float64) for place in (1, 2, 3))
    worth = np.where(np.isnan(turnover), np.nan, price * volume)
    candles = CandleSeries(BTC, CandleUnit.SECOND, opened, price, price, price, price, volume, worth)
    with TemporaryDirectory() as folder:
        write_candle_series(Path(folder) / name, candles)
        again = read_candle_file(Path(folder) / name, BTC, CandleUnit.SECOND, datetime(2100, 1, 1, tzinfo=UTC))
    assert [float(one.open) for one in again] == price.tolist()
    assert [float(one.volume) for one in again] == volume.tolist()
