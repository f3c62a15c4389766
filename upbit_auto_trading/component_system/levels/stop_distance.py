"""A stop some distance below: k × ATR."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class StopDistance(
    LevelComponent,
    id="stop-distance",
    title=Text("거리 손절", "Stop, distance"),
    help=Text(
        "기준 가격에서 거리 × 배수만큼 내리면 모두 팔아요. 예: 체결가 − 2 × ATR.",
        "Sells all once the price is distance × times below what it is measured from: fill price − 2 × ATR.",
    ),
):
    distance = measuring.distance()
    times = measuring.times(2)
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.STOP,
            variable=self.distance,
            times=float(self.times),
            measured_from=MeasuredFrom(self.measured_from),
        )
