"""The figures of a run in a row of cards; where they do not fit, in two rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.language import Words, current_language, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space, Type
from upbit_auto_trading.ui.reports.backtest_words import FIGURES, amount, quote_of
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_HELD = Text("단순 보유 {value}", "Buy and hold {value}")
_FROM = Text("{cash}에서 시작", "from {cash}")
_OPEN = Text("보유 중 {count}개 별도", "and {count} still open")
_CLOSED = Text("닫힌 거래", "closed trades")
_WINS = Text("{wins} / {count}", "{wins} of {count}")
_LONGEST = Text("가장 길게 {time}", "longest {time}")
_FACTOR = Text("총이익 / 총손실 {value}", "profit factor {value}")
_PER_FILL = Text("체결 {count}번", "{count} fills")


@dataclass(frozen=True, slots=True)
class Figure:
    id: str
    title: Text
    value: str
    note: Words = ""
    direction: int = 0


def figures_of(report: BacktestReport) -> Iterator[Figure]:
    """What it would have come to, in the language of the moment."""
    summary, trades, language = report.summary, report.summary.trades, current_language()
    quote = quote_of(report)
    yield Figure(
        "return",
        FIGURES["return"],
        formats.signed_percent(summary.total_return),
        _HELD.format(value=formats.signed_percent(summary.held_return)),
        formats.direction(summary.total_return, 4),
    )
    yield Figure(
        "final_equity",
        FIGURES["final_equity"],
        amount(summary.final_equity, language, quote),
        _FROM.format(cash=amount(report.result.settings.cash, language, quote)),
    )
    longest = formats.duration(summary.longest_drawdown_seconds, language)
    yield Figure(
        "drawdown",
        FIGURES["drawdown"],
        formats.percent(summary.max_drawdown),
        _LONGEST.format(time=longest) if summary.max_drawdown else "",
    )
    yield Figure(
        "trades",
        FIGURES["trades"],
        f"{trades.count:,}",
        _OPEN.format(count=summary.open_trades) if summary.open_trades else _CLOSED,
    )
    yield Figure(
        "win_rate",
        FIGURES["win_rate"],
        formats.percent(trades.win_rate, 1) if trades.count else formats.NOTHING,
        _WINS.format(wins=f"{round((trades.win_rate or 0) * trades.count):,}", count=f"{trades.count:,}"),
    )
    yield Figure(
        "payoff",
        FIGURES["payoff"],
        formats.ratio(trades.payoff_ratio),
        _FACTOR.format(value=formats.ratio(trades.profit_factor)),
    )
    fills = f"{len(report.result.fills):,}"
    yield Figure("fees", FIGURES["fees"], amount(summary.fees, language, quote), _PER_FILL.format(count=fills))


class FigureStrip(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, _FigureCard] = {}
        self._report: BacktestReport | None = None
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        retranslating(self, self._draw)
        following_theme(self, self._arrange)

    def show_report(self, report: BacktestReport) -> None:
        self._report = report
        self._draw()

    def _draw(self) -> None:
        if self._report is None:
            return
        for figure in figures_of(self._report):
            if figure.id not in self.cards:
                self.cards[figure.id] = _FigureCard()
                self._columns = 0
            self.cards[figure.id].show_figure(figure)
        self._arrange()

    def _arrange(self) -> None:
        """One row, each as wide as it needs; where that is too much, two."""
        cards = list(self.cards.values())
        if not cards:
            return
        needed = sum(card.needed_width() for card in cards)
        columns = len(cards) if needed <= self.width() else -(-len(cards) // 2)
        if columns == self._columns:
            return
        self._columns = columns
        for card in cards:
            self._grid.removeWidget(card)
        for place, card in enumerate(cards):
            self._grid.addWidget(card, place // columns, place % columns)
        for place in range(len(cards)):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.frame(painter, QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line"))
        for card in self.cards.values():
            if card.x() > 0:
                painting.bar(painter, QRectF(card.x(), card.y() + 1, 1, card.height() - 2), theme.colour("line"))


class _FigureCard(QWidget):
    """Title, number, one line of context."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("", "caption", "t2")
        self.value = Label("", "title")
        self.note = Label("", "caption", "t3")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XXS)
        for label in (self.title, self.value, self.note):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            column.addWidget(label)

    def show_figure(self, figure: Figure) -> None:
        mark = {1: formats.UP_MARK, -1: formats.DOWN_MARK}.get(figure.direction, "")
        self.title.set_text(figure.title)
        self.value.set_text(f"{mark}{formats.NO_BREAK}{figure.value}" if mark else figure.value)
        self.value.set_token({1: "up", -1: "down"}.get(figure.direction, "t1"))
        self.note.set_text(figure.note)
        self.setAccessibleName(f"{words(figure.title)} {figure.value}")
        self.setAccessibleDescription(words(figure.note))

    def needed_width(self) -> int:
        theme = current_theme()
        texts = ((self.title, Type.CAPTION), (self.value, Type.TITLE), (self.note, Type.CAPTION))
        widest = max(painting.text_width(label.text(), theme.font(style)) for label, style in texts)
        return round(widest + Space.L + Space.M + 2)
