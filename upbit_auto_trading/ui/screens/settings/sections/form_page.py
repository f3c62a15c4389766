"""A section that is nothing but its declarations."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.config.settings import ALL_SETTINGS
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.utils.bilingual_text import Text

AT_ONCE = Text("바꾸면 바로 적용하고 저장해요.", "Changes take effect and are stored at once.")


class FormPage(SectionPage):
    def __init__(self, services: AppServices, group: str, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, AT_ONCE, parent)
        self._place = FormPlace(settings_of(group), services.settings)
        self.add(self._place)
        self.finish()

    @property
    def form(self) -> SettingForm:
        return self._place.form


class FormPlace(Later[Panel]):
    """A panel with the settings, made in a turn of its own."""

    def __init__(self, settings: Iterable[Setting], state: SettingsState, title: Text | str = "") -> None:
        super().__init__(self._make_panel)
        self._settings = tuple(settings)
        self._state = state
        self._title = title

    @property
    def form(self) -> SettingForm:
        self.make()
        return self._form

    def _make_panel(self) -> Panel:
        self._form = SettingForm(self._settings, self._state)
        panel = Panel(self._title)
        if not self._title:
            panel.header.hide()
        panel.set_body(self._form)
        return panel


def settings_of(group: str) -> tuple[Setting, ...]:
    return tuple(setting for setting in ALL_SETTINGS if setting.group == group)
