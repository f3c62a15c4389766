"""A stop that comes to what was paid once there was a profit."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text

#: until it counts it lies at zero, where no price comes: everything is at risk, as without a stop
_NOWHERE = 100.0


class BreakEven(
    LevelComponent,
    id="break-even",
    title=Text("본전 손절", "Break-even stop"),
    help=Text(
        "정한 수익을 한 번 보면, 기준 가격까지 내릴 때 모두 팔아요. 그 전에는 손절이 아니에요.",
        "Once the profit was seen, sells all when the price is back at what it is measured from; no stop before that.",
    ),
):
    activation = measuring.percent(
        5,
        Text("시작 수익", "Starts at a profit of"),
        Text("이 수익을 한 번 본 뒤부터 지켜봐요.", "Counts once this profit was seen."),
        most=1000,
    )
    offset = declare.number(
        0.1,
        Text("기준 위로", "Above it"),
        -50,
        100,
        unit=measuring.PERCENT,
        help=Text(
            "사고파는 수수료만큼 넣으면 수수료까지 지켜요.", "The fees of buying and selling keep it from costing them."
        ),
    )
    measured_from = measuring.measured_from("average")

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.STOP,
            percent=_NOWHERE,
            measured_from=MeasuredFrom(self.measured_from),
            break_even_percent=float(self.activation),
            break_even_offset=float(self.offset),
        )
