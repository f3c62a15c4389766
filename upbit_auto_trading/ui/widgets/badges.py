"""Badges: status chips with icon and word, and counts that end at 99+."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Limits, Radius, Space, Type


def chip_width(text: str, has_icon: bool) -> float:
    label = painting.text_width(text, current_theme().font(Type.CAPTION_BOLD))
    return label + 2 * Space.S + (IconSize.TINY + Space.XS if has_icon else 0)


def paint_chip(painter: QPainter, rect: QRectF, text: str, token: str, icon: Icon | None = None) -> None:
    """Outline, icon and word in one token; used by the badge and by table cells."""
    theme = current_theme()
    edge = theme.colour("line_strong") if token in ("t1", "t2", "t3") else theme.colour(token, 0.75)
    painting.frame(painter, rect, Radius.BADGE, theme.colour(token, 0.10), edge)
    left = rect.left() + Space.S
    if icon is not None:
        spot = QRectF(left, rect.top() + (rect.height() - IconSize.TINY) / 2, IconSize.TINY, IconSize.TINY)
        paint_icon(painter, icon, spot, token)
        left += IconSize.TINY + Space.XS
    words_rect = QRectF(left, rect.top(), rect.right() - left, rect.height())
    painting.text(painter, words_rect, text, theme.font(Type.CAPTION_BOLD), theme.colour(token))


class Badge(QWidget):
    """A chip 20 high: state as icon and word."""

    def __init__(
        self, text: Words = "", token: str = "t2", icon: Icon | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._token = token
        self._icon = icon
        self.setFixedHeight(Height.BADGE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    def set_state(self, text: Words, token: str = "t2", icon: Icon | None = None) -> None:
        self._text, self._token, self._icon = text, token, icon
        self._renew()

    def _renew(self) -> None:
        self.setAccessibleName(words(self._text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(chip_width(words(self._text), self._icon is not None) + 0.5), Height.BADGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        paint_chip(QPainter(self), QRectF(self.rect()), words(self._text), self._token, self._icon)


class CountBadge(QWidget):
    """A number in a pill; nothing at all for None."""

    def __init__(self, count: int | None = None, parent: QWidget | None = None, *, urgent: bool = False) -> None:
        super().__init__(parent)
        self._count = count
        self._urgent = urgent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(Height.COUNT_BADGE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(count)
        following_theme(self, self.updateGeometry)

    def set_count(self, count: int | None) -> None:
        self._count = count
        self.setHidden(count is None)
        self.setAccessibleName("" if count is None else formats.count(count, Limits.COUNT))
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        return "" if self._count is None else formats.count(self._count, Limits.COUNT)

    def sizeHint(self) -> QSize:
        width = painting.text_width(self.shown_text(), current_theme().font(Type.CAPTION))
        return QSize(max(round(width + 2 * Space.S + 0.5), Height.COUNT_BADGE), Height.COUNT_BADGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill, token = ("warning", "bg0") if self._urgent else ("bg3", "t2")
        painting.frame(painter, rect, rect.height() / 2, theme.colour(fill))
        style = Type.CAPTION_BOLD if self._urgent else Type.CAPTION
        painting.text(painter, rect, self.shown_text(), theme.font(style), theme.colour(token), painting.CENTRE)
