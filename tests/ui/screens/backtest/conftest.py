"""The backtest screen over the desk of the program: real strategies, real candles in a folder, real threads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.data_folder import paths_in
from tests.fakes.fake_clock import FakeClock
from tests.fakes.made_candles import BITCOIN, RIPPLE, all_of, made_series
from tests.fakes.market_data_world import MarketDataWorld, krw_markets
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.coverage import Origin
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.composition_root.backtest_screen import backtest_services
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.candle_files.writing import write_candle_series
from upbit_auto_trading.ui.backtest_services import BacktestServices, StrategyOffer
from upbit_auto_trading.ui.charts.canvas import PRICE
from upbit_auto_trading.ui.charts.layers.markers import MarkerGroup
from upbit_auto_trading.ui.screens.backtest.view import BacktestView
from upbit_auto_trading.ui.screens.backtest.view_model.run import RunPhase

LIMIT_MS = 20_000
ETHER = Market("upbit", "KRW-ETH")
#: of the made candles: a Sunday, 09:00 in Korea
FIRST = datetime(2026, 9, 6, tzinfo=UTC)
COUNT = 6_000


def made(market: Market = BITCOIN, seed: int = 5) -> CandleSeries:
    return made_series(COUNT, market, first=FIRST, seed=seed)


@pytest.fixture(scope="session")
def stored_folder(tmp_path_factory: pytest.TempPathFactory) -> AppPaths:
    """Four days of minutes of two markets; written once, read by all."""
    paths = paths_in(tmp_path_factory.mktemp("backtests") / "data")
    with candles_for_writing(paths, FakeClock()) as store:
        for series in (made(), made(RIPPLE, 6)):
            store.write(series, all_of(series), Origin.EXCHANGE, FakeClock().now())
    return paths


@pytest.fixture(scope="session")
def candle_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("candle-files") / "made.csv"
    write_candle_series(path, made())
    return path


_READ: list[tuple[StrategyOffer, ...]] = []


def _built_in(services: BacktestServices) -> tuple[StrategyOffer, ...]:
    """Read once for all tests: compiling fifteen strategies takes longer than most of them."""
    if not _READ:
        _READ.append(services.built_in())
    return _READ[0]


class World:
    def __init__(self, qtbot: QtBot, folder: Path, paths: AppPaths) -> None:
        self.qtbot = qtbot
        self.settings = SettingsWorld(folder)
        self.data: MarketDataWorld = self.settings.market_data
        self.data.list_markets(krw_markets(5, "upbit"))
        services = backtest_services(paths, FakeClock())
        self.services: BacktestServices = replace(services, built_in=lambda: _built_in(services))
        #: what the next file dialogs answer
        self.answers: list[str] = []
        self.view = self.show()

    def show(self, services: BacktestServices | None = None) -> BacktestView:
        """As after a start: with what was kept."""
        view = BacktestView(self.settings.services, services or self.services, self._open, self._save)
        self.qtbot.addWidget(view)
        view.resize(1208, 566)
        view.show()
        self.view = view
        return view

    def _open(self, _parent: QWidget, _title: Any, _kinds: Any, take: Callable[[str], None]) -> None:
        take(self.answers.pop(0))

    def _save(self, _parent: QWidget, _title: Any, _kinds: Any, _name: str, take: Callable[[str], None]) -> None:
        take(self.answers.pop(0))

    def reach(self) -> None:
        """The window has read what there is, and all that is stored is chosen."""
        self.data.link.start()
        self.see(lambda: self.view.form.strategies.state.current is not None)
        self.see(lambda: self.view.form.candles.state.facts is not None)
        self.choose(self.view.form_panel.candles.presets, "all")
        self.see(lambda: self.view.form.why_not() is None)

    # what a user does

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LIMIT_MS)

    def settle(self) -> None:
        self.see(lambda: not self.settings.operations.running())

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()}: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def choose(self, segments: Any, option: str) -> None:
        place = [known for known, _text in segments.options].index(option)
        self.qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.rects()[place].center().toPoint())

    def choose_by_keys(self, select: Any, option: str) -> None:
        """From the closed list, with the arrows."""
        select.setFocus()
        wanted = [known for known, _text in select.options].index(option)
        key = Qt.Key.Key_Down if wanted > select.currentIndex() else Qt.Key.Key_Up
        while select.currentIndex() != wanted:
            self.qtbot.keyClick(select, key)

    def type(self, field: Any, text: str) -> None:
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def run(self) -> None:
        self.click(self.view.form_panel.button)
        self.see_result()

    def see_result(self) -> None:
        self.see(lambda: self.view.run.state.phase is RunPhase.IDLE and self.view.run.state.finished is not None)
        self.settle()
        self.see(lambda: self.view.result.chart.data is not None)

    def point_at(self, group: MarkerGroup) -> QPoint:
        """Moves the pointer onto a mark; offscreen there is no other pointer than events."""
        canvas = self.view.result.chart.canvas
        at = group.area.center() + canvas.pane(PRICE).rect.topLeft()
        none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        viewport = canvas.viewport()
        event = QMouseEvent(QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), none, none, plain)
        QApplication.sendEvent(viewport, event)
        return at.toPoint()

    def leave_chart(self) -> None:
        viewport = self.view.result.chart.canvas.viewport()
        QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))

    @property
    def marks(self) -> tuple[MarkerGroup, ...]:
        chart = self.view.result.chart
        view = chart.canvas.view_of(PRICE)
        assert view is not None
        return chart.markers.groups(view)

    @property
    def figures(self) -> dict[str, str]:
        return {name: card.value.text() for name, card in self.view.result.figures.cards.items()}

    def cell(self, number: int, column: str) -> str:
        model = self.view.result.table.rows_model
        place = next(at for at, known in enumerate(model.columns) if known.key == column)
        return str(model.index(model.place_of(number), place).data())

    def close(self) -> None:
        self.view.hide()


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path, stored_folder: AppPaths) -> Iterator[World]:
    world = World(qtbot, tmp_path, stored_folder)
    yield world
    world.close()
    stop_operations(world.settings.operations)


@pytest.fixture
def reached(world: World) -> World:
    world.reach()
    return world


def command(paths: AppPaths, out: Path, *words: str) -> dict[str, Any]:
    """What the command writes."""
    assert cli.main(["backtest", *words, "--json", str(out), "--data-dir", str(paths.user_root), "--lang", "en"]) == 0
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def saved(world: World, path: Path) -> dict[str, Any]:
    world.answers.append(str(path))
    world.click(world.view.result.json_button)
    world.see(path.exists)
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
