"""What a part of a screen shows when it has nothing, is loading, has failed, or lost its connection."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, IconSize, Motion, Radius, Space
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_LOADING = Text(ko="불러오는 중…", en="Loading…")
_CANCEL = Text(ko="취소", en="Cancel")
_DETAILS = Text(ko="자세히", en="Details")
_COPY = Text(ko="복사", en="Copy")
_RETRY = Text(ko="다시 시도", en="Try again")


class _Centred(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        outer.addStretch(1)
        self.column = QVBoxLayout()
        self.column.setSpacing(Space.S)
        outer.addLayout(self.column)
        outer.addStretch(1)

    def add(self, widget: QWidget) -> None:
        if isinstance(widget, Label):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.column.addWidget(widget)
        else:
            self.column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)


class EmptyState(_Centred):
    """Icon, what will appear here, one action."""

    action = pyqtSignal()

    def __init__(
        self,
        title: Words,
        line: Words = "",
        action: Words = "",
        icon: Icon = Icon.EMPTY,
        parent: QWidget | None = None,
        *,
        token: str = "t3",
    ) -> None:
        super().__init__(parent)
        self.add(IconMark(icon, token, IconSize.LARGE))
        self.add(Label(title, "body_bold", wrap=True))
        if words(line):
            self.add(Label(line, "table", "t2", wrap=True))
        self.button: LinkButton | None = None
        if words(action):
            self.button = LinkButton(action)
            self.button.clicked.connect(self.action)
            self.add(self.button)
        retranslating(self, lambda: self.setAccessibleName(words(title)))


class LinkButton(Button):
    """A text in the accent colour that acts."""

    def __init__(self, text: Words, parent: QWidget | None = None) -> None:
        super().__init__(text, ButtonRole.QUIET, None, parent, size=ButtonSize.SMALL)

    def _colours(self) -> tuple[object, object, str]:  # type: ignore[override]
        return self.surface(None), None, "accent_text" if self.isEnabled() else "tdis"


class Skeleton(QWidget):
    """The real layout in grey bars; it does not shimmer."""

    def __init__(self, rows: int = 5, parent: QWidget | None = None, *, row_height: int = Height.ROW) -> None:
        super().__init__(parent)
        self._rows = rows
        self._row_height = row_height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(160, self._rows * self._row_height)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        shares = (0.52, 0.88, 0.76, 0.94, 0.64)
        for row in range(self._rows):
            top = row * self._row_height + (self._row_height - Space.M) / 2
            if top + Space.M > self.height():
                break
            width = (self.width() - 2 * Space.L) * shares[row % len(shares)]
            painting.frame(painter, QRectF(Space.L, top, width, Space.M), Radius.BADGE, theme.colour("bg3"))


class LoadingState(QWidget):
    """Nothing for 150 ms, then a skeleton, words after 1 s, a way out after 3 s."""

    cancelled = pyqtSignal()

    def __init__(
        self, what: Words = _LOADING, rows: int = 5, parent: QWidget | None = None, *, can_cancel: bool = True
    ) -> None:
        """``can_cancel``: False where nothing was asked for that could be given up."""
        super().__init__(parent)
        self.skeleton = Skeleton(rows)
        self.words = Label(what, "table", "t2")
        self.cancel_button = Button(_CANCEL, size=ButtonSize.SMALL)
        self.cancel_button.clicked.connect(self.cancelled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, Space.S)
        column.addWidget(self.skeleton, 1)
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.addWidget(self.words)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        self._timers = [
            self._after(Motion.SKELETON_AFTER_MS, self.skeleton),
            self._after(Motion.LOADING_WORDS_AFTER_MS, self.words),
        ]
        cancelling = self._after(Motion.LOADING_CANCEL_AFTER_MS, self.cancel_button)
        if can_cancel:
            self._timers.append(cancelling)

    def _after(self, milliseconds: int, widget: QWidget) -> QTimer:
        policy = widget.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        widget.setSizePolicy(policy)
        widget.hide()
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(widget.show)
        return timer

    def showEvent(self, event: QShowEvent | None) -> None:
        for timer in self._timers:
            timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            for timer in self._timers:
                timer.stop()
            for widget in (self.skeleton, self.words, self.cancel_button):
                widget.hide()
        super().hideEvent(event)


class ErrorState(_Centred):
    """What did not work, what it means for money, what to do; the details are folded and can be copied."""

    retry = pyqtSignal()

    def __init__(
        self,
        title: Words,
        meaning: Words = "",
        what_to_do: Words = "",
        details: str = "",
        action: Words = _RETRY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.add(IconMark(Icon.ERROR, "error", IconSize.LARGE))
        self.add(Label(title, "body_bold", wrap=True))
        for line in (meaning, what_to_do):
            if words(line):
                self.add(Label(line, "table", "t2", wrap=True))
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        self.retry_button = LinkButton(action)
        self.retry_button.clicked.connect(self.retry)
        row.addWidget(self.retry_button)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setFixedHeight(96)
        self.details.hide()
        self.details_button = Button(_DETAILS, ButtonRole.QUIET, size=ButtonSize.SMALL)
        self.details_button.clicked.connect(self._fold)
        self.copy_button = Button(_COPY, ButtonRole.QUIET, Icon.COPY, size=ButtonSize.SMALL)
        self.copy_button.clicked.connect(self._copy)
        row.addWidget(self.details_button)
        row.addWidget(self.copy_button)
        self.details_button.setHidden(not details)
        self.copy_button.setHidden(not details)
        self.add(buttons)
        self.column.addWidget(self.details)
        self._title = title
        retranslating(self, lambda: self.setAccessibleName(words(title)))

    def _fold(self) -> None:
        self.details.setHidden(not self.details.isHidden())

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"{words(self._title)}\n{self.details.toPlainText()}")


class Strip(QWidget):
    """One line across the screen: icon, bold fact, what follows from it, perhaps one action."""

    action = pyqtSignal()

    def __init__(
        self,
        fact: Words = "",
        rest: Words = "",
        token: str = "warning",
        icon: Icon = Icon.WARNING,
        action: Words = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._token = token
        self.setMinimumHeight(Height.STATUS_STRIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.M)
        self.fact = Label(fact, "body_bold", "t1")
        self.rest = Label(rest, "body", "t2", wrap=True)
        row.addWidget(IconMark(icon, token))
        row.addWidget(self.fact)
        row.addWidget(self.rest, 1)
        if words(action):
            button = Button(action, size=ButtonSize.SMALL)
            button.clicked.connect(self.action)
            row.addWidget(button)

    def set_words(self, fact: Words, rest: Words = "") -> None:
        self.fact.set_text(fact)
        self.rest.set_text(rest)
        self.setAccessibleName(f"{words(fact)} {words(rest)}")

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painting.frame(painter, area, Radius.PANEL, theme.colour("bg1"), theme.colour(self._token, 0.75))


class OfflineStrip(Strip):
    """Under the top bar: since when, and what still works."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon=Icon.OFFLINE, parent=parent)
        self.hide()

    def show_offline(self, since: str, still_works: Words) -> None:
        fact = Text(ko="{since}부터 연결이 끊겼어요.", en="Offline since {since}.").format(since=since)
        self.set_words(fact, still_works)
        self.show()


class StaleMark(QWidget):
    """Beside a value that is old: clock icon and its age."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self._age = Label("", "table", "warning")
        row.addWidget(IconMark(Icon.STALE, "warning", IconSize.TINY))
        row.addWidget(self._age)

    def set_age(self, age: Words) -> None:
        self._age.set_text(age)
        self.setAccessibleName(f"{tr(Text(ko='시세 지연', en='Stale prices'))} {words(age)}")
