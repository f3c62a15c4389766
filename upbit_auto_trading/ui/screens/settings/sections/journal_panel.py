"""The security journal: whether its chain holds, and the newest records; the chosen one in full below."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.business_logic.ports.credentials import SecurityRecord
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.sections.security_words import detail_words, event_words, has_failed
from upbit_auto_trading.ui.screens.settings.view_model.journal import JournalState, JournalViewModel
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("보안 기록", "Security journal")
_NOTE = Text("최근 100개", "newest 100")
_WHOLE = Text("이어짐 확인", "Chain holds")
_BROKEN = Text("{number}번부터 어긋남", "Broken from no. {number}")
_BROKEN_LINE = Text(
    "{number}번 기록이 바뀌었거나 지워졌어요. 키와 설정을 살펴보고, 걱정되면 업비트에서 키를 없애세요.",
    "Record no. {number} was changed or removed. Look through keys and settings; if in doubt, delete the key at Upbit.",
)
_EMPTY = Text("아직 기록이 없어요", "No records yet")
_EMPTY_LINE = Text("키를 열거나 바꾸면 여기에 남아요.", "What touches keys and limits is written down here.")
_CHOSEN = Text("{number}번 · {event} · {details}", "No. {number} · {event} · {details}")


def _columns() -> list[Column]:
    return [
        Column(
            "happened_at",
            Text("시각 (KST)", "Time (KST)"),
            lambda record: record.happened_at,
            lambda record: formats.full_time(record.happened_at),
            width=180,
        ),
        # the text is what a screen reader says of the cell
        Column("event", Text("일", "Event"), _event_cell, event_words, CellKind.STATE, width=212, sortable=False),
        Column(
            "details",
            Text("내용", "Details"),
            lambda record: tr(detail_words(record)),
            detail_words,
            tip=detail_words,
            width=300,
            stretch=True,
        ),
    ]


def _event_cell(record: SecurityRecord) -> CellState:
    failed = has_failed(record)
    return CellState(event_words(record), "error" if failed else "t1", Icon.ERROR if failed else None, chip=False)


class JournalPanel(Panel):
    def __init__(self, model: JournalViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_TITLE, _NOTE, parent)
        self.chain = Badge()
        self.chain.hide()
        self.add_tool(self.chain)
        self.broken_line = Label("", "table", "error", wrap=True)
        self.broken_line.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.error = ErrorBox()
        self.table = TallTable(_columns(), lambda record: record.number, name=_TITLE)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.PROTECTED)
        self.loading = LoadingState(rows=3)
        self.loading.setFixedHeight(120)
        self.chosen = Label("", "table", "t2", wrap=True)
        self.chosen.setContentsMargins(Space.XL, Space.M, Space.XL, Space.L)
        body = self.body_layout(0, 0)
        body.setContentsMargins(0, 0, 0, Space.S)
        for widget in (self.broken_line, self.error, self.loading, self.empty, self.table, self.chosen):
            body.addWidget(widget)
        self.table.selected_row.connect(self._show_chosen)
        model.state_changed.connect(self._show)
        self._show(model.state)
        self._show_chosen(None)

    @pyqtSlot(object)
    def _show(self, state: JournalState) -> None:
        self.error.set_message(state.error)
        self.loading.setVisible(state.records is None and state.error is None)
        self.empty.setVisible(state.records == ())
        self.table.setVisible(bool(state.records))
        self.table.show_rows(state.records or ())
        self._show_chain(state)

    def _show_chain(self, state: JournalState) -> None:
        self.chain.setVisible(bool(state.records) or state.first_broken is not None)
        self.broken_line.setVisible(state.first_broken is not None)
        if state.first_broken is None:
            self.chain.set_state(_WHOLE, "success", Icon.PROTECTED)
            return
        self.chain.set_state(_BROKEN.format(number=state.first_broken), "error", Icon.UNPROTECTED)
        self.broken_line.set_text(_BROKEN_LINE.format(number=state.first_broken))

    def _show_chosen(self, record: object) -> None:
        """What does not fit into a cell is read here."""
        self.chosen.setVisible(isinstance(record, SecurityRecord))
        if isinstance(record, SecurityRecord):
            words = _CHOSEN.format(number=record.number, event=event_words(record), details=detail_words(record))
            self.chosen.set_text(words)
