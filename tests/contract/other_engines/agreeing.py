"""Whether two engines tell the same trades."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from tests.contract.other_engines.cross_rules import EngineTrade

#: of a quantity: both cut to this, from cash that is the same but for the last bits
_STEP = 1e-8
#: of a float's own size
_NOISE = 1e-11


def first_difference(ours: Sequence[EngineTrade], theirs: Sequence[EngineTrade]) -> str:
    """Empty where there is none."""
    for number, (one, other) in enumerate(zip_longest(ours, theirs)):
        if one is None or other is None or not _same(one, other):
            return f"trade {number} of {len(ours)} and {len(theirs)}:\n  {one}\n  {other}"
    return ""


def _same(one: EngineTrade, other: EngineTrade) -> bool:
    if (one.entered, one.exited) != (other.entered, other.exited):
        return False
    prices = ((one.entry_price, other.entry_price), (one.exit_price, other.exit_price))
    if not all(_near(mine, theirs, 0.0) for mine, theirs in prices):
        return False
    if not _near(one.quantity, other.quantity, _STEP):
        return False
    if one.exited is None:
        return True  # what an open trade cost so far is not told by all
    # what one step of the quantity more or less is worth
    step = _STEP * max(one.entry_price, one.exit_price or 0.0)
    return _near(one.fees, other.fees, step) and _near(one.profit, other.profit, step, one.entry_price * one.quantity)


def _near(one: float | None, other: float | None, allowed: float, size: float = 0.0) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= allowed + _NOISE * max(abs(one), abs(other), size)
