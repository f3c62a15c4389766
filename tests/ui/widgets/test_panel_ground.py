"""A panel that is painted in pieces looks as one that is painted whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtGui import QImage, QPainter, QRegion
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.widgets.panel import Panel

WIDTH, HEIGHT = 200, 160
#: around every edge, the corners and the line below the header
ACROSS, DOWN = (
    (0, 1, 2, 3, 8, 100, 192, 197, 198, 199, WIDTH),
    (0, 1, 2, 8, 36, 37, 38, 100, 152, 157, 158, 159, HEIGHT),
)
PIECES = [
    QRect(left, top, right - left, bottom - top) for left, right in pairwise(ACROSS) for top, bottom in pairwise(DOWN)
]


def drawn(panel: Panel, pieces: list[QRect], ratio: float) -> QImage:
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0xFF808080)
    painter = QPainter(image)
    for piece in pieces:
        panel.render(painter, piece.topLeft(), QRegion(piece), QWidget.RenderFlag(0))
    painter.end()
    return image


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("is_live", [False, True])
@pytest.mark.parametrize("has_header", [False, True])
def test_pieces_are_the_whole(qtbot: QtBot, theme: Theme, ratio: float, is_live: bool, has_header: bool) -> None:
    panel = Panel("종목")
    qtbot.addWidget(panel)
    panel.set_body(QWidget())
    panel.set_live(is_live)
    panel.header.setVisible(has_header)
    panel.resize(WIDTH, HEIGHT)
    for name in ThemeName:
        theme.apply(name)
        whole = drawn(panel, [QRect(QPoint(0, 0), panel.size())], ratio)
        assert drawn(panel, PIECES, ratio) == whole
        assert whole.pixelColor(0, 0).name() == "#808080", "its corners are round"
        assert whole.pixelColor(round(100 * ratio), round(80 * ratio)) == theme.colour("bg1")
