"""The rules in backtesting.py; runs in its environment.

What it takes to make it follow our conventions: it buys whole units only, so prices are those of a hundred-millionth;
the stop belongs to the price of the fill, which is the open of the next candle; and its stop orders come before its
closing orders, so the stop is withdrawn with the decision to close.
"""

from __future__ import annotations

from typing import Any, cast

import pandas
from backtesting import Backtest, Strategy

from tests.contract.other_engines.cross_rules import CrossRules, EngineTrade
from tests.contract.other_engines.signals import Signals, answer, quantity_for

UNIT = 1e8


def strategy_for(signals: Signals, rules: CrossRules) -> type[Strategy]:
    enters, leaves = signals.enters.tolist(), signals.leaves.tolist()
    opens, distance = signals.open.tolist(), signals.distance.tolist()
    share, last = rules.percent / 100.0, len(opens) - 1

    class Crosses(Strategy):
        def init(self) -> None:
            pass

        def next(self) -> None:
            row = len(self.data) - 1
            if self.trades:
                if leaves[row]:
                    self.trades[0].sl = None
                    self.trades[0].close()
            elif enters[row] and row < last:
                units = quantity_for(share * self.equity, opens[row + 1])
                if units:
                    order = self.buy(size=units)
                    # given with the order it is refused where the next candle opens far above this close
                    order._replace(sl_price=(opens[row + 1] - distance[row]) / UNIT)

    return Crosses


def backtest_of(signals: Signals, rules: CrossRules) -> Backtest:
    frame = pandas.DataFrame(
        {
            "Open": signals.open / UNIT,
            "High": signals.high / UNIT,
            "Low": signals.low / UNIT,
            "Close": signals.close / UNIT,
            "Volume": signals.volume,
        },
        index=pandas.to_datetime(signals.opened, unit="s"),
    )
    return Backtest(frame, strategy_for(signals, rules), cash=rules.cash, commission=rules.fee, finalize_trades=False)


def run(signals: Signals, rules: CrossRules) -> list[EngineTrade]:
    found = backtest_of(signals, rules).run()
    opened = signals.opened.tolist()
    return [
        EngineTrade(
            opened[row.EntryBar],
            row.EntryPrice * UNIT,
            row.Size / UNIT,
            opened[row.ExitBar],
            row.ExitPrice * UNIT,
            row.Commission,
            row.PnL,
        )
        for row in cast("Any", found["_trades"]).itertuples()
    ] + [
        EngineTrade(opened[trade.entry_bar], trade.entry_price * UNIT, trade.size / UNIT)
        for trade in found["_strategy"].trades
    ]


if __name__ == "__main__":
    answer(run)
