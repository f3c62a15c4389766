"""Saved screens in one line: choose, save under a name, rename, delete."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Motion, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.market.view_model.saved import SavedState
from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerState, ScreenerViewModel
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_SAVED = Text("저장한 조건 검색", "Saved screens")
_NEW = Text("새 조건 검색", "New screen")
_UNREADABLE = Text("{name} (읽을 수 없음)", "{name} (cannot be read)")
_NAME = Text("이름", "Name")
_SAVE = Text("저장", "Save")
_EDIT = Text("이름 바꾸기와 지우기", "Rename or delete")
_RENAME = Text("이름 바꾸기", "Rename")
_DELETE = Text("지우기", "Delete")
_NOT_SAVED = Text("먼저 저장하세요.", "Save it first.")
_NAME_IT = Text("이름을 넣으면 저장할 수 있어요.", "Enter a name to save it.")
_HAS_PROBLEMS = Text("고칠 칸이 있어서 저장하지 않아요.", "Something has to be corrected first.")
_NO_FILTERS = Text("조건을 더하면 저장할 수 있어요.", "Add a filter to save it.")


class SavedScreensBar(QWidget):
    def __init__(self, model: ScreenerViewModel) -> None:
        super().__init__()
        self._model = model
        self.choice = Select([("", _NEW)], name=_SAVED)
        self.edit = IconButton(Icon.EDIT, _EDIT)
        self.name = TextInput(_NAME, name=_NAME)
        self.save = Button(_SAVE, icon=Icon.SAVE)
        self.rename = Button(_RENAME, size=ButtonSize.SMALL)
        self.delete = HoldButton(_DELETE, Motion.HOLD_MS, Icon.DELETE, size=ButtonSize.SMALL)
        self.problem = FieldNote()
        self._shown_name: str | None = None
        self._arrange()
        self.choice.chosen.connect(self._open)
        self.edit.clicked.connect(lambda: self.tools.setHidden(not self.tools.isHidden()))
        self.name.changed.connect(lambda _text: self._draw_buttons())
        self.save.clicked.connect(lambda: model.saved.save(model.state.form.screen, self.name.text().strip()))
        self.rename.clicked.connect(lambda: model.saved.rename(self._saved_name, self.name.text().strip()))
        self.delete.completed.connect(lambda: model.saved.delete(self._saved_name))
        model.state_changed.connect(lambda _state: self._draw())
        model.saved.state_changed.connect(lambda _state: self._draw())
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self.choice, 1)
        first.addWidget(self.edit)
        second.setSpacing(Space.S)
        second.addWidget(self.name, 1)
        second.addWidget(self.save)
        self.tools = QWidget()
        third = QHBoxLayout(self.tools)
        third.setContentsMargins(0, 0, 0, 0)
        third.setSpacing(Space.S)
        third.addStretch(1)
        third.addWidget(self.rename)
        third.addWidget(self.delete)
        self.tools.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.tools)
        column.addWidget(self.problem)

    @property
    def _saved_name(self) -> str:
        """Of the open screen, where it is saved."""
        name = self._model.state.form.screen.name
        return name if self._model.saved.of(name) is not None else ""

    def _open(self, name: str) -> None:
        saved = self._model.saved.of(name)
        if not name:
            self._model.clear()
        elif saved is not None and saved.screen is not None:
            self._model.open(saved.screen)
        self._draw()

    # drawing

    def _draw(self) -> None:
        state, saved = self._model.state, self._model.saved.state
        self._offer(saved)
        self.choice.set_current(self._saved_name)
        name = state.form.screen.name
        if name != self._shown_name:
            self._shown_name = name
            self.name.set_text(name)
        message = None if saved.error is None else explain(saved.error)
        self.problem.set_error(None if message is None else _both(message.title, message.mend))
        self._draw_buttons()

    def _offer(self, saved: SavedState) -> None:
        options: list[tuple[str, Text]] = [("", _NEW)]
        for one in saved.screens:
            name = Text(one.name, one.name)
            options.append((one.name, name if one.screen is not None else _UNREADABLE.format(name=name)))
        if options != self.choice.options:
            self.choice.set_options(options, self._saved_name)

    def _draw_buttons(self) -> None:
        state = self._model.state
        self.save.set_disabled_reason(self._why_not_save(state))
        saved = bool(self._saved_name)
        self.edit.set_disabled_reason(None if saved else _NOT_SAVED)
        if not saved:
            self.tools.hide()
        other = self.name.text().strip() not in ("", self._saved_name)
        self.rename.set_disabled_reason(None if other else _NAME_IT)

    def _why_not_save(self, state: ScreenerState) -> Text | None:
        if not state.form.screen.filters:
            return _NO_FILTERS
        if not self.name.text().strip():
            return _NAME_IT
        return _HAS_PROBLEMS if state.form.problems else None


def _both(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}".strip(), f"{first.en} {second.en}".strip())
