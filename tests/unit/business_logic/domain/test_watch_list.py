"""Watch lists: their orders, their names, and that there is always one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.watch_list import (
    FIRST_NAME,
    MOST_LISTS,
    MOST_MARKETS,
    WatchList,
    WatchLists,
)

MARKETS = [Market("upbit", f"KRW-M{number}") for number in range(6)]


def test_a_market_is_there_once_and_at_the_end() -> None:
    one = WatchList(1, "a").with_market(MARKETS[0]).with_market(MARKETS[1]).with_market(MARKETS[0])
    assert one.markets == (MARKETS[0], MARKETS[1])
    assert one.without(MARKETS[0]).markets == (MARKETS[1],)
    assert one.without(MARKETS[5]) == one


@given(st.permutations(MARKETS), st.sampled_from(MARKETS), st.integers(-3, 9))
def test_moving_one_leaves_the_others_in_their_order(before: list[Market], moved: Market, place: int) -> None:
    after = WatchList(1, "a", tuple(before)).moved(moved, place).markets
    assert [one for one in after if one != moved] == [one for one in before if one != moved]
    assert after.index(moved) == min(max(place, 0), len(MARKETS) - 1)


def test_what_is_not_in_the_list_cannot_be_moved_in_it() -> None:
    one = WatchList(1, "a", tuple(MARKETS[:2]))
    assert one.moved(MARKETS[3], 0) is one


def test_there_is_always_a_list() -> None:
    lists = WatchLists()
    assert [one.name for one in lists.lists] == [FIRST_NAME]
    full = lists.changed(lists.lists[0].with_market(MARKETS[0])).renamed(1, "내 것")
    assert full.removed(1) == WatchLists()
    assert full.removed(1).restored(full.lists[0], 0) == full
    other = WatchLists((WatchList(7, "나", (MARKETS[0],)),))
    assert other.removed(7) == WatchLists((WatchList(7, FIRST_NAME),))
    assert other.removed(7).restored(other.lists[0], 0) == other


def test_what_was_removed_comes_back_where_it_was() -> None:
    lists, second = WatchLists().added("둘")
    lists, _third = lists.added("셋")
    assert lists.removed(second.number).restored(second, 1) == lists


def test_a_number_is_given_to_one_list_only() -> None:
    lists, second = WatchLists().added("둘")
    lists, third = lists.removed(1).added("셋")
    assert len({1, second.number, third.number}) == 3
    assert lists.of(third.number) == third


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "empty"), ("  ", "empty"), ("x" * 31, "too-long"), ("a\x00b", "not-printable"), ("관심", "name-taken")],
)
def test_names_that_do_not_hold_are_refused(name: str, reason: str) -> None:
    lists, new = WatchLists().added("둘")
    for attempt in (lambda: lists.added(name), lambda: lists.renamed(new.number, name)):
        with pytest.raises(InvalidParameter) as caught:
            attempt()
        assert caught.value.reason == reason
    assert lists.renamed(1, " 관심 ") == lists


def test_a_name_is_the_same_however_it_was_typed() -> None:
    assert WatchLists().added(" \u1100\u1161 ")[1].name == "가"


def test_lists_and_markets_have_a_limit() -> None:
    lists = WatchLists()
    for number in range(MOST_LISTS - 1):
        lists, _new = lists.added(f"목록 {number}")
    with pytest.raises(InvalidParameter):
        lists.added("zu viel")
    many = tuple(Market("upbit", f"KRW-{number}") for number in range(MOST_MARKETS))
    with pytest.raises(InvalidParameter):
        WatchList(1, "a", many).with_market(MARKETS[0])
    with pytest.raises(InvalidParameter):
        lists.renamed(999, "x")
