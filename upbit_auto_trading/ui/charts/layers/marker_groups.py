"""Fills that become one mark where they would lie on each other; however many, a frame asks for none alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil
from typing import Final

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.ui.charts.layer import PaneView
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Chart, Space

#: between the low of a candle and the tip of its mark
_AWAY: Final = Space.XS
#: where candles are narrower than a mark, those of so many pixels become one
_JOINED: Final = 24
#: the number at its cap
_NUMBER: Final = 20
#: ranges left of what is seen: what becomes one mark there decides what does here
_BEFORE: Final = 32
#: one mark of one candle beside that of the next
_APART: Final = Chart.MARKER + 2
#: of one group, as many as a card can name
MOST_NAMED: Final = 6


class MarkerSide(Enum):
    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Marker:
    """``second`` lies in its candle; ``key`` is its owner's name for it; ``words`` instead of 매수 / 매도."""

    second: int
    price: float
    side: MarkerSide
    count: int = 1
    key: Hashable = None
    words: Words = ""


@dataclass(frozen=True, slots=True)
class MarkerGroup:
    """What one mark stands for, as it is drawn."""

    side: MarkerSide
    #: of all, each with its own count
    count: int
    #: the first few, by time
    markers: tuple[Marker, ...]
    #: of its first marker and of its last
    seconds: tuple[int, int]
    #: the tip of the triangle, in pixels of the pane
    tip: QPointF

    @property
    def area(self) -> QRectF:
        size = Chart.MARKER
        top = self.tip.y() if self.side is MarkerSide.BUY else self.tip.y() - size
        return QRectF(self.tip.x() - size / 2, top, size, size)


class MarkersOfSide:
    """The markers of one side by time."""

    def __init__(self, side: MarkerSide, markers: Sequence[Marker]) -> None:
        self.side = side
        self.markers = sorted((one for one in markers if one.side is side), key=lambda one: one.second)
        size = len(self.markers)
        self.seconds: Seconds = np.fromiter((one.second for one in self.markers), np.int64, size)
        counts = np.fromiter((one.count for one in self.markers), np.int64, size)
        self._until: Seconds = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))

    def count(self, first: int, end: int) -> int:
        return int(self._until[end] - self._until[first])


def groups_of(side: MarkersOfSide, view: PaneView) -> Iterator[MarkerGroup]:
    """By candle, or where candles are narrow by ranges of time that stay the same while the chart is moved."""
    is_wide = view.candle_pixels >= _APART
    edges = _candle_edges(view) if is_wide else _time_edges(view)
    if len(edges) < 2 or not len(side.seconds) or not len(view.candles):
        return
    places = np.searchsorted(side.seconds, edges)
    filled = np.flatnonzero(np.diff(places))
    firsts, ends = places[filled], places[filled + 1]
    if not len(firsts):
        return
    if not is_wide:
        kept = _not_overlapping(_middles(side, view, firsts, ends))
        firsts, ends = firsts[kept], np.append(firsts[kept][1:], ends[-1])
    x = _middles(side, view, firsts, ends)
    seen = np.flatnonzero((x > -Chart.MARKER) & (x < view.time.width + Chart.MARKER))
    if not len(seen):
        return
    firsts, ends, x = firsts[seen], ends[seen], x[seen]
    y = _tips(side, view, firsts, ends)
    for first, end, *at in zip(firsts.tolist(), ends.tolist(), x.tolist(), y.tolist(), strict=True):
        yield MarkerGroup(
            side.side,
            side.count(first, end),
            tuple(side.markers[first : min(end, first + MOST_NAMED)]),
            (int(side.seconds[first]), int(side.seconds[end - 1])),
            QPointF(*at),
        )


def _candle_edges(view: PaneView) -> Seconds:
    candles, time = view.candles, view.time
    first, end = candles.rows_between(int(time.start) - 1, int(time.end) + 1)
    opened = np.asarray(candles.opened[first:end], dtype=np.int64)
    return opened if not len(opened) else np.append(opened, candles.closed(end - 1))


def _time_edges(view: PaneView) -> Seconds:
    step = view.candles.step_seconds
    length = max(1, round(step * ceil(_JOINED / view.candle_pixels)))
    first, last = int(view.time.start // length) - _BEFORE, int(view.time.end // length) + 1
    return np.arange(first, last + 1, dtype=np.int64) * length


def _rows(view: PaneView, seconds: Seconds) -> Seconds:
    """Of the candles in which they lie."""
    return np.maximum(np.searchsorted(view.candles.opened, seconds, side="right") - 1, 0)


def _middles(side: MarkersOfSide, view: PaneView, firsts: Seconds, ends: Seconds) -> Floats:
    """In pixels: half way from the middle of the first candle to that of the last."""
    opened, half = view.candles.opened, view.candles.step_seconds / 2
    first = opened[_rows(view, side.seconds[firsts])]
    last = opened[_rows(view, side.seconds[ends - 1])]
    return view.time.x_of(np.asarray((first + last) / 2 + half))


def _not_overlapping(x: Floats) -> list[int]:
    """Those that begin a mark of their own: the last of one range may lie against the first of the next."""
    kept: list[int] = []
    before = -float("inf")
    for place, at in enumerate(x.tolist()):
        if at - before >= _NUMBER:
            kept.append(place)
            before = at
    return kept


def _tips(side: MarkersOfSide, view: PaneView, firsts: Seconds, ends: Seconds) -> Floats:
    """Away from all candles of the mark, and within the pane."""
    candles, scale = view.candles, view.price
    start, last = _rows(view, side.seconds[firsts]), _rows(view, side.seconds[ends - 1])
    pairs = np.column_stack((start - start[0], np.minimum(last + 1, len(candles)) - start[0])).ravel()
    until = int(last[-1]) + 2
    if side.side is MarkerSide.BUY:
        lows = np.minimum.reduceat(np.append(candles.low[start[0] : until], np.inf), pairs)[::2]
        return np.minimum(scale.y_of(lows) + _AWAY, view.rect.height() - Chart.MARKER)
    highs = np.maximum.reduceat(np.append(candles.high[start[0] : until], -np.inf), pairs)[::2]
    return np.maximum(scale.y_of(highs) - _AWAY, float(Chart.MARKER))
