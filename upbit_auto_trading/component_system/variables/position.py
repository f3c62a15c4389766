"""The position, at the close of a candle. Without a position its numbers are unknown and its counts 0."""

from __future__ import annotations

from typing import ClassVar

from upbit_auto_trading.business_logic.ports.strategy import Number, StateView
from upbit_auto_trading.component_system.declaration import rules
from upbit_auto_trading.component_system.variable import COUNT, MINUTES, PERCENT, PRICE, StateVariable
from upbit_auto_trading.component_system.variables.categories import POSITION
from upbit_auto_trading.utils.bilingual_text import Text


class _Position(StateVariable):
    category: ClassVar[Text] = POSITION


class Profit(
    _Position,
    id="position-profit",
    group=PERCENT,
    title=Text("수익률", "Profit"),
    help=Text(
        "종가가 평균 단가보다 높거나 낮은 퍼센트예요. 수수료는 빼지 않아요.",
        "How far the close lies above the average price, in percent; fees are not taken off.",
    ),
):
    def value(self, view: StateView) -> Number:
        return (view.close - view.average) / view.average * 100


class PeakProfit(
    _Position,
    id="position-peak-profit",
    group=PERCENT,
    title=Text("최고 수익률", "Peak profit"),
    help=Text(
        "이 포지션에서 본 가장 높은 수익률이에요. 캔들의 고가를 그때의 평균 단가와 비교해요.",
        "The highest profit seen in this position: each candle's high against the average price of that time.",
    ),
):
    def value(self, view: StateView) -> Number:
        return view.peak_profit


class Drawdown(
    _Position,
    id="position-drawdown",
    group=PERCENT,
    title=Text("최고가에서 하락", "Fall from the peak"),
    help=Text(
        "첫 매수 이후 최고가에서 종가가 내려온 퍼센트예요. 내려올수록 커지는 양수예요.",
        "How far the close lies below the highest price since the first fill, in percent; positive, and larger the "
        "deeper it falls.",
    ),
):
    @property
    def bounds(self) -> tuple[float | None, float | None]:
        return 0, 100

    def value(self, view: StateView) -> Number:
        return (view.peak - view.close) / view.peak * 100


class AveragePrice(
    _Position,
    id="position-average",
    group=PRICE,
    title=Text("평균 단가", "Average price"),
    help=Text("포지션의 모든 매수의 평균 가격이에요.", "The average price of all buys of the position."),
):
    def value(self, view: StateView) -> Number:
        return view.average


class CandlesHeld(
    _Position,
    id="position-candles",
    group=COUNT,
    title=Text("보유 캔들 수", "Candles held"),
    help=Text(
        "첫 매수 이후 마감된 캔들 수예요. 체결된 캔들도 세요.",
        "Candles that have closed since the first fill, that of the fill included.",
    ),
):
    def value(self, view: StateView) -> Number:
        return view.candles_held


class MinutesHeld(
    _Position,
    id="position-minutes",
    group=MINUTES,
    title=Text("보유 시간(분)", "Minutes held"),
    help=Text("첫 매수 이후 지난 분이에요.", "Minutes since the first fill."),
):
    def value(self, view: StateView) -> Number:
        return view.seconds_held / 60


class Adds(
    _Position,
    id="position-adds",
    group=COUNT,
    title=Text("추가 매수 횟수", "Scale-ins"),
    help=Text("첫 매수 뒤에 더 산 횟수예요.", "How often was bought after the first time."),
):
    def value(self, view: StateView) -> Number:
        return view.adds


class StopDistance(
    _Position,
    id="position-stop-distance",
    group=PERCENT,
    title=Text("손절까지 거리", "Distance to the stop"),
    help=Text(
        "종가가 손절 가격보다 높은 만큼을 종가로 나눈 퍼센트예요. 손절이 없으면 알 수 없어요.",
        "How far the stop lies below the close, in percent of the close; unknown without a stop.",
    ),
):
    def value(self, view: StateView) -> Number:
        return (view.close - view.stop) / view.close * 100


class TimesFired(
    _Position,
    id="position-times-fired",
    group=COUNT,
    title=Text("규칙이 동작한 횟수", "Times a rule acted"),
    help=Text(
        "포지션이 열린 뒤 그 규칙이 동작한 횟수예요. 여러 규칙이면 모두 더해요.",
        "How often the rule acted since the position was opened; of several rules, all together.",
    ),
):
    rule: tuple[str, ...] = rules(Text("규칙", "Rule"))

    def value(self, view: StateView) -> Number:
        return sum(view.fired.get(one, 0) for one in self.rule)
