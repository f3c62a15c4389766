"""A bar that shows a share of a limit, with an optional mark at the limit."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height


class MeterBar(QWidget):
    def __init__(
        self, fraction: float = 0.0, token: str = "accent", mark: float | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fraction = fraction
        self._token = token
        self._mark = mark
        self.setFixedHeight(Height.METER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def fraction(self) -> float:
        return self._fraction

    def set_value(self, fraction: float, token: str | None = None, mark: float | None = None) -> None:
        self._fraction = fraction
        self._token = token or self._token
        self._mark = mark if mark is not None else self._mark
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(formats.percent(self._fraction, 0))

    def sizeHint(self) -> QSize:
        return QSize(120, Height.METER)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        paint_meter(QPainter(self), QRectF(self.rect()), self._fraction, self._token, self._mark)


def paint_meter(
    painter: QPainter, rect: QRectF, fraction: float, token: str = "accent", mark: float | None = None
) -> None:
    theme = current_theme()
    radius = rect.height() / 2
    painting.frame(painter, rect, radius, theme.colour("bg3"))
    share = min(max(fraction, 0.0), 1.0)
    if share > 0:
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(painting.snapped(painter, rect), radius, radius)
        painter.setClipPath(clip)
        filled = QRectF(rect.left(), rect.top(), rect.width() * share, rect.height())
        painting.frame(painter, filled, radius, theme.colour(token))
        painter.restore()
    if mark is not None and 0 <= mark <= 1:
        at = rect.left() + (rect.width() - 2) * mark
        painting.bar(painter, QRectF(at, rect.top(), 2, rect.height()), theme.colour("warning"))
