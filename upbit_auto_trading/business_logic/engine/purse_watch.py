"""What the purse is worth over time: for brakes, sizes, and rules about the account."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Seconds
from upbit_auto_trading.business_logic.domain.strategy_state import PurseView
from upbit_auto_trading.business_logic.engine.market_run import MarketRun
from upbit_auto_trading.business_logic.engine.rule_limits import korean_day
from upbit_auto_trading.business_logic.ports.execution import Execution

_DAY = 86_400
_KST = 9 * 3_600


class PurseWatch:
    """Told before each moment that is stepped; between two of them nothing was traded, so that what the equity was can
    be computed from closes."""

    def __init__(self, markets: Sequence[MarketRun], execution: Execution, moments: Seconds) -> None:
        self._markets = markets
        self._execution = execution
        #: opening times of all candles
        self._moments = moments
        self._seen = 0
        self._day = -inf
        self.day_equity = execution.cash
        self.peak_equity = execution.cash

    def equity(self, opened: int) -> float:
        """After the close of the candles that opened then."""
        total = self._execution.cash
        for market in self._markets:
            if market.position.is_open:
                row = int(np.searchsorted(market.columns.opened, opened, side="right")) - 1
                total += market.position.quantity * float(market.columns.close[row])
        return total

    def before(self, place: int) -> None:
        """The candles of that place among the moments are about to be stepped; nothing of them has happened yet."""
        opened = int(self._moments[place])
        if self._seen < place:
            self.peak_equity = max(self.peak_equity, self._highest(self._seen, place))
            self._seen = place
        day = korean_day(opened)
        if day > self._day:
            first = place if self._day == -inf else int(np.searchsorted(self._moments, day * _DAY - _KST))
            self.day_equity = self.equity(int(self._moments[first - 1])) if first else self._execution.cash
            self._day = day

    def view(self, opened: int) -> PurseView:
        equity = self.equity(opened)
        profit = 100.0 * (equity / self.day_equity - 1.0) if self.day_equity > 0.0 else 0.0
        held = sum(market.position.is_open for market in self._markets)
        return PurseView(equity, self._execution.free_cash, profit, held)

    def _highest(self, start: int, end: int) -> float:
        held = [market for market in self._markets if market.position.is_open]
        if not held:
            return self._execution.cash
        moments = self._moments[start:end]
        total = np.full(len(moments), self._execution.cash)
        for market in held:
            rows = np.searchsorted(market.columns.opened, moments, side="right") - 1
            total += market.position.quantity * market.columns.close[np.maximum(rows, 0)]
        return float(total.max())
