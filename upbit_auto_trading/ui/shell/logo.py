"""The program's mark, painted: three candles on a teal square. One drawing for the top bar and the window's icon."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Shell

# Wick top, body top, body bottom, wick bottom of each candle, as shares of the square.
_CANDLES = ((0.26, 0.36, 0.58, 0.70), (0.40, 0.48, 0.70, 0.78), (0.20, 0.30, 0.54, 0.64))
_BODY_WIDTH = 0.14
_WICK_WIDTH = 0.045
_SQUARE = 28
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


def paint_logo(painter: QPainter, square: QRectF, ground: QColor, ink: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    radius = square.width() * 0.22
    painter.drawRoundedRect(square, radius, radius)
    painter.setBrush(ink)
    for place, (wick_top, body_top, body_bottom, wick_bottom) in enumerate(_CANDLES):
        centre = square.left() + square.width() * (0.28 + 0.22 * place)
        for width, top, bottom in ((_WICK_WIDTH, wick_top, wick_bottom), (_BODY_WIDTH, body_top, body_bottom)):
            drawn = square.width() * width
            painter.drawRoundedRect(
                QRectF(
                    centre - drawn / 2,
                    square.top() + square.height() * top,
                    drawn,
                    square.height() * (bottom - top),
                ),
                drawn * 0.2,
                drawn * 0.2,
            )
    painter.restore()


def window_icon() -> QIcon:
    theme = current_theme()
    icon = QIcon()
    for size in _ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_logo(painter, QRectF(0, 0, size, size), theme.colour("accent"), theme.colour("bg0"))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Logo(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(Shell.LOGO, Shell.TOP_BAR)
        self.setAccessibleName("Upbit AutoTrader")

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        square = QRectF((self.width() - _SQUARE) / 2, (self.height() - _SQUARE) / 2, _SQUARE, _SQUARE)
        paint_logo(painter, square, theme.colour("accent"), theme.colour("bg1"))
