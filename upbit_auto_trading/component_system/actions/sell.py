"""Closing a position, or a part of it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Role, Use
from upbit_auto_trading.business_logic.ports.strategy import Sell as SellPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text


class Sell(
    ActionComponent,
    id="sell",
    title=Text("매도", "Sell"),
    help=Text(
        "가진 수량이나 지금까지 산 수량의 일정 비율을 팔아요. 가진 것보다 많이 팔지는 않아요.",
        "Sells a share of what is held, or of all that was bought; never more than is held.",
    ),
):
    roles = frozenset({Role.EXIT, Role.PARTIAL_EXIT, Role.PROTECT})
    percent = declare.number(
        100, Text("비율", "Share"), 0.01, 100, unit=Text("%", "%"), help=Text("팔 비율이에요.", "The share to sell.")
    )
    of = declare.choice(
        "held",
        Text("기준", "Share of"),
        {
            "held": Text("가진 수량", "what is held"),
            "bought": Text("지금까지 산 수량", "all that was bought"),
        },
        help=Text(
            "산 수량을 기준으로 하면 두 번째 부분 청산도 첫 번째와 같은 수량을 팔아요.",
            "As a share of all that was bought, a second partial exit sells as much as the first.",
        ),
    )
    style = declare.style(
        Use(ComponentKind.STYLE, "market"),
        Text("주문 방식", "Order style"),
        help=Text("주문을 어떻게 낼지 정해요.", "How the order is placed."),
    )

    def plan(self, builder: Builder) -> SellPlan:
        return SellPlan(self.percent / 100, self.of == "bought", self.style.plan())
