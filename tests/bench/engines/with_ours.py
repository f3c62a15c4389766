"""The rules of the comparison in our backtest, and what else is measured beside them; see ``RUNS``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import talib
from numpy.typing import NDArray

from tests.bench.engines.serving import serve
from tests.contract.other_engines.cross_rules import CrossRules, strategy_of
from tests.contract.other_engines.running_ours import plan_of, registry
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, joined, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.strategy_file import read_strategy
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.storage.making_files import create_file

BITCOIN = Market("upbit", "KRW-BTC")
TENTH = 52_560
_RULES = CrossRules()


@dataclass(frozen=True)
class Ours:
    series: CandleSeries

    @cached_property
    def plan(self) -> StrategyPlan:
        return plan_of(strategy_of(_RULES))

    @cached_property
    def seven_rules(self) -> StrategyPlan:
        text = (resources_folder() / "strategies" / "basic-seven-rules.json").read_text(encoding="utf-8")
        return compile_strategy(read_strategy(text, registry()), registry())

    @cached_property
    def span(self) -> Span:
        return Span(moment_of(int(self.series.opened[0])), moment_of(int(self.series.opened[-1]) + 60))

    @cached_property
    def store(self) -> Path:
        path = Path(tempfile.mkdtemp()) / "market_data.sqlite3"
        create_file(path, MARKET_DATA_FILE, FakeClock())
        with closing(open_candle_store(path)) as store:
            store.write(self.series, self.span, Origin.EXCHANGE, self.span.end + timedelta(days=1))
        return path

    def trades(
        self, plan: StrategyPlan, *series: CandleSeries, fast_forward: bool = True, fee: float = _RULES.fee
    ) -> int:
        settings = BacktestSettings(fee=fee, cash=_RULES.cash, fast_forward=fast_forward)
        return len(run_backtest(plan, [BacktestData(one) for one in series], settings).trades)

    def of_length(self, tenths: int) -> CandleSeries:
        """Tenths of a year; from the second year on the first again, and later."""
        length = tenths * TENTH
        year = int(self.series.opened[-1]) - int(self.series.opened[0]) + 60
        parts = [
            replace(self.series, opened=self.series.opened + number * year)
            for number in range(-(-length // len(self.series)))
        ]
        return joined(parts).rows(slice(0, length))


def fast(ours: Ours) -> int:
    return ours.trades(ours.plan, ours.series)


def stepping(ours: Ours) -> int:
    return ours.trades(ours.plan, ours.series, fast_forward=False)


def seven(ours: Ours) -> int:
    return ours.trades(ours.seven_rules, ours.series)


def indicators(ours: Ours) -> int:
    """TA-Lib's, and nothing else."""
    one = ours.series
    talib.EMA(one.close, _RULES.fast)
    talib.EMA(one.close, _RULES.slow)
    talib.RSI(one.close, _RULES.rsi)
    talib.ATR(one.high, one.low, one.close, _RULES.atr)
    return 0


def stored(ours: Ours) -> int:
    reader = open_candle_reader(ours.store)
    return ours.trades(ours.plan, reader.read(BITCOIN, CandleUnit.MINUTE, ours.span).series)


RUNS: dict[str, Callable[[Ours], int]] = {
    "fast": fast,
    "stepping": stepping,
    "seven": seven,
    "indicators": indicators,
    "stored": stored,
}
_made: dict[str, tuple[CandleSeries, ...]] = {}


def run(ours: Ours, asked: str) -> int:
    """``tenths N`` and ``markets N`` run what was made for them when they were first asked."""
    if asked in RUNS:
        return RUNS[asked](ours)
    if asked == "modules":
        return sum(name.split(".")[0] in ("numba", "pyarrow", "pandas", "PyQt6") for name in sys.modules)
    kind, number = asked.split()
    if asked not in _made:
        _made.clear()
        _made[asked] = made(ours, kind, int(number))
        return 0
    # with fees this strategy has lost everything after four years, and trades no more
    return ours.trades(ours.plan, *_made[asked], fee=0.0)


def made(ours: Ours, kind: str, number: int) -> tuple[CandleSeries, ...]:
    if kind == "tenths":
        return (ours.of_length(number),)
    short = ours.of_length(1)
    return tuple(replace(short, market=Market("upbit", f"KRW-M{place:02d}")) for place in range(number))


def prepared(columns: NDArray[np.float64]) -> Ours:
    opened, *numbers = columns
    rows = (np.ascontiguousarray(number) for number in numbers)
    return Ours(CandleSeries(BITCOIN, CandleUnit.MINUTE, opened.astype(np.int64), *rows))


if __name__ == "__main__":
    serve(prepared, run)
