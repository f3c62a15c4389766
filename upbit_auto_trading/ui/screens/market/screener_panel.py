"""The screener: filters, saved screens, what was found, what could not be judged and how to mend that."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.screen import Match
from upbit_auto_trading.business_logic.domain.screen_form import VariableGroup
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.kept_picker import KeptPicker
from upbit_auto_trading.ui.picker_entry import PickerMemory
from upbit_auto_trading.ui.screens.market.filter_row import FilterRow, shape_of, variable_entries
from upbit_auto_trading.ui.screens.market.saved_screens import SavedScreensBar
from upbit_auto_trading.ui.screens.market.unknown_words import unknown_words
from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerState, ScreenerViewModel
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.path_choice import ChooseSave, choose_save
from upbit_auto_trading.ui.widgets.picker_button import PickerButton
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("조건 검색", "Screener")
_MATCH = Text("조건 묶음", "Group of filters")
_MATCHES = (
    (Match.ALL.value, Text("모두 맞음", "All")),
    (Match.ANY.value, Text("하나라도 맞음", "Any")),
)
_ADD = Text("조건 더하기", "Add a filter")
_EMPTY = Text("조건이 없어요", "There are no filters")
_EMPTY_LINE = Text(
    "아래에서 조건을 더하면 맞는 종목만 왼쪽에 남아요.", "Add one below; then only markets that meet it are listed."
)
_FOUND = Text("{total}개 중 {found}개가 맞아요.", "{found} of {total} markets fit.")
_RUNNING = Text("찾는 중이에요.", "Looking.")
_PROBLEMS = Text("빨간 칸을 고치면 다시 찾아요.", "Correct what is marked, and the search goes on.")
_DOWNLOAD = Text("필요한 캔들 내려받기", "Download candles")
_EXPORT = Text("CSV로 내보내기", "Export as CSV")
_CLEAR = Text("모두 지우기", "Clear all")
_NOTHING = Text("내보낼 결과가 없어요.", "There is no result to export.")
_NO_FILTERS = Text("조건이 없어요.", "There are no filters.")
_EXPORTED = Text("{file}에 종목 {count}개를 적었어요.", "{count} markets were written to {file}.")
_CSV = Text("CSV 파일 (*.csv)", "CSV files (*.csv)")


class ScreenerPanel(Panel):
    def __init__(self, model: ScreenerViewModel, services: AppServices, choose: ChooseSave = choose_save) -> None:
        super().__init__(_TITLE)
        self._model = model
        self._services = services
        self._choose = choose
        self.saved = SavedScreensBar(model)
        self.match = Segments(_MATCHES, small=True, name=_MATCH)
        self.rows: list[FilterRow] = []
        self.add = PickerButton(name=_ADD)
        self._kept = KeptPicker(services.layouts)
        self._offered: tuple[VariableGroup, ...] = ()
        self.add_button = Button(_ADD, icon=Icon.ADD)
        self.clear = Button(_CLEAR, ButtonRole.QUIET)
        self.result = RowNote()
        self.unknown = RowNote()
        self.download = Button(_DOWNLOAD, icon=Icon.DOWNLOAD)
        self.export = Button(_EXPORT, icon=Icon.UPLOAD)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.FILTER)
        self._arrange()
        self.match.chosen.connect(lambda match: model.change_match(Match(match)))
        self.add_button.clicked.connect(lambda: model.add(self.add.current))
        self.add.memory_changed.connect(self._keep_memory)
        self.clear.clicked.connect(model.clear)
        self.download.clicked.connect(model.download_missing)
        self.export.clicked.connect(self._export)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        body = self.body_layout(0, 0)
        head = QVBoxLayout()
        head.setContentsMargins(Space.L, Space.L, Space.L, Space.M)
        head.setSpacing(Space.M)
        head.addWidget(self.saved)
        line = QHBoxLayout()
        line.addWidget(self.match)
        line.addStretch(1)
        line.addWidget(self.clear)
        head.addLayout(line)
        body.addLayout(head)
        body.addWidget(self._filters(), 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        foot.setSpacing(Space.M)
        adding = QHBoxLayout()
        adding.setSpacing(Space.M)
        adding.addWidget(self.add, 1)
        adding.addWidget(self.add_button)
        foot.addLayout(adding)
        foot.addWidget(self.result)
        foot.addWidget(self.unknown)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.M)
        buttons.addStretch(1)
        buttons.addWidget(self.download)
        buttons.addWidget(self.export)
        foot.addLayout(buttons)
        body.addLayout(foot)

    def _filters(self) -> QScrollArea:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        on_panel(area)
        holder = QWidget()
        holder.setProperty("ground", "none")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(Space.L, 0, Space.L, 0)
        self._column.setSpacing(Space.M)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        area.setWidget(holder)
        return area

    def _export(self) -> None:
        self._choose(self, _EXPORT, _CSV, self._model.proposed_file, self._model.export)

    # what pickers keep

    def showEvent(self, event: QShowEvent | None) -> None:
        """A chart may have kept something meanwhile."""
        super().showEvent(event)
        self._remember()

    def _remember(self) -> None:
        memory = self._kept.memory(entry.id for entry in self.add.entries)
        for button in (self.add, *(row.variable for row in self.rows)):
            button.memory = memory

    def _keep_memory(self, memory: PickerMemory) -> None:
        self._kept.keep(memory)
        self._remember()

    # drawing

    def _draw(self, state: ScreenerState) -> None:
        self._offer(state.form.groups)
        self.match.set_current(state.form.screen.match.value)
        self._draw_rows(state)
        self._draw_result(state)
        has_filters = bool(state.form.screen.filters)
        self.clear.set_disabled_reason(None if has_filters else _NO_FILTERS)
        self.match.setEnabled(has_filters)
        self.export.set_disabled_reason(None if state.found else _NOTHING)

    def _offer(self, groups: tuple[VariableGroup, ...]) -> None:
        if groups is self._offered or groups == self._offered:
            return
        self._offered = groups
        entries = variable_entries(groups)
        self.add.set_entries(entries)
        if entries and self.add.current not in {entry.id for entry in entries}:
            self.add.set_current(entries[0].id)
        self._remember()

    def _draw_rows(self, state: ScreenerState) -> None:
        """A row of the same shape keeps its widgets, and with them what is being typed."""
        wanted = state.form.rows
        same = [row.shape for row in self.rows] == [shape_of(row) for row in wanted]
        if not same:
            for old in self.rows:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
            self.rows = [FilterRow(row, state.form.groups) for row in wanted]
            for place, made in enumerate(self.rows):
                self._column.insertWidget(place, made)
                made.variable_chosen.connect(self._model.change_variable)
                made.operator_chosen.connect(self._model.change_operator)
                made.setting_given.connect(self._model.change_setting)
                made.value_given.connect(self._model.change_value)
                made.removed.connect(self._model.remove)
                made.variable.memory_changed.connect(self._keep_memory)
            self._remember()
        else:
            for shown, row in zip(self.rows, wanted, strict=True):
                shown.show_row(row)
        self.empty.setHidden(bool(self.rows))

    def _draw_result(self, state: ScreenerState) -> None:
        self.unknown.show_hint("")
        self.download.setVisible(bool(state.missing))
        if state.error is not None:
            message = explain(state.error)
            self.result.show_error(
                Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}")
            )
        elif state.exported is not None:
            self.result.show_success(_EXPORTED.format(file=state.exported[0], count=state.exported[1]))
        elif not state.form.screen.filters:
            self.result.show_hint("")
        elif state.form.problems:
            self.result.show_warning(_PROBLEMS)
        elif state.found is None:
            self.result.show_hint(_RUNNING)
        else:
            self.result.show_hint(_FOUND.format(total=state.judged, found=len(state.found)))
        if state.unknown and state.found is not None:
            self.unknown.show_warning(unknown_words(state.unknown))
