"""All shortcuts of the program; each can be changed by pressing the new keys; a clash names both."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.keys import KILL_SWITCH, Scope, pressed_keys
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space, Type
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.fitting_dialog import FittingDialog
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.view_model.shortcut_list import (
    ShortcutListState,
    ShortcutListViewModel,
    ShortcutRow,
)
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import LinkButton
from upbit_auto_trading.utils.bilingual_text import Text

_LINE = Text(
    "이 프로그램 창이 앞에 있을 때 동작해요. 한글 입력 중에도 돼요. 긴급 정지에는 늘 단축키가 있어야 해요.",
    "They work while a window of this program is in front, also while Hangul is being typed. The kill switch always "
    "keeps one.",
)
_TITLES = {
    Scope.APPLICATION: Text("모든 화면", "Every screen"),
    Scope.CHART: Text("차트", "Chart"),
}
_CHANGE = Text("바꾸기", "Change")
_RESET = Text("기본값으로", "Reset")
_RESET_ALL = Text("모두 기본값으로", "Reset all")
_FIXED = Text("고정", "Fixed")
_NAME = Text("{title}: {keys}", "{title}: {keys}")
_CHANGE_NAME = Text("{title} 단축키 바꾸기", "Change the shortcut of {title}")
_RESET_NAME = Text("{title} 단축키를 기본값 {keys}{으로/로}", "{title}: back to the default {keys}")
_APPLIED = Text("바꿨어요", "Changed")
_NONE = Text("없음", "none")
_LISTEN_TITLE = Text("‘{title}’에 쓸 키를 누르세요", "Press the new keys for “{title}”")
_LISTEN_LINE = Text(
    "지금은 {keys}{이에요/예요}. Ctrl이나 Alt와 함께, 또는 F1–F12를 누르세요. Esc로 취소해요.",
    "Now it is {keys}. Use Ctrl or Alt with another key, or F1–F12. Esc cancels.",
)
#: of so many lines each turn of the event loop makes some
_LINES_AT_ONCE = 6
_WAITING = Text("키를 기다리고 있어요", "Waiting for keys")


class KeyCap(QWidget):
    """The keys in a frame, as they stand on the keyboard."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setFixedHeight(22)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        following_theme(self, self.updateGeometry)
        retranslating(self, self.updateGeometry)

    def set_keys(self, keys: str) -> None:
        self._keys = keys
        self.updateGeometry()
        self.update()

    def _shown(self) -> str:
        return self._keys or tr(_NONE)

    def sizeHint(self) -> QSize:
        width = painting.text_width(self._shown(), current_theme().font(Type.TABLE))
        return QSize(round(width + 2 * Space.M + 0.5), 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.BADGE, theme.colour("bg2"), theme.colour("line_strong"))
        token = "t1" if self._keys else "t3"
        painting.text(painter, area, self._shown(), theme.font(Type.TABLE), theme.colour(token), painting.CENTRE)


class ShortcutLine(QWidget):
    def __init__(self, row: ShortcutRow, model: ShortcutListViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.title = Label(row.title, "body_bold" if row.id == KILL_SWITCH else "body")
        self.cap = KeyCap(row.keys)
        self.change_button = Button(_CHANGE, size=ButtonSize.SMALL)
        self.change_button.clicked.connect(lambda: model.listen_for(row.id))
        self.reset_button = LinkButton(_RESET)
        self.reset_button.clicked.connect(lambda: model.reset(row.id))
        self.fixed = Label(_FIXED, "table", "t3")
        self.note = RowNote()
        line = QHBoxLayout()
        line.setSpacing(Space.M)
        line.addWidget(self.title, 1)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        line.addWidget(self.reset_button)
        line.addWidget(self.cap)
        line.addWidget(self.fixed if row.is_fixed else self.change_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.S, Space.XL, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(line)
        column.addWidget(self.note)
        self.show_row(row)
        retranslating(self, self._name)

    def show_row(self, row: ShortcutRow) -> None:
        self.row = row
        self.cap.set_keys(row.keys)
        self.reset_button.setVisible(row.is_changed)
        self._name()

    def show_outcome(self, state: ShortcutListState) -> None:
        if state.concerns != self.row.id:
            self.note.show_hint("")
        elif state.error is not None:
            self.note.show_error(state.error)
        elif state.is_applied:
            self.note.show_success(_APPLIED)
        else:
            self.note.show_hint("")

    def _name(self) -> None:
        self.setAccessibleName(tr(_NAME.format(title=self.row.title, keys=self.row.keys or _NONE)))
        self.change_button.setAccessibleName(tr(_CHANGE_NAME.format(title=self.row.title)))
        reset = _RESET_NAME.format(title=self.row.title, keys=self.row.default_keys)
        self.reset_button.setAccessibleName(tr(reset))


class ListenDialog(FittingDialog):
    """Takes the next combination of keys, whatever it would do elsewhere; a refused one stays to be replaced."""

    def __init__(self, row: ShortcutRow, model: ShortcutListViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_LISTEN_TITLE.format(title=row.title), parent)
        self._row = row
        self._model = model
        self.add_line(_LISTEN_LINE.format(keys=row.keys or _NONE))
        self.note = RowNote(_WAITING)
        self.note.label.set_style("body")
        self.add_widget(self.note)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.reject()
            return
        keys = pressed_keys(event)
        if not keys:
            return
        self._model.change(self._row.id, keys)
        if self._model.state.error is None:
            self.accept()
        else:
            self.note.show_error(self._model.state.error)


class _Block(QWidget):
    """A few lines, made in a turn of their own."""

    def __init__(self, ids: Sequence[str], model: ShortcutListViewModel) -> None:
        super().__init__()
        rows = {row.id: row for row in model.state.rows}
        self.lines = [ShortcutLine(rows[id], model) for id in ids]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for line in self.lines:
            column.addWidget(line)
        self.show_state(model.state)

    def show_state(self, state: ShortcutListState) -> None:
        rows = {row.id: row for row in state.rows}
        for line in self.lines:
            line.show_row(rows[line.row.id])
            line.show_outcome(state)


class ShortcutsPage(SectionPage):
    def __init__(self, services: AppServices, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, _LINE, parent)
        self.model = ShortcutListViewModel(services.shortcuts, self)
        self._blocks: list[Later[_Block]] = []
        self.dialog: ListenDialog | None = None
        self.reset_all_button = Button(_RESET_ALL, icon=Icon.UNDO, size=ButtonSize.SMALL)
        self.reset_all_button.clicked.connect(self.model.reset_all)
        for scope in Scope:
            if any(row.scope is scope for row in self.model.state.rows):
                self.add(self._panel(scope))
        self.finish()
        self.model.state_changed.connect(self._show)
        self._show(self.model.state)

    @property
    def lines(self) -> dict[str, ShortcutLine]:
        return {line.row.id: line for block in self._blocks for line in block.content.lines}

    def _panel(self, scope: Scope) -> Panel:
        panel = Panel(_TITLES[scope])
        if scope is Scope.APPLICATION:
            panel.add_tool(self.reset_all_button)
        column = panel.body_layout(0, 0)
        column.setContentsMargins(0, Space.S, 0, Space.S)
        ids = [row.id for row in self.model.state.rows if row.scope is scope]
        for first in range(0, len(ids), _LINES_AT_ONCE):
            self._blocks.append(self._block(ids[first : first + _LINES_AT_ONCE]))
            column.addWidget(self._blocks[-1])
        return panel

    def _block(self, ids: Sequence[str]) -> Later[_Block]:
        return Later(lambda: _Block(ids, self.model))

    @pyqtSlot(object)
    def _show(self, state: ShortcutListState) -> None:
        for block in self._blocks:
            if block.is_made:
                block.content.show_state(state)
        anything = any(row.is_changed for row in state.rows)
        nothing = Text("바꾼 단축키가 없어요.", "No shortcut was changed.")
        self.reset_all_button.set_disabled_reason(None if anything else nothing)
        if state.listening and self.dialog is None:
            self._listen(next(row for row in state.rows if row.id == state.listening))

    def _listen(self, row: ShortcutRow) -> None:
        self.dialog = ListenDialog(row, self.model, self.window())
        self.dialog.finished.connect(self._stop_listening)
        self.dialog.open()
        self.dialog.setFocus(Qt.FocusReason.OtherFocusReason)

    @pyqtSlot()
    def _stop_listening(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self.model.stop_listening()
