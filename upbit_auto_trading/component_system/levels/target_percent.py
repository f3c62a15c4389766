"""A target some percent above."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class TargetPercent(
    LevelComponent,
    id="target-percent",
    title=Text("비율 목표", "Target, percent"),
    help=Text(
        "기준 가격보다 정한 비율만큼 오르면 정한 몫을 팔아요.",
        "Sells its share once the price is so many percent above what it is measured from.",
    ),
):
    percent = measuring.percent(5, Text("상승", "Rise"), Text("기준에서 이만큼 위예요.", "So far above."), most=10_000)
    share = measuring.share()
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.TARGET,
            percent=float(self.percent),
            share=self.share / 100,
            measured_from=MeasuredFrom(self.measured_from),
        )
