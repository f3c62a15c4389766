"""``update_rows``: of hundreds of live rows those that moved are looked at, told where they are seen, and sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from PyQt6.QtCore import QModelIndex
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.calls import calls_of
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.widgets.table import CellKind, Column, DataTable
from upbit_auto_trading.ui.widgets.table_model import TableModel

COUNT = 300


@dataclass(frozen=True, slots=True)
class Quote:
    market: str
    price: float
    turnover: float
    weight: float = 1.0


COLUMNS = (
    Column("name", "종목", lambda row: row.market, width=120),
    Column("price", "현재가", lambda row: row.price, kind=CellKind.NUMBER, flash=True),
    Column("turnover", "거래대금", lambda row: row.turnover, kind=CellKind.NUMBER),
    Column("weight", "비중", lambda row: row.weight, kind=CellKind.NUMBER, align_point=True),
)
NAME, PRICE, TURNOVER, WEIGHT = range(4)
ROWS = [Quote(f"KRW-{place:03}", 100.0, 1_000.0 - place) for place in range(COUNT)]


class Told:
    """Rows and columns that are to be painted again, and how often all were laid out anew."""

    def __init__(self, model: TableModel) -> None:
        self.cells: list[tuple[int, int]] = []
        self.layouts = 0
        model.dataChanged.connect(self._take)
        model.layoutChanged.connect(self._count)

    def _take(self, first: QModelIndex, last: QModelIndex) -> None:
        rows, columns = range(first.row(), last.row() + 1), range(first.column(), last.column() + 1)
        self.cells += [(row, column) for row in rows for column in columns]

    def _count(self) -> None:
        self.layouts += 1


@pytest.fixture
def table(qtbot: QtBot) -> DataTable:
    made = DataTable(COLUMNS, key=lambda row: row.market, name="시세")
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.set_rows(ROWS)
    made.show()
    QApplication.processEvents()
    return made


def markets(table: DataTable, places: Sequence[int]) -> list[str]:
    return [table.rows_model.rows[place].market for place in places]


def test_only_rows_that_are_seen_are_told(table: DataTable) -> None:
    told, seen = Told(table.rows_model), table.rows_in_sight()
    assert 5 < len(seen) < 15
    table.update_rows([replace(ROWS[place], price=101.0) for place in (0, 3, 200, 299)])
    assert told.cells == [(0, PRICE), (3, PRICE)]
    assert [table.rows_model.row_at(place).price for place in (0, 3, 200, 4)] == [101.0, 101.0, 101.0, 100.0]  # type: ignore[union-attr]
    assert [table.rows_model.flash_of(ROWS[place].market, PRICE) for place in (0, 200)] == [1, 0]


def test_a_row_that_was_out_of_sight_is_as_it_is_now(table: DataTable) -> None:
    table.update_rows([replace(ROWS[200], price=777.0)])
    table.scrollToBottom()
    assert 299 in table.rows_in_sight()
    assert table.rows_model.index(200, PRICE).data() == "777.0"
    table.hide()
    told = Told(table.rows_model)
    table.update_rows([replace(ROWS[299], price=778.0)])
    assert told.cells == []
    assert table.rows_model.index(299, PRICE).data() == "778.0"


def test_the_work_grows_with_what_moved_and_not_with_the_table() -> None:
    asked: list[str] = []

    def key(row: Quote) -> str:
        asked.append(row.market)
        return row.market

    model = TableModel(COLUMNS, key)
    model.set_rows(ROWS)
    model.sort_by(TURNOVER)
    asked.clear()
    moved = [replace(ROWS[place], price=101.0) for place in (0, 1)]
    calls = calls_of(lambda: model.update_rows(moved))
    assert set(asked) == {"KRW-000", "KRW-001"}
    assert sum(calls.values()) < COUNT / 2, calls


def test_a_row_that_is_not_shown_is_passed_over(table: DataTable) -> None:
    table.update_rows([Quote("KRW-NEW", 1.0, 1.0), ROWS[1]])
    assert table.rows_model.rowCount() == COUNT


def test_nothing_is_sorted_where_nothing_moved_that_decides_it(table: DataTable) -> None:
    table.sort_by(TURNOVER)
    told = Told(table.rows_model)
    table.update_rows([replace(row, price=101.0) for row in ROWS[:20]])
    assert told.layouts == 0
    table.update_rows([replace(ROWS[0], turnover=999.5)])
    assert told.layouts == 0, "it is still the first"
    table.update_rows([replace(ROWS[2], turnover=5_000.0)])
    assert told.layouts == 1
    assert markets(table, range(4)) == ["KRW-002", "KRW-000", "KRW-001", "KRW-003"]
    table.update_rows([replace(ROWS[2], turnover=5_000.0, price=7.0)])
    assert told.cells[-1] == (0, PRICE)


def test_rows_wait_for_their_places_under_the_pointer_and_between_two_sortings(qtbot: QtBot, table: DataTable) -> None:
    table.sort_by(TURNOVER)
    table.rows_model.hold_sorting(True)
    table.update_rows([replace(ROWS[2], turnover=5_000.0)])
    assert markets(table, range(3)) == ["KRW-000", "KRW-001", "KRW-002"]
    assert not table.rows_model.is_sorted
    table.rows_model.hold_sorting(False)
    assert markets(table, range(1)) == ["KRW-002"]
    table.rows_model.sort_at_most_every(300)
    table.update_rows([replace(ROWS[3], turnover=6_000.0)])
    table.update_rows([replace(ROWS[4], turnover=7_000.0)])
    assert markets(table, range(3)) == ["KRW-003", "KRW-002", "KRW-000"]
    qtbot.waitUntil(lambda: markets(table, range(2)) == ["KRW-004", "KRW-003"])


def test_a_selection_stays_with_its_row(table: DataTable) -> None:
    table.sort_by(TURNOVER)
    table.select_key("KRW-003")
    table.update_rows([replace(ROWS[3], turnover=6_000.0)])
    assert table.current_row() == replace(ROWS[3], turnover=6_000.0)
    assert table.rows_model.place_of("KRW-003") == 0


def test_a_column_is_painted_whole_when_its_point_moves(table: DataTable) -> None:
    told = Told(table.rows_model)
    table.update_rows([replace(ROWS[1], weight=1.25)])
    assert {row for row, column in told.cells if column == WEIGHT} == set(range(COUNT))


def test_a_flash_that_ended_is_told_once(qtbot: QtBot, table: DataTable) -> None:
    table.update_rows([replace(ROWS[1], price=500.0)])
    told = Told(table.rows_model)
    qtbot.waitUntil(lambda: not table.rows_model.flashes.isActive())
    assert told.cells == [(1, PRICE)]


def test_nothing_flashes_where_that_is_switched_off(table: DataTable, theme: Theme) -> None:
    theme.apply(ThemeName.DARK, flash=False)
    table.update_rows([replace(ROWS[1], price=500.0)])
    assert table.rows_model.flash_of("KRW-001", PRICE) == 0
