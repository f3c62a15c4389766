"""Tabs change the content: an underline below the chosen one, a count beside the label."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import Words, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, Limits, Space, Type
from upbit_auto_trading.ui.widgets.choice_row import ChoiceRow


class Tabs(ChoiceRow):
    """The window's keys for the next tab and the one before call ``next_tab`` of those around the focus."""

    def __init__(
        self,
        tabs: Sequence[tuple[str, Words]],
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        name: Words = "",
    ) -> None:
        super().__init__(tabs, current, Height.PANEL_HEADER, parent, name=name)
        self._counts: dict[str, int] = {}
        self.setProperty("focusRing", "inside")
        self._begin()

    def set_tabs(self, tabs: Sequence[tuple[str, Words]], current: str) -> None:
        """Other tabs, of which one is current; without a signal."""
        if list(tabs) != self._options or current != self._current:
            self._options, self._current = list(tabs), current
            self._renew()

    def set_count(self, tab: str, count: int | None) -> None:
        if count is None:
            self._counts.pop(tab, None)
        else:
            self._counts[tab] = count
        self._renew()

    def next_tab(self, step: int = 1) -> None:
        if self._options:
            self._choose((self._place() + step) % len(self._options))

    # geometry

    def _count_text(self, place: int) -> str:
        count = self._counts.get(self._options[place][0])
        return "" if count is None else formats.count(count, Limits.COUNT)

    def _count_width(self, place: int) -> float:
        shown = self._count_text(place)
        if not shown:
            return 0.0
        return max(painting.text_width(shown, current_theme().font(Type.CAPTION)) + 2 * Space.S, Height.COUNT_BADGE)

    def rects(self) -> list[QRectF]:
        bold = current_theme().font(Type.BODY_BOLD)
        left, found = 0.0, []
        for place, (_, text) in enumerate(self._options):
            badge = self._count_width(place)
            width = painting.text_width(words(text), bold) + 2 * Space.L + (badge + Space.S if badge else 0)
            found.append(QRectF(left, 0, round(width + 0.5), self.height()))
            left = found[-1].right()
        return found

    def sizeHint(self) -> QSize:
        rects = self.rects()
        return QSize(round(rects[-1].right()) if rects else 0, self.height())

    # painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        for place, rect in enumerate(self.rects()):
            self._paint_tab(painter, place, rect)

    def _paint_tab(self, painter: QPainter, place: int, rect: QRectF) -> None:
        theme = current_theme()
        is_current = self._options[place][0] == self._current
        if place == self._hovered and not is_current:
            painting.bar(painter, rect, theme.colour("bg3"))
        font = theme.font(Type.BODY_BOLD if is_current else Type.BODY)
        token = "t1" if is_current else "t2"
        inner = rect.adjusted(Space.L, 0, -Space.L, 0)
        width = painting.text(painter, inner, words(self._options[place][1]), font, theme.colour(token))
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


def tabs_around(screen: QWidget, focus: QWidget | None) -> Tabs | None:
    """Of all that are seen those that change what stands around the focus; the first, as one reads, where it is
    nowhere here."""

    def around(tabs: Tabs) -> tuple[int, int, int]:
        """How deep the place lies that they share with the focus; then by where they stand."""
        place = tabs.parentWidget()
        while place is not None and place is not screen and (focus is None or not place.isAncestorOf(focus)):
            place = place.parentWidget()
        depth = 0
        while place is not None and place is not screen:
            depth, place = depth + 1, place.parentWidget()
        corner = tabs.mapTo(screen, QPoint(0, 0))
        return depth, -corner.y(), -corner.x()

    seen = [tabs for tabs in screen.findChildren(Tabs) if tabs.isVisible()]
    return max(seen, key=around, default=None)
