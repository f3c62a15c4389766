"""The summary of a run whose fills are written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, FillRow, Side
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, no_candles
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.performance.summary import summary_of
from upbit_auto_trading.utils.bilingual_text import Text

BTC, ETH = Market("upbit", "KRW-BTC"), Market("upbit", "KRW-ETH")
HOUR = 3_600


def series(market: Market, closes: Sequence[float], first: int = 0) -> CandleSeries:
    close = np.array(closes, dtype=np.float64)
    opened = first + np.arange(len(closes), dtype=np.int64) * HOUR
    return CandleSeries(market, CandleUnit.HOUR, opened, close, close, close, close, np.ones(len(closes)))


def result(
    candles: Sequence[CandleSeries], fills: Sequence[FillRow], cash: float = 1_000.0, fee: float | None = 0.0
) -> BacktestResult:
    settings = BacktestSettings(cash=cash, fee=fee)
    return BacktestResult(Text("", ""), settings, tuple(candles), timedelta(0), fills, ())


def buy(row: int, price: float, quantity: float, trade: int = 0, market: int = 0, fee: float = 0.0) -> FillRow:
    return FillRow(market, row, Side.BUY, price, quantity, fee, "in", trade)


def sell(row: int, price: float, quantity: float, trade: int = 0, market: int = 0, fee: float = 0.0) -> FillRow:
    return FillRow(market, row, Side.SELL, price, quantity, fee, "out", trade)


def test_a_closed_and_an_open_trade() -> None:
    candles = series(BTC, [10, 10, 12, 20, 20, 15])
    fills = [buy(1, 10, 50, fee=5), sell(3, 20, 50, fee=10), buy(4, 20, 10, trade=1, fee=2)]
    found = summary_of(result([candles], fills))

    assert found.final_equity == 1_000 - 505 + 990 - 202 + 150
    assert found.total_return == pytest.approx(0.433)
    assert (found.trades.count, found.trades.wins, found.trades.win_rate, found.open_trades) == (1, 1, 1.0, 1)
    assert found.trades.average_profit == 485
    assert found.trades.average_held_seconds == 2 * HOUR
    # 1,000 · 995 · 1,095 · 1,485 · 1,483 · 1,433
    assert found.max_drawdown == pytest.approx(1 - 1_433 / 1_485)
    assert found.longest_drawdown_seconds == 2 * HOUR
    assert found.fees == 17
    assert found.exposure == pytest.approx((2 + 2) / 6)
    assert found.held_return == pytest.approx(0.5)
    assert found.held_max_drawdown == pytest.approx(0.25)
    assert (found.sharpe, found.yearly_return) == (None, None)
    assert found.seconds == 6 * HOUR


def test_a_loser_is_no_winner_though_its_price_rose() -> None:
    candles = series(BTC, [10, 10, 10.01])
    found = summary_of(result([candles], [buy(1, 10, 50, fee=0.5), sell(2, 10.01, 50, fee=0.5)]))
    assert (found.trades.count, found.trades.wins, found.trades.win_rate) == (1, 0, 0.0)


def test_candles_of_the_warm_up_do_not_count() -> None:
    candles = series(BTC, [40, 10, 10, 12, 15])
    found = summary_of(result([candles], [buy(2, 10, 50), sell(3, 12, 50)]), begin=HOUR)
    assert found.held_return == pytest.approx(0.5)
    assert found.seconds == 4 * HOUR
    assert found.exposure == pytest.approx(1 / 4)


def test_markets_that_begin_later_are_held_from_their_first_candle() -> None:
    markets = [series(BTC, [10, 10, 10, 20]), series(ETH, [5, 10], first=2 * HOUR), no_candles(BTC, CandleUnit.HOUR)]
    found = summary_of(result(markets, []))
    assert found.held_return == pytest.approx(1.0)
    assert found.total_return == 0
    assert found.exposure == 0


def test_without_a_fee_of_its_own_holding_pays_the_plain_one() -> None:
    found = summary_of(result([series(BTC, [10, 10])], [], fee=None))
    assert found.held_return == pytest.approx(1 / 1.0005 - 1)


def test_nothing_at_all() -> None:
    found = summary_of(result([no_candles(BTC, CandleUnit.HOUR)], []))
    assert (found.final_equity, found.max_drawdown, found.held_return, found.seconds) == (1_000, 0, None, 0)


def test_a_year_has_a_yearly_return_and_a_sharpe_ratio() -> None:
    closes = 10 + np.arange(365 * 24) % 48 / 10
    found = summary_of(result([series(BTC, closes.tolist())], [buy(0, 10, 50)]))
    assert found.yearly_return == pytest.approx(found.total_return)
    assert found.sharpe is not None
