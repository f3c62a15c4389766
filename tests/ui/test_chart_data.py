"""A chart in the whole program: its own store, threads, engine and practice exchange."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles, ChartPhase

SECONDS = 40_000


@pytest.mark.long
def test_a_chart_becomes_live_and_ends_with_the_program(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        core = program.core
        qtbot.waitUntil(lambda: core.exchange.connection is not None, timeout=SECONDS)
        connection = core.exchange.connection
        assert connection is not None
        market = connection.markets[1].market
        chart: ChartCandles = program.screens.services.market_data.chart_candles(core)
        chart.open(market, CandleUnit.MINUTES_5)
        qtbot.waitUntil(lambda: chart.state.phase is ChartPhase.READY and chart.state.is_live, timeout=SECONDS)
        qtbot.waitUntil(lambda: not chart.state.is_loading_newest, timeout=SECONDS)
        columns = chart.columns
        assert columns is not None
        before = len(columns)
        assert before > 500
        chart.load_older()
        qtbot.waitUntil(lambda: len(columns) > before + 500, timeout=SECONDS)
        assert not chart.state.is_stale
        assert chart.state.error is None
