"""The price alerts in a list: switched, changed and deleted, by pointer and by keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QStackedWidget, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.charts.alert_bar import DIRECTION_WORDS
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertRow, AlertsState, AlertState, AlertsViewModel
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.table_model import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("가격 알림", "Price alerts")
_THIS, _ALL = "this", "all"
_WHICH = Text("보일 종목", "Markets listed")
_OPTIONS = [(_THIS, Text("이 종목", "This market")), (_ALL, Text("전체", "All"))]
_ADD = Text("현재가에 알림 만들기", "Add an alert at the last price")
_CLEAR = Text("울린 알림 지우기", "Delete alerts that have fired")
_NO_FIRED = Text("울린 알림이 없어요.", "No alert has fired.")
_EMPTY = Text("가격 알림이 없어요", "No price alerts")
_EMPTY_LINE = Text(
    "프로그램이 켜져 있는 동안 가격에 닿으면 알려 드려요.",
    "You are told when a price is reached while this program runs.",
)
_NEW = Text("알림 만들기", "Add alert")
_MARKET = Text("종목", "Market")
_PRICE = Text("가격", "Price")
_DISTANCE = Text("현재가에서", "From last")
_WHEN = Text("언제", "When")
_NOTE = Text("메모", "Note")
_STATE = Text("상태(KST)", "State (KST)")
_REPEATS = Text("되풀이해요. 한 번 울리면 1분 쉬어요.", "Repeats. After it fired it rests for a minute.")
_WAITING = Text("지켜보는 중", "Watching")
_FIRED = Text("울림 {time}", "Fired {time}")
_OFF = Text("꺼짐", "Off")
_LAST_FIRED = Text("마지막으로 울린 때: {time}", "Last fired: {time}")
#: below a chart: its header, the header of the table, four alerts
_HEIGHT = Height.PANEL_HEADER + Height.TABLE_HEADER + 4 * Height.ROW + 2
#: told by the chart itself where only its market is listed
_MARKET_PLACE = 0
#: column, and the least width of the list at which it is shown
_GIVING_WAY = ((5, 680), (2, 590))
_TURN_ON, _TURN_OFF = Text("켜기", "Turn on"), Text("끄기", "Turn off")
_EDIT, _DELETE = Text("바꾸기", "Change"), Text("지우기", "Delete")


class AlertsPanel(Panel):
    """``edit_asked(PriceAlert)`` is answered by the bar at its line on the chart; ``add_asked`` likewise."""

    edit_asked = pyqtSignal(object)
    add_asked = pyqtSignal()
    market_chosen = pyqtSignal(object)

    def __init__(self, model: AlertsViewModel, now: Callable[[], datetime]) -> None:
        super().__init__(_TITLE)
        self._model = model
        self._now = now
        self._market: Market | None = None
        self.which = Segments(_OPTIONS, _THIS, small=True, name=_WHICH)
        self.add = IconButton(Icon.ADD, _ADD, size=ButtonSize.SMALL)
        self.clear = IconButton(Icon.DELETE, _CLEAR, size=ButtonSize.SMALL)
        self.table = _AlertTable(alert_columns(now))
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, _NEW, Icon.BELL)
        self.stack = QStackedWidget()
        on_panel(self.stack)
        for page in (self.empty, self.table):
            self.stack.addWidget(page)
        self.set_body(self.stack)
        for tool in (self.which, self.add, self.clear):
            self.add_tool(tool)
        self._connect()
        following_theme(self, self._follow_scale)
        retranslating(self, lambda: self._draw(model.state))

    def _connect(self) -> None:
        self.which.chosen.connect(lambda _chosen: self._list())
        self.add.clicked.connect(self.add_asked)
        self.empty.action.connect(self.add_asked)
        self.clear.clicked.connect(self._model.delete_fired)
        self.table.activated_row.connect(lambda row: self.edit_asked.emit(row.alert))
        self.table.action.connect(self._act)
        self.table.delete_pressed.connect(lambda row: self._model.delete(row.alert))
        self.table.switch_pressed.connect(lambda row: self._model.switch(row.alert, not row.alert.is_on))
        self._model.state_changed.connect(self._draw)

    def _follow_scale(self) -> None:
        self.setFixedHeight(round(_HEIGHT * _scale()))
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In little room the note goes first, then the distance: the plate on the chart has both."""
        room = self.width() / _scale()
        for place, least in _GIVING_WAY:
            if self.table.isColumnHidden(place) != (room < least):
                self.table.show_column(place, room >= least)

    def show_market(self, market: Market | None) -> None:
        """The chart shows this one now."""
        self._market = market
        self._list()

    def _list(self) -> None:
        self._model.list_market(self._market if self.which.current == _THIS else None)

    def _act(self, row: AlertRow, action: str) -> None:
        match action:
            case "switch":
                self._model.switch(row.alert, not row.alert.is_on)
            case "edit":
                self.edit_asked.emit(row.alert)
            case "delete":
                self._model.delete(row.alert)

    def _draw(self, state: AlertsState) -> None:
        self.set_count(state.total or None)
        if self.table.isColumnHidden(_MARKET_PLACE) != (state.market is not None):
            self.table.show_column(_MARKET_PLACE, state.market is None)
        page: QWidget = self.table if state.rows else self.empty
        self.table.set_rows(state.rows)
        self.stack.setCurrentWidget(page)
        has_fired = any(row.state is AlertState.FIRED for row in state.rows)
        self.clear.set_disabled_reason(None if has_fired else _NO_FIRED)


def _scale() -> float:
    return max(current_theme().text_scale, 100) / 100


class _AlertTable(DataTable):
    """Enter changes, Space switches on and off, Delete deletes."""

    delete_pressed = pyqtSignal(object)
    switch_pressed = pyqtSignal(object)

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__(columns, key=lambda row: row.alert.id, name=_TITLE)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        row = self.current_row()
        if event is not None and row is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit(row)
        elif event is not None and row is not None and event.key() == Qt.Key.Key_Space:
            self.switch_pressed.emit(row)
        else:
            super().keyPressEvent(event)


def alert_columns(now: Callable[[], datetime]) -> tuple[Column, ...]:
    return (
        Column(
            "market",
            _MARKET,
            value=lambda row: tr(row.name),
            tip=lambda row: f"{tr(row.name)} {row.alert.market.code}",
            bold=True,
            width=120,
        ),
        Column(
            "price",
            _PRICE,
            value=lambda row: row.alert.price,
            text=lambda row: formats.price(row.alert.price),
            kind=CellKind.NUMBER,
            bold=True,
            width=110,
        ),
        Column(
            "distance",
            _DISTANCE,
            value=lambda row: row.distance,
            text=lambda row: formats.signed_percent(row.distance),
            kind=CellKind.NUMBER,
            width=84,
        ),
        Column(
            "when",
            _WHEN,
            value=lambda row: tr(DIRECTION_WORDS[row.alert.direction]),
            icon=lambda row: CellState("", "t2", Icon.REFRESH) if row.alert.repeats else None,
            tip=lambda row: _REPEATS if row.alert.repeats else None,
            width=100,
        ),
        Column(
            "state",
            _STATE,
            value=lambda row: row.state.value,
            text=lambda row: _state(row, now()).text,
            token=lambda row: _state(row, now()).token,
            icon=lambda row: _state(row, now()),
            tip=_fired_tip,
            width=144,
        ),
        Column("note", _NOTE, value=lambda row: row.alert.note, tip=lambda row: row.alert.note or None, stretch=True),
        Column("actions", "", value=_actions, kind=CellKind.ACTIONS, sortable=False, width=112),
    )


def _state(row: AlertRow, now: datetime) -> CellState:
    match row.state:
        case AlertState.WAITING:
            return CellState(_WAITING, "accent_text", Icon.BELL, chip=False)
        case AlertState.FIRED:
            time = formats.table_time(row.fired_at, now)
            return CellState(_FIRED.format(time=time), "t2", Icon.CHECK, chip=False)
        case _:
            return CellState(_OFF, "t3", Icon.PAUSED, chip=False)


def _fired_tip(row: AlertRow) -> Text | None:
    if row.fired_at is None:
        return None
    return _LAST_FIRED.format(time=formats.full_time(row.fired_at, zone=True))


def _actions(row: AlertRow) -> tuple[CellAction, ...]:
    switch = _TURN_OFF if row.alert.is_on else _TURN_ON
    return (
        CellAction("switch", switch, Icon.PAUSE if row.alert.is_on else Icon.PLAY),
        CellAction("edit", _EDIT, Icon.EDIT),
        CellAction("delete", _DELETE, Icon.DELETE),
    )
