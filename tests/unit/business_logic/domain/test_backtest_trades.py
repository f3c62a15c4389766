"""Trades out of fills: the usual pairs, told quickly, are told as any others."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.engine_stage import backtest, candles, enters, flat, leaves, on, strategy
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, FillRow, Side

FEE = BacktestSettings(cash=1_000_000.0, fee=0.0005)


def pairs() -> BacktestResult:
    series = candles(*flat(100), *flat(101.3), *flat(99.7), *flat(102.1, 2), *flat(97.3, 2))
    return backtest(strategy(enters(on(0, 2, 4)), leaves(on(1, 3, 5))), series, settings=FEE)


def test_pairs_are_told_as_any_others() -> None:
    found = pairs()
    assert len(found.trades) == 3
    still_open = FillRow(0, 6, Side.BUY, 97.3, 1.0, 0.0, "in", 9)
    with_more = replace(found, fills=(*found.fills, still_open))  # no pairs any more
    assert with_more.trades[:3] == found.trades
    assert with_more.trades[3].is_open


def test_what_each_trade_came_to() -> None:
    first = pairs().trades[0]
    assert (first.entry_price, first.exit_price, first.entry_reason, first.exit_reason) == (101.3, 99.7, "in", "out")
    assert first.fees == sum(fill.fee for fill in first.fills)
    assert first.profit == first.quantity * 99.7 - first.quantity * 101.3 - first.fees
    assert not first.is_open


def test_two_sales_of_one_buy_are_no_pair() -> None:
    found = pairs()
    bought, sold = found.fills[:2]
    half = sold._replace(quantity=sold.quantity / 2)
    trades = replace(found, fills=(bought, half, half)).trades
    assert [len(trade.fills) for trade in trades] == [3]
    assert not trades[0].is_open
