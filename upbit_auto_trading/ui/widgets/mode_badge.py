"""The mode in three shapes: practice dashed, paper outlined and tinted, live a solid amber plate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Edge, Height, IconSize, Radius, Space, Type, TypeStyle
from upbit_auto_trading.utils.bilingual_text import Text

_PLAY_MONEY = Text(ko="가상 돈", en="play money")
_REAL_MONEY = Text(ko="실제 돈", en="real money")


class ModeShape(Enum):
    """Which of the three shapes to draw; the values are those of the trading mode."""

    PRACTICE = "practice"
    PAPER = "paper"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class _Look:
    word: Text
    money: Text
    icon: Icon
    token: str


_LOOKS = {
    ModeShape.PRACTICE: _Look(Text(ko="연습", en="Practice"), _PLAY_MONEY, Icon.PRACTICE, "practice"),
    ModeShape.PAPER: _Look(Text(ko="모의", en="Paper"), _PLAY_MONEY, Icon.PAPER, "paper"),
    ModeShape.LIVE: _Look(Text(ko="실전", en="Live"), _REAL_MONEY, Icon.LIVE, "on_live"),
}


def mode_word(mode: ModeShape) -> Text:
    return _LOOKS[mode].word


def mode_title(mode: ModeShape) -> Text:
    """연습 · 가상 돈."""
    look = _LOOKS[mode]
    return Text(ko="{word} · {money}", en="{word} · {money}").format(word=look.word, money=look.money)


def mode_icon(mode: ModeShape) -> Icon:
    return _LOOKS[mode].icon


def mode_text_token(mode: ModeShape) -> str:
    """For the word in running text, where live is no plate."""
    return "live_text" if mode is ModeShape.LIVE else _LOOKS[mode].token


def paint_mode_shape(painter: QPainter, rect: QRectF, mode: ModeShape, radius: float = Radius.CONTROL) -> None:
    theme = current_theme()
    if mode is ModeShape.LIVE:
        painting.frame(painter, rect, radius, theme.colour("live_plate"), theme.colour("live_edge"), Edge.BORDER)
    elif mode is ModeShape.PAPER:
        tint = theme.colour("paper", theme.tints.paper_badge)
        painting.frame(painter, rect, radius, tint, theme.colour("paper"), Edge.BORDER)
    else:
        edge = theme.colour("practice")
        painting.frame(painter, rect, radius, None, edge, Edge.BORDER, Qt.PenStyle.DashLine)


def mode_chip_width(mode: ModeShape, suffix: str = "") -> float:
    word = f"{tr(mode_word(mode))} {suffix}".strip()
    return painting.text_width(word, current_theme().font(Type.CAPTION_BOLD)) + 2 * Space.M


def paint_mode_chip(painter: QPainter, rect: QRectF, mode: ModeShape, suffix: str = "") -> None:
    """The small form for rows: shape and word."""
    theme = current_theme()
    paint_mode_shape(painter, rect, mode, Radius.BADGE)
    word = f"{tr(mode_word(mode))} {suffix}".strip()
    colour = theme.colour(_LOOKS[mode].token)
    painting.text(painter, rect, word, theme.font(Type.CAPTION_BOLD), colour, painting.CENTRE)


class ModeBadge(QWidget):
    """Large for the top bar (icon, word, whose money), small for rows and heads (word)."""

    def __init__(
        self,
        mode: ModeShape = ModeShape.PRACTICE,
        parent: QWidget | None = None,
        *,
        small: bool = False,
        count: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._small = small
        self._count = count
        self.setFixedHeight(Height.BADGE if small else Height.CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        retranslating(self, self._renew)
        following_theme(self, self._renew)

    @property
    def mode(self) -> ModeShape:
        return self._mode

    def set_mode(self, mode: ModeShape, count: int | None = None) -> None:
        self._mode, self._count = mode, count
        self._renew()

    def _renew(self) -> None:
        self.setAccessibleName(tr(mode_title(self._mode)))
        self.setToolTip(tr(mode_title(self._mode)))
        self.updateGeometry()
        self.update()

    def _suffix(self) -> str:
        return "" if self._count is None else str(self._count)

    def sizeHint(self) -> QSize:
        if self._small:
            return QSize(round(mode_chip_width(self._mode, self._suffix()) + 0.5), Height.BADGE)
        look, theme = _LOOKS[self._mode], current_theme()
        word = painting.text_width(tr(look.word), theme.font(_WORD))
        money = painting.text_width(tr(look.money), theme.font(Type.TABLE))
        return QSize(round(word + money + IconSize.SMALL + 2 * Space.L + 2 * Space.S + 2.5), Height.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._small:
            paint_mode_chip(painter, rect, self._mode, self._suffix())
            return
        look, theme = _LOOKS[self._mode], current_theme()
        paint_mode_shape(painter, rect, self._mode)
        left = float(Space.L)
        top = (self.height() - IconSize.SMALL) / 2
        paint_icon(painter, look.icon, QRectF(left, top, IconSize.SMALL, IconSize.SMALL), look.token)
        left += IconSize.SMALL + Space.S
        colour = theme.colour(look.token)
        rest = QRectF(left, 0, self.width(), self.height())
        left += painting.text(painter, rest, tr(look.word), theme.font(_WORD), colour) + Space.S
        painting.text(
            painter, QRectF(left, 0, self.width(), self.height()), tr(look.money), theme.font(Type.TABLE), colour
        )


_WORD: TypeStyle = Type.BODY_BOLD
