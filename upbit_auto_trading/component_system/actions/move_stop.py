"""Putting the stop of an open position somewhere else."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import MoveStop as MoveStopPlan
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.utils.bilingual_text import Text

_PERCENT = Text("%", "%")


class MoveStop(
    ActionComponent,
    id="move-stop",
    title=Text("손절 옮기기", "Move the stop"),
    help=Text(
        "포지션의 손절 가격을 옮겨요. 손절이 없으면 새로 만들어요. 따로 허락하지 않으면 내리지 않아요.",
        "Moves the position's stop, or sets one where there is none; never down unless that is allowed.",
    ),
):
    roles = frozenset({Role.MANAGE, Role.PROTECT})
    to = declare.choice(
        "break-even",
        Text("옮길 곳", "To"),
        {
            "break-even": Text("평균 단가", "the average price"),
            "percent": Text("종가 아래 비율", "a percentage below the close"),
            "distance": Text("종가 아래 거리", "a distance below the close"),
            "price": Text("변수의 가격", "the price of a variable"),
        },
        help=Text("손절을 어디에 둘지 정해요.", "Where the stop goes."),
    )
    offset = declare.number(
        0,
        Text("평균 단가 위로", "Above the average price"),
        -50,
        100,
        unit=_PERCENT,
        help=Text(
            "평균 단가로 옮길 때 더하는 비율이에요. 수수료까지 벌려면 0보다 크게 넣으세요.",
            "Added when the stop goes to the average price. More than 0 covers the fees.",
        ),
    )
    percent = declare.number(
        3,
        Text("종가 아래 비율", "Below the close"),
        0.01,
        99,
        unit=_PERCENT,
        help=Text("종가에서 이만큼 아래에 둬요.", "So far below the close."),
    )
    distance = declare.variable(
        "atr",
        Text("거리", "Distance"),
        groups=("price-distance",),
        help=Text("종가에서 이 변수 × 배수만큼 아래에 둬요.", "This variable × times below the close."),
    )
    times = declare.number(
        2, Text("거리의 배수", "Times the distance"), 0.1, 100, help=Text("거리에 곱해요.", "Multiplies the distance.")
    )
    price = declare.variable(
        "low",
        Text("가격", "Price"),
        groups=("price",),
        help=Text("변수의 가격으로 옮길 때 써요.", "Used when the stop goes to the price of a variable."),
    )
    may_loosen = declare.switch(
        False,
        Text("내려도 돼요", "May go down"),
        help=Text("켜면 손절을 더 멀리도 옮겨요.", "Switched on, the stop may also move further away."),
    )

    def plan(self, builder: Builder) -> MoveStopPlan:
        if self.to == "break-even":
            return MoveStopPlan(profit_percent=float(self.offset), may_loosen=self.may_loosen)
        if self.to == "percent":
            return MoveStopPlan(percent=float(self.percent), may_loosen=self.may_loosen)
        if self.to == "distance":
            return MoveStopPlan(variable=self.distance, times=float(self.times), may_loosen=self.may_loosen)
        return MoveStopPlan(price=self.price, may_loosen=self.may_loosen)
