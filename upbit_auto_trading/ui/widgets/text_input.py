"""One line of text with hint and error below; the password form of it, and the one that filters a list."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_box import FieldBox
from upbit_auto_trading.ui.widgets.field_note import FieldNote, IconMark
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

_SHOW = Text(ko="보기", en="Show")
_HIDE = Text(ko="숨기기", en="Hide")
_CLEAR = Text(ko="지우기", en="Clear")


class TextInput(QWidget):
    """``changed`` while typing, ``committed`` on Enter or when the field is left with another text."""

    changed = pyqtSignal(str)
    committed = pyqtSignal(str)

    def __init__(
        self, placeholder: Words = "", hint: Words = "", name: Words = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._last = ""
        self.field = QLineEdit()
        self.box = FieldBox(self.field)
        self.box.row.setContentsMargins(Space.M + 2, 0, Space.M, 0)
        self.note = FieldNote(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.box)
        column.addWidget(self.note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._edited)
        self.field.editingFinished.connect(self._commit)
        retranslating(self, lambda: self._show_words(placeholder, name))

    def _show_words(self, placeholder: Words, name: Words) -> None:
        self.field.setPlaceholderText(words(placeholder))
        self.field.setAccessibleName(words(name) or words(placeholder))

    def text(self) -> str:
        return self.field.text()

    def set_text(self, text: str) -> None:
        """From the state: no ``committed``."""
        self._last = text
        self.field.setText(text)

    def set_error(self, sentence: Words | None) -> None:
        """The text stays as typed; the sentence stands under the field."""
        self.note.set_error(sentence)
        self.box.set_fault(sentence is not None)
        self.field.setAccessibleDescription(self.note.label.text())

    def _edited(self, text: str) -> None:
        self.changed.emit(text)

    def _commit(self) -> None:
        text = self.field.text()
        if text != self._last:
            self._last = text
            self.committed.emit(text)


class PasswordInput(TextInput):
    """Masked, with a button that shows it. The value leaves as a :class:`Secret`; signals do not carry it."""

    filled = pyqtSignal(bool)

    def __init__(
        self, placeholder: Words = "", hint: Words = "", name: Words = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(placeholder, hint, name, parent)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.toggle = IconButton(Icon.SHOW, _SHOW, size=ButtonSize.SMALL)
        self.toggle.setCursor(Qt.CursorShape.ArrowCursor)
        self.toggle.clicked.connect(self._change_echo)
        self.box.row.setContentsMargins(Space.M + 2, 0, 3, 0)
        self.box.row.addWidget(self.toggle)

    def secret(self) -> Secret:
        return Secret(self.field.text())

    @property
    def is_shown(self) -> bool:
        return self.field.echoMode() is QLineEdit.EchoMode.Normal

    def clear(self) -> None:
        self._last = ""
        self.field.clear()

    def _change_echo(self) -> None:
        shown = not self.is_shown
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.toggle.set_icon(Icon.HIDE if shown else Icon.SHOW)
        self.toggle.set_tip(_HIDE if shown else _SHOW)

    def _edited(self, text: str) -> None:
        self.filled.emit(bool(text))

    def _commit(self) -> None:
        """The text of a password is never sent around."""


class FilterInput(TextInput):
    """Find in a list: a magnifier at the left and a button that empties it."""

    def __init__(self, placeholder: Words, parent: QWidget | None = None) -> None:
        super().__init__(placeholder, parent=parent)
        self.clear_button = IconButton(Icon.CLOSE, _CLEAR, size=ButtonSize.SMALL)
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clear_button.clicked.connect(self.field.clear)
        self.clear_button.hide()
        self.box.row.setContentsMargins(Space.M, 0, 3, 0)
        self.box.row.insertWidget(0, IconMark(Icon.SEARCH, "t2"))
        self.box.row.insertSpacing(1, Space.S)
        self.box.row.addWidget(self.clear_button)
        self.field.textChanged.connect(lambda text: self.clear_button.setHidden(not text))
