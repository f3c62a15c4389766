"""Whatever the market asks or bids."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import StyleKind, StylePlan
from upbit_auto_trading.component_system.style import StyleComponent
from upbit_auto_trading.utils.bilingual_text import Text


class MarketStyle(
    StyleComponent,
    id="market",
    title=Text("시장가", "Market order"),
    help=Text(
        "바로 체결돼요. 백테스트에서는 다음 캔들의 시가에 슬리피지를 더해 체결돼요.",
        "Fills at once. A backtest fills it at the next candle's open, worse by the slippage.",
    ),
):
    def plan(self) -> StylePlan:
        return StylePlan(StyleKind.MARKET)
