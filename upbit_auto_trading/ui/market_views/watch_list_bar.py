"""One line over a watch list: which one, a new one, its name, and deleting it, which can be undone in place."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, words
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.watch_lists import WatchListsModel, list_name
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.states import LinkButton
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_LISTS = Text("관심 목록", "Watch lists")
_ADD = Text("새 목록", "New list")
_RENAME = Text("이름 바꾸기", "Rename")
_DELETE = Text("목록 지우기", "Delete the list")
_NAME = Text("목록 이름", "Name of the list")
_SAVE = Text("저장", "Save")
_DELETED = Text("‘{name}’ 목록을 지웠어요.", "“{name}” was deleted.")
_UNDO = Text("되돌리기", "Undo")
_OWN_ORDER = Text("내 순서로", "My order")
_OWN_ORDER_TIP = Text(
    "정렬을 풀고 끌어 놓은 순서로 보여요. Alt+↑↓로도 옮겨요.",
    "Shows the order that you made by dragging, or with Alt+↑↓.",
)
_NOT_YET = Text("관심 목록을 읽고 있어요.", "The watch lists are being read.")


class WatchListBar(QWidget):
    """``own_order_asked``: the user wants the rows as he put them."""

    own_order_asked = pyqtSignal()

    def __init__(self, model: WatchListsModel) -> None:
        super().__init__()
        self._model = model
        self._save: Callable[[str], None] = model.add
        self.choice = Select((), name=_LISTS, small=True)
        self.add = IconButton(Icon.ADD, _ADD, size=ButtonSize.SMALL)
        self.rename = IconButton(Icon.EDIT, _RENAME, size=ButtonSize.SMALL)
        self.delete = IconButton(Icon.DELETE, _DELETE, size=ButtonSize.SMALL)
        self.own_order = Button(_OWN_ORDER, size=ButtonSize.SMALL)
        self.own_order.set_tip(_OWN_ORDER_TIP)
        self.own_order.hide()
        self.name = TextInput(_NAME, name=_NAME)
        self.save = Button(_SAVE, size=ButtonSize.SMALL)
        self.problem = FieldNote()
        self.deleted = Label("", "table", "t2")
        self.undo = LinkButton(_UNDO)
        self._arrange()
        self._connect()
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        first = QHBoxLayout()
        first.setSpacing(Space.XXS)
        self.choice.setMaximumWidth(Shell.SEARCH)
        first.addWidget(self.choice, 1)
        for button in (self.add, self.rename, self.delete):
            first.addWidget(button)
        first.addStretch(0)
        first.addWidget(self.own_order)
        column.addLayout(first)
        self.naming = QWidget()
        second = QHBoxLayout(self.naming)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(Space.S)
        second.addWidget(self.name, 1)
        second.addWidget(self.save)
        self.naming.hide()
        column.addWidget(self.naming)
        column.addWidget(self.problem)
        self.undoing = QWidget()
        third = QHBoxLayout(self.undoing)
        third.setContentsMargins(0, 0, 0, 0)
        third.setSpacing(Space.S)
        third.addWidget(self.deleted)
        third.addWidget(self.undo)
        third.addStretch(1)
        self.undoing.hide()
        column.addWidget(self.undoing)

    def _connect(self) -> None:
        model = self._model
        self.choice.chosen.connect(lambda number: model.choose(int(number)))
        self.add.clicked.connect(lambda: self._ask_name(model.add, ""))
        self.rename.clicked.connect(lambda: self._ask_name(model.rename, words(list_name(model.current))))
        self.delete.clicked.connect(self._remove)
        self.undo.clicked.connect(model.undo_remove)
        self.save.clicked.connect(self._give_name)
        self.name.field.returnPressed.connect(self._give_name)
        self.own_order.clicked.connect(self.own_order_asked)
        model.changed.connect(self._draw)

    def set_can_restore_order(self, can: bool) -> None:
        self.own_order.setVisible(can)

    # what the user does

    def _ask_name(self, save: Callable[[str], None], first: str) -> None:
        self._save = save
        self.problem.set_error(None)
        self.name.set_text(first)
        self.naming.show()
        self.name.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.field.selectAll()

    def _give_name(self) -> None:
        try:
            self._save(self.name.text())
        except InvalidParameter as error:
            message = explain(error)
            self.problem.set_error(
                Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}")
            )
            return
        self._stop_naming()

    def _stop_naming(self) -> None:
        self.problem.set_error(None)
        self.naming.hide()
        self.choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        self._stop_naming()
        self._model.remove()
        self.undo.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape and self.naming.isVisible():
            self._stop_naming()
        else:
            super().keyPressEvent(event)

    # drawing

    def _draw(self) -> None:
        model = self._model
        options = [(str(one.number), list_name(one)) for one in model.lists.lists]
        if options != self.choice.options:
            self.choice.set_options(options)
        self.choice.set_current(str(model.current.number))
        for button in (self.add, self.rename, self.delete):
            button.set_disabled_reason(None if model.is_known else _NOT_YET)
        removed = model.removed
        self.undoing.setVisible(removed is not None)
        if removed is not None:
            self.deleted.set_text(_DELETED.format(name=list_name(removed)))
