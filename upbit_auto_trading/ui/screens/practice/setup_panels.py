"""The panels that the practice market is set up by; each draws its part of the state."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QHideEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.config.settings import PRACTICE_MARKET_COUNT, PRACTICE_SEED, PRACTICE_STARTING_KRW
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Height, Motion, Space
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
#: of the table of markets without a scroll bar
SOURCES_LEAST = Height.PANEL_HEADER + Height.TABLE_HEADER + 4 * Height.ROW


class MoneyPanel(Panel):
    def __init__(self, model: PracticeViewModel) -> None:
        super().__init__(_MONEY)
        self._model = model
        self.amount = NumberInput(
            _WON, step=Decimal(1_000_000), minimum=_LEAST_DEPOSIT, maximum=_MOST_DEPOSIT, name=_AMOUNT
        )
        self.amount.set_value(1_000_000)
        self.deposit = Button(_DEPOSIT, ButtonRole.PRIMARY, Icon.ADD)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.amount, 1)
        row.addWidget(self.deposit, 0, Qt.AlignmentFlag.AlignTop)
        self.body_layout(Space.L).addLayout(row)
        self.deposit.clicked.connect(self._deposit)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _deposit(self) -> None:
        if self.amount.commit() and self.amount.value is not None:
            self._model.deposit(self.amount.value)

    def _draw(self, state: PracticeState) -> None:
        self.deposit.set_busy(state.is_depositing)
        self.deposit.set_disabled_reason(None if state.is_reached else _NO_MARKETS)


class OverPanel(Panel):
    def __init__(self, world: WorldModel, services: AppServices) -> None:
        super().__init__(_OVER)
        self.form = SettingForm((PRACTICE_STARTING_KRW, PRACTICE_MARKET_COUNT, PRACTICE_SEED), services.settings)
        self.button = HoldButton(_HOLD, Motion.HOLD_MS, Icon.DELETE)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, Space.M, 0, Space.L)
        column.setSpacing(Space.XXS)
        line = QHBoxLayout()
        line.setContentsMargins(Space.XL, 0, Space.XL, 0)
        line.addWidget(Label(_GOES, "table", "t2", wrap=True))
        last = QHBoxLayout()
        last.setContentsMargins(Space.XL, 0, Space.XL, 0)
        last.addStretch(1)
        last.addWidget(self.button)
        column.addLayout(line)
        column.addWidget(self.form)
        column.addLayout(last)
        self.set_body(body)
        self.button.completed.connect(world.start_over)
        world.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(world.state))

    def _draw(self, state: WorldState) -> None:
        self.button.set_disabled_reason(_BUSY if state.is_starting_over else None)


class SourcesPanel(Panel):
    """The candles of each market; ``table.action`` is asked for by a row."""

    def __init__(self, world: WorldModel) -> None:
        super().__init__(_SOURCES, _SOURCES_NOTE)
        self.table = DataTable(tables.source_columns(), key=lambda row: row.listed.market, name=_SOURCES)
        self.file_note = Label("", "table", "t2", wrap=True)
        self.setMinimumHeight(SOURCES_LEAST)
        self._no_markets = EmptyState(_NO_MARKETS, icon=Icon.STALE)
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        note = QHBoxLayout()
        note.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        note.addWidget(self.file_note)
        column.addLayout(note)
        self.set_body(self._no_markets)
        world.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(world.state))

    def _draw(self, state: WorldState) -> None:
        self.set_body(self._holder if state.sources else self._no_markets)
        self.table.set_rows(state.sources)
        self.set_count(len(state.sources) or None)
        self._draw_note(state)

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


class AccessPanel(Panel):
    """Where other programs reach the practice exchange, and with which key."""

    def __init__(self, world: WorldModel) -> None:
        super().__init__(_ACCESS, _ACCESS_NOTE)
        self._drawn: Access | None = None
        self.rest, self.stream = CopyLine(_REST), CopyLine(_STREAM)
        self.access_key, self.secret_key = CopyLine(_ACCESS_KEY), CopyLine(_SECRET_KEY, is_secret=True)
        self._lines = (self.rest, self.stream, self.access_key, self.secret_key)
        column = self.body_layout(Space.L, Space.XS)
        for line in self._lines:
            column.addWidget(line)
        self._draw_access(None)
        world.state_changed.connect(self._draw)
        self._draw(world.state)

    def _draw(self, state: WorldState) -> None:
        if state.access != self._drawn:
            self._drawn = state.access
            self._draw_access(state.access)

    def _draw_access(self, access: Access | None) -> None:
        if access is None:
            for line in self._lines:
                line.set_value(None)
            return
        self.rest.set_value(lambda: access.rest_url)
        self.stream.set_value(lambda: access.websocket_url)
        self.access_key.set_value(lambda: access.access_key)
        self.secret_key.set_value(access.secret_key.reveal)

    def hideEvent(self, event: QHideEvent | None) -> None:
        for line in self._lines:
            line.forget_copying()
        super().hideEvent(event)


def _chosen(row: SourceRow) -> Text:
    span, name = row.span, (row.next_file or "").replace("\\", "/").rpartition("/")[2]
    assert span is not None
    first, last = formats.full_time(span.first_at), formats.full_time(span.last_at)
    return _TOOK.format(file=name, count=f"{span.candles:,}", first=first, last=last)
