"""The model side of every table: columns declared once, rows by key, sorting by two columns, flashing cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSlot

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.widgets.table_column import (
    CellAction,
    CellKind,
    CellRole,
    CellState,
    Column,
    Row,
    nothing,
)
from upbit_auto_trading.ui.widgets.table_flashes import Cell, TableFlashes

__all__ = ["CellAction", "CellKind", "CellRole", "CellState", "Column", "Row", "TableModel"]

_first = itemgetter(0)
#: the place of a row, what it was, what it is
_Change = tuple[int, Row, Row]


class TableModel(QAbstractTableModel):
    """``TableModel(columns, key=lambda row: row.market)``; ``set_rows`` keeps selection and place by the key.

    ``update_rows`` where some of many rows moved and none came or went: the others cost nothing.
    """

    def __init__(self, columns: Sequence[Column], key: Callable[[Row], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: list[Row] = []
        self._places: dict[Any, int] = {}
        self._sort: list[tuple[int, bool]] = []
        self._hold_sorting = False
        self._unsorted = False
        #: rows that change many times a second take their places at once, then no sooner than this
        self._sort_again = QTimer(self)
        self._sort_again.setSingleShot(True)
        self._sort_again.timeout.connect(self._sort_if_unsorted)
        #: which rows its view shows at the moment; ``update_rows`` tells of no others
        self.in_sight: Callable[[], range] = lambda: range(len(self._rows))
        self.flashes = TableFlashes(self._end_flashes, self)
        self.flash_enabled = True
        self._point_places: dict[int, int] = {}
        retranslating(self, self._retranslate)

    # rows

    @property
    def rows(self) -> list[Row]:
        return list(self._rows)

    def row_at(self, place: int) -> Row | None:
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, key: Any) -> int:
        return self._places.get(key, -1)

    def key_of(self, row: Row) -> Any:
        return self._key(row)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Changed cells are reported as changed; a new set or order keeps the selection by key."""
        new = list(rows)
        old = {self._key(row): row for row in self._rows}
        if self._sort and not self._hold_sorting and not self._sort_again.isActive():
            new = self._sorted(new)
            if self._sort_again.interval():
                self._sort_again.start()
        elif self._sort:
            new = self._in_present_order(new)
            self._unsorted = True
        keys = [self._key(row) for row in new]
        if len(set(keys)) != len(keys):
            raise ValueError("Two rows of a table have the same key.")
        changes = [
            (place, old[key], row)
            for place, (key, row) in enumerate(zip(keys, new, strict=True))
            if key in old and row is not old[key] and row != old[key]
        ]
        if keys == list(old):
            self._rows = new
            self._tell(changes)
            self._align(changes)
        else:
            self._replace_layout(new, keys)
        self._note_flashes(changes)

    def update_rows(self, rows: Iterable[Row]) -> None:
        """Only these say something else than before; one that the table does not show is passed over."""
        changes: list[_Change] = []
        for row in rows:
            place = self.place_of(self._key(row))
            if place >= 0 and self._rows[place] != row:
                changes.append((place, self._rows[place], row))
                self._rows[place] = row
        sight = self.in_sight()
        seen = [change for change in changes if change[0] in sight]
        self._tell(seen)
        self._align(changes)
        self._note_flashes(seen)
        if any(self._may_move(before, row) for _place, before, row in changes):
            self._unsorted = True
            self._sort_if_unsorted()

    def _tell(self, changes: list[_Change]) -> None:
        """A cell that looks as before is not painted again: with hundreds of live rows that is most of the work."""
        changed = {place: self._changed_columns(before, row) for place, before, row in changes}
        for first, last in dict.fromkeys(changed.values()):
            if last < first:
                continue
            for top, bottom in _runs(sorted(place for place, columns in changed.items() if columns == (first, last))):
                self.dataChanged.emit(self.index(top, first), self.index(bottom, last))

    def _align(self, changes: list[_Change]) -> None:
        """Every number of a column moves with its point."""
        before = dict(self._point_places)
        for place, column in enumerate(self.columns):
            if column.align_point and any(
                self._decimals(old, column) != self._decimals(row, column) for _place, old, row in changes
            ):
                self._measure_points(place)
                if self._point_places[place] != before.get(place, 0):
                    self.dataChanged.emit(self.index(0, place), self.index(len(self._rows) - 1, place))

    def _changed_columns(self, before: Row, row: Row) -> tuple[int, int]:
        """The first and the last that show something else; the last before the first: none does."""
        found = [place for place, column in enumerate(self.columns) if _look(column, before) != _look(column, row)]
        return (found[0], found[-1]) if found else (0, -1)

    def _replace_layout(self, new: list[Row], keys: list[Any]) -> None:
        """Rows that are gone are removed, new ones come at the end, then all take their places."""
        if not {self._key(row) for row in self._rows} & set(keys):
            self.beginResetModel()
            self._take(new, keys)
            self.endResetModel()
            return
        self._remove_missing(set(keys))
        self._append_added(new)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        places = {key: place for place, key in enumerate(keys)}
        moved = [self.createIndex(places[self._key(self._rows[old.row()])], old.column()) for old in before]
        self._take(new, keys)
        self.changePersistentIndexList(before, moved)
        self.layoutChanged.emit()

    def _take(self, new: list[Row], keys: list[Any]) -> None:
        self._rows = new
        self._places = {key: place for place, key in enumerate(keys)}
        for place, column in enumerate(self.columns):
            if column.align_point:
                self._measure_points(place)

    def _remove_missing(self, wanted: set[Any]) -> None:
        for place in range(len(self._rows) - 1, -1, -1):
            if self._key(self._rows[place]) not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._rows[place]
                self.endRemoveRows()

    def _append_added(self, new: list[Row]) -> None:
        known = {self._key(row) for row in self._rows}
        added = [row for row in new if self._key(row) not in known]
        if added:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            self._rows.extend(added)
            self.endInsertRows()

    def _in_present_order(self, new: list[Row]) -> list[Row]:
        last = len(self._places)
        return sorted(new, key=lambda row: self._places.get(self._key(row), last))

    def _measure_points(self, place: int) -> None:
        column = self.columns[place]
        self._point_places[place] = max((self._decimals(row, column) for row in self._rows), default=0)

    def _decimals(self, row: Row, column: Column) -> int:
        return len(self.shown(row, column).partition(".")[2])

    # sorting

    @property
    def sort_keys(self) -> list[tuple[int, bool]]:
        """(column, descending), the most important first."""
        return list(self._sort)

    def sort_by(self, column: int, second: bool = False) -> None:
        """A header click: first ascending for texts, descending for numbers; then the other way."""
        if not self.columns[column].sortable:
            return
        known = dict(self._sort)
        descending = not known[column] if column in known else self.columns[column].is_number
        if second and self._sort and self._sort[0][0] != column:
            self._sort = [self._sort[0], (column, descending)]
        else:
            rest = self._sort[1:] if second else []
            self._sort = [(column, descending), *rest]
        self.sort_now()

    def set_sort_keys(self, keys: Sequence[tuple[int, bool]]) -> None:
        self._sort = [(column, down) for column, down in keys if 0 <= column < len(self.columns)]
        self.sort_now()

    def hold_sorting(self, hold: bool) -> None:
        """While the pointer is over the table, rows do not change places by themselves."""
        self._hold_sorting = hold
        if not hold and self._unsorted:
            self.sort_now()

    @property
    def is_sorted(self) -> bool:
        """False while rows wait to take their places."""
        return not self._unsorted

    def sort_at_most_every(self, milliseconds: int) -> None:
        """Else a table of live values is laid out and painted anew ten times a second, and nobody can read it."""
        self._sort_again.setInterval(milliseconds)

    @pyqtSlot()
    def _sort_if_unsorted(self) -> None:
        if not self._unsorted or self._hold_sorting or self._sort_again.isActive():
            return
        self._unsorted = False
        new = self._sorted(self._rows)
        if any(row is not other for row, other in zip(new, self._rows, strict=True)):
            self._replace_layout(new, [self._key(row) for row in new])
        if self._sort_again.interval():
            self._sort_again.start()

    def _may_move(self, before: Row, row: Row) -> bool:
        """What its place depends on is another."""
        values = (self.columns[place].value for place, _descending in self._sort)
        return any(value(before) != value(row) for value in values)

    def sort_now(self) -> None:
        self._unsorted = False
        new = self._sorted(self._rows) if self._sort else list(self._rows)
        self._replace_layout(new, [self._key(row) for row in new])
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.columns) - 1))

    def _sorted(self, rows: Sequence[Row]) -> list[Row]:
        """Ties by key; what is unknown stands last in both directions. Sorting is stable: the last key goes first."""
        ordered = sorted(rows, key=lambda row: str(self._key(row)))
        for place, descending in reversed(self._sort):
            value = self.columns[place].value
            valued = [(value(row), row) for row in ordered]
            known = [pair for pair in valued if pair[0] is not None]
            known.sort(key=_first, reverse=descending)
            ordered = [row for _value, row in known] + [row for worth, row in valued if worth is None]
        return ordered

    # flash

    def _note_flashes(self, changes: list[_Change]) -> None:
        if not changes or not (self.flash_enabled and current_theme().flash):
            return
        watched = [(place, column.value) for place, column in enumerate(self.columns) if column.flash]
        for _place, before, row in changes:
            for place, value in watched:
                self.flashes.note(self._key(row), place, value(before), value(row))

    def flash_of(self, key: Any, column: int) -> int:
        return self.flashes.of(key, column)

    def flash_at(self, index: QModelIndex) -> int:
        """For painting."""
        return self.flashes.of(self._key(self._rows[index.row()]), index.column())

    def _end_flashes(self, ended: list[Cell]) -> None:
        """One signal for all that went off and touch each other."""
        places = [(self.place_of(key), column) for key, column in ended]
        for column in {column for _place, column in places}:
            for top, bottom in _runs(sorted({place for place, of in places if of == column and place >= 0})):
                self.dataChanged.emit(self.index(top, column), self.index(bottom, column))

    # Qt

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def places_of(self, column: int) -> int:
        """The most decimals that one of its numbers shows."""
        return self._point_places.get(column, 0)

    def shown(self, row: Row, column: Column) -> str:
        if column.text is not None:
            return words(column.text(row))
        value = column.value(row)
        if value is None:
            return formats.NOTHING if column.is_number else ""
        return str(value)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row())
        if row is None or not 0 <= index.column() < len(self.columns):
            return None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row, column) if role != Qt.ItemDataRole.DisplayRole else self.shown(row, column)
        if role == CellRole.COLUMN:
            return column
        if role == CellRole.ROW:
            return row
        if role == CellRole.FLASH:
            return self.flash_of(self._key(row), index.column())
        return self._rare_data(row, column, index.column(), role)

    def _rare_data(self, row: Row, column: Column, place: int, role: int) -> Any:
        if role == CellRole.SORT:
            return column.value(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            tip = column.tip(row)
            return words(tip) if tip is not None else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _spoken(self, row: Row, column: Column) -> str:
        return f"{words(column.title)} {self.shown(row, column)}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return words(self.columns[section].title)
        return None

    def _retranslate(self) -> None:
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Rising places as runs that touch: what lies between two of them need not be painted again."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _look(column: Column, row: Row) -> tuple[Any, ...]:
    """What the delegate asks a column for; the text of a number says nothing that its value does not."""
    if column.look is not None:
        return (column.look(row),)
    found = [column.value(row), column.token(row)]
    if column.kind is not CellKind.NUMBER and column.text is not None:
        found.append(column.text(row))
    found += [ask(row) for ask in (column.icon, column.suffix) if ask is not nothing]
    return tuple(found)
