"""The rows of an order book: asks above, bids below, the border between them always in the middle.

Painted by one widget; of an update only the rows that read otherwise are painted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, Space, Type
from upbit_auto_trading.ui.design.tooltips import show_tooltip
from upbit_auto_trading.ui.market_views.book_levels import BookRow, shown_places
from upbit_auto_trading.ui.market_views.book_picture import BookPicture
from upbit_auto_trading.ui.market_views.facts import quote_unit
from upbit_auto_trading.utils.bilingual_text import Text

ROW = Height.BADGE
_MARK = 8
_LEFT = 2 * Space.M
_GAP = Space.M
_LEAST_ROWS = 6
_MOST_PRICED = 500
_COLOURS = ("t1", "t2", "t3", "up", "down", "sel", "bg3", "accent")
_PRICE = Text("가격({unit})", "Price ({unit})")
_CHANGE = Text("전일비", "Change")
_QUANTITY = Text("잔량({unit})", "Depth ({unit})")
_NAME = Text("호가 표. 위아래 화살표로 가격을 골라요.", "Order book. The arrows choose a price.")


@dataclass(frozen=True, slots=True)
class _Slot:
    """One line as it is painted."""

    #: its sums change with every level before it, and are not painted
    row: BookRow = field(compare=False)
    is_ask: bool
    is_cut: bool
    price: str
    change: str
    quantity: str
    direction: int
    #: of the widest bar, in whole pixels of the column
    share: int
    is_last: bool
    is_own: bool
    is_stale: bool


class _Looks:
    """Fonts and colours of one repaint, asked for once."""

    def __init__(self) -> None:
        theme = current_theme()
        self.plain, self.bold = theme.number_font(Type.TABLE), theme.number_font(Type.TABLE_BOLD)
        self.colours = {token: theme.colour(token) for token in _COLOURS}
        fills = {True: "down_fill", False: "up_fill"}
        self.grounds = {is_ask: theme.colour(fill, theme.tints.book_row) for is_ask, fill in fills.items()}
        self.bars = {is_ask: theme.colour(fill, theme.tints.depth_bar) for is_ask, fill in fills.items()}


class BookCanvas(QWidget):
    """``price_chosen(Decimal)`` on a click or Enter, where somebody takes prices."""

    price_chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.picture: BookPicture | None = None
        #: whether a price that is pressed goes anywhere
        self.takes_prices = False
        self._slots: dict[int, _Slot] = {}
        #: by price: itself and its change in words, and where it lies; for a tick and a close of the day before
        self._priced: dict[Decimal, tuple[str, str, int]] = {}
        self._priced_for: tuple[Decimal | None, Decimal | None] = (None, None)
        self._places = 4
        self._widest = ["", "", ""]
        self._scroll = 0
        self._chosen: tuple[bool, Decimal] | None = None
        self._hovered = -1
        #: how many repaints there were, and of how many rows: for tests and the watch over speed
        self.rows_painted = 0
        self.setMinimumWidth(Shell.ORDER_BOOK_LEAST - 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "inside")
        self.setMouseTracking(True)
        retranslating(self, self._retranslate)
        following_theme(self, self._renew)

    def sizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST, Height.TABLE_HEADER + 20 * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(Shell.ORDER_BOOK_LEAST - 2, Height.TABLE_HEADER + _LEAST_ROWS * ROW)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr(_NAME))
        self._renew()

    def _renew(self) -> None:
        self._widest = ["", "", ""]
        if self.picture is not None:
            self.show_picture(self.picture)
        self.update()

    def show_picture(self, picture: BookPicture) -> None:
        before = self.picture
        if before is None or before.market != picture.market:
            self._widest, self._scroll, self._chosen = ["", "", ""], 0, None
        self.picture = picture
        self._keep_chosen()
        self._lay_out(is_same_place=before is not None and before.market == picture.market)

    # where rows lie

    @property
    def shown_rows(self) -> int:
        return max((self.height() - Height.TABLE_HEADER) // ROW, 0)

    def _first(self) -> int:
        """Which of all rows lies in the uppermost line; below zero where there are fewer asks than room."""
        asks = 0 if self.picture is None else len(self.picture.rows.asks)
        return asks - self.shown_rows // 2 + self._scroll

    def _line_rect(self, line: int) -> QRect:
        return QRect(0, Height.TABLE_HEADER + line * ROW, self.width(), ROW)

    def row_at(self, point: QPointF) -> BookRow | None:
        slot = self._slots.get(int((point.y() - Height.TABLE_HEADER) // ROW))
        return None if slot is None or point.y() < Height.TABLE_HEADER else slot.row

    def _lay_out(self, *, is_same_place: bool) -> None:
        picture = self.picture
        if picture is None:
            return
        rows, first = picture.rows.from_above, self._first()
        lines = {line: rows[first + line] for line in range(self.shown_rows) if 0 <= first + line < len(rows)}
        places = shown_places(row.quantity for row in lines.values())
        widest = max((row.quantity for row in lines.values()), default=Decimal(1))
        if self._priced_for != (picture.tick, picture.previous_close) or len(self._priced) > _MOST_PRICED:
            self._priced, self._priced_for = {}, (picture.tick, picture.previous_close)
        slots = {line: self._slot(picture, row, places, widest) for line, row in lines.items()}
        columns = self._measured(slots)
        before, self._slots = self._slots, slots
        if not is_same_place or places != self._places or columns:
            self._places = places
            self.update()
            return
        for line in before.keys() | slots.keys():
            if before.get(line) != slots.get(line):
                self.update(self._line_rect(line))

    def _slot(self, picture: BookPicture, row: BookRow, places: int, widest: Decimal) -> _Slot:
        key = (row.is_ask, row.price)
        price, change, direction = self._written(picture, row.price)
        return _Slot(
            row,
            row.is_ask,
            row.is_cut,
            price,
            change,
            formats.decimals(row.quantity, places),
            direction,
            int(row.quantity / widest * 1_000) if widest else 0,
            picture.last_row == key,
            key in picture.own,
            picture.is_stale,
        )

    def _written(self, picture: BookPicture, price: Decimal) -> tuple[str, str, int]:
        known = self._priced.get(price)
        if known is None:
            close = picture.previous_close
            change = price / close - 1 if close else None
            shown = formats.price(price, picture.tick)
            known = self._priced[price] = shown, formats.signed_percent(change), formats.direction(change, 4)
        return known

    def _measured(self, slots: Mapping[int, _Slot]) -> bool:
        """True where a column needs more room than before; columns do not shrink again, so that nothing trembles."""
        grew = False
        for place, name in enumerate(("price", "change", "quantity")):
            longest = max((getattr(slot, name) for slot in slots.values()), key=len, default="")
            if len(longest) > len(self._widest[place]):
                self._widest[place], grew = longest, True
        return grew

    def _edges(self) -> tuple[float, float, float]:
        """Right end of the price, right end of the change (0: no room for it), left end of the bars."""
        font = current_theme().number_font(Type.TABLE_BOLD)
        price, change, quantity = (painting.text_width(text, font) for text in self._widest)
        heads = current_theme().font(Type.CAPTION)
        price = max(price, painting.text_width(self._price_head(), heads))
        change = max(change, painting.text_width(tr(_CHANGE), heads))
        quantity = max(quantity, painting.text_width(self._quantity_head(), heads))
        room = self.width() - _LEFT - price - 2 * _GAP - quantity - Space.S
        if room < change:
            return _LEFT + price, 0.0, _LEFT + price + _GAP
        spare = room - change - _GAP
        at_price = _LEFT + price + max(spare, 0) * 0.4
        at_change = at_price + _GAP + change + max(spare, 0) * 0.05
        return at_price, at_change, at_change + _GAP

    def _price_head(self) -> str:
        return "" if self.picture is None else tr(_PRICE.format(unit=quote_unit(self.picture.market)))

    def _quantity_head(self) -> str:
        return "" if self.picture is None else tr(_QUANTITY.format(unit=self.picture.market.base))

    # painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        asked = QRegion(self.rect()) if event is None else event.region()
        edges = self._edges()
        if asked.boundingRect().top() < Height.TABLE_HEADER:
            self._paint_head(painter, edges)
        looks = _Looks()
        for line, slot in self._slots.items():
            rect = self._line_rect(line)
            if asked.intersects(rect):
                self.rows_painted += 1
                self._paint_slot(painter, QRectF(rect), slot, edges, line, looks)

    def _paint_head(self, painter: QPainter, edges: tuple[float, float, float]) -> None:
        theme = current_theme()
        area = QRectF(0, 0, self.width(), Height.TABLE_HEADER)
        painting.bar(painter, area, theme.colour("bg2"))
        painting.bar(painter, QRectF(0, area.bottom() - 1, area.width(), 1), theme.colour("line"))
        font, colour = theme.font(Type.CAPTION), theme.colour("t3")
        painting.text(painter, _ending(area, edges[0]), self._price_head(), font, colour, painting.RIGHT)
        if edges[1]:
            painting.text(painter, _ending(area, edges[1]), tr(_CHANGE), font, colour, painting.RIGHT)
        painting.text(
            painter, _ending(area, self.width() - Space.M), self._quantity_head(), font, colour, painting.RIGHT
        )

    def _paint_slot(
        self,
        painter: QPainter,
        rect: QRectF,
        slot: _Slot,
        edges: tuple[float, float, float],
        line: int,
        looks: _Looks,
    ) -> None:
        colours = looks.colours
        painting.bar(painter, rect, looks.grounds[slot.is_ask])
        if self._chosen == (slot.is_ask, slot.row.price) and self.hasFocus():
            painting.bar(painter, rect, colours["sel"])
        elif self.takes_prices and line == self._hovered:
            painting.bar(painter, rect, colours["bg3"])
        right = rect.right() - Space.M
        bar = QRectF(edges[2], rect.top() + 2, (rect.right() - edges[2]) * slot.share / 1_000, rect.height() - 4)
        painting.bar(painter, bar, looks.bars[slot.is_ask])
        if slot.is_own:
            mark = QRectF(Space.XS, rect.center().y() - _MARK / 2, _MARK, _MARK)
            painting.bar(painter, mark, colours["accent"])
        colour = colours["t3" if slot.is_stale else {1: "up", -1: "down"}.get(slot.direction, "t1")]
        font = looks.bold if slot.is_last else looks.plain
        painting.text_line(painter, _ending(rect, edges[0]), slot.price, font, colour, painting.RIGHT)
        if edges[1]:
            painting.text_line(painter, _ending(rect, edges[1]), slot.change, looks.plain, colour, painting.RIGHT)
        depth = colours["t3" if slot.is_stale or slot.is_cut else "t1"]
        painting.text_line(painter, _ending(rect, right), slot.quantity, looks.plain, depth, painting.RIGHT)
        if slot.is_last:
            painting.frame(painter, rect, 0, None, colours["t2"])

    # words

    def words_of(self, row: BookRow) -> str:
        return "" if self.picture is None else self.picture.words_of(row)

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().toPointF())
            if row is None:
                QToolTip.hideText()
            else:
                show_tooltip(event.globalPos(), self.words_of(row), self)
            return True
        return super().event(event)

    # choosing

    def _keep_chosen(self) -> None:
        """The nearest price of its side, where the chosen one is gone."""
        if self._chosen is None or self.picture is None:
            return
        is_ask, price = self._chosen
        side = self.picture.rows.asks if is_ask else self.picture.rows.bids
        if side:
            self._chosen = (is_ask, min((row.price for row in side), key=lambda one: abs(one - price)))

    @property
    def chosen_row(self) -> BookRow | None:
        if self.picture is None or self._chosen is None:
            return None
        rows = self.picture.rows.from_above
        return next((row for row in rows if (row.is_ask, row.price) == self._chosen), None)

    def _choose(self, place: int) -> None:
        if self.picture is None:
            return
        rows = self.picture.rows.from_above
        if not rows:
            return
        place = min(max(place, 0), len(rows) - 1)
        row = rows[place]
        self._chosen = (row.is_ask, row.price)
        self.setAccessibleDescription(self.words_of(row))
        line = place - self._first()
        if line < 0:
            self._scroll += line
        elif line >= self.shown_rows:
            self._scroll += line - self.shown_rows + 1
        self._lay_out(is_same_place=False)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self.picture is None:
            return
        rows = self.picture.rows.from_above
        chosen = self.chosen_row
        here = rows.index(chosen) if chosen is not None else len(self.picture.rows.asks) - 1
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        steps = {
            Qt.Key.Key_Up: here - 1 if chosen is not None else here,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_PageUp: here - self.shown_rows,
            Qt.Key.Key_PageDown: here + self.shown_rows,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(rows) - 1,
        }
        if event.key() in steps and not held:
            self._choose(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen is not None and not held:
            self._give(chosen)
        else:
            super().keyPressEvent(event)

    def _give(self, row: BookRow) -> None:
        if self.takes_prices:
            self.price_chosen.emit(row.price)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        row = (
            None if event is None or event.button() is not Qt.MouseButton.LeftButton else self.row_at(event.position())
        )
        if row is not None and self.picture is not None:
            self._choose(self.picture.rows.from_above.index(row))
            self._give(row)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.takes_prices:
            self._hover(int((event.position().y() - Height.TABLE_HEADER) // ROW))

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, line: int) -> None:
        if line != self._hovered:
            for one in (self._hovered, line):
                self.update(self._line_rect(one))
            self._hovered = line

    def set_takes_prices(self, takes: bool) -> None:
        self.takes_prices = takes
        self.setCursor(Qt.CursorShape.PointingHandCursor if takes else Qt.CursorShape.ArrowCursor)

    # scrolling

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self.picture is None:
            return
        rows, shown = self.picture.rows, self.shown_rows
        above = max(len(rows.asks) - shown // 2, 0)
        below = max(len(rows.bids) - (shown - shown // 2), 0)
        steps = -event.angleDelta().y() // 40
        self._scroll = min(max(self._scroll + steps, -above), below)
        self._lay_out(is_same_place=False)
        event.accept()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._lay_out(is_same_place=False)


def _ending(rect: QRectF, right: float) -> QRectF:
    return QRectF(0, rect.top(), right, rect.height())
