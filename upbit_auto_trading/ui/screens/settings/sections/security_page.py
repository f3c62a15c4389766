"""Security: the key vault in its present state, its settings, and the journal."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPlace, settings_of
from upbit_auto_trading.ui.screens.settings.sections.journal_panel import JournalPanel
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import KeyDialog
from upbit_auto_trading.ui.screens.settings.sections.keys_panel import KeysPanel
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.page_use import PageUse
from upbit_auto_trading.ui.screens.settings.sections.vault_panels import CreatePanel, UnlockPanel, UnusablePanel
from upbit_auto_trading.ui.screens.settings.view_model.journal import JournalViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import Phase, VaultViewState
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

_LINE = Text(
    "키는 암호화해서 이 컴퓨터에만 두고, 기록이나 백업에 그대로 남기지 않아요.",
    "Keys are encrypted and stay on this computer; they never appear in a log, and in a backup only encrypted.",
)
_VAULT = Text("거래소 키", "Exchange keys")
_RULES = Text("잠금", "Locking")
_STATES = {
    Phase.EMPTY: (Text("키 파일 없음", "No key file"), "t2", Icon.KEY),
    Phase.LOCKED: (Text("잠김", "Locked"), "t2", Icon.LOCKED),
    Phase.OPEN: (Text("열림", "Open"), "success", Icon.UNLOCKED),
    Phase.UNUSABLE: (Text("열 수 없음", "Cannot be opened"), "error", Icon.ERROR),
}


class SecurityPage(SectionPage):
    def __init__(self, services: AppServices, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, _LINE, parent)
        self.vault = VaultViewModel(services, self)
        self.journal_model = JournalViewModel(services, self)
        self.loading = LoadingState(rows=3)
        # of these, one is shown: the others are made when the vault comes into their state
        self._create = Later(lambda: CreatePanel(self.vault))
        self._unlock = Later(lambda: UnlockPanel(self.vault))
        self._keys = Later(lambda: KeysPanel(self.vault))
        self._unusable = Later(lambda: UnusablePanel(self.vault))
        self._parts: dict[Phase, QWidget] = {
            Phase.LOADING: self.loading,
            Phase.EMPTY: self._create,
            Phase.LOCKED: self._unlock,
            Phase.OPEN: self._keys,
            Phase.UNUSABLE: self._unusable,
        }
        self.badge = Badge()
        self._rules = FormPlace(settings_of("security"), services.settings, _RULES)
        self._journal = Later(lambda: JournalPanel(self.journal_model))
        self.add(self._vault_panel())
        self.add(self._rules)
        self.add(self._journal)
        self.finish()
        self._connect()

    def _connect(self) -> None:
        for place in (self._create, self._unlock, self._keys, self._unusable):
            place.made.connect(self._tell_panels)
        self.vault.state_changed.connect(self._show)
        self.vault.answered.connect(lambda _name, _worked: self.journal_model.load())
        self._use = PageUse(self, (KeyDialog,))
        self._use.used.connect(self.vault.touch)
        self._show(self.vault.state)

    @property
    def create_panel(self) -> CreatePanel:
        return self._create.content

    @property
    def unlock_panel(self) -> UnlockPanel:
        return self._unlock.content

    @property
    def keys_panel(self) -> KeysPanel:
        return self._keys.content

    @property
    def unusable_panel(self) -> UnusablePanel:
        return self._unusable.content

    @property
    def journal(self) -> JournalPanel:
        return self._journal.content

    @property
    def form(self) -> SettingForm:
        return self._rules.form

    def _vault_panel(self) -> Panel:
        panel = Panel(_VAULT)
        panel.add_tool(self.badge)
        column = panel.body_layout(0, 0)
        self.loading.setFixedHeight(120)
        for part in self._parts.values():
            column.addWidget(part)
        return panel

    def load(self) -> None:
        self.vault.load()
        self.journal_model.load()

    def show_part(self, part: str) -> None:
        """The key of that identity, as soon as the list is there."""
        self.keys_panel.look_at(part)
        self._reveal_key()

    def _reveal_key(self) -> None:
        if self._keys.is_made and self.keys_panel.details.isVisible():
            self.reveal(self.keys_panel.details)

    @pyqtSlot(object)
    def _show(self, state: VaultViewState) -> None:
        for phase, part in self._parts.items():
            part.setVisible(phase is state.phase)
        self.badge.setVisible(state.phase in _STATES)
        if state.phase in _STATES:
            self.badge.set_state(*_STATES[state.phase])
        self._tell_panels()

    def _tell_panels(self) -> None:
        for place in (self._create, self._unlock, self._keys, self._unusable):
            if place.is_made:
                place.content.show_state(self.vault.state)

    # using the page keeps the keys from locking by themselves

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._use.follow()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """A shown key does not wait for whoever comes back to this page."""
        self._use.remove()
        self.vault.hide_key()
        super().hideEvent(event)
