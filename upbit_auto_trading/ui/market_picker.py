"""A field that opens a list of markets: found by name, initials or code, chosen by pointer or keys."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.shell.finder import Findable, Finder
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.utils.bilingual_text import Text

_CHOOSE = Text("종목 고르기", "Choose a market")
_PROMPT = Text("이름 · 초성 · 코드 (예: ㅂㅌ)", "Name or code")
_LEAST_WIDTH = 180


class MarketPicker(Pressable):
    """``chosen(Market)`` for the user's choice; a letter typed on it opens the list with that letter."""

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._listed: dict[Market, ListedMarket] = {}
        self._current: Market | None = None
        super().__init__(_CHOOSE, parent)
        self.finder: Finder | None = None
        self.setFixedHeight(Height.CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)

    @property
    def current(self) -> Market | None:
        return self._current

    def set_markets(self, listed: Iterable[ListedMarket]) -> None:
        self._listed = {one.market: one for one in listed}
        self._renew()

    def set_current(self, market: Market | None) -> None:
        self._current = market
        self._renew()

    def _renew(self) -> None:
        listed = self._listed.get(self._current) if self._current is not None else None
        if listed is not None:
            self.set_text(_name(listed))
        else:
            self.set_text(_CHOOSE if self._current is None else self._current.code)

    def open(self) -> None:
        offered = tuple(
            Findable(
                Text(one.korean_name, one.english_name),
                Text(one.market.code, one.market.code),
                Icon.MARKET,
                lambda market=one.market: self._choose(market),  # type: ignore[misc]
                (one.market.base, one.market.code),
            )
            for one in self._listed.values()
        )
        self.finder = Finder(offered, self, _PROMPT)
        self.finder.open_at(self.mapToGlobal(QPoint(0, 0)))

    def _choose(self, market: Market) -> None:
        self.set_current(market)
        self.chosen.emit(market)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        typed = "" if event is None else event.text()
        held = event is not None and event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if typed.strip() and typed.isprintable() and not held and self._listed:
            self.open()
            if self.finder is not None:
                self.finder.field.setText(typed)
            return
        super().keyPressEvent(event)

    # painting

    def sizeHint(self) -> QSize:
        width = painting.text_width(self.shown_text(), self.theme.font(Type.BODY))
        return QSize(max(_LEAST_WIDTH, round(width + 2 * Space.L + 2 * IconSize.SMALL + Space.M)), Height.CONTROL)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        on = self.isEnabled()
        edge = self.theme.colour("control" if on else "line_strong")
        painting.frame(painter, self.area(), Radius.CONTROL, self.surface("bg2"), edge)
        size = IconSize.SMALL
        middle = (self.height() - size) / 2
        paint_icon(painter, Icon.SEARCH, QRectF(Space.M, middle, size, size), "t2" if on else "tdis")
        left = Space.M + size + Space.S
        room = QRectF(left, 0, self.width() - left - Space.M, self.height())
        font = self.theme.font(Type.BODY)
        shown = painting.elided(self.shown_text(), font, room.width() + 1)
        token = "tdis" if not on else "t3" if self._current is None else "t1"
        painting.text(painter, room, shown, font, self.theme.colour(token))


def _name(listed: ListedMarket) -> Text:
    code = listed.market.code
    return Text(f"{listed.korean_name} {code}", f"{listed.english_name} {code}")


def market_name(listed: ListedMarket | None, market: Market) -> str:
    """Its name in the language of the moment, or its code where it is not listed any more."""
    return market.base if listed is None else tr(Text(listed.korean_name, listed.english_name))
