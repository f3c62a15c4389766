"""Draws the dashboard: cards, the path of one market, all markets, findings and notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.health import HealthStatus
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.tokens import Height, Shell
from upbit_auto_trading.ui.notices import Notices
from upbit_auto_trading.ui.price_connection import STALE, WORDS, ConnectionKind, words_of
from upbit_auto_trading.ui.screens.dashboard.view_model import (
    PATH_SECONDS,
    DashboardState,
    DashboardViewModel,
    MarketRow,
)
from upbit_auto_trading.ui.shell.bell import NoticeList
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.card import Card
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, Skeleton
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.table_model import CellKind, Column
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.ui.charts.price_path import PricePath

_LAST = Text("현재가", "Last price")
_ENTRIES = Text("새 진입", "New entries")
_ALLOWED = Text("허용", "Allowed")
_STOPPED = Text("멈춤", "Stopped")
_NO_STRATEGY = Text("실행 중인 전략 없음", "No strategy is running")
_SINCE = Text("{time}부터 · 보호는 계속", "since {time} · protection goes on")
_FRESHNESS = Text("시세", "Prices")
_LATE = Text("{age} 지연", "{age} late")
_KINDS = {
    ConnectionKind.STARTING: Text("켜는 중", "Starting"),
    ConnectionKind.STREAMED: Text("실시간", "Up to date"),
    ConnectionKind.POLLED: Text("조회 중", "Polled"),
    ConnectionKind.RECONNECTING: Text("연결 중", "Reconnecting"),
    ConnectionKind.OFFLINE: Text("연결 끊김", "Offline"),
}
_SOURCE = Text("연습 거래소 · 종목 {count}개", "Practice exchange · {count} markets")
_NO_SOURCE = Text("연습 거래소", "Practice exchange")
_HEALTH = Text("점검", "Check-up")
_ALL_GOOD = Text("정상", "All good")
_PROBLEMS = Text("{count}개 확인 필요", "{count} to look at")
_CHECKED = Text("{count}개 항목 점검함", "{count} checks made")
_CHECKING = Text("점검하는 중", "Checking")
_LOOKING = Text("확인하는 중", "Looking")
_BACKUP = Text("최근 백업", "Newest backup")
_NO_BACKUP = Text("아직 없음", "None yet")
_BACKUP_SOON = Text("곧 자동으로 만들어요", "One is made shortly")
_PATH = Text("가격 흐름", "Price path")
_PATH_WHOLE = Text("최근 10분 · KST", "last 10 minutes · KST")
_PATH_SINCE = Text("{time}부터 · KST", "since {time} · KST")
_MARKETS = Text("종목", "Markets")
_MARKET = Text("종목", "Market")
_PRICE = Text("현재가(원)", "Last (KRW)")
_CHANGE = Text("전일 대비", "Change")
_RECENT = Text("흐름", "Path")
_TRADED = Text("체결(KST)", "Traded (KST)")
_NOTICES = Text("최근 알림", "Recent notices")
_PRACTICE_PRICES = Text("연습 시세", "Practice prices")
_WAITING = Text("시세를 기다리고 있어요", "Waiting for prices")
_UNREACHABLE = Text("거래소에 닿지 못했어요", "The exchange cannot be reached")
_UNIT = Text("원", "KRW")
#: five markets without a scroll bar in the smallest window: header, titles, rows and the panel's edges
_FIVE_ROWS = Height.PANEL_HEADER + Height.TABLE_HEADER + 5 * Height.ROW + 4
#: points within a second of the bound are the whole of it: trades do not come on the second
_NEARLY_ALL = PATH_SECONDS - 5
#: asked once, with the first price; makes the chart and hands it over, at once or later
ChartSource = Callable[[Callable[["PricePath"], None]], None]


def chart_at_once(take: Callable[[PricePath], None]) -> None:
    """NumPy and pyqtgraph are loaded here: nearly 200 ms in which the window does not answer."""
    from upbit_auto_trading.ui.charts.price_path import PricePath

    take(PricePath())


class DashboardView(QWidget):
    def __init__(
        self,
        model: DashboardViewModel,
        notices: Notices,
        market_names: Mapping[str, Text],
        clock: Clock,
        chart_source: ChartSource = chart_at_once,
    ) -> None:
        super().__init__()
        self._model = model
        self._names = market_names
        self._clock = clock
        self.last_card = Card(_LAST)
        self.entries_card = Card(_ENTRIES)
        self.feed_card = Card(_FRESHNESS)
        self.health_card = Card(_HEALTH)
        self.backup_card = Card(_BACKUP)
        self.table = DataTable(self._columns(), key=lambda row: row.last.market, name=_MARKETS)
        self.path_panel = Panel(_PATH)
        self.market_panel = Panel(_MARKETS)
        self.notice_panel = Panel(_NOTICES)
        self._waiting_drawn: ConnectionKind | None = None
        self._path: PricePath | None = None
        self._drawn_path: tuple[tuple[float, ...], tuple[float, ...]] | None = None
        self._chart_source: ChartSource | None = chart_source
        self._arrange(notices)
        self.table.selected_row.connect(self._choose)
        model.state_changed.connect(self._follow)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self, notices: Notices) -> None:
        whole = QVBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        whole.setContentsMargins(pad, pad, pad, pad)
        whole.setSpacing(Shell.GUTTER)
        cards = QHBoxLayout()
        cards.setSpacing(Shell.GUTTER)
        for card in (self.last_card, self.entries_card, self.feed_card, self.health_card, self.backup_card):
            cards.addWidget(card, 1)
        whole.addLayout(cards)
        self.badge = Badge(_PRACTICE_PRICES, "practice", Icon.PRACTICE)
        self.path_panel.add_beside_title(self.badge)
        self.path_panel.set_body(Skeleton())
        self.path_panel.setMinimumHeight(200)
        self.market_panel.setMinimumHeight(_FIVE_ROWS)
        self.notice_panel.set_body(NoticeList(notices, self._clock))
        self.notice_panel.setMinimumWidth(Shell.TICKET_LEAST)
        left = QSplitter(Qt.Orientation.Vertical)
        left.setChildrenCollapsible(False)
        left.addWidget(self.path_panel)
        left.addWidget(self.market_panel)
        left.setSizes([560, _FIVE_ROWS])
        left.setStretchFactor(0, 1)
        left.setStretchFactor(1, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.notice_panel)
        self.splitter.setSizes([860, 340])
        self.splitter.setStretchFactor(0, 1)
        for splitter in (left, self.splitter):
            splitter.setHandleWidth(Shell.GUTTER)
        self.splitter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        whole.addWidget(self.splitter, 1)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                "market",
                _MARKET,
                value=lambda row: self._name(row),
                suffix=lambda row: row.last.market.code.rpartition("-")[2],
                bold=True,
                width=170,
                stretch=True,
            ),
            Column(
                "price",
                _PRICE,
                value=lambda row: row.last.price,
                text=lambda row: formats.price(row.last.price),
                kind=CellKind.NUMBER,
                flash=True,
                width=120,
            ),
            Column(
                "change",
                _CHANGE,
                value=lambda row: formats.rounded(row.last.change_fraction, 4),  # what is not shown has no arrow
                text=lambda row: formats.signed_percent(row.last.change_fraction),
                kind=CellKind.NUMBER,
                arrow=True,
                token=lambda row: _direction_token(row.last.change_fraction),
                width=96,
            ),
            Column(
                "recent",
                _RECENT,
                value=lambda row: row.recent,
                kind=CellKind.SPARKLINE,
                token=lambda _row: "t2",  # its minutes say nothing about the day, whose colour stands beside it
                width=120,
                sortable=False,
            ),
            Column(
                "traded",
                _TRADED,
                value=lambda row: row.last.traded_at,
                text=lambda row: formats.clock(row.last.traded_at),
                kind=CellKind.NUMBER,
                width=96,
            ),
        )

    def _name(self, row: MarketRow) -> str:
        code = row.last.market.code
        return tr(self._names[code]) if code in self._names else code

    def _choose(self, row: MarketRow | None) -> None:
        if row is not None:
            self._model.select(row.last.market)

    # drawing

    def _follow(self, state: DashboardState) -> None:
        """Behind another screen nothing is drawn: with hundreds of markets that would slow down the one in front."""
        if self.isVisible():
            self._draw(state)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._model.watch(True)
        self._draw(self._model.state)

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self._model.watch(False)
        super().hideEvent(event)

    def _draw(self, state: DashboardState) -> None:
        self._draw_price(state)
        self._draw_entries(state)
        self._draw_feed(state)
        self._draw_health(state)
        self._draw_backup(state)
        self._draw_badge(state)
        if not state.rows:
            self._draw_waiting(state.connection.kind)
        else:
            if self.table.parent() is not self.market_panel:
                self.market_panel.set_body(self.table)
                self._waiting_drawn = None
            self.table.set_rows(state.rows)
            self.market_panel.set_count(len(state.rows))
            self._draw_path(state)

    def _draw_price(self, state: DashboardState) -> None:
        row = state.selected_row
        if row is None:
            return
        change = row.last.change_fraction
        direction = formats.direction(change, 4)
        self.last_card.set_value(formats.price(row.last.price), _UNIT)
        self.last_card.set_context(self._name(row), formats.signed_percent(change), direction)
        self.last_card.set_stale(state.is_stale)

    def _draw_entries(self, state: DashboardState) -> None:
        if not state.knows_entries:
            self.entries_card.set_context(_LOOKING)
        elif state.entries_stopped_at is None:
            self.entries_card.set_value(tr(_ALLOWED))
            self.entries_card.set_context(_NO_STRATEGY)
        else:
            self.entries_card.set_value(tr(_STOPPED))
            self.entries_card.set_context(_SINCE.format(time=formats.clock(state.entries_stopped_at)))

    def _draw_feed(self, state: DashboardState) -> None:
        said, age = words_of(state.connection), state.connection.price_age
        value = tr(_KINDS[state.connection.kind])
        if said is STALE and age is not None:
            value = tr(_LATE.format(age=formats.duration(age, current_language())))
        self.feed_card.set_value(value)
        self.feed_card.value.set_token(said.token if said.token in ("warning", "error") else "t1")
        self.feed_card.set_context(_SOURCE.format(count=len(state.rows)) if state.rows else _NO_SOURCE)

    def _draw_badge(self, state: DashboardState) -> None:
        """Whose prices these are, or why they are not to be relied on."""
        said = words_of(state.connection)
        if said.token in ("warning", "error"):
            self.badge.set_state(said.short, said.token, said.icon)
        else:
            self.badge.set_state(_PRACTICE_PRICES, "practice", Icon.PRACTICE)

    def _draw_waiting(self, kind: ConnectionKind) -> None:
        if kind is self._waiting_drawn:
            return
        self._waiting_drawn = kind
        said = WORDS[kind]
        title = _UNREACHABLE if kind is ConnectionKind.OFFLINE else _WAITING
        self.market_panel.set_body(EmptyState(title, said.tip, icon=said.icon, token="t3"))

    def _draw_health(self, state: DashboardState) -> None:
        if state.findings is None:
            self.health_card.set_context(_CHECKING)
            return
        problems = len(state.problems)
        broken = any(finding.status is HealthStatus.BROKEN for finding in state.problems)
        self.health_card.set_value(tr(_PROBLEMS.format(count=problems) if problems else _ALL_GOOD))
        self.health_card.value.set_token("error" if broken else "warning" if problems else "t1")
        self.health_card.set_context(_CHECKED.format(count=len(state.findings)))

    def _draw_backup(self, state: DashboardState) -> None:
        backup = state.newest_backup
        if not state.knows_backups:
            self.backup_card.set_context(_LOOKING)
            return
        if backup is None:
            self.backup_card.set_value(tr(_NO_BACKUP))
            self.backup_card.set_context(_BACKUP_SOON)
            return
        language = current_language()
        self.backup_card.set_value(formats.age(backup.made_at, self._clock.now(), language))
        self.backup_card.set_context(formats.byte_size(backup.size_bytes, language))

    def _draw_path(self, state: DashboardState) -> None:
        row = state.selected_row
        if row is None:
            return
        if self._path is None:
            self._ask_for_chart()
            return
        since = formats.clock(datetime.fromtimestamp(state.path[0][0], UTC))
        note = _PATH_WHOLE if state.path_seconds > _NEARLY_ALL else _PATH_SINCE.format(time=since)
        self.path_panel.set_title(self._name(row), note)
        if state.path is not self._drawn_path:  # a second that only made the ages grow
            self._drawn_path = state.path
            self._path.show_path(*state.path)

    def _ask_for_chart(self) -> None:
        source, self._chart_source = self._chart_source, None
        if source is not None:
            source(self._take_chart)

    def _take_chart(self, chart: PricePath) -> None:
        self._path = chart
        self.path_panel.set_body(chart)
        self._draw_path(self._model.state)


def _direction_token(change: object) -> str:
    direction = formats.direction(change, 4)  # type: ignore[arg-type]
    return {1: "up", -1: "down"}.get(direction, "t2")
