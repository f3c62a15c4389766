"""What is wrong with a strategy: all of it at once, each with its place, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator

from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition, StrategyProblem
from upbit_auto_trading.component_system.checking_never import Impossible, NeverHolds
from upbit_auto_trading.component_system.checking_rules import RuleChecker
from upbit_auto_trading.component_system.checking_uses import written
from upbit_auto_trading.component_system.registry import Registry

#: of one rule; more ways in which it cannot hold help nobody
_MOST_TOLD = 3


def problems_in(definition: StrategyDefinition, registry: Registry) -> tuple[StrategyProblem, ...]:
    """Empty where it can be compiled."""
    checker = RuleChecker(definition, registry)
    checker.check()
    return tuple(dict.fromkeys((*checker.problems, *_never_firing(checker))))


def _never_firing(checker: RuleChecker) -> Iterator[StrategyProblem]:
    """Of the rules in which nothing else is wrong."""
    most_fired = {rule.id: rule.limits.times_per_position if rule.is_enabled else 0 for _place, rule in checker.rules}
    never = NeverHolds(checker.builder, most_fired)
    for place, rule in checker.sound:
        if rule.is_enabled:
            in_block = "." in rule.id
            for found in never.of(f"{place}.when", rule.when)[:_MOST_TOLD]:
                yield _problem(place if in_block else "", rule.id, found)


def _problem(place_of_block: str, rule_id: str, found: Impossible) -> StrategyProblem:
    """Its place is that of the last condition in the file: the others were there before."""
    *others, last = found.statements
    place = place_of_block or last.place
    names = [("rule", rule_id)]
    if found.rule_id:
        reason = "fires-less-often"
        names += [("other_rule", found.rule_id)]
    elif others:
        reason = "contradiction"
        names += [("other", ", ".join(one.words for one in others))]
        names += [("other_place", place_of_block or others[0].place)]
    else:
        reason = "never-true"
    return StrategyProblem(place, reason, last.words, _span(found), names=tuple(names))


def _span(found: Impossible) -> str:
    return "…".join(written(one) for one in sorted(found.bounds))
