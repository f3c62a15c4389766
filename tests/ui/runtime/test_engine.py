"""The engine's thread: prices out in bursts, the entry gate on disk before it is announced, never waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PyQt6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from tests.fakes.fake_feed import FakeFeed, price_of
from tests.fakes.memory_stores import MemoryEngineStateStore
from tests.fakes.own_orders import balance_of, order_of, update_of
from tests.fakes.runtime_stores import EngineStores
from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvariantBroken
from upbit_auto_trading.business_logic.domain.events import FeedReplaced
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.domain.stream import (
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
)
from upbit_auto_trading.ui.runtime.engine_link import EngineLink


class FullDisk(MemoryEngineStateStore):
    """Refuses to write while ``is_full``."""

    is_full = True

    def record_entries_stopped(self, stopped_at: datetime) -> None:
        if self.is_full:
            raise DiskFull("settings.sqlite3")
        super().record_entries_stopped(stopped_at)

    def record_entries_resumed(self, resumed_at: datetime) -> None:
        if self.is_full:
            raise DiskFull("settings.sqlite3")
        super().record_entries_resumed(resumed_at)


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed()


@pytest.fixture
def files() -> EngineStores:
    return EngineStores()


@pytest.fixture
def link(feed: FakeFeed, files: EngineStores, clock: FakeClock, qtbot: QtBot) -> Iterator[EngineLink]:
    link = EngineLink(lambda: feed, files.open, clock)
    yield link
    feed.may_go_on.set()
    link.host.request_stop()
    assert link.host.wait(30_000)


class Heard:
    """Everything the engine said, with the thread it was said in."""

    def __init__(self, link: EngineLink) -> None:
        self.prices: list[tuple[LastPrice, ...]] = []
        self.gates: list[datetime | None] = []
        self.failures: list[Exception] = []
        self.threads: set[int] = set()
        link.prices_changed.connect(lambda prices: self._note(self.prices, prices))
        link.entries_gate_changed.connect(lambda gate: self._note(self.gates, gate))
        link.failed.connect(lambda error: self._note(self.failures, error))

    def _note(self, kept: list[Any], value: object) -> None:
        self.threads.add(threading.get_ident())
        kept.append(value)


@pytest.fixture
def heard(link: EngineLink) -> Heard:
    return Heard(link)


def test_the_feed_and_the_store_live_in_the_engines_thread(
    link: EngineLink, feed: FakeFeed, files: EngineStores, heard: Heard, qtbot: QtBot
) -> None:
    link.start()
    qtbot.waitUntil(lambda: len(feed.polled_in) > 3, timeout=5_000)
    with qtbot.waitSignal(link.host.finished, timeout=5_000):
        link.host.request_stop()
    threads = {*feed.opened_in, *feed.polled_in, *feed.closed_in, *files.opened_in, *files.closed_in}
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert heard.threads == {threading.get_ident()}
    assert len(feed.closed_in) == len(files.closed_in) == 1


def test_of_many_prices_the_newest_of_each_market_arrives(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    feed.batches.append(tuple(price_of("KRW-BTC", str(amount)) for amount in range(1, 500)))
    feed.batches.append((price_of("KRW-XRP", "7"),))
    link.start()
    qtbot.waitUntil(lambda: sum(map(len, heard.prices)) == 2, timeout=5_000)
    newest = {price.market.code: price.price for burst in heard.prices for price in burst}
    assert newest == {"KRW-BTC": Decimal(499), "KRW-XRP": Decimal(7)}


class NotingFeed(FakeFeed):
    """Says when all its batches were taken, and then some polls later."""

    def __init__(self) -> None:
        super().__init__()
        self.is_empty = threading.Event()

    def due_prices(self) -> tuple[LastPrice, ...]:
        if not self.batches and len(self.polled_in) > 25:
            self.is_empty.set()
        return super().due_prices()


def test_nothing_heaps_up_while_the_window_is_busy(files: EngineStores, clock: FakeClock, qtbot: QtBot) -> None:
    """It gets more at a time, and not more often: one message lies waiting, however long it was away."""
    feed = NotingFeed()
    link = EngineLink(lambda: feed, files.open, clock)
    heard, passed = Heard(link), list[str]()
    link.prices_passed.connect(lambda prices: passed.extend(str(one.price) for one in prices))
    feed.batches.extend((price_of("KRW-BTC", str(number)),) for number in range(20))
    link.start()
    try:
        assert feed.is_empty.wait(30)  # the window's thread does nothing else meanwhile
        QCoreApplication.processEvents()
        assert len(heard.prices) == 1
        qtbot.waitUntil(lambda: passed[-1:] == ["19"])
        assert len(heard.prices) <= 2
        assert passed == [str(number) for number in range(20)]
    finally:
        link.host.request_stop()
        assert link.host.wait(30_000)


def test_every_price_arrives_in_its_order_so_that_no_spike_is_lost(
    link: EngineLink, feed: FakeFeed, qtbot: QtBot
) -> None:
    passed: list[str] = []
    link.prices_passed.connect(lambda prices: passed.extend(str(one.price) for one in prices))
    late = price_of("KRW-BTC", "5000", START - timedelta(seconds=1))
    feed.batches.append((*(price_of("KRW-BTC", amount) for amount in ("100", "999", "1", "101")), late))
    feed.batches.append((price_of("KRW-BTC", "102"),))
    link.start()
    qtbot.waitUntil(lambda: passed[-1:] == ["102"], timeout=5_000)
    assert passed == ["100", "999", "1", "101", "102"]


def test_the_account_arrives_with_the_newest_state_of_each_order(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    reports = [update_of("1", executed=f"0.{tenths}") for tenths in range(10)]
    feed.events.append((OrdersRepaired((order_of("1"), order_of("2")), START, START),))
    feed.events.append(tuple(OwnOrderChanged(one, Provenance.STREAM, START) for one in reports))
    feed.events.append((OwnBalancesChanged((balance_of("KRW", "7"),), Provenance.REPAIR, START),))
    link.start()
    qtbot.waitUntil(lambda: link.account.has_all_balances, timeout=5_000)
    assert link.account.orders["1"].executed_quantity == Decimal("0.9")
    assert set(link.account.orders) == {"1", "2"}
    assert heard.threads == {threading.get_ident()}


def test_a_market_that_starts_over_earlier_has_prices_again(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    feed.batches.append((price_of("KRW-BTC", "2"),))
    feed.batches.append((price_of("KRW-BTC", "1", START - timedelta(days=1)),))
    feed.events.append(())
    feed.events.append((FeedReplaced(),))
    link.start()
    qtbot.waitUntil(lambda: bool(heard.prices) and heard.prices[-1][0].price == Decimal(1), timeout=5_000)


def test_a_price_that_comes_late_does_not_replace_a_newer_one(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    late = price_of("KRW-BTC", "1", START - timedelta(seconds=5))
    feed.batches.append((price_of("KRW-BTC", "2"), late))
    link.start()
    qtbot.waitUntil(lambda: bool(heard.prices), timeout=5_000)
    assert heard.prices[0][0].price == Decimal(2)


def test_the_gate_of_the_last_run_is_restored_and_announced(feed: FakeFeed, clock: FakeClock, qtbot: QtBot) -> None:
    files = EngineStores(MemoryEngineStateStore(START))
    link = EngineLink(lambda: feed, files.open, clock)
    with qtbot.waitSignal(link.entries_gate_changed, timeout=5_000) as told:
        link.start()
    assert told.args == [START]
    assert link.entries_stopped_at == START
    with qtbot.waitSignal(link.host.finished, timeout=5_000):
        link.host.request_stop()


def test_stopping_and_resuming_entries_is_on_disk_when_it_is_announced(
    link: EngineLink, files: EngineStores, clock: FakeClock, heard: Heard, qtbot: QtBot
) -> None:
    on_disk: list[datetime | None] = []
    link.entries_gate_changed.connect(lambda _gate: on_disk.append(files.store.entries_stopped_at()))
    link.start()
    qtbot.waitUntil(lambda: heard.gates == [None], timeout=5_000)
    link.stop_entries()
    qtbot.waitUntil(lambda: len(heard.gates) == 2, timeout=5_000)
    clock.advance(5)
    link.stop_entries()  # the first stop holds, but the one who pressed gets an answer
    qtbot.waitUntil(lambda: len(heard.gates) == 3, timeout=5_000)
    link.resume_entries()
    qtbot.waitUntil(lambda: len(heard.gates) == 4, timeout=5_000)
    assert heard.gates == on_disk == [None, START, START, None]
    assert link.entries_stopped_at is None


def test_requests_before_the_start_are_not_lost(link: EngineLink, heard: Heard, qtbot: QtBot) -> None:
    link.stop_entries()
    link.start()
    qtbot.waitUntil(lambda: heard.gates == [None, START], timeout=5_000)


def test_a_stop_is_taken_up_between_two_prices_while_a_poll_is_busy(
    link: EngineLink, feed: FakeFeed, files: EngineStores, heard: Heard, qtbot: QtBot
) -> None:
    """The poll hangs in the feed; when it comes back with prices, the stop goes before the first of them."""
    link.start()
    qtbot.waitUntil(lambda: heard.gates == [None], timeout=5_000)
    feed.may_go_on.clear()
    assert feed.is_hanging.wait(30)
    link.stop_entries()
    gate_when_taken: list[datetime | None] = []

    class Watched(tuple[LastPrice, ...]):
        """Looks at the store each time the next price is asked for."""

        def __iter__(self) -> Iterator[LastPrice]:
            for price in super().__iter__():
                yield price
                gate_when_taken.append(files.store.entries_stopped_at())

    feed.batches.append(Watched(price_of("KRW-BTC", str(amount)) for amount in range(1, 4)))
    feed.may_go_on.set()
    qtbot.waitUntil(lambda: heard.gates == [None, START], timeout=5_000)
    qtbot.waitUntil(lambda: len(gate_when_taken) == 3, timeout=5_000)
    assert gate_when_taken == [START] * 3


def test_a_stop_that_cannot_be_recorded_holds_is_told_once_and_is_recorded_when_there_is_room(
    feed: FakeFeed, clock: FakeClock, qtbot: QtBot
) -> None:
    store = FullDisk()
    link = EngineLink(lambda: feed, EngineStores(store).open, clock)
    heard = Heard(link)
    link.start()
    link.stop_entries()
    qtbot.waitUntil(lambda: heard.gates == [None, START], timeout=5_000)
    with qtbot.waitSignals([link.pulse_changed] * 2, timeout=5_000):
        pass
    assert [type(error) for error in heard.failures] == [DiskFull]
    assert store.entries_stopped_at() is None
    store.is_full = False
    qtbot.waitUntil(lambda: store.entries_stopped_at() == START, timeout=5_000)
    store.is_full = True
    link.resume_entries()
    qtbot.waitUntil(lambda: len(heard.gates) == 3, timeout=5_000)
    assert heard.gates[-1] == START, "entries resumed although that is not on disk"
    assert len(heard.failures) == 2
    with qtbot.waitSignal(link.host.finished, timeout=5_000):
        link.host.request_stop()


def test_a_failing_poll_is_told_once_and_polling_goes_on(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    feed.batches.extend([InvariantBroken("first")] * 3)
    feed.batches.append((price_of("KRW-BTC", "1"),))
    feed.batches.append(InvariantBroken("second"))
    link.start()
    qtbot.waitUntil(lambda: len(heard.failures) == 2, timeout=5_000)
    assert [str(error) for error in heard.failures] == ["first", "second"]
    qtbot.waitUntil(lambda: len(heard.prices) == 1, timeout=5_000)


def test_a_bug_in_a_poll_is_reported_and_polling_goes_on(
    link: EngineLink, feed: FakeFeed, heard: Heard, qtbot: QtBot
) -> None:
    feed.batches.append(KeyError("bug"))
    feed.batches.append((price_of("KRW-BTC", "1"),))
    with qtbot.captureExceptions() as caught:
        link.start()
        qtbot.waitUntil(lambda: len(heard.prices) == 1, timeout=5_000)
    assert [kind for kind, *_ in caught] == [KeyError]
    assert [type(error) for error in heard.failures] == [KeyError]


def test_entries_can_be_stopped_although_the_feed_does_not_open(
    link: EngineLink, feed: FakeFeed, files: EngineStores, heard: Heard, qtbot: QtBot
) -> None:
    feed.open_failure = InvariantBroken("no feed")
    link.start()
    link.stop_entries()
    qtbot.waitUntil(lambda: heard.gates == [None, START], timeout=5_000)
    assert files.store.entries_stopped_at() == START
    assert heard.failures == [feed.open_failure]
    with qtbot.waitSignal(link.host.finished, timeout=5_000):
        link.host.request_stop()
    assert len(files.closed_in) == len(feed.closed_in) == 1


def test_entries_are_stopped_although_the_store_does_not_open(feed: FakeFeed, clock: FakeClock, qtbot: QtBot) -> None:
    def cannot() -> None:
        raise DiskFull("settings.sqlite3")

    link = EngineLink(lambda: feed, cannot, clock)  # type: ignore[arg-type]
    heard = Heard(link)
    link.start()
    link.stop_entries()
    qtbot.waitUntil(lambda: heard.gates == [START], timeout=5_000)
    assert [type(error) for error in heard.failures] == [DiskFull, InvariantBroken]
    with qtbot.waitSignal(link.host.finished, timeout=5_000):
        link.host.request_stop()


def test_the_pulse_shows_fresh_and_stale_markets_and_how_long_ago_the_engine_polled(
    link: EngineLink, feed: FakeFeed, clock: FakeClock, qtbot: QtBot
) -> None:
    assert link.pulse() is None
    assert link.last_poll_age_seconds() is None
    feed.batches.append((price_of("KRW-BTC", "1", START), price_of("KRW-XRP", "7", START + timedelta(seconds=30))))
    link.start()
    with qtbot.waitSignal(link.pulse_changed, timeout=5_000) as told:
        pass
    assert (told.args[0].streams_fresh, told.args[0].streams_stale) == (2, 0)
    clock.advance(61)
    qtbot.waitUntil(lambda: link.pulse().streams_stale == 1, timeout=5_000)  # type: ignore[union-attr]
    assert link.pulse().streams_fresh == 1  # type: ignore[union-attr]
    assert link.last_poll_age_seconds() == 0


def test_a_stuck_engine_is_seen_from_outside(link: EngineLink, feed: FakeFeed, clock: FakeClock, qtbot: QtBot) -> None:
    link.start()
    qtbot.waitUntil(lambda: link.pulse() is not None, timeout=5_000)
    feed.may_go_on.clear()
    assert feed.is_hanging.wait(30)
    clock.advance(30)
    assert link.last_poll_age_seconds() == 30


def test_the_engines_slots_run_in_its_thread(link: EngineLink, qtbot: QtBot) -> None:
    with qtbot.waitSignal(link.started, timeout=5_000):
        link.start()
    names: list[str] = []
    link.host.post(lambda _worker: names.append(QThread.currentThread().objectName()))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: names == ["engine"], timeout=5_000)
