"""Fields of a candle, and what one candle alone tells."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import choice
from upbit_auto_trading.component_system.variable import MONEY, PERCENT, PRICE, PRICE_DISTANCE, VOLUME, CandleVariable
from upbit_auto_trading.component_system.variables.categories import PRICES
from upbit_auto_trading.component_system.variables.indicator import LINE
from upbit_auto_trading.component_system.variables.known_runs import divided, unknown
from upbit_auto_trading.utils.bilingual_text import Text


class _Field(CandleVariable):
    category: ClassVar[Text] = PRICES

    @property
    def own_needs(self) -> int:
        return 1


class Open(
    _Field,
    id="open",
    title=Text("시가", "Open"),
    help=Text("캔들에서 처음 체결된 가격이에요.", "The first price traded in the candle."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.open


class High(
    _Field,
    id="high",
    title=Text("고가", "High"),
    help=Text("캔들에서 가장 높은 가격이에요.", "The highest price in the candle."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.high


class Low(
    _Field,
    id="low",
    title=Text("저가", "Low"),
    help=Text("캔들에서 가장 낮은 가격이에요.", "The lowest price in the candle."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.low


class Close(
    _Field,
    id="close",
    title=Text("종가", "Close"),
    help=Text("캔들에서 마지막에 체결된 가격이에요.", "The last price traded in the candle."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.close


class Volume(
    _Field,
    id="volume",
    title=Text("거래량", "Volume"),
    help=Text("캔들에서 거래된 코인 수량이에요.", "How many coins were traded in the candle."),
    group=VOLUME,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.volume


class Turnover(
    _Field,
    id="turnover",
    title=Text("거래대금", "Turnover"),
    help=Text(
        "캔들에서 거래된 금액이에요. 거래소가 알려 주지 않았으면 거래량 × 종가예요.",
        "The money traded in the candle; volume × close where the exchange did not tell it.",
    ),
    group=MONEY,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.turnover


class TypicalPrice(
    _Field,
    id="typical-price",
    title=Text("대표 가격", "Typical price"),
    help=Text("(고가 + 저가 + 종가) ÷ 3이에요.", "(high + low + close) ÷ 3."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return (columns.high + columns.low + columns.close) / 3


class MedianPrice(
    _Field,
    id="median-price",
    title=Text("중간 가격", "Median price"),
    help=Text("(고가 + 저가) ÷ 2예요.", "(high + low) ÷ 2."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return (columns.high + columns.low) / 2


class WeightedClose(
    _Field,
    id="weighted-close",
    title=Text("가중 종가", "Weighted close"),
    help=Text("(고가 + 저가 + 종가 × 2) ÷ 4예요.", "(high + low + close × 2) ÷ 4."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return (columns.high + columns.low + columns.close * 2) / 4


class MeanPrice(
    _Field,
    id="mean-price",
    title=Text("평균 가격", "Mean price"),
    help=Text("(시가 + 고가 + 저가 + 종가) ÷ 4예요.", "(open + high + low + close) ÷ 4."),
    group=PRICE,
):
    def compute(self, columns: Columns) -> Floats:
        return (columns.open + columns.high + columns.low + columns.close) / 4


class CandleRange(
    _Field,
    id="candle-range",
    title=Text("캔들 길이", "Candle range"),
    help=Text("고가 − 저가예요.", "high − low."),
    group=PRICE_DISTANCE,
):
    def compute(self, columns: Columns) -> Floats:
        return columns.high - columns.low


class RangePercent(
    _Field,
    id="range-percent",
    title=Text("캔들 길이(%)", "Candle range, %"),
    help=Text("(고가 − 저가) ÷ 시가 × 100이에요.", "(high − low) ÷ open × 100."),
    group=PERCENT,
):
    def compute(self, columns: Columns) -> Floats:
        return divided((columns.high - columns.low) * 100, columns.open)


class BodyPercent(
    _Field,
    id="body-percent",
    title=Text("캔들 몸통(%)", "Candle body, %"),
    help=Text(
        "(종가 − 시가) ÷ 시가 × 100이에요. 음봉이면 음수예요.",
        "(close − open) ÷ open × 100; negative for a falling candle.",
    ),
    group=PERCENT,
):
    def compute(self, columns: Columns) -> Floats:
        return divided((columns.close - columns.open) * 100, columns.open)


class WickPercent(
    _Field,
    id="wick-percent",
    title=Text("캔들 꼬리(%)", "Candle wick, %"),
    help=Text(
        "몸통 밖으로 나온 길이를 시가로 나눈 퍼센트예요.", "What sticks out of the body, in percent of the open."
    ),
    group=PERCENT,
):
    line: str = choice(
        "upper", LINE, {"upper": Text("위 꼬리", "Upper wick"), "lower": Text("아래 꼬리", "Lower wick")}
    )

    def compute(self, columns: Columns) -> Floats:
        if self.line == "upper":
            return divided((columns.high - np.maximum(columns.open, columns.close)) * 100, columns.open)
        return divided((np.minimum(columns.open, columns.close) - columns.low) * 100, columns.open)


class GapPercent(
    _Field,
    id="gap-percent",
    title=Text("갭(%)", "Gap, %"),
    help=Text(
        "시가가 바로 앞 캔들의 종가에서 벌어진 퍼센트예요.",
        "How far the open lies from the close of the candle before, in percent.",
    ),
    group=PERCENT,
):
    @property
    def own_needs(self) -> int:
        return 2

    def compute(self, columns: Columns) -> Floats:
        result = unknown(len(columns))
        result[1:] = divided((columns.open[1:] - columns.close[:-1]) * 100, columns.close[:-1])
        return result
