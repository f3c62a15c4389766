"""The page of a backtest: lines that keep their extremes, limits on what is drawn, words in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, made_series
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, FillRow, Side
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.strategy import PartPlan, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport, CandleSource, report_of
from upbit_auto_trading.ui.reports.backtest_page import MOST_TRADES, backtest_page
from upbit_auto_trading.ui.reports.backtest_words import amount, assumptions, quote_of, signed_amount
from upbit_auto_trading.ui.reports.page_charts import round_values, thinned
from upbit_auto_trading.utils.bilingual_text import Language, Text

NAME = Text("이름", "Name")


def report(
    series: CandleSeries,
    trades: int = 0,
    settings: BacktestSettings = BacktestSettings(),  # noqa: B008
    source: CandleSource = CandleSource(Market("file", "btc"), "btc.csv"),  # noqa: B008
) -> BacktestReport:
    fills = []
    for trade in range(trades):
        fills.append(FillRow(0, trade, Side.BUY, 100.5, 10.0, 0.01, "in", trade))
        fills.append(FillRow(0, trade, Side.SELL, 100.25 + trade % 2, 10.0, 0.01, "out", trade))
    result = BacktestResult(NAME, settings, (series,), timedelta(0), fills, ())
    return report_of(result, StrategyPlan(NAME, series.unit, PartPlan(NAME, ())), (source,), "abc")


def test_a_thinned_line_keeps_every_extreme_of_its_columns() -> None:
    values = np.random.default_rng(1).normal(size=100_000)
    values[70_123], values[70_124] = 50.0, -50.0
    places = thinned(values)
    assert len(places) <= 2_800
    assert {0, 70_123, 70_124, 99_999} <= set(places.tolist())
    assert places.tolist() == sorted(places.tolist())
    assert thinned(np.array([1.0, np.nan, 3.0])).tolist() == [0, 2]
    assert len(thinned(np.full(10, np.nan))) == 0


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (99.0, 103.5), (-0.31, 0.0), (1e8, 1.5e8), (1e-8, 2e-8)])
def test_labels_are_round_and_few(low: float, high: float) -> None:
    values = round_values(low, high)
    assert 2 <= len(values) <= 8
    assert all(low - 1e-12 * abs(low) <= value <= high + 1e-12 * abs(high) + 1e-18 for value in values)


def test_a_line_that_never_moves_has_one_label() -> None:
    assert round_values(5.0, 5.0) == [5.0]
    flat = made_series(20)
    still = replace(flat, close=np.full(20, 7.0))
    assert backtest_page(report(still), Language.KOREAN).count("<svg") == 3


def test_more_trades_than_a_page_takes_are_counted() -> None:
    page = backtest_page(report(made_series(MOST_TRADES + 50), MOST_TRADES + 1), Language.ENGLISH)
    assert page.count("<tr>") == MOST_TRADES + 1
    assert "The first 2,000 of 2,001 trades" in page
    assert "(600 of 4,002 fills)" in page


def test_gains_and_losses_have_a_sign_and_a_colour() -> None:
    page = backtest_page(report(made_series(20), 2), Language.ENGLISH)
    assert re.search(r'<td class="down">−\d', page)
    assert re.search(r'<td class="up">\+\d', page)


def test_the_assumptions_tell_each_setting() -> None:
    series = made_series(20)
    plain = dict(assumptions(report(series), Language.ENGLISH))
    assert plain["Fee"] == "0.05%"
    assert plain["Rules of the exchange"] == "no ticks, no minimum order"
    other = BacktestSettings(
        fee=0.0025, slippage=0.001, spread=0.0005, latency=2, volume_share=0.1, touching_fills=True
    )
    source = CandleSource(BITCOIN, None, CandleUnit.MINUTE, CandleUnit.MINUTE, has_rules=True)
    told = dict(assumptions(report(series, settings=other, source=source), Language.ENGLISH))
    assert (told["Fee"], told["Slippage"], told["Spread"], told["Latency"]) == (
        "0.25%",
        "0.100%",
        "0.050%",
        "2 candles",
    )
    assert told["Limited by volume"] == "up to 10.0% of a candle's volume"
    assert told["Limit orders"] == "filled where the price touches them"
    assert told["Inside a candle"] == "ordered by candles of 1m"
    assert told["Rules of the exchange"] == "ticks and minimum orders as on each day"
    by_date = dict(assumptions(replace(report(series, source=source), fee_changed=True), Language.KOREAN))
    assert by_date["수수료"] == "0.05%부터, 기간 중에 바뀜"
    assert dict(assumptions(report(series, source=source), Language.ENGLISH))["Fee"].endswith("on each day)")


def test_money_is_in_the_quote_currency() -> None:
    assert amount(1234.5, Language.KOREAN, "KRW") == "1,234원"
    assert amount(0.12345678, Language.ENGLISH, "BTC").startswith("0.12345678")
    assert "BTC" in amount(0.5, Language.ENGLISH, "BTC")
    of_nobody = CandleSource(Market("file", "binance_BTCUSDT_1m_20250520-20250818"), "a.csv")
    assert quote_of(report(made_series(20), source=of_nobody)) == ""
    assert quote_of(report(made_series(20), source=CandleSource(Market("file", "KRW-BTC"), "a.csv"))) == "KRW"
    assert amount(1234.5, Language.KOREAN, "") == "1,234"
    assert signed_amount(1234.5, Language.KOREAN, "") == "+1,234"
    assert signed_amount(0.5, Language.ENGLISH, "BTC").startswith("+0.5")
    assert signed_amount(-1500, Language.KOREAN, "KRW") == "−1,500원"
