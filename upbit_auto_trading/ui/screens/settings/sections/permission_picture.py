"""The boxes as they stand on Upbit's page for keys: three to tick, the withdraw box to leave empty."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space, Type
from upbit_auto_trading.ui.widgets.toggles import paint_check
from upbit_auto_trading.utils.bilingual_text import Text

_BOX = 16
#: from the box to the words below it
_ARROW = 14
_ROW = 26


@dataclass(frozen=True, slots=True)
class _Right:
    name: Text
    is_ticked: bool = False
    is_forbidden: bool = False


#: as Upbit words them; the English in brackets, since the page is Korean only
_RIGHTS = (
    (
        _Right(Text("자산조회", "자산조회 (assets)"), is_ticked=True),
        _Right(Text("주문조회", "주문조회 (view orders)"), is_ticked=True),
        _Right(Text("주문하기", "주문하기 (order)"), is_ticked=True),
    ),
    (
        _Right(Text("입금하기", "입금하기 (deposit)")),
        _Right(Text("출금조회", "출금조회 (withdrawals)")),
        _Right(Text("출금하기", "출금하기 (withdraw)"), is_forbidden=True),
    ),
)
_TITLE = Text("업비트에서 키를 만들 때", "When you create the key at Upbit")
_LEAVE_EMPTY = Text("꼭 비워 두세요", "Leave this empty")
_SPOKEN = Text(
    "업비트에서 키를 만들 때 자산조회, 주문조회, 주문하기는 체크하고 출금하기는 비워 두세요.",
    "When you create the key at Upbit, tick 자산조회, 주문조회 and 주문하기, and leave 출금하기 (withdraw) empty.",
)


class PermissionPicture(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    def _renew(self) -> None:
        self.setAccessibleName(tr(_SPOKEN))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = round(sum(self._column_widths()) + 0.5) + 2 * Space.XL
        return QSize(width, 2 * Space.L + 20 + 4 * self._row_height() - Space.XXS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _column_widths(self) -> list[float]:
        """As wide as the words, whatever the language and the text scale."""
        theme = current_theme()
        fonts = {True: theme.font(Type.BODY_BOLD), False: theme.font(Type.BODY)}
        names = [
            max(painting.text_width(tr(right.name), fonts[right.is_forbidden]) for right in rights)
            for rights in _RIGHTS
        ]
        warning = _ARROW + Space.S + painting.text_width(tr(_LEAVE_EMPTY), theme.font(Type.TABLE_BOLD))
        names[-1] = max(names[-1], warning)
        return [_BOX + Space.M + name + gap for name, gap in zip(names, (Space.XL, 0), strict=True)]

    def _row_height(self) -> int:
        return max(_ROW, current_theme().pixel_size(Type.BODY) + 10)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg0"), theme.colour("line_strong"))
        head = QRectF(Space.XL, Space.M, self.width() - 2 * Space.XL, 22)
        painting.text(painter, head, tr(_TITLE), theme.font(Type.CAPTION_BOLD), theme.colour("t2"))
        widths = self._column_widths()
        spare = max(0.0, self.width() - 2 * Space.XL - sum(widths)) / len(_RIGHTS)
        left = float(Space.XL)
        for rights, least in zip(_RIGHTS, widths, strict=True):
            column_width = least + spare
            for row, right in enumerate(rights):
                top = head.bottom() + Space.XS + row * self._row_height()
                self._paint_right(painter, QRectF(left, top, column_width, self._row_height()), right)
            left += column_width

    def _paint_right(self, painter: QPainter, rect: QRectF, right: _Right) -> None:
        theme = current_theme()
        box = QRectF(rect.left(), rect.top() + (rect.height() - _BOX) / 2, _BOX, _BOX)
        edge = "danger" if right.is_forbidden else "accent" if right.is_ticked else "control"
        fill = theme.colour("accent" if right.is_ticked else "bg1")
        painting.frame(painter, box, 3, fill, theme.colour(edge), 2 if right.is_forbidden else 1)
        if right.is_ticked:
            paint_check(painter, box, theme.colour("on_primary"))
        words = rect.adjusted(_BOX + Space.M, 0, 0, 0)
        font = theme.font(Type.BODY if not right.is_forbidden else Type.BODY_BOLD)
        token = "t1" if right.is_ticked or right.is_forbidden else "t3"
        painting.text(painter, words, tr(right.name), font, theme.colour(token))
        if right.is_forbidden:
            self._paint_warning(painter, box, rect)

    def _paint_warning(self, painter: QPainter, box: QRectF, rect: QRectF) -> None:
        """An arrow of words below the box, so that nothing hangs on the colour."""
        theme = current_theme()
        painter.save()
        pen_colour = theme.colour("danger")
        painter.setPen(pen_colour)
        middle = box.center().x()
        top, turn = box.bottom() + 3, rect.bottom() + rect.height() / 2 - 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLine(round(middle), round(top), round(middle), round(turn))
        painter.drawLine(round(middle), round(turn), round(middle + _ARROW), round(turn))
        painter.restore()
        painting.triangle(painter, QRectF(middle - 4, top, 8, 6), pen_colour, True)
        words = QRectF(middle + _ARROW + Space.S, turn - rect.height() / 2, rect.width(), rect.height())
        painting.text(painter, words, tr(_LEAVE_EMPTY), theme.font(Type.TABLE_BOLD), pen_colour)
