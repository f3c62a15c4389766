"""Returns, drawdowns and figures about trades, on examples that can be worked by hand."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt

import numpy as np
import pytest

from upbit_auto_trading.business_logic.performance.buy_and_hold import buy_and_hold
from upbit_auto_trading.business_logic.performance.drawdown import (
    drawdowns,
    longest_drawdown_seconds,
    max_drawdown,
)
from upbit_auto_trading.business_logic.performance.returns import (
    DAY_SECONDS,
    daily_equity,
    daily_returns,
    sharpe,
    total_return,
    yearly_return,
)
from upbit_auto_trading.business_logic.performance.trade_figures import exposure, trade_figures

UTC_DAYS = timedelta(0)
NOTHING = np.zeros(0)
NO_SECONDS = np.zeros(0, dtype=np.int64)


def seconds(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_a_drawdown_is_measured_from_the_highest_close_so_far() -> None:
    equity = np.array([100.0, 120.0, 90.0, 110.0, 130.0, 104.0])
    assert drawdowns(equity).tolist() == pytest.approx([0, 0, 0.25, 1 / 12, 0, 0.2])
    assert max_drawdown(equity) == 0.25


def test_what_only_rises_has_no_drawdown() -> None:
    assert max_drawdown(np.array([1.0, 1.0, 2.0, 3.0])) == 0
    assert max_drawdown(NOTHING) == 0
    assert drawdowns(NOTHING).tolist() == []
    assert max_drawdown(np.array([0.0, 0.0])) == 0  # everything was lost before the first close


def test_the_longest_drawdown_lasts_from_a_high_until_it_is_reached_again() -> None:
    closed = seconds(0, 10, 20, 30, 40, 50)
    assert longest_drawdown_seconds(np.array([100.0, 120, 90, 110, 120, 121]), closed) == 30
    assert longest_drawdown_seconds(np.array([100.0, 120, 90, 121, 100, 100]), closed) == 20
    assert longest_drawdown_seconds(np.array([100.0, 120, 90, 80, 70, 60]), closed) == 40  # to the end
    assert longest_drawdown_seconds(np.array([1.0, 1, 1, 1, 1, 1]), closed) == 0
    assert longest_drawdown_seconds(NOTHING, NO_SECONDS) == 0


def test_the_return_is_what_was_won_by_what_was_put_in() -> None:
    assert total_return(200.0, 250.0) == 0.25
    assert total_return(200.0, 150.0) == -0.25


def test_a_yearly_return_is_said_of_a_year_at_least() -> None:
    year = 365 * DAY_SECONDS
    assert yearly_return(100, 121, 2 * year) == pytest.approx(0.1)
    assert yearly_return(100, 150, year) == pytest.approx(0.5)
    assert yearly_return(100, 150, year - 1) is None


def test_a_candle_that_closes_as_the_day_ends_belongs_to_that_day() -> None:
    hour = 3_600
    closed = np.arange(1, 49) * hour
    equity = np.arange(1.0, 49.0)
    assert daily_equity(equity, closed, UTC_DAYS).tolist() == [24, 48]
    assert daily_equity(equity, closed, timedelta(hours=-9)).tolist() == [15, 39, 48]
    assert daily_equity(NOTHING, NO_SECONDS, UTC_DAYS).tolist() == []


def test_a_day_without_a_candle_changes_nothing() -> None:
    closed = seconds(60, 3 * DAY_SECONDS + 60)
    assert daily_equity(np.array([5.0, 7.0]), closed, UTC_DAYS).tolist() == [5, 5, 5, 7]
    assert daily_returns(4.0, np.array([5.0, 7.0]), closed, UTC_DAYS).tolist() == pytest.approx([0.25, 0, 0, 0.4])


def test_sharpe_is_the_mean_by_the_spread_of_a_sample_over_a_year_of_365_days() -> None:
    daily = np.array([0.01, -0.01, 0.02] * 10)
    mean = sum(daily) / 30
    spread = sqrt(sum((one - mean) ** 2 for one in daily) / 29)
    assert sharpe(daily) == pytest.approx(mean / spread * sqrt(365))
    assert sharpe(-daily) == pytest.approx(-mean / spread * sqrt(365))


def test_sharpe_says_nothing_under_thirty_days_or_without_a_spread() -> None:
    assert sharpe(np.array([0.01, -0.01] * 14 + [0.0])) is None
    assert sharpe(np.array([0.01, -0.01] * 15)) == pytest.approx(0)
    assert sharpe(np.full(40, 0.1)) is None
    assert sharpe(np.full(40, np.inf)) is None


def test_figures_of_trades() -> None:
    figures = trade_figures(np.array([30.0, -10.0, 0.0, 10.0, -5.0]), seconds(60, 60, 60, 60, 360))
    assert (figures.count, figures.wins, figures.win_rate) == (5, 2, 0.4)
    assert figures.profit_factor == pytest.approx(40 / 15)
    assert figures.payoff_ratio == pytest.approx(20 / 7.5)
    assert (figures.average_profit, figures.best, figures.worst) == (5, 30, -10)
    assert figures.average_held_seconds == 120


def test_figures_without_losers_or_without_trades_divide_by_nothing() -> None:
    winners = trade_figures(np.array([30.0]), seconds(60))
    assert (winners.win_rate, winners.profit_factor, winners.payoff_ratio) == (1.0, None, None)
    losers = trade_figures(np.array([-30.0]), seconds(60))
    assert (losers.win_rate, losers.profit_factor, losers.payoff_ratio) == (0.0, 0.0, None)
    none = trade_figures(NOTHING, NO_SECONDS)
    assert (none.count, none.win_rate, none.average_profit, none.best, none.worst) == (0, 0.0, None, None, None)
    assert none.average_held_seconds is None


def test_time_in_two_markets_at_once_counts_once() -> None:
    assert exposure(seconds(10, 15, 60), seconds(20, 30, 70), 0, 100) == pytest.approx(0.3)
    assert exposure(seconds(60, 10, 15), seconds(70, 40, 30), 0, 100) == pytest.approx(0.4)  # one within another
    assert exposure(seconds(10), seconds(200), 0, 100) == pytest.approx(0.9)
    assert exposure(NO_SECONDS, NO_SECONDS, 0, 100) == 0
    assert exposure(seconds(10), seconds(20), 100, 100) == 0


def test_buying_and_holding_pays_the_fee_once() -> None:
    held = buy_and_hold(1_001.0, 0.001, 10.0, np.array([10.0, 20.0, 15.0]))
    assert held.equity.tolist() == pytest.approx([1_000, 2_000, 1_500])
    assert held.total_return == pytest.approx(1_500 / 1_001 - 1)
    assert held.max_drawdown == pytest.approx(0.25)
