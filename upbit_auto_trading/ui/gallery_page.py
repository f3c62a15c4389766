"""The page of the gallery: one section a family of controls, in the order of the design language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui import gallery_samples as samples
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Motion, Radius, Shell, Space, Type
from upbit_auto_trading.ui.widgets.badges import Badge, CountBadge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.card import Card
from upbit_auto_trading.ui.widgets.help_mark import HelpMark
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.kill_menu import KillMenu, Restart
from upbit_auto_trading.ui.widgets.kill_switch import KillSwitch
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge, ModeShape
from upbit_auto_trading.ui.widgets.navigation_rail import NavigationRail
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.progress_row import ProgressRow
from upbit_auto_trading.ui.widgets.search_field import SearchField
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.sparkline import Sparkline
from upbit_auto_trading.ui.widgets.states import (
    EmptyState,
    ErrorState,
    LoadingState,
    OfflineStrip,
    Skeleton,
    StaleMark,
)
from upbit_auto_trading.ui.widgets.status_segment import StatusSegment
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.text_input import FilterInput, PasswordInput, TextInput
from upbit_auto_trading.ui.widgets.toast import Toast, ToastLevel, ToastMessage
from upbit_auto_trading.ui.widgets.toggles import CheckBox, RadioCard, Switch
from upbit_auto_trading.ui.widgets.type_to_confirm import TypeToConfirm
from upbit_auto_trading.utils.bilingual_text import Text


class Framed(QWidget):
    """A panel's frame around a sample."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(inner)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line"))


class OverlayLegend(QWidget):
    """The eight overlay lines in their order."""

    def sizeHint(self) -> QSize:
        return QSize(640, 20)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        for place, overlay in enumerate(theme.palette.overlays):
            left, middle = place * 54, self.height() // 2
            pen = QPen(QColor(overlay.colour))
            pen.setWidthF(2)
            if overlay.dashes:
                pen.setDashPattern([dash / 2 for dash in overlay.dashes])
            painter.setPen(pen)
            painter.drawLine(left, middle, left + 30, middle)
            rect = QRectF(left + 36, 0, 20, self.height())
            painting.text(painter, rect, str(place + 1), theme.number_font(Type.CAPTION), theme.colour("t1"))


class GalleryPage(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.column.setSpacing(Space.M)
        self.column.addWidget(Label(Text(ko="구성 요소와 상태", en="Components and states"), "title"))
        for build in (
            self._modes,
            self._buttons,
            self._inputs,
            self._choices,
            self._kill_and_table,
            self._confirm,
            self._toasts,
            self._progress,
            self._states,
            self._cards,
            self._shell,
        ):
            build()
        self._add(OverlayLegend())
        self.column.addStretch(1)

    def _section(self, ko: str, en: str) -> None:
        self.column.addSpacing(Space.XS)
        self.column.addWidget(Label(Text(ko=ko, en=en), "caption", "t3"))

    def _add(self, *widgets: QWidget, stretch: bool = False) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        for widget in widgets:
            row.addWidget(
                widget, 1 if stretch else 0, Qt.AlignmentFlag.AlignTop if stretch else Qt.AlignmentFlag.AlignVCenter
            )
        if not stretch:
            row.addStretch(1)
        self.column.addLayout(row)

    def _modes(self) -> None:
        self._section("모드", "Modes")
        kill = KillSwitch(samples.LEVELS)
        kill.set_levels(samples.LEVELS, samples.LEVELS_NOTE)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        for mode in ModeShape:
            row.addWidget(ModeBadge(mode))
        row.addStretch(1)
        row.addWidget(kill)
        self.column.addLayout(row)
        self._add(*(ModeBadge(mode, small=True) for mode in ModeShape), ModeBadge(ModeShape.LIVE, small=True, count=2))

    def _buttons(self) -> None:
        self._section("버튼 · 위험한 동작은 누르고 있기", "Buttons · hold for dangerous actions")
        off = Button(Text(ko="사용 불가", en="Disabled"))
        off.set_disabled_reason(Text(ko="거래소와 연결되면 쓸 수 있어요.", en="Available once connected."))
        busy = Button(Text(ko="저장", en="Save"), icon=Icon.SAVE)
        busy.set_busy(True)
        chosen = Button("50%", size=ButtonSize.SMALL)
        chosen.setCheckable(True)
        chosen.setChecked(True)
        self._add(
            Button(Text(ko="저장", en="Save"), ButtonRole.PRIMARY),
            Button(Text(ko="취소", en="Cancel")),
            Button(Text(ko="건너뛰기", en="Skip"), ButtonRole.QUIET),
            off,
            busy,
            Button(Text(ko="매수", en="Buy"), ButtonRole.BUY),
            Button(Text(ko="매도", en="Sell"), ButtonRole.SELL),
        )
        self._add(
            Button(Text(ko="전략 삭제", en="Delete strategy"), ButtonRole.DANGER, Icon.DELETE),
            HoldButton(Text(ko="모두 취소", en="Cancel all"), Motion.HOLD_MS),
            Button(Text(ko="전략 추가", en="Add strategy"), icon=Icon.ADD, size=ButtonSize.SMALL),
            chosen,
            IconButton(Icon.MORE, Text(ko="더 보기", en="More")),
            HelpMark("trailing_stop"),
        )
        order = Text(ko="비트코인 0.00319918 BTC 매수", en="Buy 0.00319918 BTC")
        self._add(
            Button(order, ButtonRole.BUY, size=ButtonSize.ORDER),
            Button(Text(ko="연습 시작", en="Start practice"), ButtonRole.PRIMARY, size=ButtonSize.LARGE),
        )

    def _inputs(self) -> None:
        self._section("입력", "Inputs")
        won = Text(ko="원", en="KRW")
        price = NumberInput(won, step=Decimal(1000))
        price.set_value(143_285_000)
        share = NumberInput("%", step=Decimal("0.1"), minimum=Decimal("0.1"), maximum=Decimal(20))
        share.set_value(Decimal("2.0"))
        low = NumberInput(won, minimum=Decimal(5000), stepper=False)
        low.set_value(4200)
        low.set_error(Text(ko="5,000원 이상이어야 해요", en="Use 5,000 KRW or more"))
        self._add(price, share, low, stretch=True)
        secret = PasswordInput(Text(ko="비밀번호", en="Password"))
        secret.field.setText("secret")
        off = TextInput(Text(ko="사용 불가", en="Disabled"))
        off.setEnabled(False)
        self._add(
            TextInput(Text(ko="전략 이름", en="Strategy name")),
            secret,
            FilterInput(Text(ko="이름 · 초성 · 코드", en="Name or code")),
            off,
            stretch=True,
        )

    def _choices(self) -> None:
        self._section("고르기", "Choices")
        order_kinds = [
            ("limit", Text(ko="지정가", en="Limit")),
            ("market", Text(ko="시장가", en="Market")),
            ("best", Text(ko="최유리", en="Best")),
        ]
        self._add(Segments(order_kinds), Segments(order_kinds, "market", small=True), Select(order_kinds, "market"))
        off = Switch(Text(ko="꺼짐", en="Off"))
        locked = CheckBox(Text(ko="사용 불가", en="Disabled"), True)
        locked.setEnabled(False)
        self._add(
            Switch(Text(ko="깜빡임", en="Flash"), True),
            off,
            CheckBox(Text(ko="체결되면 손절 걸기", en="Stop after the fill"), True),
            CheckBox(Text(ko="꺼짐", en="Off")),
            locked,
        )
        practice = RadioCard(
            Text(ko="연습으로 시작하기", en="Start with practice"),
            Text(
                ko="가상 돈 1,000만원으로 예시 전략을 바로 실행해요.",
                en="Run a sample strategy with 10M KRW of play money.",
            ),
        )
        practice.setChecked(True)
        connect = RadioCard(
            Text(ko="업비트에 연결하기", en="Connect Upbit"),
            Text(ko="API 키를 등록하고 내 계좌를 확인해요.", en="Enter an API key and look at your account."),
        )
        self._add(practice, connect, stretch=True)

    def _kill_and_table(self) -> None:
        self._section("긴급 정지 창 · 표", "Kill switch menu · table")
        menu, stopped_menu = KillMenu(), KillMenu()
        for each in (menu, stopped_menu):
            each.setWindowFlags(Qt.WindowType.Widget)
            each.set_levels(samples.LEVELS, samples.LEVELS_NOTE)
        stopped_menu.show_stopped("14:03:28", Restart.HOLD)
        table = DataTable(samples.COLUMNS, key=lambda row: row.code)
        table.set_rows(samples.ROWS)
        table.sort_by(2)
        table.select_key("ETH")
        table.setFixedHeight(Height.TABLE_HEADER + len(samples.ROWS) * Height.ROW)
        stopping, silent, stopped = KillSwitch(), KillSwitch(), KillSwitch()
        stopping.set_stopping()
        silent.set_stopping()
        silent._not_answered()
        stopped.set_stopped("14:03:28", Restart.HOLD)
        states = QWidget()
        column = QVBoxLayout(states)
        column.setContentsMargins(Space.L, 0, 0, 0)
        for switch in (stopping, silent, stopped):
            column.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)
        self._add(menu, stopped_menu, states)
        self.column.addWidget(Framed(table))

    def _confirm(self) -> None:
        self._section("입력해서 확인", "Confirm by typing")
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(Label(Text(ko="실전 매매를 시작할까요?", en="Start live trading?"), "dialog_title"))
        column.addWidget(
            Label(
                Text(
                    ko="EMA 교차 추세 v7이 최대 5,000,000원으로 실제 주문을 보내요.",
                    en="EMA cross trend v7 will send real orders with up to 5,000,000 KRW.",
                ),
                "body",
                "t2",
                wrap=True,
            )
        )
        typed = TypeToConfirm(Text(ko="실전 시작", en="start live"))
        go = Button(Text(ko="실전 시작", en="Start live"), ButtonRole.DANGER)
        go.setEnabled(False)
        typed.matched.connect(go.setEnabled)
        row = QHBoxLayout()
        row.addWidget(typed, 1)
        row.addWidget(Button(Text(ko="취소", en="Cancel")), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(go, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.column.addWidget(Framed(panel))

    def _toasts(self) -> None:
        self._section("알림", "Toasts")
        grid = QGridLayout()
        grid.setSpacing(Space.M)
        for place, (level, title, line) in enumerate(samples.TOASTS):
            toast = Toast(ToastMessage(ToastLevel(level), title, line))
            toast.stay()
            grid.addWidget(toast, place // 2, place % 2)
        self.column.addLayout(grid)

    def _progress(self) -> None:
        self._section("진행", "Progress")
        running = ProgressRow(
            Text(ko="캔들 내려받는 중", en="Downloading candles"), Text(ko="KRW-BTC · 1분", en="KRW-BTC · 1 min")
        )
        running.set_progress(0.64, remaining_s=121)
        done = ProgressRow(Text(ko="백업하는 중", en="Backing up"))
        done.set_result(Text(ko="백업했어요 · 4.2MB", en="Backup done · 4.2 MB"))
        self.column.addWidget(running)
        self.column.addWidget(done)

    def _states(self) -> None:
        self._section("빈 화면 · 불러오는 중 · 오류 · 오프라인", "Empty · loading · error · offline")
        empty = EmptyState(
            Text(ko="아직 거래가 없어요", en="No trades yet"),
            Text(ko="조건이 맞으면 여기에 나와요", en="They appear here once a rule fires"),
            Text(ko="조건 미리보기", en="Preview rules"),
        )
        loading = LoadingState(rows=4)
        for part in (loading.skeleton, loading.words, loading.cancel_button):
            part.show()
        wrong = ErrorState(
            Text(ko="기록을 읽지 못했어요", en="Could not read records"),
            Text(ko="파일이 사용 중이에요", en="The file is in use"),
            details="DatabaseBusy: settings.sqlite3",
        )
        offline = EmptyState(
            Text(ko="인터넷이 끊겼어요", en="You are offline"),
            Text(ko="보호는 연결되면 바로 이어져요", en="Protection resumes once connected"),
            icon=Icon.OFFLINE,
            token="warning",
        )
        framed: Sequence[QWidget] = [Framed(widget) for widget in (empty, loading, wrong, offline)]
        for frame in framed:
            frame.setFixedHeight(160)
        self._add(*framed, stretch=True)
        strip = OfflineStrip()
        strip.show_offline(
            "14:02:51",
            Text(
                ko="새 진입은 멈췄고, 기록과 백테스트는 쓸 수 있어요.",
                en="Entries are paused; records and backtests still work.",
            ),
        )
        self.column.addWidget(strip)
        stale = StaleMark()
        stale.set_age(Text(ko="12초 전 시세", en="12 s old"))
        self._add(
            stale,
            Badge(Text(ko="실행", en="Running"), "success", Icon.RUNNING),
            Badge(Text(ko="일시정지", en="Paused"), "warning", Icon.PAUSED),
            Badge(Text(ko="확인 중 8초", en="Checking 8 s"), "warning", Icon.UNKNOWN),
            Badge(Text(ko="접수됨", en="Accepted"), "t2"),
            CountBadge(5),
            CountBadge(240),
            CountBadge(3, urgent=True),
        )

    def _cards(self) -> None:
        self._section("카드 · 패널 · 탭", "Cards · panels · tabs")
        won = Text(ko="원", en=" KRW")
        equity, profit, exposure = (Card(title) for title in samples.CARD_TITLES)
        equity.set_value("12,847,320", won)
        equity.set_context(Text(ko="현금 6,839,860 · 코인 6,007,460", en="Cash 6,839,860 · coins 6,007,460"))
        profit.set_value("+284,150", won, 1)
        profit.set_context(Text(ko="수수료 8,412 차감 후", en="after 8,412 of fees"), "+2.26%", 1)
        exposure.set_value("46.8", "%")
        exposure.add_below(MeterBar(0.468, mark=0.7))
        self._add(equity, profit, exposure, stretch=True)
        panel = Panel(
            Text(ko="미체결 주문", en="Open orders"), Text(ko="실전 계좌", en="live account"), collapsible=True
        )
        panel.set_count(3)
        panel.add_tool(
            Button(Text(ko="모두 취소", en="Cancel all"), ButtonRole.QUIET, Icon.DELETE, size=ButtonSize.SMALL)
        )
        panel.body_layout().addWidget(Sparkline([3, 4, 3.5, 5, 4.2, 6, 5.5, 7]))
        ticket = Panel()
        tabs = Tabs(
            [
                ("positions", Text(ko="포지션", en="Positions")),
                ("orders", Text(ko="조건 주문", en="Conditional")),
                ("fills", Text(ko="체결 내역", en="Fills")),
            ]
        )
        tabs.set_count("positions", 4)
        tabs.set_count("orders", 120)
        ticket.replace_title(tabs)
        ticket.set_live(True)
        ticket.set_body(Skeleton(2))
        for frame in (panel, ticket):
            frame.setFixedHeight(3 * Height.PANEL_HEADER)
        self._add(panel, ticket, stretch=True)

    def _shell(self) -> None:
        self._section("창 틀", "Shell")
        rail = NavigationRail(samples.RAIL, "trading")
        rail.setFixedHeight(len(samples.RAIL) * Shell.RAIL_ITEM)
        narrow = SearchField()
        narrow.set_narrow(True)
        column = QVBoxLayout()
        bar = QHBoxLayout()
        for widget in (SearchField(), narrow):
            bar.addWidget(widget)
        bar.addStretch(1)
        column.addLayout(bar)
        status = QHBoxLayout()
        status.setSpacing(0)
        for text, icon, token in samples.STATUS:
            status.addWidget(StatusSegment(text, icon, token))
        status.addStretch(1)
        column.addLayout(status)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(rail)
        row.addLayout(column, 1)
        self.column.addLayout(row)
