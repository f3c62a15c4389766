"""The menu of a table: what a row offers, how to sort, which columns to show. All of it by keyboard as well."""

from __future__ import annotations

from typing import Any, Protocol

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu, QWidget

from upbit_auto_trading.ui.design.language import tr, words
from upbit_auto_trading.ui.widgets.table_model import CellKind, Row, TableModel
from upbit_auto_trading.utils.bilingual_text import Text

_SORT = Text(ko="정렬", en="Sort by")
_COLUMNS = Text(ko="열", en="Columns")


class OfferingTable(Protocol):
    """What the menus ask of the table, which itself imports this module."""

    rows_model: TableModel
    action: Any  # a bound signal: PyQt6 has no public type for it

    def isColumnHidden(self, column: int) -> bool: ...

    def show_column(self, place: int, shown: bool) -> None: ...

    def sort_by(self, section: int) -> None: ...


def columns_menu(table: OfferingTable, menu: QMenu) -> None:
    """The first column says what the row is, so it stays."""
    for place, column in enumerate(table.rows_model.columns):
        if place == 0 or not words(column.title):
            continue
        entry = menu.addAction(words(column.title))
        if entry is not None:
            entry.setCheckable(True)
            entry.setChecked(not table.isColumnHidden(place))
            entry.toggled.connect(lambda shown, at=place: table.show_column(at, shown))


def row_menu(table: OfferingTable, parent: QWidget, row: Row | None) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if row is not None:
        _add_actions(table, menu, row)
    sorting = menu.addMenu(tr(_SORT))
    known = dict(table.rows_model.sort_keys)
    for place, column in enumerate(table.rows_model.columns):
        if sorting is None or not column.sortable or table.isColumnHidden(place):
            continue
        entry = sorting.addAction(words(column.title))
        if entry is not None:
            entry.setCheckable(True)
            entry.setChecked(place in known)
            entry.triggered.connect(lambda _checked, at=place: table.sort_by(at))
    columns = menu.addMenu(tr(_COLUMNS))
    if columns is not None:
        columns_menu(table, columns)
    return menu


def _add_actions(table: OfferingTable, menu: QMenu, row: Row) -> None:
    for column in table.rows_model.columns:
        if column.kind is not CellKind.ACTIONS:
            continue
        for action in column.value(row) or ():
            entry = menu.addAction(words(action.text))
            if entry is not None:
                entry.setEnabled(action.enabled)
                entry.triggered.connect(lambda _checked, which=action.id: table.action.emit(row, which))
        menu.addSeparator()
