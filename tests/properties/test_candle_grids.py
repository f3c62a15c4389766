"""Candles of any unit lie side by side, without gap or overlap, wherever the exchange's day begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import CandleUnit

UNITS = st.sampled_from(CandleUnit)
MOMENTS = st.datetimes(datetime(2016, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
DAY_STARTS = st.integers(-12, 12).map(lambda hours: timedelta(hours=hours))


@given(UNITS, MOMENTS, DAY_STARTS)
def test_a_moment_lies_in_exactly_one_candle(unit: CandleUnit, moment: datetime, day_start: timedelta) -> None:
    opened = unit.floor(moment, day_start)
    following = unit.next(opened, day_start)

    assert opened <= moment < following
    assert unit.floor(opened, day_start) == opened
    assert unit.floor(following, day_start) == following
    assert unit.floor(following - timedelta(microseconds=1), day_start) == opened
