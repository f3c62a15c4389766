"""How often a rule may act: its memory in one market, by candle."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.domain.strategy_definition import Rearm
from upbit_auto_trading.business_logic.domain.strategy_state import RuleMemory
from upbit_auto_trading.business_logic.engine.evaluation import NEVER
from upbit_auto_trading.business_logic.ports.strategy import Columns, RulePlan

_DAY = 86_400
_KST = 9 * 3_600


def korean_day(second: int) -> int:
    """Days since 1970, on Korean calendars."""
    return (second + _KST) // _DAY


def waits_for(rule: RulePlan, memory: RuleMemory, row: int, second: int) -> str:
    """Why it may not act on the candle that opened then; empty where it may."""
    limits = rule.limits
    if not memory.is_on:
        return "switched-off"
    if limits.times_per_position is not None and memory.fired >= limits.times_per_position:
        return "times"
    if row - memory.row <= limits.cooldown:
        return "cooldown"
    if limits.times_per_day is not None and memory.day == korean_day(second) and memory.today >= limits.times_per_day:
        return "times-today"
    return "" if memory.is_armed else "disarmed"


def first_allowed(rule: RulePlan, memory: RuleMemory, row: int, columns: Columns) -> int:
    """The first candle from ``row`` on at which nothing but being disarmed keeps it from acting."""
    limits = rule.limits
    if not memory.is_on or (limits.times_per_position is not None and memory.fired >= limits.times_per_position):
        return NEVER
    row = max(row, memory.row + limits.cooldown + 1)
    if limits.times_per_day is not None and memory.today >= limits.times_per_day and row < len(columns):
        next_day = (memory.day + 1) * _DAY - _KST
        row = max(row, int(np.searchsorted(columns.opened, next_day)))
    return row


def acted(rule: RulePlan, memory: RuleMemory, row: int, second: int) -> None:
    day = korean_day(second)
    memory.today = memory.today + 1 if memory.day == day else 1
    memory.day = day
    memory.fired += 1
    memory.row = row
    memory.is_armed = rule.limits.rearm is Rearm.AT_ONCE


def undone(memory: RuleMemory) -> None:
    """Its order ended without a fill: as if it had not acted, but for its cooldown."""
    memory.fired -= 1
    memory.today = max(0, memory.today - 1)


def begin_position(memory: RuleMemory) -> None:
    """Of management rules: what is counted by position starts again."""
    memory.fired = 0
    memory.is_on = True
    memory.is_armed = True
    memory.row = -NEVER
