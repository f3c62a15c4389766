"""Whatever lists come in whatever order: nothing is delisted that a look has just shown, and searches find it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.memory_stores import MemoryMarketListStore
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_changes import MarketEventKind, compare
from upbit_auto_trading.business_logic.domain.market_search import find_markets
from upbit_auto_trading.business_logic.use_cases.sync_markets import record_look
from upbit_auto_trading.utils.hangul_search import initials

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CODES = [f"KRW-{letter}" for letter in "ABCDEFGH"]
HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=6)
LISTINGS = st.builds(
    ListedMarket,
    st.sampled_from(CODES).map(lambda code: Market("upbit", code)),
    st.sampled_from(["가", "나"]),
    st.sampled_from(["A", "B"]),
    st.booleans(),
    st.frozensets(st.sampled_from(Caution)),
    st.none() | st.sampled_from(MarketState),
)
LISTS = st.lists(LISTINGS, max_size=12)


@given(st.lists(LISTS, max_size=8))
def test_the_history_of_a_market_explains_what_is_known_of_it(looks: list[list[ListedMarket]]) -> None:
    store = MemoryMarketListStore()
    for number, listed in enumerate(looks):
        now = NOON + number * timedelta(minutes=10)
        before = store.markets("upbit")
        report = record_look(store, "upbit", listed, now)
        if report.doubt is not None:
            assert store.markets("upbit") == before
            continue
        shown = {one.market: one for one in listed}
        assert set(shown) <= {one.market for one in report.markets}
        for known in report.markets:
            found = shown.get(known.market)
            if found is not None:
                assert known.is_listed is (found.state is not MarketState.DELISTED)
                assert known.listed.korean_name == found.korean_name
            alternating = [
                event.kind
                for event in store.history(known.market)
                if event.kind in (MarketEventKind.LISTED, MarketEventKind.DELISTED)
            ]
            assert all(one is not two for one, two in pairwise(alternating))
            if alternating:
                assert known.is_listed is (alternating[0] is MarketEventKind.LISTED)


@given(LISTS, LISTS)
def test_the_order_of_a_list_means_nothing(first: list[ListedMarket], second: list[ListedMarket]) -> None:
    known = compare((), {one.market: one for one in first}.values(), NOON).changed
    unique = list({one.market: one for one in second}.values())
    shuffled = sorted(unique, key=lambda one: one.market, reverse=True)
    assert compare(known, unique, NOON) == compare(known[::-1], shuffled, NOON)


@given(st.lists(HANGUL, min_size=1, max_size=8, unique=True), st.data())
def test_a_market_is_found_by_any_beginning_of_its_name_or_its_consonants(
    names: list[str], data: st.DataObject
) -> None:
    markets = [ListedMarket(Market("upbit", f"KRW-{number}"), name, "") for number, name in enumerate(names)]
    wanted = data.draw(st.sampled_from(markets))
    length = data.draw(st.integers(1, len(wanted.korean_name)))
    beginning = wanted.korean_name[:length]
    for text in (wanted.korean_name, beginning, initials(beginning), wanted.market.code.lower(), ""):
        assert wanted in find_markets(markets, text)
    assert find_markets(markets, wanted.korean_name)[0] == wanted
