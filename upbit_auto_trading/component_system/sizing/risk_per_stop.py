"""So much that the stop loses the same share of equity each time."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.strategy import SizingAsk
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.sizing.spending import PERCENT, known
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class RiskPerStop(
    SizingComponent,
    id="risk-per-stop",
    title=Text("위험 기준 크기", "Risk per stop"),
    help=Text(
        "손절에 닿으면 평가금액의 정한 비율만 잃게 사요. "
        "금액 = 평가금액 × 위험 ÷ (손절까지의 거리 ÷ 가격). 손절이 가까울수록 많이 사므로 금액에도 한도를 둬요.",
        "Sized so that the stop loses the chosen share of equity: equity × risk ÷ (distance to the stop ÷ price). "
        "A closer stop buys more, so the amount has a limit of its own.",
    ),
):
    needs_stop = True
    percent = declare.number(
        1,
        Text("위험", "Risk"),
        0.01,
        5,
        unit=PERCENT,
        help=Text("손절에서 잃어도 되는 평가금액의 비율이에요.", "The share of equity that the stop may lose."),
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
        return at_stop(ask, self.percent, self.cap_percent)


def at_stop(ask: SizingAsk, percent: float, cap_percent: float) -> float:
    """What loses ``percent`` of equity at the stop; without a stop, or with one that is not below, nothing."""
    if ask.stop_distance is None or not ask.stop_distance > 0:
        return 0.0
    funds = ask.equity * percent / 100 * (ask.price / ask.stop_distance)
    return known(funds, ask.equity * cap_percent / 100)
