"""Confirm by typing: the word is shown, pasting is refused, Hangul being composed does not count yet."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent, QDropEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.field_box import FieldBox
from upbit_auto_trading.ui.widgets.field_note import FieldNote
from upbit_auto_trading.utils.bilingual_text import Text

_HINT = Text(ko="계속하려면 ‘{word}’{을/를} 입력하세요.", en="Type “{word}” to continue.")
_NO_PASTE = Text(
    ko="붙여 넣을 수 없어요. ‘{word}’{을/를} 직접 입력하세요.", en="Pasting is off here. Type “{word}” yourself."
)


class _TypedLine(QLineEdit):
    """Takes one key at a time: no paste, no drop, no middle button, no context menu."""

    paste_refused = pyqtSignal()
    composing = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.is_composing = False

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and (event.matches(QKeySequence.StandardKey.Paste) or len(event.text()) > 1):
            self.paste_refused.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.MiddleButton:
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """On X11 the middle button pastes when it is let go."""
        if event is not None and event.button() is Qt.MouseButton.MiddleButton:
            self.paste_refused.emit()
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def paste(self) -> None:
        """Assistive tools call it; Qt's own key goes another way and is caught above."""
        self.paste_refused.emit()

    def dropEvent(self, event: QDropEvent | None) -> None:
        self.paste_refused.emit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """None: it would offer to paste."""

    def inputMethodEvent(self, event: QInputMethodEvent | None) -> None:
        self.is_composing = bool(event is not None and event.preeditString())
        super().inputMethodEvent(event)
        self.composing.emit(self.is_composing)


class TypeToConfirm(QWidget):
    """``matched(bool)`` follows whether the word stands there complete; ``confirmed`` on Enter when it does."""

    matched = pyqtSignal(bool)
    confirmed = pyqtSignal()

    def __init__(self, word: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._matches = False
        self.field = _TypedLine()
        self.note = FieldNote()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.box = FieldBox(self.field)
        self.box.row.setContentsMargins(Space.M + 2, 0, Space.M, 0)
        column.addWidget(self.box)
        column.addWidget(self.note)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._check)
        self.field.composing.connect(self._check)
        self.field.paste_refused.connect(self._explain)
        self.field.returnPressed.connect(self._confirm)
        retranslating(self, self._show_words)

    @property
    def is_matched(self) -> bool:
        """Blanks at the ends and capital letters do not matter; unfinished syllables do."""
        return not self.field.is_composing and self.field.text().strip().casefold() == words(self._word).casefold()

    def _show_words(self) -> None:
        hint = _HINT.format(word=self._word)
        self.note.set_hint(hint)
        self.field.setAccessibleName(words(hint))
        self._check()

    def _check(self) -> None:
        if self.note.error is not None and self.field.text():
            self.note.set_error(None)
            self.box.set_fault(False)
        if self.is_matched != self._matches:
            self._matches = self.is_matched
            self.matched.emit(self._matches)

    def _explain(self) -> None:
        self.note.set_error(_NO_PASTE.format(word=self._word))
        self.box.set_fault(True)

    def _confirm(self) -> None:
        if self.is_matched:
            self.confirmed.emit()
