"""The settings screen: sections at the left, the chosen one at the right, each made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.config.settings import ALL_SETTINGS, GROUP_TITLES
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.screens.settings.sections.data_page import CANDLE_RULES, DataPage
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPage
from upbit_auto_trading.ui.screens.settings.sections.history_page import HistoryPage
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.section_list import SectionList
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.sections.shortcuts_page import ShortcutsPage
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("설정", "Settings")
_SCREEN = "settings"
SHORTCUTS = "shortcuts"
HISTORY = "history"
MARKET_DATA = "market_data"
_DATA = "data"
_OWN_TITLES = {
    MARKET_DATA: Text("시세 자료", "Market data"),
    SHORTCUTS: Text("단축키", "Shortcuts"),
    HISTORY: Text("변경 기록", "Change history"),
}
_ICONS = {
    "appearance": Icon.LIGHT_THEME,
    "notices": Icon.BELL,
    "practice": Icon.PRACTICE_SCREEN,
    _DATA: Icon.SAVE,
    MARKET_DATA: Icon.DATABASE,
    "security": Icon.KEY,
    "logging": Icon.RECORD,
    SHORTCUTS: Icon.LINES,
    HISTORY: Icon.HISTORY,
}


def _market_data_page(services: AppServices, title: Text) -> SectionPage:
    """Loaded when it is first shown: it stands on columns of candles."""
    from upbit_auto_trading.ui.screens.settings.sections.market_data_page import MarketDataPage

    return MarketDataPage(services, title)


_PAGES: dict[str, Callable[[AppServices, Text], SectionPage]] = {
    _DATA: DataPage,
    MARKET_DATA: _market_data_page,
    "security": SecurityPage,
    SHORTCUTS: ShortcutsPage,
    HISTORY: HistoryPage,
}


def section_ids() -> tuple[str, ...]:
    """Every group that is declared, so that a new one appears by itself; then our own sections."""
    declared = list(dict.fromkeys([*GROUP_TITLES, *(setting.group for setting in ALL_SETTINGS)]))
    declared.insert(declared.index(_DATA) + 1, MARKET_DATA)
    return (*declared, SHORTCUTS, HISTORY)


def setting_place(setting: Setting) -> str:
    """Where it is changed, as the navigation names it."""
    if setting.id.startswith(CANDLE_RULES):
        return f"{_SCREEN}/{MARKET_DATA}/rules"
    return f"{_SCREEN}/{setting.group}"


def section_title(section_id: str) -> Text:
    return _OWN_TITLES.get(section_id) or GROUP_TITLES.get(section_id) or Text(section_id, section_id)


class SettingsView(QWidget):
    """Does nothing before it is first shown."""

    def __init__(self, services: AppServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._pages: dict[str, SectionPage] = {}
        self._current = section_ids()[0]
        self._part = ""
        self._is_built = False
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))

    @property
    def current_section(self) -> str:
        return self._current

    @property
    def page(self) -> SectionPage:
        """The page of the current section; for one that was never shown it is made now."""
        self._build()
        return self._pages[self._current]

    def show_place(self, place: str) -> None:
        """``security``, ``security/<key>``, ``data`` …; an unknown section leaves everything as it is."""
        section_id, _, part = place.partition("/")
        if section_id not in section_ids():
            return
        self._current, self._part = section_id, part
        if self._is_built:
            self._show_current()

    def showEvent(self, event: QShowEvent | None) -> None:
        self._build()
        super().showEvent(event)

    def _build(self) -> None:
        if self._is_built:
            return
        self._is_built = True
        entries = [(known, section_title(known), _ICONS.get(known, Icon.SETTINGS)) for known in section_ids()]
        self.sections = SectionList(entries)
        self.sections.chosen.connect(self._choose)
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(*(4 * (Shell.CONTENT_PADDING,)))
        row.setSpacing(Shell.GUTTER)
        row.addWidget(self.sections)
        row.addWidget(self._stack, 1)
        self._show_current()

    def _choose(self, section_id: str) -> None:
        """By way of the navigation, so that "back" knows it."""
        self.show_place(section_id)
        self._services.navigation.show(f"{_SCREEN}/{section_id}")

    def _show_current(self) -> None:
        self.sections.set_current(self._current)
        if self._current not in self._pages:
            make = _PAGES.get(self._current)
            title = section_title(self._current)
            page = make(self._services, title) if make else FormPage(self._services, self._current, title)
            self._pages[self._current] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._pages[self._current])
        if self._part:
            self._pages[self._current].show_part(self._part)
