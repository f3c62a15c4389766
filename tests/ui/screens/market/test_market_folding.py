"""Order book and trades of the selected market, folded and found so after a restart."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from tests.ui.screens.market.conftest import World
from upbit_auto_trading.ui.screens.market.market_side import DETAILS, MEMORY
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT


def test_what_is_folded_is_found_so_after_a_restart(reached: World) -> None:
    side = reached.view.side
    button = side.book.toggle_button
    assert button is not None
    sizes = side.splitter.sizes()
    button.setFocus()
    reached.qtbot.keyClick(button, Qt.Key.Key_Space)
    folded = [FOLDED_HEIGHT, sum(sizes) - FOLDED_HEIGHT]
    reached.see(lambda: side.splitter.sizes() == folded)
    kept = reached.settings.services.layouts.read_values(MEMORY)
    assert (kept["folded"], kept["sizes"]) == (["book"], sizes), "written at once: a crash loses nothing"
    reached.choose_in(side.tabs, DETAILS)  # writes what is kept again
    reached.choose_in(side.tabs, "book")
    reached.view.hide()
    again = reached.show().side
    reached.see(lambda: again.splitter.sizes() == folded)
    assert (again.book.is_collapsed, again.tape.is_collapsed) == (True, False)
    assert again.book.toggle_button is not None
    reached.qtbot.mouseClick(again.book.toggle_button, Qt.MouseButton.LeftButton)
    reached.see(lambda: again.splitter.sizes() == sizes)
