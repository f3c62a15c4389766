"""The program with its window: what is built, how the parts are wired, and the order of the first second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QObject, Qt, QTimer, QUrl, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDesktopServices, QGuiApplication
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.ports.crash_reports import CrashSummary
from upbit_auto_trading.composition_root.core import OpenExchange, ProgramCore
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop_screens import DesktopScreens
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.maintenance import make_maintenance
from upbit_auto_trading.composition_root.market_data_screens import market_data_services
from upbit_auto_trading.composition_root.opened import Opened
from upbit_auto_trading.composition_root.screen_modules import AFTER_MS, loading_screens
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.app_paths import FolderChoice
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.appearance import Appearance
from upbit_auto_trading.ui.crash_dialog import TITLE as CRASH_TITLE
from upbit_auto_trading.ui.crash_dialog import CrashDialog, report_line
from upbit_auto_trading.ui.design.fonts import hangul_font_package
from upbit_auto_trading.ui.design.slices import Slices
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.key_notices import KeyNotice
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.main_window import GEOMETRY, LAST_SCREEN, MainWindow
from upbit_auto_trading.ui.market_notices import MarketNotice
from upbit_auto_trading.ui.navigation import Navigation
from upbit_auto_trading.ui.notices import NoticeAction, NoticeLevel, Notices
from upbit_auto_trading.ui.runtime.event_loop_watch import EventLoopWatch
from upbit_auto_trading.ui.runtime.garbage import GarbageCollector
from upbit_auto_trading.ui.runtime.instance_front import InstanceFront
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.shutdown import EndReason, ShutdownOutcome
from upbit_auto_trading.ui.shell.bell import Bell
from upbit_auto_trading.ui.shell.logo import window_icon
from upbit_auto_trading.ui.shell.status_bar import StatusBar
from upbit_auto_trading.ui.shell.top_bar import TopBar
from upbit_auto_trading.ui.startup_problem import StartupProblemDialog, StartupWay
from upbit_auto_trading.ui.widgets.kill_switch import KillSwitch
from upbit_auto_trading.ui.window_pulse import WindowPulse
from upbit_auto_trading.ui.window_wiring import WindowWiring
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
_REMEMBERING = Text("창 상태 저장", "Saving the window's state")
_NO_HANGUL = Text("한글 글꼴이 없어요", "No Korean font is installed")
_NO_HANGUL_LINE = Text(
    "영어로 바꿨어요. {package}{을/를} 설치하면 한국어로 볼 수 있어요.",
    "The interface was switched to English. Install {package} to use Korean.",
)
_PER_USER = Text("자료를 사용자 폴더에 보관해요", "Data is kept in your user folder")
_PER_USER_LINE = Text(
    "프로그램이 있는 곳에 쓸 수 없어서 {folder}{을/를} 써요.",
    "The program's own place cannot be written, so {folder} is used.",
)
_TO_THE_KEYS = Text("키 보기", "Go to the keys")
_REPLACE_KEY = Text("키 바꾸기", "Replace the key")
_READ_REPORT = Text("보고서 읽기", "Read the report")
_UNCLEAN = Text("지난번에 갑자기 끝났어요", "The last run ended abruptly")
_UNCLEAN_LINE = Text(
    "저장된 자료를 확인했고 이상이 없어요. 시세 파일은 뒤에서 마저 확인해요.",
    "What was stored has been checked and is whole. The market data is being checked in the background.",
)
_MARKET_DATA_DAMAGED = Text("시세 파일이 손상됐어요", "The market data is damaged")


class DesktopProgram(QObject):
    """Everything is built before the window shows; files, threads and work begin after its first paint."""

    #: the files are open and the engine runs
    usable = pyqtSignal()
    #: the first price is on the screen; an exchange takes a while to be reached
    priced = pyqtSignal()

    def __init__(
        self,
        app: QApplication,
        opened: Opened,
        options: StartOptions,
        crashes: Crashes,
        leave: Callable[[int], None] = QCoreApplication.exit,
        open_exchange: OpenExchange | None = None,
        exchange_keys: ExchangeKeys | None = None,
    ) -> None:
        super().__init__()
        self._app = app
        self.opened = opened
        self.core = ProgramCore(opened, leave, open_exchange, exchange_keys)
        self.crash_dialog: CrashDialog | None = None
        self._remembered = dict(opened.look.ui_state)
        crashes.settings_texts = self.core.settings.texts_that_differ
        crashes.signals.crashed.connect(self.tell_crash)
        self.slices = Slices(app)
        self.theme = Theme(app)
        self.appearance = Appearance(app, self.core.settings, self.theme, options.language)
        app.setWindowIcon(window_icon())
        self.notices = Notices(opened.clock, self)
        self.screens = DesktopScreens(self.core, self.notices)
        self.navigation = Navigation(self.screens.ids, self)
        layouts = LayoutMemory(self._remembered.get, self._remember)
        self.services = AppServices(
            clock=opened.clock,
            paths=opened.paths,
            settings=self.core.settings,
            operations=self.core.operations,
            notices=self.notices,
            navigation=self.navigation,
            maintenance=make_maintenance(self.core, crashes.reports),
            shortcuts=self.core.shortcuts,
            key_inspector=self.core.exchange_keys,
            key_replaced=self.core.exchange_keys.key_replaced,
            start_again=lambda: self.core.stop(EndReason.START_AGAIN),
            open_folder=_open_folder,
            write_file=_write_file,
            layouts=layouts,
            market_data=market_data_services(self.core, layouts),
        )
        self.screens.use(self.services)
        self.kill_switch = KillSwitch(keys=self.core.shortcuts.keys.shown("kill_switch"))
        self.bell = Bell(self.notices, opened.clock)
        top_bar = TopBar(self.bell, self.kill_switch, self.core.shortcuts.keys.shown("search"))
        self.window = MainWindow(self.screens.entries, self.navigation, top_bar, StatusBar(), self._remember)
        self.wiring = WindowWiring(
            self.window, self.services, self.core.engine, self.appearance, self.screens.entries, self.screens.findables
        )
        self.screens.keep_free = self.wiring.toasts.keep_free
        self.screens.usable_shortcuts = lambda: self.core.shortcuts.usable
        self.pulse = WindowPulse(
            self.window, opened.clock, self.core.engine, self.core.exchange, self.screens.dashboard
        )
        self._watch = EventLoopWatch(opened.clock.monotonic, self.core.counts.record, self)
        self._load_screens = QTimer(self)
        self._load_screens.setSingleShot(True)
        self._load_screens.setInterval(AFTER_MS)
        self._load_screens.timeout.connect(self._load_modules)
        self.priced.connect(self._load_screens.start)
        #: whoever runs the event loop starts and stops it
        self.garbage = GarbageCollector(self)
        self._front = InstanceFront(opened.paths.data, self)
        self._front.show_requested.connect(self.window.come_to_front)
        self._connect()

    def _connect(self) -> None:
        # once more through the event loop: whoever looks at the first paint sees nothing of what follows it
        self.window.first_painted.connect(lambda: QTimer.singleShot(0, self._after_first_paint))
        self.window.close_asked.connect(lambda: self.core.stop())
        self.core.could_not_start.connect(self._explain_start_problem)
        self.core.market_data_damaged.connect(self._tell_market_data)
        self.core.key_checks.told.connect(self._tell_key)
        self.core.market_list.told.connect(self._tell_markets)
        self.core.ready.connect(self._after_ready)
        self.core.engine.prices_changed.connect(self._note_first_price)
        self.core.engine.started.connect(self.usable)
        self.core.shutdown.finished.connect(self._leave)
        for made in (self.window.screen_made, self.priced):
            made.connect(self.garbage.set_aside_soon)
        self._app.commitDataRequest.connect(self._session_ends)

    def start(self) -> None:
        state = self.opened.look.ui_state
        self.window.restore(state.get(GEOMETRY))
        last = state.get(LAST_SCREEN, b"").decode(errors="replace")
        self.navigation.show(last if last in self.screens.ids else self.screens.ids[0])
        self.window.show()
        self.window.setFocus()  # nothing looks chosen before the user chooses

    @pyqtSlot()
    def _after_first_paint(self) -> None:
        self._front.listen()
        self.core.start()
        self.pulse.start()
        self._watch.start()
        self._tell_places()

    @pyqtSlot()
    def _load_modules(self) -> None:
        self.core.operations.run_in_background(
            loading_screens(), initiator=self, on_success=lambda _none: self.garbage.set_aside_soon()
        )

    @pyqtSlot()
    def _after_ready(self) -> None:
        self.screens.load_first_data()
        self._tell_unclean_end()
        log_event(_LOGGER, logging.INFO, "ready")

    @pyqtSlot(object)
    def _note_first_price(self, _prices: object) -> None:
        self.core.engine.prices_changed.disconnect(self._note_first_price)
        QTimer.singleShot(0, self.priced.emit)

    # telling the user

    def _tell_places(self) -> None:
        if self.appearance.lacks_hangul:
            package = hangul_font_package() or "Noto Sans CJK KR"
            self.notices.add(NoticeLevel.WARNING, _NO_HANGUL, _NO_HANGUL_LINE.format(package=package))
        if self.opened.paths.choice is FolderChoice.PER_USER:
            line = _PER_USER_LINE.format(folder=self.opened.paths.user_root)
            self.notices.add(NoticeLevel.INFO, _PER_USER, line)

    @pyqtSlot(object)
    def tell_crash(self, summary: CrashSummary) -> None:
        """Always a notice; a dialog as well, unless one is open already: they are never stacked."""
        action = NoticeAction(_READ_REPORT, self._show_reports) if summary.file_name else None
        self.notices.add(NoticeLevel.ERROR, CRASH_TITLE, report_line(summary), action)
        if self._app.activeModalWidget() is None and self._app.activePopupWidget() is None:
            self.crash_dialog = CrashDialog(summary, self.window)
            self.crash_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.crash_dialog.report_asked.connect(self._show_reports)
            self.crash_dialog.open()

    @pyqtSlot()
    def _show_reports(self) -> None:
        self.navigation.show("monitor/reports")

    def _tell_unclean_end(self) -> None:
        if self.opened.last_end.was_unclean():
            self.notices.add(NoticeLevel.INFO, _UNCLEAN, _UNCLEAN_LINE)

    @pyqtSlot(object)
    def _tell_market_data(self, error: BaseException) -> None:
        message = explain(error)
        self.notices.add(NoticeLevel.ERROR, _MARKET_DATA_DAMAGED, message.mend)

    @pyqtSlot(object)
    def _tell_key(self, notice: KeyNotice) -> None:
        label = _REPLACE_KEY if notice.wants_new_key else _TO_THE_KEYS
        place = f"settings/security/{notice.credential_id}"
        action = NoticeAction(label, lambda: self.navigation.show(place))
        self.notices.add(notice.level, notice.title, notice.body, action)

    @pyqtSlot(object)
    def _tell_markets(self, notice: MarketNotice) -> None:
        self.notices.add(notice.level, notice.title, notice.body)

    @pyqtSlot(object)
    def _explain_start_problem(self, error: BaseException) -> None:
        dialog = StartupProblemDialog(explain(error), self.screens.start_ways(error), self.window)
        dialog.finished.connect(lambda _code: self._end_after_problem(dialog.chosen))
        dialog.open()

    def _end_after_problem(self, way: StartupWay | None) -> None:
        if way is None or way.between_runs is None:
            self.core.stop(EndReason.COULD_NOT_START)
            return
        self.core.between_runs = way.between_runs
        self.core.stop(EndReason.START_AGAIN)

    # state of the window

    def _remember(self, name: str, state: bytes) -> None:
        """What happens before the files are open is written when it happens again, at the latest at the end."""
        if not self.core.is_ready or self._remembered.get(name) == state:
            return
        self._remembered[name] = state
        operation = StorageOperation(_REMEMBERING, lambda stores, _context: stores.ui_state.write(name, state))
        self.core.operations.submit_to_storage(operation, on_failure=self._log_forgotten)

    def _log_forgotten(self, error: Exception) -> None:
        _LOGGER.warning("the window's state was not kept", exc_info=error)

    # the end

    @pyqtSlot()
    def _session_ends(self) -> None:
        """The user logs off: stop in order, as far as the system gives time."""
        self.core.stop()

    @pyqtSlot(object)
    def _leave(self, _outcome: ShutdownOutcome) -> None:
        self.pulse.stop()
        self._watch.stop()
        self._load_screens.stop()
        self.wiring.remove()
        self.slices.end()
        self._front.close()
        self.window.allow_close()
        self.window.close()


def make_application(arguments: list[str]) -> QApplication:
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(arguments)
    app.setApplicationName("UpbitAutoTrader")
    app.setApplicationDisplayName("Upbit AutoTrader")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("upbit-autotrader")
    app.setQuitOnLastWindowClosed(False)
    return app


def _write_file(path: str, content: bytes) -> None:
    from upbit_auto_trading.data_layer.durable_files import translated_os_error, write_whole

    try:
        write_whole(Path(path), content)
    except OSError as error:
        raise translated_os_error(error, Path(path)) from error


def _open_folder(folder: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
