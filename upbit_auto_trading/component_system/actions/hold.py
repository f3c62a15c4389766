"""Leaving a position as it is."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import Hold as HoldPlan
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text


class Hold(
    ActionComponent,
    id="hold",
    title=Text("그대로 두기", "Hold"),
    help=Text(
        "이 캔들에서 뒤에 있는 관리 부품이 사고팔지 않게 해요. 보수적 충돌 정책에서는 전량 청산 말고는 모두 막아요.",
        "Keeps management parts after this one from trading on this candle. "
        "Under the conservative conflict policy, whatever does not close the position.",
    ),
):
    roles = frozenset({Role.MANAGE})

    def plan(self, builder: Builder) -> HoldPlan:
        return HoldPlan()
