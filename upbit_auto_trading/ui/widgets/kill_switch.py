"""The kill switch: a button that is never hidden or off. A click opens its menu, the hot-key stops at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PyQt6.QtCore import QPoint, QRect, QRectF, QSize, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QCursor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Edge, Height, IconSize, Motion, Radius, Space, Type
from upbit_auto_trading.ui.widgets.kill_menu import NAME, KillLevel, KillMenu, Restart
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.ui.widgets.spinner import Spinner
from upbit_auto_trading.utils.bilingual_text import Text

_STOPPING = Text(ko="멈추는 중…", en="Stopping…")
_NO_ANSWER = Text(ko="엔진 응답 없음", en="Engine not answering")
_STOPPED = Text(ko="진입 멈춤 {time}", en="Entries off {time}")


class KillState(Enum):
    READY = "ready"
    STOPPING = "stopping"
    NO_ANSWER = "no_answer"
    STOPPED = "stopped"


class KillSwitch(Pressable):
    """Last in the top bar. ``set_levels`` says what the menu offers; the owner answers with the ``set_…`` calls.

    ``triggered(level id)``: do it. ``restart_asked``: the user wants entries again.
    """

    triggered = pyqtSignal(str)
    restart_asked = pyqtSignal()
    no_answer = pyqtSignal()

    def __init__(
        self, levels: Sequence[KillLevel] = (), keys: str = "Ctrl Alt X", parent: QWidget | None = None
    ) -> None:
        self._state = KillState.READY
        self._stopped_at = ""
        self._spinner: Spinner | None = None
        super().__init__(NAME, parent)
        self._levels = list(levels)
        self._note: Words = ""
        self._restart = Restart.AT_ONCE
        self._keys = keys
        self.setFixedHeight(Height.CONTROL)
        self.set_tip(Text(ko="새 진입을 멈춰요 ({keys})", en="Stops new entries ({keys})").format(keys=keys))
        self.menu = KillMenu(keys, self)
        self.menu.triggered.connect(self._trigger)
        self.menu.restart_asked.connect(self.restart_asked)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(Motion.NO_ANSWER_AFTER_MS)
        self._timer.timeout.connect(self._not_answered)
        self.clicked.connect(self._open_by_click)

    # what the owner says

    @property
    def state(self) -> KillState:
        return self._state

    def set_levels(self, levels: Sequence[KillLevel], note: Words = "") -> None:
        self._levels, self._note = list(levels), note

    def set_stopping(self) -> None:
        """A stop is under way; without an answer within 2 s the label says so."""
        self._set_state(KillState.STOPPING, _STOPPING)
        self._spinner = self._spinner or Spinner(self)
        self._spinner.start()
        self._timer.start()

    def set_stopped(self, time: str, restart: Restart = Restart.AT_ONCE) -> None:
        self._restart = restart
        self._stopped_at = time
        self._set_state(KillState.STOPPED, _STOPPED.format(time=time))
        if self.menu.isVisible():
            self.menu.show_stopped(time, restart)

    def set_ready(self) -> None:
        self._set_state(KillState.READY, NAME)

    def _set_state(self, state: KillState, label: Text) -> None:
        self._state = state
        self._timer.stop()
        if self._spinner is not None:
            self._spinner.stop()
        self.set_text(label)

    @pyqtSlot()
    def _not_answered(self) -> None:
        self._set_state(KillState.NO_ANSWER, _NO_ANSWER)
        self.no_answer.emit()

    # what the user does

    def trigger_first_level(self) -> None:
        """The hot-key: level 1 at once, and the menu for the others."""
        if self._levels:
            self._trigger(self._levels[0].id)
        self.open_menu(self.mapToGlobal(QPoint(self.width() - Space.XXL, self.height() // 2)))

    def open_menu(self, pointer: QPoint) -> None:
        self.menu.set_levels(self._levels, self._note)
        if self._state is KillState.STOPPED:
            self.menu.show_stopped(self._stopped_at, self._restart)
        self.menu.open_at(pointer)

    @pyqtSlot()
    def _open_by_click(self) -> None:
        pointer = QCursor.pos()
        if not QRect(self.mapToGlobal(QPoint(0, 0)), self.size()).contains(pointer):
            pointer = self.mapToGlobal(self.rect().center())
        self.open_menu(pointer)

    @pyqtSlot(str)
    def _trigger(self, level_id: str) -> None:
        self.set_stopping()
        self.triggered.emit(level_id)

    # painting

    def sizeHint(self) -> QSize:
        label = painting.text_width(self.shown_text(), self.theme.number_font(Type.BODY_BOLD))
        return QSize(round(label + IconSize.SMALL + Space.S + 2 * Space.L + 2.5), Height.CONTROL)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        stopped = self._state is KillState.STOPPED
        token = "warning" if self._state is KillState.NO_ANSWER else "danger"
        fill = self.surface(None) or (self.theme.colour("danger", 0.12) if stopped else None)
        painting.frame(painter, self.area(), Radius.CONTROL, fill, self.theme.colour(token), Edge.BORDER)
        spot = QRectF(Space.L, (self.height() - IconSize.SMALL) / 2, IconSize.SMALL, IconSize.SMALL)
        if self._state is KillState.STOPPING and self._spinner is not None:
            self._spinner.paint(painter, spot, self.theme.colour(token))
        else:
            paint_icon(painter, Icon.WARNING if self._state is KillState.NO_ANSWER else Icon.KILL_SWITCH, spot, token)
        rect = QRectF(spot.right() + Space.S, 0, self.width(), self.height())
        font = self.theme.number_font(Type.BODY_BOLD)
        painting.text(painter, rect, self.shown_text(), font, self.theme.colour(token))
