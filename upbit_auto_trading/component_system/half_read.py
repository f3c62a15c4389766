"""What is wrong with the meaning of a file of which not everything could be read.

So one look at a file tells all of it. What could only be wrong because something is missing that stands in the file but
could not be read is not told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition, StrategyProblem
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_file import half_read

#: how rules and levels go together: not sure where any of them was not read
_OF_THE_WHOLE = frozenset({"no-entry-rule", "unknown-rule", "part-empty", "stop-missing", "targets-over-whole"})
#: of the conditions of a rule together
_OF_A_RULE = frozenset({"contradiction", "never-true", "fires-less-often"})
_STEP = re.compile(r"\[(\d+)\]")
_RULE = re.compile(r"(entry|management\[\d+\])(\.rules\[\d+\])?")


def read_or_tell_all(text: str, registry: Registry) -> StrategyDefinition:
    """As ``read_strategy``; where that fails, with what is wrong with the meaning of what could be read too. Raises
    InvalidStrategy."""
    definition, reader = half_read(text, registry)
    if reader.problems and definition is not None:
        meant = meaning_problems(definition, registry, [one.place for one in reader.problems], reader.dropped)
        raise InvalidStrategy((*reader.problems, *meant))
    reader.refuse()
    assert definition is not None, "nothing was noted, so everything was read"
    return definition


def meaning_problems(
    definition: StrategyDefinition, registry: Registry, noted: Sequence[str], dropped: Sequence[str]
) -> tuple[StrategyProblem, ...]:
    """``noted`` are places where reading failed, ``dropped`` those of lists that were left out, so that what follows
    them has moved up."""
    moved = (_moved_back(one, dropped) for one in problems_in(definition, registry))
    return tuple(one for one in moved if not _may_follow(one, noted))


def _moved_back(problem: StrategyProblem, dropped: Collection[str]) -> StrategyProblem:
    names = tuple(
        (name, _place_in_file(value, dropped) if name == "other_place" else value) for name, value in problem.names
    )
    return replace(problem, place=_place_in_file(problem.place, dropped), names=names)


def _place_in_file(place: str, dropped: Collection[str]) -> str:
    found = ""
    for piece in _pieces(place):
        step = _STEP.fullmatch(piece)
        found += piece if step is None else f"[{_index_in_file(found, int(step[1]), dropped)}]"
    return found


def _pieces(place: str) -> Iterator[str]:
    """``entry.rules``, ``[0]``, ``.when.all``, ``[2]``."""
    end = 0
    for step in _STEP.finditer(place):
        yield place[end : step.start()]
        yield step[0]
        end = step.end()
    yield place[end:]


def _index_in_file(of_list: str, index: int, dropped: Collection[str]) -> int:
    at = -1
    for _kept in range(index + 1):
        at += 1
        while f"{of_list}[{at}]" in dropped:
            at += 1
    return at


def _may_follow(problem: StrategyProblem, noted: Sequence[str]) -> bool:
    """Whether it may be there only because of what could not be read."""
    if problem.reason in _OF_THE_WHOLE:
        return any(place.startswith(("entry", "management")) for place in noted)
    if problem.reason == "unit-not-coarser" and "unit" in noted:
        return True
    rule = _RULE.match(problem.place)
    if problem.reason in _OF_A_RULE and rule is not None:
        return any(_is_in(place, rule[0]) for place in noted)
    return any(_is_in(place, problem.place) or _is_in(problem.place, place) for place in noted)


def _is_in(place: str, outer: str) -> bool:
    return place.startswith(outer) and place[len(outer) :][:1] in ("", ".", "[")
