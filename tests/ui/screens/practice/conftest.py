"""The practice screen over an exchange in memory, with real threads behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START
from tests.fakes.practice_account import BTC, ETH, PRICE, FakePracticeConnection, account_events
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.stream import AccountEvent, StreamState, Topic, TopicKind
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount, after
from upbit_auto_trading.business_logic.ports.practice import CandleFile, CandleSpan, PracticeWorld
from upbit_auto_trading.ui.runtime.background_lane import BACKGROUND_THREADS
from upbit_auto_trading.ui.runtime.exchange_link import ExchangeLink
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.screens.practice.view import PracticeView
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.ticket import TicketModel
from upbit_auto_trading.ui.screens.practice.view_model.world import WorldModel
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.utils.bilingual_text import Text

LIMIT_MS = 10_000
SPAN = CandleSpan(1_440, START, START)


class World:
    """``ahead`` says how each opening ends: a connection or an error."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings_world = SettingsWorld(folder)
        self.services = self.settings_world.services
        self.clock = self.settings_world.clock
        self.connection = FakePracticeConnection()
        self.ahead: list[FakePracticeConnection | Exception] = [self.connection]
        self.link = ExchangeLink(Text("여는 중", "Opening"), self._open, self.services.operations)
        self.started_over: list[PracticeWorld] = []
        self.file_error: Exception | None = None
        self.checked: list[CandleFile] = []
        self.chosen_path = ""
        self.model = PracticeViewModel(self.services, self.link)
        self.world = WorldModel(self.services, self.link, self._check, self.started_over.append)
        self.ticket = TicketModel(self.services, self.model)
        self.view = PracticeView(self.model, self.world, self.ticket, self.services, self._choose)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 560)
        self.view.show()
        self.account = OwnAccount()

    def _open(self, _context: OperationContext) -> Any:
        end = self.ahead.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    def _check(self, file: CandleFile) -> CandleSpan:
        self.checked.append(file)
        if self.file_error is not None:
            raise self.file_error
        return SPAN

    def _choose(self, _parent: QWidget, _title: str, take: Callable[[str], None]) -> None:
        take(self.chosen_path)

    # what happens around it

    def reach(self) -> None:
        """Opened, streams live, balances and orders told, prices there, entries allowed."""
        self.connection.streams.current = {Topic(TopicKind.OWN_ORDERS): StreamState.LIVE}
        self.link.start()
        self.see(lambda: self.model.state.is_live)
        self.tell(*account_events(self.connection.owner))
        self.price(BTC, PRICE)
        self.price(ETH, Decimal(5_000_000))
        self.model.show_entry_gate(None)
        self.see(lambda: self.model.state.orders is not None and self.model.state.time is not None)

    def tell(self, *events: AccountEvent) -> None:
        for event in events:
            self.account = after(self.account, event)
        self.model.show_account(self.account)

    def price(self, market: Market, price: Decimal) -> None:
        self.model.take_prices((LastPrice(market, price, price, self.clock.now()),))

    def hold(self, currency: str, free: str) -> None:
        held = self.connection.owner.held
        held[currency] = replace(held[currency], free=Decimal(free))
        self.tell(*account_events(self.connection.owner))

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Every thread for other work has some, and more of it waits."""
        over, operations = threading.Event(), self.services.operations
        handles = [
            operations.run_in_background(Operation(Text("뭔가", "Something"), lambda _context: over.wait(30)))
            for _ in range(BACKGROUND_THREADS + 2)
        ]
        try:
            yield
            assert not any(handle.is_finished for handle in handles)
        finally:
            over.set()

    # what a user does and sees

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LIMIT_MS)

    def click(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def choose(self, segments: Any, option: str) -> None:
        """By the pointer, as a user does."""
        place = [known for known, _text in segments._options].index(option)
        self.qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.rects()[place].center().toPoint())

    def type_amount(self, amount: str) -> None:
        field = self.view.trade.ticket.amount.field
        field.selectAll()
        self.qtbot.keyClicks(field, amount)

    def press_in_row(self, table: DataTable, row: int, name: str) -> None:
        """A button painted in a row, by its word."""
        from upbit_auto_trading.ui.widgets.table_painter import PADDING, action_rects

        model = table.rows_model
        place = next(at for at, column in enumerate(model.columns) if column.key == "action")
        index = model.index(row, place)
        table.scrollTo(index)
        actions = model.columns[place].value(model.row_at(row))
        cell = table.visualRect(index).toRectF().adjusted(PADDING, 0, -PADDING, 0)
        spot = action_rects(cell, actions)[[action.id for action in actions].index(name)]
        viewport = table.viewport()
        assert viewport is not None
        self.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot.center().toPoint())

    @property
    def send(self) -> Button:
        return self.view.trade.ticket.send

    @property
    def notices(self) -> list[str]:
        return [notice.title.ko for notice in self.services.notices.all()]


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def cells(table: DataTable) -> list[list[str]]:
    model = table.rows_model
    columns = range(len(model.columns))
    return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[World]:
    world = World(qtbot, tmp_path)
    yield world
    world.connection.owner.may_go_on.set()
    world.view.hide()
    stop_operations(world.services.operations)


@pytest.fixture
def reached(world: World) -> World:
    world.reach()
    return world
