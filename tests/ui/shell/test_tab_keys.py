"""The keys for the next tab: of those around the focus, on every screen, and the user's own at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.shell.test_whole_window import CONTROL, press
from tests.whole_program import running_program
from upbit_auto_trading.ui.design.keys import ShortcutRefused
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Language


def seen_tabs(screen: QWidget) -> list[Tabs]:
    return [one for one in screen.findChildren(Tabs) if one.isVisible()]


def test_the_tabs_around_the_focus_move_on_and_by_the_users_own_keys(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """On every screen with tabs; the keys are offered in Settings, and the help page tells them."""
    with running_program(qtbot, qapp, tmp_path) as program:
        program.navigation.show("market")
        view = program.window.screen_widget("market")
        both = (view.list.tabs, view.side.tabs)  # type: ignore[attr-defined]
        # what the screen is made of may still be loaded
        qtbot.waitUntil(lambda: all(tabs.isVisible() for tabs in both))
        for place, tabs in enumerate(both):
            before = [one.current for one in both]
            tabs.setFocus()
            press(qtbot, program, Qt.Key.Key_Tab, CONTROL)
            assert [one.current != known for one, known in zip(both, before, strict=True)] == [place == 0, place == 1]
        program.core.shortcuts.change("next_tab", "Ctrl+J")
        for screen in ("monitor", "settings/market_data"):
            program.navigation.show(screen)
            shown = program.window.screen_widget(screen.partition("/")[0])
            qtbot.waitUntil(lambda shown=shown: bool(seen_tabs(shown)))  # type: ignore[misc]
            [tabs] = seen_tabs(shown)
            before_key = tabs.current
            press(qtbot, program, Qt.Key.Key_Tab, CONTROL)
            assert tabs.current == before_key, "the key is another now"
            press(qtbot, program, Qt.Key.Key_J, CONTROL)
            qtbot.waitUntil(lambda tabs=tabs, known=before_key: tabs.current != known)  # type: ignore[misc]
        program.navigation.show("settings/shortcuts")
        page = program.window.screen_widget("settings").page  # type: ignore[attr-defined]
        assert set(page.lines) == set(program.core.shortcuts.usable)
        assert {"undo", "redo", "next_tab", "previous_tab", "primary_action", "pan_left"} <= set(page.lines)
        with pytest.raises(ShortcutRefused):
            program.core.shortcuts.change("undo", "Ctrl+J")
        program.navigation.show("help/keys")
        text = program.window.screen_widget("help").model.text("keys", Language.ENGLISH)  # type: ignore[attr-defined]
        assert "| Ctrl+J | Next tab |" in text
        assert "| Ctrl+Z | Undo |" in text
