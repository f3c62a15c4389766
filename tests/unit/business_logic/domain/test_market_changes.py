"""What a look at the list of markets tells, and when it is not believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_changes import (
    Comparison,
    Doubt,
    KnownMarket,
    MarketEvent,
    MarketEventKind,
    compare,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
LAST = NOON + timedelta(minutes=20)
KIND = MarketEventKind


def listed(code: str, korean: str = "", **facts: object) -> ListedMarket:
    return replace(ListedMarket(Market("upbit", code), korean or code, code), **facts)  # type: ignore[arg-type]


TEN = tuple(listed(f"KRW-{letter}") for letter in "ABCDEFGHIJ")
KNOWN = compare((), TEN, NOON).changed


def after(known: tuple[KnownMarket, ...], found: Comparison) -> tuple[KnownMarket, ...]:
    merged = {one.market: one for one in (*known, *found.changed)}
    return tuple(merged[market] for market in sorted(merged))


def told(found: Comparison) -> list[tuple[str, MarketEventKind, str, str]]:
    return [(event.market.code, event.kind, event.before, event.after) for event in found.events]


def test_the_first_look_is_no_news() -> None:
    found = compare((), TEN, NOON)
    assert found.events == ()
    assert found.changed == tuple(KnownMarket(one, NOON) for one in TEN)


def test_the_same_list_changes_nothing_in_whatever_order_it_comes() -> None:
    assert compare(KNOWN, TEN[::-1], LATER) == Comparison()
    assert compare(KNOWN, (*TEN, TEN[0]), LATER) == Comparison()


def test_a_new_market_is_listed() -> None:
    new = listed("KRW-NEW", "새 코인")
    found = compare(KNOWN, (*TEN, new), LATER)
    assert found.changed == (KnownMarket(new, LATER, listed_at=LATER),)
    assert found.events == (MarketEvent(new.market, KIND.LISTED, LATER, after="새 코인 / KRW-NEW"),)


def test_a_market_is_delisted_when_two_looks_miss_it() -> None:
    once = compare(KNOWN, TEN[1:], LATER)
    assert (once.events, once.changed) == ((), (replace(KNOWN[0], missing_since=LATER),))
    known = after(KNOWN, once)
    assert known[0].is_listed
    twice = compare(known, TEN[1:], LAST)
    assert told(twice) == [("KRW-A", KIND.DELISTED, "KRW-A / KRW-A", "")]
    gone = after(known, twice)
    assert (gone[0].is_listed, gone[0].delisted_at, gone[0].missing_since) == (False, LAST, LATER)
    assert compare(gone, TEN[1:], LAST) == Comparison()


def test_a_market_that_was_missing_once_is_simply_there_again() -> None:
    known = after(KNOWN, compare(KNOWN, TEN[1:], LATER))
    back = compare(known, TEN, LAST)
    assert (back.events, back.changed) == ((), (KNOWN[0],))


def test_a_market_that_comes_back_is_listed_anew_with_its_past() -> None:
    known = after(KNOWN, compare(KNOWN, TEN[1:], LATER))
    gone = after(known, compare(known, TEN[1:], LATER))
    renamed = listed("KRW-A", "에이", is_warned=True, state=MarketState.TRADING)
    back = compare(gone, (renamed, *TEN[1:]), LAST)
    assert back.changed == (KnownMarket(renamed, NOON, listed_at=LAST),)
    assert told(back) == [
        ("KRW-A", KIND.LISTED, "", "에이 / KRW-A"),
        ("KRW-A", KIND.RENAMED, "KRW-A / KRW-A", "에이 / KRW-A"),
        ("KRW-A", KIND.WARNING_RAISED, "", ""),
    ]


def test_an_exchange_that_says_so_delists_at_once() -> None:
    over = replace(TEN[0], state=MarketState.DELISTED, delisted_on=date(2026, 11, 21))
    found = compare(KNOWN, (over, *TEN[1:]), LATER)
    assert told(found) == [("KRW-A", KIND.DELISTED, "KRW-A / KRW-A", "")]
    assert found.changed == (KnownMarket(over, NOON, delisted_at=LATER),)
    known = after(KNOWN, found)
    assert compare(known, (over, *TEN[1:]), LAST) == Comparison()
    assert compare(known, TEN[1:], LAST) == Comparison()
    assert compare((), (over,), NOON).changed[0].is_listed is False
    late = compare(KNOWN, (*TEN, listed("KRW-OLD", state=MarketState.DELISTED)), LATER)
    assert (late.events, late.changed[0].delisted_at, late.changed[0].listed_at) == ((), LATER, None)


def test_warnings_cautions_names_and_states_are_told() -> None:
    changed = listed(
        "KRW-A",
        "새 이름",
        is_warned=True,
        cautions=frozenset({Caution.FEW_ACCOUNTS, Caution.DEPOSIT_AMOUNT}),
        state=MarketState.HALTED,
    )
    found = compare(KNOWN, (changed, *TEN[1:]), LATER)
    assert told(found) == [
        ("KRW-A", KIND.RENAMED, "KRW-A / KRW-A", "새 이름 / KRW-A"),
        ("KRW-A", KIND.WARNING_RAISED, "", ""),
        ("KRW-A", KIND.CAUTION_RAISED, "", "deposit-amount"),
        ("KRW-A", KIND.CAUTION_RAISED, "", "few-accounts"),
        ("KRW-A", KIND.STATE_CHANGED, "", "halted"),
    ]
    known = after(KNOWN, found)
    back = replace(changed, is_warned=False, cautions=frozenset({Caution.OTHER}), state=MarketState.TRADING)
    assert told(compare(known, (back, *TEN[1:]), LAST)) == [
        ("KRW-A", KIND.WARNING_CLEARED, "", ""),
        ("KRW-A", KIND.CAUTION_RAISED, "", "other"),
        ("KRW-A", KIND.CAUTION_CLEARED, "deposit-amount", ""),
        ("KRW-A", KIND.CAUTION_CLEARED, "few-accounts", ""),
        ("KRW-A", KIND.STATE_CHANGED, "halted", "trading"),
    ]


def test_a_state_that_is_not_told_this_time_still_holds() -> None:
    known = after(KNOWN, compare(KNOWN, (replace(TEN[0], state=MarketState.HALTED), *TEN[1:]), LATER))
    assert compare(known, TEN, LAST) == Comparison()


def test_a_list_that_cannot_be_is_not_believed() -> None:
    assert compare(KNOWN, (), LATER) == Comparison(doubt=Doubt.EMPTY)
    assert compare((), (), LATER) == Comparison(doubt=Doubt.EMPTY)
    assert compare(KNOWN, TEN[3:], LATER) == Comparison(doubt=Doubt.TOO_MANY_VANISHED)
    assert compare(KNOWN, TEN[2:], LATER).doubt is None
    # however often it comes, and whatever new names stand in it
    assert compare(KNOWN, (*TEN[3:], listed("KRW-NEW")), LAST) == Comparison(doubt=Doubt.TOO_MANY_VANISHED)


def test_markets_that_are_gone_already_do_not_count_as_vanishing() -> None:
    known = after(KNOWN, compare(KNOWN, TEN[2:], LATER))
    found = compare(known, TEN[2:9], LAST)
    assert found.doubt is None
    assert [event.market.code for event in found.events] == ["KRW-A", "KRW-B"]
