"""What is kept by itself: the same answers from the database and from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_kept_series import MemoryKeptSeriesStore
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries, KeptSeriesStore
from upbit_auto_trading.data_layer.storage.candle_store.kept_series_store import SqliteKeptSeriesStore
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

BTC, ETH, ELSEWHERE = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH"), Market("upbit", "KRW-BTC")
Open = Callable[[Path], AbstractContextManager[KeptSeriesStore]]


@contextmanager
def in_a_file(folder: Path) -> Iterator[KeptSeriesStore]:
    path = folder / "market_data.sqlite3"
    create_file(path, MARKET_DATA_FILE, FakeClock())
    engine = open_engine(path, MARKET_DATA_FILE)
    yield SqliteKeptSeriesStore(engine, FakeClock())
    close_engine(engine)


@contextmanager
def in_memory(_folder: Path) -> Iterator[KeptSeriesStore]:
    yield MemoryKeptSeriesStore()


@pytest.fixture(params=[in_memory, in_a_file])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptSeriesStore]:
    opening: Open = request.param
    with opening(tmp_path) as store:
        yield store


def of(market: Market, unit: CandleUnit = CandleUnit.MINUTE) -> KeptSeries:
    return KeptSeries(market, unit)


def test_what_was_added_is_kept_once_in_order_until_it_is_removed(store: KeptSeriesStore) -> None:
    assert store.kept() == ()
    for series in (of(ETH), of(BTC, CandleUnit.DAY), of(BTC), of(ELSEWHERE)):
        assert store.add(series)
    assert not store.add(of(BTC))
    assert store.kept() == (of(BTC), of(BTC, CandleUnit.DAY), of(ETH), of(ELSEWHERE))
    assert store.kept("upbit") == (of(ELSEWHERE),)
    assert store.remove(of(BTC))
    assert not store.remove(of(BTC))
    assert store.kept("practice") == (of(BTC, CandleUnit.DAY), of(ETH))


def test_a_fresh_installation_begins_with_one_and_only_once(store: KeptSeriesStore) -> None:
    assert store.begin_with(of(BTC))
    assert not store.begin_with(of(ETH))
    assert store.kept() == (of(BTC),)
    assert store.begin_with(of(ELSEWHERE)), "each exchange begins for itself"


def test_who_keeps_nothing_is_given_nothing(store: KeptSeriesStore) -> None:
    store.begin_with(of(BTC))
    store.remove(of(BTC))
    assert not store.begin_with(of(BTC))
    assert store.kept() == ()


def test_who_has_chosen_is_given_nothing_more(store: KeptSeriesStore) -> None:
    store.add(of(ETH))
    assert not store.begin_with(of(BTC))
    assert store.kept() == (of(ETH),)
