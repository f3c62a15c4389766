"""The header of every table: 26 high, captions on bg2, an arrow beside what is sorted by."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QHeaderView, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Type
from upbit_auto_trading.ui.widgets.table_model import CellKind, TableModel
from upbit_auto_trading.ui.widgets.table_painter import PADDING

NARROWEST = 40


class TableHeader(QHeaderView):
    """Caption style on bg2; the arrow shows what is sorted by, a small 2 the second key."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = model
        self.setFixedHeight(Height.TABLE_HEADER)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(NARROWEST)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), Height.TABLE_HEADER)

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:
        if painter is None or not 0 <= section < len(self._columns.columns):
            return
        theme = current_theme()
        area = QRectF(rect)
        painting.bar(painter, area, theme.colour("bg2"))
        painting.bar(painter, QRectF(area.left(), area.bottom() - 1, area.width(), 1), theme.colour("line"))
        column = self._columns.columns[section]
        inner = area.adjusted(PADDING, 0, -PADDING, 0)
        place = next((at for at, (known, _) in enumerate(self._columns.sort_keys) if known == section), None)
        font = theme.font(Type.CAPTION if place is None else Type.CAPTION_BOLD)
        title = words(column.title)
        # buttons stand at the right end of their cells, as numbers do
        is_right = column.is_number or column.kind is CellKind.ACTIONS
        align = painting.RIGHT if is_right else painting.LEFT
        if place is not None:
            self._paint_arrow(painter, inner, title, section, column.is_number)
            inner = inner.adjusted(0, 0, -(IconSize.TINY + 1), 0) if column.is_number else inner
        shown = painting.elided(title, font, inner.width() + 1)
        painting.text(painter, inner, shown, font, theme.colour("t3" if place is None else "t1"), align)

    def _paint_arrow(self, painter: QPainter, inner: QRectF, title: str, section: int, at_right: bool) -> None:
        descending = dict(self._columns.sort_keys)[section]
        width = painting.text_width(title, current_theme().font(Type.CAPTION_BOLD))
        left = inner.right() - IconSize.TINY + 2 if at_right else min(inner.left() + width + 1, inner.right())
        spot = QRectF(left, inner.center().y() - IconSize.TINY / 2, IconSize.TINY, IconSize.TINY)
        paint_icon(painter, Icon.DOWN if descending else Icon.UP, spot, "t1")
