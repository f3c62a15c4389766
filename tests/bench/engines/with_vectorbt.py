"""The rules of the comparison in vectorbt, with its stops; it watches them from the candle after the entry on."""

from __future__ import annotations

import warnings

import numpy as np
import pandas
import vectorbt
from numpy.typing import NDArray

from tests.bench.engines.serving import serve
from tests.contract.other_engines.cross_rules import CrossRules
from tests.contract.other_engines.signals import signals_in


def prepared(columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], pandas.DataFrame]:
    index = pandas.to_datetime(columns[0].astype(np.int64), unit="s")
    frame = pandas.DataFrame(columns[1:5].T, index=index, columns=["open", "high", "low", "close"])
    return columns, frame.copy()


def run(ready: tuple[NDArray[np.float64], pandas.DataFrame], asked: str) -> int:
    columns, frame = ready
    rules = CrossRules()
    signals = signals_in(columns, rules)
    enters, leaves, stop = np.roll(signals.enters, 1), np.roll(signals.leaves, 1), np.roll(signals.distance, 1)
    enters[0] = leaves[0] = False
    found = vectorbt.Portfolio.from_signals(
        frame["close"],
        entries=pandas.Series(enters, index=frame.index),
        exits=pandas.Series(leaves, index=frame.index),
        price=frame["open"],
        open=frame["open"],
        high=frame["high"],
        low=frame["low"],
        sl_stop=pandas.Series(stop / signals.open, index=frame.index),
        stop_entry_price="fillprice",
        size=rules.percent / 100,
        size_type="percent",
        fees=rules.fee,
        init_cash=rules.cash,
        freq="1min",
    )
    return len(found.trades.records)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve(prepared, run)
