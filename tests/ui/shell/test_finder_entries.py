"""Ctrl+K: every entry that is offered does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QListWidgetItem
from pytestqt.qtbot import QtBot

from tests.whole_program import running_program
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.settings import ALL_SETTINGS
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import ThemeName, current_theme
from upbit_auto_trading.ui.screens.chart.view import ChartView
from upbit_auto_trading.ui.screens.settings.view import SettingsView, setting_place
from upbit_auto_trading.ui.shell.finder import Findable
from upbit_auto_trading.utils.bilingual_text import Language

#: pages, markets, commands and settings of this version
_LEAST_ENTRIES = 4 + 5 + 4 + 15


def choose(qtbot: QtBot, program: DesktopProgram, kind: str, title: str) -> None:
    """By its English title; the finder is opened as a click opens it, and the entry taken with Enter."""
    qtbot.mouseClick(program.window.top_bar.search, Qt.MouseButton.LeftButton)
    finder = program.wiring.finder
    assert finder is not None
    finder.field.setText(title)
    for row in range(finder.results.count()):
        item = finder.results.item(row)
        assert isinstance(item, QListWidgetItem)
        found = item.data(Qt.ItemDataRole.UserRole)
        assert isinstance(found, Findable)
        if (found.kind.en, found.title.en) == (kind, title):
            finder.results.setCurrentRow(row)
            qtbot.keyClick(finder.field, Qt.Key.Key_Return)
            return
    raise AssertionError(f"{kind} {title} was not found")


def titles(program: DesktopProgram, kind: str) -> list[str]:
    return [item.title.en for item in program.screens.findables(program.appearance) if item.kind.en == kind]


@pytest.mark.claims("finder:Page", "finder:Market", "finder:Setting")
def test_pages_markets_and_settings_are_reached(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        assert len(program.screens.findables(program.appearance)) >= _LEAST_ENTRIES
        entries = {entry.title.en: entry.id for entry in program.screens.entries}
        assert set(titles(program, "Page")) == set(entries)
        for title, screen in entries.items():
            choose(qtbot, program, "Page", title)
            assert program.navigation.current == screen
        qtbot.waitUntil(lambda: len(program.screens.dashboard.state.rows) == 5)
        reached = set()
        for title in titles(program, "Market"):
            choose(qtbot, program, "Market", title)
            assert program.navigation.current == "chart"
            reached.add(cast(ChartView, program.window.screen_widget("chart")).model.state.chosen.market)
        assert len(reached) == 5
        groups = {setting.title.en: setting_place(setting).split("/")[1] for setting in ALL_SETTINGS}
        assert groups["Market data limit"] == "market_data"  # the one group that is shown elsewhere
        assert set(titles(program, "Setting")) == set(groups)
        for title, group in groups.items():
            choose(qtbot, program, "Setting", title)
            view = program.window.screen_widget("settings")
            assert isinstance(view, SettingsView)
            assert (program.navigation.current, view.current_section) == ("settings", group)


@pytest.mark.claims(
    "finder:Command",
    "finder:Command:Switch theme",
    "finder:Command:Switch to Korean (한국어)",
    "finder:Command:Check the program",
    "finder:Command:Quit the program",
)
def test_commands_do_what_they_say(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, language=Language.ENGLISH) as program:
        dark = program.theme.name
        choose(qtbot, program, "Command", "Switch theme")
        assert program.theme.name is not dark
        choose(qtbot, program, "Command", "Switch to Korean (한국어)")
        qtbot.waitUntil(lambda: program.window.top_bar.title.text() == "대시보드")
        choose(qtbot, program, "Command", "Check the program")
        assert program.navigation.current == "monitor"
        with qtbot.waitSignal(program.core.shutdown.finished, timeout=30_000):
            choose(qtbot, program, "Command", "Quit the program")
    language_state().set_language(Language.KOREAN)
    current_theme().apply(ThemeName.DARK)
