"""Indicators over the stretches of a column in which everything is known.

What averages carries one unknown value on to all that follow. So each stretch without unknown values is computed for
itself: an unknown value starts an indicator over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats

Calculation = Callable[..., Floats]
Run = tuple[int, int]
_SOON = 64


def unknown(count: int) -> Floats:
    return np.full(count, np.nan)


def over_known(calculate: Calculation, inputs: Sequence[Floats]) -> Floats:
    return over_runs(calculate, inputs, known_runs(inputs))


def over_runs(calculate: Calculation, inputs: Sequence[Floats], runs: Sequence[Run]) -> Floats:
    count = len(inputs[0])
    if list(runs) == [(0, count)]:
        return calculate(*inputs)
    result = unknown(count)
    for start, end in runs:
        result[start:end] = calculate(*(one[start:end] for one in inputs))
    return result


def known_runs(inputs: Sequence[Floats]) -> list[Run]:
    """Where all of them are known, from first to past the last."""
    count = len(inputs[0])
    if count == 0:
        return []
    # a sum is unknown where any of its values is, and many times faster than a mask
    if all(isfinite(float(one.sum())) for one in inputs):
        return [(0, count)]
    is_known = np.isfinite(inputs[0])
    for one in inputs[1:]:
        is_known &= np.isfinite(one)
    return true_runs(is_known)


def true_runs(mask: NDArray[np.bool_]) -> list[Run]:
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def moving_runs(inputs: Sequence[Floats], run: Run, stale_after: int) -> list[Run]:
    """A run without the candles on which nothing has moved for so many before; each part begins with the last candle
    before a move. What compares two fading sums remembers, on a price that stands still, what no window can see."""
    start, end = run
    parts = [one[start:end] for one in inputs]
    if not _may_stand_still(parts, stale_after):
        return [run]
    moved = np.zeros(end - start, dtype=np.bool_)
    for part in parts:
        moved[1:] |= part[1:] != part[:-1]
    moves = np.flatnonzero(moved)
    bounds = np.concatenate(([0], moves, [end - start]))
    stale = np.flatnonzero(np.diff(bounds) > stale_after).tolist()
    found, begin = [], 0
    for place in stale:
        found.append((start + begin, start + int(bounds[place]) + stale_after))
        begin = int(bounds[place + 1]) - 1
    if begin < end - start - 1 or not stale:
        found.append((start + begin, end))
    return found


def _may_stand_still(parts: Sequence[Floats], stale_after: int) -> bool:
    """Looks at one candle in many: of those that lie in a stretch that is long enough, some in a row are alike."""
    step = max(1, stale_after // 6)
    alike = np.ones(max(0, -(-len(parts[0]) // step) - 1), dtype=np.bool_)
    for part in parts:
        seen = part[::step]
        alike &= seen[1:] == seen[:-1]
    for _ in range(min(4, stale_after) - 1):
        alike = alike[1:] & alike[:-1]
    return bool(alike.any())


def first_move(inputs: Sequence[Floats]) -> int:
    """The first row on which any of them differs from the first; as many as there are where none does."""
    count = len(inputs[0])
    for reach in (min(_SOON, count), count):  # mostly at once: no mask of the whole is made for it
        moved = np.zeros(reach, dtype=np.bool_)
        for one in inputs:
            moved |= one[:reach] != one[0]
        place = int(np.argmax(moved))
        if moved[place]:
            return place
    return count


def divided(numerator: Floats, denominator: Floats | float) -> Floats:
    """Unknown where the divisor is 0; never endless."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result = np.asarray(numerator / denominator, dtype=np.float64)
    result[~np.isfinite(result)] = np.nan
    return result
