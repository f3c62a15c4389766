"""A look at the list, recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fakes.memory_stores import MemoryMarketListStore
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_changes import Doubt, MarketEventKind
from upbit_auto_trading.business_logic.use_cases.sync_markets import record_look

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
LIST = tuple(ListedMarket(Market("practice", f"KRW-{letter}"), letter, letter) for letter in "ABCDEFGHIJ")


def test_looks_are_remembered_and_events_kept() -> None:
    store = MemoryMarketListStore()
    first = record_look(store, "practice", LIST[1:], NOON)
    assert (first.word, first.events) == ("markets 9, changes 0", ())
    second = record_look(store, "practice", LIST, LATER)
    assert [event.kind for event in second.events] == [MarketEventKind.LISTED]
    assert second.word == "markets 10, changes 1"
    assert second.markets == store.markets("practice")
    assert store.history(LIST[0].market) == second.events


def test_a_list_that_is_not_believed_changes_nothing() -> None:
    store = MemoryMarketListStore()
    record_look(store, "practice", LIST, NOON)
    before = store.markets("practice")
    report = record_look(store, "practice", LIST[5:], LATER)
    assert (report.doubt, report.word) == (Doubt.TOO_MANY_VANISHED, "not believed: too-many-vanished")
    assert store.markets("practice") == before == report.markets
    elsewhere = record_look(store, "practice", (ListedMarket(Market("upbit", "KRW-BTC"), "", ""),), LATER)
    assert elsewhere.doubt is Doubt.EMPTY


def test_another_world_is_looked_at_for_the_first_time() -> None:
    store = MemoryMarketListStore()
    record_look(store, "practice", LIST, NOON, world="1")
    report = record_look(store, "practice", LIST[:1], LATER, world="2")
    assert (report.doubt, report.events, len(report.markets)) == (None, (), 1)
    assert report.markets[0].first_seen_at == LATER


def test_half_a_sign_in_a_name_is_replaced() -> None:
    store = MemoryMarketListStore()
    report = record_look(store, "practice", (ListedMarket(LIST[0].market, "비트\ud83d", "Bit"),), NOON)
    assert report.markets[0].listed.korean_name == "비트?"
