"""A share of everything the strategy owns."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import PERCENT, known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class ShareOfEquity(
    SizingComponent,
    id="share-of-equity",
    title=Text("평가금액의 비율", "Share of equity"),
    help=Text(
        "평가금액(현금과 가진 종목의 가치) × 비율만큼 사요.",
        "Spends equity × percent. Equity is cash and what is held at its present price.",
    ),
):
    percent = declare.number(
        20, Text("비율", "Share"), 0.01, 100, unit=PERCENT, help=Text("평가금액에서 쓸 비율이에요.", "Of equity.")
    )

    def funds(self, ask: SizingAsk) -> float:
        return known(ask.equity * self.percent / 100, ask.equity)
