"""Cells of a table that were painted twice as they are: kept as pictures until they would look different.

A table that is sorted anew, or seen again, is mostly cells that look as before, somewhere else: a picture is put down
in a fraction of the time that its text takes. What is painted once, as a price that changes with each trade, is not
kept: making the picture would cost more than it saves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter, QPixmap, QTransform

#: what was scrolled away goes first: twice what a tall window shows
_MOST_KEPT = 900


#: into a rectangle
Drawing = Callable[[QPainter, QRectF], None]


@dataclass(slots=True)
class _Seen:
    look: Hashable
    pixmap: QPixmap | None = None


class CellPictures:
    """For one ground, font and language: whoever changes these calls :meth:`forget`."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, _Seen] = {}
        #: of the painter: device pixels a unit, and where its origin lies
        self._ratio, self._left, self._top = 1.0, 0.0, 0.0
        #: how many were made, for tests
        self.made = 0

    @property
    def kept(self) -> int:
        return sum(seen.pixmap is not None for seen in self._seen.values())

    def forget(self) -> None:
        self._seen.clear()

    def begin(self, painter: QPainter) -> None:
        """Before cells are painted by this painter."""
        transform = painter.deviceTransform()
        self._ratio, self._left, self._top = transform.m11(), transform.dx(), transform.dy()

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        name: Hashable,
        shown: Hashable,
        ground: QColor,
        under: Drawing,
        draw: Drawing,
    ) -> None:
        """``draw`` paints into the rectangle what ``shown`` tells apart, on ``ground`` and what ``under`` paints: these
        are there already, and a picture has them too."""
        seen = self._seen.pop(name, None)
        if not self._is_whole(rect):
            draw(painter, rect)
            return
        look = (shown, ground.rgba(), rect.width(), rect.height(), self._ratio)
        if seen is None or seen.look != look:
            self._keep(name, _Seen(look))
            draw(painter, rect)
            return
        self._keep(name, seen)
        if seen.pixmap is None:
            seen.pixmap = self._picture(rect, ground, under, draw)
        painter.drawPixmap(rect.topLeft(), seen.pixmap)

    def _is_whole(self, rect: QRectF) -> bool:
        """Between two device pixels a picture would cover a part of what lies beside it."""
        ratio = self._ratio
        return (
            (rect.left() * ratio + self._left).is_integer()
            and (rect.top() * ratio + self._top).is_integer()
            and (rect.width() * ratio).is_integer()
            and (rect.height() * ratio).is_integer()
        )

    def _keep(self, name: Hashable, seen: _Seen) -> None:
        if len(self._seen) >= _MOST_KEPT:
            del self._seen[next(iter(self._seen))]
        self._seen[name] = seen

    def _picture(self, rect: QRectF, ground: QColor, under: Drawing, draw: Drawing) -> QPixmap:
        ratio = self._ratio
        pixmap = QPixmap(round(rect.width() * ratio), round(rect.height() * ratio))
        # not see-through: some systems smooth text by the colours of what lies under it
        pixmap.fill(ground)
        painter = QPainter(pixmap)
        painter.setTransform(QTransform(ratio, 0, 0, ratio, -rect.left() * ratio, -rect.top() * ratio))
        under(painter, rect)
        draw(painter, rect)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.made += 1
        return pixmap
