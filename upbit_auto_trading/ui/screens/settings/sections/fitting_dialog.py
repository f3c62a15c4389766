"""A dialog that is always as high as its words need, also when a sentence appears in it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QTimer
from PyQt6.QtWidgets import QLayout

from upbit_auto_trading.ui.widgets.dialog import Dialog


class FittingDialog(Dialog):
    """Qt lets a dialog grow to the least height of its layout, which does not count lines that wrap."""

    _fit_timer: QTimer | None = None

    def event(self, event: QEvent | None) -> bool:
        answer = super().event(event)
        if event is not None and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._fit_soon()
        return answer

    def _fit_soon(self) -> None:
        """After the layout has settled."""
        if self._fit_timer is None:
            self._fit_timer = QTimer(self)
            self._fit_timer.setSingleShot(True)
            self._fit_timer.setInterval(0)
            self._fit_timer.timeout.connect(self.fit_height)
        self._fit_timer.start()

    def fit_height(self) -> None:
        layout = self.layout()
        if layout is None or not self.isVisible():
            return
        # else the window is held at a least height that counts wrapped words as if they stood in a narrower one
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumHeight(0)
        layout.activate()
        needed = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else -1
        if needed < 0:
            needed = layout.totalMinimumSize().height()
        if needed != self.height():
            self.resize(self.width(), needed)
