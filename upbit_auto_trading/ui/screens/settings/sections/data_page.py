"""Data and backup: where everything lies and why, its settings, making a backup, going back to one."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.screens.settings.sections.backup_panel import BackupPanel
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPlace, settings_of
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, Fact, NoticeBox
from upbit_auto_trading.ui.screens.settings.sections.restore_dialog import RestoreDialog
from upbit_auto_trading.ui.screens.settings.view_model.backups import BackupsState, BackupsViewModel
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.utils.bilingual_text import Text

_LINE = Text("자료는 모두 이 컴퓨터에 있어요. 밖으로 보내지 않아요.", "All data stays on this computer.")
_FOLDER = Text("자료 폴더", "Data folder")
_OPEN = Text("폴더 열기", "Open folder")
_RULES = Text("백업 규칙", "Backup rules")
_STARTING_AGAIN = Text("복원하려고 다시 시작하는 중이에요.", "Starting again to restore.")
_STARTING_AGAIN_REST = Text("잠시 뒤 창이 다시 열려요.", "The window opens again in a moment.")
#: shown with the candles they are about
CANDLE_RULES = "data.candles_"


class DataPage(SectionPage):
    def __init__(self, services: AppServices, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, _LINE, parent)
        self.model = BackupsViewModel(services, self)
        self.folder = FolderPanel(self.model)
        self.error = ErrorBox()
        self.error.shown.connect(lambda: self.reveal(self.error))
        self.starting_again = NoticeBox(_STARTING_AGAIN, _STARTING_AGAIN_REST, "info", Icon.REFRESH)
        self.starting_again.hide()
        self._backups = Later(lambda: BackupPanel(self.model))
        rules = (setting for setting in settings_of("data") if not setting.id.startswith(CANDLE_RULES))
        self._rules = FormPlace(rules, services.settings, _RULES)
        self._dialog: RestoreDialog | None = None
        self.add(self.folder)
        self.add(self.error)
        self.add(self.starting_again)
        self.add(self._backups)
        self.add(self._rules)
        self.finish()
        self.model.state_changed.connect(self._show)

    @property
    def backups(self) -> BackupPanel:
        return self._backups.content

    @property
    def form(self) -> SettingForm:
        return self._rules.form

    def load(self) -> None:
        self.model.load()

    @property
    def dialog(self) -> RestoreDialog | None:
        return self._dialog

    @pyqtSlot(object)
    def _show(self, state: BackupsState) -> None:
        self.error.set_message(state.error)
        self.starting_again.setVisible(state.is_starting_again)
        if state.to_restore is not None and self._dialog is None:
            self._dialog = RestoreDialog(state.to_restore, self)
            self._dialog.finished.connect(self._answer_restore)
            self._dialog.open()

    @pyqtSlot(int)
    def _answer_restore(self, _result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        confirmed = dialog.is_confirmed
        dialog.deleteLater()
        if confirmed:
            self.model.restore()
        else:
            self.model.put_off_restore()


class FolderPanel(Panel):
    """Where the data lies, and why there."""

    def __init__(self, model: BackupsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_FOLDER, parent=parent)
        self._model = model
        self.open_button = Button(_OPEN, icon=Icon.FOLDER)
        self.open_button.clicked.connect(model.open_folder)
        self.path = Label(str(model.state.folder), "body_bold", wrap=True)
        self.path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.why = Label(model.state.why, "table", "t2", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        words.addWidget(self.path)
        words.addWidget(self.why)
        top = QHBoxLayout()
        top.setSpacing(Space.XXL)
        top.addLayout(words, 1)
        top.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        self.sizes = (
            Fact(Text("자료 (data)", "Data (data)")),
            Fact(Text("기록 (logs)", "Logs (logs)")),
            Fact(Text("백업 (backups)", "Backups (backups)")),
        )
        facts = QHBoxLayout()
        facts.setSpacing(Space.GIANT)
        for fact in self.sizes:
            facts.addWidget(fact)
        facts.addStretch(1)
        body = self.body_layout(Space.XL, Space.L)
        body.addLayout(top)
        body.addLayout(facts)
        model.state_changed.connect(lambda _state: self._show())
        retranslating(self, self._show)

    def _show(self) -> None:
        sizes = self._model.state.sizes
        counts = (sizes.data_bytes, sizes.logs_bytes, sizes.backups_bytes) if sizes else (None, None, None)
        for fact, count in zip(self.sizes, counts, strict=True):
            fact.value.set_text(formats.byte_size(count, current_language()))
