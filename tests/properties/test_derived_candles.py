"""Coarser candles out of finer ones equal those that whole numbers give, on the grid of ``CandleUnit.floor``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import (
    derived,
    divides,
    following_seconds,
    opening_seconds,
)
from upbit_auto_trading.business_logic.domain.candle_series import (
    candles_of,
    decimal_of,
    epoch_second,
    moment_of,
    series_of,
)
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT, CandleColumns, aggregated

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
DAY_STARTS = st.integers(-12, 12).map(lambda hours: timedelta(hours=hours))
COARSER = st.sampled_from([unit for unit in CandleUnit if divides(CandleUnit.MINUTE, unit)])
#: in hundred-millionths; the exact sums of most reach beyond what a float can count one by one
_VOLUMES = st.integers(0, 999_999_999_999_999)
_ROWS = st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 10**9), st.integers(0, 500), _VOLUMES), max_size=60)


@given(st.sampled_from(CandleUnit), MOMENTS, DAY_STARTS)
def test_columns_open_where_single_candles_do(unit: CandleUnit, moment: datetime, day_start: timedelta) -> None:
    opened = opening_seconds(np.array([epoch_second(moment)], dtype=np.int64), unit, day_start)
    assert moment_of(int(opened[0])) == unit.floor(moment, day_start)
    following = following_seconds(opened, unit, day_start)
    assert moment_of(int(following[0])) == unit.next(unit.floor(moment, day_start), day_start)


def minutes(rows: list[tuple[int, int, int, int]]) -> list[Candle]:
    """Prices have eight decimals, too."""
    begin = datetime(2025, 1, 30, tzinfo=UTC)
    result = []
    for number, price, spread, volume in sorted({row[0]: row for row in rows}.values()):
        low, high, last = (Decimal(price + part) / UNIT for part in (0, 2 * spread, spread))
        at = begin + timedelta(minutes=number)
        result.append(Candle(BTC, CandleUnit.MINUTE, at, low, high, low, last, Decimal(volume) / UNIT, Decimal(1)))
    return result


def columns_of(candles: list[Candle]) -> CandleColumns:
    def units(values: list[Decimal]) -> NDArray[np.int64]:
        return np.array([int(value * UNIT) for value in values], dtype=np.int64)

    volume, turnover = (np.zeros((len(candles), parts), dtype=np.int64) for parts in (2, 3))
    whole = units([candle.volume for candle in candles])
    volume[:, 0], volume[:, 1] = whole // UNIT, whole % UNIT
    turnover[:, 0] = 1
    opened = np.array([epoch_second(candle.opened_at) for candle in candles], dtype=np.int64)
    first, high, low, last = (
        units([getattr(one, name) for one in candles]) for name in ("open", "high", "low", "close")
    )
    return CandleColumns(opened, first, high, low, last, volume, turnover, opened * 1_000)


@given(_ROWS, COARSER)
def test_derived_candles_are_those_of_whole_numbers(rows: list[tuple[int, int, int, int]], unit: CandleUnit) -> None:
    fine = minutes(rows)
    exact = aggregated(columns_of(fine), unit).candles(BTC, unit)
    coarse = derived(series_of(BTC, CandleUnit.MINUTE, fine), unit, timedelta(0))

    assert [moment_of(second) for second in coarse.opened.tolist()] == [one.opened_at for one in exact]
    for name in ("open", "high", "low", "close", "turnover"):
        assert getattr(coarse, name).tolist() == [float(getattr(one, name)) for one in exact]
    assert coarse.volume.tolist() == [float(one.volume) for one in exact]


@given(_ROWS, COARSER, DAY_STARTS)
def test_going_by_steps_is_going_at_once(
    rows: list[tuple[int, int, int, int]], unit: CandleUnit, day_start: timedelta
) -> None:
    """Also by days, whose sums are rounded on the way: at most two units in the last place."""
    series = series_of(BTC, CandleUnit.MINUTE, minutes(rows))
    at_once = derived(series, unit, day_start)
    for between in CandleUnit:
        if divides(CandleUnit.MINUTE, between) and divides(between, unit):
            by_steps = derived(derived(series, between, day_start), unit, day_start)
            assert all(np.array_equal(a, b) for a, b in zip(at_once.columns[:5], by_steps.columns[:5], strict=True))
            assert np.all(np.abs(at_once.volume - by_steps.volume) <= 2 * np.spacing(at_once.volume))


@given(_ROWS)
def test_exact_candles_come_back_from_columns(rows: list[tuple[int, int, int, int]]) -> None:
    fine = minutes(rows)
    assert [one.close for one in candles_of(series_of(BTC, CandleUnit.MINUTE, fine))] == [one.close for one in fine]
    assert all(decimal_of(float(one.volume)) == one.volume for one in fine)
