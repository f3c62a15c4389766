"""Buying more of what rose."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Limits, Part, Role, Rule
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import action, all_of, compare, sizing
from upbit_auto_trading.utils.bilingual_text import Text

_ADD = "add"
_GUARD = "break-even"


class Pyramiding(
    management_block.ManagementBlock,
    id="pyramiding",
    title=Text("불타기", "Pyramiding"),
    help=Text(
        "평균 단가보다 정한 비율만큼 오를 때마다 점점 작게 더 사요. "
        "본전 보호를 켜면 추가 매수할 때마다 손절을 새 평균 단가로 올려요.",
        "Buys more, less each time, whenever the price is so far above the average price. "
        "With break-even protection each add moves the stop up to the new average price.",
    ),
):
    trigger = management_block.percent(
        5,
        Text("상승", "Rise"),
        Text("평균 단가에서 이만큼 오를 때마다 사요.", "Above the average price, each time."),
        most=1000,
    )
    times = declare.whole(
        3, Text("횟수", "Times"), 1, 3, unit=Text("번", "times"), help=Text("최대 추가 매수 횟수예요.", "Most adds.")
    )
    size_ratio = declare.number(
        0.5,
        Text("크기 배수", "Size ratio"),
        0.1,
        1,
        help=Text("직전 매수 금액에 곱해요. 작을수록 빨리 줄어요.", "Multiplies what the last buy spent."),
    )
    break_even = declare.switch(
        True,
        Text("본전 보호", "Break-even protection"),
        help=Text("추가 매수한 뒤 손실로 끝나지 않게 지켜요.", "Guards what was added from ending at a loss."),
    )
    offset = declare.number(
        0.1,
        Text("본전 위로", "Above break-even"),
        0,
        10,
        unit=management_block.PERCENT,
        help=Text("평균 단가보다 이만큼 위에서 지켜요.", "The protection lies so far above the average price."),
    )
    style = management_block.style()

    def part(self) -> Part:
        when = all_of(compare(variable_use("position-profit"), ">=", float(self.trigger)))
        buy = action("buy", size=sizing("like-last-buy", times=float(self.size_ratio)), style=self.style)
        add = Rule(_ADD, Role.SCALE_IN, when, buy, self.declaration.title, Limits(times_per_position=self.times))
        rules = (add, self._guard()) if self.break_even else (add,)
        return Part(self.declaration.title, rules)

    def _guard(self) -> Rule:
        """After each add: the average price has moved."""
        added, guarded = (variable_use("position-times-fired", rule=(rule,)) for rule in (_ADD, _GUARD))
        name = Text("본전 보호", "Break-even protection")
        stop = action("move-stop", to="break-even", offset=float(self.offset))
        return Rule(_GUARD, Role.MANAGE, all_of(compare(added, ">", guarded)), stop, name)
