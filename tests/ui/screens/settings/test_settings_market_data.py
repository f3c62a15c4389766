"""Market data in the settings: what is stored, what is kept up to date, files, and how long candles are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from tests.fakes.fake_clock import START
from tests.fakes.market_data_world import MarketDataWorld
from tests.fakes.practice_account import BTC, ETH
from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy, DiskFull, InvalidParameter
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleFreshness,
    CandleFreshnessChanged,
    FreshnessState,
)
from upbit_auto_trading.business_logic.ports.candle_store import Refused
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries
from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
from upbit_auto_trading.ui.screens.settings.sections.market_data_page import MarketDataPage
from upbit_auto_trading.ui.widgets.table import DataTable

MINUTE, DAY = CandleUnit.MINUTE, CandleUnit.DAY
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def data(world: SettingsWorld) -> MarketDataWorld:
    return world.market_data


def page(user: User) -> MarketDataPage:
    shown = user.view.page
    assert isinstance(shown, MarketDataPage)
    return shown


def connect(user: User, data: MarketDataWorld) -> None:
    data.link.start()
    user.see(lambda: data.link.connection is not None)


def cells(table: DataTable) -> list[list[str]]:
    model = table.rows_model
    columns = range(len(model.columns))
    return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]


def press_in_row(user: User, table: DataTable, row: int, action: str) -> None:
    """A button painted in a row."""
    from upbit_auto_trading.ui.widgets.table_painter import PADDING, action_rects

    model = table.rows_model
    place = next(at for at, column in enumerate(model.columns) if column.key == "action")
    index = model.index(row, place)
    table.scrollTo(index)
    actions = model.columns[place].value(model.row_at(row))
    cell = table.visualRect(index).toRectF().adjusted(PADDING, 0, -PADDING, 0)
    spot = action_rects(cell, actions)[[one.id for one in actions].index(action)]
    viewport = table.viewport()
    assert viewport is not None
    user.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot.center().toPoint())


def pick(user: User, picker: QWidget, typed: str) -> None:
    """Opens the list with the keyboard, finds and chooses."""
    picker.setFocus()
    user.qtbot.keyClick(picker, Qt.Key.Key_Return)
    finder = picker.finder  # type: ignore[attr-defined]
    user.qtbot.keyClicks(finder.field, typed)
    user.qtbot.keyClick(finder.field, Qt.Key.Key_Return)


# what is stored


def test_an_empty_store_leads_to_downloads(user: User, data: MarketDataWorld) -> None:
    user.open("market_data")
    stored = page(user).stored
    assert stored.empty.isVisible()
    assert not stored.delete.isEnabled()
    assert stored.empty.button is not None
    user.click(stored.empty.button)
    assert page(user).download_form.isVisible()
    assert not stored.isVisible()


def test_each_series_says_what_is_known_of_it(user: User, data: MarketDataWorld) -> None:
    data.store(BTC, MINUTE, FIRST, 600)
    data.store(BTC, MINUTE, FIRST + timedelta(minutes=1000), 200)
    data.store(ETH, DAY, FIRST, 10)
    data.file_size = 4_000_000_000
    connect(user, data)
    user.open("market_data/stored")
    stored = page(user).stored
    assert stored.used.text() == "4GB 사용 · 한도 10GB"
    assert stored.meter.fraction == pytest.approx(0.4)
    btc, eth = cells(stored.table)
    assert btc[:7] == ["비트코인", "1분", "2026-11-01 – 2026-11-02", "800", "66.6%", "1", "거래소"]
    assert eth[:6] == ["이더리움", "일", "2026-11-01 – 2026-11-10", "10", "100%", "0"]
    tip = stored.table.rows_model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "2026-11-01 09:00 – 2026-11-02 04:59"


def test_a_series_is_deleted_only_when_the_button_is_held(user: User, data: MarketDataWorld) -> None:
    data.store(BTC, MINUTE, FIRST, 600)
    data.store(BTC, DAY, FIRST, 10)
    user.open("market_data/stored")
    stored = page(user).stored
    assert not stored.delete.isEnabled()
    assert "먼저" in stored.delete.toolTip()
    stored.table.select_key((BTC, MINUTE))
    user.click(stored.delete)
    user.settle()
    assert len(data.candles.inventory()) == 2
    user.hold(stored.delete, stored.delete.completed)
    user.settle()
    assert [(one.market, one.unit) for one in data.candles.inventory()] == [(BTC, DAY)]
    assert stored.line.label.text() == "캔들 600개를 지웠어요."
    assert [row[1] for row in cells(stored.table)] == ["일"]


def test_cleaning_up_and_compacting_say_what_they_did(user: User, data: MarketDataWorld) -> None:
    data.store(BTC, MINUTE, FIRST, 600)
    user.open("market_data/stored")
    stored = page(user).stored
    user.click(stored.clean)
    user.settle()
    assert stored.line.label.text() == "정리할 것이 없어요."
    data.oldest = {MINUTE: timedelta(days=1)}
    user.click(stored.clean)
    user.settle()
    assert "구간을 정리했어요" in stored.line.label.text()
    data.store(ETH, MINUTE, FIRST, 60)
    page(user).load()
    user.settle()
    user.click(stored.compact)
    user.settle()
    assert "압축했어요" in stored.line.label.text()


def test_what_fails_is_said_and_the_list_stays(user: User, data: MarketDataWorld) -> None:
    data.store(BTC, MINUTE, FIRST, 600)
    data.inventory_failure = DatabaseBusy("market_data.sqlite3")
    user.open("market_data/stored")
    stored = page(user).stored
    assert stored.list_error.isVisible()
    assert not stored.loading.isVisible()
    data.inventory_failure = None
    page(user).load()
    user.settle()
    assert not stored.list_error.isVisible()
    assert len(cells(stored.table)) == 1


# what is kept up to date


def test_a_series_is_kept_and_no_longer(user: User, world: SettingsWorld, data: MarketDataWorld) -> None:
    connect(user, data)
    user.open("market_data/kept")
    kept = page(user).kept
    assert kept.empty.isVisible()
    assert not kept.add.isEnabled()
    pick(user, kept.market, "BTC")
    user.click(kept.add)
    user.settle()
    assert world.kept_series.kept() == (KeptSeries(BTC, MINUTE),)
    assert cells(kept.table)[0][:2] == ["비트코인", "1분"]
    pick(user, kept.market, "BTC")
    assert not kept.add.isEnabled()
    assert "이미" in kept.add.toolTip()
    press_in_row(user, kept.table, 0, "remove")
    user.settle()
    assert world.kept_series.kept() == ()
    assert kept.empty.isVisible()


def test_freshness_of_what_is_kept_is_shown_as_it_changes(
    user: User, world: SettingsWorld, data: MarketDataWorld
) -> None:
    world.kept_series.add(KeptSeries(BTC, MINUTE))
    user.open("market_data/kept")
    table = page(user).kept.table
    column = next(column for column in table.rows_model.columns if column.key == "state")

    def word() -> str:
        return str(column.value(table.rows_model.row_at(0)).text.ko)

    assert word() == "연결 기다림"
    for state, shown in ((FreshnessState.FILLING, "채우는 중"), (FreshnessState.FRESH, "최신")):
        data.freshness.take((CandleFreshnessChanged(BTC, MINUTE, CandleFreshness(state, START)),))
        assert word() == shown
    data.freshness.take((CandleFreshnessChanged(BTC, MINUTE, CandleFreshness(FreshnessState.STALE, START, "down")),))
    world.clock.advance(12)
    assert word() == "12초 늦음"
    data.freshness.forget()
    assert word() == "연결 기다림"


# files


def take_path(path: str) -> object:
    return lambda *arguments: arguments[-1](path)


def test_a_file_is_imported_and_what_went_in_is_told(user: User, data: MarketDataWorld) -> None:
    connect(user, data)
    user.open("market_data/files")
    panel = page(user).import_panel
    panel._choose = take_path("/x/btc.csv")  # type: ignore[assignment]
    assert not panel.button.isEnabled()
    pick(user, panel.market, "BTC")
    span = Span(FIRST, FIRST + timedelta(days=1))
    data.import_report = ImportReport(span, 1_400, 2, 40, FIRST, 3, (Refused(FIRST, "high-too-low"),))
    user.click(panel.button)
    user.settle()
    assert data.read == [("/x/btc.csv", BTC, MINUTE)]
    told = panel.line.label.text()
    assert "새 캔들 1,400개" in told
    assert "다른 40개는 그대로" in told
    assert "끝나지 않은 3개" in told
    assert cells(panel.refused) == [["2026-11-01 09:00:00", "고가가 다른 가격보다 낮아 넣지 않았어요."]]


def test_a_bad_row_is_named_whole_and_nothing_is_stored(user: User, data: MarketDataWorld) -> None:
    connect(user, data)
    user.open("market_data/files")
    panel = page(user).import_panel
    panel._choose = take_path("/x/btc.csv")  # type: ignore[assignment]
    pick(user, panel.market, "BTC")
    data.read_failure = InvalidParameter("btc.csv, 17", "abc", "row-not-a-number", "close")
    user.click(panel.button)
    user.settle()
    assert panel.error.isVisible()
    said = panel.error.fact.text()
    assert "btc.csv, 17" in said
    assert "close" in said
    assert data.candles.inventory() == ()
    assert panel.button.isEnabled()


def test_a_range_is_exported_under_the_chosen_kind(user: User, data: MarketDataWorld) -> None:
    connect(user, data)
    user.open("market_data/files")
    panel = page(user).export_panel
    panel._choose = take_path("/x/btc")  # type: ignore[assignment]
    pick(user, panel.market, "BTC")
    panel.start_day.field.clear()
    user.type(panel.start_day.field, "2026-11-01")
    user.press(panel.start_day.field, Qt.Key.Key_Return)
    place = [known for known, _text in panel.kind.options].index("parquet")
    user.click(panel.kind, panel.kind.rects()[place].center().toPoint())
    user.click(panel.button)
    user.settle()
    path, market, unit, span = data.exported[0]
    assert (path, market, unit) == ("/x/btc.parquet", BTC, MINUTE)
    assert span.start == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert "캔들 1,440개" in panel.line.label.text()
    panel.start_day.field.clear()
    user.type(panel.start_day.field, "31.12")
    user.press(panel.start_day.field, Qt.Key.Key_Return)
    assert not panel.button.isEnabled()
    assert panel.start_day.note.error is not None


def test_an_export_that_fails_says_why(user: User, data: MarketDataWorld) -> None:
    connect(user, data)
    user.open("market_data/files")
    panel = page(user).export_panel
    panel._choose = take_path("/x/btc.csv")  # type: ignore[assignment]
    pick(user, panel.market, "ETH")
    data.export_failure = DiskFull("/x")
    user.click(panel.button)
    user.settle()
    assert panel.error.isVisible()
    assert "공간" in panel.error.fact.text() + panel.error.rest.text()


# rules


def test_the_rules_are_here_and_not_with_the_backups(user: User, world: SettingsWorld, data: MarketDataWorld) -> None:
    user.open("market_data/rules")
    rows = [row.setting.id for row in page(user).form.rows]
    assert rows
    assert all(setting.startswith("data.candles_") for setting in rows)
    user.open("data")
    others = [row.setting.id for row in user.view.page.form.rows]  # type: ignore[attr-defined]
    assert not set(rows) & set(others)
    user.open("market_data/rules")
    row = page(user).form.row(rows[0])
    assert row.isVisible()
