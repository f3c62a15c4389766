"""Ranges without candles: what is covered had no trade, and what is not covered nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.made_candles import MIDNIGHT, candles_at
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.gaps import Gap, GapKind, gaps_between

NO_TRADE, UNKNOWN = GapKind.NO_TRADE, GapKind.UNKNOWN


def _minutes(*places: int) -> CandleColumns:
    return CandleColumns(candles_at(MIDNIGHT + np.array(places, dtype=np.int64) * 60), timedelta(0))


def _at(minute: float) -> datetime:
    return moment_of(MIDNIGHT) + timedelta(minutes=minute)


def _known(*pairs: tuple[float, float]) -> list[Span]:
    return [Span(_at(start), _at(end)) for start, end in pairs]


def _told(gaps: tuple[Gap, ...]) -> list[tuple[float, float, GapKind]]:
    """In minutes."""
    return [((one.first_second - MIDNIGHT) / 60, (one.last_second - MIDNIGHT) / 60, one.kind) for one in gaps]


def _between(
    candles: CandleColumns, known: list[Span], first: float, last: float, now: float, least: float = 0.0
) -> list[tuple[float, float, GapKind]]:
    seconds = (MIDNIGHT + first * 60, MIDNIGHT + last * 60)
    return _told(gaps_between(candles, known, *seconds, _at(now), least))


def test_candles_that_follow_each_other_leave_none() -> None:
    assert _between(_minutes(0, 1, 2), _known((0, 3)), 0, 3, 3.5) == []


def test_a_covered_hole_had_no_trade_and_the_rest_is_unknown() -> None:
    candles = _minutes(0, 1, 10, 11)

    assert _between(candles, _known((0, 12)), 0, 12, 12) == [(2, 10, NO_TRADE)]
    assert _between(candles, [], 0, 12, 12) == [(2, 10, UNKNOWN)]
    assert _between(candles, _known((0, 4), (8, 12)), 0, 12, 12) == [
        (2, 4, NO_TRADE), (4, 8, UNKNOWN), (8, 10, NO_TRADE),
    ]  # fmt: skip


def test_one_missing_minute_among_hundreds_is_found_wherever_it_is() -> None:
    for missing in (*range(1, 140), 497, 498):
        candles = _minutes(*(minute for minute in range(500) if minute != missing))
        assert _between(candles, [], 0, 500, 500) == [(missing, missing + 1, UNKNOWN)]


def test_known_ranges_that_touch_are_one() -> None:
    assert _between(_minutes(0, 10), _known((0, 4), (4, 6), (5, 11)), 0, 11, 11) == [(1, 10, NO_TRADE)]


def test_before_the_first_and_behind_the_last_candle_is_a_range_too() -> None:
    candles = _minutes(5, 6)

    assert _between(candles, _known((3, 9)), 0, 12, 12) == [
        (0, 3, UNKNOWN), (3, 5, NO_TRADE), (7, 9, NO_TRADE), (9, 12, UNKNOWN),
    ]  # fmt: skip
    assert _between(_minutes(), _known((3, 9)), 0, 12, 12) == [(0, 3, UNKNOWN), (3, 9, NO_TRADE), (9, 12, UNKNOWN)]


def test_the_interval_of_now_and_what_comes_after_are_none() -> None:
    candles = _minutes(0, 1)

    assert _between(candles, _known((0, 2)), 0, 30, 2.9) == []
    assert _between(candles, _known((0, 3)), 0, 30, 3.1) == [(2, 3, NO_TRADE)]
    assert _between(_minutes(0, 9), [], 20, 30, 10) == []


def test_ranges_are_cut_to_what_is_seen_but_judged_whole() -> None:
    candles = _minutes(0, 10, 12)

    assert _between(candles, [], 3, 5, 20) == [(3, 5 + 1 / 60, UNKNOWN)]
    # a minute is left out, and of the nine no part, however little of it is seen
    assert _between(candles, [], 9.5, 13, 13, least=120) == [(9.5, 10, UNKNOWN)]


def test_months_have_their_lengths() -> None:
    opened = [datetime(2026, month, 1, tzinfo=moment_of(0).tzinfo) for month in (1, 2, 3, 6)]
    seconds = np.array([int(one.timestamp()) for one in opened])
    candles = CandleColumns(candles_at(seconds, unit=CandleUnit.MONTH), timedelta(0))
    gaps = gaps_between(candles, [], float(seconds[0]), float(seconds[-1]), opened[-1])

    assert [(moment_of(one.first_second).month, moment_of(one.last_second).month) for one in gaps] == [(4, 6)]


@given(
    st.sets(st.integers(0, 1500), max_size=900),
    st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 600)), max_size=5),
    st.integers(-20, 1500),
    st.integers(1, 1600),
    st.integers(0, 1600),
    st.sampled_from((0, 0, 61, 301)),
    st.sampled_from((0, 1000)),
)
@settings(max_examples=150, deadline=None)
def test_each_interval_is_told_as_it_is(
    places: set[int], spans: list[tuple[int, int]], first: int, length: int, now: int, least: int, dense: int
) -> None:
    """Minute by minute, against the plain question whether it has a candle and whether it is covered."""
    places = places | set(range(dense))  # many that follow each other are looked at together
    candles = _minutes(*sorted(places))
    known = _known(*((start, start + minutes) for start, minutes in spans))
    kinds: dict[int, GapKind] = {}
    for start, end, kind in _between(candles, known, first, first + length - 1 / 60, now, least):
        for minute in range(int(start), int(end)):
            assert minute not in kinds
            kinds[minute] = kind

    for minute in range(first, min(first + length, now)):
        covered = any(start <= minute < start + minutes for start, minutes in spans)
        expected = None if minute in places else NO_TRADE if covered else UNKNOWN
        if expected is not kinds.get(minute):
            assert kinds.get(minute) is None
            assert _run(minute, places, spans, now) * 60 < least
    assert all(first <= minute < min(first + length, now) for minute in kinds)


def _run(minute: int, places: set[int], spans: list[tuple[int, int]], now: int) -> int:
    """How long the range of one kind around the minute is; without end before the first candle, and up to now."""

    def kind(one: int) -> bool | None:
        return None if one in places else any(start <= one < start + minutes for start, minutes in spans)

    first = last = minute
    while first > -2000 and kind(first - 1) == kind(minute):
        first -= 1
    while last + 1 < now and kind(last + 1) == kind(minute):
        last += 1
    return last - first + 1
