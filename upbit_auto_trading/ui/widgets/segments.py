"""Segments change a parameter: a row of joined choices, the chosen one filled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space, Type


class Segments(QWidget):
    """``Segments([("1d", Text(…)), …])``; ``chosen`` carries the id. ←→ choose, Home and End jump."""

    chosen = pyqtSignal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, Words]],
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        small: bool = False,
        stretch: bool = False,
        name: Words = "",
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._current = current if current is not None else (options[0][0] if options else "")
        self._hovered = -1
        self._name = name
        self.setFixedHeight(Height.CONTROL_SMALL if small else Height.CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        horizontal = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    @property
    def current(self) -> str:
        return self._current

    def set_current(self, option: str) -> None:
        """Without a signal, for values that come from the state."""
        if option != self._current and any(option == known for known, _ in self._options):
            self._current = option
            self._renew()

    def set_options(self, options: Sequence[tuple[str, Words]], current: str | None = None) -> None:
        self._options = list(options)
        known = [option for option, _ in self._options]
        wanted = current if current is not None else self._current
        self._current = wanted if wanted in known else (known[0] if known else "")
        self._renew()

    def _renew(self) -> None:
        shown = next((words(text) for option, text in self._options if option == self._current), "")
        self.setAccessibleName(f"{words(self._name)} {shown}".strip())
        self.updateGeometry()
        self.update()

    def _choose(self, place: int) -> None:
        if not 0 <= place < len(self._options):
            return
        option = self._options[place][0]
        if option != self._current:
            self._current = option
            self._renew()
            self.chosen.emit(option)

    def _place(self) -> int:
        return next((at for at, (option, _) in enumerate(self._options) if option == self._current), 0)

    # geometry

    def _widths(self) -> list[float]:
        bold = current_theme().font(Type.BODY_BOLD)
        return [
            max(painting.text_width(words(text), bold) + 2 * Space.L, Height.CLICK_TARGET) for _, text in self._options
        ]

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._widths()) + 0.5), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def rects(self) -> list[QRectF]:
        widths = self._widths()
        stretch = self.width() / sum(widths) if widths else 1.0
        edges = [0.0]
        for width in widths:
            edges.append(edges[-1] + width * stretch)
        return [
            QRectF(QPointF(round(left), 0), QPointF(round(right), self.height())) for left, right in pairwise(edges)
        ]

    def _at(self, point: QPointF) -> int:
        return next((place for place, rect in enumerate(self.rects()) if rect.contains(point)), -1)

    # input

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position()))

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

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.CONTROL, theme.colour("bg2"))
        clip = QPainterPath()
        clip.addRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        painter.save()
        painter.setClipPath(clip)
        for place, rect in enumerate(self.rects()):
            self._paint_segment(painter, place, rect)
        painter.restore()
        edge = theme.colour("control" if self.isEnabled() else "line_strong")
        painting.frame(painter, area, Radius.CONTROL, None, edge)

    def _paint_segment(self, painter: QPainter, place: int, rect: QRectF) -> None:
        theme = current_theme()
        is_current = self._options[place][0] == self._current
        if is_current:
            painting.bar(painter, rect, theme.colour("sel"))
        elif place == self._hovered and self.isEnabled():
            painting.bar(painter, rect, theme.colour("bg3"))
        if place:
            painting.bar(painter, QRectF(rect.left(), 0, 1, self.height()), theme.colour("line_strong"))
        token = "tdis" if not self.isEnabled() else "accent_text" if is_current else "t1"
        font = theme.font(Type.BODY_BOLD if is_current else Type.BODY)
        painting.text(painter, rect, words(self._options[place][1]), font, theme.colour(token), painting.CENTRE)
