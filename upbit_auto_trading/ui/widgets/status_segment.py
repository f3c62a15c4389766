"""One fact in the status bar: icon, words, perhaps a press that leads to its screen."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import IconSize, Shell, Space, Type
from upbit_auto_trading.ui.widgets.pressable import Pressable


class StatusSegment(Pressable):
    """Keeps the widest width it had, so that its neighbours do not move while a number changes."""

    def __init__(
        self,
        text: Words = "",
        icon: Icon | None = None,
        token: str = "t2",
        parent: QWidget | None = None,
        *,
        pressable: bool = False,
        divider: bool = True,
    ) -> None:
        self._icon = icon
        self._token = token
        self._divider = divider
        self._widest = 0
        self._pressable = pressable
        super().__init__(text, parent)
        self.setFixedHeight(Shell.STATUS_BAR)
        if pressable:
            self.setProperty("focusRing", "inside")
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_state(self, text: Words, token: str = "t2", icon: Icon | None = None) -> None:
        icon = icon if icon is not None else self._icon
        if (text, token, icon) == (self._words, self._token, self._icon):
            return  # told every second, painted when it says something new
        self._token = token
        self._icon = icon
        self.set_text(text)

    @property
    def shown_icon(self) -> Icon | None:
        return self._icon

    def sizeHint(self) -> QSize:
        label = painting.text_width(self.shown_text(), self.theme.font(Type.CAPTION))
        icon = IconSize.TINY + Space.XS if self._icon is not None else 0
        width = round(label + icon + 2 * Space.M + 1.5) if label or icon else 0
        self._widest = (
            max(self._widest, width)
            if width <= self._widest + Space.XXL and width > self._widest - Space.XXL
            else width
        )
        return QSize(self._widest, Shell.STATUS_BAR)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        if self._pressable:
            fill = self.surface(None)
            if fill is not None:
                painting.bar(painter, self.area(), fill)
        left = float(Space.M)
        if self._icon is not None:
            top = (self.height() - IconSize.TINY) / 2
            paint_icon(painter, self._icon, QRectF(left, top, IconSize.TINY, IconSize.TINY), self._token)
            left += IconSize.TINY + Space.XS
        rect = QRectF(left, 0, self.width(), self.height())
        painting.text(painter, rect, self.shown_text(), self.theme.font(Type.CAPTION), self.theme.colour(self._token))
        if self._divider:
            line = QRectF(self.width() - 1, Space.S, 1, self.height() - 2 * Space.S)
            painting.bar(painter, line, self.theme.colour("line_strong"))
