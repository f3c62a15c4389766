"""Connects the parts of the window: keys, finder, kill switch, notices and toasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PyQt6.QtCore import QObject, QPoint, pyqtSlot
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.config.settings import SUCCESS_TOASTS
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.appearance import Appearance
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.keys import OF_WIDGETS
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.main_window import MainWindow
from upbit_auto_trading.ui.notices import Notice, NoticeLevel
from upbit_auto_trading.ui.runtime.engine_link import EngineLink
from upbit_auto_trading.ui.screen import ScreenEntry
from upbit_auto_trading.ui.shell.finder import Findable, Finder
from upbit_auto_trading.ui.shell.key_filter import KeyFilter
from upbit_auto_trading.ui.widgets.kill_menu import KillLevel
from upbit_auto_trading.ui.widgets.tabs import tabs_around
from upbit_auto_trading.ui.widgets.toast import ToastHost, ToastLevel
from upbit_auto_trading.utils.bilingual_text import Text

STOP_ENTRIES = KillLevel(
    "stop_entries",
    Text("새 진입 멈춤", "Stop entries"),
    Text("보유 포지션의 보호는 계속돼요.", "Open positions stay protected."),
)
_NOTHING_RUNS = Text("실행 중인 전략 없음", "no strategy runs")
_ENGINE_FAILED = Text("엔진에 문제가 있어요", "The engine has a problem")
_NO_ANSWER = Text("엔진이 2초 동안 응답하지 않아요", "The engine has not answered for 2 s")
_NO_ANSWER_LINE = Text(
    "응답하면 바로 멈춰요. 지금은 실행 중인 전략과 주문이 없어요.",
    "It stops as soon as it answers. No strategy is running and no order is open.",
)
_NOT_SAVED = Text("설정을 저장하지 못했어요", "The setting was not saved")
_LISTS_LOST = Text("관심 목록을 읽거나 저장하지 못했어요", "The watch lists were not read or saved")
_SHORTCUT_NOT_SAVED = Text("단축키를 저장하지 못했어요", "The shortcut was not saved")
_SHORTCUT_LINE = Text("이전 단축키로 되돌렸어요.", "The previous shortcut is back.")


class WindowWiring(QObject):
    """Lives as long as the window."""

    def __init__(
        self,
        window: MainWindow,
        services: AppServices,
        engine: EngineLink,
        appearance: Appearance,
        screens: tuple[ScreenEntry, ...],
        findables: Callable[[Appearance], tuple[Findable, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._engine = engine
        self._screens = {entry.id: entry for entry in screens}
        self._findables = findables
        self._appearance = appearance
        self.finder: Finder | None = None
        self.toasts = ToastHost(window)
        self.keys = KeyFilter(services.shortcuts.keys, self._actions(), self)
        services.shortcuts.set_usable((*self.keys.shortcut_ids, *OF_WIDGETS))
        self._connect()

    def _actions(self) -> dict[str, Callable[[], None]]:
        navigation = self._services.navigation
        actions: dict[str, Callable[[], None]] = {"kill_switch": self._window.top_bar.kill_switch.trigger_first_level}
        for entry in self._screens.values():
            actions[entry.shortcut_id] = partial(navigation.show, entry.id)
        actions |= {
            "help": self.show_help,
            "search": self.open_finder,
            "theme": self._appearance.toggle_theme,
            "back": navigation.back,
            "forward": navigation.forward,
            "next_tab": lambda: self._move_tab(1),
            "previous_tab": lambda: self._move_tab(-1),
        }
        return actions

    def _connect(self) -> None:
        window, services = self._window, self._services
        kill_switch = window.top_bar.kill_switch
        kill_switch.set_levels([STOP_ENTRIES], _NOTHING_RUNS)
        kill_switch.triggered.connect(lambda _level: self._engine.stop_entries())
        kill_switch.restart_asked.connect(self._engine.resume_entries)
        kill_switch.no_answer.connect(self._tell_no_answer)
        self._engine.entries_gate_changed.connect(self._show_gate)
        self._engine.failed.connect(self._tell_engine_error)
        window.top_bar.search.clicked.connect(self.open_finder)
        window.status_bar.problems_pressed.connect(window.top_bar.bell.open)
        window.status_bar.work_pressed.connect(lambda: services.navigation.show("monitor"))
        services.notices.added.connect(self._toast)
        services.notices.changed.connect(self._count_problems)
        services.operations.long_running_changed.connect(window.status_bar.show_work)
        services.shortcuts.changed.connect(self._follow_keys)
        services.shortcuts.save_failed.connect(self._tell_shortcut_lost)
        services.settings.write_failed.connect(self._tell_setting_lost)
        services.market_data.watch_lists.failed.connect(self._tell_lists_lost)

    def remove(self) -> None:
        self.keys.remove()

    # keys, finder, help

    def open_finder(self) -> None:
        search = self._window.top_bar.search
        self.finder = Finder(self._findables(self._appearance), self._window)
        self.finder.open_at(search.mapToGlobal(QPoint(0, 0)))

    def show_help(self) -> None:
        entry = self._screens.get(self._services.navigation.current)
        self._services.navigation.show(f"help/{entry.help_page}" if entry is not None else "help")

    def _move_tab(self, step: int) -> None:
        screen = self._window.screen_widget(self._services.navigation.current)
        tabs = tabs_around(screen, QApplication.focusWidget())
        if tabs is not None:
            tabs.next_tab(step)

    @pyqtSlot()
    def _follow_keys(self) -> None:
        self.keys.set_keys(self._services.shortcuts.keys)
        self._window.top_bar.search.set_keys(self._services.shortcuts.keys.shown("search"))

    # the kill switch

    @pyqtSlot(object)
    def _show_gate(self, stopped_at: datetime | None) -> None:
        kill_switch = self._window.top_bar.kill_switch
        if stopped_at is None:
            kill_switch.set_ready()
        else:
            kill_switch.set_stopped(formats.clock(stopped_at))

    @pyqtSlot()
    def _tell_no_answer(self) -> None:
        self._services.notices.add(NoticeLevel.ERROR, _NO_ANSWER, _NO_ANSWER_LINE)

    @pyqtSlot(object)
    def _tell_engine_error(self, error: BaseException) -> None:
        self._services.notices.add(NoticeLevel.ERROR, _ENGINE_FAILED, _sentences(error))

    # notices

    @pyqtSlot(object)
    def _toast(self, notice: Notice) -> None:
        wants_all = self._services.settings.is_on(SUCCESS_TOASTS)
        if notice.level in (NoticeLevel.SUCCESS, NoticeLevel.INFO) and not wants_all:
            return
        self.toasts.show_toast(ToastLevel(notice.level.value), notice.title, notice.body)

    @pyqtSlot()
    def _count_problems(self) -> None:
        self._window.status_bar.show_problems(self._services.notices.problem_count())

    @pyqtSlot(object)
    def _tell_lists_lost(self, error: Exception) -> None:
        self._services.notices.add(NoticeLevel.ERROR, _LISTS_LOST, _sentences(error))

    @pyqtSlot(str, object)
    def _tell_setting_lost(self, _setting_id: str, error: BaseException) -> None:
        self._services.notices.add(NoticeLevel.ERROR, _NOT_SAVED, _sentences(error))

    @pyqtSlot()
    def _tell_shortcut_lost(self) -> None:
        self._services.notices.add(NoticeLevel.ERROR, _SHORTCUT_NOT_SAVED, _SHORTCUT_LINE)


def _sentences(error: BaseException) -> Text:
    message = explain(error)
    parts = (message.title, message.meaning, message.mend)
    return Text(" ".join(p.ko for p in parts if p.ko), " ".join(p.en for p in parts if p.en))
