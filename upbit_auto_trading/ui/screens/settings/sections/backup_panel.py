"""The list of backups, one being made with progress and cancel, and the way back to one of them."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.backup_words import reason_words
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.view_model.backups import (
    BackupsState,
    BackupsViewModel,
    RunningWork,
)
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.progress_row import ProgressRow
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import CellKind, Column
from upbit_auto_trading.ui.widgets.toggles import CheckBox
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("백업", "Backups")
_MAKE = Text("지금 백업", "Back up now")
_WITH_CANDLES = Text("캔들도 함께", "With candles")
_CANDLES_HINT = Text(
    "캔들은 다시 내려받을 수 있어서 보통은 뺄 수 있어요. 넣으면 파일이 커져요.",
    "Candles can be downloaded again, so they may be left out. With them the file is larger.",
)
_RESTORE = Text("이 백업으로 복원", "Restore this backup")
_CHOOSE_FIRST = Text("먼저 표에서 백업을 고르세요.", "Choose a backup in the table first.")
_BUSY = Text("다른 작업이 끝나면 할 수 있어요.", "Available when the running work has ended.")
_MADE = Text("{time}에 백업했어요. 열어서 확인까지 마쳤어요.", "Backed up at {time}, and checked by opening it.")
_MADE_WITHOUT_KEYS = Text(
    "{time}에 백업했어요. 키 파일로 여는 키는 빼고 담았어요.",
    "Backed up at {time}. Keys that a key file opens were left out.",
)
_EMPTY = Text("아직 백업이 없어요", "No backups yet")
_EMPTY_LINE = Text(
    "하루에 한 번 자동으로 만들고, 위에서 바로 만들 수도 있어요.", "One is made each day; you can also make one above."
)
_YES = Text("있음", "Yes")


def _columns() -> list[Column]:
    return [
        Column(
            "made_at",
            Text("만든 시각 (KST)", "Made at (KST)"),
            lambda backup: backup.made_at,
            lambda backup: formats.full_time(backup.made_at),
            width=196,
            bold=True,
        ),
        Column(
            "reason",
            Text("이유", "Reason"),
            lambda backup: tr(reason_words(backup.reason)),
            lambda backup: reason_words(backup.reason),
            width=180,
            stretch=True,
        ),
        Column(
            "candles",
            Text("캔들", "Candles"),
            lambda backup: backup.with_candles,
            lambda backup: _YES if backup.with_candles else formats.NOTHING,
            width=96,
        ),
        Column(
            "size",
            Text("크기", "Size"),
            lambda backup: backup.size_bytes,
            lambda backup: formats.byte_size(backup.size_bytes, current_language()),
            CellKind.NUMBER,
            width=120,
        ),
    ]


class BackupPanel(Panel):
    def __init__(self, model: BackupsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_TITLE, parent=parent)
        self._model = model
        self._shown_work: Text | None = None
        body = self.body_layout(0, 0)
        body.addLayout(self._make_tools())
        self.progress_place = QVBoxLayout()
        self.progress_place.setContentsMargins(Space.XL, 0, Space.XL, Space.L)
        body.addLayout(self.progress_place)
        self.progress: ProgressRow | None = None
        self.list_error = ErrorBox()
        body.addWidget(self.list_error)
        self.table = TallTable(_columns(), lambda backup: backup.file_name, name=_TITLE)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.HISTORY)
        self.loading = LoadingState(rows=3)
        self.loading.setFixedHeight(120)
        for widget in (self.table, self.empty, self.loading):
            body.addWidget(widget)
        body.addLayout(self._foot())
        self.table.selected_row.connect(lambda _row: self._show_restore_button())
        self.table.activated_row.connect(lambda backup: model.choose_for_restore(backup.file_name))
        model.state_changed.connect(self._show)
        self._show(model.state)

    def _make_tools(self) -> QVBoxLayout:
        self.make_button = Button(_MAKE, ButtonRole.PRIMARY, Icon.SAVE)
        self.make_button.clicked.connect(lambda: self._model.make_backup(self.with_candles.isChecked()))
        self.with_candles = CheckBox(_WITH_CANDLES)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        row.addWidget(self.with_candles)
        row.addWidget(Label(_CANDLES_HINT, "table", "t3", wrap=True), 1)
        row.addWidget(self.make_button)
        self.made = RowNote()
        column = QVBoxLayout()
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addLayout(row)
        column.addWidget(self.made)
        return column

    def _foot(self) -> QHBoxLayout:
        self.restore_button = Button(_RESTORE, icon=Icon.HISTORY)
        self.restore_button.clicked.connect(self._restore)
        row = QHBoxLayout()
        row.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        row.addStretch(1)
        row.addWidget(self.restore_button)
        return row

    def _restore(self) -> None:
        backup = self.table.current_row()
        if isinstance(backup, BackupSummary):
            self._model.choose_for_restore(backup.file_name)

    @pyqtSlot(object)
    def _show(self, state: BackupsState) -> None:
        self.list_error.set_message(state.list_error)
        self._show_list(state.backups)
        self._show_progress(state.running)
        self._show_made(state.made)
        self.make_button.set_disabled_reason(_BUSY if self._is_busy else None)
        self._show_restore_button()

    @property
    def _is_busy(self) -> bool:
        return self._model.state.running is not None or self._model.state.is_starting_again

    def _show_list(self, backups: tuple[BackupSummary, ...] | None) -> None:
        failed = self._model.state.list_error is not None
        self.loading.setVisible(backups is None and not failed)
        self.empty.setVisible(backups == ())
        self.table.setVisible(bool(backups))
        self.set_count(len(backups) if backups else None)
        self.table.show_rows(backups or ())

    def _show_made(self, made: BackupSummary | None) -> None:
        if made is None:
            self.made.show_hint("")
            return
        without_keys = any(code.startswith("keys") for code in made.left_out)
        sentence = _MADE_WITHOUT_KEYS if without_keys else _MADE
        self.made.show_success(sentence.format(time=formats.clock(made.made_at)))

    def _show_progress(self, running: RunningWork | None) -> None:
        if running is None or running.title is not self._shown_work:
            self._remove_progress()
        if running is None:
            return
        if self.progress is None:
            self.progress = ProgressRow(running.title)
            self.progress.cancelled.connect(self._model.cancel)
            self.progress_place.addWidget(self.progress)
            self._shown_work = running.title
        if running.progress.fraction is not None:
            self.progress.set_progress(running.progress.fraction, running.progress.remaining_seconds)

    def _remove_progress(self) -> None:
        self._shown_work = None
        if self.progress is not None:
            self.progress_place.removeWidget(self.progress)
            self.progress.hide()
            self.progress.deleteLater()
            self.progress = None

    def _show_restore_button(self) -> None:
        reason = _BUSY if self._is_busy else _CHOOSE_FIRST if self.table.current_row() is None else None
        self.restore_button.set_disabled_reason(reason)
