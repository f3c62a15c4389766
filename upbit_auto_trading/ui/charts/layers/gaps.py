"""Ranges without candles: hatched, and saying whether nothing was traded there or nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter

from upbit_auto_trading.ui.charts.gaps import Gap, GapKind
from upbit_auto_trading.ui.charts.layer import Layer, PaneView, Pointer
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space, Type
from upbit_auto_trading.utils.bilingual_text import Text

NO_TRADE = Text("거래 없음", "No trade")
UNKNOWN = Text("알 수 없음 · 내려받기", "Unknown · download")
#: narrower ones are not to be told from the room between candles
_LEAST_PIXELS = 2.0
#: of a quiet market most minutes are empty: hatched one by one they would hide the candles between them
_LEAST_OF_NO_TRADE = 24.0

#: (first second, last second, least seconds): those that are seen
FindGaps = Callable[[float, float, float], Sequence[Gap]]


class GapLayer(Layer):
    """``fill(gap)`` is asked where the user presses the words of an unknown range."""

    z = 5

    def __init__(self, find: FindGaps, fill: Callable[[Gap], None]) -> None:
        super().__init__()
        self._find = find
        self._fill = fill

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        hatching = QBrush(current_theme().colour("line_strong"), Qt.BrushStyle.BDiagPattern)
        for gap in self._seen(view):
            area = self._area(gap, view)
            painter.fillRect(area, hatching)
            self._label(painter, gap, area)

    def _seen(self, view: PaneView) -> Sequence[Gap]:
        per_pixel = view.time.seconds_per_pixel
        found = self._find(view.time.start, view.time.end, _LEAST_PIXELS * per_pixel)
        least = _LEAST_OF_NO_TRADE * per_pixel
        return [one for one in found if one.kind is GapKind.UNKNOWN or one.last_second - one.first_second >= least]

    @staticmethod
    def _area(gap: Gap, view: PaneView) -> QRectF:
        left = max(view.time.x_of(float(gap.first_second)), 0.0)
        right = min(view.time.x_of(float(gap.last_second)), view.rect.width())
        return QRectF(round(left), 0, max(round(right) - round(left), 1), view.rect.height())

    @staticmethod
    def _plate(gap: Gap, area: QRectF) -> QRectF | None:
        """Where its words stand; None where they have no room."""
        words = tr(UNKNOWN if gap.kind is GapKind.UNKNOWN else NO_TRADE)
        width = painting.text_width(words, current_theme().font(Type.CAPTION)) + 2 * Space.M
        if width > area.width():
            return None
        return QRectF(area.center().x() - width / 2, area.center().y() - Height.BADGE / 2, width, Height.BADGE)

    def _label(self, painter: QPainter, gap: Gap, area: QRectF) -> None:
        plate = self._plate(gap, area)
        if plate is None:
            return
        theme, is_unknown = current_theme(), gap.kind is GapKind.UNKNOWN
        edge = theme.colour("control") if is_unknown else None
        painting.frame(painter, plate, Radius.BADGE, theme.colour("chart_background"), edge)
        colour = theme.colour("accent_text" if is_unknown else "t3")
        words = tr(UNKNOWN if is_unknown else NO_TRADE)
        painting.text(painter, plate, words, theme.font(Type.CAPTION), colour, painting.CENTRE)

    def _pressable(self, view: PaneView, at: QPointF) -> Gap | None:
        for gap in self._seen(view):
            plate = self._plate(gap, self._area(gap, view))
            if gap.kind is GapKind.UNKNOWN and plate is not None and plate.contains(at):
                return gap
        return None

    def cursor(self, view: PaneView, at: QPointF) -> Qt.CursorShape | None:
        return None if self._pressable(view, at) is None else Qt.CursorShape.PointingHandCursor

    def press(self, view: PaneView, pointer: Pointer) -> bool:
        gap = self._pressable(view, pointer.at)
        if gap is not None:
            self._fill(gap)
        return gap is not None
