"""The rules of the comparison in vn.py's backtester for CTA strategies; stops count from the candle after the entry on.

As its templates are written, indicators come from an ``ArrayManager`` at each candle. Asked for ``finished`` ones
they are computed beforehand, which nothing in vn.py does: the loop alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vnpy.trader.constant import Exchange, Interval
from vnpy.trader.object import BarData, TradeData
from vnpy_ctastrategy import ArrayManager, CtaTemplate
from vnpy_ctastrategy.backtesting import BacktestingEngine

from tests.bench.engines.serving import serve
from tests.contract.other_engines.cross_rules import CrossRules
from tests.contract.other_engines.signals import signals_in

RULES = CrossRules()
Ready = tuple[NDArray[np.float64], list[BarData]]


class Crosses(CtaTemplate):
    def __init__(self, engine: Any, name: str, market: str, settings: dict[str, Any]) -> None:
        super().__init__(engine, name, market, settings)
        self._window = ArrayManager()
        self._before = (0.0, 0.0)
        self._distance = 0.0

    def on_init(self) -> None:
        """Nothing to load."""

    def on_bar(self, bar: BarData) -> None:
        window = self._window
        window.update_bar(bar)
        if not window.inited:
            return
        fast, slow = window.ema(RULES.fast), window.ema(RULES.slow)
        strength, distance = window.rsi(RULES.rsi), RULES.times * window.atr(RULES.atr)
        was_fast, was_slow = self._before
        self._before = fast, slow
        in_band = RULES.lowest <= strength <= RULES.highest
        self.act(bar, was_fast <= was_slow and fast > slow and in_band, was_fast >= was_slow and fast < slow, distance)

    def act(self, bar: BarData, enters: bool, leaves: bool, distance: float) -> None:
        if self.pos > 0:
            if leaves:
                self.cancel_all()
                self.sell(bar.close_price * 0.9, self.pos)
        elif enters:
            self._distance = distance
            funds = RULES.cash * RULES.percent / 100
            self.buy(bar.close_price * 1.1, round(funds / bar.close_price, 8))

    def on_trade(self, trade: TradeData) -> None:
        if self.pos > 0:
            self.sell(trade.price - self._distance, self.pos, stop=True)
        else:
            self.cancel_all()


class FinishedCrosses(Crosses):
    def __init__(self, engine: Any, name: str, market: str, settings: dict[str, Any]) -> None:
        super().__init__(engine, name, market, settings)
        self._signals = iter(settings["signals"])

    def on_bar(self, bar: BarData) -> None:
        self.act(bar, *next(self._signals))


def prepared(columns: NDArray[np.float64]) -> Ready:
    bars = [
        BarData(
            gateway_name="BACKTESTING",
            symbol="KRWBTC",
            exchange=Exchange.LOCAL,
            datetime=datetime.fromtimestamp(int(opened), UTC),
            interval=Interval.MINUTE,
            open_price=first,
            high_price=high,
            low_price=low,
            close_price=last,
            volume=volume,
        )
        for opened, first, high, low, last, volume in zip(*columns.tolist(), strict=True)
    ]
    return columns, bars


def run(ready: Ready, asked: str) -> int:
    columns, bars = ready
    engine = BacktestingEngine()
    engine.output = lambda msg: None
    start = bars[0].datetime
    engine.set_parameters("KRWBTC.LOCAL", Interval.MINUTE, start, RULES.fee, 0.0, 1, 1e-8, int(RULES.cash))
    engine.history_data = bars
    if asked == "finished":
        found = signals_in(columns, RULES)
        signals = list(zip(found.enters.tolist(), found.leaves.tolist(), found.distance.tolist(), strict=True))
        engine.add_strategy(FinishedCrosses, {"signals": signals})
    else:
        engine.add_strategy(Crosses, {})
    engine.run_backtesting()
    return len(engine.get_all_trades()) // 2


if __name__ == "__main__":
    serve(prepared, run)
