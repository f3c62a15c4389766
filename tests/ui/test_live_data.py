"""Which series the program follows, and that what closed is stored: with real threads, over a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from tests.fakes.fake_streams import FakeStreams
from tests.fakes.memory_candle_store import MemoryCandleStore
from tests.fakes.memory_kept_series import MemoryKeptSeriesStore
from tests.fakes.practice_account import FakePracticeConnection
from tests.fakes.rest_answers import candle_of
from tests.fakes.runtime_stores import RuntimeStores
from tests.log_guard import LogGuard
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import no_candles
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.domain.live_candle import CandlesSettled, FollowedSeries
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.stream import Topic, TopicKind
from upbit_auto_trading.business_logic.ports.exchange import Exchange
from upbit_auto_trading.business_logic.ports.kept_series import TOPIC, KeptSeries
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.live_data import LiveData
from upbit_auto_trading.composition_root.live_storage import joined
from upbit_auto_trading.data_layer.exchange_feed import ExchangeFeed
from upbit_auto_trading.data_layer.exchanges.upbit.capabilities import UPBIT_CAPABILITIES
from upbit_auto_trading.ui.runtime.live_desk import CandleBatch, FollowSeries
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

BTC, ETH, UNIT, MINUTE = (
    Market("upbit", "KRW-BTC"),
    Market("upbit", "KRW-ETH"),
    CandleUnit.MINUTE,
    timedelta(minutes=1),
)
LISTED = tuple(ListedMarket(market, market.base, market.base) for market in (BTC, ETH))
SPAN = Span(START - 10 * MINUTE, START)


class FakeExchange:
    name = "upbit"
    capabilities = UPBIT_CAPABILITIES


class World:
    def __init__(self, clock: FakeClock) -> None:
        self.candles, self.kept = MemoryCandleStore(), MemoryKeptSeriesStore()
        self._others = RuntimeStores(clock)
        self.operations = Operations(self.stores, clock)
        self.operations.start()
        self.feed = ExchangeFeed()
        self.live = LiveData(self.feed, self.operations, clock)

    @contextmanager
    def stores(self) -> Iterator[Stores]:
        with self._others.open() as others:
            yield replace(others, candles=self.candles, kept_series=self.kept)

    def connect(self, world: str | None = None) -> FakeStreams:
        connection = FakePracticeConnection(LISTED)
        connection.exchange, connection.world = cast(Exchange, FakeExchange()), world
        self.live.take_connection(connection)
        return connection.streams

    def followed(self, qtbot: QtBot) -> FollowSeries:
        found: list[FollowSeries] = []

        def is_there() -> bool:
            found.extend(one for one in self.live.take_messages() if isinstance(one, FollowSeries))
            return bool(found)

        qtbot.waitUntil(is_there, timeout=5_000)
        return found[-1]

    def change(self, work: object) -> None:
        operation = StorageOperation(Text("", ""), lambda _stores, _context: work, TOPIC)
        self.operations.submit_to_storage(operation)


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[World]:
    found = World(FakeClock())
    yield found
    assert found.live.stop() == ()
    stop_operations(found.operations)


def test_a_fresh_installation_follows_the_first_listed_market(world: World, qtbot: QtBot) -> None:
    streams = world.connect()
    wish = world.followed(qtbot)
    assert wish == FollowSeries(1, (FollowedSeries(BTC, UNIT, None),), timedelta(0))
    prices = {Topic(TopicKind.PRICES, market) for market in (BTC, ETH)}
    own = {Topic(TopicKind.OWN_ORDERS), Topic(TopicKind.OWN_BALANCES)}
    assert streams.wanted == prices | own | {Topic(TopicKind.TRADES, BTC)}


def test_what_is_kept_is_followed_from_where_it_is_known(world: World, qtbot: QtBot) -> None:
    world.candles.write(no_candles(ETH, UNIT), SPAN, Origin.EXCHANGE, START)
    world.kept.add(KeptSeries(ETH, UNIT))
    streams = world.connect()
    assert world.followed(qtbot).series == (FollowedSeries(ETH, UNIT, SPAN.end),)
    assert Topic(TopicKind.TRADES, BTC) not in streams.wanted


def test_another_choice_is_followed_at_once(world: World, qtbot: QtBot) -> None:
    streams = world.connect()
    world.followed(qtbot)
    world.kept.add(KeptSeries(ETH, UNIT))
    world.change(None)
    assert [one.market for one in world.followed(qtbot).series] == [BTC, ETH]
    assert {topic.market for topic in streams.wanted if topic.kind is TopicKind.TRADES} == {BTC, ETH}


def test_candles_of_another_world_are_forgotten_before_they_are_followed(world: World, qtbot: QtBot) -> None:
    world.connect("one")
    world.followed(qtbot)
    world.candles.write(no_candles(BTC, UNIT), SPAN, Origin.EXCHANGE, START)
    world.connect("one")
    assert world.followed(qtbot) == FollowSeries(2, (FollowedSeries(BTC, UNIT, SPAN.end),), timedelta(0))
    world.connect("two")
    assert world.followed(qtbot) == FollowSeries(3, (FollowedSeries(BTC, UNIT, None),), timedelta(0))


def test_without_an_exchange_nothing_is_followed(world: World, qtbot: QtBot) -> None:
    streams = world.connect()
    world.live.lose_connection()
    done: list[object] = []
    world.operations.changed.connect(lambda topic, _initiator: done.append(topic))
    world.change(None)
    qtbot.waitUntil(lambda: bool(done), timeout=5_000)
    assert world.live.take_messages() == ()
    world.feed.want("somebody", [Topic(TopicKind.TRADES, ETH)])
    assert Topic(TopicKind.TRADES, ETH) not in streams.wanted


def settled(first: int, last: int, origin: Origin = Origin.STREAM, market: Market = BTC) -> CandlesSettled:
    span = Span(START + first * MINUTE, START + last * MINUTE)
    found = tuple(replace(candle_of(START + number * MINUTE), market=market) for number in range(first, last))
    return CandlesSettled(market, UNIT, span, found, origin)


def test_what_closed_is_stored_and_what_was_settled_is_covered(world: World, qtbot: QtBot) -> None:
    closed = candle_of(START + 5 * MINUTE)
    world.live.keep(CandleBatch((closed,), (settled(0, 2), settled(2, 3)), START + 10 * MINUTE))
    qtbot.waitUntil(lambda: bool(world.candles.covered(BTC, UNIT)), timeout=5_000)
    (covered,) = world.candles.covered(BTC, UNIT)
    assert (covered.span, covered.origin) == (Span(START, START + 3 * MINUTE), Origin.STREAM)
    stored = world.candles.read(BTC, UNIT, Span(START, START + 10 * MINUTE))
    assert len(stored.series) == 4
    assert stored.unknown == (Span(START + 3 * MINUTE, START + 10 * MINUTE),)


def test_a_full_disk_is_told_once_and_nothing_is_lost_when_it_has_room(
    world: World, qtbot: QtBot, expected_log: LogGuard
) -> None:
    expected_log.expect("live candles could not be stored")
    world.candles.fail_next_write = DiskFull("market_data.sqlite3")
    for batch in (settled(0, 2), settled(2, 3)):
        world.live.keep(CandleBatch((), (batch,), START + 10 * MINUTE))
    whole = Span(START, START + 3 * MINUTE)
    qtbot.waitUntil(lambda: [one.span for one in world.candles.covered(BTC, UNIT)] == [whole], timeout=5_000)


def test_neighbours_of_one_series_and_origin_are_written_at_once() -> None:
    parts = (
        settled(0, 1),
        settled(0, 1, market=ETH),
        settled(1, 3),
        settled(3, 4, Origin.EXCHANGE),
        settled(5, 6, Origin.EXCHANGE),
        settled(1, 2, market=ETH),
    )
    found = joined(parts)
    assert [(one.market, one.span.start, one.span.end, len(one.candles)) for one in found] == [
        (BTC, START, START + 3 * MINUTE, 3),
        (ETH, START, START + 2 * MINUTE, 2),
        (BTC, START + 3 * MINUTE, START + 4 * MINUTE, 1),
        (BTC, START + 5 * MINUTE, START + 6 * MINUTE, 1),
    ]


def test_what_a_window_looks_at_is_followed_beside_what_is_kept(world: World, qtbot: QtBot) -> None:
    hours = FollowedSeries(ETH, CandleUnit.HOUR, START)
    assert not world.live.view("chart 1", hours), "there is no exchange yet"
    streams = world.connect()
    kept, watched = FollowedSeries(BTC, UNIT, None), replace(hours, is_watched=True)
    assert world.followed(qtbot).series == (kept, watched)
    assert {topic.market for topic in streams.wanted if topic.kind is TopicKind.TRADES} == {BTC, ETH}
    assert world.live.view("chart 2", FollowedSeries(BTC, UNIT, START)), "it is kept"
    assert world.followed(qtbot).series == (replace(kept, is_watched=True), watched)
    assert world.live.view("chart 1", FollowedSeries(BTC, UNIT, START))
    assert world.followed(qtbot).series == (replace(kept, is_watched=True),)
    for owner in ("chart 1", "chart 2"):
        world.live.view(owner, None)
    assert world.followed(qtbot).series == (kept,)
    assert {topic.market for topic in streams.wanted if topic.kind is TopicKind.TRADES} == {BTC}


def test_of_another_exchange_and_of_units_it_does_not_have_nothing_is_followed(world: World, qtbot: QtBot) -> None:
    world.live.view("chart 1", FollowedSeries(Market("practice", "KRW-BTC"), UNIT, START))
    world.connect()
    assert [(one.market, one.unit) for one in world.followed(qtbot).series] == [(BTC, UNIT)]
