"""What every level in percent or by a distance lets one choose."""

from __future__ import annotations

from typing import Any

from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.utils.bilingual_text import Text

PERCENT = Text("%", "%")
#: of a target, in percent
LEAST_SHARE = 0.01


def measured_from(default: str = "first-fill") -> Any:
    return declare.choice(
        default,
        Text("기준", "Measured from"),
        {
            "first-fill": Text("첫 체결가", "the first fill"),
            "average": Text("평균 단가", "the average price"),
        },
        help=Text(
            "첫 체결가는 추가 매수를 해도 그대로이고, 평균 단가는 살 때마다 움직여요.",
            "The first fill stays where it is; the average price moves with each buy.",
        ),
    )


def percent(default: float, label: Text, help: Text, most: float = 99) -> Any:
    return declare.number(default, label, 0.01, most, unit=PERCENT, help=help)


def distance() -> Any:
    return declare.variable(
        "atr",
        Text("거리", "Distance"),
        groups=("price-distance",),
        help=Text(
            "가격 차이를 나타내는 변수예요. 결정한 캔들의 값을 실제 체결가에서 재요.",
            "A variable that is a price distance: its value on the candle of the decision, from the real fill price.",
        ),
    )


def times(default: float) -> Any:
    return declare.number(
        default, Text("배수", "Times"), 0.1, 100, help=Text("거리에 곱해요.", "Multiplies the distance.")
    )


def share() -> Any:
    return declare.number(
        100,
        Text("매도 비율", "Share to sell"),
        LEAST_SHARE,
        100,
        unit=PERCENT,
        help=Text("지금까지 산 수량에서 팔 비율이에요.", "Of all that was bought."),
    )


def activation() -> Any:
    return declare.number(
        0,
        Text("시작 수익", "Starts at a profit of"),
        0,
        1000,
        unit=PERCENT,
        help=Text("이 수익을 한 번 본 뒤부터 지켜봐요.", "Counts once this profit was seen."),
    )


def after_targets() -> Any:
    return declare.whole(
        0,
        Text("목표를 지난 수", "After targets"),
        0,
        9,
        help=Text("목표를 이만큼 지난 뒤부터 지켜봐요.", "Counts once so many targets were reached."),
    )
