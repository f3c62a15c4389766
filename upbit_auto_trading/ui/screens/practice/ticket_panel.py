"""The ticket: buys and sells at market on the practice exchange, and says what became of it."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.use_cases.manual_order import Refusal
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import IconSize, Shell, Space
from upbit_auto_trading.ui.screens.practice.pieces import FactLine
from upbit_auto_trading.ui.screens.practice.view_model.outcome import Outcome, OutcomeKind, outcome_words
from upbit_auto_trading.ui.screens.practice.view_model.ticket import TicketModel, TicketState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.utils.bilingual_text import Text

WIDTH = 320
_TITLE = Text("직접 주문", "Manual order")
_SIDE = Text("구분", "Side")
_MARKET = Text("종목", "Market")
_BUY, _SELL = Text("매수", "Buy"), Text("매도", "Sell")
_LAST = Text("현재가", "Last price")
_AMOUNT = Text("살 금액", "Amount to spend")
_WON = Text("원", "KRW")
_SHARES = tuple((Text(f"{share}%", f"{share}%"), Decimal(share) / 100) for share in (10, 25, 50, 100))
_SHARE_NAME = Text("보유량의 비율", "Share of what is held")
_FEE = Text("수수료 {rate}", "Fee {rate}")
_ABOUT = Text("예상 수량", "Estimated quantity")
_LEFT = Text("주문 뒤 현금", "Cash afterwards")
_HELD = Text("매도 가능", "Available to sell")
_TO_SELL = Text("팔 수량", "Quantity to sell")
_PROCEEDS = Text("예상 금액", "Estimated proceeds")
_ONLY_PRACTICE = Text("연습 거래소에만 보내요. 실제 돈은 쓰지 않아요.", "Practice exchange only. No real money.")
_BUY_BUTTON = Text("{code} {funds}원 매수", "Buy {code} for {funds} KRW")
_SELL_BUTTON = Text("{quantity} 매도", "Sell {quantity}")
_BUY_PLAIN = Text("{code} 매수", "Buy {code}")
_SELL_PLAIN = Text("{code} 매도", "Sell {code}")
_REFUSALS = {
    Refusal.ENTRIES_UNKNOWN: Text("긴급 정지 상태를 확인하고 있어요.", "Checking the kill switch."),
    Refusal.ENTRIES_STOPPED: Text(
        "긴급 정지로 새 진입이 멈춰서 사지 않아요. 팔기와 취소는 할 수 있어요.",
        "The kill switch has stopped entries, so nothing is bought. Selling and cancelling stay possible.",
    ),
    Refusal.NO_AMOUNT: Text("살 금액을 넣으세요.", "Enter an amount to spend."),
    Refusal.BELOW_MINIMUM: Text("{minimum}원 이상부터 주문할 수 있어요.", "Orders start at {minimum} KRW."),
    Refusal.ABOVE_MAXIMUM: Text("한 번에 {maximum}원까지 주문할 수 있어요.", "One order takes {maximum} KRW at most."),
    Refusal.NOT_ENOUGH: Text(
        "주문 가능 금액보다 많아요. {most}원 이하로 줄이세요.",
        "This is more than you have. Use {most} KRW or less.",
    ),
    Refusal.NOTHING_HELD: Text("팔 {code}{이/가} 없어요.", "There is no {code} to sell."),
}
_NO_SHARE = Text("팔 비율을 고르세요.", "Choose a share to sell.")
_WAITING = Text("잔고를 기다리고 있어요.", "Waiting for the balances.")
_LOOKED_UP = Text("앞 주문을 확인하고 있어요.", "The order before is being looked up.")
_LOOKS = {
    OutcomeKind.FILLED: (Icon.SUCCESS, "success"),
    OutcomeKind.ACCEPTED: (Icon.INFO, "info"),
    OutcomeKind.PARTLY: (Icon.WARNING, "warning"),
    OutcomeKind.NOT_FILLED: (Icon.WARNING, "warning"),
    OutcomeKind.UNKNOWN: (Icon.UNKNOWN, "warning"),
    OutcomeKind.NOT_ARRIVED: (Icon.WARNING, "warning"),
    OutcomeKind.FAILED: (Icon.ERROR, "error"),
}


class OutcomeBox(QWidget):
    """What became of the last order; keeps its place while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = IconMark(Icon.INFO, "info", IconSize.SMALL)
        self.title = Label("", "body_bold", wrap=True)
        self.line = Label("", "table", "t2", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(self.title)
        column.addWidget(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.hide()

    def show_outcome(self, outcome: Outcome | None) -> None:
        self.setHidden(outcome is None)
        if outcome is None:
            return
        title, line = outcome_words(outcome)
        self.mark.set_icon(*_LOOKS[outcome.kind])
        self.title.set_text(title)
        self.line.set_text(line)
        retold = f"{self.title.text()}. {self.line.text()}"
        self.setAccessibleName(retold)


class TicketPanel(Panel):
    def __init__(self, model: TicketModel, parent: QWidget | None = None) -> None:
        super().__init__(_TITLE, parent=parent)
        self._model = model
        self._drawn_markets: tuple[object, ...] = ()
        self.note.hide()
        self.add_beside_title(ModeBadge(small=True))
        self.side = Segments(((Side.BUY.value, _BUY), (Side.SELL.value, _SELL)), stretch=True, name=_SIDE)
        self.market = Select(name=_MARKET)
        self.last = FactLine(_LAST)
        self.amount = NumberInput(_WON, step=Decimal(10_000), minimum=None, hint="", name=_AMOUNT)
        self.amount_label = Label(_AMOUNT, "table", "t2")
        self.shares = [Button(words, size=ButtonSize.SMALL) for words, _share in _SHARES]
        self.first, self.second, self.third = FactLine(""), FactLine(""), FactLine("")
        self.reason = Label("", "table", "t2", wrap=True)
        self.outcome = OutcomeBox()
        self.send = Button("", ButtonRole.BUY, size=ButtonSize.ORDER)
        self._arrange()
        self._connect()
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(Shell.TOAST + Space.XXL)
        column = self.body_layout(Space.L, Space.S)
        column.addWidget(self.side)
        column.addWidget(self.market)
        column.addWidget(self.last)
        column.addWidget(self.amount_label)
        column.addWidget(self.amount)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for button in self.shares:
            row.addWidget(button, 1)
        column.addLayout(row)
        for line in (self.first, self.second, self.third):
            column.addWidget(line)
        column.addWidget(self.outcome)
        column.addStretch(1)
        column.addWidget(self.reason)
        mark = QHBoxLayout()
        mark.setSpacing(Space.S)
        mark.addWidget(IconMark(Icon.PRACTICE, "practice", IconSize.SMALL), 0, Qt.AlignmentFlag.AlignTop)
        self.only_practice = Label(_ONLY_PRACTICE, "table", "practice", wrap=True)
        mark.addWidget(self.only_practice, 1)
        column.addLayout(mark)
        column.addWidget(self.send)

    def _connect(self) -> None:
        model = self._model
        self.side.chosen.connect(lambda side: model.choose_side(Side(side)))
        self.market.chosen.connect(self._choose_market)
        self.amount.typed.connect(model.set_funds)
        self.amount.committed.connect(model.set_funds)
        for button, (_words, share) in zip(self.shares, _SHARES, strict=True):
            button.clicked.connect(lambda _checked, share=share: self._take_share(share))
        self.send.clicked.connect(self._send)

    def _choose_market(self, code: str) -> None:
        found = next((one.market for one in self._model.state.markets if one.market.code == code), None)
        if found is not None:
            self._model.choose_market(found)

    def _take_share(self, share: Decimal) -> None:
        self.amount.commit()
        self._model.set_share(share)

    def _send(self) -> None:
        if self.amount.isHidden() or self.amount.commit():
            self._model.send()

    def show_market(self, market: Market) -> None:
        self._model.choose_market(market)

    # drawing

    def _draw(self, state: TicketState) -> None:
        is_buy = state.side is Side.BUY
        self._draw_markets(state)
        self.side.set_current(state.side.value)
        self.amount_label.set_text(_AMOUNT if is_buy else _SHARE_NAME)
        self.amount.setVisible(is_buy)
        self.amount.set_value(state.funds)
        self._draw_facts(state)
        self._draw_note(state)
        self.outcome.show_outcome(state.outcome)
        self._draw_button(state)

    def _draw_markets(self, state: TicketState) -> None:
        if state.markets != self._drawn_markets:
            self._drawn_markets = state.markets
            options = [
                (one.market.code, Text(f"{one.korean_name} {one.market.base}", f"{one.english_name} {one.market.base}"))
                for one in state.markets
            ]
            self.market.set_options(options)
        if state.listed is not None:
            self.market.set_current(state.listed.market.code)

    def _draw_facts(self, state: TicketState) -> None:
        facts, language = state.facts, current_language()
        for share in self.shares:
            share.setEnabled(facts is not None)
        if facts is None:
            for line in (self.last, self.first, self.second, self.third):
                line.show_value(formats.NOTHING)
            return
        price, base = facts.last_price, facts.market.base
        self.last.show_value(formats.money(price, language) if price is None or price >= 100 else formats.price(price))
        rate = facts.rules.fees.taker_buy
        fee_label = _FEE.format(rate=formats.percent(rate))
        if state.side is Side.BUY:
            funds = state.funds or Decimal(0)
            about = None if not price else facts.rules.cut_quantity(funds / price)
            self.first.show_value(formats.money(funds * rate, language), fee_label)
            self.second.show_value(formats.quantity(about, base, language), _ABOUT)
            self.third.show_value(formats.money(facts.free_quote - funds * (1 + rate), language), _LEFT)
        else:
            proceeds = None if price is None or state.quantity is None else state.quantity * price
            self.first.show_value(formats.quantity(facts.free_base, base, language), _HELD)
            self.second.show_value(formats.quantity(state.quantity, base, language), _TO_SELL)
            self.third.show_value(formats.money(proceeds, language), _PROCEEDS)

    def _draw_note(self, state: TicketState) -> None:
        self.reason.set_text(self._reason(state) or "")
        is_grave = state.refusal in (Refusal.ENTRIES_STOPPED, Refusal.NOT_ENOUGH)
        self.reason.set_token("warning" if is_grave else "t2")
        self.reason.setHidden(not self.reason.text())

    def _reason(self, state: TicketState) -> Text | None:
        facts = state.facts
        if facts is None:
            return _WAITING
        if state.is_unknown:
            return _LOOKED_UP
        if state.refusal is None:
            return None
        if state.refusal is Refusal.NO_AMOUNT and state.side is Side.SELL:
            return _NO_SHARE
        maximum = facts.rules.maximum_funds
        return _REFUSALS[state.refusal].format(
            minimum=formats.price(facts.rules.minimum_funds),
            maximum=formats.NOTHING if maximum is None else formats.price(maximum),
            most=formats.price(state.most_funds),
            code=facts.market.base,
        )

    def _draw_button(self, state: TicketState) -> None:
        is_buy = state.side is Side.BUY
        self.send.set_role(ButtonRole.BUY if is_buy else ButtonRole.SELL)
        self.send.set_text(_button_words(state))
        self.send.set_busy(state.is_sending)
        self.send.set_disabled_reason(None if state.can_send or state.is_sending else self._reason(state))


def _button_words(state: TicketState) -> Text:
    code = state.listed.market.base if state.listed is not None else ""
    if state.side is Side.BUY:
        return (
            _BUY_BUTTON.format(code=code, funds=formats.price(state.funds))
            if state.funds
            else _BUY_PLAIN.format(code=code)
        )
    if not state.quantity:
        return _SELL_PLAIN.format(code=code)
    return _SELL_BUTTON.format(quantity=f"{formats.quantity(state.quantity)}{formats.NO_BREAK}{code}")
