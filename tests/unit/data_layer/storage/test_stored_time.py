"""Stored times sort as texts and come back to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from upbit_auto_trading.data_layer.storage.stored_time import time_from_text, time_to_text


def test_a_time_is_utc_with_six_decimals() -> None:
    in_korea = datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    assert time_to_text(in_korea) == "2026-11-21T00:00:00.000000Z"
    assert time_from_text("2026-11-21T00:00:00.000000Z") == in_korea
    assert time_from_text("2026-11-21T00:00:00.000000Z").tzinfo is UTC


def test_texts_sort_as_times_do() -> None:
    start = datetime(999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    moments = [start + step * timedelta(days=97, microseconds=1) for step in range(3000)]
    assert sorted(map(time_to_text, moments)) == [time_to_text(moment) for moment in moments]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        time_to_text(datetime(2026, 11, 21))


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-21", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00.000000", "2026-11-21T09:00:00.000000+09:00", "x"],
)
def test_what_was_not_written_by_us_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|stored time|time zone"):
        time_from_text(text)
