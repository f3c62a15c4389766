"""A target some distance above: k × ATR."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class TargetDistance(
    LevelComponent,
    id="target-distance",
    title=Text("거리 목표", "Target, distance"),
    help=Text(
        "기준 가격에서 거리 × 배수만큼 오르면 정한 몫을 팔아요. 예: 체결가 + 3 × ATR.",
        "Sells its share once the price is distance × times above what it is measured from: fill price + 3 × ATR.",
    ),
):
    distance = measuring.distance()
    times = measuring.times(3)
    share = measuring.share()
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.TARGET,
            variable=self.distance,
            times=float(self.times),
            share=self.share / 100,
            measured_from=MeasuredFrom(self.measured_from),
        )
