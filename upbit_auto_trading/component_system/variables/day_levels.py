"""Today and yesterday on the exchange's own day: levels, break-out targets, pivots, the session's VWAP."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.variable import PERCENT, PRICE, CandleVariable
from upbit_auto_trading.component_system.variables.bands import TIMES
from upbit_auto_trading.component_system.variables.categories import BANDS, PRICES, VOLUME
from upbit_auto_trading.component_system.variables.exchange_days import Days, candles_a_day, days_of
from upbit_auto_trading.component_system.variables.indicator import LINE
from upbit_auto_trading.component_system.variables.known_runs import divided, unknown
from upbit_auto_trading.utils.bilingual_text import Text


class _OfToday(CandleVariable):
    """Unknown on the first day of a history that does not begin with it."""

    @property
    def own_needs(self) -> int:
        return 1

    @property
    def own_window(self) -> int:
        return candles_a_day(self.unit)


class _OfYesterday(CandleVariable):
    """Yesterday is the last day before with trades. Unknown until the history has the whole of it."""

    @property
    def own_needs(self) -> int:
        return candles_a_day(self.unit) + 1

    @property
    def own_window(self) -> int:
        return 2 * candles_a_day(self.unit)


def so_far(values: Floats, days: Days, running: Callable[[Floats], Floats]) -> Floats:
    """From the first candle of each day on."""
    result = unknown(len(values))
    for start, end in days.spans:
        result[start:end] = running(values[start:end])
    return result


class DayLevel(
    _OfToday,
    id="day-level",
    category=BANDS,
    group=PRICE,
    title=Text("오늘의 가격", "Level of today"),
    help=Text(
        "거래소의 하루가 시작된 뒤의 시가, 지금까지의 고가와 저가예요. 업비트의 하루는 09:00에 시작해요.",
        "The open of the exchange's own day, or its high or low so far. Upbit's day begins at 09:00 KST. Unknown on a "
        "first day that the history does not hold from its beginning.",
    ),
):
    line: str = choice(
        "open", LINE, {"open": Text("시가", "Open"), "high": Text("고가", "High"), "low": Text("저가", "Low")}
    )

    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        if self.line == "open":
            return days.today(days.opens(columns))
        if self.line == "high":
            return so_far(columns.high, days, np.maximum.accumulate)
        return so_far(columns.low, days, np.minimum.accumulate)


class YesterdayLevel(
    _OfYesterday,
    id="yesterday-level",
    category=BANDS,
    group=PRICE,
    title=Text("어제의 가격", "Level of yesterday"),
    help=Text(
        "거래소의 하루로 어제의 시가, 고가, 저가, 종가예요. 거래가 없던 날은 건너뛰어요.",
        "Open, high, low or close of the exchange's day before; days without trades are passed over.",
    ),
):
    line: str = choice(
        "high",
        LINE,
        {
            "open": Text("시가", "Open"),
            "high": Text("고가", "High"),
            "low": Text("저가", "Low"),
            "close": Text("종가", "Close"),
        },
    )

    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        of_day = {"open": days.opens, "high": days.highs, "low": days.lows, "close": days.closes}[self.line]
        return days.yesterday(of_day(columns))


class DayChange(
    _OfYesterday,
    id="day-change",
    category=PRICES,
    group=PERCENT,
    title=Text("전일 대비", "Change since yesterday"),
    help=Text(
        "종가가 거래소의 어제 종가보다 변한 퍼센트예요.",
        "The change in percent since the close of the exchange's day before.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        before = days.yesterday(days.closes(columns))
        return divided((columns.close - before) * 100, before)


class BreakoutTarget(
    _OfYesterday,
    id="breakout-target",
    category=BANDS,
    group=PRICE,
    title=Text("변동성 돌파 목표가", "Volatility break-out target"),
    help=Text(
        "오늘 시가 + 어제 범위(고가 − 저가) × 배수예요. 하루는 거래소의 하루이고, 업비트는 09:00에 시작해요.",
        "Today's open + yesterday's range (high − low) × k, or below the open for the lower line. A day is the "
        "exchange's own: Upbit's begins at 09:00 KST.",
    ),
):
    factor: float = number(0.5, TIMES, 0.01, 5.0)
    line: str = choice("upper", LINE, {"upper": Text("위", "Upper"), "lower": Text("아래", "Lower")})

    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        distance = days.yesterday(days.highs(columns) - days.lows(columns)) * self.factor
        today = days.today(days.opens(columns))
        return today + distance if self.line == "upper" else today - distance


class PivotPoint(
    _OfYesterday,
    id="pivot-point",
    category=BANDS,
    group=PRICE,
    title=Text("피벗 포인트", "Pivot point"),
    help=Text(
        "어제 고가, 저가, 종가로 만든 기준선이에요. P = (고 + 저 + 종) ÷ 3, R1 = 2P − 저, S1 = 2P − 고, "
        "R2와 S2 = P ± (고 − 저), R3 = 고 + 2(P − 저), S3 = 저 − 2(고 − P)예요.",
        "Levels from yesterday's high, low and close: P = (H + L + C) ÷ 3, R1 = 2P − L, S1 = 2P − H, R2 and S2 = "
        "P ± (H − L), R3 = H + 2(P − L), S3 = L − 2(H − P).",
    ),
):
    line: str = choice(
        "p", LINE, {one: Text(one.upper(), one.upper()) for one in ("p", "r1", "r2", "r3", "s1", "s2", "s3")}
    )
    _formulas: ClassVar[dict[str, Callable[[Floats, Floats, Floats], Floats]]] = {
        "p": lambda pivot, high, low: pivot,
        "r1": lambda pivot, high, low: 2 * pivot - low,
        "r2": lambda pivot, high, low: pivot + (high - low),
        "r3": lambda pivot, high, low: high + 2 * (pivot - low),
        "s1": lambda pivot, high, low: 2 * pivot - high,
        "s2": lambda pivot, high, low: pivot - (high - low),
        "s3": lambda pivot, high, low: low - 2 * (high - pivot),
    }

    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        high, low = days.highs(columns), days.lows(columns)
        pivot = (high + low + days.closes(columns)) / 3
        return days.yesterday(self._formulas[self.line](pivot, high, low))


class SessionVwap(
    _OfToday,
    id="vwap",
    category=VOLUME,
    group=PRICE,
    title=Text("VWAP(오늘)", "VWAP of today"),
    help=Text(
        "거래소의 하루가 시작된 뒤의 대표 가격을 거래량으로 가중한 평균이에요. 첫날의 앞부분이 없으면 알 수 없어요.",
        "The typical price since the exchange's day began, weighted by volume. Unknown before the first trade, "
        "and on a "
        "first day that the history does not hold from its beginning.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        days = days_of(columns)
        money = (columns.high + columns.low + columns.close) / 3 * columns.volume
        return divided(so_far(money, days, np.cumsum), so_far(columns.volume, days, np.cumsum))
