"""When a candle closes, in Korean time and on the exchange's own day."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.variable import COUNT, MINUTES, TIME_OF_DAY, WEEKDAY, CandleVariable, Drawn
from upbit_auto_trading.component_system.variables.categories import CLOCK
from upbit_auto_trading.component_system.variables.look_back import DAY
from upbit_auto_trading.utils.bilingual_text import Text

_KST = 9 * 3600
#: 1970 began on a Thursday
_FIRST_WEEKDAY = 3


def _korean(columns: Columns) -> Seconds:
    return columns.closed + _KST


class _Clock(CandleVariable):
    category: ClassVar[Text] = CLOCK

    @property
    def own_needs(self) -> int:
        return 1


class TimeOfDay(
    _Clock,
    id="time-of-day",
    group=TIME_OF_DAY,
    drawn=Drawn.NOWHERE,
    title=Text("시각", "Time of day"),
    help=Text(
        "캔들이 마감되는 한국 시각을 0시부터 센 분이에요. 09:00은 540이고, 자정 마감은 0이에요.",
        "When the candle closes, in minutes of the Korean day: 09:00 is 540, a close at midnight 0.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        return np.asarray(_korean(columns) % DAY // 60, dtype=np.float64)


class Weekday(
    _Clock,
    id="weekday",
    group=WEEKDAY,
    drawn=Drawn.NOWHERE,
    title=Text("요일", "Weekday"),
    help=Text(
        "캔들이 마감되는 한국 요일이에요. 월요일이 1, 일요일이 7이에요.",
        "The Korean weekday on which the candle closes: Monday is 1, Sunday 7.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        return np.asarray((_korean(columns) // DAY + _FIRST_WEEKDAY) % 7 + 1, dtype=np.float64)


class DayOfMonth(
    _Clock,
    id="day-of-month",
    group=COUNT,
    drawn=Drawn.NOWHERE,
    title=Text("날짜", "Day of the month"),
    help=Text("캔들이 마감되는 한국 날짜예요.", "The Korean day of the month on which the candle closes."),
):
    def compute(self, columns: Columns) -> Floats:
        days = _korean(columns).astype("datetime64[s]").astype("datetime64[D]")
        first = days.astype("datetime64[M]").astype("datetime64[D]")
        return np.asarray((days - first).astype(np.int64) + 1, dtype=np.float64)


def _since_day_began(columns: Columns) -> Seconds:
    """At the close; the candle belongs to the day in which it opened."""
    shift = int(columns.day_start.total_seconds())
    began = (columns.opened - shift) // DAY * DAY + shift
    return np.asarray(np.minimum(columns.closed - began, DAY))


class MinutesOfDay(
    _Clock,
    id="minutes-since-day-began",
    group=MINUTES,
    drawn=Drawn.NOWHERE,
    title=Text("하루 시작 후 시간(분)", "Minutes since the day began"),
    help=Text(
        "거래소의 하루가 시작되고 캔들 마감까지 지난 분이에요. 하루의 마지막 캔들은 1440이에요.",
        "Minutes from the beginning of the exchange's day to the close of the candle; 1440 for the last of a day.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        return np.asarray(_since_day_began(columns) // 60, dtype=np.float64)


class MinutesLeft(
    _Clock,
    id="minutes-until-day-ends",
    group=MINUTES,
    drawn=Drawn.NOWHERE,
    title=Text("하루 끝까지 남은 시간(분)", "Minutes until the day ends"),
    help=Text(
        "캔들 마감부터 거래소의 하루가 끝날 때까지 남은 분이에요. 하루의 마지막 캔들은 0이에요.",
        "Minutes from the close of the candle to the end of the exchange's day; 0 for the last of a day.",
    ),
):
    def compute(self, columns: Columns) -> Floats:
        return np.asarray((DAY - _since_day_began(columns)) // 60, dtype=np.float64)
