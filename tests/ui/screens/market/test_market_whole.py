"""Market data in the real program: found, downloaded, cancelled, gone on with after a restart, kept fresh."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.screens.settings.test_settings_market_data import cells
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.live_candle import FreshnessState
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadPhase
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.forms.day_text import shown_day
from upbit_auto_trading.ui.market_views.markets import SCREENER
from upbit_auto_trading.ui.screens.market.view import MarketView
from upbit_auto_trading.ui.screens.settings.sections.market_data_page import MarketDataPage
from upbit_auto_trading.ui.screens.settings.view import SettingsView

_LIMIT_MS = 90_000
#: a week of minutes is 51 requests: long enough to be stopped on the way
_DAYS = 7


def market_view(qtbot: QtBot, program: DesktopProgram) -> MarketView:
    program.navigation.show("market")
    view = cast(MarketView, program.window.screen_widget("market"))
    qtbot.waitUntil(lambda: view.list.table.rows_model.rowCount() > 0, timeout=_LIMIT_MS)
    return view


@contextmanager
def page_of(qtbot: QtBot, qapp: QApplication, folder: Path, part: str) -> Iterator[MarketDataPage]:
    """The section in a program with the practice exchange, once that has been reached."""
    with running_program(qtbot, qapp, folder, practice=True) as program:
        program.navigation.show(f"settings/market_data/{part}")
        view = cast(SettingsView, program.window.screen_widget("settings"))
        page = view.page
        assert isinstance(page, MarketDataPage)
        qtbot.waitUntil(lambda: bool(page.downloads_model.state.markets), timeout=_LIMIT_MS)
        yield page


def choose_market(qtbot: QtBot, picker: object, typed: str) -> None:
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    field = picker.finder.field  # type: ignore[attr-defined]
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_screener_finds_markets_among_live_prices(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        view = market_view(qtbot, program)
        table = view.list.table.rows_model
        qtbot.waitUntil(lambda: len(table.rows) == 5 and all(row.price for row in table.rows))
        tabs = view.list.tabs  # the screener lies behind its tab
        place = [tab for tab, _text in tabs.options].index(SCREENER)
        qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.rects()[place].center().toPoint())
        choice = view.screener.add
        choice.setFocus()
        qtbot.keyClick(choice, Qt.Key.Key_Down)
        assert choice.picker is not None
        qtbot.keyClicks(choice.picker.field, "price")
        qtbot.keyClick(choice.picker.field, Qt.Key.Key_Return)
        qtbot.mouseClick(view.screener.add_button, Qt.MouseButton.LeftButton)
        field = view.screener.rows[0].values[0].input.field  # type: ignore[attr-defined]
        field.selectAll()
        qtbot.keyClicks(field, "1000000")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: {row.market.base for row in table.rows} == {"BTC", "ETH"})
        assert view.list.figures.text() == "5개 중 2개"
        field.selectAll()
        qtbot.keyClicks(field, "200000")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: {row.market.base for row in table.rows} == {"BTC", "ETH", "SOL"})


@pytest.mark.long
def test_a_download_is_cancelled_goes_on_and_outlives_a_restart(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with page_of(qtbot, qapp, tmp_path, "downloads") as page:
        form, model = page.download_form, page.downloads_model
        choose_market(qtbot, form.market, "btc")
        qtbot.waitUntil(lambda: model.state.plan is not None)
        begin = model.state.plan
        assert begin is not None
        page.downloads_model.type_from(shown_day(begin.request.span.end - timedelta(days=_DAYS))[:10])
        qtbot.waitUntil(form.start.isEnabled)
        assert "요청" in form.line.label.text()
        qtbot.mouseClick(form.start, Qt.MouseButton.LeftButton)

        def entry() -> DownloadEntry:
            return model.entries[0]

        qtbot.waitUntil(lambda: bool(model.entries) and entry().progress.done >= 3, timeout=_LIMIT_MS)
        assert entry().phase is DownloadPhase.RUNNING
        model.cancel(entry().number)
        qtbot.waitUntil(lambda: entry().phase is DownloadPhase.CANCELLED)
        stored = entry().progress.candles
        assert stored > 0
        qtbot.waitUntil(lambda: bool(page.stored_model.state.series))
        model.retry(entry().number)
        qtbot.waitUntil(
            lambda: entry().phase is DownloadPhase.RUNNING and entry().progress.done >= 2, timeout=_LIMIT_MS
        )
        missing = entry().progress.pages
        assert missing < begin.requests
    with page_of(qtbot, qapp, tmp_path, "downloads") as page:
        model = page.downloads_model
        qtbot.waitUntil(
            lambda: bool(model.entries) and model.entries[0].phase is DownloadPhase.COMPLETE, timeout=_LIMIT_MS
        )
        assert "받았어요" in page.queue.outcome.text()

        def stored_minutes() -> int:
            series = page.stored_model.state.series or ()
            return max((one.candles for one in series if one.unit is CandleUnit.MINUTE), default=0)

        qtbot.waitUntil(lambda: stored_minutes() > (_DAYS - 1) * 1_440 * 0.5)
        assert cells(page.stored.table)


@pytest.mark.long
def test_a_series_that_is_kept_becomes_fresh(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with page_of(qtbot, qapp, tmp_path, "kept") as page:
        kept = page.kept
        choose_market(qtbot, kept.market, "eth")
        qtbot.mouseClick(kept.add, Qt.MouseButton.LeftButton)

        def state() -> FreshnessState | None:
            rows = page.kept_model.state.rows or ()
            row = next((one for one in rows if one.series.market.base == "ETH"), None)
            return None if row is None or row.freshness is None else row.freshness.state

        qtbot.waitUntil(lambda: state() is FreshnessState.FRESH, timeout=_LIMIT_MS)
        assert any(row[0] and row[1] == "1분" for row in cells(kept.table))
