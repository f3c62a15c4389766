"""When a result is computed anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.use_cases.screen_refresh import Refresh, ScreenRefresh

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def begun(*units: CandleUnit) -> ScreenRefresh:
    refresh = ScreenRefresh(units)
    assert refresh.due(NOW) is Refresh.CANDLES
    assert refresh.next_at(NOW) == NOW
    refresh.begun(Refresh.CANDLES, NOW)
    return refresh


def test_prices_are_followed_once_a_second_and_not_without_need() -> None:
    refresh = begun()
    assert refresh.due(NOW + timedelta(hours=5)) is Refresh.NOTHING
    refresh.prices_changed()
    assert refresh.due(NOW + SECOND / 2) is Refresh.NOTHING
    assert refresh.next_at(NOW + SECOND / 2) == NOW + SECOND
    assert refresh.due(NOW + SECOND) is Refresh.PRICES
    refresh.begun(Refresh.PRICES, NOW + SECOND)
    assert refresh.due(NOW + 3 * SECOND) is Refresh.NOTHING


def test_a_closed_candle_is_read_after_a_moment_of_grace() -> None:
    refresh = begun(CandleUnit.HOUR, CandleUnit.DAY)
    one = NOW.replace(hour=13, minute=0)
    assert refresh.next_at(NOW + SECOND) == one + 10 * SECOND
    assert refresh.due(one + 9 * SECOND) is Refresh.NOTHING
    assert refresh.due(one + 10 * SECOND) is Refresh.CANDLES
    refresh.prices_changed()
    refresh.begun(Refresh.PRICES, one + 9 * SECOND)
    assert refresh.due(one + 10 * SECOND) is Refresh.CANDLES
    refresh.begun(Refresh.CANDLES, one + 10 * SECOND)
    assert refresh.due(one + 20 * SECOND) is Refresh.NOTHING
    assert refresh.next_at(one + 20 * SECOND) == one + timedelta(hours=1) + 10 * SECOND


def test_more_that_is_stored_counts_where_candles_are_used() -> None:
    without, with_hours = begun(), begun(CandleUnit.HOUR)
    for refresh, expected in ((without, Refresh.NOTHING), (with_hours, Refresh.CANDLES)):
        refresh.candles_changed()
        assert refresh.due(NOW + SECOND) is expected
    with_hours.begun(Refresh.PRICES, NOW + SECOND)
    assert with_hours.due(NOW + 2 * SECOND) is Refresh.CANDLES
    with_hours.begun(Refresh.CANDLES, NOW + 2 * SECOND)
    assert with_hours.due(NOW + 3 * SECOND) is Refresh.NOTHING


def test_a_clock_that_is_set_back_does_not_stop_it() -> None:
    refresh = begun()
    refresh.prices_changed()
    assert refresh.due(NOW - timedelta(days=1)) is Refresh.PRICES
