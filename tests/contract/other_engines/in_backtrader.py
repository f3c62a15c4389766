"""The rules in backtrader; runs in its environment.

What it takes to make it follow our conventions: a quantity for a share of the cash, and a stop measured from the fill,
need the open at which the order is filled; so orders are given at the open (``cheat_on_open``), as decided at the close
before it. The buy and its stop are two orders, in this order: as a bracket the stop would sleep through the first
candle. The stop is withdrawn with the order to close, which stands behind it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import backtrader

from tests.contract.other_engines.cross_rules import CrossRules, EngineTrade
from tests.contract.other_engines.signals import Signals, answer, quantity_for


class Rows(backtrader.feed.DataBase):
    def __init__(self, signals: Signals) -> None:
        super().__init__()
        moments = [
            backtrader.date2num(datetime.fromtimestamp(second, UTC).replace(tzinfo=None))
            for second in signals.opened.tolist()
        ]
        columns = (signals.open, signals.high, signals.low, signals.close, signals.volume)
        self._rows = iter(list(zip(moments, *(column.tolist() for column in columns), strict=True)))

    def _load(self) -> bool:
        row = next(self._rows, None)
        if row is None:
            return False
        lines = self.lines
        lines.datetime[0], lines.open[0], lines.high[0], lines.low[0], lines.close[0], lines.volume[0] = row
        lines.openinterest[0] = 0.0
        return True


class Fees(backtrader.CommInfoBase):
    params = (("stocklike", True), ("commtype", backtrader.CommInfoBase.COMM_PERC), ("percabs", True))


class Crosses(backtrader.Strategy):
    params = (("signals", None), ("rules", None))

    def __init__(self) -> None:
        signals: Signals = self.p.signals
        self._enters, self._leaves = signals.enters.tolist(), signals.leaves.tolist()
        self._distance, self._opened = signals.distance.tolist(), signals.opened.tolist()
        self._share = self.p.rules.percent / 100.0
        self._guard: backtrader.Order | None = None
        self.found: list[EngineTrade] = []

    def next_open(self) -> None:
        decided = len(self.data) - 2
        if decided < 0:
            return
        held = self.position.size
        if held and self._leaves[decided]:
            self.cancel(self._guard)
            self.sell(size=held)
        elif not held and self._enters[decided]:
            price = self.data.open[0]
            quantity = quantity_for(self._share * self.broker.get_cash(), price) / 1e8
            if quantity:
                self.buy(size=quantity)
                self._guard = self.sell(
                    size=quantity, exectype=backtrader.Order.Stop, price=price - self._distance[decided]
                )

    def notify_order(self, order: backtrader.Order) -> None:
        if order.status in (order.Margin, order.Rejected):
            raise AssertionError(f"refused: {order}")
        if order.status != order.Completed:
            return
        now, done = self._opened[len(self.data) - 1], order.executed
        if order.isbuy():
            self.found.append(EngineTrade(now, done.price, done.size, fees=done.comm))
        else:
            entry = self.found[-1]
            fees = (entry.fees or 0.0) + done.comm
            self.found[-1] = EngineTrade(
                entry.entered, entry.entry_price, entry.quantity, now, done.price, fees, done.pnl - fees
            )


def run(signals: Signals, rules: CrossRules) -> list[EngineTrade]:
    cerebro = backtrader.Cerebro(stdstats=False, cheat_on_open=True)
    cerebro.adddata(Rows(signals))
    cerebro.broker.setcash(rules.cash)
    cerebro.broker.set_coo(True)
    cerebro.broker.addcommissioninfo(Fees(commission=rules.fee))
    cerebro.addstrategy(Crosses, signals=signals, rules=rules)
    (strategy,) = cerebro.run()
    found: list[EngineTrade] = strategy.found
    return found


if __name__ == "__main__":
    answer(run)
