"""Buttons: normal, primary, quiet, danger (outlined), buy and sell (filled); busy; off with a reason."""

from __future__ import annotations

from enum import Enum

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type, TypeStyle
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.ui.widgets.spinner import Spinner


class ButtonRole(Enum):
    NORMAL = "normal"
    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"
    BUY = "buy"
    SELL = "sell"


class ButtonSize(Enum):
    SMALL = Height.CONTROL_SMALL
    NORMAL = Height.CONTROL
    LARGE = Height.CONTROL_LARGE
    ORDER = Height.ORDER_BUTTON


_FILLED = {
    ButtonRole.PRIMARY: ("primary", "primary_hover", "on_primary"),
    ButtonRole.BUY: ("buy", "buy_hover", "on_side"),
    ButtonRole.SELL: ("sell", "sell_hover", "on_side"),
}
_PADDING = {
    ButtonSize.SMALL: Space.M,
    ButtonSize.NORMAL: Space.L,
    ButtonSize.LARGE: Space.XL,
    ButtonSize.ORDER: Space.XL,
}


class Button(Pressable):
    """The verb names the effect ("비트코인 0.0032 BTC 매수", not "확인")."""

    def __init__(
        self,
        text: Words,
        role: ButtonRole = ButtonRole.NORMAL,
        icon: Icon | None = None,
        parent: QWidget | None = None,
        *,
        size: ButtonSize = ButtonSize.NORMAL,
    ) -> None:
        self._role = role
        self._icon = icon
        self._size = size
        self._busy = False
        self._spinner: Spinner | None = None
        super().__init__(text, parent)
        self.setFixedHeight(size.value)

    @property
    def role(self) -> ButtonRole:
        return self._role

    @property
    def is_busy(self) -> bool:
        return self._busy

    def set_role(self, role: ButtonRole) -> None:
        self._role = role
        self.update()

    def set_icon(self, icon: Icon | None) -> None:
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_busy(self, busy: bool) -> None:
        """A spinner in the icon's place; label and width stay, further presses do nothing."""
        if busy == self._busy:
            return
        self._busy = busy
        if self._spinner is None:
            self._spinner = Spinner(self)
        if busy:
            self._spinner.start()
        else:
            self._spinner.stop()
        self.update()

    def label_style(self) -> TypeStyle:
        if self._size is ButtonSize.SMALL:
            return Type.TABLE if self._role is not ButtonRole.PRIMARY else Type.TABLE_BOLD
        return Type.DIALOG_TITLE if self._size is ButtonSize.ORDER else Type.BODY_BOLD

    def sizeHint(self) -> QSize:
        width = self._content_width() + 2 * _PADDING[self._size] + 2
        return QSize(max(round(width + 0.5), Height.CLICK_TARGET), self._size.value)

    def _icon_size(self) -> int:
        return IconSize.TINY if self._size is ButtonSize.SMALL else IconSize.SMALL

    def _content_width(self, with_spinner: bool = False) -> float:
        label = painting.text_width(self.shown_text(), self.theme.font(self.label_style()))
        if self._icon is None and not with_spinner:
            return label
        return self._icon_size() + (Space.S + label if label else 0)

    # busy swallows input without giving up the focus

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if self._busy and event is not None:
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if self._busy and event is not None and event.key() != Qt.Key.Key_Tab:
            event.ignore()
            return
        super().keyPressEvent(event)

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        fill, edge, label = self._colours()
        painting.frame(painter, self.area(), Radius.CONTROL, fill, edge)
        self._paint_content(painter, label)

    def _colours(self) -> tuple[QColor | None, QColor | None, str]:
        if not self.isEnabled():
            quiet = self._role is ButtonRole.QUIET
            return (
                None if quiet else self.theme.colour("bg1"),
                None if quiet else self.theme.colour("line_strong"),
                "tdis",
            )
        if self._role in _FILLED:
            resting, hovered, label = _FILLED[self._role]
            return self.theme.colour(hovered if self._hovered or self.isDown() else resting), None, label
        if self._role is ButtonRole.QUIET:
            return self.surface(None), None, "t1" if self._hovered else "t2"
        if self._role is ButtonRole.DANGER:
            return self.surface(None), self.theme.colour("danger"), "danger"
        if self.isCheckable() and self.isChecked():
            return self.theme.colour("sel"), self.theme.colour("accent"), "accent_text"
        return self.surface("bg2"), self.theme.colour("control"), "t1"

    def _paint_content(self, painter: QPainter, token: str) -> None:
        size = self._icon_size()
        left = (self.width() - self._content_width(self._busy)) / 2
        if self._icon is not None or self._busy:
            spot = QRectF(QPointF(round(left), round((self.height() - size) / 2)), QPointF(0, 0))
            spot.setSize(QRectF(0, 0, size, size).size())
            if self._busy and self._spinner is not None:
                self._spinner.paint(painter, spot, self.theme.colour(token))
            elif self._icon is not None:
                paint_icon(painter, self._icon, spot, token)
            left += size + Space.S
        rect = QRectF(left, 0, self.width(), self.height())
        painting.text(painter, rect, self.shown_text(), self.theme.font(self.label_style()), self.theme.colour(token))


class IconButton(Button):
    """An icon alone: its words are the tooltip and the accessible name."""

    def __init__(
        self,
        icon: Icon,
        tip: Words,
        parent: QWidget | None = None,
        *,
        size: ButtonSize = ButtonSize.NORMAL,
        role: ButtonRole = ButtonRole.QUIET,
    ) -> None:
        super().__init__("", role, icon, parent, size=size)
        self.set_tip(tip)
        self.setFixedWidth(size.value)

    def sizeHint(self) -> QSize:
        return QSize(self._size.value, self._size.value)
