"""One setting as a row: title and help at the left; control, bounds, default and "back to default" at the right."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.forms.field_model import FieldModel, FieldState
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.forms.setting_control import NumberControl, TextControl, control_for
from upbit_auto_trading.ui.forms.value_words import bounds_words, default_words
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.states import LinkButton
from upbit_auto_trading.utils.bilingual_text import Text

#: logical pixels at a text scale of 100 %
CONTROL_COLUMN = 312
_NUMBER_WIDTH = 168
_RESTART = Text("다시 시작해야 바뀜", "Needs a restart")
_RESET = Text("기본값으로", "Reset")
_RESET_NAME = Text("{title}: 기본값으로", "{title}: back to default")
_APPLIED = Text("적용했어요", "Applied")
_APPLIED_LATER = Text("저장했어요. 다시 시작하면 바뀌어요.", "Stored. Takes effect after a restart.")


class SettingRow(QWidget):
    def __init__(self, setting: Setting, settings: SettingsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.model = FieldModel(setting, settings, self)
        self.control = control_for(self.model)
        self.note = RowNote()
        self.reset_button = LinkButton(_RESET)
        self.reset_button.clicked.connect(self.model.reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        row.setSpacing(Space.XXL)
        row.addLayout(self._words_column(), 1)
        self._right = self._control_column()
        row.addWidget(self._right, 0, Qt.AlignmentFlag.AlignTop)
        self.model.state_changed.connect(self._show)
        self._show(self.model.state)
        retranslating(self, self._name)
        following_theme(self, self._set_widths)

    def _words_column(self) -> QVBoxLayout:
        title = QHBoxLayout()
        title.setSpacing(Space.M)
        self.title = Label(self.setting.title, "body_bold")
        title.addWidget(self.title)
        self.restart_badge = Badge(_RESTART, "warning", Icon.REFRESH)
        self.restart_badge.setHidden(not self.setting.needs_restart)
        title.addWidget(self.restart_badge)
        title.addStretch(1)
        self.help = Label(self.setting.help, "table", "t2", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        column.addLayout(title)
        column.addWidget(self.help)
        column.addStretch(1)
        return column

    def _control_column(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        field = QHBoxLayout()
        field.setSpacing(Space.XS)
        field.addWidget(self.control.widget, 0, Qt.AlignmentFlag.AlignTop)
        field.addStretch(1)
        # as high as the control, so that both stand on one line
        self.reset_button.setFixedHeight(max(Height.CLICK_TARGET, self.control.focus.sizeHint().height()))
        field.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(field)
        column.addWidget(self.note)
        return holder

    def _set_widths(self) -> None:
        scale = max(1.0, current_theme().text_scale / 100)
        self._right.setFixedWidth(round(CONTROL_COLUMN * scale))
        if isinstance(self.control, NumberControl):
            self.control.widget.setFixedWidth(round((CONTROL_COLUMN if self._has_error else _NUMBER_WIDTH) * scale))
        elif isinstance(self.control, TextControl):
            self.control.widget.setFixedWidth(round(CONTROL_COLUMN * scale))

    @property
    def _has_error(self) -> bool:
        return self.model.state.error is not None

    def _name(self) -> None:
        self.reset_button.setAccessibleName(tr(_RESET_NAME.format(title=self.setting.title)))
        self.control.focus.setAccessibleDescription(tr(self.setting.help))
        self.setAccessibleName(tr(self.setting.title))

    @pyqtSlot(object)
    def _show(self, state: FieldState) -> None:
        self.control.show(state)
        # An invisible button keeps its place: nothing moves under the pointer.
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.reset_button.setVisible(not state.is_default)
        if state.is_applied:
            self.note.show_success(_APPLIED_LATER if self.setting.needs_restart else _APPLIED)
        elif state.error is not None and not self.control.shows_error:
            self.note.show_error(state.error)
        else:
            self.note.show_hint(self._hint())

    def _hint(self) -> Text:
        bounds, default = bounds_words(self.setting), default_words(self.setting)
        if bounds is None:
            return default
        return Text(f"{bounds.ko} · {default.ko}", f"{bounds.en} · {default.en}")
