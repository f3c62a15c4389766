"""Where a history is cut to see whether anything knew what came after.

A cut is a number of candles: those before it are kept. Whoever looks ahead is seen at a cut where what he saw differs
from nothing, so the cuts go where candles differ most: to the extremes, the largest moves, the longest gaps, the end,
and evenly over everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds
from upbit_auto_trading.business_logic.domain.market import Market

Places = NDArray[np.int64]
_WEEK: Final = 7 * 86_400
#: steps by it never fall into a rhythm with anything
_GOLDEN: Final = 0.6180339887498949
_DENSE_AT_THE_END: Final = 12
_MOVES: Final = 512


def cuts_by_weight(series: CandleSeries, moves: Places, most: int) -> Iterator[int]:
    """Each once, the most telling first, from 1 to one less than all candles; ``moves`` are those by size."""
    count, seen = len(series), set[int]()
    for cut in _candidates(series, moves, most):
        if 0 < cut < count and cut not in seen:
            seen.add(cut)
            yield cut
            if len(seen) >= most:
                return


def _candidates(series: CandleSeries, moves: Places, most: int) -> Iterator[int]:
    count = len(series)
    if count - 1 <= most:
        yield from range(count - 1, 0, -1)
        return
    yield from (count - 1, count // 2)
    yield from extremes(series)
    half = count // 4
    while half:
        yield half
        half //= 2
    largest = moves[:8].tolist()
    yield from largest
    yield from (move + 1 for move in largest)
    yield from range(count - 2, count - 2 - _DENSE_AT_THE_END, -1)
    yield from evenly(count, 2 * most).tolist()


def extremes(series: CandleSeries) -> tuple[int, ...]:
    """The candles of the highest and the lowest price and of the most volume: whatever is measured by the whole column
    changes where they are cut off."""
    return tuple(
        int(place)
        for place in (
            np.argmax(series.high),
            np.argmin(series.low),
            np.argmax(series.close),
            np.argmin(series.close),
            np.argmax(series.volume),
        )
    )


def moves_by_size(series: CandleSeries) -> Places:
    """Candles that came as the largest surprise to the one before: by price, by range, by volume, by time."""
    if len(series) < 2:
        return np.zeros(0, dtype=np.int64)
    close = series.close
    surprises = (
        np.abs(np.diff(close)) / close[:-1],
        ((series.high - series.low) / close)[1:],
        series.volume[1:],
        np.diff(series.opened).astype(np.float64),
    )
    most = min(_MOVES, len(series) - 1)
    ranked = [_largest(one, most) + 1 for one in surprises]
    merged = np.stack(ranked, axis=1).ravel()  # the first of each, then the second of each …
    _values, first = np.unique(merged, return_index=True)
    return np.asarray(merged[np.sort(first)], dtype=np.int64)


def _largest(values: Floats, most: int) -> Places:
    """Places of the largest, the largest first."""
    chosen = np.argpartition(-values, most - 1)[:most]
    return np.asarray(chosen[np.argsort(-values[chosen], kind="stable")], dtype=np.int64)


def evenly(count: int, most: int) -> Places:
    """From 1 to ``count`` - 1; the more of them, the closer together, always over everything."""
    if count < 2:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(1 + ((np.arange(1, most + 1) * _GOLDEN) % 1.0 * (count - 1)), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Many histories that end at a cut, one behind the other as if they were one market; the candle after each is
    another than the one that really came. Columns are computed for all of them at once."""

    series: CandleSeries
    #: by rising cut
    cuts: Places
    #: in ``series``: the last candle before each cut
    lasts: Places


def blocks(series: CandleSeries, cuts: Places, length: int) -> Blocks:
    """The last ``length`` candles before each cut. Time goes on from block to block, by whole weeks, so that days and
    weeks begin where they did."""
    begins = cuts - length
    rows = (begins[:, None] + np.arange(length)[None, :]).ravel()
    opened = series.opened[rows].reshape(len(cuts), length)
    spans = opened[:, -1] - opened[:, 0]
    # whole weeks from the beginning of one block to that of the next, a week at least behind its end
    steps = (-(-(spans[:-1] + (opened[:-1, 0] - opened[1:, 0])) // _WEEK) + 1) * _WEEK
    shifts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(steps)))
    return Blocks(
        _with_times(series.rows(rows), (opened + shifts[:, None]).ravel(), series.market),
        cuts,
        np.arange(1, len(cuts) + 1, dtype=np.int64) * length - 1,
    )


def _with_times(series: CandleSeries, opened: Seconds, market: Market) -> CandleSeries:
    return CandleSeries(
        market,
        series.unit,
        opened,
        series.open,
        series.high,
        series.low,
        series.close,
        series.volume,
        series.turnover,
    )
