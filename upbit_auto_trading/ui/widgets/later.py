"""A place for a panel that takes a while to make: made in a turn of its own after the place is first shown.

A screen is made of such places, so that it is painted sooner and the window's thread is never kept for long at once:
between two of them the event loop turns, and a press, a price or a paint comes in between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

W = TypeVar("W", bound=QWidget)


class Turns(QObject):
    """One place a turn of the event loop, in the order in which they were shown; each window has its own."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._waiting: deque[Later] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    @classmethod
    def of(cls, widget: QWidget) -> Turns:
        window = widget.window() or widget
        return next((child for child in window.children() if isinstance(child, cls)), None) or cls(window)

    def wait(self, place: Later) -> None:
        if place not in self._waiting:
            self._waiting.append(place)
            self._timer.start(0)

    def _next(self) -> None:
        """A place that is gone, made or out of sight is passed over."""
        while self._waiting:
            place = self._waiting.popleft()
            if not sip.isdeleted(place) and place.isVisible() and not place.is_made:
                place.make()
                # else it is painted once before all that is above it has made room for it
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
                break
        if self._waiting:
            self._timer.start(0)


class Later(QWidget, Generic[W]):
    """``made`` once there is a content. ``least_width`` holds the room that it will take, and is its own."""

    made = pyqtSignal()

    def __init__(self, make: Callable[[], W], least_width: int = 0) -> None:
        super().__init__()
        self._make = make
        self._content: W | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hold(least_width)

    @property
    def is_made(self) -> bool:
        return self._content is not None

    @property
    def content(self) -> W:
        """Made now, if it is not yet."""
        self.make()
        assert self._content is not None
        return self._content

    def hold(self, least_width: int) -> None:
        """Of place and content, so that a narrow place never cuts what it holds; 0: the content decides."""
        self.setMinimumWidth(least_width)
        if self._content is not None and least_width:
            self._content.setMinimumWidth(least_width)

    def make(self) -> None:
        """Now, if it is not yet."""
        if self._content is None:
            self._content = self._make()
            self.hold(self.minimumWidth())
            self._column.addWidget(self._content)
            self._content.show()  # else a layout shows it a moment later
            self.made.emit()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._content is None:
            Turns.of(self).wait(self)
