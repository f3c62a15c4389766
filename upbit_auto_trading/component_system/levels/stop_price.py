"""A stop at the price of a variable."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.utils.bilingual_text import Text


class StopPrice(
    LevelComponent,
    id="stop-price",
    title=Text("가격 손절", "Stop, price"),
    help=Text(
        "결정한 캔들에서 변수가 나타낸 가격까지 내리면 모두 팔아요. 예: 그 캔들의 저가.",
        "Sells all once the price falls to what the variable was on the candle of the decision: its low, for example.",
    ),
):
    price = declare.variable(
        "low",
        Text("가격", "Price"),
        groups=("price",),
        help=Text("손절 가격이 되는 변수예요.", "The variable that is the stop's price."),
    )

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(self.declaration.id, LevelKind.STOP, price=self.price)
