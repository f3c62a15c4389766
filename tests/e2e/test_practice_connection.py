"""The program with its own practice exchange: reached after the start, left in order, the same after a restart."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import market_buy
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.composition_root.practice_connection import PracticeConnection
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase, LinkState

_LIMIT_MS = 30_000


def _reached(qtbot: QtBot, program: DesktopProgram) -> PracticeConnection:
    qtbot.waitUntil(lambda: program.core.exchange.connection is not None, timeout=_LIMIT_MS)
    connection = program.core.exchange.connection
    assert isinstance(connection, PracticeConnection)
    return connection


def _bitcoin(connection: PracticeConnection) -> Decimal:
    account = connection.exchange.account
    assert account is not None
    return next((balance.total for balance in account.balances() if balance.currency == "BTC"), Decimal(0))


def test_what_was_bought_is_there_after_a_restart(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        connection = _reached(qtbot, program)
        qtbot.waitUntil(lambda: bool(program.screens.dashboard.state.rows), timeout=_LIMIT_MS)
        assert connection.exchange.account is not None
        bitcoin = Market(connection.exchange.name, "KRW-BTC")
        connection.exchange.account.place(market_buy("first-buy", bitcoin, funds=Decimal(100_000)))
        qtbot.waitUntil(lambda: _bitcoin(connection) > 0, timeout=_LIMIT_MS)
        bought = _bitcoin(connection)
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        assert _bitcoin(_reached(qtbot, program)) == bought
    logs = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "logs").glob("*.jsonl"))
    assert "exchange reached" in logs
    assert "forgotten a subscription" not in logs  # nor a subscription that is made again at every start


def test_told_to_stop_while_its_files_open_it_starts_nothing_more(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """An engine that starts after its turn to stop is stopped by nobody, and takes the process down with it."""
    with running_program(qtbot, qapp, tmp_path, wait_until_usable=False) as program:
        core = program.core
        qtbot.waitUntil(lambda: core.operations.storage.is_running, timeout=_LIMIT_MS)
        core.stop()
        qtbot.waitUntil(lambda: core.shutdown.outcome is not None, timeout=_LIMIT_MS)
        assert not core.engine.host.is_running
        assert core.exchange.state == LinkState(LinkPhase.CLOSED)
