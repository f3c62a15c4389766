"""Switch, checkbox and radio card: on or off, painted alike, Space and Enter change them."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space, Type
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.pressable import Pressable

_SWITCH_WIDTH = 36
_SWITCH_HEIGHT = 20
_BOX = 16
_RADIO = 20


class _Toggle(Pressable):
    """On or off. ``toggled(bool)`` is Qt's own signal; ``set_on`` emits nothing."""

    def __init__(self, text: Words = "", on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFixedHeight(Height.CLICK_TARGET)

    def set_on(self, on: bool) -> None:
        blocked = self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(blocked)
        self.update()


class Switch(_Toggle):
    """For what takes effect at once."""

    def sizeHint(self) -> QSize:
        return QSize(_labelled_width(self, _SWITCH_WIDTH), Height.CLICK_TARGET)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        track = QRectF(0, (self.height() - _SWITCH_HEIGHT) / 2, _SWITCH_WIDTH, _SWITCH_HEIGHT)
        on, enabled = self.isChecked(), self.isEnabled()
        edge = "line_strong" if not enabled else "accent" if on else "control"
        fill = "bg2" if not enabled else "accent" if on else "bg3" if self._hovered else "bg2"
        painting.frame(painter, track, _SWITCH_HEIGHT / 2, self.theme.colour(fill), self.theme.colour(edge))
        size = _SWITCH_HEIGHT - 8
        left = track.right() - size - 4 if on else track.left() + 4
        knob = "tdis" if not enabled else "on_primary" if on else "t2"
        painting.frame(painter, QRectF(left, track.top() + 4, size, size), size / 2, self.theme.colour(knob))
        _paint_label(self, painter, _SWITCH_WIDTH)


class CheckBox(_Toggle):
    """For what is sent with a form."""

    def sizeHint(self) -> QSize:
        return QSize(_labelled_width(self, _BOX), Height.CLICK_TARGET)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        box = QRectF(0, (self.height() - _BOX) / 2, _BOX, _BOX)
        on, enabled = self.isChecked(), self.isEnabled()
        edge = "line_strong" if not enabled else "accent" if on else "control"
        fill = "accent" if on and enabled else "bg3" if self._hovered and enabled else "bg0"
        painting.frame(painter, box, 3, self.theme.colour(fill), self.theme.colour(edge))
        if on:
            paint_check(painter, box, self.theme.colour("on_primary" if enabled else "tdis"))
        _paint_label(self, painter, _BOX)


def paint_check(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    x, y, size = box.left(), box.top(), box.width()
    corner = QPointF(x + size * 0.43, y + size * 0.70)
    painter.drawPolyline(QPointF(x + size * 0.24, y + size * 0.52), corner, QPointF(x + size * 0.77, y + size * 0.32))
    painter.restore()


def _labelled_width(toggle: Pressable, mark: int) -> int:
    label = toggle.shown_text()
    if not label:
        return mark
    return round(mark + Space.M + painting.text_width(label, toggle.theme.font(Type.BODY)) + 1.5)


def _paint_label(toggle: Pressable, painter: QPainter, mark: int) -> None:
    rect = QRectF(mark + Space.M, 0, toggle.width(), toggle.height())
    token = "t1" if toggle.isEnabled() else "tdis"
    painting.text(painter, rect, toggle.shown_text(), toggle.theme.font(Type.BODY), toggle.theme.colour(token))


class RadioCard(Pressable):
    """A large choice with title, one line and room for more below; cards of one parent exclude each other."""

    def __init__(self, title: Words, line: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.title = Label(title, "title")
        self.line = Label(line, "body", "t2", wrap=True)
        self.head = QHBoxLayout()
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XXL + _RADIO + Space.L, Space.XL, Space.XXL, Space.XL)
        self.column.setSpacing(Space.S)
        self.column.addLayout(self.head)
        self.column.addWidget(self.line)
        for label in (self.title, self.line):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.line.setHidden(not self.line.text())

    def add_badge(self, badge: QWidget) -> None:
        self.head.addWidget(badge)

    def add_below(self, widget: QWidget) -> None:
        self.column.addWidget(widget)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        fill = "bg2" if self._hovered and not on else "bg1"
        edge = self.theme.colour("accent" if on else "control")
        painting.frame(painter, self.area(), Radius.WIZARD_CARD, self.theme.colour(fill), edge, 2 if on else 1)
        circle = QRectF(Space.XXL, Space.XL + 1, _RADIO, _RADIO)
        painting.frame(painter, circle, _RADIO / 2, self.theme.colour("bg0"), edge, 2)
        if on:
            painting.frame(painter, circle.adjusted(5, 5, -5, -5), _RADIO / 2, self.theme.colour("accent"))
