"""Bell, finder, top bar, status bar and the dialog of a start that cannot go on, as a user meets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START, FakeClock
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import LanguageState, language_state
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.notices import NoticeAction, NoticeLevel, Notices
from upbit_auto_trading.ui.price_connection import ConnectionKind, PriceConnection, words_of
from upbit_auto_trading.ui.runtime.burst import Burst
from upbit_auto_trading.ui.runtime.operation import OperationContext, OperationHandle, Progress, RunningOperation
from upbit_auto_trading.ui.shell.bell import Bell, BellPopover
from upbit_auto_trading.ui.shell.finder import Findable, Finder, find
from upbit_auto_trading.ui.shell.process_load import Load, ProcessLoad
from upbit_auto_trading.ui.shell.status_bar import StatusBar
from upbit_auto_trading.ui.shell.top_bar import TopBar
from upbit_auto_trading.ui.startup_problem import StartupProblemDialog, StartupWay
from upbit_auto_trading.ui.widgets.kill_switch import KillSwitch
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Language, Text

ONE = Text("하나", "One")
BODY = Text("내용", "Body")
SHOW = Text("보기", "Show")
HOSTILE = Text("<b>굵게</b>\x07\u202e" + "길" * 2000, "<img src=x>" + "w" * 2000)


@pytest.fixture(autouse=True)
def looks(qapp: QApplication) -> Iterator[Theme]:
    language_state().set_language(Language.KOREAN)
    theme = current_theme()
    theme.apply(ThemeName.DARK)
    yield theme
    language_state().set_language(Language.KOREAN)
    theme.apply(ThemeName.DARK)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


# the bell


@pytest.fixture
def notices() -> Notices:
    return Notices(FakeClock())


@pytest.fixture
def bell(qtbot: QtBot, notices: Notices) -> Iterator[Bell]:
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    bell = Bell(notices, FakeClock(), window)
    bell.move(600, 8)
    window.show()
    yield bell
    for popover in window.findChildren(BellPopover):
        popover.close()
    window.close()


def opened(bell: Bell) -> BellPopover:
    assert bell.popover is not None
    assert bell.popover.isVisible()
    return bell.popover


def test_the_bell_counts_and_a_click_shows_and_reads_them(qtbot: QtBot, bell: Bell, notices: Notices) -> None:
    assert not bell._count.isVisible()
    for _ in range(120):
        notices.add(NoticeLevel.INFO, ONE, BODY)
    assert bell._count.shown_text() == "99+"
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    popover = opened(bell)
    assert texts(popover)[:1] == ["알림"]
    assert {"하나", "내용", "09:00:00"} <= set(texts(popover.list))
    assert notices.unread_count() == 0
    assert not bell._count.isVisible()
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not QApplication.activePopupWidget())


def test_an_empty_bell_says_what_will_come(qtbot: QtBot, bell: Bell) -> None:
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    assert "아직 알림이 없어요" in texts(opened(bell))


def test_a_new_notice_appears_in_the_open_list(qtbot: QtBot, bell: Bell, notices: Notices) -> None:
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    popover = opened(bell)
    notices.add(NoticeLevel.ERROR, ONE, BODY)
    assert len(popover.list.rows) == 1


def test_the_action_of_a_notice_acts_and_closes_the_list(qtbot: QtBot, bell: Bell, notices: Notices) -> None:
    done: list[str] = []
    notices.add(NoticeLevel.ERROR, ONE, BODY, NoticeAction(SHOW, lambda: done.append("shown")))
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    popover = opened(bell)
    action = popover.list.rows[0].action
    assert action is not None
    assert action.shown_text() == "보기"
    with qtbot.waitSignal(popover.destroyed):
        qtbot.mouseClick(action, Qt.MouseButton.LeftButton)
    assert done == ["shown"]


def test_hostile_notices_are_plain_and_wrap(qtbot: QtBot, bell: Bell, notices: Notices) -> None:
    notices.add(NoticeLevel.WARNING, HOSTILE, HOSTILE)
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    popover = opened(bell)
    labels = popover.list.findChildren(QLabel)
    assert HOSTILE.ko in [label.text() for label in labels]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert popover.height() <= 420
    popover.grab()


# the finder


def offered(ran: list[str]) -> tuple[Findable, ...]:
    return tuple(
        Findable(Text(ko, en), Text("종목", "Market"), Icon.MARKET, lambda name=en: ran.append(name), names)  # type: ignore[misc]
        for ko, en, names in (
            ("비트코인", "Bitcoin", ("KRW-BTC",)),
            ("이더리움", "Ethereum", ("KRW-ETH",)),
            ("비트코인캐시", "Bitcoin Cash", ("KRW-BCH",)),
        )
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bitcoin", "Ethereum", "Bitcoin Cash"]),
        ("ㅂㅌ", ["Bitcoin", "Bitcoin Cash"]),
        ("eth", ["Ethereum"]),
        ("krw-bch", ["Bitcoin Cash"]),
        ("이더", ["Ethereum"]),
        ("<b>", []),
    ],
)
def test_finding_by_initials_names_and_both_languages(query: str, found: list[str]) -> None:
    assert [item.title.en for item in find(query, offered([]))] == found


def test_the_finder_runs_what_is_clicked_or_entered(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    ran: list[str] = []
    finder = Finder(offered(ran), window)
    finder.open_at(window.mapToGlobal(window.rect().topLeft()))
    qtbot.keyClick(finder.field, Qt.Key.Key_Up)  # from the first to the last
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert ran == ["Bitcoin Cash"]
    finder = Finder(offered(ran), window)
    finder.open_at(window.mapToGlobal(window.rect().topLeft()))
    qtbot.keyClicks(finder.field, "eth")
    viewport, item = finder.results.viewport(), finder.results.item(0)
    assert viewport is not None
    assert item is not None
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "이더리움, 종목"
    finder.grab()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=finder.results.visualItemRect(item).center())
    assert ran == ["Bitcoin Cash", "Ethereum"]
    finder = Finder(offered(ran), window)
    finder.open_at(window.mapToGlobal(window.rect().topLeft()))
    qtbot.keyClicks(finder.field, "zzz")
    assert "찾은 것이 없어요. 다른 낱말로 찾아보세요." in texts(finder)
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert len(ran) == 2
    with qtbot.waitSignal(finder.destroyed):
        qtbot.keyClick(finder.field, Qt.Key.Key_Escape)


# the status bar


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 26)
    bar.show()
    return bar


@pytest.mark.parametrize(
    ("kind", "seconds", "korean", "english", "icon"),
    [
        (ConnectionKind.STARTING, None, "거래소 켜는 중", "Exchange starting", Icon.UNKNOWN),
        (
            ConnectionKind.STREAMED,
            2,
            "연습 시세 실시간 · 2초 전",
            "Practice prices streaming · 2 s ago",
            Icon.CONNECTED,
        ),
        (ConnectionKind.STREAMED, 100, "시세 지연 · 1분 40초", "Stale prices · 1 min 40 s", Icon.STALE),
        (ConnectionKind.POLLED, 3, "연습 시세 조회 · 3초 전", "Practice prices polled · 3 s ago", Icon.REFRESH),
        (
            ConnectionKind.RECONNECTING,
            8,
            "다시 연결하는 중 · 8초 전 시세",
            "Reconnecting · prices 8 s old",
            Icon.UNKNOWN,
        ),
        (ConnectionKind.OFFLINE, 70, "연결 끊김 · 1분 10초 전 시세", "Offline · prices 1 min 10 s old", Icon.OFFLINE),
        (ConnectionKind.OFFLINE, None, "연결 끊김", "Offline", Icon.OFFLINE),
    ],
)
def test_the_status_bar_says_in_words_how_the_connection_stands(
    bar: StatusBar, kind: ConnectionKind, seconds: float | None, korean: str, english: str, icon: Icon
) -> None:
    age = None if seconds is None else timedelta(seconds=seconds)
    for language, words in ((Language.KOREAN, korean), (Language.ENGLISH, english)):
        language_state().set_language(language)
        bar.show_connection(PriceConnection(kind, age))
        assert bar.prices.shown_text().replace("\N{NO-BREAK SPACE}", " ") == words
        assert bar.prices.shown_icon is icon
        assert bar.prices.toolTip()


def test_the_last_price_appears_with_the_first_trade(bar: StatusBar) -> None:
    assert not bar.last_price.isVisible()
    bar.show_last_price(LastPrice(Market("practice", "KRW-BTC"), Decimal("143285000"), Decimal(1), START))
    assert bar.last_price.isVisible()
    assert bar.last_price.shown_text() == "BTC 143,285,000"


def test_the_engine_is_well_stuck_or_stopped(bar: StatusBar) -> None:
    bar.show_engine(None, None)
    assert bar.engine.shown_text() == "엔진 시작하는 중"
    bar.show_engine(0.1, None)
    assert bar.engine.shown_text() == "엔진 정상"
    bar.show_engine(0.1, START)
    assert bar.engine.shown_text() == "진입 멈춤 09:00:00"
    bar.show_engine(2.5, START)
    assert bar.engine.shown_text() == "엔진 응답 없음"


def test_problems_load_and_clock(qtbot: QtBot, bar: StatusBar) -> None:
    bar.show_problems(3)
    assert bar.problems.shown_text() == "문제 3개"
    with qtbot.waitSignal(bar.problems_pressed):
        qtbot.mouseClick(bar.problems, Qt.MouseButton.LeftButton)
    bar.show_problems(0)
    assert bar.problems.shown_text() == "문제 없음"
    bar.show_load(Load(0.034, 159_000_000))
    assert (bar.processor.shown_text(), bar.memory.shown_text()) == ("CPU 3%", "메모리 159MB")
    bar.show_clock(START)
    assert bar.clock.shown_text() == "2026-11-20 (금) 09:00:00 KST"


def test_the_status_bar_changes_its_language_at_once(bar: StatusBar) -> None:
    """Not with the next second, which tells it anew."""
    bar.show_connection(PriceConnection(ConnectionKind.STREAMED, timedelta(seconds=3)))
    bar.show_load(Load(0.034, 159_000_000))
    bar.show_clock(START)
    handle = OperationHandle(1, Text("", ""), OperationContext(1, Burst()), lambda: None)
    progress = Progress(0.5, remaining_seconds=90.0)
    running = RunningOperation(handle, Text("백업하는 중", "Backing up"), progress, 12.0)
    bar.show_work((running, running))
    language_state().set_language(Language.ENGLISH)
    shown = [one.shown_text() for one in (bar.prices, bar.memory, bar.clock, bar.work)]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in shown] == [
        "Practice prices streaming · 3 s ago",
        "Memory 159 MB",
        "Fri 2026-11-20 09:00:00 KST",
        "Backing up · 50% · about 2 min left · +1",
    ]


def test_the_load_of_this_process_is_plausible() -> None:
    load = ProcessLoad().now()
    assert 0 <= load.processor_fraction <= 1.5
    assert 10_000_000 < load.memory_bytes < 10_000_000_000


# the top bar


@pytest.fixture
def top(qtbot: QtBot, notices: Notices) -> TopBar:
    top = TopBar(Bell(notices, FakeClock()), KillSwitch(), "Ctrl+K")
    qtbot.addWidget(top)
    top.resize(1280, 48)
    top.show()
    return top


def test_the_top_bar_names_the_connection_and_its_troubles(top: TopBar) -> None:
    assert top.connection.shown_text() == "거래소 켜는 중"
    for kind, seconds, words in (
        (ConnectionKind.STREAMED, 1, "연습 거래소"),
        (ConnectionKind.STREAMED, 91, "시세 지연"),
        (ConnectionKind.POLLED, 1, "시세 조회 중"),
        (ConnectionKind.RECONNECTING, 1, "다시 연결하는 중"),
        (ConnectionKind.OFFLINE, 1, "연결 끊김"),
    ):
        connection = PriceConnection(kind, timedelta(seconds=seconds))
        top.show_connection(connection)
        assert (top.connection.shown_text(), top.connection.accessibleName()) == (words, words)
        assert top.connection.toolTip() == words_of(connection).tip.ko


def test_search_and_connection_give_way_and_keep_their_names(top: TopBar, qtbot: QtBot) -> None:
    assert not top.search.is_narrow
    top.resize(850, 48)
    qtbot.waitUntil(lambda: top.search.is_narrow and top.connection.shown_text() == "")
    assert top.connection.accessibleName() == "거래소 켜는 중"
    language_state().set_language(Language.ENGLISH)
    assert top.connection.accessibleName() == "Exchange starting"


# a start that cannot go on


def make_problem(qtbot: QtBot) -> tuple[StartupProblemDialog, list[str]]:
    ran: list[str] = []
    restore = StartupWay(Text("복원", "Restore"), Text("최근 백업", "newest"), lambda: ran.append("restore"), True)
    fresh = StartupWay(Text("새로", "Fresh"), Text("옮겨요", "moved"), lambda: ran.append("fresh"))
    dialog = StartupProblemDialog(explain(DatabaseDamaged("/x/settings.sqlite3")), (restore, fresh))
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog, ran


def test_a_start_problem_explains_each_way_and_quitting_is_safe(qtbot: QtBot) -> None:
    dialog, _ran = make_problem(qtbot)
    shown = texts(dialog)
    assert {"복원", "최근 백업", "새로", "옮겨요"} <= set(shown)
    assert any("settings.sqlite3" in text for text in shown)
    assert dialog.focusWidget() is dialog.cancel_button
    assert [button.shown_text() for button in dialog.way_buttons] == [
        "새로",
        "복원",
    ]  # the recommended one at the right
    assert dialog.cancel_button.x() < dialog.way_buttons[0].x() < dialog.way_buttons[1].x()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.chosen is None
    assert not dialog.isVisible()


def test_a_way_is_chosen_by_a_click(qtbot: QtBot) -> None:
    dialog, ran = make_problem(qtbot)
    qtbot.mouseClick(dialog.way_buttons[0], Qt.MouseButton.LeftButton)
    assert dialog.chosen is not None
    assert dialog.chosen.label == Text("새로", "Fresh")
    assert ran == []  # it is done after everything is closed, not here


# fonts follow the language, however late it was chosen


def test_fonts_follow_a_language_state_made_after_the_theme(qtbot: QtBot, looks: Theme) -> None:
    label = Label("12,345", "display")
    window = QWidget()
    label.setParent(window)
    qtbot.addWidget(window)
    window.show()
    korean = label.font().families()
    later = LanguageState(Language.KOREAN)
    later.set_language(Language.ENGLISH)
    english = label.font().families()
    later.set_language(Language.KOREAN)
    assert english != korean
    assert label.font().families() == korean
