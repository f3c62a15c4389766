"""A ring of 2 px with a gap of 2 px around whatever has the focus, the same for every control.

A widget cannot paint outside itself, so one transparent overlay follows the focus. A widget says how it
wants to be marked with the property ``focusRing``: "outside" (usual), "inside" (large views) or "none".
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, pyqtSlot
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from upbit_auto_trading.ui.design.tokens import Edge, Radius

_REACH = Edge.FOCUS_RING + Edge.FOCUS_GAP
_FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
    QEvent.Type.EnabledChange,
}


class _Overlay(QWidget):
    def __init__(self, parent: QWidget, colour: Callable[[], QColor], radius: float) -> None:
        super().__init__(parent)
        self._colour = colour
        self._radius = radius
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour(), Edge.FOCUS_RING))
        half = Edge.FOCUS_RING / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, self._radius, self._radius)


class FocusRing(QObject):
    def __init__(self, app: QApplication, colour: Callable[[], QColor]) -> None:
        super().__init__(app)
        self._colour = colour
        self._target: QWidget | None = None
        self._overlay: _Overlay | None = None
        self._watched: list[QWidget] = []
        app.focusChanged.connect(self._focus_changed)

    def remove(self) -> None:
        self._release()
        self.deleteLater()

    @property
    def overlay(self) -> QWidget | None:
        return self._overlay

    @pyqtSlot("QWidget*", "QWidget*")
    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._release()
        target = marked_widget(new)
        if target is None:
            return
        host = _host_of(target)
        if host is None:
            return
        self._target = target
        inside = target.property("focusRing") == "inside"
        radius = Radius.CONTROL if inside else Radius.CONTROL + _REACH - Edge.FOCUS_RING / 2
        self._overlay = _Overlay(host, self._colour, float(radius))
        self._overlay.destroyed.connect(self._forget)
        self._watch(target, host)
        self._place()

    def _watch(self, target: QWidget, host: QWidget) -> None:
        step: QWidget | None = target
        while step is not None and step is not host:
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()

    def _release(self) -> None:
        for widget in self._watched:
            try:
                widget.removeEventFilter(self)
            except RuntimeError:  # the widget has gone, and its filters with it
                continue
        self._watched = []
        self._target = None
        if self._overlay is not None:
            overlay, self._overlay = self._overlay, None
            overlay.hide()
            overlay.deleteLater()

    @pyqtSlot()
    def _forget(self) -> None:
        if self.sender() is self._overlay or self.sender() is None:
            self._overlay = None

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _FOLLOWED and watched in self._watched:
            self._place()
        return False

    def _place(self) -> None:
        target, overlay = self._target, self._overlay
        if target is None or overlay is None:
            return
        host = overlay.parentWidget()
        if host is None or not target.isVisibleTo(host):
            overlay.hide()
            return
        area = QRect(target.mapTo(host, QPoint(0, 0)), target.size())
        if target.property("focusRing") != "inside":
            area = area.adjusted(-_REACH, -_REACH, _REACH, _REACH)
        overlay.setGeometry(area)
        overlay.raise_()
        overlay.show()


def marked_widget(widget: QWidget | None) -> QWidget | None:
    """The widget to mark: a field inside a composed control passes the ring on to the control."""
    step = widget
    while step is not None and step.property("focusRing") == "parent":
        step = step.parentWidget()
    if step is None or step.isWindow() or step.property("focusRing") == "none":
        return None
    return step


def _host_of(target: QWidget) -> QWidget | None:
    """The nearest surface that scrolls with the target, so that the ring is cut off where the target is."""
    step = target.parentWidget()
    while step is not None and not step.isWindow():
        grand = step.parentWidget()
        if isinstance(grand, QAbstractScrollArea) and step is grand.viewport():
            return step
        step = grand
    return step
