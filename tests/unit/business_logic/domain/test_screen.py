"""What a screen is made of: names, JSON, lines of text, and everything that can be wrong with them."""

from __future__ import annotations

import json

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import (
    LONGEST_NAME,
    MOST_FILTERS,
    Filter,
    Match,
    Operator,
    Screen,
    ScreenProblem,
    Sort,
    clean_name,
    name_problems,
)
from upbit_auto_trading.business_logic.domain.screen_check import canonical, problems_of
from upbit_auto_trading.business_logic.domain.screen_json import screen_from_json, screen_to_json
from upbit_auto_trading.business_logic.domain.screen_text import (
    filter_text,
    read_filter,
    read_sort,
    sort_text,
)
from upbit_auto_trading.business_logic.domain.screen_variables import BUILT_IN, BY_ID
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screen_sentences import REASONS, problem_sentence

TURNOVER = Filter("turnover_24h", Operator.AT_LEAST, ("1000000000",))
SCREEN = Screen(
    "큰 거래대금",
    (TURNOVER, Filter("caution", Operator.IS_NOT, ("price-fluctuation",))),
    Match.ANY,
    Sort("volume_ratio", is_descending=False),
    "BTC",
)


def places(problems: tuple[ScreenProblem, ...]) -> list[tuple[str, str]]:
    return [(problem.place, problem.reason) for problem in problems]


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidScreen) as caught:
        screen_from_json(text)
    assert {reason for _place, reason in places(caught.value.problems)} <= REASONS
    return places(caught.value.problems)


def test_a_screen_comes_back_from_its_json() -> None:
    assert screen_from_json(screen_to_json(SCREEN)) == SCREEN
    assert screen_from_json(screen_to_json(Screen())) == Screen()


def test_all_that_is_wrong_with_a_document_is_told_at_once() -> None:
    document = {
        "version": 1,
        "colour": "red",
        "match": "some",
        "filters": [
            {"variable": "price", "operator": "~", "values": ["1"], "note": "x"},
            {"variable": "price", "operator": ">", "values": [1]},
            7,
        ],
        "sort": {"variable": "price", "descending": "no"},
    }
    assert refused(json.dumps(document)) == [
        ("colour", "unknown-field"),
        ("filters[0].note", "unknown-field"),
        ("filters[0].operator", "unknown-operator"),
        ("filters[1].values", "not-texts"),
        ("filters[2]", "not-an-object"),
        ("match", "not-a-choice"),
        ("sort.descending", "not-a-switch"),
        ("quote", "missing-field"),
    ]


@pytest.mark.claims("error:InvalidScreen")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("", "not-json")]),
        ("[" * 100_000, [("", "not-json")]),
        ("NaN", [("", "not-json")]),
        ("7", [("", "not-an-object")]),
        ('{"version": 1, "version": 1}', [("version", "repeated-field")]),
        ('{"version": 2, "anything": "else"}', [("version", "newer-version")]),
        ('{"version": true, "quote": "KRW", "filters": []}', [("version", "unknown-version")]),
        ('{"quote": "KRW", "filters": []}', [("version", "missing-field")]),
        ('{"version": 1, "quote": "krw", "filters": {}}', [("filters", "not-a-list")]),
        ('{"version": 1, "quote": "krw", "filters": []}', [("quote", "not-a-currency")]),
        ('{"version": 1, "quote": "KRW", "filters": [], "name": "a\\u0000"}', [("name", "control-characters")]),
        ('{"version": 1, "quote": "KRW", "filters": [], "sort": []}', [("sort", "not-an-object")]),
        ('"' + "x" * 100_001, [("", "too-large")]),
    ],
)
def test_what_is_no_screen_of_ours_is_refused(text: str, expected: list[tuple[str, str]]) -> None:
    assert refused(text) == expected


def test_a_document_with_the_wrong_number_of_values_is_refused() -> None:
    bad = Screen(filters=(Filter("price", Operator.BETWEEN, ("1",)), Filter("price", Operator.ABOVE, ("1", "2"))))
    assert refused(screen_to_json(bad)) == [
        ("filters[0].values", "value-count"),
        ("filters[1].values", "value-count"),
    ]


def test_a_variable_of_another_version_is_kept_and_not_run() -> None:
    later = Screen(filters=(Filter("rsi", Operator.BELOW, ("30",)),), sort=Sort("rsi"))
    assert screen_from_json(screen_to_json(later)) == later
    assert places(problems_of(later, BY_ID)) == [
        ("filters[0].variable", "unknown-variable"),
        ("sort.variable", "unknown-variable"),
    ]


def test_each_problem_of_a_screen_says_where_and_what_would_be_right() -> None:
    screen = Screen(
        "x" * (LONGEST_NAME + 1),
        (
            Filter("price", Operator.IS, ("5",)),
            Filter("price", Operator.ABOVE, ("many",)),
            Filter("day_range_place", Operator.BELOW, ("101",)),
            Filter("change_today", Operator.BETWEEN, ("5", "-5")),
            Filter("is_warned", Operator.IS, ("yes",)),
            Filter("caution", Operator.IS, ("fire",)),
        ),
        quote="won",
    )
    found = problems_of(screen, BY_ID)
    assert places(found) == [
        ("name", "too-long"),
        ("quote", "not-a-currency"),
        ("filters[0].operator", "operator-not-offered"),
        ("filters[1].values[0]", "not-a-number"),
        ("filters[2].values[0]", "out-of-bounds"),
        ("filters[3].values", "bounds-crossed"),
        ("filters[4].values[0]", "not-a-switch"),
        ("filters[5].values[0]", "not-a-choice"),
    ]
    by_place = {problem.place: problem for problem in found}
    assert by_place["filters[2].values[0]"].allowed == "0…100"
    assert by_place["filters[3].values"].allowed == "-5, 5"
    assert by_place["filters[5].values[0]"].allowed.startswith("none, price-fluctuation")
    assert [problem.filter_index for problem in found] == [None, None, 0, 1, 2, 3, 4, 5]
    for problem in found:
        sentence = problem_sentence(problem)
        assert "{" not in sentence.ko + sentence.en


def test_so_many_filters_are_enough() -> None:
    assert problems_of(Screen(filters=(TURNOVER,) * MOST_FILTERS), BY_ID) == ()
    assert places(problems_of(Screen(filters=(TURNOVER,) * (MOST_FILTERS + 1)), BY_ID)) == [("filters", "too-many")]


def test_values_are_stored_as_plain_texts() -> None:
    screen = Screen(filters=(Filter("price", Operator.BETWEEN, ("-0", " 1,000.50 ")),))
    assert canonical(screen, BY_ID).filters == (Filter("price", Operator.BETWEEN, ("0", "1000.5")),)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "'; DROP TABLE screens; --", "../../x", "<b>굵게</b>", "🚀 달로"])
def test_a_name_is_data(name: str) -> None:
    assert name_problems(name) == ()
    assert screen_from_json(screen_to_json(Screen(name))).name == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a\nb", "control-characters"),
        ("a\u202eb", "control-characters"),
        ("a\ud800", "control-characters"),
        ("가" * (LONGEST_NAME + 1), "too-long"),
    ],
)
def test_a_name_that_nobody_could_read_is_none(name: str, reason: str) -> None:
    assert places(name_problems(name)) == [("name", reason)]


def test_hangul_in_pieces_is_the_same_name() -> None:
    assert clean_name(" \u1100\u1161 ") == "가"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turnover_24h >= 1,000,000,000", TURNOVER),
        ("price>5", Filter("price", Operator.ABOVE, ("5",))),
        ("  price   <=\t0.10 ", Filter("price", Operator.AT_MOST, ("0.1",))),
        ("change_today between -3 and 5", Filter("change_today", Operator.BETWEEN, ("-3", "5"))),
        ("change_today outside -3 and 5", Filter("change_today", Operator.OUTSIDE, ("-3", "5"))),
        ("is_warned is true", Filter("is_warned", Operator.IS, ("true",))),
        ("caution is  not none", Filter("caution", Operator.IS_NOT, ("none",))),
    ],
)
def test_a_line_is_read(text: str, expected: Filter) -> None:
    assert read_filter(text, 0, BY_ID) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("filters[4]", "filter-empty", "")),
        (">= 5", ("filters[4]", "filter-empty", ">= 5")),
        ("volume >= 5", ("filters[4].variable", "unknown-variable", "volume")),
        ("price", ("filters[4].operator", "operator-missing", "")),
        ("price = 5", ("filters[4].operator", "operator-missing", "= 5")),
        ("price => 5", ("filters[4].operator", "operator-missing", "=> 5")),
        ("price >=", ("filters[4].values", "value-missing", "")),
        ("price >= five", ("filters[4].values[0]", "not-a-number", "five")),
        ("price >= 1e9", ("filters[4].values[0]", "not-a-number", "1e9")),
        ("price >= -1", ("filters[4].values[0]", "out-of-bounds", "-1")),
        ("price between 5", ("filters[4].values", "value-missing", "5")),
        ("price between 1 and 2 and 3", ("filters[4].values", "value-missing", "1 and 2 and 3")),
        ("price between 5 and 3", ("filters[4].values", "bounds-crossed", "5, 3")),
        ("price is 5", ("filters[4].operator", "operator-not-offered", "is")),
        ("caution is fire", ("filters[4].values[0]", "not-a-choice", "fire")),
    ],
)
def test_a_line_that_is_none_says_where_it_went_wrong(text: str, expected: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidScreen) as caught:
        read_filter(text, 4, BY_ID)
    problem = caught.value.problems[0]
    assert (problem.place, problem.reason, problem.found) == expected
    message = explain(caught.value)
    assert message.mend.en.startswith("Filter 5: ")
    assert message.mend.ko.startswith("조건 5: ")


def test_the_order_is_a_name_with_or_without_a_minus() -> None:
    for sort in (Sort("price", is_descending=False), Sort("price", is_descending=True)):
        assert read_sort(sort_text(sort), BY_ID) == sort
    with pytest.raises(InvalidScreen):
        read_sort("--price", BY_ID)


def test_every_declaration_holds_what_it_offers() -> None:
    assert len(BY_ID) == len(BUILT_IN)
    for variable in BUILT_IN:
        assert variable.operator in variable.operators
        assert len(variable.values) == variable.operator.value_count
        default = Filter(variable.id, variable.operator, variable.values)
        assert problems_of(Screen(filters=(default,)), BY_ID) == ()
        assert read_filter(filter_text(default), 0, BY_ID) == default
        assert all((variable.name.ko, variable.name.en, variable.help.ko, variable.help.en))
