"""What every candle store does: the one in memory, the one in SQLite, and that one when it folds at every turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, FIRST, LATER, MINUTE, RIPPLE, candle_file, made_series, minutes
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import (
    CandleSeries,
    Floats,
    candles_of,
    epoch_second,
    series_of,
)
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CandleStore, Refused, RetentionPolicy, WriteReport
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_store

ONE = CandleUnit.MINUTE
SEOUL = {"bithumb": timedelta(hours=-9)}


@pytest.fixture(params=["memory", "sqlite", "sqlite folding"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CandleStore]:
    if request.param == "memory":
        yield MemoryCandleStore(SEOUL)
        return
    folding = {"fold_rows_at": 0} if request.param == "sqlite folding" else {}
    opened = open_candle_store(candle_file(tmp_path), SEOUL, **folding)
    yield opened
    opened.close()


def candle(minute: int, close: str = "100", market: Market = BITCOIN, at: datetime = FIRST) -> Candle:
    price = Decimal(close)
    return Candle(market, ONE, at + minute * MINUTE, price, price, price, price, Decimal(1), price)


def closes(store: CandleStore, span: Span, market: Market = BITCOIN) -> dict[int, float]:
    """By minute after FIRST."""
    found = store.read(market, ONE, span).series
    return {
        (opened - epoch_second(FIRST)) // 60: close for opened, close in zip(found.opened, found.close, strict=True)
    }


def changed(series: CandleSeries, row: int, **values: float) -> CandleSeries:
    columns = {name: getattr(series, name).copy() for name in values}
    for name, value in values.items():
        columns[name][row] = value
    return replace(series, **columns)


def test_nothing_is_known_at_first(store: CandleStore) -> None:
    found = store.read(BITCOIN, ONE, minutes(0, 10))
    assert (len(found.series), found.covered, found.unknown, found.jumps) == (0, (), (minutes(0, 10),), ())
    assert store.covered(BITCOIN, ONE) == ()
    assert store.inventory() == ()


def test_what_is_written_is_read(store: CandleStore) -> None:
    series = made_series(3_000, missing=0.1)
    assert store.write(series, minutes(0, 3_000), Origin.EXCHANGE, LATER) == WriteReport(new=len(series))
    found = store.read(BITCOIN, ONE, minutes(0, 3_000), with_turnover=True)
    assert found.series.equals(series)
    assert found.series.turnover is not None
    assert found.is_complete
    assert found.covered == (CoveredSpan(minutes(0, 3_000), Origin.EXCHANGE, LATER),)
    assert store.read(BITCOIN, ONE, minutes(0, 9)).series.turnover is None


def test_a_part_is_read(store: CandleStore) -> None:
    series = made_series(200)
    store.write(series, minutes(0, 200), Origin.EXCHANGE, LATER)
    found = store.read(BITCOIN, ONE, minutes(50, 60))
    assert found.series.equals(series.rows(slice(50, 60)))
    assert found.known == (minutes(50, 60),)
    half = timedelta(seconds=30)
    part = Span(FIRST + 50 * MINUTE + half, FIRST + 60 * MINUTE + half)
    assert store.read(BITCOIN, ONE, part).series.equals(series.rows(slice(51, 61)))
    moment = Span(FIRST + half, FIRST + half + timedelta(seconds=1))
    assert (len(store.read(BITCOIN, ONE, moment).series), store.read(BITCOIN, ONE, moment).is_complete) == (0, True)


def test_writing_again_changes_nothing(store: CandleStore) -> None:
    series = made_series(300, missing=0.2)
    store.write(series, minutes(0, 300), Origin.EXCHANGE, LATER)
    before = store.inventory()
    assert store.write(series, minutes(0, 300), Origin.EXCHANGE, LATER) == WriteReport()
    assert store.inventory() == before


def test_what_a_range_no_longer_has_disappears(store: CandleStore) -> None:
    series = made_series(10)
    store.write(series, minutes(0, 10), Origin.EXCHANGE, LATER)
    corrected = changed(series, 7, close=series.close[7] - 100, low=1.0)
    kept = np.arange(10) != 3
    report = store.write(corrected.rows(kept), minutes(0, 10), Origin.EXCHANGE, LATER)
    assert report == WriteReport(new=0, changed=2)
    assert store.read(BITCOIN, ONE, minutes(0, 10)).series.equals(corrected.rows(kept))


def test_the_better_origin_stays(store: CandleStore) -> None:
    exchange, file = made_series(10, seed=1), made_series(20, seed=2)
    store.write(exchange, minutes(0, 10), Origin.EXCHANGE, LATER)
    assert store.write(file, minutes(0, 20), Origin.FILE, LATER) == WriteReport(new=10, kept=10)
    found = store.read(BITCOIN, ONE, minutes(0, 20))
    assert found.series.between(FIRST, FIRST + 10 * MINUTE).equals(exchange)
    assert [(one.span, one.origin) for one in found.covered] == [
        (minutes(0, 10), Origin.EXCHANGE),
        (minutes(10, 20), Origin.FILE),
    ]


def test_a_better_origin_replaces_wherever_it_comes(store: CandleStore) -> None:
    exchange, file = made_series(10, seed=1), made_series(20, seed=2)
    store.write(file, minutes(0, 20), Origin.FILE, LATER)
    report = store.write(exchange.rows(slice(2, 4)), minutes(2, 4), Origin.STREAM, LATER)
    assert report.changed == 2
    found = store.read(BITCOIN, ONE, minutes(0, 20))
    assert [one.span for one in found.covered] == [minutes(0, 2), minutes(2, 4), minutes(4, 20)]
    assert found.series.rows(slice(2, 4)).equals(exchange.rows(slice(2, 4)))
    assert found.series.rows(slice(4, 20)).equals(file.rows(slice(4, 20)))


def test_neighbours_become_one_and_nothing_is_known_between_others(store: CandleStore) -> None:
    series = made_series(30)
    later = LATER + MINUTE
    for first, end, at in ((20, 30, LATER), (0, 5, LATER), (5, 10, later)):
        store.write(series.rows(slice(first, end)), minutes(first, end), Origin.EXCHANGE, at)
    assert store.covered(BITCOIN, ONE) == (
        CoveredSpan(minutes(0, 10), Origin.EXCHANGE, later),
        CoveredSpan(minutes(20, 30), Origin.EXCHANGE, LATER),
    )
    assert store.covered(BITCOIN, ONE, minutes(8, 22)) == (
        CoveredSpan(minutes(8, 10), Origin.EXCHANGE, later),
        CoveredSpan(minutes(20, 22), Origin.EXCHANGE, LATER),
    )
    assert store.read(BITCOIN, ONE, minutes(0, 30)).unknown == (minutes(10, 20),)


def test_a_span_without_candles_is_known_to_have_none(store: CandleStore) -> None:
    nothing = made_series(1).rows(slice(0, 0))
    assert store.write(nothing, minutes(0, 60), Origin.EXCHANGE, LATER) == WriteReport()
    found = store.read(BITCOIN, ONE, minutes(0, 60))
    assert (len(found.series), found.is_complete) == (0, True)


def test_nothing_is_known_of_what_lies_ahead(store: CandleStore) -> None:
    series = made_series(10)
    store.write(series.rows(slice(0, 5)), minutes(0, 10), Origin.EXCHANGE, FIRST + 5 * MINUTE)
    assert store.read(BITCOIN, ONE, minutes(0, 10)).unknown == (minutes(5, 10),)
    early = store.write(series.rows(slice(6, 7)), minutes(6, 7), Origin.EXCHANGE, FIRST + 5 * MINUTE)
    assert early == WriteReport(refused=(Refused(FIRST + 6 * MINUTE, "in-the-future"),))
    assert len(store.read(BITCOIN, ONE, minutes(0, 10)).series) == 5


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"open": 0.0, "low": 0.0}, "price-not-positive"),
        ({"low": -1.0}, "price-not-positive"),
        ({"volume": -0.5}, "volume-negative"),
        ({"turnover": -1.0}, "volume-negative"),
        ({"high": 5_000.0}, "high-too-low"),
        ({"low": 1e9, "high": 1e10}, "low-too-high"),
        ({"close": float("nan")}, "not-a-number"),
        ({"volume": float("inf")}, "not-a-number"),
    ],
)
def test_an_impossible_candle_is_refused_alone(store: CandleStore, values: dict[str, float], reason: str) -> None:
    series = made_series(10)
    report = store.write(changed(series, 4, **values), minutes(0, 10), Origin.EXCHANGE, LATER)
    assert report == WriteReport(new=9, refused=(Refused(FIRST + 4 * MINUTE, reason),))
    found = store.read(BITCOIN, ONE, minutes(0, 10))
    assert found.unknown == (minutes(4, 5),)
    assert found.series.equals(series.rows(np.arange(10) != 4))


def test_refused_candles_alone_leave_nothing(store: CandleStore) -> None:
    series = changed(made_series(1), 0, volume=-1.0)
    assert store.write(series, minutes(0, 1), Origin.EXCHANGE, LATER).new == 0
    assert store.inventory() == ()


def test_a_refused_candle_leaves_what_was_known_before(store: CandleStore) -> None:
    series = made_series(10)
    store.write(series, minutes(0, 10), Origin.EXCHANGE, LATER)
    report = store.write(changed(series, 4, volume=-1.0), minutes(0, 10), Origin.EXCHANGE, LATER)
    assert (report.changed, len(report.refused)) == (0, 1)
    assert store.read(BITCOIN, ONE, minutes(0, 10)).is_complete
    assert store.read(BITCOIN, ONE, minutes(0, 10)).series.equals(series)


def test_a_candle_off_the_grid_is_refused_with_its_interval(store: CandleStore) -> None:
    series = made_series(3)
    shifted = replace(series, opened=series.opened + np.array([0, 30, 0]))
    report = store.write(shifted, minutes(0, 3), Origin.EXCHANGE, LATER)
    assert report.refused == (Refused(FIRST + MINUTE + timedelta(seconds=30), "off-the-grid"),)
    assert store.read(BITCOIN, ONE, minutes(0, 3)).unknown == (minutes(1, 2),)


def test_each_exchange_has_a_grid_of_its_own(store: CandleStore) -> None:
    day = made_series(1, Market("bithumb", "KRW-BTC"), CandleUnit.DAY)
    span = Span(FIRST - timedelta(days=1), FIRST + timedelta(days=1))
    assert [one.reason for one in store.write(day, span, Origin.EXCHANGE, LATER).refused] == ["off-the-grid"]
    local = replace(day, opened=day.opened - 9 * 3600)
    assert store.write(local, span, Origin.EXCHANGE, LATER).refused == ()


@pytest.mark.parametrize("unit", [CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR])
def test_weeks_months_and_years_are_kept(store: CandleStore, unit: CandleUnit) -> None:
    opened, moment = [], unit.floor(FIRST - timedelta(days=5_000))
    while moment < FIRST:
        opened.append(moment)
        moment = unit.next(moment)
    series = series_of(BITCOIN, unit, [replace(candle(0), unit=unit, opened_at=one) for one in opened])
    span = Span(opened[0], moment)
    assert store.write(series, span, Origin.EXCHANGE, LATER) == WriteReport(new=len(opened))
    assert store.read(BITCOIN, unit, span).series.equals(series)


def test_rows_outside_of_the_span_are_a_mistake_of_ours(store: CandleStore) -> None:
    series = made_series(10)
    for span in (minutes(1, 10), minutes(0, 9)):
        with pytest.raises(InvariantBroken):
            store.write(series, span, Origin.EXCHANGE, LATER)
    with pytest.raises(InvariantBroken):
        store.write(series.rows(np.array([1, 0])), minutes(0, 10), Origin.EXCHANGE, LATER)
    assert store.inventory() == ()


def test_live_candles_are_kept_and_nothing_is_known_by_them(store: CandleStore) -> None:
    report = store.append([candle(0), candle(1, "101"), candle(0, "5", RIPPLE)], LATER)
    assert report == WriteReport(new=3)
    assert closes(store, minutes(0, 10)) == {0: 100.0, 1: 101.0}
    assert closes(store, minutes(0, 10), RIPPLE) == {0: 5.0}
    assert store.read(BITCOIN, ONE, minutes(0, 10)).unknown == (minutes(0, 10),)
    assert store.append([candle(1, "102")], LATER) == WriteReport(changed=1)
    assert store.append([candle(1, "102")], LATER) == WriteReport()
    assert store.append([], LATER) == WriteReport()


def test_live_candles_give_way_to_what_is_known(store: CandleStore) -> None:
    store.append([candle(0, "1"), candle(1, "2"), candle(5, "3")], LATER)
    told = series_of(BITCOIN, ONE, [candle(0)])
    assert store.write(told, minutes(0, 3), Origin.FILE, LATER) == WriteReport(changed=2)
    assert closes(store, minutes(0, 10)) == {0: 100.0, 5: 3.0}
    assert store.append([candle(0, "7"), candle(2, "7"), candle(3, "7")], LATER) == WriteReport(new=1, kept=2)
    assert closes(store, minutes(0, 10)) == {0: 100.0, 3: 7.0, 5: 3.0}


def test_an_impossible_live_candle_is_refused(store: CandleStore) -> None:
    wrong = replace(candle(1), low=Decimal(200))
    report = store.append([candle(0), wrong, candle(20, at=LATER)], LATER)
    assert (report.new, [one.reason for one in report.refused]) == (1, ["low-too-high", "in-the-future"])
    assert closes(store, minutes(0, 10)) == {0: 100.0}


def test_a_turnover_that_is_not_told_stays_as_it_was(store: CandleStore) -> None:
    series = made_series(10)
    store.write(series, minutes(0, 10), Origin.FILE, LATER)
    assert store.write(replace(series, turnover=None), minutes(0, 10), Origin.EXCHANGE, LATER) == WriteReport()
    assert series.turnover is not None
    assert turnovers(store).tolist() == series.turnover.tolist()
    other = replace(changed(series, 2, volume=9.0), turnover=None)
    store.write(other, minutes(0, 10), Origin.EXCHANGE, LATER)
    assert np.flatnonzero(np.isnan(turnovers(store))).tolist() == [2]


def turnovers(store: CandleStore) -> Floats:
    found = store.read(BITCOIN, ONE, minutes(0, 10), with_turnover=True).series.turnover
    assert found is not None
    return found


def test_jumps_are_stored_and_named(store: CandleStore) -> None:
    series = made_series(50)
    high = changed(series, 20, high=series.high[20] * 1.5)
    low = changed(high, 30, low=series.low[30] / 1.5)
    for first, end in ((20, 50), (0, 20)):
        store.write(low.rows(slice(first, end)), minutes(first, end), Origin.EXCHANGE, LATER)
    found = store.read(BITCOIN, ONE, minutes(0, 50))
    assert found.series.equals(low)
    assert found.jumps == (FIRST + 20 * MINUTE, FIRST + 30 * MINUTE)
    assert store.read(BITCOIN, ONE, minutes(20, 21)).jumps == (FIRST + 20 * MINUTE,)
    assert store.read(BITCOIN, ONE, minutes(21, 30)).jumps == ()
    assert store.inventory()[0].jumps == 2
    # with what it is compared to gone on one side, nobody can say so any more
    store.forget(BITCOIN, ONE, minutes(0, 20))
    assert store.read(BITCOIN, ONE, minutes(0, 50)).jumps == (FIRST + 30 * MINUTE,)


def test_a_price_that_stays_there_is_no_jump(store: CandleStore) -> None:
    told = [candle(minute, "100" if minute < 5 else "150") for minute in range(10)]
    store.write(series_of(BITCOIN, ONE, told), minutes(0, 10), Origin.EXCHANGE, LATER)
    assert store.read(BITCOIN, ONE, minutes(0, 10)).jumps == ()


def test_the_inventory_says_what_lies_there(store: CandleStore) -> None:
    series = made_series(100, missing=0.3)
    store.write(series, minutes(0, 100), Origin.EXCHANGE, LATER)
    later = made_series(100, first=FIRST + 300 * MINUTE)
    store.write(later, minutes(300, 400), Origin.FILE, LATER)
    store.append([candle(0, "5", RIPPLE)], LATER)
    bitcoin, ripple = store.inventory()
    assert (bitcoin.market, bitcoin.unit, bitcoin.candles) == (BITCOIN, ONE, len(series) + 100)
    assert (bitcoin.known, bitcoin.completeness) == ((minutes(0, 100), minutes(300, 400)), 0.5)
    assert (bitcoin.origins, bitcoin.jumps) == (frozenset((Origin.EXCHANGE, Origin.FILE)), 0)
    assert (bitcoin.last_at, ripple.first_at, ripple.last_at) == (FIRST + 399 * MINUTE, FIRST, FIRST)
    assert (ripple.market, ripple.candles, ripple.known, ripple.completeness) == (RIPPLE, 1, (), 0.0)
    assert min(bitcoin.stored_bytes, ripple.stored_bytes) > 0


def test_ranges_units_and_markets_are_forgotten(store: CandleStore) -> None:
    series = made_series(100)
    store.write(series, minutes(0, 100), Origin.EXCHANGE, LATER)
    store.append([candle(0, "5", RIPPLE)], LATER)
    assert store.forget(BITCOIN, ONE, minutes(10, 20)) == 10
    found = store.read(BITCOIN, ONE, minutes(0, 100))
    assert (found.unknown, len(found.series)) == ((minutes(10, 20),), 90)
    assert store.forget(BITCOIN, CandleUnit.DAY) == 0
    assert store.forget(BITCOIN) == 90
    assert [one.market for one in store.inventory()] == [RIPPLE]
    assert store.covered(BITCOIN, ONE) == ()


def test_another_world_has_other_candles(store: CandleStore) -> None:
    store.write(made_series(10), minutes(0, 10), Origin.EXCHANGE, LATER)
    elsewhere = Market("practice", "KRW-BTC")
    assert not store.identify("practice", "first")
    store.append([candle(0, "5", elsewhere)], LATER)
    assert not store.identify("practice", "first")
    assert closes(store, minutes(0, 1), elsewhere) == {0: 5.0}
    assert store.identify("practice", "second")
    assert closes(store, minutes(0, 1), elsewhere) == {}
    assert [one.market for one in store.inventory()] == [BITCOIN]
    assert not store.identify("practice", "second")


def test_compacting_changes_nothing_that_is_read(store: CandleStore) -> None:
    series = made_series(500, missing=0.1)
    store.append(candles_of(series), LATER)
    asked: list[float] = []

    def note(fraction: float) -> bool:
        asked.append(fraction)
        return True

    store.compact(note)
    assert store.read(BITCOIN, ONE, minutes(0, 500)).series.equals(series)
    assert asked
    assert sorted(asked) == asked


def test_what_is_too_old_goes(store: CandleStore) -> None:
    store.write(made_series(100), minutes(0, 100), Origin.EXCHANGE, LATER)
    store.append([candle(0, "5", RIPPLE), candle(99, "5", RIPPLE)], LATER)
    policy = RetentionPolicy({ONE: 60 * MINUTE}, most_bytes=10**12)
    report = store.clean_up(policy, FIRST + 100 * MINUTE)
    assert sorted(report.forgotten) == [
        (BITCOIN, ONE, minutes(0, 40), "age"),
        (RIPPLE, ONE, minutes(0, 40), "age"),
    ]
    assert store.read(BITCOIN, ONE, minutes(0, 100)).known == (minutes(40, 100),)
    assert len(store.read(BITCOIN, ONE, minutes(0, 100)).series) == 60
    assert closes(store, minutes(0, 100), RIPPLE) == {99: 5.0}
    assert store.clean_up(policy, FIRST + 100 * MINUTE).forgotten == ()
