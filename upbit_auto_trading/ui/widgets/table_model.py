"""The model side of every table: columns declared once, rows by key, sorting by two columns, flashing cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cmp_to_key
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QElapsedTimer, QModelIndex, QObject, Qt, QTimer, pyqtSlot

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Motion

Row = Any
"""A frozen value of the screen; the columns know how to read it."""


class CellKind(Enum):
    TEXT = "text"
    NUMBER = "number"
    STATE = "state"
    MODE = "mode"
    METER = "meter"
    SPARKLINE = "sparkline"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class CellState:
    """Icon and word of a state."""

    text: Words
    token: str = "t2"
    icon: Icon | None = None
    chip: bool = True


@dataclass(frozen=True, slots=True)
class CellAction:
    id: str
    text: Words
    icon: Icon | None = None
    enabled: bool = True


def _nothing(_row: Row) -> Any:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` is sorted by and watched for the flash; ``text`` is shown (for numbers "–" where None)."""

    key: str
    title: Words
    value: Callable[[Row], Any]
    text: Callable[[Row], Words] | None = None
    kind: CellKind = CellKind.TEXT
    width: int = 96
    token: Callable[[Row], str | None] = field(default=_nothing)
    suffix: Callable[[Row], str | None] = field(default=_nothing)
    icon: Callable[[Row], CellState | None] = field(default=_nothing)
    tip: Callable[[Row], Words | None] = field(default=_nothing)
    bold: bool = False
    flash: bool = False
    arrow: bool = False
    align_point: bool = False
    sortable: bool = True
    stretch: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind is CellKind.NUMBER


class CellRole(IntEnum):
    COLUMN = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2
    FLASH = Qt.ItemDataRole.UserRole + 3
    PLACES = Qt.ItemDataRole.UserRole + 4
    SORT = Qt.ItemDataRole.UserRole + 5


@dataclass(slots=True)
class _Flash:
    direction: int
    until_ms: int
    next_ms: int


class TableModel(QAbstractTableModel):
    """``TableModel(columns, key=lambda row: row.market)``; ``set_rows`` keeps selection and place by the key."""

    def __init__(self, columns: Sequence[Column], key: Callable[[Row], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: list[Row] = []
        self._places: dict[Any, int] = {}
        self._sort: list[tuple[int, bool]] = []
        self._hold_sorting = False
        self._unsorted = False
        self._flashes: dict[tuple[Any, int], _Flash] = {}
        self.flash_enabled = True
        self._point_places: dict[int, int] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(Motion.COUNTDOWN_MS)
        self._timer.timeout.connect(self._end_flashes)
        retranslating(self, self._retranslate)

    # rows

    @property
    def rows(self) -> list[Row]:
        return list(self._rows)

    def row_at(self, place: int) -> Row | None:
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, key: Any) -> int:
        return self._places.get(key, -1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Changed cells are reported as changed; a new set or order keeps the selection by key."""
        new = list(rows)
        old = {self._key(row): row for row in self._rows}
        if self._sort and not self._hold_sorting:
            new = self._sorted(new)
        elif self._sort:
            new = self._in_present_order(new)
            self._unsorted = True
        keys = [self._key(row) for row in new]
        if len(set(keys)) != len(keys):
            raise ValueError("Two rows of a table have the same key.")
        if keys == [self._key(row) for row in self._rows]:
            self._replace_in_place(new)
        else:
            self._replace_layout(new, keys)
        self._note_flashes(old)

    def _replace_in_place(self, new: list[Row]) -> None:
        changed = [place for place, row in enumerate(new) if row != self._rows[place]]
        self._rows = new
        self._measure_points()
        if changed:
            last = len(self.columns) - 1
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))

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
        self._measure_points()

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

    def _measure_points(self) -> None:
        for place, column in enumerate(self.columns):
            if column.align_point:
                shown = (self._shown(row, column) for row in self._rows)
                self._point_places[place] = max((len(text.partition(".")[2]) for text in shown), default=0)

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

    def sort_now(self) -> None:
        self._unsorted = False
        new = self._sorted(self._rows) if self._sort else list(self._rows)
        self._replace_layout(new, [self._key(row) for row in new])
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.columns) - 1))

    def _sorted(self, rows: Sequence[Row]) -> list[Row]:
        """Ties by key; what is unknown stands last in both directions."""
        return sorted(rows, key=cmp_to_key(self._compare))

    def _compare(self, one: Row, other: Row) -> int:
        for place, descending in self._sort:
            value = self.columns[place].value
            first, second = value(one), value(other)
            if first == second:
                continue
            if first is None or second is None:
                return 1 if first is None else -1
            order = -1 if first < second else 1
            return -order if descending else order
        first, second = str(self._key(one)), str(self._key(other))
        return (first > second) - (first < second)

    # flash

    def _note_flashes(self, old: dict[Any, Row]) -> None:
        watched = [place for place, column in enumerate(self.columns) if column.flash]
        if not (self.flash_enabled and current_theme().flash) or not watched:
            return
        now = self._clock.elapsed()
        for row in self._rows:
            key = self._key(row)
            if key in old and old[key] != row:
                for place in watched:
                    self._note_flash(
                        key, place, self.columns[place].value(old[key]), self.columns[place].value(row), now
                    )
        if self._flashes and not self._timer.isActive():
            self._timer.start()

    def _note_flash(self, key: Any, place: int, before: Any, after: Any, now: int) -> None:
        if before is None or after is None or before == after:
            return
        known = self._flashes.get((key, place))
        if known is not None and now < known.next_ms:
            return
        direction = 1 if after > before else -1
        self._flashes[(key, place)] = _Flash(direction, now + Motion.FLASH_MS, now + Motion.FLASH_LEAST_APART_MS)

    def flash_of(self, key: Any, column: int) -> int:
        known = self._flashes.get((key, column))
        return known.direction if known is not None and self._clock.elapsed() < known.until_ms else 0

    def flash_at(self, index: QModelIndex) -> int:
        """For painting: usually nothing flashes at all."""
        if not self._flashes:
            return 0
        return self.flash_of(self._key(self._rows[index.row()]), index.column())

    @pyqtSlot()
    def _end_flashes(self) -> None:
        """One timer for all cells; one signal for all that went off."""
        now = self._clock.elapsed()
        ended = [self._places_of(key) for (key, _), flash in self._flashes.items() if flash.until_ms <= now]
        self._flashes = {cell: flash for cell, flash in self._flashes.items() if flash.next_ms > now}
        if not self._flashes:
            self._timer.stop()
        shown = [place for place in ended if place >= 0]
        if shown:
            last = len(self.columns) - 1
            self.dataChanged.emit(self.index(min(shown), 0), self.index(max(shown), last))

    def _places_of(self, key: Any) -> int:
        return self._places.get(key, -1)

    # Qt

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def _shown(self, row: Row, column: Column) -> str:
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
            return self._spoken(row, column) if role != Qt.ItemDataRole.DisplayRole else self._shown(row, column)
        if role == CellRole.COLUMN:
            return column
        if role == CellRole.ROW:
            return row
        if role == CellRole.FLASH:
            return self.flash_of(self._key(row), index.column())
        return self._rare_data(row, column, index.column(), role)

    def _rare_data(self, row: Row, column: Column, place: int, role: int) -> Any:
        if role == CellRole.PLACES:
            return self._point_places.get(place, 0)
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
        return f"{words(column.title)} {self._shown(row, column)}"

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
