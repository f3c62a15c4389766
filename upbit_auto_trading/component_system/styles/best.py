"""The other side's best price, no worse."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import StyleKind, StylePlan
from upbit_auto_trading.component_system.style import StyleComponent
from upbit_auto_trading.utils.bilingual_text import Text


class BestStyle(
    StyleComponent,
    id="best",
    title=Text("최유리", "Best price"),
    help=Text(
        "상대편의 가장 좋은 호가에 내고, 그 가격에 체결되지 않은 수량은 취소해요.",
        "Takes the other side's best price; what does not fill at that price is cancelled.",
    ),
):
    def plan(self) -> StylePlan:
        return StylePlan(StyleKind.BEST)
