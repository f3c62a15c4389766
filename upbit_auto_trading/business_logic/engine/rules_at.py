"""Every rule that was asked at one candle of a run, as it then stood, and what kept it from acting if it held."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from upbit_auto_trading.business_logic.domain.backtest import DecisionRow, Outcome
from upbit_auto_trading.business_logic.domain.explanation import Obstacle, Prevented
from upbit_auto_trading.business_logic.engine.market_run import MarketRun
from upbit_auto_trading.business_logic.engine.rule_limits import waits_for
from upbit_auto_trading.business_logic.engine.strategy_run import StrategyRun
from upbit_auto_trading.business_logic.ports.strategy import RulePlan, StateView

_WAITS = {
    "switched-off": Obstacle.SWITCHED_OFF,
    "times": Obstacle.TIMES_PER_POSITION,
    "cooldown": Obstacle.COOLDOWN,
    "times-today": Obstacle.TIMES_PER_DAY,
    "disarmed": Obstacle.NOT_REARMED,
}
_TOO_SMALL = {"no-cash": Obstacle.NO_FREE_CASH, "below-minimum": Obstacle.BELOW_MINIMUM}


@dataclass(frozen=True, slots=True)
class RuleAt:
    rule: RulePlan
    view: StateView
    #: None: nothing, or its conditions did not hold
    prevented: Prevented | None


def rules_at(run: StrategyRun, market_number: int, opened: int) -> tuple[RuleAt, ...]:
    """At the close of the candle that opened then; the run must be fresh, and is at its end afterwards. Entry rules
    where there was no position, management rules where there was one; nothing where there is no such candle."""
    found = run.stand_at(opened, market_number)
    if found is None:
        return ()
    market, row = found
    purse = run.purse_at(opened)
    is_open = market.position.is_open
    places = range(market.entry_count, len(market.rules)) if is_open else range(market.entry_count)
    view = market.view(row, purse)
    view.fired = dict(view.fired)
    waits = {place: _waiting(run, market, place, row) for place in places}
    told = {one.rule: one for one in run.decide_at(opened) if one.market == market_number}
    return tuple(
        RuleAt(market.rules[place], view, waits[place] or _prevented(told.get(market.rules[place].id)))
        for place in places
    )


def _waiting(run: StrategyRun, market: MarketRun, place: int, row: int) -> Prevented | None:
    execution, rule, memory = run.execution, market.rules[place], market.memories[place]
    is_entry = place < market.entry_count
    if execution.is_closing(market.number) or (is_entry and execution.has_orders(market.number)):
        return Prevented(Obstacle.ORDER_UNDER_WAY)
    if execution.is_waiting(market.number, rule.id):
        return Prevented(Obstacle.ORDER_UNDER_WAY)
    why = waits_for(rule, memory, row, market.opened_at(row))
    if not why or (why == "disarmed" and market.is_rearmed(place, row, run.purse_at(market.opened_at(row)))):
        return None
    limits = rule.limits
    values = {
        "times": (memory.fired, limits.times_per_position),
        "cooldown": (limits.cooldown - (row - memory.row) + 1, limits.cooldown),
        "times-today": (memory.today, limits.times_per_day),
    }
    value, limit = values.get(why, (None, None))
    return Prevented(_WAITS[why], "", nan if value is None else float(value), nan if limit is None else float(limit))


def _prevented(told: DecisionRow | None) -> Prevented | None:
    if told is None or told.outcome in (Outcome.ORDERED, Outcome.DONE, Outcome.UNFILLED):
        return None
    if told.outcome is Outcome.PREVENTED:
        return Prevented(Obstacle.BRAKE, told.by, told.value, told.limit)
    if told.outcome is Outcome.OUTRANKED:
        return Prevented(Obstacle.OTHER_RULE, told.by)
    return Prevented(_TOO_SMALL.get(told.by, Obstacle.NO_SIZE), "", told.value, told.limit)
