"""A table whose widths, order, hidden columns and sorting come back as they were left, also after a crash."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer

from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.widgets.table import DataTable

#: dragging a column changes its width many times; it is written once it has been quiet this long
WRITE_AFTER_MS = 500


class KeptLayout(QObject):
    """Owned by the table. ``first_sort`` (column key, descending) and ``first_hidden`` hold until something is kept."""

    def __init__(
        self,
        table: DataTable,
        memory: LayoutMemory,
        name: str,
        first_sort: tuple[tuple[str, bool], ...] = (),
        first_hidden: tuple[str, ...] = (),
    ) -> None:
        super().__init__(table)
        self._table, self._memory, self._name = table, memory, name
        saved = memory.read(name)
        if saved is None or not table.restore_state(saved):
            places = {column.key: place for place, column in enumerate(table.rows_model.columns)}
            table.rows_model.set_sort_keys([(places[key], down) for key, down in first_sort])
            for key in first_hidden:
                table.setColumnHidden(places[key], True)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(WRITE_AFTER_MS)
        self._quiet.timeout.connect(self.write_now)
        table.layout_changed.connect(self._quiet.start)

    def write_now(self) -> None:
        self._quiet.stop()
        self._memory.write(self._name, self._table.save_state())
