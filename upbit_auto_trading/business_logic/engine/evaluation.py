"""Whether a rule's conditions hold: on one candle, and on which candle first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.business_logic.ports.strategy import (
    Bools,
    Columns,
    MarketTest,
    StateTest,
    StateView,
    Test,
    Truth,
)

NEVER = 1 << 60


class RuleTest:
    """The conditions of one rule over the candles of one market."""

    def __init__(self, test: Test, columns: Columns) -> None:
        self.test = test
        self._columns = columns
        self._flags: bytes | None = None
        self._rows: np.ndarray | None = None
        self.is_about_candles = isinstance(test, MarketTest)
        self.can_be_searched = can_be_searched(test)

    def holds(self, row: int, view: Callable[[], StateView]) -> bool:
        """``view`` is asked only where the position counts."""
        if isinstance(self.test, MarketTest):
            return self._read_flags()[row] != 0
        return bool(truth_of(self.test, view()))

    def was_false(self, row: int, end: int) -> bool:
        """Of one about candles: on any of [row, end)."""
        return self._read_flags().find(b"\0", row, end) >= 0

    def first(self, row: int, end: int, *, wanted: bool = True) -> int:
        """Of one about candles: the first in [row, end) on which it holds, or does not; NEVER where there is none."""
        assert isinstance(self.test, MarketTest)
        if not wanted:
            found = self._read_flags().find(b"\0", row, end)
            return found if found >= 0 else NEVER
        if self._rows is None:
            self._rows = np.flatnonzero(self._columns.truth(self.test))
        place = int(np.searchsorted(self._rows, row))
        return int(self._rows[place]) if place < len(self._rows) and self._rows[place] < end else NEVER

    def over(self, view: StateView, count: int) -> Bools:
        """On each candle of the view."""
        return np.broadcast_to(np.asarray(truth_of(self.test, view)), (count,))

    def _read_flags(self) -> bytes:
        if self._flags is None:
            assert isinstance(self.test, MarketTest)
            self._flags = self._columns.truth(self.test).tobytes()
        return self._flags


def truth_of(test: Test, view: StateView) -> Truth:
    if isinstance(test, MarketTest):
        found = view.columns.truth(test)[view.row]
        return bool(found) if isinstance(view.row, int) else found
    if isinstance(test, StateTest):
        return test.holds(view)
    truths = [truth_of(member, view) for member in test.members]
    if test.kind is GroupKind.ALL:
        return _joined(np.logical_and, truths, start=True)
    held = _joined(np.logical_or, truths, start=False)
    return held if test.kind is GroupKind.ANY else np.logical_not(held)


def _joined(join: np.ufunc, truths: list[Truth], *, start: bool) -> Truth:
    held: Truth = start
    for truth in truths:
        held = join(held, truth)
    return held


def can_be_searched(test: Test) -> bool:
    if isinstance(test, MarketTest):
        return True
    if isinstance(test, StateTest):
        return test.can_be_searched
    return all(can_be_searched(member) for member in test.members)
