"""Rows of a list that the user puts in order: dragged with the pointer, or moved with Alt+↑ and Alt+↓."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractItemView, QApplication, QWidget

from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge

_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _DropLine(QWidget):
    """Where the row would come to lie."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().colour("accent"))


class RowMover(QObject):
    """``moved(row, to)``: ``to`` counts among the other rows. Off until :meth:`set_enabled`."""

    moved = pyqtSignal(int, int)

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        viewport = view.viewport()
        assert viewport is not None  # every item view has one
        self._viewport = viewport
        self._line = _DropLine(viewport)
        self._is_enabled = False
        self._pressed: tuple[int, QPoint] | None = None
        self._target: int | None = None
        view.installEventFilter(self)
        viewport.installEventFilter(self)

    def set_enabled(self, enabled: bool) -> None:
        self._is_enabled = enabled
        if not enabled:
            self._end()

    @property
    def is_enabled(self) -> bool:
        return self._is_enabled

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not self._is_enabled or event is None:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._view:
            return self._key(event)
        if isinstance(event, QMouseEvent) and watched is self._viewport:
            return self._mouse(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._target is not None:
            self._end()
            return True
        step = _KEYS.get(Qt.Key(event.key()))
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if step is None or held != Qt.KeyboardModifier.AltModifier:
            return False
        row = self._view.currentIndex().row()
        if row >= 0 and 0 <= row + step < self._count():
            self.moved.emit(row, row + step)
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        point = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            index = self._view.indexAt(point)
            self._pressed = (index.row(), point) if index.isValid() else None
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._drag(point)
        elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            pressed, target = self._pressed, self._target
            self._end()
            if target is not None:
                row = pressed[0]
                if target not in (row, row + 1):
                    self.moved.emit(row, target if target < row else target - 1)
                return True
        return False

    def _drag(self, point: QPoint) -> bool:
        assert self._pressed is not None
        if self._target is None and (point - self._pressed[1]).manhattanLength() < QApplication.startDragDistance():
            return False
        self._target = self._gap_at(point)
        self._show_line()
        return True

    def _gap_at(self, point: QPoint) -> int:
        index = self._view.indexAt(QPoint(1, point.y()))
        if not index.isValid():
            return self._count() if point.y() > 0 else 0
        rect = self._view.visualRect(index)
        return index.row() + (point.y() > rect.center().y())

    def _show_line(self) -> None:
        model, target = self._view.model(), self._target
        if model is None or target is None:
            return
        before = self._view.visualRect(model.index(max(target - 1, 0), 0))
        top = before.bottom() + 1 if target else before.top()
        self._line.setGeometry(QRect(0, top - 1, self._viewport.width(), Edge.UNDERLINE))
        self._line.show()

    def _end(self) -> None:
        self._pressed = self._target = None
        self._line.hide()

    def _count(self) -> int:
        model = self._view.model()
        return 0 if model is None else model.rowCount()
