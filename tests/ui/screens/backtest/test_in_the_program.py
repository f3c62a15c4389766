"""The whole program: candles in its own store, the window reached by its key, a run, and an explanation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.made_candles import all_of, made_series
from tests.ui.screens.backtest.conftest import FIRST
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.screens.backtest.view import BacktestView
from upbit_auto_trading.utils.bilingual_text import Text

_WRITING = Text("캔들 넣기", "Writing candles")
LIMIT_MS = 30_000


@pytest.mark.long
def test_a_run_on_the_candles_of_the_practice_exchange(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    series = made_series(3_000, Market("practice", "KRW-BTC"), first=FIRST, seed=5)
    with running_program(qtbot, qapp, tmp_path) as program:

        def write(stores: Stores, _context: object) -> None:
            stores.candles.write(series, all_of(series), Origin.EXCHANGE, program.core.opened.clock.now())

        done: list[None] = []
        program.core.operations.submit_to_storage(StorageOperation(_WRITING, write), on_success=done.append)
        qtbot.waitUntil(lambda: bool(done), timeout=LIMIT_MS)
        program.navigation.show("backtest")
        view = program.window.screen_widget("backtest")
        assert isinstance(view, BacktestView)
        qtbot.waitUntil(lambda: view.form.candles.state.facts is not None, timeout=LIMIT_MS)
        view.form.candles.choose_preset("all")
        qtbot.waitUntil(lambda: view.form.why_not() is None, timeout=LIMIT_MS)
        qtbot.mouseClick(view.form_panel.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: view.run.state.finished is not None, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: view.result.chart.data is not None, timeout=LIMIT_MS)
        finished = view.run.state.finished
        assert finished is not None
        assert finished.report.sources[0].has_rules
        assert len(finished.report.result.series[0]) == len(series)
        view.result.chart.explain_row(2_000)
        card = view.result.chart.card
        qtbot.waitUntil(lambda: "골든 크로스" in "".join(card.shown_lines), timeout=LIMIT_MS)
