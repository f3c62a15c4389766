"""Run by test_everything_renders with QT_SCALE_FACTOR set: prints every frame that lost one of its four edges."""

from __future__ import annotations

import sys

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget

from upbit_auto_trading.ui.design import painting

GROUND, EDGE, FILL = QColor("#000000"), QColor("#ffffff"), QColor("#0000ff")
NEARLY = 240  # antialiasing rounds the last bits


class Framed(QWidget):
    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painting.frame(QPainter(self), QRectF(self.rect()), 4, FILL, EDGE)


class Ground(QWidget):
    def paintEvent(self, _event: QPaintEvent | None) -> None:
        QPainter(self).fillRect(self.rect(), GROUND)


def edges_seen(image: QImage, ratio: float, widget: QWidget) -> list[bool]:
    """Walking inwards from outside, the edge colour must come before the fill on all four sides."""
    x, y = widget.geometry().center().x(), widget.geometry().center().y()
    middle_x, middle_y = round(x * ratio), round(y * ratio)
    seen = []
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        at_x, at_y = middle_x, middle_y
        while image.pixelColor(at_x, at_y).red() < NEARLY and image.pixelColor(at_x, at_y).blue() > NEARLY:
            at_x, at_y = at_x + dx, at_y + dy
        seen.append(image.pixelColor(at_x, at_y).red() > NEARLY)
    return seen


def main() -> int:
    app = QApplication([*sys.argv[:1], "-platform", "offscreen"])
    window = Ground()
    frames = []
    for row in range(8):
        for column in range(8):
            frame = Framed(window)
            frame.setGeometry(10 + column * 61, 10 + row * 51, 40 + row, 30 + column)
            frames.append(frame)
    window.resize(520, 440)
    window.show()
    app.processEvents()
    image = window.grab().toImage()
    ratio = window.devicePixelRatioF()
    lost = [frame.geometry().getRect() for frame in frames if not all(edges_seen(image, ratio, frame))]
    print(f"ratio {ratio}: {len(frames)} frames, {len(lost)} lost an edge {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
