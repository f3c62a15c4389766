"""Fills on a chart: buys below the low of their candle, sales above its high, a number where several are one mark."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Final

from PyQt6.QtCore import QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from upbit_auto_trading.ui.charts.layer import Layer, PaneView, Pointer
from upbit_auto_trading.ui.charts.layers.marker_groups import (
    Marker,
    MarkerGroup,
    MarkerSide,
    MarkersOfSide,
    groups_of,
)
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import tr, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, Edge, Limits, Space, Type
from upbit_auto_trading.utils.bilingual_text import Text

__all__ = ["Marker", "MarkerGroup", "MarkerLayer", "MarkerSide", "MarkerSignals"]

_HALO: Final = 1.0
_REACH: Final = 3.0
#: height of a word by the size of its font
_LINE: Final = 1.5
#: word and number, word, nothing
_CAPTIONS: Final = 3
_MOST_PICTURES: Final = 500
_COUNTED: Final = Text("{word} {count}", "{word} {count}")


class MarkerSignals(QObject):
    """Layers are no QObjects; this is what a screen listens to."""

    #: MarkerGroup, or None when the pointer has left
    hovered = pyqtSignal(object)
    #: MarkerGroup
    clicked = pyqtSignal(object)


@dataclass(frozen=True, slots=True)
class _Look:
    word: Text
    fill: str
    token: str


_LOOKS: Final = {
    MarkerSide.BUY: _Look(Text("매수", "Buy"), "up_fill", "up"),
    MarkerSide.SELL: _Look(Text("매도", "Sell"), "down_fill", "down"),
}


@dataclass(frozen=True, slots=True)
class _Picture:
    """Drawn once, laid on whole device pixels: a frame has hundreds."""

    picture: QPixmap
    width: float
    height: float
    text: str = ""

    def draw(self, painter: QPainter, centre: QPointF) -> None:
        ratio = self.picture.devicePixelRatio()
        left, top = centre.x() - self.width / 2, centre.y() - self.height / 2
        painter.drawPixmap(QPointF(floor(left * ratio + 0.5) / ratio, floor(top * ratio + 0.5) / ratio), self.picture)


class _Pictures:
    """Of this theme, text size and screen."""

    def __init__(self) -> None:
        self._look: tuple[object, ...] = ()
        self._ratio = 1.0
        self._kept: dict[tuple[MarkerSide, str | None], _Picture] = {}

    def follow(self, ratio: float) -> None:
        theme = current_theme()
        look = (ratio, theme.name, theme.directions, theme.font(Type.CAPTION_BOLD))
        if look != self._look:
            self._look, self._ratio = look, ratio
            self._kept.clear()

    def mark(self, side: MarkerSide) -> _Picture:
        return self._kept.get((side, None)) or self._keep(side, None, self._drawn_mark(side))

    def caption(self, side: MarkerSide, text: str) -> _Picture:
        return self._kept.get((side, text)) or self._keep(side, text, self._drawn_caption(side, text))

    def _keep(self, side: MarkerSide, text: str | None, picture: _Picture) -> _Picture:
        if len(self._kept) > _MOST_PICTURES:  # words of their own may be anything
            self._kept.clear()
        self._kept[side, text] = picture
        return picture

    def _empty(self, width: float, height: float) -> QPixmap:
        picture = QPixmap(ceil(width * self._ratio), ceil(height * self._ratio))
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _drawn_mark(self, side: MarkerSide) -> _Picture:
        theme, room = current_theme(), 2.0 * ceil(_HALO)
        size = Chart.MARKER + 2 * room
        picture = self._empty(size, size)
        area = QRectF(room, room, Chart.MARKER, Chart.MARKER)
        tip, base = (area.top(), area.bottom()) if side is MarkerSide.BUY else (area.bottom(), area.top())
        shape = QPolygonF((QPointF(area.center().x(), tip), QPointF(area.right(), base), QPointF(area.left(), base)))
        halo = QPen(theme.colour("chart_background"), 2 * _HALO)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(halo)
        painter.setBrush(theme.colour(_LOOKS[side].fill))
        painter.drawPolygon(shape)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(shape)
        painter.end()
        return _Picture(picture, size, size)

    def _drawn_caption(self, side: MarkerSide, text: str) -> _Picture:
        theme, font = current_theme(), current_theme().font(Type.CAPTION_BOLD)
        width, height = painting.text_width(text, font) + 2 * Space.XXS, float(Type.CAPTION.line)
        picture = self._empty(max(width, 1), height)
        painter = QPainter(picture)
        area = QRectF(0, 0, width, height)
        painter.fillRect(area, theme.colour("chart_background", theme.tints.legend_plate))
        painting.text(painter, area, text, font, theme.colour(_LOOKS[side].token), painting.CENTRE)
        painter.end()
        return _Picture(picture, width if text else 0.0, height, text)


class MarkerLayer(Layer):
    z = 60

    def __init__(self) -> None:
        super().__init__()
        self.signals = MarkerSignals()
        self._sides = (MarkersOfSide(MarkerSide.BUY, ()), MarkersOfSide(MarkerSide.SELL, ()))
        self._keys: dict[Hashable, Marker] = {}
        self._selected: frozenset[Hashable] = frozenset()
        self._hovered: MarkerGroup | None = None
        self._pressed: MarkerGroup | None = None
        self._drawn: tuple[MarkerGroup, ...] = ()
        self._drawn_for: tuple[object, ...] = ()
        self._revision = 0
        self._pictures = _Pictures()

    # what it shows

    @property
    def headroom(self) -> float:
        """A mark and its word above the highest candle."""
        word = _LINE * current_theme().pixel_size(Type.CAPTION_BOLD)
        return Space.XS + Chart.MARKER + word if self._keys else 0.0

    def set_markers(self, markers: Sequence[Marker]) -> None:
        self._sides = (MarkersOfSide(MarkerSide.BUY, markers), MarkersOfSide(MarkerSide.SELL, markers))
        self._keys = {one.key: one for one in markers}
        self._revision += 1
        self._selected &= self._keys.keys()
        self._set_hovered(None)
        self.repaint(None)

    def select(self, keys: Sequence[Hashable]) -> None:
        """These wear a ring, also within a group."""
        self._selected = frozenset(keys)
        self.repaint(None)

    def marker(self, key: Hashable) -> Marker | None:
        return self._keys.get(key)

    # grouping

    def groups(self, view: PaneView) -> tuple[MarkerGroup, ...]:
        """As they stand in this frame; asked again for the same frame, nothing is computed."""
        frame = (view.time, view.price, view.rect.height(), view.candles.revision, self._revision)
        if frame != self._drawn_for:
            self._drawn = tuple(group for side in self._sides for group in groups_of(side, view))
            self._drawn_for = frame
        return self._drawn

    def group_at(self, view: PaneView, at: QPointF) -> MarkerGroup | None:
        near = [
            group for group in self.groups(view) if group.area.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(at)
        ]
        return min(near, key=lambda group: abs(group.area.center().x() - at.x()), default=None)

    # painting

    def paint(self, painter: QPainter, view: PaneView, exposed: QRectF) -> None:
        groups = self.groups(view)
        room = _room_beside(groups)
        self._pictures.follow(painter.deviceTransform().m11() or 1.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for group, width in zip(groups, room, strict=True):
            reach = max(width, Chart.MARKER + 2 * _REACH)
            if exposed.left() - reach <= group.tip.x() <= exposed.right() + reach:
                self._paint_group(painter, view, group, width)
        painter.restore()

    def _paint_group(self, painter: QPainter, view: PaneView, group: MarkerGroup, room: float) -> None:
        area = group.area
        caption = next((one for one in map(self._captions(group), range(_CAPTIONS)) if one.width <= room), None)
        if caption is not None and caption.text:
            down = Chart.MARKER if group.side is MarkerSide.BUY else -Chart.MARKER
            middle = group.tip.y() + down + (caption.height / 2 if down > 0 else -caption.height / 2)
            if caption.height / 2 <= middle <= view.rect.height() - caption.height / 2:
                caption.draw(painter, QPointF(group.tip.x(), middle))
        if self._selected and self._is_selected(group):
            painter.setPen(QPen(current_theme().colour("t1"), Edge.FOCUS_RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            reach = Edge.FOCUS_RING + Edge.FOCUS_GAP
            painter.drawEllipse(area.adjusted(-reach, -reach, reach, reach))
        self._pictures.mark(group.side).draw(painter, area.center())

    def _captions(self, group: MarkerGroup) -> Callable[[int], _Picture]:
        texts = (*_captions(group), "", "")[:_CAPTIONS]
        return lambda place: self._pictures.caption(group.side, texts[place])

    def _is_selected(self, group: MarkerGroup) -> bool:
        """Of a group of thousands too: the selected ones are few."""
        first, last = group.seconds
        found = (self._keys.get(key) for key in self._selected)
        return any(one is not None and one.side is group.side and first <= one.second <= last for one in found)

    # the pointer

    def cursor(self, view: PaneView, at: QPointF) -> Qt.CursorShape | None:
        return None if self.group_at(view, at) is None else Qt.CursorShape.PointingHandCursor

    def hover(self, view: PaneView, at: QPointF | None) -> bool:
        group = None if at is None else self.group_at(view, at)
        self._set_hovered(group)
        return group is not None

    def _set_hovered(self, group: MarkerGroup | None) -> None:
        if group != self._hovered:
            self._hovered = group
            self.signals.hovered.emit(group)

    def press(self, view: PaneView, pointer: Pointer) -> bool:
        self._pressed = self.group_at(view, pointer.at)
        return self._pressed is not None

    def release(self, view: PaneView, pointer: Pointer) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self.group_at(view, pointer.at) == pressed:
            self.signals.clicked.emit(pressed)

    def cancel(self) -> bool:
        was_hovered = self._hovered is not None
        self._set_hovered(None)
        return was_hovered


def _captions(group: MarkerGroup) -> Iterator[str]:
    """From the longest to the shortest; the number stays as long as anything does."""
    own = group.markers[0].words
    word = words(own) if own and group.count == group.markers[0].count else tr(_LOOKS[group.side].word)
    if group.count == 1:
        yield word
        return
    number = formats.count(group.count, Limits.COUNT)
    yield tr(_COUNTED.format(word=word, count=number))
    yield number


def _room_beside(groups: Sequence[MarkerGroup]) -> list[float]:
    """Pixels that the words of each may take: up to those of its neighbours."""
    room = [float("inf")] * len(groups)
    for place, (one, other) in enumerate(pairwise(groups)):
        if one.side is other.side:
            apart = other.tip.x() - one.tip.x()
            room[place], room[place + 1] = min(room[place], apart), apart
    return room
