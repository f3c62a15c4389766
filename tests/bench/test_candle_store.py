"""The candle store against Parquet, and against a candle a row, of a year of minutes from the market generator.

Both read the same numbers in the same process and take turns; the median of the ratios is judged, and a series that
fails is repeated once. The file is the whole database after it was compacted. The goals stand in docs/performance.md;
the bounds here lie beyond the noise of a shared machine, and a store that took twice as long would miss them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from tests.fakes.krw_rules import krw_rules
from tests.fakes.made_candles import LATER, candle_file
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CandleReader
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT, epoch_seconds
from upbit_auto_trading.business_logic.simulation.market_generator import FIRST_AT, GeneratedMarket
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store

pytestmark = [pytest.mark.bench, pytest.mark.long, pytest.mark.timeout(600)]

CANDLES = 525_600
ROUNDS = 15
ONE = CandleUnit.MINUTE
MARKETS = 300
MINUTES = 30
#: the goal is 1 in each; pyarrow decodes in a thread for each core and we in one, so an idle machine favours it
MOST_TIMES_PARQUET, MOST_TIMES_IN_ONE_THREAD = 1.5, 1.1
#: of the generated markets a liquid one at a high price, one at a middle price, and a quiet one with gaps
CODES = ("KRW-BTC", "KRW-XRP", "KRW-WAXP")


@dataclass(frozen=True)
class Year:
    series: CandleSeries
    span: Span
    store: Path
    parquet: Path
    #: the same with turnovers
    whole_parquet: Path


def generated(code: str) -> CandleSeries:
    character = next(one for one in PRACTICE_MARKETS if one.market.code == code)
    found = GeneratedMarket(character, krw_rules(), 1).columns(FIRST_AT, FIRST_AT + timedelta(minutes=2 * CANDLES))
    rows = found.rows(slice(0, CANDLES))
    turnover = np.array([((a * UNIT + b) * UNIT + c) / UNIT**2 for a, b, c in rows.turnover.tolist()])
    volume = (rows.volume[:, 0] * UNIT + rows.volume[:, 1]) / UNIT
    first, high, low, last = (column / UNIT for column in (rows.open, rows.high, rows.low, rows.close))
    return CandleSeries(character.market, ONE, rows.opened, first, high, low, last, volume, turnover)


@pytest.fixture(scope="module", params=CODES)
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    series = generated(request.param)
    span = Span(moment_of(int(series.opened[0])), moment_of(int(series.opened[-1]) + 60))
    path = candle_file(folder)
    with closing(open_candle_store(path)) as store:
        store.write(replace(series, turnover=None), span, Origin.EXCHANGE, LATER)
        store.compact()
    columns = {name: getattr(series, name) for name in ("opened", "open", "high", "low", "close", "volume")}
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "year.parquet", compression="zstd")
    columns["turnover"] = series.turnover
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "whole.parquet", compression="zstd")
    return Year(series, span, path, folder / "year.parquet", folder / "whole.parquet")


def seconds_for(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def taking_turns(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float, float]:
    """The median of the ratios, of our times and of theirs."""
    ours()
    peer()
    pairs = [(seconds_for(ours), seconds_for(peer)) for _round in range(ROUNDS)]
    return (
        median(mine / theirs for mine, theirs in pairs),
        median(mine for mine, _theirs in pairs),
        median(theirs for _mine, theirs in pairs),
    )


def at_most(limit: float, measure: Callable[[], tuple[float, float, float]]) -> tuple[float, float, float]:
    """Machines are noisy: a series that fails is repeated once."""
    found = measure()
    return found if found[0] <= limit else min(found, measure())


def test_a_year_is_read_as_fast_as_from_parquet(year: Year) -> None:
    reader = open_candle_reader(year.store)
    found = reader.read(year.series.market, ONE, year.span)
    assert found.is_complete
    assert found.series.equals(replace(year.series, turnover=None))

    def ours() -> None:
        reader.read(year.series.market, ONE, year.span)

    def table() -> None:
        pyarrow.parquet.read_table(year.parquet)

    def arrays() -> None:
        read = pyarrow.parquet.read_table(year.parquet)
        for name in read.column_names:
            read.column(name).to_numpy()

    def one_thread() -> None:
        pyarrow.parquet.read_table(year.parquet, use_threads=False)

    missed = []
    for name, peer, most in (
        ("read_table", table, MOST_TIMES_PARQUET),
        ("into arrays", arrays, MOST_TIMES_PARQUET),
        ("in one thread", one_thread, MOST_TIMES_IN_ONE_THREAD),
    ):
        ratio, mine, theirs = at_most(most, partial(taking_turns, ours, peer))
        print(
            f"{year.series.market.code}, {len(year.series):,} candles: {mine * 1e3:.1f} ms,"
            f" {name} {theirs * 1e3:.1f} ms, ratio {ratio:.2f} (goal: at most 1)"
        )
        missed += [(name, ratio)] if ratio > most else []
    reader.close()
    assert missed == []


def test_a_year_takes_no_more_room_than_parquet(year: Year, tmp_path: Path) -> None:
    bare = year.store.stat().st_size / year.parquet.stat().st_size
    path = candle_file(tmp_path)
    with closing(open_candle_store(path)) as store:
        store.write(year.series, year.span, Origin.EXCHANGE, LATER)
        store.compact()
        reading = median(
            seconds_for(lambda: store.read(year.series.market, ONE, year.span, with_turnover=True))
            for _round in range(ROUNDS)
        )
    whole = path.stat().st_size / year.whole_parquet.stat().st_size
    print(
        f"{year.series.market.code}: {year.store.stat().st_size / 1e6:.2f} MB, {bare:.2f} of Parquet;"
        f" with turnover {path.stat().st_size / 1e6:.2f} MB, {whole:.2f} of Parquet, read in {reading * 1e3:.1f} ms"
    )
    assert bare <= 1.2
    assert whole <= 1.2


def test_a_candle_a_row_for_comparison(year: Year, tmp_path: Path) -> None:
    """What the store is not: one row for each candle, read into the same arrays."""
    series = year.series
    path = tmp_path / "rows.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE candles (opened INTEGER PRIMARY KEY, open REAL, high REAL, low REAL, close REAL, volume REAL)"
        )
        connection.execute("BEGIN")
        rows = zip(*(column.tolist() for column in series.columns), strict=True)
        connection.executemany("INSERT INTO candles VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        def peer() -> None:
            found = connection.execute("SELECT * FROM candles ORDER BY opened").fetchall()
            opened, *numbers = zip(*found, strict=True)
            assert len(np.array(opened)) == len(series)
            for column in numbers:
                np.array(column)

        seconds = median(seconds_for(peer) for _round in range(3))
    with closing(open_candle_reader(year.store)) as reader:
        ours = median(seconds_for(lambda: reader.read(series.market, ONE, year.span)) for _round in range(5))
    print(
        f"{series.market.code}, a candle a row: read in {seconds * 1e3:.0f} ms ({seconds / ours:.0f} times ours),"
        f" {path.stat().st_size / 1e6:.1f} MB ({path.stat().st_size / year.store.stat().st_size:.1f} times ours)"
    )
    assert seconds > ours


def live_candle(number: int, opened_at: datetime) -> Candle:
    price = Decimal(1_000 + number)
    market = Market("upbit", f"KRW-M{number:03d}")
    return Candle(market, ONE, opened_at, price, price + 1, price - 1, price, Decimal("1.5"), price)


def minutes_of_all() -> Iterator[list[Candle]]:
    for minute in range(MINUTES):
        yield [live_candle(number, FIRST_AT + timedelta(minutes=minute)) for number in range(MARKETS)]


def test_a_minute_of_three_hundred_markets(tmp_path: Path) -> None:
    """Against plain inserts of the same rows into a table with the same key and the same durability."""
    path = candle_file(tmp_path)
    store = open_candle_store(path)
    peer = sqlite3.connect(tmp_path / "peer.sqlite3", isolation_level=None)
    peer.execute("PRAGMA journal_mode=WAL")
    peer.execute("PRAGMA synchronous=NORMAL")
    peer.execute(
        "CREATE TABLE candles (market TEXT, unit TEXT, opened INTEGER, open REAL, high REAL, low REAL, close REAL,"
        " volume REAL, turnover REAL, PRIMARY KEY (market, unit, opened)) WITHOUT ROWID"
    )

    def plainly(candles: list[Candle]) -> None:
        peer.execute("BEGIN IMMEDIATE")
        for one in candles:
            numbers = (one.open, one.high, one.low, one.close, one.volume, one.turnover)
            row = (str(one.market), one.unit.value, epoch_seconds(one.opened_at), *map(float, numbers))
            peer.execute("INSERT OR REPLACE INTO candles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        peer.execute("COMMIT")

    ours, theirs, reads = [], [], []
    with closing(open_candle_reader(path)) as reader:
        for number, candles in enumerate(minutes_of_all()):
            ours.append(seconds_for(partial(store.append, candles, LATER)))
            theirs.append(seconds_for(partial(plainly, candles)))
            reads.append(seconds_for(partial(read_one, reader, number)))
        assert len(read_one(reader, 0)) == MINUTES
    peer.close()
    store.close()
    mine, plain = median(ours), median(theirs)
    print(
        f"{MARKETS} markets, a minute of each: {mine * 1e3:.1f} ms ({mine / MARKETS * 1e6:.0f} µs a candle), plain"
        f" inserts {plain * 1e3:.1f} ms, ratio {mine / plain:.1f}; one market read beside: {median(reads) * 1e3:.2f} ms"
    )
    # they are checked, looked up in what is known and compared with what is there
    assert mine <= 8 * plain


def read_one(reader: CandleReader, number: int) -> CandleSeries:
    market = Market("upbit", f"KRW-M{number:03d}")
    return reader.read(market, ONE, Span(FIRST_AT, FIRST_AT + timedelta(days=1))).series


def test_a_year_is_read_while_candles_come_in(year: Year) -> None:
    """The reader waits for nobody: in the same thread, turn by turn with appends of three hundred markets."""
    minutes = list(minutes_of_all())
    with closing(open_candle_store(year.store)) as store, closing(open_candle_reader(year.store)) as reader:
        quiet = median(
            seconds_for(lambda: reader.read(year.series.market, ONE, year.span)) for _round in range(len(minutes))
        )
        busy = []
        for candles in minutes:
            store.append(candles, LATER)
            busy.append(seconds_for(lambda: reader.read(year.series.market, ONE, year.span)))
        for candle in minutes[0]:
            store.forget(candle.market)
        store.compact()
    print(f"{year.series.market.code}: read {quiet * 1e3:.1f} ms, after each append {median(busy) * 1e3:.1f} ms")
    assert median(busy) < 3 * quiet
