"""A stop that follows the peak some percent below it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan, MeasuredFrom
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.levels import measuring
from upbit_auto_trading.utils.bilingual_text import Text


class TrailingPercent(
    LevelComponent,
    id="trailing-percent",
    title=Text("비율 추적 손절", "Trailing stop, percent"),
    help=Text(
        "첫 체결 뒤의 최고가에서 정한 비율만큼 내리면 모두 팔아요.",
        "Sells all once the price is so many percent below the highest since the first fill.",
    ),
):
    percent = measuring.percent(
        3, Text("최고가 대비 하락", "Fall from the peak"), Text("최고가에서 이만큼 아래예요.", "So far below the peak.")
    )
    activation = measuring.activation()
    after_targets = measuring.after_targets()
    measured_from = measuring.measured_from()

    def plan(self, builder: Builder) -> LevelPlan:
        return LevelPlan(
            self.declaration.id,
            LevelKind.TRAILING,
            percent=float(self.percent),
            measured_from=MeasuredFrom(self.measured_from),
            activation_percent=float(self.activation),
            after_targets=self.after_targets,
        )
