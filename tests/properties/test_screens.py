"""Screens as text and JSON come back whole, whatever is in them; whatever text comes in is read or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.screened_markets import NOW, Candles, known, summary
from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import Filter, Match, Operator, Screen, Sort, name_problems
from upbit_auto_trading.business_logic.domain.screen_check import canonical, problems_of
from upbit_auto_trading.business_logic.domain.screen_form import ScreenForm
from upbit_auto_trading.business_logic.domain.screen_json import screen_from_json, screen_to_json
from upbit_auto_trading.business_logic.domain.screen_text import filter_text, read_filter, read_sort, sort_text
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable, ValueKind
from upbit_auto_trading.business_logic.domain.screen_variables import BUILT_IN, BY_ID
from upbit_auto_trading.business_logic.use_cases.run_screen import run_screen
from upbit_auto_trading.ui.screen_sentences import REASONS, placed_sentence

T = TypeVar("T")
NAMES = st.text(max_size=60).filter(lambda name: not name or not name_problems(name))
WORDS = [
    "price",
    "is",
    "not",
    "between",
    "and",
    ">=",
    ">",
    "5",
    "-3",
    "caution",
    "none",
    "true",
    " ",
    "=",
    ",",
    "비",
    ".",
]


def values_of(variable: ScreenVariable) -> st.SearchStrategy[str]:
    if variable.kind is ValueKind.SWITCH:
        return st.sampled_from(["true", "false"])
    if variable.kind is ValueKind.CHOICE:
        return st.sampled_from([choice.value for choice in variable.choices])
    low, high = variable.minimum, variable.maximum
    numbers = st.decimals(low, high, places=4, allow_nan=False, allow_infinity=False)
    return numbers.map(lambda number: variable.canonical(f"{number:f}"))


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    variable = draw(st.sampled_from(BUILT_IN))
    operator = draw(st.sampled_from(variable.operators))
    values = [draw(values_of(variable)) for _place in range(operator.value_count)]
    if variable.kind.is_number:
        values.sort(key=Decimal)
    return Filter(variable.id, operator, tuple(values))


SORTS = st.none() | st.builds(Sort, st.sampled_from(sorted(BY_ID)), st.booleans())
SCREENS = st.builds(
    Screen, NAMES.map(str.strip), st.lists(filters(), max_size=6).map(tuple), st.sampled_from(Match), SORTS
)


def outcome(read: Callable[[], T]) -> T | InvalidScreen:
    try:
        return read()
    except InvalidScreen as error:
        return error


def can_be_told(error: InvalidScreen) -> bool:
    told = [placed_sentence(problem) for problem in error.problems if problem.reason in REASONS]
    return len(told) == len(error.problems) > 0 and all(one.ko and one.en for one in told)


@given(filters())
def test_a_filter_comes_back_from_its_line(one: Filter) -> None:
    assert read_filter(filter_text(one), 0, BY_ID) == one


@given(SCREENS)
def test_a_screen_comes_back_from_its_json_and_can_be_run(screen: Screen) -> None:
    back = screen_from_json(screen_to_json(screen))
    assert back.filters == screen.filters
    assert (back.match, back.sort, back.quote) == (screen.match, screen.sort, screen.quote)
    assert problems_of(back, BY_ID) == ()
    assert canonical(back, BY_ID) == back
    result = run_screen(back, [summary("KRW-A")], [known("KRW-A"), known("KRW-B")], Candles(), NOW)
    assert len(result.rows) + len(result.not_judged) <= result.looked_at == 2
    if screen.sort is not None:
        assert read_sort(sort_text(screen.sort), BY_ID) == screen.sort


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_any_line_is_read_or_refused_with_a_sentence(text: str) -> None:
    one = outcome(lambda: read_filter(text, 0, BY_ID))
    if isinstance(one, Filter):
        assert read_filter(filter_text(one), 0, BY_ID) == one
    else:
        assert can_be_told(one)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["version", "name", "quote", "match", "filters", "sort", "variable", "operator", "values", "x"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_document_is_read_or_refused_with_a_sentence(document: object) -> None:
    if isinstance(document, dict) and "version" in document:
        document["version"] = 1
    screen = outcome(lambda: screen_from_json(json.dumps(document)))
    if isinstance(screen, Screen):
        assert screen_from_json(screen_to_json(screen)) == screen
    else:
        assert can_be_told(screen)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from(sorted(BY_ID))),
            st.tuples(st.just("variable"), st.integers(0, 2), st.sampled_from(sorted(BY_ID))),
            st.tuples(st.just("operator"), st.integers(0, 2), st.sampled_from(Operator)),
            st.tuples(st.just("value"), st.integers(0, 2), st.integers(0, 1), st.text(max_size=4)),
            st.tuples(st.just("remove"), st.integers(0, 2)),
        ),
        max_size=20,
    )
)
def test_whatever_is_edited_a_form_can_be_shown(edits: list[tuple[object, ...]]) -> None:
    form = ScreenForm(BY_ID)
    for edit in edits:
        form = edited(form, edit)
        rows = form.rows
        assert all(len(row.fields) == row.operator.value_count for row in rows)
        shown = sum(bool(field.problem) for row in rows for field in row.fields)
        shown += sum(len(row.problems) for row in rows)
        assert shown == len(form.problems)
        assert (form.runnable() is None) is bool(form.problems)


def edited(form: ScreenForm, edit: tuple[object, ...]) -> ScreenForm:
    match edit:
        case ("add", str(name)):
            return form.add(name)
        case (_, int(row), *_rest) if row >= len(form.rows):
            return form
        case ("variable", int(row), str(name)):
            return form.change_variable(row, name)
        case ("operator", int(row), Operator() as operator):
            return form.change_operator(row, operator)
        case ("value", int(row), int(place), str(text)) if place < len(form.rows[row].fields):
            return form.change_value(row, place, text)
        case ("remove", int(row)):
            return form.remove(row)
    return form
