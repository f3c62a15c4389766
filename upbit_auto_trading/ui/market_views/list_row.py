"""A row of the narrow list of markets as it is painted: name over code, the course of the day, price over change.

Tens of rows change ten times a second. What a row says is written and measured once for each price, its course is a
picture until it looks different, and a row that was not asked for is not painted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from PyQt6.QtCore import QModelIndex, QRectF, QSize
from PyQt6.QtGui import QPainter, QRegion
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Shell, Space, Type
from upbit_auto_trading.ui.market_views.rows import MarketRow
from upbit_auto_trading.ui.runtime.spark_source import SparkSource
from upbit_auto_trading.ui.widgets.spark_pictures import SparkPictures
from upbit_auto_trading.ui.widgets.table_model import TableModel
from upbit_auto_trading.utils.bilingual_text import Text

ROW = 37
_SPARK = 44
_SPARK_HEIGHT = 18
_LEAST_NAME = 72
_WIDEST_CHANGE = "+00.00%"
_BAR = 3
_UPPER, _LOWER = 16, 14
_COLOURS = ("t1", "t3", "up", "down", "sel", "accent", "bg3", "line")


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a row says of its prices."""

    price: Decimal | None
    tick: Decimal | None
    change: Decimal | None
    shown: str
    shown_change: str
    direction: int
    width: float

    def says(self, row: MarketRow) -> bool:
        return self.price == row.price and self.tick == row.tick and self.change == row.change


@dataclass(frozen=True, slots=True)
class _Names:
    """The name elided to the room there is."""

    name: Text
    room: float
    shown: str
    code: str
    #: of the code
    width: float


class _Looks:
    """Fonts and colours of the theme of this moment: asked for once, used for every row."""

    def __init__(self) -> None:
        theme = current_theme()
        self.names, self.codes = theme.font(Type.TABLE), theme.font(Type.CAPTION)
        self.figures, self.changes = theme.number_font(Type.TABLE), theme.number_font(Type.CAPTION)
        self.colours = {token: theme.colour(token) for token in _COLOURS}
        flash = theme.tints.flash
        self.flashes = {1: theme.colour("up_fill", flash), -1: theme.colour("down_fill", flash)}
        self.least_name = _LEAST_NAME * theme.text_scale / 100
        self.change_width = painting.text_width(_WIDEST_CHANGE, self.figures)


class RowDelegate(QStyledItemDelegate):
    def __init__(self, rows: TableModel, sparks: SparkSource) -> None:
        super().__init__()
        self._rows = rows
        self._sparks = sparks
        self.hovered = -1
        self.current: Market | None = None
        #: what the repaint under way asks for; a view calls for every row between the first and the last of it
        self.asked = QRegion()
        #: the longest price, so that the courses of all rows stand under each other
        self._widest = ""
        self._pictures = SparkPictures()
        #: how many rows were painted, for tests and the watch over speed
        self.rows_painted = 0
        following_theme(self, self._renew)

    def _renew(self) -> None:
        """Another theme, language or size of text: everything is written and measured anew."""
        self._looks = _Looks()
        self._figures: dict[Market, _Figures] = {}
        self._names: dict[Market, _Names] = {}
        self._measure()

    def _measure(self) -> None:
        """Of price and change, of the row that needs most."""
        self._taken = max(painting.text_width(self._widest, self._looks.figures), self._looks.change_width)

    def fit(self, rows: Iterable[MarketRow]) -> bool:
        """These are all there are. True where courses and names of every row lie elsewhere now."""
        before = self._taken
        self._widest = max((self._figures_of(row).shown for row in rows), key=len, default="")
        self._measure()
        return self._taken != before

    def fits(self, rows: Iterable[MarketRow]) -> bool:
        """False where one of them says a price of another length than before: ``fit`` them all again."""
        return all(self._is_as_long(row) for row in rows)

    def _is_as_long(self, row: MarketRow) -> bool:
        """By the place of its first digit: most of those that moved are out of sight, and nobody has to write them."""
        known = self._figures.get(row.market)
        if known is None or known.price is None or row.price is None or known.tick != row.tick:
            return False
        return known.price.adjusted() == row.price.adjusted()

    def _figures_of(self, row: MarketRow) -> _Figures:
        known = self._figures.get(row.market)
        if known is None or not known.says(row):
            shown = formats.price(row.price, row.tick)
            known = self._figures[row.market] = _Figures(
                row.price,
                row.tick,
                row.change,
                shown,
                formats.signed_percent(row.change),
                formats.direction(row.change, 4),
                painting.text_width(shown, self._looks.figures),
            )
        return known

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST, ROW)

    # painting

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        row = self._rows.row_at(index.row())
        if painter is None or not isinstance(row, MarketRow):
            return
        if not self.asked.isEmpty() and not self.asked.intersects(option.rect):
            return
        self.rows_painted += 1
        rect = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, row.market == self.current, is_selected or index.row() == self.hovered)
        figures, colours = self._figures_of(row), self._looks.colours
        right = rect.right() - Space.M
        flash = self._rows.flash_at(index)
        if flash:
            room = figures.width + 2 * Space.XXS + Space.XS
            upper = QRectF(right - figures.width - 2 * Space.XXS, rect.top() + 3, room, _UPPER)
            painting.bar(painter, upper, self._looks.flashes[flash])
        colour = colours["t3" if row.is_stale else {1: "up", -1: "down"}.get(figures.direction, "t1")]
        top, below = QRectF(0, rect.top() + 3, right, _UPPER), QRectF(0, rect.top() + 19, right, _LOWER)
        painting.text_line(painter, top, figures.shown, self._looks.figures, colour, painting.RIGHT)
        painting.text_line(painter, below, figures.shown_change, self._looks.changes, colour, painting.RIGHT)
        self._paint_name(painter, rect, row, right - max(self._taken, figures.width) - Space.M)

    def _paint_ground(self, painter: QPainter, rect: QRectF, is_current: bool, is_marked: bool) -> None:
        colours = self._looks.colours
        if is_current:
            painting.bar(painter, rect, colours["sel"])
            painting.bar(painter, QRectF(rect.left(), rect.top(), _BAR, rect.height()), colours["accent"])
        elif is_marked:
            painting.bar(painter, rect, colours["bg3"])
        painting.bar(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colours["line"])

    def _paint_name(self, painter: QPainter, rect: QRectF, row: MarketRow, end: float) -> None:
        """Where there is little room the course gives way to the name."""
        looks, left = self._looks, rect.left() + Space.L
        has_spark = end - _SPARK - Space.S - left >= looks.least_name
        room = (end - _SPARK - Space.S if has_spark else end) - left
        names = self._names_of(row, room)
        upper, lower = QRectF(left, rect.top() + 3, room, _UPPER), QRectF(left, rect.top() + 19, room, _LOWER)
        painting.text_line(painter, upper, names.shown, looks.names, looks.colours["t1"])
        painting.text_line(painter, lower, names.code, looks.codes, looks.colours["t3"])
        mark = left + names.width + Space.XS
        for shown, icon in ((row.is_warned, Icon.WARNING), (row.is_stale, Icon.STALE)):
            if shown:
                size = IconSize.TINY
                paint_icon(painter, icon, QRectF(mark, rect.top() + 19, size, size), "warning")
                mark += size + Space.XXS
        values = self._sparks.values(row.market) if has_spark else None
        if values:
            spot = QRectF(end - _SPARK, rect.top() + (ROW - _SPARK_HEIGHT) / 2, _SPARK, _SPARK_HEIGHT)
            self._pictures.paint(painter, spot, row.market, values, "t3" if row.is_stale else None)

    def _names_of(self, row: MarketRow, room: float) -> _Names:
        known = self._names.get(row.market)
        if known is None or known.room != room or known.name != row.name:
            looks = self._looks
            shown, code = painting.elided(tr(row.name), looks.names, room + 1), row.market.base
            width = painting.text_width(code, looks.codes)
            known = self._names[row.market] = _Names(row.name, room, shown, code, width)
        return known
