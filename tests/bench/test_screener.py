"""A screen over all won markets, with a week of stored hours each, beside SQLite and NumPy that do the least there is.

The peer keeps the same closes as rows, reads those of each market by its key, and has NumPy say how much they moved.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.bench.yardstick import at_most, taking_turns
from tests.fakes.fake_clock import FakeClock
from tests.fakes.screened_markets import NOW, known, summary
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.screen import Screen, Sort
from upbit_auto_trading.business_logic.domain.screen_text import read_filter
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.use_cases.read_candles import read_candles
from upbit_auto_trading.business_logic.use_cases.run_screen import KeptCandles, run_screen
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

MARKETS, WEEK = 300, 168
#: of the peer's processor time: from the store, and when only prices changed
MOST_TIMES, MOST_TIMES_AGAIN = 6.0, 6.0
CODES = [f"KRW-M{number:03}" for number in range(MARKETS)]


def fill(path: Path) -> dict[str, CandleSeries]:
    create_file(path, MARKET_DATA_FILE, FakeClock())
    end = NOW.replace(minute=0)
    opened = np.array([epoch_second(end - timedelta(hours=back)) for back in range(WEEK, 0, -1)], dtype=np.int64)
    draw = np.random.default_rng(5)
    store, made = open_candle_store(path), {}
    for code in CODES:
        closes = np.round(1_000 * np.exp(np.cumsum(draw.normal(0, 0.01, WEEK))), 2)
        series = made[code] = CandleSeries(
            Market("upbit", code), CandleUnit.HOUR, opened, closes, closes, closes, closes, np.ones(WEEK)
        )
        store.write(series, Span(end - timedelta(hours=WEEK), end), Origin.EXCHANGE, NOW)
    store.close()
    return made


def volatility(closes: np.ndarray) -> float:
    return float(np.std(np.diff(np.log(closes)), ddof=1))


class Rows:
    """The peer: opened and all prices of every hour, by market."""

    def __init__(self, path: Path, series: dict[str, CandleSeries]) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute(
            "CREATE TABLE candles (market TEXT, opened INTEGER, open REAL, high REAL, low REAL, close REAL,"
            " volume REAL, PRIMARY KEY (market, opened)) WITHOUT ROWID"
        )
        for code, one in series.items():
            rows = ((code, *row) for row in zip(*(column.tolist() for column in one.columns), strict=True))
            self.connection.executemany("INSERT INTO candles VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self.connection.commit()
        self.closes = {code: self.read(code)[:, 4] for code in CODES}

    def read(self, code: str) -> np.ndarray:
        asked = "SELECT opened, open, high, low, close, volume FROM candles WHERE market = ? ORDER BY opened"
        return np.array(self.connection.execute(asked, (code,)).fetchall())

    def screen(self) -> None:
        found = {code: volatility(self.read(code)[:, 4]) for code in CODES}
        assert len(sorted(found, key=found.__getitem__)) == MARKETS

    def screen_again(self) -> None:
        found = {code: volatility(closes) for code, closes in self.closes.items()}
        assert len(sorted(found, key=found.__getitem__)) == MARKETS


@pytest.mark.long
@pytest.mark.bench
def test_three_hundred_markets_by_their_week_are_screened_at_once(tmp_path: Path) -> None:
    path = tmp_path / "market_data.sqlite3"
    peer = Rows(tmp_path / "rows.sqlite3", fill(path))
    screen = Screen(filters=(read_filter("volatility_7d >= 0.1", 0, BY_ID),), sort=Sort("volatility_7d"))
    prices, listings = [summary(code) for code in CODES], [known(code) for code in CODES]
    with closing(peer.connection), closing(open_candle_reader(path)) as reader:
        kept = KeptCandles(partial(read_candles, reader, day_start=timedelta(0)))

        def again() -> None:
            result = run_screen(screen, prices, listings, kept, NOW)
            assert (len(result.rows), result.not_judged) == (MARKETS, ())

        def from_the_store() -> None:
            kept.forget()
            again()

        first = at_most(MOST_TIMES, lambda: taking_turns(from_the_store, peer.screen))
        later = at_most(MOST_TIMES_AGAIN, lambda: taking_turns(again, peer.screen_again))
    print(f"{MARKETS} markets, {WEEK} hours each: from the store {first}; when prices changed {later}")
    assert first.ratio < MOST_TIMES
    assert later.ratio < MOST_TIMES_AGAIN
