"""Ranges without candles: nothing was traded there, or nobody knows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.reductions import Rows

#: the newest of them; more are never told apart on a screen
_MOST: Final = 4_000
#: rows that are looked at together: what lacks nothing in all is not looked into
_STRIDE: Final = 64
_EARLIEST: Final = -(2**60)


class GapKind(Enum):
    NO_TRADE = "no-trade"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gap:
    """[first_second, last_second)."""

    first_second: int
    last_second: int
    kind: GapKind


def gaps_between(
    candles: CandleColumns,
    known: Sequence[Span],
    first_second: float,
    last_second: float,
    now: datetime,
    least_seconds: float = 0.0,
) -> tuple[Gap, ...]:
    """By time, cut to what is seen; those shorter than ``least_seconds`` are left out.

    The interval that ``now`` lies in has no candle before its first trade; that is no gap.
    """
    forming = epoch_second(candles.unit.floor(now, candles.day_start))
    first, last = int(first_second), min(int(last_second) + 1, forming)
    if first >= last:
        return ()
    edges = [second for span in merged(known) for second in (epoch_second(span.start), epoch_second(span.end))]
    found: list[Gap] = []
    for start, end in _holes(candles, first, last, forming, least_seconds):
        for gap in _pieces(start, end, edges):
            is_seen = gap.first_second < last and gap.last_second > first
            if is_seen and gap.last_second - gap.first_second >= least_seconds:
                found.append(Gap(max(gap.first_second, first), min(gap.last_second, last), gap.kind))
    return tuple(found)


def _holes(
    candles: CandleColumns, first: int, last: int, forming: int, least_seconds: float
) -> Iterator[tuple[int, int]]:
    """From the close of a candle to the opening of the next, before the first and behind the last."""
    if not len(candles):
        yield _EARLIEST, forming
        return
    low, high = candles.rows_between(first, last)
    low, high = max(low - 1, 0), min(high + 1, len(candles))
    opened = candles.opened
    if low == 0 and opened[0] > first:
        yield _EARLIEST, int(opened[0])
    befores = _befores(candles, low, high, least_seconds)
    starts = following_seconds(opened[befores], candles.unit, candles.day_start)
    ends = opened[befores + 1]
    is_hole = ends - starts >= max(least_seconds, 1)
    yield from zip(starts[is_hole][-_MOST:].tolist(), ends[is_hole][-_MOST:].tolist(), strict=True)
    closed = candles.closed(len(candles) - 1)
    if high == len(candles) and closed < forming:
        yield closed, forming


def _befores(candles: CandleColumns, low: int, high: int, least_seconds: float) -> Rows:
    """The rows that a hole may follow: where many candles of one length take no more time than they must, none does."""
    if high - low < 2 * _STRIDE or candles.unit.length is None:
        return np.arange(low, high - 1, dtype=np.int64)
    corners = np.append(np.arange(low, high - 1, _STRIDE, dtype=np.int64), high - 1)
    took = np.diff(candles.opened[corners])
    lacking = took - np.diff(corners) * int(candles.step_seconds) >= max(least_seconds, 1)
    rows = (corners[:-1][lacking][:, None] + np.arange(_STRIDE)).ravel()
    return rows[rows < high - 1]


def _pieces(start: int, end: int, edges: list[int]) -> Iterator[Gap]:
    """``edges`` are where known ranges begin and end, in turn."""
    place = bisect_right(edges, start)
    while start < end:
        stop = min(edges[place], end) if place < len(edges) else end
        yield Gap(start, stop, GapKind.NO_TRADE if place % 2 else GapKind.UNKNOWN)
        start, place = stop, place + 1
