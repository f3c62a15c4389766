"""As much as the position's last buy, or a growing or shrinking series of it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class LikeLastBuy(
    SizingComponent,
    id="like-last-buy",
    title=Text("직전 매수만큼", "Like the last buy"),
    help=Text(
        "이 포지션의 직전 매수에 쓴 금액 × 배수만큼 사요. 1보다 작으면 살수록 줄고, 크면 늘어요.",
        "Spends what the position's last buy spent × times: shrinking below 1, growing above it.",
    ),
):
    times = declare.number(
        1, Text("배수", "Times"), 0.01, 10, help=Text("직전 매수 금액에 곱해요.", "Multiplies what the last buy spent.")
    )

    def funds(self, ask: SizingAsk) -> float:
        return known(ask.last_funds * self.times)
