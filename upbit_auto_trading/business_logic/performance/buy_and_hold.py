"""What doing nothing would have come to: all cash into the market at the first open, and nothing after."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.performance.drawdown import max_drawdown
from upbit_auto_trading.business_logic.performance.returns import total_return


@dataclass(frozen=True, slots=True, eq=False)
class BuyAndHold:
    #: at each close
    equity: Floats
    total_return: float
    max_drawdown: float


def buy_and_hold(cash: float, fee: float, first_open: float, closes: Floats) -> BuyAndHold:
    """The fee comes on top once, as at any buy; it is never sold, as an open position is valued."""
    quantity = cash / (first_open * (1 + fee))
    equity: Floats = quantity * closes
    return BuyAndHold(equity, total_return(cash, float(equity[-1])), max_drawdown(equity))
