"""A form made from declarations: one row a setting, in the order in which they are declared."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Motion, Space
from upbit_auto_trading.ui.forms.setting_row import SettingRow
from upbit_auto_trading.ui.settings_state import SettingsState


class SettingForm(QWidget):
    """Changes hold at once; there is nothing to save and nothing to lose."""

    def __init__(self, declared: Iterable[Setting], settings: SettingsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        self.rows = [SettingRow(setting, settings) for setting in declared]
        for row in self.rows:
            column.addWidget(row)
            row.model.applied.connect(self._let_others_fall_silent)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(Motion.TOAST_MS)
        self._quiet.timeout.connect(self._fall_silent)

    def row(self, setting_id: str) -> SettingRow:
        return next(row for row in self.rows if row.setting.id == setting_id)

    def _let_others_fall_silent(self) -> None:
        changed = self.sender()
        for row in self.rows:
            if row.model is not changed:
                row.model.fall_silent()
        self._quiet.start()

    def _fall_silent(self) -> None:
        for row in self.rows:
            row.model.fall_silent()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._quiet.stop()
        self._fall_silent()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A line between two rows."""
        painter = QPainter(self)
        colour = current_theme().colour("line")
        for row in self.rows[1:]:
            painter.fillRect(Space.XL, row.y() - 1, self.width() - 2 * Space.XL, 1, colour)
