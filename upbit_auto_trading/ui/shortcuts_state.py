"""The shortcuts in force as observable state: the window binds them, Settings changes them, storage keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.ui.design.keys import SHORTCUTS, KeyMap
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.ui.runtime.operations import Operations

#: the name under which ``UiStateStore`` keeps the user's changes
STORED_AS = "shortcuts"
_SAVING = Text("단축키 저장", "Saving shortcuts")

Save = Callable[[bytes, Callable[[], None]], None]
"""Writes the bytes in the storage thread; calls back in the UI thread if that failed."""


def overrides_from(saved: bytes | None) -> dict[str, str]:
    """The user's changes; what cannot be read counts as none, so that a start never fails on it."""
    if not saved:
        return {}
    try:
        read = json.loads(saved)
    except (ValueError, UnicodeDecodeError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {key: keys for key, keys in read.items() if isinstance(key, str) and isinstance(keys, str)}


class ShortcutsState(QObject):
    """Made once by the composition root, with what ``UiStateStore`` had under :data:`STORED_AS`."""

    changed = pyqtSignal()
    save_failed = pyqtSignal()

    def __init__(self, saved: bytes | None, save: Save, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._save = save
        self._map = KeyMap(overrides_from(saved))
        self._usable = tuple(declared.id for declared in SHORTCUTS)

    @property
    def usable(self) -> tuple[str, ...]:
        """Those that do something in this version; Settings offers no other."""
        return self._usable

    def set_usable(self, shortcut_ids: Iterable[str]) -> None:
        """Told by the window once it has bound its keys."""
        self._usable = tuple(shortcut_ids)
        self.changed.emit()

    @property
    def keys(self) -> KeyMap:
        """To be read only; changes go through this object."""
        return self._map

    def change(self, shortcut_id: str, keys: str) -> None:
        """Raises ``ShortcutRefused`` with the reason, and then changes nothing."""
        before = self._map.overrides
        self._map.change(shortcut_id, keys)
        self._keep(before)

    def reset(self, shortcut_id: str) -> None:
        before = self._map.overrides
        self._map.reset(shortcut_id)
        self._keep(before)

    def reset_all(self) -> None:
        """All at once: one after the other, two that have changed places would be in each other's way."""
        before = self._map.overrides
        self._map = KeyMap()
        self._keep(before)

    def _keep(self, before: Mapping[str, str]) -> None:
        self.changed.emit()
        data = json.dumps(self._map.overrides, ensure_ascii=False, sort_keys=True).encode()
        self._save(data, lambda: self._go_back(before))

    def _go_back(self, before: Mapping[str, str]) -> None:
        """What could not be stored must not look as if it were."""
        self._map = KeyMap(before)
        self.changed.emit()
        self.save_failed.emit()


def saving_with(operations: Operations) -> Save:
    """Writes through the storage thread, as everything does."""

    def save(data: bytes, on_failure: Callable[[], None]) -> None:
        operations.submit_to_storage(
            StorageOperation(_SAVING, lambda stores, _context: stores.ui_state.write(STORED_AS, data), STORED_AS),
            on_failure=lambda _error: on_failure(),
        )

    return save
