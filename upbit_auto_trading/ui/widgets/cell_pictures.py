"""Cells of a table that were painted twice as they are: kept as pictures until they would look different.

A table that is sorted anew, or seen again, is mostly cells that look as before, somewhere else: a picture is put down
in a fraction of the time that its text takes. What is painted once, as a price that changes with each trade, is not
kept: making the picture would cost more than it saves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPixmap, QTransform

#: what was scrolled away goes first: twice what a tall window shows
_MOST_KEPT = 900


@dataclass(slots=True)
class _Seen:
    look: Hashable
    pixmap: QPixmap | None = None


class CellPictures:
    """For one ground, font and language: whoever changes these calls :meth:`forget`."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, _Seen] = {}
        #: how many were made, for tests
        self.made = 0

    @property
    def kept(self) -> int:
        return sum(seen.pixmap is not None for seen in self._seen.values())

    def forget(self) -> None:
        self._seen.clear()

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        name: Hashable,
        shown: Hashable,
        ground: QColor,
        draw: Callable[[QPainter, QRectF], None],
    ) -> None:
        """``draw`` paints into the rectangle what ``shown`` tells apart, on ``ground``."""
        transform = painter.deviceTransform()
        place, ratio = transform.mapRect(rect), transform.m11()
        look = (shown, ground.rgba(), rect.width(), rect.height(), ratio)
        seen = self._seen.pop(name, None)
        if not _is_whole(place):
            draw(painter, rect)
        elif seen is None or seen.look != look:
            self._keep(name, _Seen(look))
            draw(painter, rect)
        else:
            self._keep(name, seen)
            if seen.pixmap is None:
                seen.pixmap = self._picture(rect, place.toRect().size(), ratio, ground, draw)
            painter.drawPixmap(rect.topLeft(), seen.pixmap)

    def _keep(self, name: Hashable, seen: _Seen) -> None:
        if len(self._seen) >= _MOST_KEPT:
            del self._seen[next(iter(self._seen))]
        self._seen[name] = seen

    def _picture(
        self, rect: QRectF, size: QSize, ratio: float, ground: QColor, draw: Callable[[QPainter, QRectF], None]
    ) -> QPixmap:
        pixmap = QPixmap(size)
        # not see-through: some systems smooth text by the colours of what lies under it
        pixmap.fill(ground)
        painter = QPainter(pixmap)
        painter.setTransform(QTransform(ratio, 0, 0, ratio, -rect.left() * ratio, -rect.top() * ratio))
        draw(painter, rect)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.made += 1
        return pixmap


def _is_whole(place: QRectF) -> bool:
    """Between two device pixels a picture would cover a part of what lies beside it."""
    return place == QRectF(place.toRect())
