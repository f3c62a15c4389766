"""A filter as a line of text, as commands take it: ``turnover_24h >= 1000000000``, ``change_today between -3 and 5``,
``caution is not price-fluctuation``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import Filter, Operator, Screen, ScreenProblem, Sort
from upbit_auto_trading.business_logic.domain.screen_check import canonical, likely, problems_of
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable

#: ids of strategy variables have their parameters in brackets: rsi(period=14)@60m
_BRACKETS = r"\((?:[^\s()]|\([^\s()]*\))*\)"
_LINE = re.compile(
    rf"\s*(?P<variable>(?:{_BRACKETS}|[^\s()])*?)\s*(?P<operator>>=|<=|>|<|\b(?:between|outside|is\s+not|is)\b)(?P<rest>.*)",
    re.S,
)
_VARIABLE = re.compile(rf"\s*((?:{_BRACKETS}|[^\s<>=()])+)")
_AND = re.compile(r"\s+and\s+")


def filter_text(one: Filter) -> str:
    return f"{one.variable} {one.operator.value} {' and '.join(one.values)}"


def read_filter(text: str, index: int, variables: Mapping[str, ScreenVariable]) -> Filter:
    """Raises InvalidScreen; ``index`` is its place in the screen. Values come back canonical."""
    place = f"filters[{index}]"
    variable = _VARIABLE.match(text)
    if variable is None:
        raise InvalidScreen((ScreenProblem(place, "filter-empty", text, "turnover_24h >= 1000000000"),))
    known = variables.get(variable[1])
    if known is None:
        problem = ScreenProblem(f"{place}.variable", "unknown-variable", variable[1], likely(variable[1], variables))
        raise InvalidScreen((problem,))
    offered = ", ".join(operator.value for operator in known.operators)
    line = _LINE.fullmatch(text)
    if line is None or line["variable"] != known.id:
        problem = ScreenProblem(f"{place}.operator", "operator-missing", text[variable.end() :].strip(), offered)
        raise InvalidScreen((problem,))
    operator = Operator(" ".join(line["operator"].split()))
    rest = line["rest"].strip()
    values = tuple(_AND.split(rest)) if operator.value_count == 2 else (rest,)
    if not rest or len(values) != operator.value_count:
        wanted = known.allowed if operator.value_count == 1 else f"{operator.value} A and B"
        raise InvalidScreen((ScreenProblem(f"{place}.values", "value-missing", rest, wanted),))
    screen = Screen(filters=(Filter(known.id, operator, values),))
    problems = problems_of(screen, variables)
    if problems:
        raise InvalidScreen(tuple(_moved(problem, place) for problem in problems))
    return canonical(screen, variables).filters[0]


def sort_text(sort: Sort) -> str:
    return f"-{sort.variable}" if sort.is_descending else sort.variable


def read_sort(text: str, variables: Mapping[str, ScreenVariable]) -> Sort:
    """``-turnover_24h`` begins with the largest. Raises InvalidScreen."""
    name = text.strip().removeprefix("-")
    if name not in variables:
        raise InvalidScreen((ScreenProblem("sort.variable", "unknown-variable", name, likely(name, variables)),))
    return Sort(name, text.strip().startswith("-"))


def _moved(problem: ScreenProblem, place: str) -> ScreenProblem:
    rest = problem.place.removeprefix("filters[0]")
    return ScreenProblem(place + rest, problem.reason, problem.found, problem.allowed)
