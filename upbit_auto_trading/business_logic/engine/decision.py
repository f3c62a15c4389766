"""``decide``: which rules act on a candle, and which of them count. Pure: it reads, and says what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from upbit_auto_trading.business_logic.domain.strategy_definition import ConflictPolicy, Role
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    Hold,
    MoveStop,
    Notify,
    RulePlan,
    Sell,
    StrategyPlan,
    SwitchRules,
)


class Acting(NamedTuple):
    """A rule that may act and whose conditions hold. ``place`` is where it stands among all rules of the plan."""

    place: int
    part: int
    rule: RulePlan


@dataclass(frozen=True, slots=True)
class Decision:
    """``acts`` in the order in which they are carried out; ``outranked`` with the rule that they gave way to."""

    acts: tuple[Acting, ...] = ()
    outranked: tuple[tuple[Acting, str], ...] = ()


NOTHING = Decision()
#: whether a rule, by its index, may act now and its conditions hold
Asks = Callable[[int], bool]


def decide_entry(plan: StrategyPlan, holds: Asks) -> Decision:
    """Without a position: the first entry rule that holds."""
    for index, rule in enumerate(plan.entry.rules):
        if holds(index):
            return Decision((Acting(index, 0, rule),))
    return NOTHING


def decide_management(plan: StrategyPlan, holds: Asks) -> Decision:
    """With a position. What is switched off by a rule is off for those after it on the same candle."""
    acting = tuple(_acting(plan, holds))
    if not acting:
        return NOTHING
    protecting = next((one for one in acting if one.rule.role is Role.PROTECT and _is_trade(one)), None)
    if protecting is not None:
        others = [one for one in acting if one is not protecting and (_is_trade(one) or _is_hold(one))]
        quiet = [one for one in acting if not (_is_trade(one) or _is_hold(one))]
        return _with((*quiet, protecting), others, protecting)
    trades = _trades_by_policy(plan.policy, [one for one in acting if _is_trade(one) or _is_hold(one)])
    return Decision((*_quiet(plan, acting), *trades.acts), trades.outranked)


def _acting(plan: StrategyPlan, holds: Asks) -> list[Acting]:
    found: list[Acting] = []
    off: set[str] = set()
    index = len(plan.entry.rules)
    for part_number, part in enumerate(plan.management, start=1):
        for rule in part.rules:
            if rule.id not in off and holds(index):
                found.append(Acting(index, part_number, rule))
                if isinstance(rule.action, SwitchRules) and not rule.action.is_on:
                    off.update(rule.action.rule_ids)
            index += 1
    return found


def _is_trade(one: Acting) -> bool:
    return isinstance(one.rule.action, Buy | Sell)


def _is_hold(one: Acting) -> bool:
    return isinstance(one.rule.action, Hold)


def _is_close(one: Acting) -> bool:
    action = one.rule.action
    return isinstance(action, Sell) and action.share >= 1.0 and not action.of_bought


def _quiet(plan: StrategyPlan, acting: Sequence[Acting]) -> tuple[Acting, ...]:
    """What trades nothing: all of it, but under *priority* only the first part that moves the stop does."""
    found: list[Acting] = []
    mover: int | None = None
    for one in acting:
        if isinstance(one.rule.action, MoveStop):
            if plan.policy is ConflictPolicy.PRIORITY and mover not in (None, one.part):
                continue
            mover = one.part
        if isinstance(one.rule.action, MoveStop | SwitchRules | Notify):
            found.append(one)
    return tuple(found)


def _trades_by_policy(policy: ConflictPolicy, wanting: Sequence[Acting]) -> Decision:
    """Of one part only the first rule trades."""
    firsts: dict[int, Acting] = {}
    outranked: list[tuple[Acting, str]] = []
    for one in wanting:
        first = firsts.setdefault(one.part, one)
        if first is not one:
            outranked.append((one, first.rule.id))
    candidates = list(firsts.values())
    if not candidates:
        return NOTHING
    closing = next((one for one in candidates if _is_close(one)), None)
    if policy is ConflictPolicy.PRIORITY:
        chosen = [candidates[0]]
    elif closing is not None:
        chosen = [closing]
    elif policy is ConflictPolicy.CONSERVATIVE:
        chosen = [next((one for one in candidates if _is_hold(one)), candidates[0])]
    else:
        chosen = [one for one in candidates if not _is_hold(one)]
    winner = chosen[0].rule.id if chosen else ""
    outranked += [(one, winner) for one in candidates if one not in chosen and winner]
    return Decision(tuple(chosen), tuple(outranked))


def _with(acts: Sequence[Acting], others: Sequence[Acting], winner: Acting) -> Decision:
    return Decision(tuple(acts), tuple((one, winner.rule.id) for one in others))
