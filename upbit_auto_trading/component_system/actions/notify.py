"""Telling the trader."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import Notify as NotifyPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text


class Notify(
    ActionComponent,
    id="notify",
    title=Text("알리기", "Notify"),
    help=Text("주문 없이 알림만 보내요.", "Tells you, without any order."),
):
    roles = frozenset({Role.MANAGE})
    message = declare.text(
        "", Text("내용", "Message"), help=Text("비우면 규칙의 이름을 보내요.", "Empty: the name of the rule.")
    )

    def plan(self, builder: Builder) -> NotifyPlan:
        return NotifyPlan(self.message)
