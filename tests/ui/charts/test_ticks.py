"""Grid lines stand at round values and KST-nice times, far enough apart, and do not wander while the chart moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
from upbit_auto_trading.ui.charts.price_scale import PriceScale, ScaleKind
from upbit_auto_trading.ui.charts.ticks import price_ticks, time_label, time_ticks, value_text
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.utils.bilingual_text import Language

HEIGHT = 420.0
KINDS = st.sampled_from(ScaleKind)
TICKS = st.sampled_from((None, Decimal(1000), Decimal(5), Decimal("0.1"), Decimal("0.0001")))


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    yield
    language_state().set_language(Language.KOREAN)


def _scale(low: float, high: float, kind: ScaleKind = ScaleKind.LINEAR, base: float = 1.0) -> PriceScale:
    return PriceScale(low, high, 0.0, HEIGHT, kind, base)


def _texts(scale: PriceScale, tick: Decimal | None) -> list[str]:
    return [one.text for one in price_ticks(scale, tick)]


def _kst(*parts: int) -> float:
    return float(epoch_second(datetime(*parts, tzinfo=UTC) - timedelta(hours=9)))  # type: ignore[misc,arg-type]


def _time_texts(end: float, per_pixel: float, unit: CandleUnit, day_start: int = 0) -> list[str]:
    """New days and the like are marked with a star."""
    time = TimeScale(end - 800 * per_pixel, per_pixel, 800)
    ticks = time_ticks(time, unit, timedelta(hours=day_start))
    return [tick.text + "*" * tick.is_day_change for tick in ticks]


# values


def test_prices_stand_at_round_steps_with_the_decimals_of_the_market() -> None:
    assert _texts(_scale(136.6e6, 139.4e6), Decimal(1000)) == [
        "137,000,000", "137,500,000", "138,000,000", "138,500,000", "139,000,000",
    ]  # fmt: skip
    assert _texts(_scale(0.0139, 0.0142), Decimal("0.0001")) == ["0.0139", "0.0140", "0.0141", "0.0142"]
    assert _texts(_scale(11.8, 13.1), Decimal("0.01")) == [
        "11.80",
        "12.00",
        "12.20",
        "12.40",
        "12.60",
        "12.80",
        "13.00",
    ]


def test_no_line_stands_between_two_prices_of_the_market() -> None:
    assert _texts(_scale(286, 288), Decimal(1)) == ["286", "287", "288"]
    assert _texts(_scale(1003, 1021), Decimal(5)) == ["1,005", "1,010", "1,015", "1,020"]


def test_values_that_are_no_prices_are_short_where_they_are_large() -> None:
    assert _texts(_scale(1.0e9, 1.3e9), None) == ["10억", "10.5억", "11억", "11.5억", "12억", "12.5억", "13억"]
    language_state().set_language(Language.ENGLISH)
    assert _texts(_scale(1.0e9, 1.3e9), None)[1] == "1.05B"
    # four figures would not tell these apart
    assert _texts(_scale(10_184_260, 10_184_460), None)[:2] == ["10,184,260", "10,184,280"]
    assert _texts(_scale(-3.2, 91), None)[:3] == ["0", "10", "20"]


def test_percents_count_from_the_base() -> None:
    scale = _scale(98.0, 104.5, ScaleKind.PERCENT, 100.0)

    assert _texts(scale, Decimal("0.1")) == ["−2.00%", "−1.00%", "0.00%", "+1.00%", "+2.00%", "+3.00%", "+4.00%"]
    assert [round(one.value, 9) for one in price_ticks(scale, None)] == [98, 99, 100, 101, 102, 103, 104]


def test_logarithmic_values_are_round_over_decades_and_within_one() -> None:
    log = ScaleKind.LOG
    assert _texts(_scale(1e6, 1.46e8, log), Decimal(1000)) == [
        "1,000,000", "2,000,000", "5,000,000", "10,000,000", "20,000,000", "50,000,000", "100,000,000",
    ]  # fmt: skip
    assert _texts(_scale(0.0003, 90_000, log), None) == ["0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000"]
    assert _texts(_scale(136.6e6, 139.4e6, log), Decimal(1000)) == [
        "137,000,000", "137,500,000", "138,000,000", "138,500,000", "139,000,000",
    ]  # fmt: skip


@given(st.floats(1e-6, 1e9), st.floats(1e-4, 1e6), KINDS, TICKS)
def test_lines_lie_within_the_pane_and_far_enough_apart(
    low: float, factor: float, kind: ScaleKind, tick: Decimal
) -> None:
    scale = _scale(low, low * (1 + factor), kind, low * 1.1)
    ticks = price_ticks(scale, tick)
    places = [scale.y_of(one.value) for one in ticks]

    assert all(-0.01 <= place <= HEIGHT + 0.01 for place in places)
    assert all(one - two >= 37.9 for one, two in pairwise(places))
    assert len({one.text for one in ticks}) == len(ticks)
    if kind is not ScaleKind.LOG and tick is None:
        assert len(ticks) >= 4
        assert all(one - two <= 100.1 for one, two in pairwise(places))


@given(st.floats(1e-3, 1e6), st.floats(0.001, 500.0), st.floats(-0.5, 0.5), KINDS)
def test_moving_the_pane_moves_no_line_to_another_value(
    low: float, factor: float, moved: float, kind: ScaleKind
) -> None:
    scale = _scale(low, low * (1 + factor), kind, low)
    if kind is ScaleKind.LOG:
        other = replace(scale, low=low * (1 + factor) ** moved, high=low * (1 + factor) ** (1 + moved))
    else:
        other = replace(scale, low=scale.low + moved * low * factor, high=scale.high + moved * low * factor)
    first, last = max(scale.low, other.low) * (1 + 1e-9), min(scale.high, other.high) * (1 - 1e-9)
    # where the step changes on a logarithmic scale, a line may give way to one that only the other pane shows
    both = [{one.value for one in price_ticks(each, None) if first < one.value < last} for each in (scale, other)]
    assert len(both[0] ^ both[1]) <= (1 if kind is ScaleKind.LOG else 0)


@pytest.mark.parametrize("low", [1.0, 13.0, 4.7e7])
def test_logarithmic_lines_keep_their_distance_where_steps_change(low: float) -> None:
    for place in range(300):
        scale = _scale(low, low * 1.02 ** (1 + place), ScaleKind.LOG)
        places = [scale.y_of(one.value) for one in price_ticks(scale, None)]
        assert min((one - two for one, two in pairwise(places)), default=40) >= 37.9


def test_february_ends_without_two_lines_beside_each_other() -> None:
    time = TimeScale(_kst(2026, 2, 10), 5_000.0, 600)

    assert [one.text for one in time_ticks(time, CandleUnit.DAY)] == [
        "02.11",
        "02.16",
        "02.21",
        "2026.03",
        "03.06",
        "03.11",
        "03.16",
    ]


def test_a_pane_without_height_or_range_has_no_lines() -> None:
    assert price_ticks(replace(_scale(1, 2), height=0.0), None) == ()
    assert price_ticks(_scale(2, 2), None) == ()
    assert price_ticks(_scale(float("nan"), 2), None) == ()


def test_the_crosshair_names_a_price_of_the_market() -> None:
    scale = _scale(136.6e6, 145.9e6)

    assert value_text(142_386_499.7, scale, Decimal(1000)) == "142,386,000"
    assert value_text(0.01414999, _scale(0.013, 0.015), Decimal("0.0001")) == "0.0141"
    assert value_text(55.0312, _scale(20, 80), None) == "55.0"
    assert value_text(10_184_326.71, _scale(10_184_260, 10_184_460), None) == "10,184,327"
    assert value_text(102.5, _scale(98, 105, ScaleKind.PERCENT, 100.0), Decimal(1)) == "+2.50%"
    assert value_text(float("nan"), scale, None) == "–"


# time


def test_a_day_of_minutes_has_clock_times_and_marks_midnight() -> None:
    end = _kst(2026, 11, 20, 14, 10)

    assert _time_texts(end, 112, CandleUnit.MINUTES_15) == [
        "15:00", "18:00", "21:00", "11.20 (금)*", "03:00", "06:00", "09:00", "12:00",
    ]  # fmt: skip
    language_state().set_language(Language.ENGLISH)
    assert "Fri 11.20*" in _time_texts(end, 112, CandleUnit.MINUTES_15)


@pytest.mark.parametrize(
    ("unit", "per_pixel", "shown"),
    [
        (CandleUnit.SECOND, 0.05, ["14:09:20", "14:09:25", "14:09:30", "14:09:35", "14:09:40", "14:09:45", "14:09:50",
                                   "14:09:55"]),
        (CandleUnit.SECOND, 1.0, ["13:58", "14:00", "14:02", "14:04", "14:06", "14:08"]),
        (CandleUnit.MINUTE, 7.5, ["12:30", "12:40", "12:50", "13:00", "13:10", "13:20", "13:30", "13:40", "13:50",
                                  "14:00"]),
        (CandleUnit.HOURS_4, 90.0, ["21:00", "11.20 (금)*", "05:00", "09:00", "13:00"]),
        (CandleUnit.HOUR, 4_000.0, ["10.16", "10.21", "10.26", "2026.11*", "11.06", "11.11", "11.16"]),
        (CandleUnit.DAY, 500.0, ["11.16", "11.17", "11.18", "11.19", "11.20"]),
        (CandleUnit.DAY, 10_800.0, ["08.21", "2026.09*", "09.11", "09.21", "2026.10*", "10.11", "10.21", "2026.11*",
                                    "11.11"]),
        (CandleUnit.DAY, 50_000.0, ["2025.09", "2025.11", "2026*", "2026.03", "2026.05", "2026.07", "2026.09",
                                    "2026.11"]),
        (CandleUnit.WEEK, 4_000.0, ["10.19", "10.26", "11.02*", "11.09", "11.16"]),
        (CandleUnit.WEEK, 75_600.0, ["2025*", "2025.04", "2025.07", "2025.10", "2026*", "2026.04", "2026.07",
                                     "2026.10"]),
        (CandleUnit.MONTH, 26_000.0, ["2026.04", "2026.05", "2026.06", "2026.07", "2026.08", "2026.09", "2026.10",
                                      "2026.11"]),
        (CandleUnit.MONTH, 330_000.0, ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
        (CandleUnit.YEAR, 330_000.0, ["2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
        (CandleUnit.MINUTE, 500_000.0, ["2016", "2018", "2020", "2022", "2024", "2026"]),
    ],
)  # fmt: skip
def test_times_are_those_a_korean_calendar_has(unit: CandleUnit, per_pixel: float, shown: list[str]) -> None:
    assert _time_texts(_kst(2026, 11, 20, 14, 10), per_pixel, unit) == shown


def test_lines_of_days_stand_where_the_exchange_opens_them() -> None:
    """Upbit's day opens at nine in KST, Bithumb's at midnight."""
    time = TimeScale(_kst(2026, 11, 17), 500.0, 800)

    assert time_ticks(time, CandleUnit.DAY)[0].second == _kst(2026, 11, 17, 9)
    assert time_ticks(time, CandleUnit.DAY, timedelta(hours=-9))[0].second == _kst(2026, 11, 17)
    hours = time_ticks(replace(time, seconds_per_pixel=90.0), CandleUnit.HOURS_4)
    assert [one.second for one in hours[:2]] == [_kst(2026, 11, 17, 1), _kst(2026, 11, 17, 5)]
    hours = time_ticks(replace(time, seconds_per_pixel=90.0), CandleUnit.HOURS_4, timedelta(hours=-9))
    assert [one.second for one in hours[:2]] == [_kst(2026, 11, 17), _kst(2026, 11, 17, 4)]
    weeks = time_ticks(TimeScale(_kst(2026, 11, 1), 4000.0, 800), CandleUnit.WEEK)
    assert [one.second for one in weeks][:2] == [_kst(2026, 11, 2, 9), _kst(2026, 11, 9, 9)]


@given(
    st.sampled_from(CandleUnit),
    st.floats(1.4e9, 2.0e9),
    st.floats(-2.0, 6.0).map(lambda power: 10.0**power),
    st.floats(0, 700),
)
def test_times_are_apart_and_stay_where_they_are(
    unit: CandleUnit, start: float, per_pixel: float, pixels: float
) -> None:
    time = TimeScale(start, per_pixel, 800.0)
    ticks = time_ticks(time, unit)
    moved = time.panned(pixels)

    assert all(0 <= time.x_of(one.second) <= 800 for one in ticks)
    assert all((two.second - one.second) / per_pixel >= 79.9 for one, two in pairwise(ticks))
    first, last = time.start, moved.end
    shown = {one.second: one.text for one in ticks if first <= one.second < last}
    assert shown == {one.second: one.text for one in time_ticks(moved, unit) if first <= one.second < last}


def test_before_1970_and_without_width_there_are_no_times() -> None:
    assert time_ticks(TimeScale(-9e5, 60.0, 800), CandleUnit.MINUTE) == ()
    assert time_ticks(TimeScale(0.0, 60.0, 0.0), CandleUnit.MINUTE) == ()


def test_the_crosshair_names_the_candle() -> None:
    second = _kst(2026, 11, 20, 4, 15)

    assert time_label(second, CandleUnit.MINUTES_15) == "11.20 04:15"
    assert time_label(second + 7, CandleUnit.SECOND) == "11.20 04:15:07"
    assert time_label(second, CandleUnit.MINUTE, newest=second + 400 * 86_400) == "2026.11.20 04:15"
    assert time_label(second, CandleUnit.DAY) == "2026.11.20 (금)"
    assert time_label(second, CandleUnit.WEEK) == "2026.11.20 (금)"
    assert time_label(second, CandleUnit.MONTH) == "2026.11"
    assert time_label(second, CandleUnit.YEAR) == "2026"
