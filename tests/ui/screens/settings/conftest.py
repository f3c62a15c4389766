"""The settings screen with everything it is given, as a user meets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt, pyqtBoundSignal
from PyQt6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.screens.settings.view import SettingsView
from upbit_auto_trading.utils.bilingual_text import Language

# The offscreen platform says this about every window; it concerns no window of ours.
_OFFSCREEN_NOTE = "This plugin does not support propagateSizeHints"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(_OFFSCREEN_NOTE))


class User:
    """Clicks and types; waits for what is shown, never for time."""

    def __init__(self, qtbot: QtBot, world: SettingsWorld) -> None:
        self.qtbot = qtbot
        self.world = world
        self.view = SettingsView(world.services)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 640)

    def open(self, place: str) -> None:
        self.view.show_place(place)
        self.view.show()
        self.see(lambda: self.view.page.isVisible())
        self.settle()

    def settle(self) -> None:
        """Until all that was asked for is answered."""
        self.qtbot.waitUntil(lambda: not self.world.operations.running())

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()}: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def type(self, widget: QWidget, text: str) -> None:
        assert widget.isVisible()
        widget.setFocus()
        self.qtbot.keyClicks(widget, text)

    def press(self, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        self.qtbot.keyClick(widget, key, held)

    def hold(self, widget: QWidget, completed: pyqtBoundSignal) -> None:
        """Press a hold button until it acts."""
        assert widget.isVisible()
        assert widget.isEnabled(), widget.toolTip()
        with self.qtbot.waitSignal(completed):
            self.qtbot.mousePress(widget, Qt.MouseButton.LeftButton)
        self.qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def world(tmp_path: Path, qtbot: QtBot) -> Iterator[SettingsWorld]:
    world = SettingsWorld(tmp_path)
    yield world
    stop_operations(world.operations)


@pytest.fixture(autouse=True)
def looks(qapp: QApplication) -> Iterator[Theme]:
    """Korean and dark at first, and again afterwards: the look is the program's, not a widget's."""
    language_state().set_language(Language.KOREAN)
    theme = current_theme()
    theme.apply(ThemeName.DARK)
    yield theme
    language_state().set_language(Language.KOREAN)
    theme.apply(ThemeName.DARK)


@pytest.fixture
def user(qtbot: QtBot, world: SettingsWorld) -> Iterator[User]:
    """At the end the dialogs are closed, as a user would: a window of their own, each outlives the view."""
    user = User(qtbot, world)
    yield user
    for dialog in user.view.findChildren(QDialog):
        dialog.reject()
