"""A section that is nothing but its declarations."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.config.settings import ALL_SETTINGS
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.utils.bilingual_text import Text

AT_ONCE = Text("바꾸면 바로 적용하고 저장해요.", "Changes take effect and are stored at once.")


class FormPage(SectionPage):
    def __init__(self, services: AppServices, group: str, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, AT_ONCE, parent)
        self.form = SettingForm(settings_of(group), services.settings)
        self.add(form_panel(self.form))
        self.finish()


def settings_of(group: str) -> tuple[Setting, ...]:
    return tuple(setting for setting in ALL_SETTINGS if setting.group == group)


def form_panel(form: SettingForm, title: Text | str = "") -> Panel:
    panel = Panel(title)
    if not title:
        panel.header.hide()
    panel.set_body(form)
    return panel
