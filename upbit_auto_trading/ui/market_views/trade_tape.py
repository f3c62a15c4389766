"""The trades of one market as they happen: newest on top, small ones left out where the user says so."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import TopicKind
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Space, Type
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_data_services import MarketDataServices
from upbit_auto_trading.ui.market_views.board_panel import BoardPanel
from upbit_auto_trading.ui.market_views.facts import tick_of
from upbit_auto_trading.ui.market_views.paced import Paced
from upbit_auto_trading.ui.market_views.tape_canvas import TapeCanvas
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("체결", "Trades")
_PRESSURE = Text("체결 강도 {share}", "Buy pressure {share}")
_PRESSURE_TIP = Text(
    "최근 {count}건에서 매수 체결량을 매도 체결량으로 나눈 값이에요. 100%보다 크면 매수가 많아요.",
    "What buyers took divided by what sellers gave, in the newest {count} trades. Above 100% buyers took more.",
)
_FILTER = Text("작은 체결 숨기기", "Hide small trades")
_LEAST = Text("최소 금액", "Least amount")
_WON_WORD = Text("원", "KRW")
_NONE = Text("고른 종목이 없어요", "No market is chosen")
_OPENING = Text("체결을 기다리고 있어요", "Waiting for trades")
_ALL_SMALL = Text("큰 체결이 아직 없어요", "No trade was large enough yet")
_ALL_SMALL_LINE = Text("최소 금액을 낮추면 더 보여요.", "Lower the least amount to see more.")
_WON = "KRW"
_WIDEST_SHARE = Decimal("9.999")


class TradeTape(BoardPanel):
    """The trades of what ``board`` watches; ``name`` as for the order book."""

    topic = TopicKind.TRADES

    def __init__(self, board: MarketBoard, data: MarketDataServices, memory: LayoutMemory, name: str = "tape") -> None:
        super().__init__(_TITLE, board, data)
        self._memory = memory
        self._name = f"tape-{name}"
        kept = memory.read_values(self._name).get("least")
        #: in won
        self._least = Decimal(kept) if isinstance(kept, int) and kept > 0 else Decimal(0)
        self.canvas = TapeCanvas()
        self.filter_button = IconButton(Icon.FILTER, _FILTER, size=ButtonSize.SMALL)
        self.filter_button.setCheckable(True)
        self.filter_button.setChecked(self._least > 0)
        self.least = NumberInput(_WON_WORD, minimum=Decimal(0), decimals=0, hint="", stepper=False, name=_LEAST)
        self.least.set_value(self._least or None)
        self._arrange()
        self._paced = Paced(self.stack, self._draw)
        ask = self._paced.ask
        for signal in (board.trades_changed, board.freshness_changed, board.began_anew):
            signal.connect(ask)
        self.filter_button.toggled.connect(self._show_filter)
        self.least.committed.connect(self._set_least)
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        self.add_tool(self.filter_button)
        self.filter_line = QWidget()
        row = QHBoxLayout(self.filter_line)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.M)
        row.addWidget(Label(_LEAST, "table", "t2"))
        row.addWidget(self.least, 1)
        self.stack = QStackedWidget()
        on_panel(self.stack)
        self._none = EmptyState(_NONE, icon=Icon.MARKET)
        self._opening = LoadingState(_OPENING, 6, can_cancel=False)
        self._all_small = EmptyState(_ALL_SMALL, _ALL_SMALL_LINE, icon=Icon.FILTER)
        for page in (self._none, self._opening, self._all_small, self.canvas):
            self.stack.addWidget(page)
        column = self.body_layout(0, 0)
        column.addWidget(self.filter_line)
        column.addWidget(self.stack, 1)
        self.filter_line.setVisible(self.filter_button.isChecked())

    # what the user asks for

    def _show_filter(self, is_on: bool) -> None:
        self.filter_line.setVisible(is_on)
        if is_on:
            self.least.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._set_least(None)

    def _set_least(self, value: Decimal | None) -> None:
        self._least = value or Decimal(0)
        self._memory.write_values(self._name, {"least": int(self._least)})
        self._draw()

    # drawing

    def _draw(self) -> None:
        if self.is_collapsed:
            return
        market, trades = self._board.watched, self._board.trades
        # what is small is said in won, so it hides nothing where another money is paid
        filters = market is not None and market.quote == _WON and self._least > 0
        self.filter_button.setVisible(market is None or market.quote == _WON)
        self._draw_age()
        self._draw_pressure(trades)
        if market is None or not trades:
            self.stack.setCurrentWidget(self._none if market is None else self._opening)
            return
        shown = trades[::-1]
        if filters:
            shown = tuple(trade for trade in shown if trade.price * trade.quantity >= self._least)
        newest = trades[-1]
        tick = tick_of(self._data.link, market, newest.price, newest.traded_at)
        self.canvas.show_trades(shown, tick, self._is_stale())
        self.stack.setCurrentWidget(self.canvas if shown else self._all_small)

    def _draw_pressure(self, trades: tuple[MarketTrade, ...]) -> None:
        share = buy_pressure(trades)
        if share is not None:
            self.note.set_text(_PRESSURE.format(share=formats.percent(share, 1)))
        # for the longest share: it does not come and go with a digit
        widest = tr(_PRESSURE).format(share=formats.percent(_WIDEST_SHARE, 1))
        needed = painting.text_width(widest, current_theme().font(Type.TABLE))
        needed += painting.text_width(self.title.text(), current_theme().font(Type.HEADING))
        around = 2 * (Height.CONTROL_SMALL + Space.M + 1) + Space.L + Space.S + Space.XXS
        fits = needed + around <= self.width()
        self.note.setVisible(share is not None and fits and self.stale.isHidden())
        if share is not None:
            self.note.setToolTip(tr(_PRESSURE_TIP).format(count=len(trades)))

    def _has_content(self) -> bool:
        return bool(self._board.trades)


def buy_pressure(trades: Iterable[MarketTrade]) -> Decimal | None:
    """What takers bought as a share of what they sold; None where nobody sold."""
    bought = sold = Decimal(0)
    for trade in trades:
        if trade.taker_side is Side.BUY:
            bought += trade.quantity
        else:
            sold += trade.quantity
    return bought / sold if sold else None
