"""Carries decisions out: sizes buys, asks the brakes, places orders, and keeps record of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import DecisionRow, Outcome
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_state import PurseView
from upbit_auto_trading.business_logic.engine.correlation import Correlations
from upbit_auto_trading.business_logic.engine.decision import Acting, Decision
from upbit_auto_trading.business_logic.engine.market_run import MarketRun
from upbit_auto_trading.business_logic.engine.purse_watch import PurseWatch
from upbit_auto_trading.business_logic.engine.rule_limits import acted, korean_day
from upbit_auto_trading.business_logic.ports.execution import BuyOrder, Execution, ResolvedLevel, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    HeldPosition,
    LevelPlan,
    MoveStop,
    PastTrades,
    Proposal,
    Sell,
    SizingAsk,
    StrategyPlan,
    SwitchRules,
)

_DAY = 86_400
#: what may go on for many candles
_REPEATED = frozenset({Outcome.PREVENTED, Outcome.OUTRANKED, Outcome.TOO_SMALL})


@dataclass(frozen=True, slots=True)
class EntrySignal:
    market: MarketRun
    row: int
    acting: Acting
    strength: float


class Actor:
    def __init__(
        self,
        plan: StrategyPlan,
        markets: Sequence[MarketRun],
        execution: Execution,
        watch: PurseWatch,
        correlations: Correlations,
        decisions: list[DecisionRow],
    ) -> None:
        self.past = PastTrades()
        self._plan = plan
        self._markets = markets
        self._execution = execution
        self._watch = watch
        self._correlations = correlations
        self._decisions = decisions
        self._part_levels = tuple(level for part in plan.parts for level in part.levels)
        self._day = -1
        self._entries_today = 0
        self._told: dict[tuple[int, int], tuple[int, Outcome, str]] = {}

    def forget_told(self) -> None:
        """What came to nothing is told again."""
        self._told.clear()

    # without a position

    def signal(self, market: MarketRun, row: int, acting: Acting) -> EntrySignal:
        strength = acting.rule.strength
        value = strength if isinstance(strength, float | int) else float(market.columns.of(strength)[row])
        return EntrySignal(market, row, acting, -inf if isnan(value) else float(value))

    def enter(self, signals: Sequence[EntrySignal]) -> None:
        """Those of one moment: by strength, then turnover of a day, then code."""
        if len(signals) == 1:
            self._enter(signals[0], 0.0)
            return
        ranked = [(-one.strength, -_turnover(one), one.market.columns.market.code, one) for one in signals]
        for _, turnover, _, one in sorted(ranked, key=lambda entry: entry[:3]):
            self._enter(one, -turnover)

    def _enter(self, signal: EntrySignal, turnover: float) -> None:
        market, row, rule = signal.market, signal.row, signal.acting.rule
        action = rule.action
        assert isinstance(action, Buy)
        levels = self._resolved((*action.levels, *self._part_levels), market, row)
        self._buy(market, row, signal.acting, action, levels, signal.strength, turnover, None)

    # with a position

    def manage(self, market: MarketRun, row: int, decision: Decision, purse: PurseView | None) -> None:
        for acting, winner in decision.outranked:
            self._note(market, row, acting, Outcome.OUTRANKED, winner, purse=purse)
        for acting in decision.acts:
            action = acting.rule.action
            if isinstance(action, Buy):
                levels = self._resolved(action.levels, market, row)
                self._buy(market, row, acting, action, levels, 1.0, 0.0, purse)
            elif isinstance(action, Sell):
                self._sell(market, row, acting, action, purse)
            elif isinstance(action, MoveStop):
                self._move_stop(market, row, acting, action, purse)
            else:
                if isinstance(action, SwitchRules):
                    self._switch(market, action)
                self._done(market, row, acting, purse)

    def _sell(self, market: MarketRun, row: int, acting: Acting, action: Sell, purse: PurseView | None) -> None:
        order = SellOrder(market.number, acting.rule.id, action.style, action.share, action.of_bought, row)
        refused = self._execution.place(order)
        if refused:
            self._note(market, row, acting, Outcome.TOO_SMALL, refused, purse=purse)
            return
        if self._execution.is_closing(market.number):
            self._execution.withdraw_buys(market.number)
        self._note(market, row, acting, Outcome.ORDERED, "", purse=purse)
        self._count(market, row, acting)

    def _move_stop(
        self, market: MarketRun, row: int, acting: Acting, action: MoveStop, purse: PurseView | None
    ) -> None:
        price = _stop_price(market, row, action)
        now = self._execution.stop(market.number)
        if isnan(price) or (not action.may_loosen and price <= now) or price == now:
            return
        self._note(market, row, acting, Outcome.DONE, "", value=price, limit=now, purse=purse)
        self._execution.move_stop(market.number, price, acting.rule.id, may_loosen=action.may_loosen)
        self._count(market, row, acting)

    def _switch(self, market: MarketRun, action: SwitchRules) -> None:
        for rule, memory in zip(market.rules, market.memories, strict=True):
            if rule.id in action.rule_ids:
                memory.is_on = action.is_on

    def _done(self, market: MarketRun, row: int, acting: Acting, purse: PurseView | None) -> None:
        self._note(market, row, acting, Outcome.DONE, "", purse=purse)
        self._count(market, row, acting)

    # buying

    def _buy(
        self,
        market: MarketRun,
        row: int,
        acting: Acting,
        action: Buy,
        levels: tuple[ResolvedLevel, ...],
        strength: float,
        turnover: float,
        purse: PurseView | None,
    ) -> None:
        close = float(market.columns.close[row])
        if any(isnan(level.amount) for level in levels):
            self._note(market, row, acting, Outcome.TOO_SMALL, "unknown-level", purse=purse)
            return
        distance = self._stop_distance(market, levels, close)
        equity = self._watch.equity(market.opened_at(row))
        ask = self._ask(market, row, close, equity, distance)
        funds = action.sizing.funds(ask)
        if not funds > 0.0:
            self._note(market, row, acting, Outcome.TOO_SMALL, "unknown-size", purse=purse)
            return
        funds, prevented = self._braked(market, row, acting, ask, funds)
        if prevented is not None:
            self._note(market, row, acting, Outcome.PREVENTED, prevented[0], prevented[1], prevented[2], purse)
            return
        order = BuyOrder(market.number, acting.rule.id, action.style, funds, row, levels, strength, turnover)
        refused = self._execution.place(order)
        if refused:
            self._note(market, row, acting, Outcome.TOO_SMALL, refused, purse=purse)
            return
        self._note(market, row, acting, Outcome.ORDERED, "", value=funds, purse=purse)
        self._count(market, row, acting)
        if not market.position.is_open:
            self._entries(market.opened_at(row), 1)

    def _stop_distance(self, market: MarketRun, levels: Sequence[ResolvedLevel], close: float) -> float | None:
        """To the tightest of the new levels and, where a position is open, of its own."""
        found = self._execution.at_risk_distance(levels, close)
        if market.position.is_open:
            stop = self._execution.stop(market.number)
            if stop < close:
                found = close - stop if found is None else min(found, close - stop)
        return found

    def _ask(self, market: MarketRun, row: int, close: float, equity: float, distance: float | None) -> SizingAsk:
        position = market.position
        is_open = position.is_open
        return SizingAsk(
            market.columns,
            row,
            close,
            equity,
            self._execution.free_cash,
            distance,
            position.first_funds if is_open else 0.0,
            position.last_funds if is_open else 0.0,
            position.adds if is_open else 0,
            self.past,
        )

    def _braked(
        self, market: MarketRun, row: int, acting: Acting, ask: SizingAsk, funds: float
    ) -> tuple[float, tuple[str, float, float] | None]:
        if not self._plan.risk:
            return funds, None
        proposal = self._proposal(market, row, acting, ask, funds)
        for brake in self._plan.risk:
            verdict = brake.judge(proposal)
            if not verdict.funds > 0.0:
                return 0.0, (brake.id, verdict.value, verdict.limit)
            proposal = replace(proposal, funds=min(proposal.funds, verdict.funds))
        return proposal.funds, None

    def _proposal(self, market: MarketRun, row: int, acting: Acting, ask: SizingAsk, funds: float) -> Proposal:
        opened, now = market.opened_at(row), int(market.columns.closed[row])
        numbers = {one.columns.market: one.number for one in self._markets}

        def correlation(one: Market, two: Market, days: int) -> float | None:
            return self._correlations.between(numbers[one], numbers[two], days, now)

        return Proposal(
            market.columns.market,
            acting.rule,
            not market.position.is_open,
            funds,
            ask.price,
            ask.stop_distance,
            now,
            ask.equity,
            ask.free_cash,
            max(self._watch.peak_equity, ask.equity),
            self._watch.day_equity,
            tuple(held for one in self._markets if (held := self._held(one, opened)) is not None),
            self._entries(opened, 0),
            market.closed_at,
            market.closed_at_loss,
            correlation,
        )

    def _held(self, market: MarketRun, opened: int) -> HeldPosition | None:
        waiting = self._execution.waiting_buy(market.number) or 0.0
        position = market.position
        if not position.is_open:
            return HeldPosition(market.columns.market, waiting, None) if waiting else None
        row = int(np.searchsorted(market.columns.opened, opened, side="right")) - 1
        close, stop = float(market.columns.close[row]), self._execution.stop(market.number)
        at_risk = None if isnan(stop) else max(0.0, (close - stop) * position.quantity)
        return HeldPosition(market.columns.market, position.quantity * close + waiting, at_risk)

    def _entries(self, opened: int, more: int) -> int:
        day = korean_day(opened)
        if day != self._day:
            self._day, self._entries_today = day, 0
        self._entries_today += more
        return self._entries_today

    # records

    def _resolved(self, plans: Sequence[LevelPlan], market: MarketRun, row: int) -> tuple[ResolvedLevel, ...]:
        return tuple(ResolvedLevel(plan, _amount(plan, market, row)) for plan in plans)

    def _count(self, market: MarketRun, row: int, acting: Acting) -> None:
        acted(acting.rule, market.memories[acting.place], row, market.opened_at(row))
        if market.position.is_open:
            fired = market.position.fired
            fired[acting.rule.id] = fired.get(acting.rule.id, 0) + 1

    def _note(
        self,
        market: MarketRun,
        row: int,
        acting: Acting,
        outcome: Outcome,
        by: str,
        value: float = nan,
        limit: float = nan,
        purse: PurseView | None = None,
    ) -> None:
        if outcome in _REPEATED and self._is_repeated(market, row, acting, outcome, by):
            return
        position = market.position
        snapshot = None
        if position.is_open:
            stop, target = self._execution.stop(market.number), self._execution.target(market.number)
            snapshot = position.snapshot(stop, target, purse or PurseView(nan, self._execution.free_cash, nan, 0))
        self._decisions.append(DecisionRow(market.number, row, acting.rule.id, outcome, by, value, limit, snapshot))

    def _is_repeated(self, market: MarketRun, row: int, acting: Acting, outcome: Outcome, by: str) -> bool:
        """The same came to nothing for the same reason on the candle before: that is told once."""
        place = market.number, acting.place
        last = self._told.get(place)
        self._told[place] = row, outcome, by
        return last == (row - 1, outcome, by)


def _amount(plan: LevelPlan, market: MarketRun, row: int) -> float:
    source = plan.price if plan.price is not None else plan.variable
    return 0.0 if source is None else float(market.columns.of(source)[row])


def _stop_price(market: MarketRun, row: int, action: MoveStop) -> float:
    columns, close = market.columns, float(market.columns.close[row])
    if action.profit_percent is not None:
        return market.position.average * (1.0 + action.profit_percent / 100.0)
    if action.percent is not None:
        return close * (1.0 - action.percent / 100.0)
    if action.price is not None:
        return float(columns.of(action.price)[row])
    return nan if action.variable is None else close - action.times * float(columns.of(action.variable)[row])


def _turnover(signal: EntrySignal) -> float:
    """Of the last 24 hours."""
    columns = signal.market.columns
    first = int(np.searchsorted(columns.closed, int(columns.closed[signal.row]) - _DAY, side="right"))
    return float(columns.turnover[first : signal.row + 1].sum())
