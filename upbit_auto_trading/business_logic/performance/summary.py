"""Everything that a result says of a run as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import PLAIN_FEE, BacktestResult
from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, Seconds
from upbit_auto_trading.business_logic.performance.buy_and_hold import BuyAndHold, buy_and_hold
from upbit_auto_trading.business_logic.performance.drawdown import longest_drawdown_seconds, max_drawdown
from upbit_auto_trading.business_logic.performance.returns import (
    daily_returns,
    sharpe,
    total_return,
    yearly_return,
)
from upbit_auto_trading.business_logic.performance.trade_figures import TradeFigures, exposure, trade_figures


@dataclass(frozen=True, slots=True)
class Summary:
    """Ratios are fractions, money is in the quote currency. None where a figure would say nothing."""

    final_equity: float
    total_return: float
    #: positive, on equity at each close
    max_drawdown: float
    #: None under 30 days
    sharpe: float | None
    #: of closed trades alone; an open one counts in the equity
    trades: TradeFigures
    open_trades: int
    #: None under a year
    yearly_return: float | None
    #: of the time, with any position
    exposure: float
    longest_drawdown_seconds: int
    #: of all fills, those of open trades included
    fees: float
    #: of all markets in equal shares, bought at their first open
    held_return: float | None
    held_max_drawdown: float | None
    #: from the opening of the first candle to the close of the last
    seconds: int


def summary_of(result: BacktestResult, begin: int | None = None) -> Summary:
    """Of all candles, or of those that open at ``begin`` or later: what comes before is warm-up then, in which nothing
    can happen."""
    begin = begin_of(result) if begin is None else begin
    start = int(np.searchsorted(result.moments, begin))
    equity = result.equity[start:]
    closed = following_seconds(result.moments[start:], result.unit, result.day_start)
    end = int(closed[-1]) if len(closed) else begin
    cash, trades = result.settings.cash, result.trades
    closed_trades = [trade for trade in trades if not trade.is_open]
    held = held_instead(result, begin)
    return Summary(
        final_equity=result.final_equity,
        total_return=total_return(cash, result.final_equity),
        max_drawdown=max_drawdown(equity),
        sharpe=sharpe(daily_returns(cash, equity, closed, result.day_start)),
        trades=trade_figures(
            np.array([trade.profit for trade in closed_trades], dtype=np.float64),
            np.array([trade.exit_second - trade.entry_second for trade in closed_trades], dtype=np.int64),
        ),
        open_trades=len(trades) - len(closed_trades),
        yearly_return=yearly_return(cash, result.final_equity, end - begin),
        exposure=exposure(
            np.array([trade.entry_second for trade in trades], dtype=np.int64),
            np.array([end if trade.is_open else trade.exit_second for trade in trades], dtype=np.int64),
            begin,
            end,
        ),
        longest_drawdown_seconds=longest_drawdown_seconds(equity, closed),
        fees=float(sum(fill.fee for fill in result.fills)),
        held_return=None if held is None else held.total_return,
        held_max_drawdown=None if held is None else held.max_drawdown,
        seconds=end - begin,
    )


def begin_of(result: BacktestResult) -> int:
    """The opening time of the first candle; 0 without any."""
    return int(result.moments[0]) if len(result.moments) else 0


def held_instead(result: BacktestResult, begin: int) -> BuyAndHold | None:
    """At each of the result's moments from ``begin`` on; None where there is no candle."""
    moments = result.moments[int(np.searchsorted(result.moments, begin)) :]
    filled = [series for series in result.series if len(series) and series.opened[-1] >= begin]
    if not filled:
        return None
    fee = PLAIN_FEE if result.settings.fee is None else result.settings.fee
    share = result.settings.cash / len(filled)
    equity: Floats = np.zeros(len(moments))
    for series in filled:
        equity += _held(series, moments, begin, share, fee)
    return BuyAndHold(equity, total_return(result.settings.cash, float(equity[-1])), max_drawdown(equity))


def _held(series: CandleSeries, moments: Seconds, begin: int, cash: float, fee: float) -> Floats:
    """One market; before its first candle the share lies there as cash."""
    first = int(np.searchsorted(series.opened, begin))
    last = np.searchsorted(series.opened, moments, side="right") - 1
    closes = series.close[np.maximum(last, first)]
    held = buy_and_hold(cash, fee, float(series.open[first]), closes).equity
    return np.where(last >= first, held, cash)
