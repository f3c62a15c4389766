"""The one loop of a strategy: fills, then levels, then decisions, through all moments of all its markets.

Fast-forward jumps to the next moment at which anything could happen and takes the same step there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import DecisionRow, Outcome, Side
from upbit_auto_trading.business_logic.domain.strategy_state import PurseView
from upbit_auto_trading.business_logic.engine.acting import Actor, EntrySignal
from upbit_auto_trading.business_logic.engine.correlation import Correlations
from upbit_auto_trading.business_logic.engine.decision import decide_entry, decide_management
from upbit_auto_trading.business_logic.engine.evaluation import NEVER, can_be_searched
from upbit_auto_trading.business_logic.engine.market_run import MarketRun
from upbit_auto_trading.business_logic.engine.purse_watch import PurseWatch
from upbit_auto_trading.business_logic.engine.rule_limits import undone
from upbit_auto_trading.business_logic.ports.execution import Execution
from upbit_auto_trading.business_logic.ports.strategy import Columns, StrategyPlan

#: (candles done, of so many): False ends the run
Progress = Callable[[int, int], bool]
_REPORT_EVERY = 5_000


class Cancelled(Exception):
    """Whoever asked for the run does not want it any more."""


class StrategyRun:
    def __init__(
        self,
        plan: StrategyPlan,
        columns: Sequence[Columns],
        execution: Execution,
        *,
        decide_from: int | None = None,
        fast_forward: bool = True,
    ) -> None:
        """``decide_from``: candles that opened before it (seconds since 1970) only warm up."""
        self.plan = plan
        self.columns = columns
        self.execution = execution
        self._fast_forward = fast_forward
        self.markets = tuple(
            MarketRun(number, plan, one, execution, _first_row(plan, one, decide_from))
            for number, one in enumerate(columns)
        )
        self.moments = (
            columns[0].opened if len(columns) == 1 else np.unique(np.concatenate([c.opened for c in columns]))
        )
        self.decisions: list[DecisionRow] = []
        self.stepped = 0
        self._watch = PurseWatch(self.markets, execution, self.moments)
        self._needs_purse = not all(can_be_searched(rule.when) for rule in plan.rules)
        self._is_watched = self._needs_purse or bool(plan.risk)
        self._actor = Actor(plan, self.markets, execution, self._watch, Correlations(columns), self.decisions)

    def run(self, progress: Progress | None = None, *, until: int | None = None) -> None:
        """``until``: to the end of the candles that opened then."""
        end = len(self.moments) if until is None else int(np.searchsorted(self.moments, until, side="right"))
        if self._fast_forward:
            self._jump(end, progress)
        else:
            self._step_through(end, progress)

    # one candle, looked at

    def stand_at(self, opened: int, market_number: int) -> tuple[MarketRun, int] | None:
        """Runs up to the decisions of that moment; None where the market has no such candle, or decides later."""
        market = self.markets[market_number]
        row = int(np.searchsorted(market.columns.opened, opened))
        if row >= len(market.columns) or market.opened_at(row) != opened or row < market.first_row:
            return None
        self.run(until=opened - 1)
        due = self._due_at(opened)
        if self._is_watched:
            self._watch.before(int(np.searchsorted(self.moments, opened)))
        active = [one for one in due if not self.execution.is_idle(one[0].number)]
        if active:
            self._fill(active)
        return market, row

    def purse_at(self, opened: int) -> PurseView:
        return self._watch.view(opened)

    def decide_at(self, opened: int) -> Sequence[DecisionRow]:
        """Of the moment at which the run stands."""
        before = len(self.decisions)
        self._actor.forget_told()
        self._decide(int(np.searchsorted(self.moments, opened)), self._due_at(opened))
        return self.decisions[before:]

    def _due_at(self, opened: int) -> list[tuple[MarketRun, int]]:
        found = ((market, int(np.searchsorted(market.columns.opened, opened))) for market in self.markets)
        return [(one, row) for one, row in found if row < len(one.columns) and one.opened_at(row) == opened]

    # stepping

    def _step_through(self, end: int, progress: Progress | None) -> None:
        for market in self.markets:
            market.read_as_lists()
        single = self.markets[0] if len(self.markets) == 1 else None
        rows = [0] * len(self.markets)
        for place in range(end):
            if progress is not None and place % _REPORT_EVERY == 0 and not progress(place, end):
                raise Cancelled
            if single is not None:
                self._step(place, ((single, place),))
                continue
            opened, due = int(self.moments[place]), []
            for market in self.markets:
                row = rows[market.number]
                if row < len(market.columns) and market.opened_at(row) == opened:
                    due.append((market, row))
                    rows[market.number] = row + 1
            self._step(place, due)

    # fast-forward

    def _jump(self, end: int, progress: Progress | None) -> None:
        queue = [(self._place_of(market, 0), market.number, market.next_row(0)) for market in self.markets]
        queue = [(self._place_of(self.markets[number], row), number, row) for _, number, row in queue]
        heapify(queue)
        reported = 0
        while queue and queue[0][0] < end:
            place = queue[0][0]
            if progress is not None and place - reported >= _REPORT_EVERY:
                reported = place
                if not progress(place, end):
                    raise Cancelled
            due: list[tuple[MarketRun, int]] = []
            while queue and queue[0][0] == place:
                _, number, row = heappop(queue)
                due.append((self.markets[number], row))
            due.sort(key=lambda one: one[0].number)
            self._step(place, due)
            for market, row in due:
                following = market.next_row(row + 1)
                heappush(queue, (self._place_of(market, following), market.number, following))
        last = end - 1
        if last >= 0:
            self._see_all(last)

    def _place_of(self, market: MarketRun, row: int) -> int:
        if row >= len(market.columns):
            return NEVER
        if len(self.markets) == 1:
            return row
        return int(np.searchsorted(self.moments, market.columns.opened[row]))

    def _see_all(self, last: int) -> None:
        opened = int(self.moments[last])
        for market in self.markets:
            market.catch_up(int(np.searchsorted(market.columns.opened, opened, side="right")))

    # one moment

    def _step(self, place: int, due: Sequence[tuple[MarketRun, int]]) -> None:
        execution = self.execution
        self.stepped += len(due)
        if self._is_watched:
            self._watch.before(place)
        active = [one for one in due if not execution.is_idle(one[0].number)]
        if active:
            self._fill(active)
        self._decide(place, due)
        if execution.has_expired:
            self._note_unfilled(due)

    def _fill(self, active: Sequence[tuple[MarketRun, int]]) -> None:
        execution = self.execution
        for market, row in active:
            market.catch_up(row)
            execution.sell_at_open(market.number, row)
        for market, row in self._by_priority(active):
            execution.buy_at_open(market.number, row)
        for market, row in active:
            execution.follow_path(market.number, row)
            self._notice(market, row)
        if execution.has_expired:
            self._note_unfilled(active)

    def _by_priority(self, due: Sequence[tuple[MarketRun, int]]) -> Sequence[tuple[MarketRun, int]]:
        """Those whose buys wait: by strength, turnover, code."""
        waiting = [one for one in due if self.execution.has_orders(one[0].number)]
        waiting = [one for one in waiting if self.execution.waiting_buy(one[0].number) is not None]
        if len(waiting) < 2:
            return waiting

        def rank(one: tuple[MarketRun, int]) -> tuple[float, float, str]:
            strength, turnover = self.execution.priority(one[0].number)
            return -strength, -turnover, one[0].columns.market.code

        return sorted(waiting, key=rank)

    def _notice(self, market: MarketRun, row: int) -> None:
        """Positions that were closed or opened in that candle."""
        position = market.position
        now = position.trade if position.is_open else -1
        if market.trade >= 0 and now != market.trade:
            self._closed(market, row)
        newest = position.trade
        if newest > market.last_trade:
            if not position.is_open:  # opened and closed in the same candle
                market.trade = newest
                self._closed(market, row)
            market.last_trade = newest
            market.begin_position()
        market.trade = now

    def _closed(self, market: MarketRun, row: int) -> None:
        fills = []
        for fill in reversed(self.execution.fills):
            if fill.market == market.number:
                if fill.trade != market.trade:
                    break
                fills.append(fill)
        paid = sum(fill.price * fill.quantity for fill in fills if fill.side is Side.BUY)
        got = sum(fill.price * fill.quantity for fill in fills if fill.side is Side.SELL)
        profit = (got - paid - sum(fill.fee for fill in fills)) / paid
        market.closed_at, market.closed_at_loss = int(market.columns.closed[row]), profit <= 0.0
        self._actor.past = self._actor.past.having(profit)

    def _note_unfilled(self, due: Sequence[tuple[MarketRun, int]]) -> None:
        """Orders that ended, in this candle or by this decision, without a fill."""
        for number, rule_id, why in self.execution.expired():
            market = self.markets[number]
            for rule, memory in zip(market.rules, market.memories, strict=True):
                if rule.id == rule_id:
                    undone(memory)
                    market.position.fired[rule_id] = max(0, market.position.fired.get(rule_id, 0) - 1)
            row = next(row for one, row in due if one is market)
            self.decisions.append(DecisionRow(number, row, rule_id, Outcome.UNFILLED, why, 0.0, 0.0, None))

    def _decide(self, place: int, due: Sequence[tuple[MarketRun, int]]) -> None:
        execution, plan = self.execution, self.plan
        purse: PurseView | None = self._watch.view(int(self.moments[place])) if self._needs_purse else None
        signals: list[EntrySignal] = []
        for market, row in due:
            if row < market.first_row:
                continue
            if not market.may_act(row):
                continue
            if market.position.is_open:
                if not execution.is_closing(market.number):
                    decision = decide_management(plan, lambda index: self._may_act(market, index, row, purse))  # noqa: B023
                    self._actor.manage(market, row, decision, purse)
            elif not execution.has_orders(market.number):
                decision = decide_entry(plan, lambda index: market.holds(index, row, purse))  # noqa: B023
                if decision.acts:
                    signals.append(self._actor.signal(market, row, decision.acts[0]))
        if signals:
            self._actor.enter(signals)

    def _may_act(self, market: MarketRun, index: int, row: int, purse: PurseView | None) -> bool:
        is_busy = self.execution.has_orders(market.number)
        if is_busy and self.execution.is_waiting(market.number, market.rules[index].id):
            return False
        return market.holds(index, row, purse)


def _first_row(plan: StrategyPlan, columns: Columns, decide_from: int | None) -> int:
    first = plan.needs - 1
    return first if decide_from is None else max(first, int(np.searchsorted(columns.opened, decide_from)))
