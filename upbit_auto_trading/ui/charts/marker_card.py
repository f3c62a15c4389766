"""The card over a chart that says why: a fill or a candle, its rule, each condition with its value, and the size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from PyQt6.QtCore import QPoint, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
from upbit_auto_trading.component_system.explanation_text import text_of
from upbit_auto_trading.ui.charts.layers.markers import MarkerSide
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Radius, Space
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

_WIDTH: Final = 336
#: from the mark that it belongs to
_AWAY: Final = 14
_INDENT: Final = Space.L
_CLOSE: Final = Text("설명 닫기", "Close the explanation")
_NAME: Final = Text("설명", "Explanation")
_MARKS: Final = {"✓": "held", "✗": "not held", "?": "unknown"}


class LineMark(Enum):
    #: the name of a rule
    HEAD = "head"
    HELD = "held"
    NOT_HELD = "not held"
    UNKNOWN = "unknown"
    INFO = "info"
    PLAIN = "plain"


_ICONS: Final = {
    LineMark.HELD: (Icon.SUCCESS, "success"),
    LineMark.NOT_HELD: (Icon.ERROR, "t3"),
    LineMark.UNKNOWN: (Icon.HELP, "t3"),
    LineMark.INFO: (Icon.INFO, "accent_text"),
}


@dataclass(frozen=True, slots=True)
class CardLine:
    text: Words
    mark: LineMark = LineMark.PLAIN
    #: inside how many groups
    depth: int = 0


@dataclass(frozen=True, slots=True)
class CardChip:
    """In which mode it happened."""

    text: Words
    token: str = "t2"
    icon: Icon | None = None


@dataclass(frozen=True, slots=True)
class CardContent:
    title: Words
    #: of a fill: colours the title
    side: MarkerSide | None = None
    #: 2026-11-20 02:00 KST
    at: Words = ""
    #: 0.0141 BTC @ 141,543,000
    deal: Words = ""
    lines: tuple[CardLine, ...] = field(default=())
    chip: CardChip | None = None


def rule_lines(explanations: Iterable[RuleExplanation]) -> Iterator[CardLine]:
    """The texts of the explanations, each condition with what it came to as a mark in front."""
    for one in explanations:
        told = text_of(one)
        head, *conditions = zip(told.ko.split("\n"), told.en.split("\n"), strict=True)
        yield CardLine(Text(*head), LineMark.HEAD)
        for korean, english in conditions:
            yield _condition_line(korean, english)


def _condition_line(korean: str, english: str) -> CardLine:
    plain = korean.lstrip(" ")
    depth = (len(korean) - len(plain)) // 2
    mark = _MARKS.get(plain[-1:])
    if mark is None:
        return CardLine(Text(plain, english.lstrip(" ")), LineMark.INFO)
    return CardLine(Text(plain[:-1].rstrip(), english.strip()[:-1].rstrip()), LineMark(mark), max(0, depth - 1))


class MarkerCard(QWidget):
    """A child of the chart; it is moved beside what it explains and never outside of it."""

    closed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._content: CardContent | None = None
        self.mark = _SideMark()
        self.title = Label("", "body_bold")
        self.at = Label("", "table", "t3")
        self.chip = Badge()
        self.deal = Label("", "body_bold", wrap=True)
        self.close_button = IconButton(Icon.CLOSE, _CLOSE, size=ButtonSize.SMALL)
        self._lines = QWidget()
        self._column = QVBoxLayout(self._lines)
        self._column.setContentsMargins(0, 0, Space.S, 0)
        self._column.setSpacing(Space.XS)
        self.area = QScrollArea()
        self.area.setWidget(self._lines)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._arrange()
        self.close_button.clicked.connect(self.dismiss)
        retranslating(self, self._draw)
        self.hide()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.mark)
        head.addWidget(self.title)
        head.addWidget(self.at)
        head.addStretch(1)
        head.addWidget(self.chip)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.S, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.deal)
        column.addWidget(self.area, 1)
        on_panel(self.area)
        on_panel(self._lines)

    @property
    def content(self) -> CardContent | None:
        return self._content

    @property
    def shown_lines(self) -> list[str]:
        """As they are read, one a line."""
        rows = (self._row(place) for place in range(self._column.count()))
        return [row.words.text() for row in rows if row is not None]

    def show_content(self, content: CardContent, beside: QPoint, room: QRect, *, can_close: bool = False) -> None:
        """``beside``: the point that it explains; ``room``: where it may lie, both in the parent's pixels."""
        self._content = content
        self.close_button.setVisible(can_close)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not can_close)
        self._draw()
        self._place(beside, room)
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        if not self.isHidden():
            self.hide()
            self._content = None
            self.closed.emit()

    def _row(self, place: int) -> _Line | None:
        item = self._column.itemAt(place)
        widget = None if item is None else item.widget()
        return widget if isinstance(widget, _Line) else None

    def _draw(self) -> None:
        content = self._content
        if content is None:
            return
        token = {MarkerSide.BUY: "up", MarkerSide.SELL: "down", None: "t1"}[content.side]
        self.mark.show_side(content.side)
        self.title.set_text(content.title)
        self.title.set_token(token)
        self.at.set_text(content.at)
        self.chip.setVisible(content.chip is not None)
        if content.chip is not None:
            self.chip.set_state(content.chip.text, content.chip.token, content.chip.icon)
        self.deal.set_text(content.deal)
        self.deal.setVisible(bool(words(content.deal)))
        self._fill(content.lines)
        head = (content.title, content.at, content.deal)
        told = [words(one) for one in (*head, *(line.text for line in content.lines))]
        self.setAccessibleName(words(_NAME))
        self.setAccessibleDescription(". ".join(one for one in told if one))

    def _fill(self, lines: tuple[CardLine, ...]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._column.addWidget(_Line(line))
        self._column.addStretch(1)
        self.area.setVisible(bool(lines))

    def _place(self, beside: QPoint, room: QRect) -> None:
        width = min(_WIDTH, room.width())
        self.setFixedWidth(width)
        inner = width - Space.L - 2 * Space.S
        rows = [row for place in range(self._column.count()) if (row := self._row(place)) is not None]
        needed = sum(row.height_in(inner - Space.S) + Space.XS for row in rows)
        margins = self.contentsMargins().top() + Space.S + Space.M + 3 * Space.S
        head = max(self.close_button.height(), self.chip.height())
        deal = self.deal.heightForWidth(inner) if words(self._content.deal if self._content else "") else 0
        height = min(head + deal + needed + margins, room.height())
        left, top = beside.x() + _AWAY, beside.y() - height // 2
        if left + width > room.right():
            left = beside.x() - _AWAY - width
        if left < room.left():  # beside it on neither side: below, or above
            left, top = beside.x() - width // 2, beside.y() + _AWAY
            if top + height > room.bottom():
                top = beside.y() - _AWAY - height
        self.setGeometry(
            max(room.left(), min(left, room.right() - width)),
            max(room.top(), min(top, room.bottom() - height)),
            width,
            height,
        )

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painting.frame(
            QPainter(self), QRectF(self.rect()), Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong")
        )


class _SideMark(QWidget):
    """The triangle of the chart, before the word."""

    def __init__(self) -> None:
        super().__init__()
        self._side: MarkerSide | None = None
        self.setFixedSize(IconSize.TINY, IconSize.TINY)
        self.hide()

    def show_side(self, side: MarkerSide | None) -> None:
        self._side = side
        self.setVisible(side is not None and self.parentWidget() is not None)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self._side is not None:
            is_buy = self._side is MarkerSide.BUY
            area = QRectF(self.rect()).adjusted(2, 3, -2, -3)
            painting.triangle(QPainter(self), area, current_theme().colour("up" if is_buy else "down"), is_buy)


class _Line(QWidget):
    def __init__(self, line: CardLine) -> None:
        super().__init__()
        is_head = line.mark is LineMark.HEAD
        quiet = line.mark in (LineMark.NOT_HELD, LineMark.UNKNOWN, LineMark.INFO, LineMark.PLAIN)
        self.words = Label(line.text, "table_bold" if is_head else "table", "t2" if quiet else "t1", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(line.depth * _INDENT, 0, 0, 0)
        row.setSpacing(Space.S)
        icon = _ICONS.get(line.mark)
        if icon is not None:
            row.addWidget(IconMark(*icon, IconSize.TINY), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self._beside = line.depth * _INDENT + (0 if icon is None else IconSize.TINY + Space.S)

    def height_in(self, width: int) -> int:
        """Asked before it is laid out."""
        self.words.ensurePolished()
        return max(self.words.heightForWidth(max(width - self._beside, 1)), IconSize.TINY)
