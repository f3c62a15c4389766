"""Toasts: bottom right, at most three; what they say also stands somewhere else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PyQt6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QCursor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Limits, Motion, Radius, Shell, Space
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_CLOSE = Text(ko="닫기", en="Close")


class ToastLevel(Enum):
    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_ICONS = {
    ToastLevel.SUCCESS: Icon.SUCCESS,
    ToastLevel.INFO: Icon.INFO,
    ToastLevel.WARNING: Icon.WARNING,
    ToastLevel.ERROR: Icon.ERROR,
}
_PASSING = (ToastLevel.SUCCESS, ToastLevel.INFO)


@dataclass(frozen=True, slots=True)
class ToastMessage:
    level: ToastLevel
    title: Words
    line: Words


class Toast(QWidget):
    """Success and info go after 5 s, a warning once read (pressed or pointed at), an error when closed."""

    closed = pyqtSignal()
    #: another language or text scale needs another height
    words_changed = pyqtSignal()

    def __init__(self, message: ToastMessage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.setFixedWidth(Shell.TOAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L + Edge.TOAST_BAR, Space.M, Space.XS, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconMark(_ICONS[message.level], message.level.value))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(message.title, "body_bold", wrap=True))
        line = Label(message.line, "table", "t2", wrap=True)
        line.setHidden(not words(message.line))
        column.addWidget(line)
        row.addLayout(column, 1)
        self.close_button = IconButton(Icon.CLOSE, _CLOSE, size=ButtonSize.SMALL)
        self.close_button.clicked.connect(self.dismiss)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{words(message.title)} {words(message.line)}")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        self._pointer = QCursor.pos()
        if message.level in _PASSING:
            self._timer.start(Motion.TOAST_MS)

    def event(self, event: QEvent | None) -> bool:
        answer = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.words_changed.emit()
        return answer

    def stay(self) -> None:
        """Not by itself, for the list behind the bell."""
        self._timer.stop()
        self.close_button.hide()

    def dismiss(self) -> None:
        self._timer.stop()
        self.closed.emit()

    @pyqtSlot()
    def _expire(self) -> None:
        """Whoever is reading moves the pointer over it now and then; a pointer left lying there holds nothing."""
        pointer = QCursor.pos()
        if self.underMouse() and pointer != self._pointer:
            self._pointer = pointer
            self._timer.start(Motion.TOAST_MS)
        else:
            self.dismiss()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if self.message.level is not ToastLevel.ERROR:
            self.dismiss()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.CONTROL, theme.colour("bg2"), theme.colour("line_strong"))
        clip = QPainterPath()
        clip.addRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        painter.setClipPath(clip)
        strip = QRectF(0, 0, Edge.TOAST_BAR, self.height())
        painting.bar(painter, strip, theme.colour(self.message.level.value))


class ToastHost(QObject):
    """One per window. What does not fit goes to the bell through ``overflowed``."""

    overflowed = pyqtSignal(object)
    shown = pyqtSignal(object)

    def __init__(self, window: QWidget, bottom_margin: int = Shell.STATUS_BAR) -> None:
        super().__init__(window)
        self._window = window
        self._bottom = bottom_margin
        self._toasts: list[Toast] = []
        self._kept_free: list[QWidget] = []
        window.installEventFilter(self)

    @property
    def toasts(self) -> list[Toast]:
        return list(self._toasts)

    def keep_free(self, widget: QWidget) -> None:
        """Toasts move left of this widget (the ticket) instead of covering it."""
        self._kept_free.append(widget)
        widget.destroyed.connect(lambda: self._kept_free.remove(widget))

    def show_toast(self, level: ToastLevel, title: Words, line: Words = "") -> None:
        message = ToastMessage(level, title, line)
        if len(self._toasts) >= Limits.TOASTS and not self._make_room():
            self.overflowed.emit(message)
            return
        toast = Toast(message, self._window)
        toast.closed.connect(lambda: self._remove(toast))
        toast.words_changed.connect(self._place)
        self._toasts.append(toast)
        toast.show()
        self._place()
        self.shown.emit(message)

    def _make_room(self) -> bool:
        """A passing toast gives way; warnings and errors stay until they are read."""
        for toast in self._toasts:
            if toast.message.level in _PASSING:
                self._remove(toast)
                return True
        return False

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _right_edge(self) -> int:
        right = self._window.width() - Space.L
        for widget in self._kept_free:
            if widget.isVisibleTo(self._window):
                left = widget.mapTo(self._window, QPoint(0, 0)).x()
                if left + widget.width() > self._window.width() - Shell.TOAST and left > Shell.TOAST + Space.L:
                    right = min(right, left - Space.M)
        return right

    def _place(self) -> None:
        bottom = self._window.height() - self._bottom - Space.L
        right = self._right_edge()
        for toast in reversed(self._toasts):
            height = toast.heightForWidth(Shell.TOAST) if toast.hasHeightForWidth() else toast.sizeHint().height()
            toast.setGeometry(right - Shell.TOAST, bottom - height, Shell.TOAST, height)
            toast.raise_()
            bottom -= height + Space.M

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return False
