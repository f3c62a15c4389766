"""The rules of the comparison in NautilusTrader, with finished indicators; one run a process."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig, StrategyConfig
from nautilus_trader.model import Bar, BarType, Money, TraderId, Venue
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy
from numpy.typing import NDArray

from tests.bench.engines.serving import serve
from tests.contract.other_engines.cross_rules import CrossRules
from tests.contract.other_engines.signals import signals_in

Columns = NDArray[np.float64]
RULES = CrossRules()
INSTRUMENT = TestInstrumentProvider.btcusdt_binance()
BARS = BarType.from_str(f"{INSTRUMENT.id}-1-MINUTE-LAST-EXTERNAL")
#: prices in won do not fit its largest ones
SMALLER = 1_000.0


class Crosses(Strategy):
    def __init__(self, signals: Iterator[tuple[bool, bool, float]]) -> None:
        super().__init__(StrategyConfig())
        self._signals = signals
        self._distance = 0.0
        self._held: Any = None
        self.entries = 0

    def on_start(self) -> None:
        self.subscribe_bars(BARS)

    def on_bar(self, bar: Bar) -> None:
        enters, leaves, distance = next(self._signals)
        if self._held is not None:
            if leaves:
                self.cancel_all_orders(INSTRUMENT.id)
                self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.SELL, self._held))
        elif enters:
            self._distance = distance
            quantity = INSTRUMENT.make_qty(Decimal("0.05"))
            self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.BUY, quantity))

    def on_order_filled(self, event: OrderFilled) -> None:
        if event.order_side == OrderSide.BUY:
            self.entries += 1
            self._held = event.last_qty
            stop = INSTRUMENT.make_price(float(event.last_px) - self._distance)
            self.submit_order(
                self.order_factory.stop_market(INSTRUMENT.id, OrderSide.SELL, self._held, trigger_price=stop)
            )
        else:
            self._held = None
            self.cancel_all_orders(INSTRUMENT.id)


def prepared(columns: Columns) -> tuple[Columns, list[Bar]]:
    smaller = columns.copy()
    smaller[1:5] = np.round(columns[1:5] / SMALLER, 2)
    index = pandas.to_datetime(columns[0].astype(np.int64), unit="s", utc=True)
    frame = pandas.DataFrame(smaller[1:6].T, index=index, columns=["open", "high", "low", "close", "volume"])
    return smaller, BarDataWrangler(BARS, INSTRUMENT).process(frame)


def run(ready: tuple[Columns, list[Bar]], asked: str) -> int:
    columns, bars = ready
    found = signals_in(columns, RULES)
    settings = BacktestEngineConfig(trader_id=TraderId("BENCH-001"), logging=LoggingConfig(bypass_logging=True))
    engine = BacktestEngine(settings)
    engine.add_venue(Venue("BINANCE"), OmsType.NETTING, AccountType.CASH, [Money(100_000_000, USDT)])
    engine.add_instrument(INSTRUMENT)
    strategy = Crosses(
        iter(list(zip(found.enters.tolist(), found.leaves.tolist(), found.distance.tolist(), strict=True)))
    )
    engine.add_strategy(strategy)
    engine.add_data(bars)
    engine.run()
    return strategy.entries


if __name__ == "__main__":
    serve(prepared, run)
