"""Opening a position or adding to it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Role, Use
from upbit_auto_trading.business_logic.ports.strategy import Buy as BuyPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text


class Buy(
    ActionComponent,
    id="buy",
    title=Text("매수", "Buy"),
    help=Text(
        "정한 크기만큼 사요. 수수료는 산 금액에 더해서 내요.",
        "Buys for the chosen size. The fee comes on top of what is spent.",
    ),
):
    roles = frozenset({Role.ENTRY, Role.SCALE_IN})
    size = declare.sizing(
        Use(ComponentKind.SIZING, "share-of-cash"),
        Text("크기", "Size"),
        help=Text("얼마나 살지 정해요.", "How much is bought."),
    )
    style = declare.style(
        Use(ComponentKind.STYLE, "market"),
        Text("주문 방식", "Order style"),
        help=Text("주문을 어떻게 낼지 정해요.", "How the order is placed."),
    )
    levels = declare.levels(
        Text("손절·목표 가격", "Stops and targets"),
        help=Text(
            "첫 체결부터 포지션을 지키는 가격이에요. 캔들 안에서도 지켜봐요.",
            "Prices that guard the position from its first fill on, watched inside candles too.",
        ),
    )

    def plan(self, builder: Builder) -> BuyPlan:
        return BuyPlan(self.size, self.style.plan(), tuple(level.plan(builder) for level in self.levels))
