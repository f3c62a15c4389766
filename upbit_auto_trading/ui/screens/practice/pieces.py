"""Small parts of the practice screen: a fact in one line, and an address that can be copied."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_COPY = Text("{what} 복사", "Copy {what}")
_COPIED = Text("복사했어요", "Copied")
_SHOW = Text("{what} 보기", "Show {what}")
_HIDE = Text("{what} 숨기기", "Hide {what}")
_LABEL_WIDTH = 104


class FactLine(QWidget):
    """A label at the left, a number at the right."""

    def __init__(self, label: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(label, "table", "t2")
        self.value = Label("", "table", "t1")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.label)
        row.addStretch(1)
        row.addWidget(self.value)

    def show_value(self, value: Words, label: Words | None = None) -> None:
        self.value.set_text(value)
        if label is not None:
            self.label.set_text(label)


class CopyLine(QWidget):
    """An address or key for another program: shown (a secret only on request), never changed, copied by a button."""

    def __init__(self, label: Text, *, is_secret: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Callable[[], str] = str
        self._label = label
        self.name = Label(label, "table", "t2")
        self.field = TextInput(name=label)
        self.field.field.setReadOnly(True)
        self.copy = IconButton(Icon.COPY, _COPY.format(what=label), size=ButtonSize.SMALL)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.name.setMinimumWidth(_LABEL_WIDTH)
        row.addWidget(self.name)
        row.addWidget(self.field, 1)
        self.eye: IconButton | None = None
        if is_secret:
            self.field.field.setEchoMode(QLineEdit.EchoMode.Password)
            self.eye = IconButton(Icon.SHOW, _SHOW.format(what=label), size=ButtonSize.SMALL)
            self.eye.clicked.connect(self._toggle)
            row.addWidget(self.eye)
        row.addWidget(self.copy)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        retranslating(self, lambda: self.setAccessibleName(words(label)))

    def set_value(self, value: Callable[[], str] | None) -> None:
        """Revealed only when it is shown or copied; None: there is none now."""
        self._value = value or str
        is_masked = self.field.field.echoMode() is QLineEdit.EchoMode.Password
        # as many dots whatever the length
        self.field.set_text(("•" * 24 if is_masked else self._value()) if value is not None else "")
        for button in (self.copy, self.eye):
            if button is not None:
                button.setEnabled(value is not None)

    def _toggle(self) -> None:
        assert self.eye is not None
        is_hidden = self.field.field.echoMode() is QLineEdit.EchoMode.Password
        shown = QLineEdit.EchoMode.Normal if is_hidden else QLineEdit.EchoMode.Password
        self.field.field.setEchoMode(shown)
        self.eye.set_icon(Icon.HIDE if is_hidden else Icon.SHOW)
        self.eye.set_tip((_HIDE if is_hidden else _SHOW).format(what=self._label))
        self.set_value(self._value)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._value())
            self.copy.set_icon(Icon.CHECK)
            self.copy.set_tip(tr(_COPIED))

    def forget_copying(self) -> None:
        """When the page is left: the mark of the last copy goes."""
        self.copy.set_icon(Icon.COPY)
        self.copy.set_tip(_COPY.format(what=self._label))
