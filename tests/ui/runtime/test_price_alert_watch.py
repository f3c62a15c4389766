"""Price alerts while the program runs: judged by every price, on the disk before they are told, never told twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from tests.fakes.memory_chart_stores import MemoryAlertStore
from tests.fakes.practice_account import FakePracticeConnection
from tests.fakes.runtime_stores import RuntimeStores
from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert, Side
from upbit_auto_trading.business_logic.domain.stream import StreamState, StreamStateChanged, Topic, TopicKind
from upbit_auto_trading.business_logic.engine.price_alerts import AlertFired
from upbit_auto_trading.composition_root.alerts import AlertNotices, behind_the_bell
from upbit_auto_trading.ui.notices import NoticeLevel, Notices
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.runtime.price_alert_watch import PriceAlertWatch
from upbit_auto_trading.utils.bilingual_text import Text

BTC = Market("practice", "KRW-BTC")


def prices(*values: str, market: Market = BTC) -> tuple[LastPrice, ...]:
    return tuple(LastPrice(market, Decimal(value), Decimal(90), START) for value in values)


def alert(price: str = "100", alert_id: str = "a", **changes: Any) -> PriceAlert:
    return replace(PriceAlert(alert_id, BTC, Decimal(price), START), **changes)


@dataclass
class Run:
    """One run of the program; ``store`` is the file that outlives it."""

    operations: Operations
    clock: FakeClock
    store: MemoryAlertStore
    qtbot: QtBot

    def __post_init__(self) -> None:
        self.watch = PriceAlertWatch(self.operations, self.clock)
        self.fired: list[AlertFired] = []
        self.stored_when_told: list[tuple[PriceAlert, ...]] = []
        self.failures: list[Exception] = []
        self.watch.fired.connect(self._note)
        self.watch.not_saved.connect(self.failures.append)
        self.watch.not_read.connect(self.failures.append)

    def _note(self, fired: AlertFired) -> None:
        self.fired.append(fired)
        self.stored_when_told.append(self.store.all())

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.operations.running())

    def load(self) -> Run:
        self.watch.load()
        self.settle()
        return self

    def sees(self, *values: str) -> list[str]:
        before = len(self.fired)
        self.watch.take_prices(prices(*values))
        self.settle()
        return [str(one.price) for one in self.fired[before:]]

    def again(self) -> Run:
        self.clock.advance(timedelta(hours=8))
        return Run(self.operations, self.clock, self.store, self.qtbot).load()


@pytest.fixture
def run(operations: Operations, stores: RuntimeStores, clock: FakeClock, qtbot: QtBot) -> Run:
    return Run(operations, clock, stores.alerts, qtbot).load()


def test_what_is_reached_is_on_the_disk_when_it_is_told(run: Run) -> None:
    run.watch.put(alert())
    assert run.sees("99", "101", "99") == ["101"]
    assert run.stored_when_told == [run.store.all()]
    assert [(one.is_on, one.fired_at) for one in run.store.all()] == [(False, run.clock.now())]


def test_nothing_is_told_twice_after_a_start(run: Run) -> None:
    run.watch.put(alert())
    run.watch.put(alert("200", "b"))
    run.sees("99", "101")
    after = run.again()
    assert {one.id for one in after.watch.alerts} == {"a", "b"}
    assert after.sees("99", "101", "99") == []
    assert after.sees("250") == ["250"]
    assert after.again().sees("99", "101", "250", "99") == []


def test_what_was_passed_while_the_program_was_off_is_told_at_the_first_price(run: Run) -> None:
    run.sees("99")
    run.watch.put(alert())
    run.settle()
    assert [one.side for one in run.store.all()] == [Side.BELOW]
    after = run.again()
    assert after.sees("120") == ["120"]
    assert [one.was_unwatched for one in after.fired] == [True]


def test_prices_that_come_before_the_alerts_were_read_count(
    operations: Operations, stores: RuntimeStores, clock: FakeClock, qtbot: QtBot
) -> None:
    stores.alerts.change((alert(side=Side.BELOW),))
    early = Run(operations, clock, stores.alerts, qtbot)
    assert early.sees("130") == []
    early.load()
    early.settle()
    assert [one.price for one in early.fired] == [130]


def test_a_side_is_written_behind_and_once(run: Run) -> None:
    run.watch.put(alert())
    run.settle()
    run.watch.take_prices(prices("99"))
    assert run.store.all()[0].side is None
    run.qtbot.waitUntil(lambda: run.store.all()[0].side is Side.BELOW, timeout=5_000)


@pytest.mark.parametrize("lost", ["all", "a stream"])
def test_after_a_gap_of_prices_it_says_that_nobody_watched(run: Run, lost: str) -> None:
    run.watch.put(alert())
    run.sees("99")
    change = StreamStateChanged(Topic(TopicKind.PRICES, BTC), StreamState.DOWN, START)
    run.watch.take_news(MarketNews(is_lost=True) if lost == "all" else MarketNews(streams=(change,)))
    run.sees("130")
    assert [one.was_unwatched for one in run.fired] == [True]


def test_another_practice_market_reaches_nothing(run: Run) -> None:
    def opened(world: str) -> None:
        connection = FakePracticeConnection()
        connection.world = world
        run.watch.take_connection(cast(Connection, connection))

    run.watch.put(alert())
    opened("one")
    run.sees("99")
    opened("one")
    assert run.watch.alerts[0].side is Side.BELOW
    opened("two")
    assert run.sees("500") == []
    assert run.sees("50") == ["50"]


def test_switched_on_again_it_counts_from_the_price_of_this_moment(run: Run) -> None:
    run.watch.put(alert())
    run.sees("99")
    run.watch.switch("a", False)
    assert run.sees("150") == []
    run.watch.switch("a", True)
    assert run.sees("151") == []
    assert run.sees("99") == ["99"]


def test_a_deleted_alert_is_gone_for_good(run: Run) -> None:
    run.watch.put(alert())
    run.sees("99")
    run.watch.delete(["a"])
    assert run.sees("101") == []
    assert run.again().watch.alerts == ()


def test_a_full_disk_is_told_the_alert_too_and_the_next_change_takes_it_along(run: Run) -> None:
    run.watch.put(alert())
    run.sees("99")
    run.store.fail_next = DiskFull("settings.sqlite3")
    assert run.sees("101") == ["101"]
    assert [type(error) for error in run.failures] == [DiskFull]
    run.watch.put(alert("200", "b"))
    run.settle()
    assert {one.id: one.is_on for one in run.store.all()} == {"a": False, "b": True}


def test_a_price_that_no_market_has_is_refused(run: Run) -> None:
    with pytest.raises(InvalidParameter):
        run.watch.put(alert("0"))
    assert run.watch.alerts == ()


def test_it_is_told_behind_the_bell_with_a_way_to_the_chart(run: Run) -> None:
    notices, shown = Notices(run.clock), list[str]()
    AlertNotices(run.watch, behind_the_bell(notices, shown.append), lambda _code: Text("비트코인", "Bitcoin"))
    run.watch.put(alert("143285000", note="여기서\n팔기"))
    run.sees("143000000", "143300000")
    (notice,) = notices.all()
    assert notice.level is NoticeLevel.WARNING
    assert notice.title.ko == "비트코인 가격 알림: 143,285,000"
    assert notice.body.ko == "143,285,000을 지났어요. 현재가 143,300,000. 메모: 여기서 팔기"
    assert notice.body.en == "It passed 143,285,000 and is now 143,300,000. Note: 여기서 팔기"
    assert notice.action is not None
    notice.action.run()
    assert shown == ["KRW-BTC"]


def test_a_failure_is_told_in_sentences(run: Run) -> None:
    notices = Notices(run.clock)
    AlertNotices(run.watch, behind_the_bell(notices, None), lambda code: Text(code, code))
    run.store.fail_next = DiskFull("settings.sqlite3")
    run.watch.put(alert())
    run.settle()
    assert [(one.level, one.title.en) for one in notices.all()] == [
        (NoticeLevel.ERROR, "The price alert was not saved")
    ]
