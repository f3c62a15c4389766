"""What tabs and segments share: one of several words in a row is chosen, by mouse or keys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import following_theme


class ChoiceRow(QWidget):
    """``chosen`` carries the id of the user's choice. ←→ choose, Home and End jump.

    A subclass says where each lies (:meth:`rects`) and paints; ``_hovered`` is the place under the pointer or −1.
    """

    chosen = pyqtSignal(str)
    #: by the pointer, also the one that is chosen already
    pressed = pyqtSignal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, Words]],
        current: str | None,
        height: int,
        parent: QWidget | None = None,
        *,
        stretch: bool = False,
        name: Words = "",
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._current = current if current is not None else (options[0][0] if options else "")
        self._hovered = -1
        self._name = name
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        horizontal = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def _begin(self) -> None:
        """Called last in the subclass's constructor: from here on it can say its words."""
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    @abstractmethod
    def rects(self) -> list[QRectF]:
        """Where each option lies."""

    @property
    def options(self) -> list[tuple[str, Words]]:
        return list(self._options)

    @property
    def current(self) -> str:
        return self._current

    def set_current(self, option: str) -> None:
        """Without a signal, for values that come from the state."""
        if option != self._current and any(option == known for known, _ in self._options):
            self._current = option
            self._renew()

    def _renew(self) -> None:
        shown = next((words(text) for option, text in self._options if option == self._current), "")
        self.setAccessibleName(f"{words(self._name)} {shown}".strip())
        self.updateGeometry()
        self.update()

    def _choose(self, place: int) -> None:
        if not 0 <= place < len(self._options) or self._options[place][0] == self._current:
            return
        self._current = self._options[place][0]
        self._renew()
        self.chosen.emit(self._current)

    def _place(self) -> int:
        return next((at for at, (option, _) in enumerate(self._options) if option == self._current), 0)

    def _at(self, point: QPointF) -> int:
        return next((place for place, rect in enumerate(self.rects()) if rect.contains(point)), -1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            place = self._at(event.position())
            self._choose(place)
            if place >= 0:
                self.pressed.emit(self._options[place][0])

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._hovered = self._at(event.position())
            self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        last = len(self._options) - 1
        moves = {
            Qt.Key.Key_Left: max(0, self._place() - 1),
            Qt.Key.Key_Right: min(last, self._place() + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in moves and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
