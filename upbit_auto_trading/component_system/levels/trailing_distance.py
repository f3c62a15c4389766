"""A stop that follows the peak some distance below it: k × ATR."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class TrailingDistance(
    LevelComponent,
    id="trailing-distance",
    title=Text("거리 추적 손절", "Trailing stop, distance"),
    help=Text(
        "첫 체결 뒤의 최고가에서 거리 × 배수만큼 내리면 모두 팔아요. 예: 최고가 − 3 × ATR.",
        "Sells all once the price is distance × times below the highest since the first fill: peak − 3 × ATR.",
    ),
):
    distance = measuring.distance()
    times = measuring.times(3)
    activation = measuring.activation()
    after_targets = measuring.after_targets()
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.TRAILING,
            variable=self.distance,
            times=float(self.times),
            measured_from=MeasuredFrom(self.measured_from),
            activation_percent=float(self.activation),
            after_targets=self.after_targets,
        )
