"""The user's watch lists: read once, changed at once, written behind, the same in every window."""

from __future__ import annotations

import logging

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.watch_list import FIRST_NAME, WatchList, WatchLists
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
MEMORY = "watch-lists"
TOPIC = "watch lists"
FIRST = Text("관심", "Watch list")
_READING = Text("관심 목록 읽기", "Reading the watch lists")
_SAVING = Text("관심 목록 저장", "Saving the watch lists")


def list_name(watch_list: WatchList) -> Text:
    """The name that the first list was given by the program follows the language; others are the user's words."""
    return FIRST if watch_list.name == FIRST_NAME else Text(watch_list.name, watch_list.name)


class WatchListsModel(QObject):
    """Lives in the UI thread. Refused changes raise InvalidParameter and change nothing."""

    changed = pyqtSignal()
    #: what was shown could not be written: it is what was stored again
    failed = pyqtSignal(object)

    def __init__(self, operations: Operations, memory: LayoutMemory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._memory = memory
        self._is_asked = False
        self.is_known = False
        self.lists = WatchLists()
        #: which list a star stands for
        self._chosen = memory.read_values(MEMORY).get("chosen")
        self._removed: tuple[WatchList, int] | None = None

    def load(self) -> None:
        """When a window first shows stars; again does nothing."""
        if not self._is_asked:
            self._is_asked = True
            self._read()

    def _read(self) -> None:
        self._operations.submit_to_storage(
            StorageOperation(_READING, lambda stores, _context: stores.watch_lists.read()),
            initiator=self,
            on_success=self._take,
            on_failure=self._fail_reading,
        )

    def _take(self, lists: WatchLists) -> None:
        self.is_known = True
        self.lists = lists
        self.changed.emit()

    def _fail_reading(self, error: Exception) -> None:
        """Nothing may be changed then: writing would take the place of what could not be read."""
        self._is_asked = False
        _LOGGER.error("the watch lists could not be read", exc_info=error)
        self.failed.emit(error)

    # asking

    @property
    def current(self) -> WatchList:
        found = self.lists.of(self._chosen) if isinstance(self._chosen, int) else None
        return found or self.lists.lists[0]

    @property
    def removed(self) -> WatchList | None:
        """What :meth:`undo_remove` brings back."""
        return None if self._removed is None else self._removed[0]

    def is_starred(self, market: Market) -> bool:
        return market in self.current.markets

    # changing

    def choose(self, number: int) -> None:
        if self.lists.of(number) is not None and number != self.current.number:
            self._chosen = number
            self._memory.write_values(MEMORY, {"chosen": number})
            self.changed.emit()

    def toggle(self, market: Market) -> None:
        """In or out of the current list."""
        current = self.current
        self._set(
            self.lists.changed(current.without(market) if market in current.markets else current.with_market(market))
        )

    def move(self, market: Market, place: int) -> None:
        self._set(self.lists.changed(self.current.moved(market, place)))

    def add(self, name: str) -> None:
        lists, new = self.lists.added(name)
        self._chosen = new.number
        self._memory.write_values(MEMORY, {"chosen": new.number})
        self._set(lists)

    def rename(self, name: str) -> None:
        self._set(self.lists.renamed(self.current.number, name))

    def remove(self) -> None:
        """The current one; at once, since it can be undone."""
        current = self.current
        self._removed = (current, self.lists.lists.index(current))
        self._set(self.lists.removed(current.number), keeps_removed=True)

    def undo_remove(self) -> None:
        if self._removed is not None:
            removed, place = self._removed
            self._chosen = removed.number
            self._set(self.lists.restored(removed, place))

    def _set(self, lists: WatchLists, *, keeps_removed: bool = False) -> None:
        if not self.is_known or lists == self.lists:
            return
        if not keeps_removed:
            self._removed = None
        self.lists = lists
        self._operations.submit_to_storage(
            StorageOperation(_SAVING, lambda stores, _context: stores.watch_lists.write(lists), TOPIC),
            initiator=self,
            on_failure=self._fail_writing,
        )
        self.changed.emit()

    def _fail_writing(self, error: Exception) -> None:
        _LOGGER.error("the watch lists could not be written", exc_info=error)
        self._read()
        self.failed.emit(error)
