"""Less of what swings more."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import PERCENT, known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class VolatilityTarget(
    SizingComponent,
    id="volatility-target",
    title=Text("목표 변동성", "Volatility target"),
    help=Text(
        "포지션이 하루에 평가금액의 정한 비율만큼 흔들리게 사요. 금액은 평가금액 × 목표 ÷ 하루 변동성이에요.",
        "Sized so that the position swings by the chosen share of equity a day: equity × target ÷ daily volatility.",
    ),
):
    target = declare.number(
        1,
        Text("하루 목표", "Daily target"),
        0.01,
        50,
        unit=PERCENT,
        help=Text("평가금액이 하루에 흔들려도 되는 비율이에요.", "Of equity, a day."),
    )
    volatility = declare.variable(
        "historical-volatility",
        Text("하루 변동성", "Daily volatility"),
        groups=("percent",),
        help=Text(
            "하루 변동성을 퍼센트로 나타내는 변수예요.", "A variable that tells the volatility of a day in percent."
        ),
    )
    cap_percent = declare.number(
        100,
        Text("금액 한도", "Most to spend"),
        0.1,
        100,
        unit=PERCENT,
        help=Text("평가금액의 이 비율보다 많이 사지 않아요.", "Never more than this share of equity."),
    )

    def funds(self, ask: SizingAsk) -> float:
        volatility = float(ask.columns.of(self.volatility)[ask.row])
        if not volatility > 0:
            return 0.0
        return known(ask.equity * self.target / volatility, ask.equity * self.cap_percent / 100)
