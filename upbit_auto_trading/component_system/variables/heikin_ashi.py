"""Heikin-Ashi candles, as TA-Lib computes them."""

from __future__ import annotations

from upbit_auto_trading.component_system.declaration import choice
from upbit_auto_trading.component_system.variable import PRICE
from upbit_auto_trading.component_system.variables.categories import PRICES
from upbit_auto_trading.component_system.variables.indicator import LINE, TaLib
from upbit_auto_trading.utils.bilingual_text import Text


class HeikinAshi(
    TaLib,
    id="heikin-ashi",
    category=PRICES,
    group=PRICE,
    function="HA",
    takes=("open", "high", "low", "close"),
    arguments={},
    lines=("open", "high", "low", "close"),
    title=Text("하이킨아시", "Heikin-Ashi"),
    help=Text(
        "종가는 네 가격의 평균, 시가는 앞 하이킨아시 시가와 종가의 가운데예요. 고가와 저가는 이들과 캔들 고가, "
        "저가의 끝이에요.",
        "The close is the mean of the four prices, the open the middle of open and close of the Heikin-Ashi candle "
        "before; high and low are the extremes of these and of the candle.",
    ),
):
    line: str = choice(
        "close",
        LINE,
        {
            "open": Text("시가", "Open"),
            "high": Text("고가", "High"),
            "low": Text("저가", "Low"),
            "close": Text("종가", "Close"),
        },
    )

    @property
    def own_window(self) -> int:
        """Each open holds half of the one before."""
        return self.own_needs + 64
