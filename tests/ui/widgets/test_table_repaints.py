"""Of a table of live values only the cells that look different are painted again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PyQt6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.widgets.table import CellKind, Column, DataTable

Cells = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Quote:
    market: str
    name: str
    price: float
    change: float = 0.0
    path: tuple[float, ...] = ()
    #: shown by no column
    counted: int = 0


COLUMNS = (
    Column("name", "종목", lambda row: row.market, text=lambda row: row.name, width=120),
    Column("path", "24시간", lambda row: row.path, kind=CellKind.SPARKLINE),
    Column(
        "price",
        "현재가",
        lambda row: row.price,
        text=lambda row: formats.price(row.price),
        kind=CellKind.NUMBER,
        token=lambda row: "up" if row.change > 0 else "down",
        flash=True,
    ),
    Column("change", "전일 대비", lambda row: row.change, kind=CellKind.NUMBER, arrow=True),
)
NAME, PATH, PRICE, CHANGE = range(4)
ROWS = [Quote(f"KRW-{place}", f"종목 {place}", 100.0 + place, path=(1.0, 2.0)) for place in range(5)]


class Told:
    def __init__(self, table: DataTable) -> None:
        self.cells: Cells = set()
        self.calls = 0
        table.rows_model.dataChanged.connect(self._take)

    def _take(self, first: QModelIndex, last: QModelIndex) -> None:
        self.calls += 1
        self.cells |= {
            (row, column)
            for row in range(first.row(), last.row() + 1)
            for column in range(first.column(), last.column() + 1)
        }


@pytest.fixture
def table(qtbot: QtBot) -> DataTable:
    made = DataTable(COLUMNS, key=lambda row: row.market, name="시세")
    qtbot.addWidget(made)
    made.set_rows(ROWS)
    return made


def changed(place: int, **changes: object) -> list[Quote]:
    return [replace(row, **changes) if at == place else row for at, row in enumerate(ROWS)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"price": 7.0}, {PRICE}),
        ({"change": -0.1}, {CHANGE}),
        ({"change": 0.1}, {PRICE, CHANGE}),
        ({"name": "다른 이름"}, {NAME}),
        ({"path": (3.0, 1.0)}, {PATH}),
        ({"path": (3.0, 1.0), "change": -0.1}, {PATH, PRICE, CHANGE}),
        ({"counted": 1}, set()),
    ],
    ids=str,
)
def test_only_what_looks_different(table: DataTable, changes: dict[str, object], columns: set[int]) -> None:
    """From the first to the last of a row; the colour of a price belongs to its looks."""
    told = Told(table)
    table.set_rows(changed(2, **changes))
    assert told.cells == {(2, column) for column in columns}


def test_neighbours_are_told_in_one(table: DataTable) -> None:
    told = Told(table)
    table.set_rows([replace(row, price=row.price + 1) if place in (1, 2, 3) else row for place, row in enumerate(ROWS)])
    assert told.cells == {(place, PRICE) for place in (1, 2, 3)}
    assert told.calls == 1


def test_a_flash_goes_off_in_its_own_cell(qtbot: QtBot, table: DataTable) -> None:
    table.set_rows(changed(1, price=500.0))
    told = Told(table)
    with qtbot.waitSignal(table.rows_model.dataChanged):
        pass
    assert told.cells == {(1, PRICE)}
    assert table.rows_model.flash_of("KRW-1", PRICE) == 0
