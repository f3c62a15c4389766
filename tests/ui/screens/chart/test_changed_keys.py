"""Keys that a chart takes itself are the user's own at once: what was changed works, what it was before does not."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from tests.ui.screens.chart.conftest import BTC, World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.drawing import Anchor
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.design.keys import ShortcutRefused

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(world: World) -> World:
    world.reach()
    world.see_candles(BTC, CandleUnit.MINUTES_15)
    return world


@pytest.mark.claims("shortcut:undo", "shortcut:redo")
def test_undo_and_redo(opened: World) -> None:
    keys, canvas = opened.settings.services.shortcuts, opened.view.grid.current.canvas
    opened.view.drawings.add(BTC, Tool.HORIZONTAL, (Anchor(float(canvas.time.end), 1_000_000.0),))

    def count() -> int:
        return len(opened.view.drawings.shown(BTC))

    canvas.setFocus()
    opened.qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    assert count() == 0
    opened.qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert count() == 1
    keys.change("undo", "Ctrl+U")
    keys.change("redo", "Ctrl+R")
    opened.qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    assert count() == 1
    opened.qtbot.keyClick(canvas, Qt.Key.Key_U, CONTROL)
    assert count() == 0
    opened.qtbot.keyClick(canvas, Qt.Key.Key_R, CONTROL)
    assert count() == 1
    with pytest.raises(ShortcutRefused, match="Undo"):
        keys.change("pan_left", "Ctrl+U")


@pytest.mark.claims("shortcut:pan_left", "shortcut:pan_right")
def test_panning(opened: World) -> None:
    keys, canvas = opened.settings.services.shortcuts, opened.view.grid.current.canvas
    canvas.setFocus()
    keys.change("pan_left", "Ctrl+U")
    keys.change("pan_right", "Ctrl+R")
    start = canvas.time.start
    opened.qtbot.keyClick(canvas, Qt.Key.Key_Left, CONTROL)
    assert canvas.time.start == start
    opened.qtbot.keyClick(canvas, Qt.Key.Key_U, CONTROL)
    assert canvas.time.start < start
    opened.qtbot.keyClick(canvas, Qt.Key.Key_R, CONTROL)
    assert canvas.time.start == pytest.approx(start)
