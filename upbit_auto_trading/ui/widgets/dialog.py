"""The frame of every dialog: its title is a question or a fact, Esc cancels, the safe button is the default."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Shell, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_CANCEL = Text(ko="취소", en="Cancel")


class Dialog(QDialog):
    """``Dialog(Text("포지션 4개를 팔까요?", …), parent)``, then ``add_line``, ``add_widget``, ``set_action``.

    The cancel button has the focus at first. ``live=True`` draws the amber strip.
    """

    def __init__(
        self,
        title: Words,
        parent: QWidget | None = None,
        *,
        live: bool = False,
        cancel: Words = _CANCEL,
        width: int = Shell.DIALOG_LEAST,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self.setModal(True)
        self.setMinimumWidth(min(max(width, Shell.DIALOG_LEAST), Shell.DIALOG_MOST))
        self.setMaximumWidth(Shell.DIALOG_MOST)
        self._column = QVBoxLayout(self)
        top = Space.XL + (Edge.LIVE_STRIP if live else 0)
        self._column.setContentsMargins(Space.XL, top, Space.XL, Space.XL)
        self._column.setSpacing(Space.L)
        self.title = Label(title, "dialog_title", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.M)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(Space.M)
        self.cancel_button = Button(cancel)
        self.cancel_button.clicked.connect(self.reject)
        self._column.addWidget(self.title)
        self._column.addLayout(self.body)
        self._column.addSpacing(Space.XS)
        self._column.addLayout(self.buttons)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel_button)
        retranslating(self, lambda: self._name(title))

    def _name(self, title: Words) -> None:
        self.setWindowTitle(words(title))
        self.setAccessibleName(words(title))

    def set_title(self, title: Words) -> None:
        self.title.set_text(title)
        self._name(title)

    def add_line(self, text: Words, style: str = "body", token: str = "t2") -> Label:
        label = Label(text, style, token, wrap=True)
        self.body.addWidget(label)
        return label

    def add_widget(self, widget: QWidget) -> None:
        self.body.addWidget(widget)

    def set_action(self, text: Words, role: ButtonRole = ButtonRole.PRIMARY) -> Button:
        """The button on the right, which accepts the dialog; cancel stays to its left."""
        button = Button(text, role)
        button.clicked.connect(self.accept)
        self.buttons.addWidget(button)
        return button

    def add_button(self, button: QWidget) -> None:
        """A hold button, or one that does not close the dialog."""
        self.buttons.addWidget(button)

    def fit_height(self) -> None:
        """Wrapped texts ask for more lines than they need until their width is known."""
        self._column.activate()
        height = self._column.totalHeightForWidth(self.width())
        if height > 0:
            self.resize(self.width(), height)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.fit_height()
        if self.focusWidget() is None:
            self.cancel_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """QDialog would press a default button of its own on Enter; here only the focused control acts."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("bg1"))
        if self._live:
            painting.bar(painter, QRectF(0, 0, self.width(), Edge.LIVE_STRIP), theme.colour("live_plate"))
