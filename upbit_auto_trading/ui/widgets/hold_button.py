"""A button that acts only after it was held: 1 s, or 3 s for what sells. Letting go, losing focus or Esc aborts."""

from __future__ import annotations

from PyQt6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, current_language, tr
from upbit_auto_trading.ui.design.tokens import Edge, IconSize, Motion, Radius, Space, Type, TypeStyle
from upbit_auto_trading.ui.widgets.buttons import ButtonSize
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.utils.bilingual_text import Text

_HOLDING = Text(ko="누르고 있는 중", en="Keep holding")
_HINT = Text(ko="{seconds}초 동안 누르고 있으면 실행해요.", en="Hold for {seconds} s to do this.")
# A window that hangs must not count as holding: each tick counts for no more than this.
_MOST_PER_TICK_MS = 100
_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class HoldButton(Pressable):
    """``completed`` is emitted once per hold, never by a click."""

    completed = pyqtSignal()
    aborted = pyqtSignal()
    hold_started = pyqtSignal()

    def __init__(
        self,
        text: Words,
        hold_ms: int = Motion.HOLD_MS,
        icon: Icon | None = Icon.KILL_SWITCH,
        parent: QWidget | None = None,
        *,
        size: ButtonSize = ButtonSize.NORMAL,
    ) -> None:
        self._hold_ms = hold_ms
        self._icon = icon
        self._size = size
        self._held_ms = 0.0
        self._key: int | None = None
        self._holding = False
        super().__init__(text, parent)
        self.setFixedHeight(size.value)
        self.set_tip(_HINT.format(seconds=f"{hold_ms / 1000:g}"))
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def is_holding(self) -> bool:
        return self._holding

    @property
    def fraction(self) -> float:
        return min(1.0, self._held_ms / self._hold_ms)

    def shown_text(self) -> str:
        if not self._holding:
            return super().shown_text()
        return self._counting(round(self._hold_ms - self._held_ms))

    def _counting(self, left_ms: int) -> str:
        """A small button has room for the seconds only."""
        left = formats.countdown(left_ms, current_language())
        return left if self._size is ButtonSize.SMALL else f"{tr(_HOLDING)}{formats.NO_BREAK}{left}"

    # beginning, ending

    def _begin(self) -> None:
        if self._holding or not self.isEnabled():
            return
        self._holding = True
        self._held_ms = 0.0
        self._clock.start()
        self._timer.start(Motion.FRAME_MS if self.theme.motion else Motion.COUNTDOWN_MS)
        self.setDown(True)
        self.hold_started.emit()
        self.update()

    def abort(self) -> None:
        if not self._holding:
            return
        self._end()
        self.aborted.emit()

    def _end(self) -> None:
        self._holding = False
        self._key = None
        self._held_ms = 0.0
        self._timer.stop()
        self.setDown(False)
        self.update()

    @pyqtSlot()
    def _tick(self) -> None:
        self._held_ms += min(self._clock.restart(), _MOST_PER_TICK_MS)
        if self._held_ms >= self._hold_ms:
            self._end()
            self.completed.emit()
        else:
            self.update()

    # mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._begin()
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._key is None and not self.rect().contains(event.position().toPoint()):
            self.abort()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton and self._key is None:
            self.abort()

    # keyboard

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape and self._holding:
            self.abort()
        elif event.key() in _KEYS:
            if not event.isAutoRepeat() and not self._holding:
                self._begin()
                self._key = event.key()
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.isAutoRepeat():
            return
        if event.key() == self._key:
            self.abort()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.abort()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self.abort()
        super().hideEvent(event)

    # painting

    def sizeHint(self) -> QSize:
        font = self.theme.font(self._style())
        label = max(
            painting.text_width(super().shown_text(), font),
            painting.text_width(self._counting(self._hold_ms), font),
        )
        icon = IconSize.SMALL + Space.S if self._icon else 0
        padding = Space.M if self._size is ButtonSize.SMALL else Space.L
        return QSize(round(label + icon + 2 * padding + 2.5), self._size.value)

    def _style(self) -> TypeStyle:
        return Type.TABLE if self._size is ButtonSize.SMALL else Type.BODY_BOLD

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        on = self.isEnabled()
        edge = self.theme.colour("danger" if on else "line_strong")
        painting.frame(painter, self.area(), Radius.CONTROL, None if self._holding else self.surface(None))
        if self._holding and self.theme.motion:
            self._paint_fill(painter)
        painting.frame(painter, self.area(), Radius.CONTROL, None, edge, Edge.BORDER)
        self._paint_label(painter, "tdis" if not on else "t1" if self._holding else "danger")

    def _paint_fill(self, painter: QPainter) -> None:
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(painting.snapped(painter, self.area()), Radius.CONTROL, Radius.CONTROL)
        painter.setClipPath(path)
        filled = QRectF(0, 0, self.width() * self.fraction, self.height())
        painter.fillRect(filled, self.theme.colour("danger", self.theme.tints.hold_fill))
        painter.restore()

    def _paint_label(self, painter: QPainter, token: str) -> None:
        font = self.theme.font(self._style())
        words = self.shown_text()
        icon = IconSize.SMALL + Space.S if self._icon else 0
        left = round((self.width() - painting.text_width(words, font) - icon) / 2)
        if self._icon is not None:
            top = (self.height() - IconSize.SMALL) // 2
            paint_icon(painter, self._icon, QRectF(left, top, IconSize.SMALL, IconSize.SMALL), token)
        rect = QRectF(left + icon, 0, self.width(), self.height())
        painting.text(painter, rect, words, font, self.theme.colour(token))
