"""A stop some percent below."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class StopPercent(
    LevelComponent,
    id="stop-percent",
    title=Text("비율 손절", "Stop, percent"),
    help=Text(
        "기준 가격보다 정한 비율만큼 내리면 모두 팔아요.",
        "Sells all once the price is so many percent below what it is measured from.",
    ),
):
    percent = measuring.percent(3, Text("하락", "Fall"), Text("기준에서 이만큼 아래예요.", "So far below."))
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.STOP,
            percent=float(self.percent),
            measured_from=MeasuredFrom(self.measured_from),
        )
