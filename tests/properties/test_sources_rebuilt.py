"""For each source of candles: what a replay prints re-builds them in every digit, as long as nobody else trades."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource, StoredCandles
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.business_logic.simulation.practice_markets import generated_market
from upbit_auto_trading.business_logic.simulation.preceded_candles import PrecededCandles
from upbit_auto_trading.data_layer.candle_files import read_candle_file
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

RULES = practice_rules()
MINUTE = timedelta(minutes=1)
BEGIN = datetime(2023, 11, 18, 5, 20, tzinfo=UTC)
MARKET = Market("upbit", "KRW-ETC")
Rebuilt = tuple[datetime, Decimal, Decimal, Decimal, Decimal, Decimal]

seeds = st.integers(0, 2**31)
#: of three years, in minutes
places = st.integers(0, 3 * 365 * 1_440)
#: ticks above a price; in lock-step every tick of the way is printed
offsets = st.lists(st.integers(0, 40), min_size=4, max_size=4)
volumes = st.integers(4, 10**13).map(lambda steps: Decimal(steps) / 10**8)


def rebuilt(events: Iterable[object]) -> list[Rebuilt]:
    prints = [one for one in events if isinstance(one, Print)]
    found = []
    for opened_at, group in groupby(prints, lambda one: CandleUnit.MINUTE.floor(one.at)):
        made = list(group)
        of_prices = [one.price for one in made]
        volume = sum((one.quantity for one in made), Decimal(0))
        found.append((opened_at, of_prices[0], max(of_prices), min(of_prices), of_prices[-1], volume))
    return found


def as_rows(candles: Iterable[Candle]) -> list[Rebuilt]:
    return [(one.opened_at, one.open, one.high, one.low, one.close, one.volume) for one in candles]


def replayed(source: CandleSource, start: datetime, end: datetime, seed: int, lock_step: bool) -> MarketReplay:
    made = MarketReplay([source], RULES, ReplaySettings(lock_step=lock_step, book_interval=timedelta(days=1)), seed)
    # one instant before, so that the first print of the first candle is not past
    made.start_at(start - timedelta(milliseconds=1))
    return made


@given(number=st.integers(1, 60), seed=seeds, place=places, lock_step=st.booleans())
@settings(max_examples=60)
def test_generated_markets(number: int, seed: int, place: int, lock_step: bool) -> None:
    source = GeneratedMarket(generated_market(number, seed), RULES, seed)
    start = BEGIN + place * MINUTE
    end = start + 20 * MINUTE
    replay = replayed(source, start, end, seed, lock_step)
    printed = rebuilt(replay.advance(end - timedelta(milliseconds=1)))
    assert printed == as_rows(source.candles(start, end))
    assert printed == as_rows(replay.candles(source.market, CandleUnit.MINUTE, start, end, end))


@st.composite
def recorded(draw: st.DrawFn) -> list[Rebuilt]:
    """Minutes with gaps."""
    rows = []
    for minute in sorted(draw(st.sets(st.integers(0, 200), min_size=1, max_size=8))):
        low, one, other, high = sorted(Decimal(24_000 + 10 * ticks) for ticks in draw(offsets))
        first, last = draw(st.permutations([one, other]))
        rows.append((BEGIN + minute * MINUTE, first, high, low, last, draw(volumes)))
    return rows


@given(rows=recorded(), seed=seeds, lock_step=st.booleans(), is_zipped=st.booleans(), in_order=st.booleans())
@settings(max_examples=60)
def test_candle_files(rows: list[Rebuilt], seed: int, lock_step: bool, is_zipped: bool, in_order: bool) -> None:
    written = [f"{at:%Y-%m-%dT%H:%M:%SZ}," + ",".join(f"{number:f}" for number in numbers) for at, *numbers in rows]
    text = "\n".join(["timestamp,open,high,low,close,volume", *(written if in_order else reversed(written))])
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("etc.csv.gz" if is_zipped else "etc.csv")
        path.write_bytes(gzip.compress(text.encode()) if is_zipped else text.encode())
        candles = read_candle_file(path, MARKET, CandleUnit.MINUTE, BEGIN + timedelta(days=1))
    end = BEGIN + 201 * MINUTE
    replay = replayed(StoredCandles(ListedMarket(MARKET, "etc", "etc"), candles), BEGIN, end, seed, lock_step)
    assert rebuilt(replay.advance(end)) == rows
    assert as_rows(replay.candles(MARKET, CandleUnit.MINUTE, BEGIN, end, end)) == rows


@given(rows=recorded(), seed=seeds, lock_step=st.booleans())
@settings(max_examples=20)
def test_recorded_candles_with_a_made_up_past(rows: list[Rebuilt], seed: int, lock_step: bool) -> None:
    candles = [
        Candle(MARKET, CandleUnit.MINUTE, at, first, high, low, last, volume, volume * last)
        for at, first, high, low, last, volume in rows
    ]
    stored = StoredCandles(ListedMarket(MARKET, "etc", "etc"), candles)
    source = PrecededCandles(stored, RULES, seed, timedelta(days=30))
    begin, end = rows[0][0], BEGIN + 201 * MINUTE
    replay = replayed(source, begin, end, seed, lock_step)
    assert rebuilt(replay.advance(end)) == rows
    assert as_rows(replay.candles(MARKET, CandleUnit.MINUTE, begin, end, end)) == rows
    made_up = as_rows(source.candles(begin - timedelta(hours=6), begin))
    before = replayed(source, begin - timedelta(hours=6), begin, seed, lock_step)
    assert rebuilt(before.advance(begin - timedelta(milliseconds=1))) == made_up
