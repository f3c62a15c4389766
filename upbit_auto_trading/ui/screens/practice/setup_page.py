"""What the practice market is made of: play money, candles of each market, starting over, and the way in for others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QHideEvent
from PyQt6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.config.settings import PRACTICE_MARKET_COUNT, PRACTICE_SEED, PRACTICE_STARTING_KRW
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.tokens import Height, Motion, Shell, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.screens.practice import tables
from upbit_auto_trading.ui.screens.practice.pieces import CopyLine
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.state import PracticeState
from upbit_auto_trading.ui.screens.practice.view_model.world import Access, SourceRow, WorldModel, WorldState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.utils.bilingual_text import Text

_MONEY = Text("가상 돈 넣기", "Add play money")
_DEPOSIT = Text("넣기", "Add")
_AMOUNT = Text("넣을 가상 돈", "Play money to add")
_WON = Text("원", "KRW")
_LEAST_DEPOSIT, _MOST_DEPOSIT = Decimal(1_000), Decimal(1_000_000_000)
_OVER = Text("처음부터 다시", "Start over")
_GOES = Text(
    "연습 잔고, 주문, 체결이 모두 지워지고 아래 값으로 새 시장이 열려요. 실제 계좌와 다른 설정은 그대로예요.",
    "Practice balances, orders and fills are deleted, and a new market opens with the values below. Real accounts and "
    "other settings stay as they are.",
)
_HOLD = Text("연습 계좌 지우고 다시 시작", "Delete the practice account and start over")
_BUSY = Text("새 연습 시장을 여는 중이에요.", "A new practice market is being opened.")
_SOURCES = Text("종목과 캔들", "Markets and candles")
_SOURCES_NOTE = Text("바꾼 캔들은 다시 시작할 때 적용돼요", "New candles count when started over")
_NO_MARKETS = Text("연습 거래소가 아직 열리지 않았어요", "The practice exchange is not open yet")
_READING = Text("캔들 파일을 읽는 중이에요.", "Reading the candle file.")
_TOOK = Text("{file}: 캔들 {count}개, {first} – {last}", "{file}: {count} candles, {first} – {last}")
_ACCESS = Text("다른 프로그램으로 접속", "Access for other programs")
_ACCESS_NOTE = Text("이 PC에서만 열려요", "On this computer only")
_REST = Text("REST 주소", "REST address")
_STREAM = Text("실시간 주소", "Stream address")
_ACCESS_KEY, _SECRET_KEY = Text("Access Key", "Access key"), Text("Secret Key", "Secret key")
_FILE_TITLE = Text("{name} 캔들 파일 고르기", "Choose a candle file for {name}")
_FILE_KINDS = Text("캔들 파일 (*.csv *.csv.gz *.parquet)", "Candle files (*.csv *.csv.gz *.parquet)")

#: asks for a file, and calls back with its path where one was chosen
ChoosePath = Callable[[QWidget, str, Callable[[str], None]], None]


def choose_with_dialog(parent: QWidget, title: str, take: Callable[[str], None]) -> None:
    """The window goes on while the dialog is open."""
    dialog = QFileDialog(parent, title, "", tr(_FILE_KINDS))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


class SetupPage(QScrollArea):
    """Scrolls by itself where it has little room: the page beside it need not."""

    def __init__(
        self,
        model: PracticeViewModel,
        world: WorldModel,
        services: AppServices,
        choose_path: ChoosePath = choose_with_dialog,
    ) -> None:
        super().__init__()
        self._model = model
        self._world = world
        self._choose_path = choose_path
        self._drawn_access: Access | None = None
        self.amount = NumberInput(
            _WON, step=Decimal(1_000_000), minimum=_LEAST_DEPOSIT, maximum=_MOST_DEPOSIT, name=_AMOUNT
        )
        self.amount.set_value(1_000_000)
        self.deposit = Button(_DEPOSIT, ButtonRole.PRIMARY, Icon.ADD)
        self.form = SettingForm((PRACTICE_STARTING_KRW, PRACTICE_MARKET_COUNT, PRACTICE_SEED), services.settings)
        self.over = HoldButton(_HOLD, Motion.HOLD_MS, Icon.DELETE)
        self.sources = DataTable(tables.source_columns(), key=lambda row: row.listed.market, name=_SOURCES)
        self.file_note = Label("", "table", "t2", wrap=True)
        self.rest, self.stream = CopyLine(_REST), CopyLine(_STREAM)
        self.access_key, self.secret_key = CopyLine(_ACCESS_KEY), CopyLine(_SECRET_KEY, is_secret=True)
        self._arrange()
        self._draw_access(None)
        self._connect()

    def _arrange(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(Shell.GUTTER)
        left.addWidget(self._money_panel())
        left.addWidget(self._over_panel())
        left.addStretch(1)
        right.addWidget(self._sources_panel(), 1)
        right.addWidget(self._access_panel())
        body = QWidget()
        body.setProperty("plain", "true")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Shell.GUTTER)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    def _money_panel(self) -> Panel:
        panel = Panel(_MONEY)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.amount, 1)
        row.addWidget(self.deposit, 0, Qt.AlignmentFlag.AlignTop)
        panel.body_layout(Space.L).addLayout(row)
        return panel

    def _over_panel(self) -> Panel:
        panel = Panel(_OVER)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, Space.M, 0, Space.L)
        column.setSpacing(Space.XXS)
        line = QHBoxLayout()
        line.setContentsMargins(Space.XL, 0, Space.XL, 0)
        line.addWidget(Label(_GOES, "table", "t2", wrap=True))
        button = QHBoxLayout()
        button.setContentsMargins(Space.XL, 0, Space.XL, 0)
        button.addStretch(1)
        button.addWidget(self.over)
        column.addLayout(line)
        column.addWidget(self.form)
        column.addLayout(button)
        panel.set_body(body)
        return panel

    def _sources_panel(self) -> Panel:
        self.sources_panel = Panel(_SOURCES, _SOURCES_NOTE)
        self.sources_panel.setMinimumHeight(Height.PANEL_HEADER + Height.TABLE_HEADER + 4 * Height.ROW)
        self._no_markets = EmptyState(_NO_MARKETS, icon=Icon.STALE)
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sources, 1)
        note = QHBoxLayout()
        note.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        note.addWidget(self.file_note)
        column.addLayout(note)
        self.sources_panel.set_body(self._no_markets)
        return self.sources_panel

    def _access_panel(self) -> Panel:
        panel = Panel(_ACCESS, _ACCESS_NOTE)
        column = panel.body_layout(Space.L, Space.XS)
        for line in (self.rest, self.stream, self.access_key, self.secret_key):
            column.addWidget(line)
        return panel

    def _connect(self) -> None:
        self.deposit.clicked.connect(self._deposit)
        self.over.completed.connect(self._world.start_over)
        self.sources.action.connect(self._act)
        self._model.state_changed.connect(self._draw_money)
        self._world.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(self._world.state))
        retranslating(self, lambda: self._draw_money(self._model.state))

    def _deposit(self) -> None:
        if self.amount.commit() and self.amount.value is not None:
            self._model.deposit(self.amount.value)

    def _act(self, row: SourceRow, action: str) -> None:
        code = row.listed.market.code
        if action == tables.USE_BUILT_IN:
            self._world.choose_built_in(code)
            return
        name = tr(Text(row.listed.korean_name, row.listed.english_name))
        title = tr(_FILE_TITLE.format(name=name))
        self._choose_path(self, title, lambda path: self._world.choose_file(code, path))

    # drawing

    def _draw_money(self, state: PracticeState) -> None:
        self.deposit.set_busy(state.is_depositing)
        self.deposit.set_disabled_reason(None if state.is_reached else _NO_MARKETS)

    def _draw(self, state: WorldState) -> None:
        self.over.set_disabled_reason(_BUSY if state.is_starting_over else None)
        shown = self._holder if state.sources else self._no_markets
        if shown.parent() is not self.sources_panel:
            self.sources_panel.set_body(shown)
        self.sources.set_rows(state.sources)
        self.sources_panel.set_count(len(state.sources) or None)
        self._draw_note(state)
        if state.access != self._drawn_access:
            self._drawn_access = state.access
            self._draw_access(state.access)

    def _draw_note(self, state: WorldState) -> None:
        self.file_note.set_token("error" if state.error is not None else "t2")
        if state.is_reading_file:
            self.file_note.set_text(_READING)
        elif state.error is not None:
            message = explain(state.error)
            self.file_note.set_text(
                Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}")
            )
        else:
            chosen = next((row for row in state.sources if row.span is not None), None)
            self.file_note.set_text("" if chosen is None else _chosen(chosen))
        self.file_note.setHidden(not self.file_note.text())

    def _draw_access(self, access: Access | None) -> None:
        lines = (self.rest, self.stream, self.access_key, self.secret_key)
        if access is None:
            for line in lines:
                line.set_value(None)
            return
        self.rest.set_value(lambda: access.rest_url)
        self.stream.set_value(lambda: access.websocket_url)
        self.access_key.set_value(lambda: access.access_key)
        self.secret_key.set_value(access.secret_key.reveal)

    def hideEvent(self, event: QHideEvent | None) -> None:
        for line in (self.rest, self.stream, self.access_key, self.secret_key):
            line.forget_copying()
        super().hideEvent(event)


def _chosen(row: SourceRow) -> Text:
    span, name = row.span, (row.next_file or "").replace("\\", "/").rpartition("/")[2]
    assert span is not None
    first, last = formats.full_time(span.first_at), formats.full_time(span.last_at)
    return _TOOK.format(file=name, count=f"{span.candles:,}", first=first, last=last)
