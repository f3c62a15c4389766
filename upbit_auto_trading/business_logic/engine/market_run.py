"""One market of a run: its rules' memories, its position as rules see it, and the next candle that matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from upbit_auto_trading.business_logic.domain.strategy_state import PurseView, RuleMemory
from upbit_auto_trading.business_logic.engine.evaluation import NEVER, RuleTest
from upbit_auto_trading.business_logic.engine.rule_limits import begin_position, first_allowed, waits_for
from upbit_auto_trading.business_logic.ports.execution import Execution
from upbit_auto_trading.business_logic.ports.strategy import Columns, MarketTest, RulePlan, StateView, StrategyPlan

#: the first stretch of candles that is searched, and how much longer each next one is
_FIRST_STRETCH, _GROWTH = 64, 4


class MarketRun:
    def __init__(self, number: int, plan: StrategyPlan, columns: Columns, execution: Execution, first_row: int) -> None:
        self.number = number
        self.columns = columns
        self.first_row = first_row
        self.position = execution.position(number)
        self.rules: Sequence[RulePlan] = plan.rules
        self.tests = tuple(RuleTest(rule.when, columns) for rule in self.rules)
        self.memories = tuple(RuleMemory() for _ in self.rules)
        self.entry_count = len(plan.entry.rules)
        #: of the last position that was closed
        self.closed_at: int | None = None
        self.closed_at_loss = False
        #: the number of the open trade, and of the last one that was opened; -1 without one
        self.trade = -1
        self.last_trade = -1
        self._execution = execution
        #: of entry and of management rules: the candles on which any can hold; None where the position counts too
        self._entry_flags: bytes | None = None
        self._management_flags: bytes | None = None
        self._opened: Sequence[int] | np.ndarray = columns.opened

    def read_as_lists(self) -> None:
        """Where every candle is stepped through."""
        self._opened = self.columns.opened.tolist()
        self._entry_flags = self._joined_flags(self.tests[: self.entry_count])
        self._management_flags = self._joined_flags(self.tests[self.entry_count :])

    def _joined_flags(self, tests: Sequence[RuleTest]) -> bytes | None:
        held = np.zeros(len(self.columns), dtype=bool)
        for test in tests:
            if not isinstance(test.test, MarketTest):
                return None
            held |= self.columns.truth(test.test)
        return held.tobytes()

    def opened_at(self, row: int) -> int:
        return int(self._opened[row])

    def catch_up(self, row: int) -> None:
        """The position sees the candles that were skipped before this one."""
        position = self.position
        if position.is_open and position.seen_to < row - 1:
            position.see(float(self.columns.high[position.seen_to + 1 : row].max()), row - 1)

    def begin_position(self) -> None:
        for memory in self.memories[self.entry_count :]:
            begin_position(memory)
        for memory in self.memories[: self.entry_count]:
            memory.fired = 0

    # one candle

    def may_act(self, row: int) -> bool:
        """False where no rule's conditions can hold."""
        flags = self._management_flags if self.position.quantity > 0.0 else self._entry_flags
        return flags is None or flags[row] != 0

    def holds(self, index: int, row: int, purse: PurseView | None) -> bool:
        """The rule may act on that candle, and its conditions hold."""
        rule, memory, test = self.rules[index], self.memories[index], self.tests[index]
        why = waits_for(rule, memory, row, self.opened_at(row))
        if why == "disarmed":
            memory.is_armed = self.is_rearmed(index, row, purse)
            return memory.is_armed and self._holds_now(test, row, purse)
        return not why and self._holds_now(test, row, purse)

    def _holds_now(self, test: RuleTest, row: int, purse: PurseView | None) -> bool:
        return test.holds(row, lambda: self.view(row, purse))

    def is_rearmed(self, index: int, row: int, purse: PurseView | None) -> bool:
        """It has not held once since it acted; of conditions about the position that is seen on this candle or not."""
        memory, test = self.memories[index], self.tests[index]
        if test.is_about_candles:
            return test.was_false(memory.row + 1, row + 1)
        return not self._holds_now(test, row, purse)

    def view(self, row: int, purse: PurseView | None) -> StateView:
        """At the close of that candle, which the position has seen."""
        columns, position = self.columns, self.position
        closed = int(columns.closed[row])
        view = StateView(columns, row, float(columns.close[row]), closed)
        if position.is_open:
            view.average, view.quantity, view.first_price = position.average, position.quantity, position.first_price
            view.peak, view.peak_profit = position.peak, position.peak_profit
            view.candles_held = row - position.entry_row + 1
            view.seconds_held = closed - position.entry_second
            view.adds, view.fired = position.adds, position.fired
            view.stop, view.target = self._execution.stop(self.number), self._execution.target(self.number)
        if purse is not None:
            view.equity, view.free_cash = purse.equity, purse.free_cash
            view.day_profit, view.open_positions = purse.day_profit, purse.open_positions
        return view

    # many candles

    def next_row(self, row: int) -> int:
        """The first from ``row`` on at which a fill, a level or a rule could do anything; NEVER where there is none."""
        if row >= len(self.columns):
            return NEVER
        found = self._execution.next_row(self.number, row)
        if self.position.is_open:
            if not self._execution.is_closing(self.number):
                found = self._next_rule(range(self.entry_count, len(self.rules)), row, found)
        elif not self._execution.has_orders(self.number):
            found = self._next_rule(range(self.entry_count), max(row, self.first_row), found)
        return found

    def _next_rule(self, indexes: range, row: int, found: int) -> int:
        end = min(found + 1, len(self.columns))
        searched: list[tuple[int, int]] = []
        for index in indexes:
            first = first_allowed(self.rules[index], self.memories[index], row, self.columns)
            if first >= end or self._is_under_way(index):
                continue
            test = self.tests[index]
            if test.is_about_candles:
                found = min(found, self._next_by_candles(index, first, end))
                end = min(end, found + 1)
            elif not test.can_be_searched:
                found = min(found, first)
                end = min(end, found + 1)
            else:
                searched.append((index, first))
        return self._search(searched, end, found) if searched else found

    def _is_under_way(self, index: int) -> bool:
        return self._execution.has_orders(self.number) and self._execution.is_waiting(self.number, self.rules[index].id)

    def _next_by_candles(self, index: int, row: int, end: int) -> int:
        test, memory = self.tests[index], self.memories[index]
        if not memory.is_armed:
            unheld = test.first(memory.row + 1, end, wanted=False)
            if unheld >= end:
                return NEVER
            row = max(row, unheld)
        return test.first(row, end)

    def _search(self, searched: list[tuple[int, int]], end: int, found: int) -> int:
        """In stretches that grow, all rules at once, because they look at the same numbers."""
        row, stretch = min(first for _, first in searched), _FIRST_STRETCH
        while row < end:
            stop = min(row + stretch, end)
            view = self._view_of(row, stop)
            best = NEVER
            for index, first in searched:
                if first < min(stop, best):
                    held = self.tests[index].over(view, stop - row)[max(0, first - row) :]
                    held = held if self.memories[index].is_armed else ~held
                    place = int(held.argmax())
                    if held[place]:
                        best = min(best, max(first, row) + place)
            if best < NEVER:
                return min(found, best)
            row, stretch = stop, stretch * _GROWTH
        return found

    def _view_of(self, row: int, stop: int) -> StateView:
        """At the closes of [row, stop), the position being unchanged since the candle before."""
        columns, position = self.columns, self.position
        part = slice(row, stop)
        closed = columns.closed[part]
        view = StateView(columns, part, columns.close[part], closed.astype(np.float64))
        if not position.is_open:
            return view
        highs = np.maximum.accumulate(columns.high[position.seen_to + 1 : stop])[row - position.seen_to - 1 :]
        peaks = np.maximum(position.peak, highs)
        view.average, view.quantity, view.first_price = position.average, position.quantity, position.first_price
        view.peak = peaks
        view.peak_profit = np.maximum(position.peak_profit, 100.0 * (highs / position.average - 1.0))
        view.candles_held = np.arange(row, stop, dtype=np.float64) - position.entry_row + 1
        view.seconds_held = (closed - position.entry_second).astype(np.float64)
        view.adds, view.fired = position.adds, position.fired
        view.stop, view.target = self._execution.stops_at(self.number, peaks), self._execution.target(self.number)
        return view
