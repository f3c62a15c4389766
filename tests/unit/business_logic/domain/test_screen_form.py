"""A screen while it is edited."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.screen import MOST_FILTERS, Filter, Match, Operator, Screen, Sort
from upbit_auto_trading.business_logic.domain.screen_form import OPERATOR_NAMES, ScreenForm
from upbit_auto_trading.business_logic.domain.screen_variable import ValueKind
from upbit_auto_trading.business_logic.domain.screen_variables import BUILT_IN, BY_ID

EMPTY = ScreenForm(BY_ID)


def test_variables_are_offered_in_groups_and_none_twice() -> None:
    offered = [variable for group in EMPTY.groups for variable in group.variables]
    assert sorted(variable.id for variable in offered) == sorted(BY_ID)
    assert [group.title.en for group in EMPTY.groups] == ["Price", "Trading", "Movement", "Listing and alerts"]


def test_a_new_row_begins_as_its_variable_says_and_can_be_run() -> None:
    form = EMPTY
    for variable in BUILT_IN:
        form = form.add(variable.id)
    assert form.problems == ()
    assert form.runnable() == form.screen
    row = form.rows[[variable.id for variable in BUILT_IN].index("turnover_24h")]
    assert (row.operator, row.fields[0].text, row.fields[0].unit.ko) == (Operator.AT_LEAST, "1000000000", "KRW")
    assert all(set(one.operators) <= set(OPERATOR_NAMES) for one in form.rows)


def test_a_wrong_value_is_told_at_its_field_and_the_rest_stays() -> None:
    form = EMPTY.add("price").add("change_today").change_value(1, 0, "up")
    first, second = form.rows
    assert (first.fields[0].problem, first.problems) == (None, ())
    assert second.fields[0].text == "up"
    assert second.fields[0].problem is not None
    assert second.fields[0].problem.reason == "not-a-number"
    assert form.runnable() is None
    assert form.change_value(1, 0, "1,0").runnable() is None
    mended = form.change_value(1, 0, "1,000").runnable()
    assert mended is not None
    assert mended.filters[1].values == ("1000",)


def test_bounds_that_cross_belong_to_the_row() -> None:
    form = EMPTY.add("price").change_operator(0, Operator.BETWEEN).change_value(0, 1, "1")
    (row,) = form.rows
    assert [field.text for field in row.fields] == ["1000", "1"]
    assert [field.problem for field in row.fields] == [None, None]
    assert [problem.reason for problem in row.problems] == ["bounds-crossed"]


def test_an_operator_takes_and_gives_back_the_second_value() -> None:
    form = EMPTY.add("price").change_operator(0, Operator.BETWEEN)
    assert form.screen.filters[0].values == ("1000", "1000")
    widened = form.change_value(0, 1, "2000").change_operator(0, Operator.OUTSIDE)
    assert widened.screen.filters[0].values == ("1000", "2000")
    assert widened.change_operator(0, Operator.ABOVE).screen.filters[0].values == ("1000",)


def test_what_was_typed_stays_where_it_means_the_same() -> None:
    form = EMPTY.add("change_today").change_operator(0, Operator.BELOW).change_value(0, 0, "-7")
    assert form.change_variable(0, "from_high_52w").screen.filters[0] == Filter(
        "from_high_52w", Operator.BELOW, ("-7",)
    )
    assert form.change_variable(0, "turnover_24h").screen.filters[0].values == BY_ID["turnover_24h"].values
    caution = EMPTY.add("caution").change_value(0, 0, "few-accounts")
    assert caution.change_variable(0, "state").screen.filters[0].values == ("trading",)


def test_rows_go_and_the_others_stay() -> None:
    form = EMPTY.add("price").add("caution").add("is_warned").remove(1)
    assert [row.variable_id for row in form.rows] == ["price", "is_warned"]
    assert [row.index for row in form.rows] == [0, 1]


def test_a_variable_that_is_not_known_can_be_seen_and_changed() -> None:
    form = ScreenForm(BY_ID, Screen(filters=(Filter("rsi", Operator.BELOW, ("30",)),)))
    (row,) = form.rows
    assert (row.variable, row.fields, [problem.reason for problem in row.problems]) == (None, (), ["unknown-variable"])
    assert form.change_variable(0, "price").problems == ()


def test_there_is_room_for_so_many_rows() -> None:
    form = EMPTY
    for _count in range(MOST_FILTERS + 1):
        form = form.add("price")
    assert (len(form.rows), form.can_add, form.problems) == (MOST_FILTERS, False, ())


def test_the_rest_of_a_screen_is_changed_too() -> None:
    form = EMPTY.change_match(Match.ANY).change_sort(Sort("price")).change_quote("BTC").change_name("이름").add("price")
    assert form.screen == Screen("이름", form.screen.filters, Match.ANY, Sort("price"), "BTC")
    assert form.rows[0].fields[0].unit.en == "BTC"
    # what is wrong with the whole is told of no row
    nowhere = form.change_quote("won")
    assert [problem.place for problem in nowhere.problems] == ["quote"]
    assert nowhere.rows[0].problems == ()
    units = {variable.kind: variable for variable in BUILT_IN}
    assert form.add(units[ValueKind.PERCENT].id).rows[1].fields[0].unit.en == "%"
