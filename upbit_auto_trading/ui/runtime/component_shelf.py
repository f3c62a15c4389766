"""Every component there is, loaded once beside the window when the first chart asks, and what a picker offers of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.ui.kept_picker import KeptPicker
from upbit_auto_trading.ui.picker_entry import PickerEntry, PickerMemory
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.component_system.registry import Registry
    from upbit_auto_trading.ui.layout_memory import LayoutMemory
    from upbit_auto_trading.ui.runtime.operations import Operations

_LOADING: Final = Text("지표 읽기", "Loading indicators")


@dataclass(frozen=True, slots=True)
class _Loaded:
    registry: Registry
    entries: tuple[PickerEntry, ...]


class ComponentShelf(QObject):
    """Shared by the charts of a window. ``changed`` when it was loaded, when that failed, and when it begins anew."""

    changed = pyqtSignal()

    def __init__(
        self,
        load: Callable[[], Registry],
        operations: Operations,
        layouts: LayoutMemory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._load = load
        self._operations = operations
        self._kept = KeptPicker(layouts)
        self._loaded: _Loaded | None = None
        self._is_loading = False
        self.error: Exception | None = None

    @property
    def registry(self) -> Registry | None:
        return None if self._loaded is None else self._loaded.registry

    @property
    def entries(self) -> tuple[PickerEntry, ...]:
        """As studies; empty until it is loaded."""
        return () if self._loaded is None else self._loaded.entries

    @property
    def is_loading(self) -> bool:
        return self._is_loading

    def load(self) -> None:
        """Once: what is there, or on its way, is not asked for again."""
        if self._loaded is None and not self._is_loading:
            self.load_again()

    def load_again(self) -> None:
        """After files of components were allowed, forbidden or changed; the old ones hold until the new are there."""
        self._is_loading, self.error = True, None
        self._operations.run_in_background(
            Operation(_LOADING, self._work), initiator=self, on_success=self._take, on_failure=self._fail
        )
        self.changed.emit()

    def _work(self, _context: OperationContext) -> _Loaded:
        from upbit_auto_trading.ui.charts.study_entries import study_entries

        registry = self._load()
        return _Loaded(registry, study_entries(registry))

    def _take(self, loaded: _Loaded) -> None:
        self._loaded, self._is_loading = loaded, False
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.error, self._is_loading = error, False
        self.changed.emit()

    # what the picker keeps

    @property
    def memory(self) -> PickerMemory:
        return self._kept.memory(entry.id for entry in self.entries)

    def keep(self, memory: PickerMemory) -> None:
        self._kept.keep(memory)
