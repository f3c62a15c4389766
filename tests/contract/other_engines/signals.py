"""What both other engines are given of a candle file: its columns, TA-Lib's, and the candles of the two crosses.

Runs in their environments, so it reads candles and rules by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import talib
from numpy.typing import NDArray

from tests.contract.other_engines.cross_rules import CrossRules, EngineTrade

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signals:
    opened: NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    #: decided at the close of the candle
    enters: Bools
    leaves: Bools
    #: below the price paid, where the decision fell on that candle
    distance: Floats


def signals_of(candles: Path, rules: CrossRules) -> Signals:
    return signals_in(columns_of(candles), rules)


def columns_of(candles: Path) -> Floats:
    """Six of them."""
    rows: Floats = np.loadtxt(candles, delimiter=",", skiprows=1, dtype=np.float64, ndmin=2)
    return np.ascontiguousarray(rows.T)


def signals_in(columns: Floats, rules: CrossRules) -> Signals:
    opened, first, high, low, close, volume = columns
    fast, slow = talib.EMA(close, rules.fast), talib.EMA(close, rules.slow)
    strength, atr = talib.RSI(close, rules.rsi), talib.ATR(high, low, close, rules.atr)
    in_band = (strength >= rules.lowest) & (strength <= rules.highest)
    enters = _crosses_above(fast, slow) & in_band & (atr == atr)
    return Signals(
        opened.astype(np.int64),
        first,
        high,
        low,
        close,
        volume,
        enters,
        _crosses_above(slow, fast),
        rules.times * atr,
    )


def _crosses_above(one: Floats, other: Floats) -> Bools:
    """Not above before, above now, both known."""
    crosses = np.zeros(len(one), dtype=np.bool_)
    crosses[1:] = (one[:-1] <= other[:-1]) & (one[1:] > other[1:])
    return crosses


def quantity_for(funds: float, price: float) -> int:
    """In hundred-millionths, what is beyond them cut."""
    return int(funds / price * 1e8)


def answer(run: Callable[[Signals, CrossRules], list[EngineTrade]]) -> None:
    """For each case of the file that the first argument names, a line of trades."""
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        rules = CrossRules(**case["rules"])
        trades = run(signals_of(Path(case["candles"]), rules), rules)
        print(json.dumps([asdict(trade) for trade in trades]), flush=True)
