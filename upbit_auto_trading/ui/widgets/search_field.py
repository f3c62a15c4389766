"""The search of the top bar: 250 wide with its shortcut, an icon when there is no room."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Shell, Space, Type
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.utils.bilingual_text import Text

_SHORT_PROMPT = Text(ko="찾기", en="Find")
_PROMPT = Text(ko="종목·화면·명령 찾기 (예: ㅂㅌ)", en="Find market, page, command")


def paint_key_cap(painter: QPainter, right: float, height: float, keys: str, edge: str = "line_strong") -> float:
    """The little frame around a shortcut, ending at ``right``; answers its left edge."""
    theme = current_theme()
    font = theme.font(Type.CAPTION)
    width = painting.text_width(keys, font) + 2 * Space.S
    rect = QRectF(round(right - width), (height - 18) / 2, round(width), 18)
    painting.frame(painter, rect, Radius.BADGE, None, theme.colour(edge))
    painting.text(painter, rect, keys, font, theme.colour("t2"), painting.CENTRE)
    return rect.left()


class SearchField(Pressable):
    """Looks like a field and opens the finder when pressed: ``clicked``. ``set_narrow`` makes it an icon."""

    def __init__(self, keys: str = "Ctrl K", prompt: Words = _PROMPT, parent: QWidget | None = None) -> None:
        self._keys = keys
        self._narrow = False
        super().__init__(prompt, parent)
        self.set_tip(Text(ko="찾기 ({keys})", en="Find ({keys})").format(keys=keys))
        self.setFixedHeight(Height.CONTROL)
        self.set_narrow(False)

    @property
    def is_narrow(self) -> bool:
        return self._narrow

    def set_keys(self, keys: str) -> None:
        self._keys = keys
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setFixedWidth(Height.CONTROL if narrow else Shell.SEARCH)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Height.CONTROL if self._narrow else Shell.SEARCH, Height.CONTROL)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        size = IconSize.SMALL
        if self._narrow:
            painting.frame(painter, self.area(), Radius.CONTROL, self.surface(None))
            middle = (Height.CONTROL - size) / 2
            paint_icon(painter, Icon.SEARCH, QRectF(middle, middle, size, size), "t2")
            return
        painting.frame(painter, self.area(), Radius.CONTROL, self.surface("bg2"), self.theme.colour("control"))
        paint_icon(painter, Icon.SEARCH, QRectF(Space.M, (self.height() - size) / 2, size, size), "t2")
        end = paint_key_cap(painter, self.width() - Space.M, self.height(), self._keys)
        left = Space.M + size + Space.S
        rect = QRectF(left, 0, end - left - Space.S, self.height())
        font = self.theme.font(Type.TABLE)
        fits = painting.text_width(self.shown_text(), font) <= rect.width()
        shown = self.shown_text() if fits else tr(_SHORT_PROMPT)
        painting.text(painter, rect, shown, font, self.theme.colour("t3"))
