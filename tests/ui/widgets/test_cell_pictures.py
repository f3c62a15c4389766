"""Cells that were painted as they are before look the same from a picture, and other cells are never shown by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRect, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.wheel import turn_wheel
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import DirectionColours, ThemeName
from upbit_auto_trading.ui.widgets.table import CellKind, Column, DataTable
from upbit_auto_trading.ui.widgets.table_model import CellState
from upbit_auto_trading.ui.widgets.table_painter import Cell
from upbit_auto_trading.utils.bilingual_text import Language, Text


@dataclass(frozen=True, slots=True)
class Quote:
    market: str
    name: str = "비트코인"
    price: float = 1_234.5
    change: float = 0.5
    is_warned: bool = False


COLUMNS = (
    Column(
        "name",
        Text("종목", "Market"),
        lambda row: row.market,
        text=lambda row: Text(row.name, f"{row.name} en"),
        suffix=lambda row: row.market,
        icon=lambda row: CellState("", "warning", Icon.WARNING) if row.is_warned else None,
        width=180,
        bold=True,
    ),
    Column(
        "price",
        Text("현재가", "Price"),
        lambda row: row.price,
        text=lambda row: f"{row.price:g}",
        kind=CellKind.NUMBER,
        token=lambda row: "up" if row.change > 0 else "down",
        flash=True,
        align_point=True,
        width=120,
    ),
    Column("change", Text("대비", "Change"), lambda row: row.change, kind=CellKind.NUMBER, arrow=True, width=90),
)
ROWS = [Quote(f"M{place}", price=100.0 + place * 1.25) for place in range(40)]


class World:
    def __init__(self, qtbot: QtBot, ratio: float = 1.0) -> None:
        self.ratio = ratio
        self.qtbot = qtbot
        self.table = self._made()
        self.pictures = self.table._painter.written

    def _made(self) -> DataTable:
        table = DataTable(COLUMNS, key=lambda row: row.market, name="시세")
        self.qtbot.addWidget(table)
        table.rows_model.flash_enabled = False
        table.set_rows(ROWS)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.resize(420, 300)
        table.show()
        self.qtbot.waitExposed(table)
        return table

    def image(self, table: DataTable | None = None) -> QImage:
        shown = table or self.table
        viewport = shown.viewport()
        assert viewport is not None
        image = QImage(viewport.size() * self.ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        painter = QPainter(image)
        shown.render(painter, QPoint(), QRegion(viewport.geometry()))
        painter.end()
        return image

    def settle(self) -> None:
        """Painted twice as it is: the third time is from pictures."""
        self.image()
        self.image()

    def looks_as_painted(self) -> bool:
        """Compared with a table that never kept a picture."""
        fresh = self._made()
        fresh.set_rows(self.table.rows_model.rows)
        fresh.verticalScrollBar().setValue(self.table.verticalScrollBar().value())  # type: ignore[union-attr]
        fresh._painter.hovered_row = self.table._painter.hovered_row
        for place in (0, 1):
            fresh.setColumnWidth(place, self.table.columnWidth(place))
        if self.table.selectionModel().hasSelection():  # type: ignore[union-attr]
            fresh.selectRow(self.table.currentIndex().row())
        fresh._painter.written.forget()
        return differing(self.image(fresh), self.image()) == 0


def differing(one: QImage, other: QImage) -> int:
    """Parts of pixels; what lies a rounding apart is the same."""
    assert one.size() == other.size()
    parts = [np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8) for image in (one, other)]
    return int((np.abs(parts[0].astype(int) - parts[1]) > 1).sum())


@pytest.fixture(params=[1.0, 1.25, 2.0])
def world(qtbot: QtBot, request: pytest.FixtureRequest) -> World:
    return World(qtbot, request.param)


def test_a_table_looks_the_same_from_pictures(world: World) -> None:
    world.settle()
    made = world.pictures.made
    assert made > 10
    assert world.looks_as_painted()
    assert world.pictures.made == made, "nothing is drawn a second time"


@pytest.mark.parametrize(
    "changes",
    [{"price": 7.0}, {"change": -0.5}, {"name": "이더리움"}, {"is_warned": True}],
    ids=str,
)
def test_what_looks_different_is_painted_anew(world: World, changes: dict[str, Any]) -> None:
    world.settle()
    before = world.image()
    world.table.set_rows([replace(row, **changes) if place == 2 else row for place, row in enumerate(ROWS)])
    assert differing(before, world.image()) > 0
    assert world.looks_as_painted()
    world.settle()
    assert world.looks_as_painted()


def test_a_number_with_more_decimals_moves_all_of_its_column(world: World) -> None:
    world.table.set_rows([replace(row, price=float(place)) for place, row in enumerate(ROWS)])
    world.settle()
    rows = world.table.rows_model.rows
    world.table.set_rows([replace(rows[0], price=1.125), *rows[1:]])
    assert world.looks_as_painted()


def test_hover_selection_and_width_are_seen(world: World) -> None:
    world.settle()
    world.table._painter.hovered_row = 1
    assert world.looks_as_painted()
    world.settle()
    assert world.looks_as_painted()
    world.table.selectRow(3)
    world.settle()
    assert world.looks_as_painted()
    world.table.setColumnWidth(0, 90)
    world.settle()
    assert world.looks_as_painted()


def test_rows_that_change_places_take_their_pictures_along(world: World) -> None:
    world.table.rows_model.sort_by(1)
    world.settle()
    made = world.pictures.made
    world.table.set_rows([replace(row, price=0.0) if place == 38 else row for place, row in enumerate(ROWS)])
    assert world.looks_as_painted()
    assert world.pictures.made == made


def test_another_look_forgets_them(world: World, theme: Theme) -> None:
    world.settle()
    for change in (
        lambda: theme.apply(ThemeName.LIGHT),
        lambda: theme.apply(ThemeName.LIGHT, directions=DirectionColours.ALTERNATIVE),
        lambda: theme.apply(ThemeName.LIGHT, text_scale=130),
        lambda: language_state().set_language(Language.ENGLISH),
    ):
        before = world.image()
        change()
        assert differing(before, world.image()) > 0
        assert world.looks_as_painted()
        world.settle()


def test_a_table_out_of_sight_keeps_no_pictures(world: World) -> None:
    world.settle()
    assert world.pictures.kept > 0
    world.table.hide()
    assert world.pictures.kept == 0
    world.table.show()
    assert world.looks_as_painted()


def test_scrolling_paints_only_the_rows_that_come_in(qtbot: QtBot) -> None:
    table = World(qtbot).table
    viewport = table.viewport()
    assert viewport is not None
    painted: list[QRect] = []
    paint = table.paintEvent

    def watch(event: QPaintEvent | None) -> None:
        assert event is not None
        painted.append(event.rect())
        paint(event)

    table.paintEvent = watch  # type: ignore[method-assign]
    QApplication.processEvents()
    painted.clear()
    turn_wheel(viewport, -120)
    qtbot.waitUntil(lambda: bool(painted))
    moved = table.verticalScrollBar().value()  # type: ignore[union-attr]
    assert 0 < moved < viewport.height() / 2
    assert max(rect.height() for rect in painted) <= moved


def test_of_two_cells_that_lie_apart_nothing_in_between_is_painted(qtbot: QtBot) -> None:
    table = World(qtbot).table
    QApplication.processEvents()
    painted: list[tuple[int, list[int]]] = []
    paint = table._painter.paint_row

    def watch(painter: QPainter, at: int, area: QRectF, cells: Sequence[Cell], is_selected: bool) -> None:
        painted.append((at, [cell.place for cell in cells]))
        paint(painter, at, area, cells, is_selected)

    table._painter.paint_row = watch  # type: ignore[method-assign]
    rows = list(ROWS)
    rows[1], rows[5] = replace(rows[1], change=0.75), replace(rows[5], price=104.75)
    table.set_rows(rows)
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == [(1, [2]), (5, [1])]
