"""The menu of the kill switch: a row for each level, and the way back.

It opens with level 1 under the pointer, so that a double click on the switch stops at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PyQt6.QtCore import QPoint, QRect, QRectF, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Motion, Radius, Shell, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.search_field import paint_key_cap
from upbit_auto_trading.utils.bilingual_text import Text

NAME = Text(ko="긴급 정지", en="Kill switch")
_AGAIN = Text(ko="다시 시작", en="Start again")
_AGAIN_LINE = Text(ko="새 진입을 다시 허용해요.", en="Allows new entries again.")
_HOLD_AGAIN = Text(ko="1초 누르기", en="Hold 1 s")
_HOLD = Text(ko="{seconds}초 누르기", en="Hold {seconds} s")
_NOW = Text(ko="바로 멈춤", en="Stop now")
_SINCE = Text(ko="{time}부터", en="Since {time}")
_ALLOW = Text(ko="다시 시작", en="Start again")
_ARM = Text(ko="실전 시작으로", en="Arm again")
_ARM_LINE = Text(
    ko="주문 취소나 매도 뒤에는 실전 시작을 다시 거쳐야 해요.",
    en="After cancelling or selling, live must be armed again.",
)


@dataclass(frozen=True, slots=True)
class KillLevel:
    """One level as data: what it is called, what it does now, how long it is held (0: at once)."""

    id: str
    title: Words
    line: Words
    hold_ms: int = 0


class Restart(Enum):
    """How trading goes on after a stop."""

    AT_ONCE = "at_once"
    HOLD = "hold"
    ARM_AGAIN = "arm_again"


class _LevelRow(QWidget):
    """The whole row of a level without a hold is its target, so that the pointer cannot miss it."""

    done = pyqtSignal()

    def __init__(self, level: KillLevel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = level
        self._hovered = False
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M + Space.XXS, Space.L, Space.M + Space.XXS)
        row.setSpacing(Space.M)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(level.title, "body_bold", wrap=True))
        column.addWidget(Label(level.line, "table", "t2", wrap=True))
        row.addLayout(column, 1)
        self.button: Button | HoldButton
        if level.hold_ms:
            hold = _HOLD.format(seconds=f"{level.hold_ms / 1000:g}")
            self.button = HoldButton(hold, level.hold_ms, None, size=ButtonSize.SMALL)
            self.button.completed.connect(self.done)
        else:
            self.button = Button(_NOW, ButtonRole.DANGER, size=ButtonSize.SMALL)
            self.button.clicked.connect(self.done)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.mark = _DoneMark()
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_done("")
        retranslating(self, self._name)

    @property
    def is_done(self) -> bool:
        return self.button.isHidden()

    def show_done(self, time: str) -> None:
        """What holds already is told with its time, and not offered again; "" offers it."""
        self.mark.set_time(time)
        self.mark.setVisible(bool(time))
        self.button.setVisible(not time)

    def _name(self) -> None:
        self.button.setAccessibleName(f"{words(self.level.title)} {self.button.shown_text()}")
        self.button.setAccessibleDescription(words(self.level.line))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if (
            event is not None
            and not self.level.hold_ms
            and not self.is_done
            and event.button() is Qt.MouseButton.LeftButton
        ):
            self.done.emit()
            event.accept()


class _DoneMark(QWidget):
    """The time of the stop that holds; read out, since it stands where a button stood."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(IconMark(Icon.CHECK, "t2"))
        self.label = Label("", "table", "t2")
        row.addWidget(self.label)

    def set_time(self, time: str) -> None:
        self.label.set_text(_SINCE.format(time=time) if time else "")


class KillMenu(QWidget):
    """The popover. ``triggered`` carries the id of the level, ``restart_asked`` the way back."""

    triggered = pyqtSignal(str)
    restart_asked = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, keys: str = "Ctrl Alt X", parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._keys = keys
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # see _fit_height
        self._header = _MenuHeader(keys)
        self._column.addWidget(self._header)
        self.rows: list[_LevelRow] = []
        self._restart: QWidget | None = None
        self._restart_button: Button | HoldButton | None = None
        self.setAccessibleName(tr(NAME))
        following_theme(self, lambda: self.setFixedWidth(Shell.KILL_MENU * current_theme().text_scale // 100))

    def set_levels(self, levels: Sequence[KillLevel], note: Words = "") -> None:
        """All on offer; ``show_stopped`` follows where entries are stopped already."""
        self._header.note.set_text(note)
        for row in self.rows:
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self.rows = [self._row(level) for level in levels]
        self._drop_restart()
        self._fit_height()

    def show_stopped(self, time: str, restart: Restart) -> None:
        """Every level stops entries, so the first is done; a way back follows. In place, also under a hand that is
        holding another level: nothing is rebuilt and nothing moves up."""
        if not self.rows:
            return
        had_focus = self.rows[0].button.hasFocus()
        self.rows[0].show_done(time)
        self._drop_restart()
        self._restart = self._restart_row(restart)
        self._column.insertWidget(self._column.count() - (not self._header.is_first), self._restart)
        self._restart.show()  # by itself only with a parent that is shown later
        self._fit_height()
        if had_focus:
            self.setFocus(Qt.FocusReason.PopupFocusReason)  # not the way back: Enter out of fright must not resume

    def _drop_restart(self) -> None:
        if self._restart is not None:
            self._column.removeWidget(self._restart)
            self._restart.setParent(None)
            self._restart.deleteLater()
            self._restart = None
            self._restart_button = None

    def _row(self, level: KillLevel) -> _LevelRow:
        row = _LevelRow(level)
        row.done.connect(lambda: self._finish(level.id))
        self._column.addWidget(row)
        return row

    def _restart_row(self, restart: Restart) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(Space.L, Space.M + Space.XXS, Space.L, Space.M + Space.XXS)
        line = _ARM_LINE if restart is Restart.ARM_AGAIN else _AGAIN_LINE
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Label(_AGAIN, "body_bold"))
        column.addWidget(Label(line, "table", "t2", wrap=True))
        row.addLayout(column, 1)
        button: Button | HoldButton
        if restart is Restart.HOLD:
            button = HoldButton(_HOLD_AGAIN, Motion.HOLD_MS, None, size=ButtonSize.SMALL)
            button.completed.connect(self._restart_now)
        else:
            button = Button(_ARM if restart is Restart.ARM_AGAIN else _ALLOW, size=ButtonSize.SMALL)
            button.clicked.connect(self._restart_now)
        row.addWidget(button)
        self._restart_button = button
        return holder

    @pyqtSlot()
    def _restart_now(self) -> None:
        self.close()
        self.restart_asked.emit()

    def _finish(self, level_id: str) -> None:
        self.close()
        self.triggered.emit(level_id)

    def open_at(self, pointer: QPoint) -> None:
        """Level 1 lies under the pointer; where the screen ends above, the header moves below the levels."""
        self._put_header_first(True)
        screen = self._available(pointer)
        top = pointer.y() - self._first_row_middle()
        if top < screen.top():
            self._put_header_first(False)
            top = pointer.y() - self._first_row_middle()
        left = pointer.x() - self.width() + Space.GIANT
        left = max(screen.left(), min(left, screen.right() + 1 - self.width()))
        top = max(screen.top(), min(top, screen.bottom() + 1 - self.height()))
        self.move(left, top)
        self.show()
        if self.rows and not self.rows[0].is_done:
            self.rows[0].button.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _put_header_first(self, first: bool) -> None:
        self._column.removeWidget(self._header)
        self._header.is_first = first
        self._column.insertWidget(0 if first else self._column.count(), self._header)
        self._fit_height()

    def _fit_height(self) -> None:
        """Wrapped texts ask for more lines than they need until their width is known."""
        self._column.invalidate()
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))
        self._column.setGeometry(self.rect())

    def _first_row_middle(self) -> int:
        return self.rows[0].geometry().center().y() if self.rows else 0

    def _available(self, pointer: QPoint) -> QRect:
        from PyQt6.QtGui import QGuiApplication

        screen = QGuiApplication.screenAt(pointer) or QGuiApplication.primaryScreen()
        return screen.availableGeometry() if screen is not None else QRect(pointer, self.size())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event is not None and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move_focus(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _move_focus(self, step: int) -> None:
        buttons = [row.button for row in self.rows if not row.is_done]
        if self._restart_button is not None:
            buttons.append(self._restart_button)
        before_first = -1 if step > 0 else 0
        place = next((at for at, button in enumerate(buttons) if button.hasFocus()), before_first)
        if buttons:
            buttons[(place + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def hideEvent(self, event: object) -> None:
        self.closed.emit()
        super().hideEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))
        children = [self._header, *self.rows, self._restart]
        for widget in children:
            if widget is not None and widget.y() > 1:
                line = QRectF(1, widget.y(), self.width() - 2, 1)
                painting.bar(painter, line, theme.colour("line_strong"))


class _MenuHeader(QWidget):
    def __init__(self, keys: str) -> None:
        super().__init__()
        self.is_first = True
        self._keys = keys
        self.setFixedHeight(Height.CONTROL_LARGE)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.setSpacing(Space.M)
        row.addWidget(IconMark(Icon.KILL_SWITCH, "danger"))
        row.addWidget(Label(NAME, "heading"))
        self.note = Label("", "table", "t2")
        row.addWidget(self.note)
        row.addStretch(1)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        paint_key_cap(QPainter(self), self.width() - Space.L, self.height(), self._keys)
