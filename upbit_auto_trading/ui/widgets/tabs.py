"""Tabs change the content: an underline below the chosen one, a count beside the label."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, Limits, Space, Type


class Tabs(QWidget):
    """``chosen`` carries the id. ←→ choose; Ctrl+Tab moves on (``next_tab`` for the screen's shortcut)."""

    chosen = pyqtSignal(str)

    def __init__(
        self, tabs: Sequence[tuple[str, Words]], current: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tabs = list(tabs)
        self._counts: dict[str, int] = {}
        self._current = current if current is not None else (tabs[0][0] if tabs else "")
        self._hovered = -1
        self.setFixedHeight(Height.PANEL_HEADER)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "inside")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    @property
    def current(self) -> str:
        return self._current

    def set_current(self, tab: str) -> None:
        if tab != self._current and any(tab == known for known, _ in self._tabs):
            self._current = tab
            self._renew()

    def set_count(self, tab: str, count: int | None) -> None:
        if count is None:
            self._counts.pop(tab, None)
        else:
            self._counts[tab] = count
        self._renew()

    def next_tab(self, step: int = 1) -> None:
        if self._tabs:
            self._choose((self._place() + step) % len(self._tabs))

    def _renew(self) -> None:
        shown = next((words(text) for tab, text in self._tabs if tab == self._current), "")
        self.setAccessibleName(shown)
        self.updateGeometry()
        self.update()

    def _place(self) -> int:
        return next((at for at, (tab, _) in enumerate(self._tabs) if tab == self._current), 0)

    def _choose(self, place: int) -> None:
        if not 0 <= place < len(self._tabs) or self._tabs[place][0] == self._current:
            return
        self._current = self._tabs[place][0]
        self._renew()
        self.chosen.emit(self._current)

    # geometry

    def _count_text(self, place: int) -> str:
        count = self._counts.get(self._tabs[place][0])
        return "" if count is None else formats.count(count, Limits.COUNT)

    def _count_width(self, place: int) -> float:
        shown = self._count_text(place)
        if not shown:
            return 0.0
        return max(painting.text_width(shown, current_theme().font(Type.CAPTION)) + 2 * Space.S, Height.COUNT_BADGE)

    def rects(self) -> list[QRectF]:
        bold = current_theme().font(Type.BODY_BOLD)
        left, found = 0.0, []
        for place, (_, text) in enumerate(self._tabs):
            badge = self._count_width(place)
            width = painting.text_width(words(text), bold) + 2 * Space.L + (badge + Space.S if badge else 0)
            found.append(QRectF(left, 0, round(width + 0.5), self.height()))
            left = found[-1].right()
        return found

    def sizeHint(self) -> QSize:
        rects = self.rects()
        return QSize(round(rects[-1].right()) if rects else 0, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

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
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose(self._place() + step)
        else:
            super().keyPressEvent(event)

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        for place, rect in enumerate(self.rects()):
            self._paint_tab(painter, place, rect)

    def _paint_tab(self, painter: QPainter, place: int, rect: QRectF) -> None:
        theme = current_theme()
        is_current = self._tabs[place][0] == self._current
        if place == self._hovered and not is_current:
            painting.bar(painter, rect, theme.colour("bg3"))
        font = theme.font(Type.BODY_BOLD if is_current else Type.BODY)
        token = "t1" if is_current else "t2"
        inner = rect.adjusted(Space.L, 0, -Space.L, 0)
        width = painting.text(painter, inner, words(self._tabs[place][1]), font, theme.colour(token))
        badge = self._count_width(place)
        if badge:
            top = (self.height() - Height.COUNT_BADGE) / 2
            pill = QRectF(inner.left() + width + Space.S, top, badge, Height.COUNT_BADGE)
            painting.frame(painter, pill, Height.COUNT_BADGE / 2, theme.colour("bg3"))
            caption = theme.font(Type.CAPTION)
            painting.text(painter, pill, self._count_text(place), caption, theme.colour("t2"), painting.CENTRE)
        if is_current:
            line = QRectF(rect.left(), self.height() - Edge.UNDERLINE, rect.width(), Edge.UNDERLINE)
            painting.bar(painter, line, theme.colour("accent"))
