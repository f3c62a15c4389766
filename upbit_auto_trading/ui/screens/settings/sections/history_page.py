"""What was changed in the settings, from what to what; any change can be taken back."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.view_model.change_history import (
    ChangeRow,
    HistoryState,
    HistoryViewModel,
)
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import Column
from upbit_auto_trading.utils.bilingual_text import Text

_LINE = Text(
    "바꾼 설정이 모두 남아요. 하나를 골라 바꾸기 전으로 되돌릴 수 있어요.",
    "Every change of a setting is kept. Choose one to go back to what was before it.",
)
_TITLE = Text("바뀐 설정", "Changed settings")
_ROLL_BACK = Text("이 변경 되돌리기", "Take this change back")
_CHOOSE_FIRST = Text("먼저 표에서 변경을 고르세요.", "Choose a change in the table first.")
_UNKNOWN = Text("이 버전에는 없는 설정이라 되돌릴 수 없어요.", "This version does not know the setting.")
_DONE = Text(
    "{title}{을/를} ‘{value}’{으로/로} 되돌렸어요. 이것도 기록에 남아요.",
    "{title} is back to “{value}”. That is in the history, too.",
)
_EMPTY = Text("아직 바꾼 설정이 없어요", "No setting was changed yet")
_EMPTY_LINE = Text("설정을 바꾸면 언제 무엇을 바꿨는지 여기에 나와요.", "What you change appears here, with its time.")


def _columns() -> list[Column]:
    return [
        Column(
            "changed_at",
            Text("시각 (KST)", "Time (KST)"),
            lambda row: row.changed_at,
            lambda row: formats.full_time(row.changed_at),
            width=180,
        ),
        Column(
            "title",
            Text("설정", "Setting"),
            lambda row: tr(row.title),
            lambda row: row.title,
            bold=True,
            width=170,
        ),
        Column(
            "before",
            Text("이전", "From"),
            lambda row: tr(row.before),
            lambda row: row.before,
            tip=lambda row: row.before,
            width=160,
        ),
        Column(
            "after",
            Text("이후", "To"),
            lambda row: tr(row.after),
            lambda row: row.after,
            tip=lambda row: row.after,
            width=160,
            stretch=True,
        ),
    ]


class HistoryPage(SectionPage):
    def __init__(self, services: AppServices, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, _LINE, parent)
        self.model = HistoryViewModel(services, self)
        self.table = TallTable(_columns(), lambda row: row.number, name=_TITLE)
        self.table.most_rows = 14
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.HISTORY)
        self.loading = LoadingState(rows=4)
        self.loading.setFixedHeight(160)
        self.error = ErrorBox()
        self.note = RowNote()
        self.roll_back_button = Button(_ROLL_BACK, icon=Icon.UNDO)
        self.roll_back_button.clicked.connect(self._roll_back)
        self.panel = Panel(_TITLE)
        body = self.panel.body_layout(0, 0)
        for widget in (self.loading, self.empty, self.table):
            body.addWidget(widget)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        foot.addWidget(self.note, 1)
        foot.addStretch(0)
        foot.addWidget(self.roll_back_button, 0, Qt.AlignmentFlag.AlignRight)
        body.addLayout(foot)
        self.add(self.error)
        self.add(self.panel)
        self.finish()
        self.table.selected_row.connect(lambda _row: self._follow_choice())
        self.model.state_changed.connect(self._show)
        self._show(self.model.state)

    def load(self) -> None:
        self.model.load()

    def _roll_back(self) -> None:
        row = self.table.current_row()
        if isinstance(row, ChangeRow):
            self.model.roll_back(row.number)

    @pyqtSlot(object)
    def _show(self, state: HistoryState) -> None:
        self.error.set_message(state.error)
        self.loading.setVisible(state.rows is None and state.error is None)
        self.empty.setVisible(state.rows == ())
        self.table.setVisible(bool(state.rows))
        self.panel.set_count(len(state.rows) if state.rows else None)
        self.table.show_rows(state.rows or ())
        back = state.rolled_back
        if back is None:
            self.note.show_hint("")
        else:
            self.note.show_success(_DONE.format(title=back.title, value=back.before))
        self._follow_choice()

    def _follow_choice(self) -> None:
        row = self.table.current_row()
        self.roll_back_button.setVisible(bool(self.model.state.rows))
        reason = None
        if not isinstance(row, ChangeRow):
            reason = _CHOOSE_FIRST
        elif not row.can_roll_back:
            reason = _UNKNOWN
        self.roll_back_button.set_disabled_reason(reason)
