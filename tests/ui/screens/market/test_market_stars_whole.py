"""Watch lists in the real program: what was starred is there after a restart; what was lost is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.log_guard import LogGuard
from tests.whole_program import running_program
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.market_views.markets import WATCHED
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.screens.market.view import MarketView


def market_view(qtbot: QtBot, program: DesktopProgram) -> MarketView:
    program.navigation.show("market")
    view = cast(MarketView, program.window.screen_widget("market"))
    qtbot.waitUntil(lambda: view.side.market is not None and program.services.market_data.watch_lists.is_known)
    return view


def test_stars_outlive_a_restart_and_each_window_has_a_book_of_its_own(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        view = market_view(qtbot, program)
        view.list.table.setFocus()
        qtbot.keyClick(view.list.table, Qt.Key.Key_Space)
        starred = program.services.market_data.watch_lists.current.markets
        assert starred == (view.side.market,)
        assert view.side.board is not program.services.market_data.board
        qtbot.waitUntil(lambda: not program.core.operations.running())
    with running_program(qtbot, qapp, tmp_path) as program:
        view = market_view(qtbot, program)
        tabs = view.list.tabs
        place = [tab for tab, _text in tabs.options].index(WATCHED)
        qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.rects()[place].center().toPoint())
        qtbot.waitUntil(lambda: [row.market for row in view.list.table.rows_model.rows] == list(starred))


def test_a_star_that_could_not_be_kept_is_told(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, expected_log: LogGuard
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        view = market_view(qtbot, program)
        lists = program.services.market_data.watch_lists
        expected_log.expect("the watch lists could not be written")
        with closing(sqlite3.connect(program.opened.paths.settings_database)) as file:
            file.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON watch_list_market BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            file.commit()
        market = view.side.market
        assert market is not None
        lists.toggle(market)
        qtbot.waitUntil(lambda: any(one.level is NoticeLevel.ERROR for one in program.notices.all()))
        qtbot.waitUntil(lambda: not lists.is_starred(market))
