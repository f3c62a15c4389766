"""One suite for the list of markets: SQLite and memory answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_stores import MemoryMarketListStore
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent, MarketEventKind
from upbit_auto_trading.business_logic.ports.market_list import MarketListStore
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file
from upbit_auto_trading.data_layer.storage.market_list_store import SqliteMarketListStore

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
HOSTILE = "'; DROP TABLE known_markets; -- 한글 \x00 \U0001f680 =cmd|' %s {0} \n"
BITCOIN = KnownMarket(ListedMarket(Market("upbit", "KRW-BTC"), "비트코인", "Bitcoin"), NOON)
WHOLE = KnownMarket(
    ListedMarket(
        Market("upbit", HOSTILE),
        HOSTILE,
        "",
        is_warned=True,
        cautions=frozenset(Caution),
        state=MarketState.HALTED,
        delisted_on=date(2026, 12, 1),
    ),
    NOON,
    listed_at=LATER,
    missing_since=LATER,
    delisted_at=LATER,
)
LISTED = MarketEvent(BITCOIN.market, MarketEventKind.LISTED, NOON, after="비트코인 / Bitcoin")


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MarketListStore]:
    if request.param == "memory":
        yield MemoryMarketListStore()
        return
    path = tmp_path / "market_data.sqlite3"
    create_file(path, MARKET_DATA_FILE, FakeClock())
    engine = open_engine(path, MARKET_DATA_FILE)
    yield SqliteMarketListStore(engine)
    close_engine(engine)


def test_markets_come_back_whole_by_code(store: MarketListStore) -> None:
    assert store.markets("upbit") == ()
    ether = replace(BITCOIN, listed=replace(BITCOIN.listed, market=Market("upbit", "KRW-ETH")))
    store.record((ether, WHOLE, BITCOIN), ())
    assert store.markets("upbit") == (WHOLE, BITCOIN, ether)
    assert store.markets("bithumb") == ()


def test_what_is_known_now_takes_the_place_of_what_was(store: MarketListStore) -> None:
    store.record((WHOLE,), ())
    plain = KnownMarket(ListedMarket(WHOLE.market, "새 이름", "New"), LATER)
    store.record((plain,), ())
    assert store.markets("upbit") == (plain,)


def test_history_is_by_market_and_newest_first(store: MarketListStore) -> None:
    warned = MarketEvent(BITCOIN.market, MarketEventKind.WARNING_RAISED, NOON)
    other = MarketEvent(WHOLE.market, MarketEventKind.RENAMED, NOON, HOSTILE, "")
    elsewhere = replace(LISTED, market=Market("bithumb", "KRW-BTC"))
    store.record((), (LISTED, other, warned))
    store.record((), (elsewhere,))
    store.record((), ())
    assert store.history(BITCOIN.market) == (warned, LISTED)
    assert store.history(BITCOIN.market, limit=1) == (warned,)
    assert store.history(WHOLE.market) == (other,)
    assert store.events("upbit") == (warned, other, LISTED)
    assert store.events("upbit", limit=2) == (warned, other)


def test_an_exchange_is_forgotten_and_no_other(store: MarketListStore) -> None:
    abroad = replace(BITCOIN, listed=replace(BITCOIN.listed, market=Market("bithumb", "KRW-BTC")))
    store.record((BITCOIN, WHOLE, abroad), (LISTED, replace(LISTED, market=abroad.market)))
    assert store.forget_exchange("upbit") == 2
    assert store.forget_exchange("upbit") == 0
    assert (store.markets("upbit"), store.events("upbit")) == ((), ())
    assert (store.markets("bithumb"), len(store.events("bithumb"))) == ((abroad,), 1)


def test_another_world_begins_with_an_empty_list(store: MarketListStore) -> None:
    practice = replace(BITCOIN, listed=replace(BITCOIN.listed, market=Market("practice", "KRW-BTC")))
    store.record((BITCOIN, practice), (LISTED, replace(LISTED, market=practice.market)))
    assert store.identify("practice", "seed 1") is False
    assert store.identify("practice", "seed 1") is False
    assert store.markets("practice") == (practice,)
    assert store.identify("practice", "seed 2") is True
    assert (store.markets("practice"), store.events("practice")) == ((), ())
    assert store.markets("upbit") == (BITCOIN,)
    assert store.identify("practice", "seed 2") is False


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE known_markets SET cautions = '{}'",
        "UPDATE known_markets SET cautions = '['",
        "UPDATE known_markets SET state = 'asleep'",
        "UPDATE known_markets SET first_seen_at = 'yesterday'",
        "UPDATE known_markets SET delisted_on = 'soon'",
    ],
)
def test_what_nobody_of_ours_wrote_is_called_damage(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "market_data.sqlite3"
    create_file(path, MARKET_DATA_FILE, FakeClock())
    engine = open_engine(path, MARKET_DATA_FILE)
    store = SqliteMarketListStore(engine)
    store.record((BITCOIN,), (LISTED,))
    with engine.begin() as connection:
        connection.exec_driver_sql(damage)
    with pytest.raises(DatabaseDamaged):
        store.markets("upbit")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE market_events SET kind = 'burnt'")
    with pytest.raises(DatabaseDamaged):
        store.history(BITCOIN.market)
    close_engine(engine)
