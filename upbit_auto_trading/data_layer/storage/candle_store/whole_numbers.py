"""Floats as whole numbers of a common step, where every one of them comes back bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle_series import Floats

Integers = NDArray[np.int64]

MOST_DECIMALS = 12
#: whole numbers up to here are floats themselves, so one division of two of them is rounded once
_EXACT = 2**53
_SAMPLE = 64


@dataclass(frozen=True, slots=True)
class Step:
    """A number stands for ``numerator / denominator`` times its whole number; both are exact as floats."""

    numerator: int
    denominator: int

    def into(self, whole: NDArray[Any], result: Floats) -> None:
        """One correctly rounded division: the product before it is exact."""
        if self.denominator == 1:
            np.multiply(whole, float(self.numerator), out=result)
        elif self.numerator == 1:
            np.divide(whole, float(self.denominator), out=result)
        else:
            np.multiply(whole, float(self.numerator), out=result)
            np.divide(result, float(self.denominator), out=result)


def as_whole(columns: Sequence[Floats]) -> tuple[Step, tuple[Integers, ...]] | None:
    """The columns in the largest step that they have in common, or None where there is none that keeps every bit."""
    together = np.concatenate(columns)
    decimals = _decimals_of(together)
    if decimals is None:
        return None
    counted = np.rint(together * float(10**decimals)).astype(np.int64)
    common = int(np.gcd.reduce(counted)) or 1
    shared = gcd(common, 10**decimals)
    step = Step(common // shared, 10**decimals // shared)
    whole = counted // common
    again = np.empty(len(together))
    step.into(whole, again)
    if not np.array_equal(again.view(np.int64), together.view(np.int64)):
        return None
    return step, tuple(np.split(whole, np.cumsum([len(column) for column in columns])[:-1]))


def _decimals_of(numbers: Floats) -> int | None:
    """A few rows rule out most; the others are then asked of all."""
    for decimals in range(MOST_DECIMALS + 1):
        if _are_whole(numbers[:_SAMPLE], decimals) and _are_whole(numbers, decimals):
            return decimals
    return None


def _are_whole(numbers: Floats, decimals: int) -> bool:
    power = float(10**decimals)
    # what is too large, or no number, becomes infinite or NaN here, and is no whole number
    with np.errstate(over="ignore", invalid="ignore"):
        counted = np.rint(numbers * power)
        return bool(np.all(np.abs(counted) < _EXACT)) and np.array_equal(
            (counted / power).view(np.int64), numbers.view(np.int64)
        )
