"""One line of text with hint and error below, and the password form of it."""

from __future__ import annotations

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.icons import Icon, bind_icon, icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import following_theme
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.field_note import FieldNote, mark_fault
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

_SHOW = Text(ko="보기", en="Show")
_HIDE = Text(ko="숨기기", en="Hide")


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
        self.note = FieldNote(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.field)
        column.addWidget(self.note)
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
        self._last = text
        self.field.setText(text)

    def set_error(self, sentence: Words | None) -> None:
        """The text stays as typed; the sentence stands under the field."""
        self.note.set_error(sentence)
        mark_fault(self.field, sentence is not None, self.note)

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
        self._toggle = QAction(self.field)
        self.field.addAction(self._toggle, QLineEdit.ActionPosition.TrailingPosition)
        self._toggle.triggered.connect(self._change_echo)
        following_theme(self, self._show_toggle)
        retranslating(self, self._show_toggle)

    def secret(self) -> Secret:
        return Secret(self.field.text())

    @property
    def is_shown(self) -> bool:
        return self.field.echoMode() is QLineEdit.EchoMode.Normal

    def clear(self) -> None:
        self._last = ""
        self.field.clear()

    def _change_echo(self) -> None:
        mode = QLineEdit.EchoMode
        self.field.setEchoMode(mode.Password if self.is_shown else mode.Normal)
        self._show_toggle()

    def _show_toggle(self) -> None:
        self._toggle.setIcon(icon(Icon.HIDE if self.is_shown else Icon.SHOW, "t2"))
        self._toggle.setText(tr(_HIDE if self.is_shown else _SHOW))
        self._toggle.setToolTip(tr(_HIDE if self.is_shown else _SHOW))

    def _edited(self, text: str) -> None:
        self.filled.emit(bool(text))

    def _commit(self) -> None:
        """The text of a password is never sent around."""


class FilterInput(TextInput):
    """Find in a list: a magnifier at the left and a button that empties it."""

    def __init__(self, placeholder: Words, parent: QWidget | None = None) -> None:
        super().__init__(placeholder, parent=parent)
        self._lens = QAction(self.field)
        self.field.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.field.setClearButtonEnabled(True)
        bind_icon(self._lens.setIcon, Icon.SEARCH, "t3")

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())
