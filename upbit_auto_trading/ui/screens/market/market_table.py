"""The table of markets: stars by key, the flash switched from the header, an order of rows for each tab."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PyQt6.QtCore import QPoint, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QMenu

from upbit_auto_trading.config.settings import FLASH
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_views.markets import WATCHED
from upbit_auto_trading.ui.screens.market.columns import SPARK, STAR
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.ui.widgets.table import Column, DataTable
from upbit_auto_trading.ui.widgets.table_menu import columns_menu
from upbit_auto_trading.utils.bilingual_text import Text

_NAME = Text("종목", "Markets")
_MEMORY = "market-sorts"
#: what a name wants at 100 %
_LEAST_NAME = 150
#: the first goes first
_GIVING_WAY = ("traded", SPARK)


class MarketTable(DataTable):
    """``star_asked(row)`` on Space."""

    star_asked = pyqtSignal(object)

    def __init__(self, columns: Sequence[Column], settings: SettingsState) -> None:
        self._gone: set[int] = set()
        #: at a text size of 100 %, of those that gave way
        self._widths: dict[int, float] = {}
        super().__init__(columns, key=lambda row: row.market, name=_NAME)
        self._settings = settings
        place = next(at for at, column in enumerate(columns) if column.key == STAR)
        header = self.horizontalHeader()
        if header is not None:
            header.moveSection(header.visualIndex(place), 0)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.give_way)
        # after the columns themselves have followed the size of the text
        following_theme(self, lambda: self._again.start(0))
        retranslating(self, lambda: self._again.start(0))

    # room

    def give_way(self) -> None:
        """Where names would not fit, columns go that can be spared; they come back with the room."""
        viewport = self.viewport()
        if viewport is None or not self.has_followed_scale:
            return  # asked once more when the columns are those of the new size
        columns = self.rows_model.columns
        widths = {
            place: self._wanted(place)
            for place, column in enumerate(columns)
            if not column.stretch and (not self.isColumnHidden(place) or place in self._gone)
        }
        room = viewport.width() - sum(widths.values()) - _LEAST_NAME * current_theme().text_scale / 100
        gone: set[int] = set()
        for place in (next(at for at, column in enumerate(columns) if column.key == key) for key in _GIVING_WAY):
            if room < 0 and place in widths:
                gone.add(place)
                room += widths[place]
        for place in gone - self._gone:
            self._widths[place] = widths[place] * 100 / current_theme().text_scale
            self.setColumnHidden(place, True)
        for place in self._gone - gone:
            self.setColumnHidden(place, False)
            self.setColumnWidth(place, round(widths[place]))
        self._gone = gone

    def _wanted(self, place: int) -> float:
        """Of one that gave way: what it will have again."""
        if place in self._gone:
            return self._widths[place] * current_theme().text_scale / 100
        return self.columnWidth(place)

    def save_state(self) -> bytes:
        """What gave way was not hidden by the user."""
        state = json.loads(super().save_state())
        gone = {self.rows_model.columns[place].key for place in self._gone}
        state["hidden"] = [key for key in state["hidden"] if key not in gone]
        return json.dumps(state, separators=(",", ":")).encode()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.give_way()

    # the header

    @pyqtSlot(QPoint)
    def _offer_columns(self, point: QPoint) -> None:
        header = self.horizontalHeader()
        if header is not None:
            self.header_menu().popup(header.mapToGlobal(point))

    def header_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns_menu(self, menu)
        menu.addSeparator()
        flash = menu.addAction(tr(FLASH.title))
        if flash is not None:
            flash.setCheckable(True)
            flash.setChecked(self._settings.is_on(FLASH))
            flash.toggled.connect(lambda on: self._settings.set(FLASH, on))
        return menu

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Space and not event.modifiers():
            row = self.current_row()
            if row is not None:
                self.star_asked.emit(row)
            return
        super().keyPressEvent(event)


class TabSorts:
    """The watch list lies as the user put it until he sorts it; the other tabs share one order."""

    def __init__(self, table: DataTable, memory: LayoutMemory) -> None:
        self._table = table
        self._memory = memory
        self._is_watched = False
        kept = memory.read_values(_MEMORY)
        self._sorts = {
            False: self._read(kept.get("all"), list(table.rows_model.sort_keys)),
            True: self._read(kept.get("watched"), []),
        }

    def enter(self, tab: str) -> None:
        self._is_watched = tab == WATCHED
        wanted = self._sorts[self._is_watched]
        if wanted != self._table.rows_model.sort_keys:
            self._table.rows_model.set_sort_keys(wanted)

    def keep(self) -> None:
        """As the table is sorted now."""
        keys = self._table.rows_model.sort_keys
        if keys != self._sorts[self._is_watched]:
            self._sorts[self._is_watched] = keys
            names = {"all": self._named(False), "watched": self._named(True)}
            self._memory.write_values(_MEMORY, names)

    def _named(self, is_watched: bool) -> list[list[object]]:
        columns = self._table.rows_model.columns
        return [[columns[place].key, down] for place, down in self._sorts[is_watched]]

    def _read(self, kept: object, otherwise: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
        if not isinstance(kept, list):
            return otherwise
        places = {column.key: place for place, column in enumerate(self._table.rows_model.columns)}
        pairs = [pair for pair in kept if isinstance(pair, list) and len(pair) == 2 and pair[0] in places]
        return [(places[key], bool(down)) for key, down in pairs]
