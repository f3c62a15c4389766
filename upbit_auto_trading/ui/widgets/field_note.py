"""The line under a field: a hint at rest, the sentence with an icon when something is wrong."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.tokens import IconSize, Space
from upbit_auto_trading.ui.widgets.label import Label


class IconMark(QWidget):
    """An icon that is no button."""

    def __init__(
        self, icon: Icon, token: str = "t2", size: int = IconSize.SMALL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._token = token
        self.setFixedSize(size, size)

    def set_icon(self, icon: Icon, token: str) -> None:
        self._icon, self._token = icon, token
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        paint_icon(QPainter(self), self._icon, QRectF(self.rect()), self._token)


class FieldNote(QWidget):
    def __init__(self, hint: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self._error: Words | None = None
        self._mark = IconMark(Icon.ERROR, "error", IconSize.TINY)
        self.label = Label(hint, "caption", "t3", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._mark)
        row.addWidget(self.label, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._show()

    @property
    def error(self) -> Words | None:
        return self._error

    def set_hint(self, hint: Words) -> None:
        self._hint = hint
        self._show()

    def set_error(self, error: Words | None) -> None:
        self._error = error
        self._show()

    def _show(self) -> None:
        wrong = self._error is not None
        self._mark.setHidden(not wrong)
        self.label.set_token("error" if wrong else "t3")
        self.label.set_text(self._error if self._error is not None else self._hint)
        hidden = not wrong and not words(self._hint)
        if hidden or self.parentWidget() is not None:  # shown without a parent it would be a window of its own
            self.setHidden(hidden)
        else:
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)  # shown with its parent, later
