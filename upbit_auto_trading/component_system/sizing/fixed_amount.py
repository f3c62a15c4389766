"""The same amount each time."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class FixedAmount(
    SizingComponent,
    id="fixed-amount",
    title=Text("정한 금액", "Fixed amount"),
    help=Text(
        "언제나 같은 금액을 사요. 주문 가능 금액이 모자라면 있는 만큼만 사요.",
        "Always spends the same amount, or what there is where that is less.",
    ),
):
    amount = declare.number(
        100_000,
        Text("금액", "Amount"),
        0.0001,
        1e12,
        help=Text(
            "종목의 거래 통화로 적어요. 원화 시장이면 원이에요.", "In the market's quote currency: KRW in KRW markets."
        ),
    )

    def funds(self, ask: SizingAsk) -> float:
        return known(float(self.amount))
