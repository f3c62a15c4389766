"""The columns of a chart answer as the plain rows would, whatever was added, replaced or cut before."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.made_candles import minutes_with_gaps
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, joined
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.charts.reductions import GrowingColumns, Reduction
from upbit_auto_trading.ui.charts.time_scale import TimeScale

SEEDS = st.integers(0, 2**16)
SHARES = st.floats(0, 1)
RATIOS = st.sampled_from((1.0, 1.25, 2.0))
#: a thousand rows before and behind lie in several blocks of each level
COUNT = 9_000


def _spoiled(series: CandleSeries, seed: int) -> CandleSeries:
    """The same opening times and other numbers."""
    factor = 1 + np.random.default_rng(seed).random(len(series)) / 100
    return CandleSeries(series.market, series.unit, series.opened, *(column * factor for column in series.columns[1:]))


@st.composite
def changed_candles(draw: st.DrawFn) -> tuple[CandleColumns, CandleSeries]:
    """Candles after some changes, and the rows they should now have."""
    everything = minutes_with_gaps(COUNT, draw(SEEDS))
    first = draw(st.integers(0, COUNT - 1))
    last = draw(st.integers(first, COUNT))
    candles, model = (
        CandleColumns(everything.rows(slice(first, last)), timedelta(0)),
        everything.rows(slice(first, last)),
    )
    for _ in range(draw(st.integers(0, 6))):
        change = draw(st.sampled_from(("older", "tail", "head")))
        if change == "older":
            older = draw(st.integers(0, first))
            page = everything.rows(slice(older, first + draw(st.integers(0, 3))))
            kept = first if len(model) else older + len(page)
            added = candles.prepend(page)
            assert added == kept - older
            model, first = joined((everything.rows(slice(older, kept)), model)), older
            last = max(last, kept)
        elif change == "head":
            older, row = draw(st.integers(0, first)), draw(st.integers(0, len(model)))
            head = _spoiled(everything.rows(slice(older, first + row)), draw(SEEDS))
            candles.replace_head(head)
            if len(head):
                model, first = joined((head, model.rows(slice(row, None)))), older
                last = first + len(model)
        elif len(model):
            row = draw(st.one_of(st.just(len(model) - 1), st.integers(0, len(model))))
            stop = draw(st.integers(first + row, min(COUNT, first + row + draw(st.sampled_from((1, 20, COUNT))))))
            tail = _spoiled(everything.rows(slice(first + row, stop)), draw(SEEDS))
            assert candles.replace_tail(tail) == (row if len(tail) else len(model))
            if len(tail):
                model, last = joined((model.rows(slice(0, row)), tail)), stop
    return candles, model


@given(changed_candles(), st.lists(st.tuples(SHARES, SHARES), max_size=6))
@settings(max_examples=60, deadline=None)
def test_changed_candles_are_as_fresh_ones(
    changed: tuple[CandleColumns, CandleSeries], ranges: list[tuple[float, float]]
) -> None:
    candles, model = changed

    assert candles.copied().equals(model)
    for one, two in [*ranges, (0.0, 1.0)]:
        first, last = sorted((round(one * len(model)), round(two * len(model))))
        if first == last:
            assert candles.extremes(first, last) is None
            assert candles.greatest_volume(first, last) == 0
        else:
            assert candles.extremes(first, last) == (model.low[first:last].min(), model.high[first:last].max())
            assert candles.greatest_volume(first, last) == model.volume[first:last].max()


@given(changed_candles(), SHARES, SHARES, st.integers(1, 60), RATIOS)
@settings(max_examples=120, deadline=None)
def test_columns_of_pixels_hold_what_their_candles_hold(
    changed: tuple[CandleColumns, CandleSeries], one: float, two: float, width: int, ratio: float
) -> None:
    candles, model = changed
    if not len(model):
        assert len(candles.columns_of(TimeScale(0.0, 1.0, width), ratio)) == 0
        return
    time = _seen(model, one, two, width)
    bars = candles.columns_of(time, ratio)
    seen = (model.opened + 60 > time.start) & (model.opened < time.end)
    rows = np.flatnonzero(seen)
    assert np.array_equal(np.concatenate([np.zeros(0), *map(np.arange, bars.first_row, bars.last_row + 1)]), rows)
    for place in range(len(bars)):
        group = slice(int(bars.first_row[place]), int(bars.last_row[place]) + 1)
        assert bars.open[place] == model.open[group][0]
        assert bars.high[place] == model.high[group].max()
        assert bars.low[place] == model.low[group].min()
        assert bars.close[place] == model.close[group][-1]
        assert bars.volume[place] == model.volume[group].max()
        centres = time.x_of(model.opened[group] + 30)
        if bars.is_thinned:
            assert centres[0] >= bars.x[place] - 1e-6
            assert centres[-1] <= bars.x[place] + 1 / ratio + 1e-6
        else:
            assert np.array_equal(centres, bars.x[place : place + 1])
    assert bars.is_thinned is (60 / time.seconds_per_pixel * ratio < 1)
    assert np.all(np.diff(bars.x) > 0)


def _seen(model: CandleSeries, one: float, two: float, width: int) -> TimeScale:
    span = int(model.opened[-1] - model.opened[0]) + 60
    first, last = sorted((one, two))
    start = float(model.opened[0]) + (first * 1.2 - 0.1) * span
    return TimeScale(start, max((last - first) * 1.2 * span, 30.0) / width, width)


def _with_holes(series: CandleSeries, seed: int) -> Floats:
    """A line that begins late and is now and then without values, for one row or for hundreds."""
    numbers = np.random.default_rng(seed)
    values = series.close.copy()
    for _ in range(int(numbers.integers(0, 40))):
        first = int(numbers.integers(0, max(len(values), 1)))
        values[first : first + int(numbers.choice((1, 1, 3, 20, 900)))] = np.nan
    values[: int(numbers.integers(0, 300))] = np.nan
    if numbers.random() < 0.2:
        values[1::2] = np.nan
    return values


@given(SEEDS, st.integers(1, COUNT), SHARES, SHARES, SHARES)
@settings(max_examples=60, deadline=None)
def test_a_changed_line_is_as_a_fresh_one(seed: int, count: int, older: float, row: float, last: float) -> None:
    series = minutes_with_gaps(count, seed)
    values = _with_holes(series, seed)
    start, place = round(older * count), round(row * count)
    line = LineColumns(values[start:])
    line.prepend(values[:start])
    end = max(place, round(last * count))
    line.replace_tail(place, values[place:end] + 1)
    model = np.concatenate((values[:place], values[place:end] + 1))

    assert np.array_equal(line.values, model, equal_nan=True)
    for first in (0, start, place):
        inside = model[first:end]
        known = inside[~np.isnan(inside)]
        assert line.extremes(first, end) == ((known.min(), known.max()) if len(known) else None)


@given(SEEDS, st.integers(1, COUNT), SHARES, SHARES, st.integers(1, 60), RATIOS, st.integers(0, 3))
@settings(max_examples=120, deadline=None)
def test_a_line_shows_every_extreme_and_every_break(
    seed: int, count: int, one: float, two: float, width: int, ratio: float, missing: int
) -> None:
    series = minutes_with_gaps(count, seed)
    values = _with_holes(series, seed)[: max(count - missing, 0)]
    candles, line = CandleColumns(series, timedelta(0)), LineColumns(values)
    time = _seen(series, one, two, width)
    x, y = line.points_of(candles, time, ratio)
    first, last = candles.rows_between(time.start, time.end)

    assert len(x) == len(y)
    assert np.all(np.diff(x) >= 0)
    assert not np.any(np.isnan(x))
    expected_x, expected_y = _points(series, values, time, ratio, first, last)
    assert np.allclose(x, expected_x, rtol=0, atol=1e-9)
    assert np.array_equal(y, expected_y, equal_nan=True)


def _points(
    series: CandleSeries, values: Floats, time: TimeScale, ratio: float, first: int, last: int
) -> tuple[list[float], list[float]]:
    """The plain way, a column at a time; groups are those of the candles, which have a test of their own."""
    centres = time.x_of(series.opened + 30)
    before, after = min(max(first - 1, 0), len(values)), min(last + 1, len(values))
    if 60 / time.seconds_per_pixel * ratio >= 1:
        return list(centres[before:after]), list(values[before:after])
    bars = CandleColumns(series, timedelta(0)).columns_of(time, ratio)
    middles = np.floor(centres * ratio) / ratio + 0.5 / ratio
    points = [(float(middles[row]), float(values[row])) for row in range(before, min(first, after))]
    for left, start, end in zip(bars.x, bars.first_row, bars.last_row, strict=True):
        inside = values[start : min(end + 1, len(values))]
        middle = float(left) + 0.5 / ratio
        if len(inside):
            points += [(middle, value) for value in _shown(inside[~np.isnan(inside)])]
    points += [(float(middles[row]), float(values[row])) for row in range(max(last, before), after)]
    return [x for x, _ in points], [y for _, y in points]


def _shown(known: Floats) -> list[float]:
    if not len(known):
        return [float("nan")]
    ordered = [known.min(), known.max()] if known[-1] >= known[0] else [known.max(), known.min()]
    shown: list[float] = []
    for value in (known[0], *ordered, known[-1]):
        if not shown or shown[-1] != value:
            shown.append(float(value))
    return shown


@given(
    SEEDS, st.lists(st.tuples(st.sampled_from(("tail", "head", "between", "last")), SHARES, SHARES, SEEDS), max_size=30)
)
@settings(max_examples=60, deadline=None)
def test_rows_that_move_to_larger_buffers_a_few_at_a_time_stay_what_they_are(
    seed: int, changes: list[tuple[str, float, float, int]]
) -> None:
    numbers = np.random.default_rng(seed)
    # rising, so that blocks that were left where they stood are found out
    model = numbers.random(2_000).cumsum()
    table = GrowingColumns((model,), (Reduction(0, np.minimum, np.inf), Reduction(0, np.maximum, -np.inf)), piece=64)
    for kind, one, two, change in changes:
        new = np.random.default_rng(change).random(round(one * 3_000)).cumsum()
        first, last = sorted((round(two * len(model)), round(one * len(model))))
        if kind == "tail":
            first = len(model) - round(two * 40) % (len(model) + 1)
            table.replace_from(first, (new,))
            model = np.concatenate((model[:first], new))
        elif kind == "head":
            last = round(two * 40) % (len(model) + 1)
            table.replace_until(last, (new,))
            model = np.concatenate((new, model[last:]))
        elif kind == "last":
            table.replace_from(max(len(model) - 1, 0), (new[:1],))
            model = np.concatenate((model[:-1], new[:1]))
        else:
            new = new[: round(two * (last - first + 20))]
            table.replace_between(first, last, (new,))
            model = np.concatenate((model[:first], new, model[last:]))
        assert np.array_equal(table.column(0), model)
        place, end = round(two * len(model)), len(model)
        # wherever the blocks begin, some of these begin and end with one
        beside = [(min(place + by, end), end) for by in range(16)] + [(0, max(place - by, 0)) for by in range(16)]
        for low, high in ((0, end), (first, min(last, end)), (end // 3, end), *beside):
            inside = model[low:high]
            if len(inside):
                assert table.reduced(0, low, high) == inside.min()
                assert table.reduced(1, low, high) == inside.max()
