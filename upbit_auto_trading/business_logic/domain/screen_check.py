"""Whether a screen can be run, with all that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.screen import Filter, Screen, ScreenProblem, shape_problems
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable

_MOST_NAMED, _MOST_ALIKE, _LONGEST_NAME = 15, 5, 60


def problems_of(screen: Screen, variables: Mapping[str, ScreenVariable]) -> tuple[ScreenProblem, ...]:
    """By place; empty where it can be run."""
    found = [*shape_problems(screen)]
    for index, one in enumerate(screen.filters):
        found.extend(_of_filter(f"filters[{index}]", one, variables))
    if screen.sort is not None and screen.sort.variable not in variables:
        name = screen.sort.variable
        found.append(ScreenProblem("sort.variable", "unknown-variable", name, likely(name, variables)))
    return tuple(found)


def likely(name: str, variables: Iterable[str]) -> str:
    """All there are, or, of many, those that are most like it and the first ones."""
    offered = tuple(variables)
    if len(offered) <= _MOST_NAMED:
        return ", ".join(offered)
    without_parameters = re.sub(r"\(.*\)", "", name[:_LONGEST_NAME])
    alike = get_close_matches(without_parameters, offered, _MOST_ALIKE)
    return ", ".join((*dict.fromkeys((*alike, *offered[: _MOST_NAMED - len(alike)])), "…"))


def canonical(screen: Screen, variables: Mapping[str, ScreenVariable]) -> Screen:
    """With values as they are stored; of a screen without problems."""
    filters = tuple(
        replace(one, values=tuple(variables[one.variable].canonical(text) for text in one.values))
        for one in screen.filters
    )
    return replace(screen, filters=filters)


def _of_filter(place: str, one: Filter, variables: Mapping[str, ScreenVariable]) -> Iterator[ScreenProblem]:
    variable = variables.get(one.variable)
    if variable is None:
        yield ScreenProblem(f"{place}.variable", "unknown-variable", one.variable, likely(one.variable, variables))
        return
    if one.operator not in variable.operators:
        offered = ", ".join(operator.value for operator in variable.operators)
        yield ScreenProblem(f"{place}.operator", "operator-not-offered", one.operator.value, offered)
    numbers: list[Decimal] = []
    for index, text in enumerate(one.values):
        try:
            value = variable.read(text)
        except InvalidParameter as error:
            yield ScreenProblem(f"{place}.values[{index}]", error.reason, text, error.allowed)
        else:
            numbers.extend([value] if isinstance(value, Decimal) else [])
    if len(numbers) == 2 == one.operator.value_count and numbers[0] > numbers[1]:
        yield ScreenProblem(f"{place}.values", "bounds-crossed", ", ".join(one.values), ", ".join(reversed(one.values)))
