"""The dashboard: what it knows, what it does not know yet, and what a click changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.ui.charts.price_path import PricePath
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.tokens import Height
from upbit_auto_trading.ui.notices import NoticeLevel, Notices
from upbit_auto_trading.ui.price_connection import ConnectionKind, PriceConnection
from upbit_auto_trading.ui.screens.dashboard.view import DashboardView
from upbit_auto_trading.ui.screens.dashboard.view_model import DashboardViewModel
from upbit_auto_trading.utils.bilingual_text import Language, Text

BTC, ETH = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH")
NAMES = {"KRW-BTC": Text("비트코인", "Bitcoin"), "KRW-ETH": Text("이더리움", "Ethereum")}
HOSTILE = "<b>코인</b>\x07\u202e" + "길" * 300


class World:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = FakeClock()
        self.notices = Notices(self.clock)
        self.model = DashboardViewModel()
        self.view = DashboardView(self.model, self.notices, NAMES, self.clock)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 560)
        self.view.show()

    def trade(self, market: Market, price: str, opened: str = "100") -> None:
        last = LastPrice(market, Decimal(price), Decimal(opened), self.clock.now())
        self.model.show_prices({market: last})

    def path(self) -> PricePath:
        found = self.view.findChild(PricePath)
        assert found is not None
        return found


@pytest.fixture
def world(qtbot: QtBot) -> World:
    return World(qtbot)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def cells(view: DashboardView) -> list[list[str]]:
    model = view.table.rows_model
    columns = [0, 1, 2, 4]
    return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]


# what is not known is not claimed


def test_before_anything_is_known_nothing_is_claimed(world: World) -> None:
    view = world.view
    for card in (view.last_card, view.entries_card, view.health_card, view.backup_card):
        assert card.value.text() == "–"
    assert texts(view.feed_card) == ["시세", "켜는 중", "연습 거래소"]
    assert view.entries_card.context.text() == "확인하는 중"
    assert view.backup_card.context.text() == "확인하는 중"
    assert "시세를 기다리고 있어요" in texts(view.market_panel)
    assert "아직 알림이 없어요" in texts(view.notice_panel)


def test_behind_another_screen_nothing_is_drawn_and_coming_back_shows_it_all(world: World) -> None:
    world.trade(BTC, "101")
    world.view.hide()
    world.trade(BTC, "102")
    world.trade(ETH, "55")
    world.model.show_entry_gate(None)
    assert [row[1] for row in cells(world.view)] == ["101"]
    world.view.show()
    assert [row[1] for row in cells(world.view)] == ["102", "55"]
    assert world.view.entries_card.value.text() == "허용"


def test_nothing_is_made_of_prices_that_nobody_looks_at(world: World) -> None:
    world.trade(BTC, "101")
    world.view.hide()
    told: list[object] = []
    world.model.state_changed.connect(told.append)
    for price in range(102, 112):
        world.clock.advance(timedelta(seconds=1))
        world.trade(BTC, str(price))
        world.trade(ETH, str(price))
        world.model.show_connection(PriceConnection(ConnectionKind.STREAMED, timedelta(seconds=1)))
    assert told == []
    assert world.model.state.path[1] == tuple(float(price) for price in range(101, 112))
    assert [row.recent[-1] for row in world.model.state.rows] == [111.0, 111.0]
    assert world.model.state.connection.kind is ConnectionKind.STREAMED
    assert len(told) == 1, "all of it at once, for who asked"


def test_a_path_is_made_anew_when_its_own_price_moved(world: World) -> None:
    world.trade(BTC, "101")
    path = world.model.state.path
    world.trade(ETH, "55")
    assert world.model.state.path is path
    world.trade(BTC, "102")
    assert world.model.state.path[1] == (101.0, 102.0)


def test_entries_are_allowed_or_stopped_since(world: World) -> None:
    world.model.show_entry_gate(None)
    assert texts(world.view.entries_card) == ["새 진입", "허용", "실행 중인 전략 없음"]
    world.model.show_entry_gate(START + timedelta(hours=5, seconds=28))
    assert texts(world.view.entries_card) == ["새 진입", "멈춤", "14:00:28부터 · 보호는 계속"]
    language_state().set_language(Language.ENGLISH)
    assert texts(world.view.entries_card) == ["New entries", "Stopped", "since 14:00:28 · protection goes on"]


# prices


def test_prices_with_change_and_names(world: World) -> None:
    world.trade(BTC, "103.5")
    world.trade(ETH, "99.99")
    assert cells(world.view) == [
        ["비트코인", "103.5", "+3.50%", "09:00:00"],
        ["이더리움", "99.99", "\N{MINUS SIGN}0.01%", "09:00:00"],
    ]
    assert texts(world.view.last_card)[:3] == ["현재가", "103.5", "원"]
    assert world.view.last_card.change.text() == "▲\N{NO-BREAK SPACE}+3.50%"
    world.trade(BTC, "100")
    assert world.view.last_card.change.text() == "0.00%"
    language_state().set_language(Language.ENGLISH)
    assert [row[0] for row in cells(world.view)] == ["Bitcoin", "Ethereum"]
    assert world.view.path_panel.title.text() == "Bitcoin"


def test_a_click_changes_the_path(world: World, qtbot: QtBot) -> None:
    for price in ("100", "101", "102"):
        world.trade(BTC, price)
        world.trade(ETH, str(int(price) * 10))
        world.clock.advance(1)
    assert world.path().shown_path()[1] == [100.0, 101.0, 102.0]
    table = world.view.table
    viewport = table.viewport()
    assert viewport is not None
    place = table.visualRect(table.rows_model.index(1, 0)).center()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert world.model.state.selected == ETH
    assert world.path().shown_path()[1] == [1000.0, 1010.0, 1020.0]
    assert world.view.path_panel.title.text() == "이더리움"
    assert texts(world.view.last_card)[1] == "1,020"


def test_the_path_says_since_when_and_keeps_ten_minutes(world: World) -> None:
    for second in range(0, 700, 10):
        world.trade(BTC, str(100 + second))
        if second == 60:
            assert world.view.path_panel.note.text() == "09:00:00부터 · KST"
        world.clock.advance(10)
    times, prices = world.model.state.path
    assert times[-1] - times[0] == 600
    assert prices[0] == 190.0
    assert world.view.path_panel.note.text() == "최근 10분 · KST"
    assert world.path().shown_path() == (list(times), list(prices))


def test_only_a_known_market_can_be_chosen(world: World) -> None:
    world.trade(BTC, "100")
    world.model.select(ETH)
    assert world.model.state.selected == BTC


def streamed(seconds: float) -> PriceConnection:
    return PriceConnection(ConnectionKind.STREAMED, timedelta(seconds=seconds))


def test_late_prices_are_greyed_and_fresh_again(world: World) -> None:
    world.trade(BTC, "100")
    world.model.show_connection(streamed(1))
    assert texts(world.view.feed_card) == ["시세", "실시간", "연습 거래소 · 종목 1개"]
    world.model.show_connection(streamed(91))
    assert world.view.feed_card.value.text() == "1분\N{NO-BREAK SPACE}31초 지연"
    assert world.view.feed_card.value.property("token") == "warning"
    assert world.view.last_card.value.property("token") == "t3"
    assert world.view.last_card.value.text() == "100"  # the value stays
    assert badge(world) == "시세 지연"
    world.model.show_connection(streamed(0))
    assert world.view.feed_card.value.text() == "실시간"
    assert world.view.last_card.value.property("token") == "t1"
    assert badge(world) == "연습 시세"


def badge(world: World) -> str:
    return world.view.badge.accessibleName()


@pytest.mark.parametrize(
    ("kind", "value", "token", "of_badge"),
    [
        (ConnectionKind.STARTING, "켜는 중", "t1", "연습 시세"),
        (ConnectionKind.POLLED, "조회 중", "warning", "시세 조회 중"),
        (ConnectionKind.RECONNECTING, "연결 중", "warning", "다시 연결하는 중"),
        (ConnectionKind.OFFLINE, "연결 끊김", "error", "연결 끊김"),
    ],
)
def test_how_the_connection_stands_is_on_the_card_and_the_badge(
    world: World, kind: ConnectionKind, value: str, token: str, of_badge: str
) -> None:
    world.trade(BTC, "100")
    world.model.show_connection(PriceConnection(kind, timedelta(seconds=4)))
    assert world.view.feed_card.value.text() == value
    assert world.view.feed_card.value.property("token") == token
    assert badge(world) == of_badge


def test_before_the_first_price_it_is_said_why_there_is_none(world: World) -> None:
    assert "연습 거래소를 켜고 있어요. 켜지면 시세가 나와요." in texts(world.view.market_panel)
    world.model.show_connection(PriceConnection(ConnectionKind.OFFLINE))
    assert texts(world.view.market_panel)[-2:] == [
        "거래소에 닿지 못했어요",
        "거래소에 닿지 못했어요. 저절로 다시 시도하고 있어요.",
    ]


def test_a_market_that_starts_over_begins_a_new_path(world: World) -> None:
    """A practice market may begin again at an earlier time, and without some of its markets."""
    world.trade(BTC, "100")
    world.trade(ETH, "7")
    world.clock.advance(60)
    world.trade(BTC, "101")
    world.clock.jump(-3600)
    world.trade(BTC, "50")
    assert world.path().shown_path()[1] == [50.0]
    world.model.select(ETH)
    world.model.keep_markets([BTC])
    assert [row[0] for row in cells(world.view)] == ["비트코인"]
    assert world.model.state.selected == BTC
    world.model.keep_markets([])
    assert "시세를 기다리고 있어요" in texts(world.view.market_panel)
    world.trade(BTC, "51")
    assert [row[1] for row in cells(world.view)] == ["51"]


def test_what_stays_the_same_is_not_told_again(world: World, qtbot: QtBot) -> None:
    world.model.show_entry_gate(None)
    with qtbot.assertNotEmitted(world.model.state_changed):
        world.model.show_entry_gate(None)


# check-up, backup, notices


def finding(status: HealthStatus) -> HealthFinding:
    mend = Text("", "") if status is HealthStatus.GOOD else Text("고치세요", "Mend it")
    return HealthFinding("x", Text("x", "x"), status, Text("y", "y"), mend)


@pytest.mark.parametrize(
    ("statuses", "words", "token"),
    [
        ((HealthStatus.GOOD, HealthStatus.GOOD), "정상", "t1"),
        ((HealthStatus.GOOD, HealthStatus.WARNING), "1개 확인 필요", "warning"),
        ((HealthStatus.WARNING, HealthStatus.BROKEN), "2개 확인 필요", "error"),
    ],
)
def test_the_check_up(world: World, statuses: tuple[HealthStatus, ...], words: str, token: str) -> None:
    assert world.view.health_card.context.text() == "점검하는 중"
    world.model.show_health(tuple(finding(status) for status in statuses))
    assert texts(world.view.health_card) == ["점검", words, "2개 항목 점검함"]
    assert world.view.health_card.value.property("token") == token


def test_the_newest_backup(world: World) -> None:
    world.model.show_newest_backup(None)
    assert texts(world.view.backup_card) == ["최근 백업", "아직 없음", "곧 자동으로 만들어요"]
    world.clock.advance(180)
    world.model.show_newest_backup(BackupSummary("a.zip", START, 4_200_000, False, "automatic"))
    assert texts(world.view.backup_card) == ["최근 백업", "3분 전", "4.2MB"]


def test_the_age_of_the_backup_grows(world: World) -> None:
    world.model.show_newest_backup(BackupSummary("a.zip", START, 4_200_000, False, "automatic"))
    world.trade(BTC, "100")
    world.clock.advance(120)
    world.model.show_connection(streamed(120))
    assert world.view.backup_card.value.text() == "2분 전"


def test_notices_appear_beside_the_prices(world: World) -> None:
    world.notices.add(NoticeLevel.WARNING, Text("하나", "One"), Text("내용", "Body"))
    assert {"하나", "내용", "09:00:00"} <= set(texts(world.view.notice_panel))
    assert "아직 알림이 없어요" not in texts(world.view.notice_panel)


def test_hostile_names_are_shown_plain(world: World) -> None:
    strange = Market("practice", HOSTILE)
    world.trade(strange, "100")
    world.notices.add(NoticeLevel.ERROR, Text(HOSTILE, HOSTILE), Text(HOSTILE, HOSTILE))
    assert cells(world.view)[0][0] == HOSTILE
    assert world.view.path_panel.title.text() == HOSTILE
    for label in world.view.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    world.view.grab()


def test_five_markets_need_no_scroll_bar_in_the_smallest_window(world: World, qtbot: QtBot) -> None:
    for code in ("KRW-BTC", "KRW-ETH", "KRW-XRP", "KRW-SOL", "KRW-DOGE"):
        world.trade(Market("practice", code), "100")
    world.view.resize(1280 - 72, 640 - 48 - 26)
    qtbot.waitUntil(lambda: world.view.table.isVisible())
    viewport = world.view.table.viewport()
    assert viewport is not None
    qtbot.waitUntil(lambda: viewport.height() >= 5 * Height.ROW)
