"""The practice screen as a user uses it, on the practice exchange in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.log_guard import LogGuard
from tests.ui.screens.practice.conftest import cells
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import Side, limit_order
from upbit_auto_trading.business_logic.ports.exchange import Account
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.config.settings import PRACTICE_MARKET_COUNT, PRACTICE_SPEED, PRACTICE_STARTING_KRW
from upbit_auto_trading.ui.screens.practice.view import PracticeView
from upbit_auto_trading.ui.screens.practice.view_model.outcome import OutcomeKind
from upbit_auto_trading.ui.screens.practice.view_model.state import Phase
from upbit_auto_trading.ui.widgets.table_painter import PADDING, action_rects

_LIMIT_MS = 30_000
_LEFT = Qt.MouseButton.LeftButton


class User:
    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self.qtbot = qtbot
        self.program = program
        program.navigation.show("practice/trade")
        view = program.window.screen_widget("practice")
        assert isinstance(view, PracticeView)
        self.view = view
        self.see(lambda: view.model.state.balances is not None and view.model.state.orders is not None)
        self.see(
            lambda: view.model.state.knows_entries and len(view.model.state.prices) == len(view.model.state.markets)
        )

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=_LIMIT_MS)

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, _LEFT)

    def choose_speed(self, speed: str) -> None:
        segments = self.view.speed
        place = [choice.value for choice in PRACTICE_SPEED.choices].index(speed)
        self.qtbot.mouseClick(segments, _LEFT, pos=segments.rects()[place].center().toPoint())

    def buy(self, funds: str) -> None:
        field = self.view.trade.ticket.amount.field
        field.selectAll()
        self.qtbot.keyClicks(field, funds)
        self.click(self.view.trade.ticket.send)

    def cancel_first(self) -> None:
        table = self.view.trade.orders
        place = len(table.rows_model.columns) - 1
        index = table.rows_model.index(0, place)
        cell = table.visualRect(index).toRectF().adjusted(PADDING, 0, -PADDING, 0)
        (spot,) = action_rects(cell, table.rows_model.columns[place].value(table.rows_model.row_at(0)))
        viewport = table.viewport()
        assert viewport is not None
        self.qtbot.mouseClick(viewport, _LEFT, pos=spot.center().toPoint())

    @property
    def account(self) -> Account:
        connection = self.program.core.exchange.connection
        assert connection is not None
        assert connection.exchange.account is not None
        return connection.exchange.account


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[User]:
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        yield User(qtbot, program)


def test_a_user_buys_cancels_and_is_held_by_the_kill_switch(user: User) -> None:
    trade, model, ticket = user.view.trade, user.view.model, user.view.trade.ticket
    user.buy("100000")
    user.see(lambda: ticket._model.state.outcome is not None)
    outcome = ticket._model.state.outcome
    assert outcome is not None
    assert outcome.kind is OutcomeKind.FILLED
    user.see(lambda: [row for row in cells(trade.balances) if row[0] == "비트코인" and row[3] != "–"])
    user.see(lambda: model.state.fills and model.state.fills[0].order_id == outcome.order_id)
    assert model.state.cash is not None
    spent = Decimal(10_000_000) - model.state.cash
    assert Decimal(100_040) < spent <= Decimal(100_050)  # a remainder too small for a coin's last digit comes back

    bitcoin = Market("practice", "KRW-BTC")
    low = Decimal(int(model.state.prices[bitcoin].price * Decimal("0.5")) // 100_000 * 100_000)
    user.account.place(limit_order("of-another-program", bitcoin, Side.BUY, price=low, quantity=Decimal("0.01")))
    user.see(lambda: cells(trade.orders) and cells(trade.orders)[0][3] == f"{low:,}")
    assert model.state.locked_cash > 0

    user.program.core.engine.stop_entries()
    user.see(lambda: not ticket.send.isEnabled())
    user.cancel_first()
    user.see(lambda: model.state.orders == () and model.state.locked_cash == 0)
    user.qtbot.mouseClick(ticket.side, _LEFT, pos=ticket.side.rects()[1].center().toPoint())
    user.see(lambda: ticket.shares[3].isEnabled())
    user.click(ticket.shares[3])
    user.see(lambda: ticket.send.isEnabled())
    user.click(ticket.send)
    user.see(lambda: model.state.free_of("BTC") == 0)
    user.see(lambda: not ticket._model.state.is_sending)


@pytest.mark.claims(
    "setting:practice.speed",
    "setting:practice.starting_krw",
    "setting:practice.market_count",
)
def test_a_user_changes_the_pace_and_starts_over(user: User) -> None:
    view, settings = user.view, user.program.core.settings
    began_at = user.program.opened.clock.now()
    user.choose_speed("300")
    user.see(lambda: view.model.state.time is not None and view.model.state.time.speed == 300)
    user.see(lambda: view.model.state.time and view.model.state.time.now > began_at + timedelta(minutes=10))
    user.choose_speed("1")
    user.see(lambda: view.model.state.time is not None and view.model.state.time.speed == 1)
    user.click(view.pause)
    user.see(lambda: view.model.state.time is not None and view.model.state.time.is_paused)
    stood_at = view.model.state.time

    settings.set(PRACTICE_STARTING_KRW, 3_000_000)
    settings.set(PRACTICE_MARKET_COUNT, 2)
    user.buy("100000")
    view.show_place("setup")
    user.click(view.setup.money_panel.deposit)
    user.see(lambda: view.model.state.cash is not None and view.model.state.cash > 10_500_000)
    over = view.setup.over_panel.button
    with user.qtbot.waitSignal(over.completed, timeout=_LIMIT_MS):
        user.qtbot.mousePress(over, _LEFT)
    user.qtbot.mouseRelease(over, _LEFT)
    user.see(lambda: len(view.model.state.markets) == 2 and view.model.state.equity == 3_000_000)
    user.see(lambda: view.model.state.fills == ())
    # the new market begins before the time that the old one had reached, and its prices come all the same
    user.see(lambda: view.model.state.time is not None and not view.model.state.time.is_paused)
    assert stood_at is not None
    assert view.model.state.time is not None
    assert view.model.state.time.now < stood_at.now
    user.see(lambda: len(view.model.state.prices) == 2)
    user.see(lambda: len(user.program.screens.dashboard.state.rows) == 2)


@pytest.mark.long
def test_a_damaged_account_is_told_and_starting_over_is_the_way_out(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log.expect("could not be reached")
    state = find_app_paths(tmp_path).practice_state
    state.parent.mkdir(parents=True)
    state.write_text("not a state", encoding="utf-8")
    with running_program(qtbot, qapp, tmp_path, practice=True) as program:
        program.navigation.show("practice/trade")
        view = program.window.screen_widget("practice")
        assert isinstance(view, PracticeView)

        def see(condition: Callable[[], object]) -> None:
            qtbot.waitUntil(lambda: bool(condition()), timeout=2 * _LIMIT_MS)

        see(lambda: view.model.state.phase is Phase.FAILED)
        assert view._error is not None
        assert "not-started" in view._error.details.toPlainText()
        view.show_place("setup")
        see(view.setup.over_panel.button.isEnabled)
        with qtbot.waitSignal(view.setup.over_panel.button.completed, timeout=_LIMIT_MS):
            qtbot.mousePress(view.setup.over_panel.button, _LEFT)
        qtbot.mouseRelease(view.setup.over_panel.button, _LEFT)
        see(lambda: view.model.state.equity == 10_000_000)
