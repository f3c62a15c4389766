"""Taking other rules out of a position's life, or back in."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import SwitchRules as SwitchRulesPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text


class SwitchRules(
    ActionComponent,
    id="switch-rules",
    title=Text("규칙 켜고 끄기", "Switch rules"),
    help=Text(
        "다른 규칙을 이 포지션이 끝날 때까지 끄거나 다시 켜요.",
        "Switches other rules off, or on again, until the position is closed.",
    ),
):
    roles = frozenset({Role.MANAGE, Role.PROTECT})
    rules = declare.rules(
        Text("규칙", "Rules"), help=Text("켜거나 끌 규칙의 이름이에요.", "The ids of the rules to switch.")
    )
    on = declare.switch(
        False,
        Text("켜기", "On"),
        help=Text("꺼 두면 규칙을 끄고, 켜면 다시 켜요.", "Off stops them, on starts them again."),
    )

    def plan(self, builder: Builder) -> SwitchRulesPlan:
        return SwitchRulesPlan(tuple(self.rules), self.on)
