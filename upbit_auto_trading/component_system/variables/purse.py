"""The purse, at the close of a candle. It changes with what other markets do."""

from __future__ import annotations

from typing import ClassVar

from upbit_auto_trading.business_logic.ports.strategy import Number, StateView
from upbit_auto_trading.component_system.variable import COUNT, MONEY, PERCENT, StateVariable
from upbit_auto_trading.component_system.variables.categories import PURSE
from upbit_auto_trading.utils.bilingual_text import Text


class _Purse(StateVariable):
    category: ClassVar[Text] = PURSE
    can_be_searched: ClassVar[bool] = False


class Equity(
    _Purse,
    id="equity",
    group=MONEY,
    title=Text("평가금액", "Equity"),
    help=Text("현금과 포지션을 종가로 평가한 금액이에요.", "Cash, and positions at their closes."),
):
    def value(self, view: StateView) -> Number:
        return view.equity


class FreeCash(
    _Purse,
    id="free-cash",
    group=MONEY,
    title=Text("주문 가능 금액", "Free cash"),
    help=Text("주문에 묶이지 않은 현금이에요.", "Cash that no order has locked."),
):
    def value(self, view: StateView) -> Number:
        return view.free_cash


class DayProfit(
    _Purse,
    id="day-profit",
    group=PERCENT,
    title=Text("오늘 수익률", "Profit of the day"),
    help=Text(
        "한국 날짜로 오늘 시작할 때 평가금액보다 변한 퍼센트예요.",
        "The change of the equity since the Korean day began, in percent.",
    ),
):
    def value(self, view: StateView) -> Number:
        return view.day_profit


class OpenPositions(
    _Purse,
    id="open-positions",
    group=COUNT,
    title=Text("열린 포지션 수", "Open positions"),
    help=Text("지금 열린 포지션의 수예요.", "How many positions are open."),
):
    def value(self, view: StateView) -> Number:
        return view.open_positions
