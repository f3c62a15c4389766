"""Progress: verb, percent, remaining time, a way to cancel; then the result in the same place."""

from __future__ import annotations

from PyQt6.QtCore import QElapsedTimer, QRectF, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, current_language, retranslating
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Motion, Radius, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.utils.bilingual_text import Text

_CANCEL = Text(ko="취소", en="Cancel")
_CANCELLING = Text(ko="취소하는 중…", en="Cancelling…")


class ProgressRow(QWidget):
    cancelled = pyqtSignal()

    def __init__(self, verb: Words, subject: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._fraction: float | None = None
        self._remaining_s: float | None = None
        self._done = False
        self.mark = IconMark(Icon.SUCCESS, "success", IconSize.SMALL)
        self.mark.hide()
        self.verb = Label(verb, "body_bold")
        self.subject = Label(subject, "table", "t2")
        self.figures = Label("", "table", "t2")
        self.cancel_button = Button(_CANCEL, size=ButtonSize.SMALL)
        self.meter = MeterBar()
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.mark)
        row.addWidget(self.verb)
        row.addWidget(self.subject)
        row.addStretch(1)
        row.addWidget(self.figures)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addLayout(row)
        column.addWidget(self.meter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cancel_button.clicked.connect(self._cancel)
        retranslating(self, self._show)

    def set_progress(self, fraction: float, remaining_s: float | None = None) -> None:
        """The remaining time is estimated from the course so far unless the caller knows it."""
        self._fraction = min(max(fraction, 0.0), 1.0)
        self._remaining_s = remaining_s
        self.meter.set_value(self._fraction)
        self._show()

    def set_result(self, result: Words, success: bool = True) -> None:
        self._done = True
        self.mark.set_icon(Icon.SUCCESS if success else Icon.ERROR, "success" if success else "error")
        self.mark.show()
        self.verb.set_text(result)
        self.cancel_button.hide()
        self.meter.hide()
        self._show()

    def _cancel(self) -> None:
        self.cancel_button.set_text(_CANCELLING)
        self.cancel_button.setEnabled(False)
        self.cancelled.emit()

    def _left(self) -> float | None:
        elapsed = self._clock.elapsed()
        if elapsed < Motion.REMAINING_AFTER_MS and self._remaining_s is None:
            return None
        if self._remaining_s is not None:
            return self._remaining_s
        if not self._fraction:
            return None
        return elapsed / 1000 * (1 - self._fraction) / self._fraction

    def _show(self) -> None:
        self.figures.setHidden(self._done or self._fraction is None)
        if self._fraction is None:
            return
        parts = [formats.percent(self._fraction, 0)]
        left = self._left()
        if left is not None and self._fraction < 1:
            parts.append(formats.remaining(left, current_language()))
        self.figures.set_text(" · ".join(parts))
        self.setAccessibleName(f"{self.verb.text()} {self.figures.text()}")

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painting.frame(QPainter(self), QRectF(self.rect()), Radius.PANEL, theme.colour("bg1"), theme.colour("line"))
