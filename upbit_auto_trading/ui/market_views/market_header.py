"""What stands over a chart: star, name, the price as the largest thing, and facts that give way from the right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PyQt6.QtCore import QRectF, QSize, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Space, Type, TypeStyle
from upbit_auto_trading.ui.market_data_services import MarketDataServices
from upbit_auto_trading.ui.market_views.facts import EXCHANGES, listed_of, name_of, quote_unit, tick_of
from upbit_auto_trading.ui.market_views.paced import Paced
from upbit_auto_trading.ui.market_views.star_button import StarButton
from upbit_auto_trading.utils.bilingual_text import Text

_HEIGHT = 54  # at 100 % of text
_MARK = 9
_LEAST_NAME = 72
_CHOOSE = Text("종목을 고르세요", "Choose a market")
_HIGH = Text("고가 (09:00부터)", "High since 09:00")
_LOW = Text("저가", "Low")
_TURNOVER = Text("거래대금 (24시간)", "Turnover, 24 h")
_YEAR_HIGH = Text("52주 최고", "52-week high")
#: code and exchange
_APART = " · "
_WARNED = Text("거래소가 유의 종목으로 지정했어요.", "The exchange has put this market under warning.")
_STALE = Text("시세가 늦어요.", "Prices are late.")
_SAID = Text("{name} {price}, 전일 대비 {change}", "{name} {price}, change {change}")


def _height() -> int:
    """Its two lines grow with the text; smaller text leaves it as it is."""
    return round(_HEIGHT * max(current_theme().text_scale, 100) / 100)


@dataclass(frozen=True, slots=True)
class _Fact:
    title: Text
    value: str
    token: str = "t1"


class _Names(QWidget):
    """The name over the code; where there is little room the name elides, for it is the only thing that may."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.code, self.is_warned = "", "", False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        following_theme(self, self.updateGeometry)

    def show_names(self, name: str, code: str, is_warned: bool) -> None:
        if (name, code, is_warned) != (self.name, self.code, self.is_warned):
            self.name, self.code, self.is_warned = name, code, is_warned
            self.setToolTip("\n".join((f"{name} {code}", *([tr(_WARNED)] if is_warned else []))))
            self.updateGeometry()
            self.update()

    def _mark(self) -> float:
        return IconSize.TINY + Space.XS if self.is_warned else 0.0

    def sizeHint(self) -> QSize:
        theme = current_theme()
        upper = painting.text_width(self.name, theme.font(Type.HEADING)) + self._mark()
        lower = painting.text_width(self.code, theme.font(Type.CAPTION))
        return QSize(round(max(upper, lower)) + Space.XS, _height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_LEAST_NAME, self.sizeHint().width()), _height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        middle = round(self.height() * 0.52)
        font = theme.font(Type.HEADING)
        shown = painting.elided(self.name, font, self.width() - self._mark() + 1)
        upper = QRectF(0, Space.S, self.width(), middle - Space.S)
        width = painting.text(painter, upper, shown, font, theme.colour("t1"))
        if self.is_warned:
            top = round(upper.center().y() - IconSize.TINY / 2)
            paint_icon(painter, Icon.WARNING, QRectF(width + Space.XS, top, IconSize.TINY, IconSize.TINY), "warning")
        caption = theme.font(Type.CAPTION)
        lower = QRectF(0, middle, self.width(), self.height() - middle - Space.M)
        painting.text(painter, lower, self.shown_code(), caption, theme.colour("t3"))

    def shown_code(self) -> str:
        """The exchange gives way before the code is cut."""
        caption, room = current_theme().font(Type.CAPTION), self.width() + 1
        whole = painting.text_width(self.code, caption) <= room
        return self.code if whole else painting.elided(self.code.partition(_APART)[0], caption, room)


class _Price(QWidget):
    """The price with its unit, and below it ▲ percent and amount."""

    def __init__(self) -> None:
        super().__init__()
        self.price, self.unit, self.change, self.direction, self.token = "", "", "", 0, "t1"
        #: smaller where the window is narrow: a price is never cut
        self._style = Type.DISPLAY
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        following_theme(self, self.updateGeometry)

    def show_price(self, price: str, unit: str, change: str, direction: int, token: str) -> None:
        told = (price, unit, change, direction, token)
        if told == (self.price, self.unit, self.change, self.direction, self.token):
            return
        is_wider = len(price) != len(self.price) or len(change) != len(self.change)
        self.price, self.unit, self.change, self.direction, self.token = told
        if is_wider:
            self.updateGeometry()
        self.update()

    def fit(self, room: float) -> None:
        style = Type.DISPLAY if self._needed(Type.DISPLAY) <= room else Type.TITLE
        if style != self._style:
            self._style = style
            self.updateGeometry()
            self.update()

    def least_width(self) -> int:
        return round(self._needed(Type.TITLE) + 0.5)

    def _needed(self, style: TypeStyle) -> float:
        theme = current_theme()
        upper = painting.text_width(self.price, theme.number_font(style))
        upper += painting.text_width(self.unit, theme.font(Type.TABLE)) + Space.XXS
        lower = painting.text_width(self.change, theme.number_font(Type.TABLE)) + _MARK + Space.XS
        return max(upper, lower) + Space.XS

    def sizeHint(self) -> QSize:
        return QSize(round(self._needed(self._style) + 0.5), _height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        colour = theme.colour(self.token)
        middle = round(self.height() * 0.58)
        upper = QRectF(0, 0, self.width(), middle)
        width = painting.text(painter, upper, self.price, theme.number_font(self._style), colour)
        unit = QRectF(width + Space.XXS, Space.XS, self.width() - width, middle)
        painting.text(painter, unit, self.unit, theme.font(Type.TABLE), colour)
        lower = QRectF(0, middle, self.width(), self.height() - middle - Space.XS)
        left = 0.0
        if self.direction:
            mark = QRectF(0, round(lower.center().y() - _MARK / 2) + 1, _MARK, _MARK - 2)
            painting.triangle(painter, mark, colour, self.direction > 0)
            left = _MARK + Space.XS
        painting.text(painter, lower.adjusted(left, 0, 0, 0), self.change, theme.number_font(Type.TABLE), colour)


class _Facts(QWidget):
    """Columns of a title over a value; those that do not fit are not there, from the right."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: tuple[_Fact, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        following_theme(self, self.update)

    def show_facts(self, facts: tuple[_Fact, ...]) -> None:
        if facts != self.facts:
            self.facts = facts
            self.update()

    def widths(self) -> list[float]:
        theme = current_theme()
        title, value = theme.font(Type.CAPTION), theme.number_font(Type.TABLE)
        return [
            max(painting.text_width(tr(fact.title), title), painting.text_width(fact.value, value)) + 2 * Space.L + 1
            for fact in self.facts
        ]

    @property
    def shown(self) -> int:
        """How many there is room for."""
        left, count = 0.0, 0
        for width in self.widths():
            left += width
            if left > self.width():
                break
            count += 1
        return count

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        shown, widths = self.shown, self.widths()
        left = self.width() - sum(widths[:shown])
        middle = self.height() / 2
        for fact, width in list(zip(self.facts, widths, strict=True))[:shown]:
            painting.bar(painter, QRectF(left, Space.L, 1, self.height() - 2 * Space.L), theme.colour("line"))
            upper = QRectF(left + Space.L, Space.M, width, middle - Space.M)
            painting.text(painter, upper, tr(fact.title), theme.font(Type.CAPTION), theme.colour("t3"))
            lower = QRectF(left + Space.L, middle, width, middle - Space.M)
            painting.text(painter, lower, fact.value, theme.number_font(Type.TABLE), theme.colour(fact.token))
            left += width


class MarketHeader(QWidget):
    """``MarketHeader(data)``, then ``show_market(market)``. Draws at most ten times a second."""

    #: where there is no room for every fact: how many are shown
    facts_changed = pyqtSignal(int)

    def __init__(self, data: MarketDataServices) -> None:
        super().__init__()
        self._data = data
        self.market: Market | None = None
        self._least = 0
        self.star = StarButton(data.watch_lists)
        self.names = _Names()
        self.price = _Price()
        self.facts = _Facts()
        self._arrange()
        following_theme(self, lambda: self.setFixedHeight(_height()))
        self._paced = Paced(self, self._draw)
        data.board.summaries_changed.connect(self._follow)
        data.board.freshness_changed.connect(self._paced.ask)
        data.board.began_anew.connect(self._paced.ask)
        data.link.state_changed.connect(self._paced.ask)
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.star)
        row.addWidget(self.names)
        row.addSpacing(Space.M)
        row.addWidget(self.price)
        row.addWidget(self.facts, 1)

    def show_market(self, market: Market | None) -> None:
        self.market = market
        self.star.show_market(market)
        self._data.watch_lists.load()
        self._draw()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._draw()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()
        self.facts_changed.emit(self.facts.shown)

    def _around(self) -> int:
        return self.star.width() + self.names.minimumSizeHint().width() + 6 * Space.M

    def minimumSizeHint(self) -> QSize:
        """With the smaller price: which of both is shown is found out at each width."""
        return QSize(self._around() + self.price.least_width(), _height())

    def _fit(self) -> None:
        self.price.fit(self.width() - self._around())
        least = self.minimumSizeHint().width()
        if least != self._least:
            self._least = least
            self.updateGeometry()

    def _follow(self, summaries: tuple[PriceSummary, ...]) -> None:
        if self.isVisible() and any(one.market == self.market for one in summaries):
            self._paced.ask()

    def _draw(self) -> None:
        market = self.market
        if market is None:
            self.names.show_names(tr(_CHOOSE), "", is_warned=False)
            self.price.show_price("", "", "", 0, "t1")
            self.facts.show_facts(())
            return
        listed = listed_of(self._data.link, market)
        name = name_of(listed, market)
        exchange = EXCHANGES.get(market.exchange, Text(market.exchange, market.exchange))
        is_warned = listed is not None and listed.is_warned
        self.names.show_names(tr(name), f"{market.code}{_APART}{tr(exchange)}", is_warned)
        summary = self._data.board.summaries.get(market)
        if summary is None:
            self.price.show_price(formats.NOTHING, "", "", 0, "t3")
            self.facts.show_facts(())
            return
        self._draw_price(summary, tr(name))

    def _draw_price(self, summary: PriceSummary, name: str) -> None:
        market = summary.market
        tick = tick_of(self._data.link, market, summary.price, summary.traded_at)

        def price(value: Decimal | None) -> str:
            return formats.price(value, tick)

        is_stale = not self._data.board.freshness(market).is_fresh
        change = summary.change_fraction
        direction = formats.direction(change, 4)
        token = "t3" if is_stale else {1: "up", -1: "down"}.get(direction, "t1")
        percent = formats.signed_percent(change)
        if summary.previous_close:
            places = max(formats.decimals_of(tick), formats.decimals_of(summary.price - summary.previous_close))
            amount = formats.decimals(summary.price - summary.previous_close, places, signed=True)
        else:
            amount = ""
        shown = price(summary.price)
        unit = tr(quote_unit(market)) if market.quote == "KRW" else f"{formats.NO_BREAK}{market.quote}"
        self.price.show_price(shown, unit, f"{percent}  {amount}", direction, token)
        self._fit()
        self.price.setToolTip(tr(_STALE) if is_stale else "")
        self.setAccessibleName(tr(_SAID).format(name=name, price=f"{shown}{unit}", change=percent))
        turnover = formats.compact(summary.turnover_24h, current_language(), currency=market.quote)
        close = summary.previous_close or summary.day_open
        facts = (
            _Fact(_HIGH, price(summary.day_high), _token(summary.day_high, close, is_stale)),
            _Fact(_LOW, price(summary.day_low), _token(summary.day_low, close, is_stale)),
            _Fact(_TURNOVER, turnover, "t3" if is_stale else "t1"),
            _Fact(_YEAR_HIGH, price(summary.high_52w), "t3" if is_stale else "t1"),
        )
        self.facts.show_facts(tuple(fact for fact in facts if fact.value != formats.NOTHING))


def _token(value: Decimal, close: Decimal, is_stale: bool) -> str:
    if is_stale:
        return "t3"
    return {1: "up", -1: "down"}.get(formats.direction(value - close), "t1")
