"""The buttons of the column of tools: filled while chosen; one shows a colour."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter, QPaintEvent

from upbit_auto_trading.ui.charts.line_looks import overlay_token
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton


class ToolButton(IconButton):
    """Filled while it is the chosen one."""

    def __init__(self, icon: Icon, tip: Words, name: Words) -> None:
        self.icon_shown = icon
        self._name = name
        super().__init__(icon, tip, size=ButtonSize.NORMAL)
        self.setMinimumHeight(Height.CLICK_TARGET)
        self.setMaximumHeight(Height.CONTROL)
        self.setCheckable(True)
        retranslating(self, self._show_words)

    def _show_words(self) -> None:
        super()._show_words()
        self.setAccessibleName(words(self._name))

    def rename(self, name: Words) -> None:
        self._name = name
        self.set_tip(name)

    def _icon_size(self) -> int:
        return IconSize.SMALL

    def _colours(self) -> tuple[QColor | None, QColor | None, str]:
        if self.isChecked() and self.isEnabled():
            return self.theme.colour("sel"), None, "accent_text"
        return super()._colours()


class ColourButton(ToolButton):
    """Shows the colour itself."""

    colour = 0

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        fill, edge, _ = self._colours()
        painting.frame(painter, self.area(), Radius.CONTROL, fill, edge)
        size = IconSize.TINY
        spot = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        colour = current_theme().colour(overlay_token(self.colour))
        painting.frame(painter, spot, Radius.BADGE, colour, current_theme().colour("control"))
