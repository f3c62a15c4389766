"""A share of the cash that is free."""

from __future__ import annotations

from collections.abc import Callable

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import PERCENT, known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class ShareOfCash(
    SizingComponent,
    id="share-of-cash",
    title=Text("현금의 비율", "Share of cash"),
    help=Text(
        "주문 가능 금액 × 비율만큼 사요. 수수료는 따로 내므로 100%라면 수수료만큼 덜 사요.",
        "Spends free cash × percent. The fee comes on top, so 100 % buys for less by the fee.",
    ),
):
    percent = declare.number(
        95,
        Text("비율", "Share"),
        0.01,
        100,
        unit=PERCENT,
        help=Text("주문 가능 금액에서 쓸 비율이에요.", "Of free cash."),
    )

    @property
    def of_free_cash(self) -> Callable[[float], float]:
        percent: float = self.percent
        return lambda cash: known(cash * percent / 100, cash)

    def funds(self, ask: SizingAsk) -> float:
        return self.of_free_cash(ask.free_cash)
