"""Tables: sorting, flashing, actions, layout that is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PyQt6.QtCore import QAbstractItemModel, QItemSelectionModel, QPoint, QRectF, Qt
from PyQt6.QtGui import QAction, QColor, QContextMenuEvent
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.widgets.table import CellAction, CellKind, CellState, Column, DataTable
from upbit_auto_trading.ui.widgets.table_menu import row_menu
from upbit_auto_trading.ui.widgets.table_model import CellRole
from upbit_auto_trading.ui.widgets.table_painter import PADDING, action_rects
from upbit_auto_trading.utils.bilingual_text import Language, Text


@dataclass(frozen=True, slots=True)
class Quote:
    market: str
    name: str
    price: float | None
    change: float = 0.0


CLOSE = CellAction("close", Text(ko="청산", en="Close"))
OFF = CellAction("protect", Text(ko="보호", en="Protect"), enabled=False)
COLUMNS = (
    Column("name", Text(ko="종목", en="Market"), lambda row: row.name, width=120, bold=True),
    Column(
        "price",
        Text(ko="현재가", en="Price"),
        lambda row: row.price,
        lambda row: formats.price(row.price),
        CellKind.NUMBER,
        flash=True,
    ),
    Column(
        "change",
        Text(ko="전일 대비", en="Change"),
        lambda row: row.change,
        lambda row: formats.signed_percent(row.change),
        CellKind.NUMBER,
        arrow=True,
    ),
    Column("actions", "", lambda _row: (OFF, CLOSE), kind=CellKind.ACTIONS, width=140, sortable=False),
)
BTC = Quote("KRW-BTC", "비트코인", 100.0, 0.01)
ETH = Quote("KRW-ETH", "이더리움", 50.0, 0.01)
XRP = Quote("KRW-XRP", "리플", None, -0.02)


@pytest.fixture
def table(qtbot: QtBot) -> DataTable:
    widget = DataTable(COLUMNS, key=lambda row: row.market, name="시세")
    qtbot.addWidget(widget)
    widget.resize(560, 200)
    widget.set_rows([BTC, ETH, XRP])
    widget.show()
    model: QAbstractItemModel = widget.rows_model
    widget.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    return widget


def markets(table: DataTable) -> list[str]:
    return [row.market.removeprefix("KRW-") for row in table.rows_model.rows]


def test_heights_and_alignment(table: DataTable) -> None:
    header = table.horizontalHeader()
    assert header is not None
    assert header.height() == 26
    assert table.rowHeight(0) == 28
    table.set_row_height(24)
    assert table.rowHeight(0) == 24
    right = table.rows_model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert Qt.AlignmentFlag(right) & Qt.AlignmentFlag.AlignRight


def test_what_is_unknown_reads_as_a_dash(table: DataTable) -> None:
    assert table.rows_model.index(2, 1).data() == "–"


def click_header(qtbot: QtBot, table: DataTable, column: int, shift: bool = False) -> None:
    header = table.horizontalHeader()
    assert header is not None
    viewport = header.viewport()
    assert viewport is not None
    place = QPoint(header.sectionViewportPosition(column) + 20, 12)
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, modifier, place)


def test_a_click_sorts_and_a_second_turns_it_round(qtbot: QtBot, table: DataTable) -> None:
    click_header(qtbot, table, 1)
    assert markets(table) == ["BTC", "ETH", "XRP"]  # numbers: the greatest first
    click_header(qtbot, table, 1)
    assert markets(table) == ["ETH", "BTC", "XRP"]  # what is unknown stays last


def test_ties_are_ordered_by_market(table: DataTable) -> None:
    table.set_rows([XRP, ETH, BTC])
    table.sort_by(2)
    assert markets(table) == ["BTC", "ETH", "XRP"]


def test_a_second_key(table: DataTable) -> None:
    table.sort_by(2)
    table.sort_by(1, second=True)
    table.sort_by(1, second=True)
    assert table.rows_model.sort_keys == [(2, True), (1, False)]
    assert markets(table) == ["ETH", "BTC", "XRP"]


def test_columns_that_cannot_be_sorted(table: DataTable) -> None:
    table.sort_by(3)
    assert table.rows_model.sort_keys == []


def test_rows_do_not_move_under_the_pointer(table: DataTable) -> None:
    table.sort_by(1)
    table.rows_model.hold_sorting(True)
    table.set_rows([BTC, replace(ETH, price=900.0), XRP])
    assert markets(table) == ["BTC", "ETH", "XRP"]
    table.rows_model.hold_sorting(False)
    assert markets(table) == ["ETH", "BTC", "XRP"]


def test_selection_follows_its_row(table: DataTable) -> None:
    table.select_key("KRW-ETH")
    table.set_rows([XRP, replace(ETH, price=51.0), BTC, Quote("KRW-SOL", "솔라나", 1.0)])
    assert table.current_row() == replace(ETH, price=51.0)
    table.set_rows([XRP, BTC])
    assert table.current_row() is None or table.current_row() != ETH
    table.set_rows([])
    assert table.current_row() is None
    assert table.rows_model.rowCount() == 0


def test_two_rows_of_one_key_are_an_error(table: DataTable) -> None:
    with pytest.raises(ValueError, match="same key"):
        table.set_rows([BTC, replace(BTC, price=1.0)])


def test_a_changed_value_flashes_and_goes_off_by_itself(qtbot: QtBot, table: DataTable) -> None:
    index = table.rows_model.index(0, 1)
    table.set_rows([replace(BTC, price=101.0), ETH, XRP])
    assert index.data(CellRole.FLASH) == 1
    assert table.rows_model.index(0, 2).data(CellRole.FLASH) == 0
    with qtbot.waitSignal(table.rows_model.dataChanged):
        pass
    qtbot.waitUntil(lambda: index.data(CellRole.FLASH) == 0)
    qtbot.waitUntil(lambda: not table.rows_model.flashes.isActive())


def test_at_most_two_flashes_a_second(table: DataTable) -> None:
    table.set_rows([replace(BTC, price=101.0), ETH, XRP])
    table.set_rows([replace(BTC, price=99.0), ETH, XRP])
    assert table.rows_model.index(0, 1).data(CellRole.FLASH) == 1


def test_the_flash_can_be_switched_off(table: DataTable) -> None:
    table.set_flash(False)
    table.set_rows([replace(BTC, price=101.0), ETH, XRP])
    assert table.rows_model.index(0, 1).data(CellRole.FLASH) == 0
    assert not table.rows_model.flashes.isActive()


def test_the_flash_is_painted(qtbot: QtBot, table: DataTable) -> None:
    viewport = table.viewport()
    assert viewport is not None
    table.selectionModel().clear()  # type: ignore[union-attr]
    spot = table.visualRect(table.rows_model.index(0, 1)).topLeft() + QPoint(4, 4)
    before = viewport.grab().toImage().pixelColor(spot)
    table.set_rows([replace(BTC, price=101.0), ETH, XRP])
    assert viewport.grab().toImage().pixelColor(spot) != before
    qtbot.waitUntil(lambda: viewport.grab().toImage().pixelColor(spot) == before)


def test_layout_is_kept_by_column_key(table: DataTable, qtbot: QtBot) -> None:
    table.setColumnWidth(0, 177)
    table.show_column(2, False)
    table.sort_by(1)
    header = table.horizontalHeader()
    assert header is not None
    header.moveSection(0, 1)
    saved = table.save_state()
    other = DataTable(COLUMNS, key=lambda row: row.market)
    qtbot.addWidget(other)
    assert other.restore_state(saved)
    assert other.columnWidth(0) == 177
    assert other.isColumnHidden(2)
    assert other.rows_model.sort_keys == [(1, True)]
    assert other.save_state() == saved


def test_widths_are_kept_for_any_size_of_text(table: DataTable, qtbot: QtBot, theme: Theme) -> None:
    """What was left at 130 % is as wide, in letters, when it comes back at 100 %."""
    theme.apply(ThemeName.DARK, text_scale=130)
    table.setColumnWidth(0, 260)
    saved = table.save_state()
    theme.apply(ThemeName.DARK)
    other = DataTable(COLUMNS, key=lambda row: row.market)
    qtbot.addWidget(other)
    assert other.restore_state(saved)
    assert other.columnWidth(0) == 200


@pytest.mark.parametrize("saved", [b"", b"no", b"{}", b'{"version": 9}', b'{"version":1,"order":3}', b"[]"])
def test_a_foreign_state_changes_nothing(table: DataTable, saved: bytes) -> None:
    before = table.save_state()
    assert not table.restore_state(saved)
    assert table.save_state() == before


def test_an_action_of_a_row(qtbot: QtBot, table: DataTable) -> None:
    viewport = table.viewport()
    assert viewport is not None
    index = table.rows_model.index(1, 3)
    inner = QRectF(table.visualRect(index)).adjusted(PADDING, 0, -PADDING, 0)
    off, close = action_rects(inner, (OFF, CLOSE))
    with qtbot.waitSignal(table.action) as signal:
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=close.center().toPoint())
    assert signal.args == [ETH, "close"]
    with qtbot.assertNotEmitted(table.action):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=off.center().toPoint())


def test_enter_opens_the_row(qtbot: QtBot, table: DataTable) -> None:
    table.select_key("KRW-XRP")
    with qtbot.waitSignal(table.activated_row) as signal:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert signal.args == [XRP]


def test_titles_change_language_in_place(table: DataTable) -> None:
    model = table.rows_model
    assert model.headerData(0, Qt.Orientation.Horizontal) == "종목"
    language_state().set_language(Language.ENGLISH)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Market"
    assert table.model() is model


def test_every_kind_of_cell_paints(qtbot: QtBot) -> None:
    from upbit_auto_trading.ui.gallery_samples import COLUMNS as ALL_KINDS
    from upbit_auto_trading.ui.gallery_samples import ROWS

    assert {column.kind for column in ALL_KINDS} >= {CellKind.SPARKLINE, CellKind.STATE, CellKind.ACTIONS}
    extra = (
        Column("share", "share", lambda _row: 0.42, kind=CellKind.METER),
        Column("plain", "plain", lambda _row: CellState("x"), kind=CellKind.STATE),
    )
    widget = DataTable((*ALL_KINDS, *extra), key=lambda row: row.code)
    qtbot.addWidget(widget)
    widget.resize(900, 200)
    widget.set_rows(ROWS)
    selection = widget.selectionModel()
    assert selection is not None
    selection.select(widget.rows_model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert not widget.grab().isNull()


def test_a_number_is_never_cut_short(qtbot: QtBot, table: DataTable) -> None:
    table.setColumnWidth(1, 40)
    table.set_rows([replace(BTC, price=143_285_000.0), ETH, XRP])
    qtbot.waitUntil(lambda: table.columnWidth(1) > 90)


def test_columns_follow_the_text_scale(table: DataTable, theme: Theme) -> None:
    before = table.columnWidth(0)
    theme.apply(ThemeName.DARK, text_scale=130)
    assert table.columnWidth(0) == pytest.approx(before * 1.3, abs=1)
    theme.apply(ThemeName.DARK)
    assert table.columnWidth(0) == pytest.approx(before, abs=1)


def test_a_hidden_column_has_its_width_after_the_text_scale_changed(table: DataTable, theme: Theme) -> None:
    width = table.columnWidth(2)
    table.setColumnHidden(2, True)
    theme.apply(ThemeName.DARK, text_scale=130)
    assert table.isColumnHidden(2)
    table.setColumnHidden(2, False)
    assert table.columnWidth(2) == round(width * 1.3)


def test_a_title_in_another_language_fits(table: DataTable) -> None:
    table.setColumnWidth(2, 40)
    language_state().set_language(Language.ENGLISH)
    assert table.columnWidth(2) > 40


def entries(menu: QMenu) -> dict[str, QAction]:
    return {entry.text(): entry for entry in menu.actions() if entry.text()}


def test_the_row_menu_offers_actions_sorting_and_columns(qtbot: QtBot, table: DataTable) -> None:
    menu = row_menu(table, table, ETH)
    found = entries(menu)
    assert list(found) == ["보호", "청산", "정렬", "열"]
    assert not found["보호"].isEnabled()
    with qtbot.waitSignal(table.action) as signal:
        found["청산"].trigger()
    assert signal.args == [ETH, "close"]
    sorting, columns = found["정렬"].menu(), found["열"].menu()
    assert isinstance(sorting, QMenu)
    assert isinstance(columns, QMenu)
    assert list(entries(sorting)) == ["종목", "현재가", "전일 대비"]
    entries(sorting)["현재가"].trigger()
    assert table.rows_model.sort_keys == [(1, True)]
    assert list(entries(columns)) == ["현재가", "전일 대비"]
    entries(columns)["전일 대비"].setChecked(False)
    assert table.isColumnHidden(2)


def test_the_menu_key_opens_it_for_the_current_row(qtbot: QtBot, table: DataTable) -> None:
    table.select_key("KRW-ETH")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(table.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "청산" in entries(menu)
    menu.close()


def test_tips_of_names_and_actions(table: DataTable) -> None:
    name = table.visualRect(table.rows_model.index(0, 0)).center()
    assert table.tip_at(name) == ""
    table.setColumnWidth(0, 44)
    name = table.visualRect(table.rows_model.index(0, 0)).center()
    assert table.tip_at(name) == "비트코인"
    index = table.rows_model.index(0, 3)
    inner = QRectF(table.visualRect(index)).adjusted(PADDING, 0, -PADDING, 0)
    close = action_rects(inner, (OFF, CLOSE))[1].center().toPoint()
    assert table.tip_at(close) == "청산"


def test_rest_hover_and_selection_have_their_own_ground(table: DataTable, theme: Theme) -> None:
    viewport = table.viewport()
    assert viewport is not None
    table.select_key("KRW-BTC")
    table._hover(1)
    image = viewport.grab().toImage()
    grounds = [
        image.pixelColor(table.visualRect(table.rows_model.index(row, 1)).topLeft() + QPoint(4, 4)) for row in range(3)
    ]
    assert grounds == [QColor(theme.palette.sel), QColor(theme.palette.bg3), QColor(theme.palette.bg1)]
