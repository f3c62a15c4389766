"""The window: navigation and nothing else. Screens are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import bind_text
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.navigation import Navigation
from upbit_auto_trading.ui.screen import ScreenEntry
from upbit_auto_trading.ui.shell.status_bar import StatusBar
from upbit_auto_trading.ui.shell.top_bar import TopBar
from upbit_auto_trading.ui.widgets.navigation_rail import NavigationRail, RailEntry
from upbit_auto_trading.utils.bilingual_text import Text

_COMING = Text("화면을 준비하고 있어요", "Preparing the screen")
GEOMETRY = "main-window"
LAST_SCREEN = "last-screen"
_TITLE = Text("업비트 자동매매 시스템", "Upbit AutoTrader")
#: a move or resize is kept once it has been quiet this long, so that a crash loses little and a drag writes once
_REMEMBER_AFTER_MS = 1_000
_FIRST_SIZE = QSize(1280, 800)
#: what a title bar and the edges of a window take from the screen
_FRAME = QSize(0, 40)


class MainWindow(QMainWindow):
    close_asked = pyqtSignal()
    first_painted = pyqtSignal()
    #: it lives as long as the program
    screen_made = pyqtSignal()

    def __init__(
        self,
        screens: tuple[ScreenEntry, ...],
        navigation: Navigation,
        top_bar: TopBar,
        status_bar: StatusBar,
        remember: Callable[[str, bytes], None],
    ) -> None:
        super().__init__()
        self._screens = {entry.id: entry for entry in screens}
        self._navigation = navigation
        self._remember = remember
        self._made: dict[str, QWidget] = {}
        self._holders: dict[str, QWidget] = {}
        self._may_close = False
        self._is_painted = False
        self.top_bar = top_bar
        self.status_bar = status_bar
        self.rail = NavigationRail(
            tuple(RailEntry(entry.id, entry.title, entry.icon, entry.at_bottom) for entry in screens)
        )
        self.stack = QStackedWidget()
        self._coming: QWidget | None = None
        #: which screen and place the user went to last
        self._wanted = ("", "")
        #: strips under the top bar (offline, first start, problems) go here
        self.strips = QVBoxLayout()
        self.setCentralWidget(self._arrange())
        bind_text(self.setWindowTitle, _TITLE)
        self.setMinimumSize(960, 560)
        self.resize(_FIRST_SIZE)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_REMEMBER_AFTER_MS)
        self._quiet.timeout.connect(self._remember_geometry)
        self.rail.chosen.connect(navigation.show)
        navigation.shown.connect(self._show_screen)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.installEventFilter(self)

    def _arrange(self) -> QWidget:
        centre = QWidget()
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top_bar)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        content = QVBoxLayout()
        content.setSpacing(0)
        self.strips.setContentsMargins(Shell.CONTENT_PADDING, 0, Shell.CONTENT_PADDING, 0)
        content.addLayout(self.strips)
        content.addWidget(self.stack, 1)
        middle.addLayout(content, 1)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status_bar)
        return centre

    def screen_widget(self, screen_id: str) -> QWidget:
        """Makes it where that has not happened yet."""
        if screen_id not in self._made:
            widget = self._screens[screen_id].make()
            holder = _Scrolling(widget)
            self._made[screen_id] = widget
            self._holders[screen_id] = holder
            self.stack.addWidget(holder)
            self.screen_made.emit()
        return self._made[screen_id]

    def _show_screen(self, screen_id: str, place: str) -> None:
        entry = self._screens[screen_id]
        self._wanted = (screen_id, place)
        self.rail.set_current(screen_id)
        self.top_bar.title.set_text(entry.title)
        self._remember(LAST_SCREEN, screen_id.encode())
        if screen_id in self._made:
            self._bring(screen_id, place)
            return
        entry.load(lambda: self._bring(screen_id, place))
        if screen_id not in self._made:
            self._show_coming()

    def _show_coming(self) -> None:
        """While what a screen needs is loaded."""
        from upbit_auto_trading.ui.widgets.states import LoadingState

        if self._coming is None:
            self._coming = LoadingState(_COMING, 12, can_cancel=False)
            self.stack.addWidget(self._coming)
        self.stack.setCurrentWidget(self._coming)

    def _bring(self, screen_id: str, place: str) -> None:
        """Where the user has not gone elsewhere while it was loaded."""
        if self._wanted != (screen_id, place):
            return
        widget = self.screen_widget(screen_id)
        self.stack.setCurrentWidget(self._holders[screen_id])
        if place:
            self._screens[screen_id].show_place(widget, place)

    # size and place

    def restore(self, geometry: bytes | None) -> None:
        """Qt refuses bytes it does not know and moves a window from a missing screen back onto one."""
        if geometry is None or not self.restoreGeometry(QByteArray(geometry)):
            screen = self.screen()
            if screen is not None:
                self.resize(_FIRST_SIZE.boundedTo(screen.availableSize() - _FRAME))

    def _remember_geometry(self) -> None:
        self._remember(GEOMETRY, self.saveGeometry().data())

    def moveEvent(self, event: QMoveEvent | None) -> None:
        self._quiet.start()
        super().moveEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._quiet.start()
        super().resizeEvent(event)

    def come_to_front(self) -> None:
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()

    # the beginning and the end

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.UpdateRequest and not self._is_painted:
            self._is_painted = True
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.first_painted.emit)
        return super().eventFilter(watched, event)

    def allow_close(self) -> None:
        self._may_close = True

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Closing asks; the shutdown runs while the window stays, and closes it at its end."""
        if event is None:
            return
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self._quiet.stop()
        self._remember_geometry()
        self.close_asked.emit()


class _Scrolling(QScrollArea):
    """Below the smallest client area a screen scrolls down, never sideways."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(screen)
