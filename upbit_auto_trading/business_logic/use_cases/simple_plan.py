"""Which strategies' exits can be searched for all entries at once: those whose exits do not depend on how it went.

Entries and exits by candles alone, levels fixed by the entry's own fill, everything at market, one market, no brakes.
All others are run by the loop; both give the same, which a property test sees to.
"""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.strategy_definition import NO_LIMITS, Role
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    LevelKind,
    LevelPlan,
    MarketTest,
    MeasuredFrom,
    RulePlan,
    Sell,
    StrategyPlan,
    StyleKind,
    StylePlan,
)


@dataclass(frozen=True, slots=True)
class SimpleEntry:
    rule: RulePlan
    test: MarketTest
    buy: Buy
    stops: tuple[LevelPlan, ...]
    targets: tuple[LevelPlan, ...]


@dataclass(frozen=True, slots=True)
class SimplePlan:
    entries: tuple[SimpleEntry, ...]
    #: in the order in which they count
    exits: tuple[tuple[RulePlan, MarketTest], ...]


def as_simple(plan: StrategyPlan, settings: BacktestSettings, *, has_ticks: bool) -> SimplePlan | None:
    """None where the loop is needed."""
    if plan.risk or settings.latency or settings.volume_share is not None or not settings.fast_forward:
        return None
    entries = tuple(_entry(rule, plan, has_ticks=has_ticks) for rule in plan.entry.rules)
    management = tuple(rule for part in plan.management for rule in part.rules)
    ordered = sorted(management, key=lambda rule: rule.role is not Role.PROTECT)  # keeps the order within both
    exits = tuple(_exit(rule) for rule in ordered)
    known_entries = tuple(one for one in entries if one is not None)
    known_exits = tuple(one for one in exits if one is not None)
    is_simple = len(known_entries) == len(entries) and len(known_exits) == len(exits)
    return SimplePlan(known_entries, known_exits) if is_simple else None


def _entry(rule: RulePlan, plan: StrategyPlan, *, has_ticks: bool) -> SimpleEntry | None:
    action = rule.action
    if not isinstance(rule.when, MarketTest) or not isinstance(action, Buy) or rule.limits != NO_LIMITS:
        return None
    if not _is_at_market(action.style) or action.sizing.of_free_cash is None:
        return None
    levels = (*action.levels, *(level for part in plan.parts for level in part.levels))
    if not all(_is_fixed(level, has_ticks=has_ticks) for level in levels):
        return None
    stops = tuple(level for level in levels if level.kind is LevelKind.STOP)
    targets = tuple(level for level in levels if level.kind is LevelKind.TARGET)
    return SimpleEntry(rule, rule.when, action, stops, targets) if len(targets) <= 1 else None


def _exit(rule: RulePlan) -> tuple[RulePlan, MarketTest] | None:
    action = rule.action
    if not isinstance(rule.when, MarketTest) or not isinstance(action, Sell) or rule.limits != NO_LIMITS:
        return None
    is_whole = action.share >= 1.0 and not action.of_bought
    return (rule, rule.when) if is_whole and _is_at_market(action.style) else None


def _is_at_market(style: StylePlan) -> bool:
    return style.kind is StyleKind.MARKET


def _is_fixed(level: LevelPlan, *, has_ticks: bool) -> bool:
    if level.measured_from is not MeasuredFrom.FIRST_FILL or level.break_even_percent is not None:
        return False
    if level.kind is LevelKind.TARGET:  # a target is rounded to the tick before it is looked for
        return level.share >= 1.0 and not has_ticks
    return level.kind is LevelKind.STOP
