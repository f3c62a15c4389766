"""Grids of exchanges, and coarser candles out of finer ones, on examples that can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import (
    ceiling,
    derived,
    divides,
    finer_units,
    on_grid,
    whole_candles_around,
    whole_candles_within,
)
from upbit_auto_trading.business_logic.domain.candle_series import (
    CandleSeries,
    epoch_second,
    moment_of,
    no_candles,
    series_of,
)
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import DAY_STARTS, day_start_of
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES

UTC_DAYS, KST_DAYS = timedelta(0), timedelta(hours=-9)
NOON = datetime(2025, 9, 3, 12, tzinfo=UTC)


def minute(number: int, first: str, high: str, low: str, last: str, volume: str, turnover: str = "1") -> Candle:
    prices = (Decimal(first), Decimal(high), Decimal(low), Decimal(last))
    at = NOON + timedelta(minutes=number)
    return Candle(BTC, CandleUnit.MINUTE, at, *prices, Decimal(volume), Decimal(turnover))


def flat(number: int, volume: str) -> Candle:
    return minute(number, "5", "5", "5", "5", volume)


def test_a_candle_is_made_of_what_opened_in_it() -> None:
    rows = series_of(
        BTC,
        CandleUnit.MINUTE,
        [
            minute(1, "10", "14", "9", "13", "0.1", "1.5"),
            minute(4, "13", "13", "12", "12", "0.2", "2.5"),
            minute(5, "7", "8", "6", "7.5", "3", "4"),
        ],
    )

    five = derived(rows, CandleUnit.MINUTES_5, UTC_DAYS)

    assert [moment_of(second) for second in five.opened.tolist()] == [NOON, NOON + timedelta(minutes=5)]
    assert [column.tolist() for column in five.columns[1:]] == [[10, 7], [14, 8], [9, 6], [12, 7.5], [0.3, 3]]
    assert five.unit is CandleUnit.MINUTES_5
    assert five.turnover is not None
    assert five.turnover.tolist() == [4, 4]


def test_sums_are_those_of_the_decimals_and_not_of_the_floats() -> None:
    ten = [flat(number, "0.1") for number in range(10)]
    assert derived(series_of(BTC, CandleUnit.MINUTE, ten), CandleUnit.HOUR, UTC_DAYS).volume.tolist() == [1.0]


def test_sums_beyond_the_whole_numbers_of_floats_are_rounded_once() -> None:
    chance = np.random.default_rng(3)
    units = chance.integers(8 * 10**14, 10**15, (500, 20))
    begin = epoch_second(NOON)
    opened = (begin + 3_600 * np.arange(500)[:, None] + 60 * np.arange(20)).ravel()
    level = np.ones(10_000)
    rows = CandleSeries(BTC, CandleUnit.MINUTE, opened, level, level, level, level, (units / 10**8).ravel())
    exact = [float(Fraction(sum(group), 10**8)) for group in units.tolist()]
    assert derived(rows, CandleUnit.HOUR, UTC_DAYS).volume.tolist() == exact
    assert min(sum(group) for group in units.tolist()) > 2**53


def test_sums_beyond_the_exact_are_the_nearest_to_the_floats() -> None:
    huge = [flat(0, "123456789012.12345678"), flat(1, "0.00000001"), flat(2, "0.1234567891")]
    (volume,) = derived(series_of(BTC, CandleUnit.MINUTE, huge), CandleUnit.HOUR, UTC_DAYS).volume.tolist()
    assert volume == pytest.approx(123456789012.2469135781, rel=0, abs=2 * np.spacing(volume))


def test_a_turnover_that_nobody_told_makes_the_whole_unknown() -> None:
    rows = series_of(BTC, CandleUnit.MINUTE, [flat(0, "1"), flat(1, "1"), flat(7, "1")])
    assert rows.turnover is not None
    rows.turnover[1] = np.nan
    turnover = derived(rows, CandleUnit.MINUTES_5, UTC_DAYS).turnover
    assert turnover is not None
    assert [bool(one) for one in np.isnan(turnover)] == [True, False]


def test_nothing_makes_nothing() -> None:
    nothing = derived(no_candles(BTC, CandleUnit.MINUTE, with_turnover=True), CandleUnit.DAY, UTC_DAYS)
    assert (len(nothing), nothing.unit, nothing.turnover is not None) == (0, CandleUnit.DAY, True)


def test_days_turn_where_the_exchange_says() -> None:
    late = series_of(BTC, CandleUnit.MINUTE, [flat(179, "1"), flat(180, "1")])  # 14:59 and 15:00 UTC
    utc, kst = (derived(late, CandleUnit.DAY, start).opened.tolist() for start in (UTC_DAYS, KST_DAYS))
    assert [moment_of(second).isoformat() for second in utc] == ["2025-09-03T00:00:00+00:00"]
    assert [moment_of(second).isoformat() for second in kst] == [
        "2025-09-02T15:00:00+00:00",
        "2025-09-03T15:00:00+00:00",
    ]


def test_candles_that_do_not_divide_are_a_fault_of_ours() -> None:
    with pytest.raises(InvariantBroken):
        derived(no_candles(BTC, CandleUnit.MINUTES_10), CandleUnit.MINUTES_15, UTC_DAYS)


@pytest.mark.parametrize(
    ("finer", "coarser", "whether"),
    [
        ("1s", "1m", True),
        ("1m", "3m", True),
        ("3m", "5m", False),
        ("10m", "15m", False),
        ("15m", "30m", True),
        ("60m", "240m", True),
        ("240m", "1d", True),
        ("1d", "1w", True),
        ("1d", "1M", True),
        ("1w", "1M", False),
        ("1w", "1y", False),
        ("1M", "1y", True),
        ("1M", "1w", False),
        ("1d", "1d", False),
        ("60m", "1m", False),
    ],
)
def test_which_units_make_which(finer: str, coarser: str, whether: bool) -> None:
    assert divides(CandleUnit(finer), CandleUnit(coarser)) is whether


def test_the_coarsest_is_asked_first() -> None:
    assert [unit.value for unit in finer_units(CandleUnit.HOUR)] == ["30m", "15m", "10m", "5m", "3m", "1m", "1s"]
    assert [unit.value for unit in finer_units(CandleUnit.MONTH)][:2] == ["1d", "240m"]


def test_whole_candles_of_a_span() -> None:
    span = Span(datetime(2025, 9, 1, 10, 30, tzinfo=UTC), datetime(2025, 9, 1, 12, 59, tzinfo=UTC))
    within = whole_candles_within(span, CandleUnit.HOUR, UTC_DAYS)
    around = whole_candles_around(span, CandleUnit.HOUR, UTC_DAYS)
    assert within is not None
    assert (within.start.hour, within.end.hour) == (11, 12)
    assert (around.start.hour, around.end.hour) == (10, 13)
    assert whole_candles_within(span, CandleUnit.HOURS_4, UTC_DAYS) is None
    assert ceiling(span.start, CandleUnit.MONTH, UTC_DAYS) == datetime(2025, 10, 1, tzinfo=UTC)


def test_what_lies_off_the_grid_is_seen() -> None:
    seconds = np.array([0, 59, 60], dtype=np.int64)
    assert on_grid(seconds, CandleUnit.MINUTE, UTC_DAYS).tolist() == [True, False, True]


def test_the_day_starts_have_one_home() -> None:
    assert UPBIT_CAPABILITIES.day_start is DAY_STARTS["upbit"]
    assert day_start_of("bithumb") == KST_DAYS
    with pytest.raises(InvalidParameter):
        day_start_of("nowhere")


def test_a_series_keeps_its_market() -> None:
    rows: CandleSeries = series_of(BTC, CandleUnit.MINUTE, [flat(0, "1")])
    assert derived(rows, CandleUnit.WEEK, UTC_DAYS).market == BTC
