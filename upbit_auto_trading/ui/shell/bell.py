"""The bell in the top bar, and the list behind it."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QPoint, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import bind_text
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, Radius, Space
from upbit_auto_trading.ui.notices import Notice, NoticeAction, NoticeLevel, Notices
from upbit_auto_trading.ui.widgets.badges import CountBadge
from upbit_auto_trading.ui.widgets.buttons import IconButton
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.states import EmptyState, LinkButton
from upbit_auto_trading.utils.bilingual_text import Text

_NAME = Text("알림", "Notices")
_EMPTY = Text("아직 알림이 없어요", "No notices yet")
_EMPTY_LINE = Text("백업, 점검, 시세 문제를 여기에 모아요.", "Backups, check-ups and price trouble collect here.")
_WIDTH = 380
_HEIGHT = 420
_EMPTY_HEIGHT = 140

_ICONS = {
    NoticeLevel.SUCCESS: Icon.SUCCESS,
    NoticeLevel.INFO: Icon.INFO,
    NoticeLevel.WARNING: Icon.WARNING,
    NoticeLevel.ERROR: Icon.ERROR,
}


class NoticeRow(QWidget):
    """One notice: level by icon, title, body, time, and its action if it has one."""

    acted = pyqtSignal()

    def __init__(self, notice: Notice, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.action: LinkButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconMark(_ICONS[notice.level], notice.level.value), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.addWidget(Label(notice.title, "body_bold", wrap=True), 1)
        time = Label(formats.table_time(notice.happened_at, now), "caption", "t3")
        head.addWidget(time, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(Label(notice.body, "table", "t2", wrap=True))
        if notice.action is not None:
            column.addLayout(self._action(notice.action))
        row.addLayout(column, 1)

    def _action(self, action: NoticeAction) -> QHBoxLayout:
        """The words of the link stand under the words of the notice, not its padding."""
        self.action = LinkButton(action.label)
        self.action.clicked.connect(action.run)
        self.action.clicked.connect(self.acted)
        line = QHBoxLayout()
        line.setContentsMargins(-Space.M, 0, 0, 0)
        line.addWidget(self.action)
        line.addStretch(1)
        return line

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painting.bar(painter, QRectF(0, self.height() - 1, self.width(), 1), current_theme().colour("line"))


class NoticeList(QScrollArea):
    """Newest first; rebuilt when there are others. ``acted``: the action of one of them was pressed."""

    acted = pyqtSignal()

    def __init__(self, notices: Notices, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._clock = clock
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_panel(self)
        notices.changed.connect(self.renew)
        bind_text(self.setAccessibleName, _NAME)
        self._shown: tuple[int, ...] | None = None
        self.rows: list[NoticeRow] = []
        self.renew()

    def renew(self) -> None:
        numbers = tuple(notice.number for notice in self._notices.all())
        if numbers == self._shown:
            return
        self._shown = numbers
        body = QWidget()
        on_panel(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        now = self._clock.now()
        self.rows = [NoticeRow(notice, now) for notice in self._notices.all()]
        for row in self.rows:
            row.acted.connect(self.acted)
            column.addWidget(row)
        if self.rows:
            column.addStretch(1)
        else:
            column.addWidget(EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.BELL))
        self.setWidget(body)

    def height_needed(self, width: int) -> int:
        """Of everything, without scrolling."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        return layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0


class Bell(IconButton):
    """Unread notices as a number; a press opens the list and marks them read."""

    def __init__(self, notices: Notices, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(Icon.BELL, _NAME, parent)
        self._notices = notices
        self._clock = clock
        self._count = CountBadge(parent=self, urgent=True)
        self.clicked.connect(self.open)
        notices.changed.connect(self._renew)
        self.popover: BellPopover | None = None
        self._renew()

    def open(self) -> None:
        self.popover = BellPopover(self._notices, self._clock, self.window() or self)
        corner = self.mapToGlobal(QPoint(self.width() - _WIDTH, self.height() + Space.S))
        self.popover.move(corner)
        self.popover.show()
        self._notices.mark_all_read()

    def _renew(self) -> None:
        count = self._notices.unread_count()
        self._count.set_count(count or None)
        self._count.adjustSize()
        self._count.move(self.width() - self._count.sizeHint().width(), 0)


class BellPopover(QFrame):
    def __init__(self, notices: Notices, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        title = Label(_NAME, "heading")
        title.setContentsMargins(Space.L, 0, Space.L, 0)
        title.setFixedHeight(Height.PANEL_HEADER)
        column.addWidget(title)
        self.list = NoticeList(notices, clock)
        self.list.acted.connect(self.close)
        column.addWidget(self.list, 1)
        inner = self.list.height_needed(_WIDTH - 2) if self.list.rows else _EMPTY_HEIGHT
        self.setFixedSize(_WIDTH, min(Height.PANEL_HEADER + inner + 2, _HEIGHT))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        frame = QRectF(self.rect())
        painter = QPainter(self)
        painting.frame(painter, frame, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))
        painting.bar(painter, QRectF(1, Height.PANEL_HEADER, self.width() - 2, 1), theme.colour("line_strong"))
