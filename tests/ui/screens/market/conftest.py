"""The market screen over an exchange and stores in memory, with real threads behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QInputMethodEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.market_data_world import MarketDataWorld, krw_markets, summary_of
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.market import Caution, Market
from upbit_auto_trading.business_logic.domain.stream import StreamState, Topic, TopicKind
from upbit_auto_trading.ui.market_views.markets import MarketsViewModel
from upbit_auto_trading.ui.screens.market.market_table import MarketTable
from upbit_auto_trading.ui.screens.market.view import MarketView
from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerViewModel

LIMIT_MS = 10_000
BTC, ETH, XRP, SOL, DOGE = (Market("practice", f"KRW-{base}") for base in ("BTC", "ETH", "XRP", "SOL", "DOGE"))


class World:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = SettingsWorld(folder)
        self.data: MarketDataWorld = self.settings.market_data
        listed = list(krw_markets(5))
        listed[3] = replace(listed[3], is_warned=True)
        listed[4] = replace(listed[4], cautions=frozenset({Caution.TRADING_VOLUME, Caution.FEW_ACCOUNTS}))
        self.data.list_markets(listed)
        self.view = self.show()

    def show(self) -> MarketView:
        """As after a start: with what was kept."""
        services = self.settings.services
        model = MarketsViewModel(self.data.services, services.layouts)
        view = MarketView(model, ScreenerViewModel(services, model), services)
        self.qtbot.addWidget(view)
        view.resize(1192, 600)
        view.list.table.rows_model.sort_at_most_every(0)  # one test is about the pause; the others need not wait
        view.show()
        self.view = view
        return view

    def reach(self) -> None:
        self.data.connection.streams.current = {Topic(TopicKind.PRICES, BTC): StreamState.LIVE}
        self.data.link.start()
        self.see(lambda: self.view.model.state.total == 5)
        self.data.tell(
            summary_of(BTC, "143285000", before="141500000", turnover="384200000000", at=self.now),
            summary_of(ETH, "4872000", before="5000000", turnover="120000000000", at=self.now),
            summary_of(XRP, "3215", before="3215", turnover="90000000000", at=self.now),
            summary_of(SOL, "231400", before="200000", turnover="5000000000", at=self.now),
            summary_of(DOGE, "287", before="280", turnover="800000000", at=self.now),
        )
        self.see(lambda: len(self.view.model.state.rows) == 5 and self.table.rows_model.is_sorted)
        self.see(lambda: self.table.isVisible())

    @property
    def now(self) -> Any:
        return self.settings.clock.now()

    @property
    def table(self) -> MarketTable:
        return self.view.list.table

    @property
    def codes(self) -> list[str]:
        return [row.market.base for row in self.table.rows_model.rows] if self.table.isVisible() else []

    def cell(self, code: str, column: str) -> str:
        model = self.table.rows_model
        place = next(at for at, known in enumerate(model.columns) if known.key == column)
        row = next(at for at, known in enumerate(model.rows) if known.market.base == code)
        return str(model.index(row, place).data())

    # what a user does

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LIMIT_MS)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()}: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def click_header(self, column: str) -> None:
        place = next(at for at, known in enumerate(self.table.rows_model.columns) if known.key == column)
        header = self.table.horizontalHeader()
        assert header is not None
        viewport = header.viewport()
        assert viewport is not None
        spot = QPoint(header.sectionViewportPosition(place) + 20, header.height() // 2)
        self.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)

    def choose(self, segments: Any, option: str) -> None:
        place = [known for known, _text in segments.options].index(option)
        self.qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.rects()[place].center().toPoint())

    def choose_tab(self, tab: str) -> None:
        self.choose_in(self.view.list.tabs, tab)

    def choose_in(self, tabs: Any, tab: str) -> None:
        place = [known for known, _text in tabs.options].index(tab)
        self.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.rects()[place].center().toPoint())

    def choose_by_keys(self, select: Any, option: str) -> None:
        """From the closed list, with the arrows."""
        select.setFocus()
        wanted = [known for known, _text in select.options].index(option)
        key = Qt.Key.Key_Down if wanted > select.currentIndex() else Qt.Key.Key_Up
        while select.currentIndex() != wanted:
            self.qtbot.keyClick(select, key)

    def type(self, widget: QWidget, text: str) -> None:
        """Hangul comes from an input method, as it does for a user."""
        widget.setFocus()
        if text.isascii():
            self.qtbot.keyClicks(widget, text)
            return
        composed = QInputMethodEvent()
        composed.setCommitString(text)
        QApplication.sendEvent(widget, composed)

    def close(self) -> None:
        self.view.hide()


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[World]:
    world = World(qtbot, tmp_path)
    yield world
    world.close()
    stop_operations(world.settings.operations)


@pytest.fixture
def reached(world: World) -> World:
    world.reach()
    return world
