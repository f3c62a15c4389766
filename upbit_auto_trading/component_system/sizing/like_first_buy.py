"""As much as the position's first buy."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class LikeFirstBuy(
    SizingComponent,
    id="like-first-buy",
    title=Text("첫 매수만큼", "Like the first buy"),
    help=Text(
        "이 포지션의 첫 매수에 쓴 금액 × 배수만큼 사요. 추가 매수에 써요.",
        "Spends what the position's first buy spent × times. For adding to a position.",
    ),
):
    times = declare.number(
        1, Text("배수", "Times"), 0.01, 10, help=Text("첫 매수 금액에 곱해요.", "Multiplies what the first buy spent.")
    )

    def funds(self, ask: SizingAsk) -> float:
        return known(ask.first_funds * self.times)
