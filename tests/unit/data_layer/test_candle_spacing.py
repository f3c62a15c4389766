"""A file of hours is not played as minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.candle_spacing import refuse_other_unit, spaced_unit

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_SQUARES = [number * number for number in range(40)]


def candles(minutes: Iterable[float], begin: datetime = _BEGIN) -> list[Candle]:
    market, price = Market("upbit", "KRW-BTC"), Decimal(1_000)
    return [
        Candle(market, CandleUnit.MINUTE, begin + number * _MINUTE, price, price, price, price, Decimal(1), price)
        for number in minutes
    ]


@pytest.mark.parametrize(
    ("step", "unit"),
    [
        (3, "3m"),
        (5, "5m"),
        (10, "10m"),
        (15, "15m"),
        (30, "30m"),
        (60, "1h"),
        (240, "4h"),
        (1_440, "1d"),
        (10_080, "1w"),
    ],
)
@pytest.mark.parametrize("begin", [_BEGIN, _BEGIN + 9 * 60 * _MINUTE])
def test_the_unit_of_the_rows_is_found_also_with_gaps(step: int, unit: str, begin: datetime) -> None:
    rows = candles((number * step for number in range(100) if number % 7), begin)
    with pytest.raises(InvalidParameter) as refused:
        refuse_other_unit("btc.csv", rows, CandleUnit.MINUTE)
    assert (refused.value.name, refused.value.reason, refused.value.allowed) == ("btc.csv", "another-candle-unit", unit)


def test_a_row_off_the_grid_hides_nothing() -> None:
    with pytest.raises(InvalidParameter) as refused:
        refuse_other_unit("btc.csv", candles(sorted([*range(0, 60 * 200, 60), 61])), CandleUnit.MINUTE)
    assert refused.value.allowed == "1h"


def test_seconds_are_no_minutes() -> None:
    with pytest.raises(InvalidParameter) as refused:
        refuse_other_unit("btc.csv", candles([0, 0.5, 1, 1.5]), CandleUnit.MINUTE)
    assert refused.value.allowed == "1s"


@pytest.mark.parametrize(
    "minutes",
    [[], [0], [0, 60, 120], range(200), _SQUARES, [0, 3, 6, 9, 12], [*range(30), *range(60, 60 * 30, 60)]],
    ids=["none", "one", "too few to be sure", "whole", "sparse", "too few threes", "a quiet night"],
)
def test_minutes_are_taken_however_few(minutes: Iterable[int]) -> None:
    refuse_other_unit("btc.csv", candles(minutes), CandleUnit.MINUTE)


@pytest.mark.parametrize("unit", [one for one in CandleUnit if one.length is not None], ids=lambda unit: unit.value)
def test_the_unit_of_rows_is_seen_in_their_distances(unit: CandleUnit) -> None:
    assert unit.length is not None
    step, offset = int(unit.length.total_seconds()), 4 * 86_400
    chance = np.random.default_rng(5)
    places = np.flatnonzero(chance.random(400) > 0.3)  # some without a candle
    for wanted in (CandleUnit.MINUTE, CandleUnit.HOUR, CandleUnit.DAY):
        assert spaced_unit(offset + places * step, wanted) is unit


@pytest.mark.parametrize(
    ("seconds", "wanted", "found"),
    [
        ([0, 3_600], CandleUnit.HOUR, CandleUnit.HOUR),
        ([0, 60], CandleUnit.HOUR, CandleUnit.MINUTE),  # hours cannot be so close
        ([0, 1], CandleUnit.MINUTE, CandleUnit.SECOND),
        ([0], CandleUnit.HOUR, CandleUnit.HOUR),
        ([], CandleUnit.HOUR, CandleUnit.HOUR),
        ([0, 31 * 86_400], CandleUnit.MONTH, CandleUnit.MONTH),
    ],
)
def test_a_few_rows_are_of_the_wanted_unit_where_they_can_be(
    seconds: list[int], wanted: CandleUnit, found: CandleUnit
) -> None:
    assert spaced_unit(np.array(seconds, dtype=np.int64), wanted) is found
