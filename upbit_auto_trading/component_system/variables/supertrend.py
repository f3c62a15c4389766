"""SuperTrend, as TA-Lib computes it."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import choice, number
from upbit_auto_trading.component_system.variable import CENTRED, PRICE
from upbit_auto_trading.component_system.variables.bands import TIMES
from upbit_auto_trading.component_system.variables.categories import TREND
from upbit_auto_trading.component_system.variables.indicator import LINE, Anchored, candle_count
from upbit_auto_trading.utils.bilingual_text import Text


class SuperTrend(
    Anchored,
    id="supertrend",
    category=TREND,
    group=PRICE,
    function="SUPERTREND",
    takes=("high", "low", "close"),
    arguments={"period": "timeperiod", "factor": "multiplier"},
    lines=("level", "direction"),
    line_groups={"direction": CENTRED},
    title=Text("슈퍼트렌드", "SuperTrend"),
    help=Text(
        "중간 가격에서 ATR의 몇 배 떨어진 선이에요. 상승이면 오르기만 하고, 종가가 넘으면 방향이 바뀌어요. "
        "방향은 상승 1, 하락 −1이에요. 정해진 시각마다 새로 시작해요.",
        "A level some ATRs away from the median price that only rises in a rise and only falls in a fall, until the "
        "close crosses it. The direction is 1 for rising, −1 for falling. It begins anew at fixed times.",
    ),
):
    period: int = candle_count(10, maximum=100)
    factor: float = number(3.0, TIMES, 0.1, 20.0)
    line: str = choice("level", LINE, {"level": Text("선", "Level"), "direction": Text("방향", "Direction")})

    def calculate(self, *inputs: Floats) -> Floats:
        found = np.asarray(super().calculate(*inputs), dtype=np.float64)
        if self.line == "direction":
            found[: self.own_needs - 1] = np.nan
        return found
