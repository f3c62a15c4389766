"""A whole backtest by array search: entries and exits for all candles at once, then the trades one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings, FillRow, Side
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns, LevelKind, LevelPlan, MarketTest
from upbit_auto_trading.business_logic.simulation.guards import all_moved_by, figures
from upbit_auto_trading.business_logic.simulation.simulated_money import PlainTerms, Terms, TermsByDate, bought_for
from upbit_auto_trading.business_logic.use_cases.exits_at_once import Rows, find_exits
from upbit_auto_trading.business_logic.use_cases.simple_plan import SimpleEntry, SimplePlan

#: entries whose exits are searched together; most of them are never reached where signals are dense
_BLOCK = 8_192
_DONE = 1 << 60


class NotSimple(Exception):
    """Something came up that only the loop can tell: a level that is unknown, a purse that is empty."""


@dataclass(slots=True)
class _Found:
    """Of the entries of a block, as plain lists: one is read after the other."""

    rows: list[int]
    #: which entry rule
    rules: list[int]
    prices: list[float]
    exits: list[int]
    #: before it is cut to the tick
    sold: list[float]
    #: ids
    reasons: list[str]
    is_order: list[bool]
    following: list[int]
    #: opening times of the candles of decision, fill, decision to sell, and sale
    seconds: tuple[list[int], list[int], list[int], list[int]]


class RunAtOnce:
    def __init__(
        self, plan: SimplePlan, columns: Columns, terms: TermsByDate, settings: BacktestSettings, first_row: int
    ) -> None:
        self._plan = plan
        self._columns = columns
        self._terms = terms
        self._settings = settings
        self._entries, self._entry_rules = _first_rule([one.test for one in plan.entries], columns, first_row)
        self._signals, self._signal_rules = _first_rule([test for _, test in plan.exits], columns, 0)
        self._away = settings.spread / 2 + settings.slippage

    def fills(self) -> list[FillRow]:
        """Raises NotSimple."""
        fills: list[FillRow] = []
        cash, place, trade = self._settings.cash, 0, 0
        # an entry on the last candle is never filled
        count = int(np.searchsorted(self._entries, len(self._columns) - 1))
        while place < count:
            block = slice(place, min(place + _BLOCK, count))
            cash, trade, place = self._trade(self._search(block), block, fills, cash, trade)
        return fills

    def _search(self, block: slice) -> _Found:
        columns, rows = self._columns, self._entries[block]
        rules = self._entry_rules[block]
        filled = rows + 1
        prices = self._entry_prices(filled)
        stops, names = np.full(len(rows), -inf), np.zeros(len(rows), dtype=np.intp)
        targets = np.full(len(rows), inf)
        for number, entry in enumerate(self._plan.entries):
            mine = rules == number
            if not mine.all():
                if not mine.any():
                    continue
                self._place_levels(entry, rows[mine], prices[mine], stops, names, targets, np.flatnonzero(mine))
            else:
                self._place_levels(entry, rows, prices, stops, names, targets, slice(None))
        exits = find_exits(columns, filled, stops, targets, self._signals)
        left = np.minimum(exits.row, len(columns) - 1)
        sold, reasons = self._sales(left, exits.by_level, stops, names, targets, rules)
        opened = columns.opened
        return _Found(
            rows.tolist(),
            rules.tolist(),
            prices.tolist(),
            exits.row.tolist(),
            sold.tolist(),
            reasons,
            (~exits.by_level).tolist(),
            np.searchsorted(self._entries, exits.row).tolist(),
            (opened[rows].tolist(), opened[filled].tolist(), opened[left - 1].tolist(), opened[left].tolist()),
        )

    def _sales(
        self, left: Rows, by_level: NDArray[np.bool_], stops: Floats, names: Rows, targets: Floats, rules: Rows
    ) -> tuple[Floats, list[str]]:
        """Prices before the tick, and what sold."""
        columns, settings = self._columns, self._settings
        opens, is_stop = columns.open[left], columns.low[left] <= stops
        order = opens * (1.0 - self._away) if self._away else opens
        stopped = np.minimum(opens, stops) * (1.0 - settings.spread / 2 - settings.slippage)
        sold = np.where(by_level, np.where(is_stop, stopped, np.maximum(targets, opens)), order)
        numbers = np.where(by_level, np.where(is_stop, names, -1), -2).tolist()
        stop_ids = [[level.id for level in entry.stops] for entry in self._plan.entries]
        target_ids = [entry.targets[0].id if entry.targets else "" for entry in self._plan.entries]
        # where nothing ends it, no reason is read
        exit_ids = [rule.id for rule, _ in self._plan.exits] or [""]
        signal = np.searchsorted(self._signals, left - 1)
        exit_rules = np.append(self._signal_rules, 0)[signal].tolist()
        reasons = [
            exit_ids[by_rule] if number == -2 else target_ids[rule] if number == -1 else stop_ids[rule][number]
            for number, rule, by_rule in zip(numbers, rules.tolist(), exit_rules, strict=True)
        ]
        return sold, reasons

    def _place_levels(
        self,
        entry: SimpleEntry,
        rows: Rows,
        prices: Floats,
        stops: Floats,
        names: Rows,
        targets: Floats,
        into: Rows | slice,
    ) -> None:
        best, name = np.full(len(rows), -inf), np.zeros(len(rows), dtype=np.intp)
        for number, level in enumerate(entry.stops):
            found = _level_prices(level, rows, prices, self._columns)
            tighter = found > best
            best, name = np.where(tighter, found, best), np.where(tighter, number, name)
        stops[into], names[into] = best, name
        for level in entry.targets:
            targets[into] = _level_prices(level, rows, prices, self._columns)

    def _entry_prices(self, filled: Rows) -> Floats:
        opens = self._columns.open[filled]
        if not self._away:
            return opens
        opened = self._columns.opened[filled].tolist()
        moved = (opens * (1.0 + self._away)).tolist()
        return np.array([self._terms.at(second).up(price) for second, price in zip(opened, moved, strict=True)])

    def _trade(
        self, found: _Found, block: slice, fills: list[FillRow], cash: float, trade: int
    ) -> tuple[float, int, int]:
        """One after the other; gives cash, the next trade's number and the next entry's place."""
        begin, end, count = block.start, block.stop, len(self._columns)
        sizes = [entry.buy.sizing.of_free_cash for entry in self._plan.entries]
        ids = [entry.rule.id for entry in self._plan.entries]
        terms_at, is_plain = self._terms.at, isinstance(self._terms, PlainTerms)
        decided, filled, ended, sold_at = found.seconds
        place, buy, sell = begin, Side.BUY, Side.SELL
        terms = asked = terms_at(filled[0])
        while place < end:
            here = place - begin
            price, rule = found.prices[here], found.rules[here]
            size = sizes[rule]
            assert size is not None
            if not is_plain:
                asked, terms = terms_at(decided[here]), terms_at(filled[here])
            free = max(0.0, cash)
            funds = min(size(free), free / (1.0 + asked.fee))
            quantity = bought_for(funds, price) if funds > 0.0 else 0.0
            if not (quantity > 0.0 and funds >= asked.minimum):
                raise NotSimple
            value = price * quantity
            fee = value * terms.fee
            cash -= value + fee
            fills.append(FillRow(0, found.rows[here] + 1, buy, price, quantity, fee, ids[rule], trade))
            left, sold = found.exits[here], found.sold[here]
            if left >= count:
                return cash, trade + 1, _DONE
            if not is_plain:
                terms = terms_at(sold_at[here])
                sold = terms.down(sold) if self._away or not found.is_order[here] else sold
                if not self._is_sold(found, here, quantity, sold, terms, terms_at(ended[here])):
                    raise NotSimple
            fee = sold * quantity * terms.fee
            cash += sold * quantity - fee
            fills.append(FillRow(0, left, sell, sold, quantity, fee, found.reasons[here], trade))
            trade += 1
            place = found.following[here]
        return cash, trade, place

    def _is_sold(self, found: _Found, here: int, quantity: float, sold: float, terms: Terms, asked: Terms) -> bool:
        """Above the exchange's minimum, when it is decided and when it is filled."""
        close = float(self._columns.close[found.exits[here] - 1])
        return quantity * sold >= terms.minimum and (not found.is_order[here] or quantity * close >= asked.minimum)


def _first_rule(tests: Sequence[MarketTest], columns: Columns, first_row: int) -> tuple[Rows, Rows]:
    """The candles from ``first_row`` on at which any of them holds, and which of them is the first that does."""
    if not tests:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    truths = [columns.truth(test) for test in tests]
    held = truths[0] if len(truths) == 1 else np.logical_or.reduce(truths)
    rows = np.flatnonzero(held)
    rows = rows[np.searchsorted(rows, first_row) :]
    rules = np.zeros(len(rows), dtype=np.intp)
    for number in range(len(truths) - 1, 0, -1):
        rules[truths[number][rows]] = number
    if len(truths) > 1:
        rules[truths[0][rows]] = 0
    return rows, rules


def _level_prices(level: LevelPlan, rows: Rows, base: Floats, columns: Columns) -> Floats:
    """As ``guards.level_price``, of many."""
    sign = 1.0 if level.kind is LevelKind.TARGET else -1.0
    if level.price is not None:
        found = columns.of(level.price)[rows]
    elif level.percent is not None:
        found = all_moved_by(base, sign * level.percent, np.array([figures(one) for one in base.tolist()]))
    else:
        assert level.variable is not None
        found = base + sign * columns.of(level.variable)[rows] * level.times
    if np.isnan(found).any():
        raise NotSimple
    return found
