"""What the vault shows in each of its states: nothing there yet, locked, or not to be opened at all."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.key_source_form import KeySourceForm
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import Phase, VaultViewState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.text_input import PasswordInput
from upbit_auto_trading.utils.bilingual_text import Text

_EMPTY = Text(
    "아직 키가 없어요. 연습과 모의는 키 없이 할 수 있어요. 먼저 키를 암호화할 파일을 여는 방법을 고르세요.",
    "No keys yet; practice and paper trading need none. First choose what opens the file in which keys are encrypted.",
)
_CREATE = Text("키 파일 만들기", "Create the key file")
_CREATE_AGAIN = Text("이전 키 파일은 {name}{으로/로} 옮겨 두었어요.", "The previous key file was kept as {name}.")
_LOCKED = {
    KeySource.PASSPHRASE: Text(
        "키가 잠겨 있어요. 비밀번호를 넣으면 목록을 볼 수 있어요.",
        "The keys are locked. The passphrase opens the list.",
    ),
    KeySource.SYSTEM_KEY_STORE: Text(
        "키가 잠겨 있어요. 시스템 키 저장소로 열어요. 시스템이 허락을 물을 수 있어요.",
        "The keys are locked. The system's key store opens them; the system may ask for permission.",
    ),
    KeySource.KEY_FILE: Text("키가 잠겨 있어요. 키 파일로 열어요.", "The keys are locked. The key file opens them."),
}
_PASSPHRASE = Text("비밀번호", "Passphrase")
_UNLOCK = Text("잠금 풀기", "Unlock")
_FILL_IN = Text("비밀번호를 넣으세요.", "Enter the passphrase.")
_WAIT = Text("{seconds}초 뒤에 다시 할 수 있어요.", "You can try again in {seconds} s.")
_SET_ASIDE = Text("파일을 치워 두고 키 다시 넣기", "Set the file aside and enter keys again")
_SET_ASIDE_LINE = Text(
    "파일은 지우지 않고 data/damaged 폴더로 옮겨요. 나중에 다시 꺼낼 수 있어요.",
    "The file is not deleted: it moves to the folder data/damaged, from where it can be taken back.",
)
_TRY_AGAIN = Text("다시 시도", "Try again")


class CreatePanel(QWidget):
    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.form = KeySourceForm()
        self.set_aside_note = RowNote()
        self.error = ErrorBox()
        self.create_button = Button(_CREATE, ButtonRole.PRIMARY, Icon.LOCKED)
        self.create_button.clicked.connect(self._create)
        column = _body(self)
        column.addWidget(self.set_aside_note)
        column.addWidget(Label(_EMPTY, "body", "t2", wrap=True))
        column.addWidget(self.form)
        column.addWidget(self.error)
        column.addLayout(_right(self.create_button))
        self.form.changed.connect(self._follow)
        model.answered.connect(self._hear_answer)
        self._follow()

    def _create(self) -> None:
        source = self.form.source
        if source is not None and self.form.obstacle is None and self.form.check():
            self._model.create(source, self.form.secret())

    def _follow(self) -> None:
        self.create_button.set_disabled_reason(self.form.obstacle)

    def _hear_answer(self, name: str, worked: bool) -> None:
        if name == "create" and worked:
            self.form.forget()

    def show_state(self, state: VaultViewState) -> None:
        self.form.show_key_store(state.key_store_is_usable)
        self.create_button.set_busy(state.is_busy)
        belongs_to_field = state.error_field == "passphrase"
        if belongs_to_field and state.error is not None:
            self.form.show_error(state.error.mend)
        self.error.set_message(None if belongs_to_field else state.error)
        if state.set_aside_as:
            self.set_aside_note.show_success(_CREATE_AGAIN.format(name=state.set_aside_as))


class UnlockPanel(QWidget):
    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._source: KeySource | None = None
        self.line = Label("", "body", "t2", wrap=True)
        self.passphrase = PasswordInput(_PASSPHRASE, name=_PASSPHRASE)
        self.passphrase.setFixedWidth(280)
        self.wait_note = RowNote()
        self.error = ErrorBox()
        self.unlock_button = Button(_UNLOCK, ButtonRole.PRIMARY, Icon.UNLOCKED)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.passphrase)
        row.addWidget(self.unlock_button)
        row.addStretch(1)
        column = _body(self)
        column.addWidget(self.line)
        column.addLayout(row)
        column.addWidget(self.wait_note)
        column.addWidget(self.error)
        self.unlock_button.clicked.connect(self._unlock)
        self.passphrase.field.returnPressed.connect(self._unlock)
        self.passphrase.filled.connect(self._follow_typing)
        model.answered.connect(self._hear_answer)

    @property
    def _needs_passphrase(self) -> bool:
        return self._source is KeySource.PASSPHRASE

    def _obstacle(self) -> Text | None:
        seconds = self._model.state.wait_seconds
        if seconds:
            return _WAIT.format(seconds=seconds)
        return _FILL_IN if self._needs_passphrase and not self.passphrase.text() else None

    def _unlock(self) -> None:
        if self._obstacle() is None and not self._model.state.is_busy:
            self._model.unlock(self.passphrase.secret() if self._needs_passphrase else None)

    def _follow_typing(self) -> None:
        self.unlock_button.set_disabled_reason(self._obstacle())

    def _hear_answer(self, name: str, worked: bool) -> None:
        """A wrong passphrase stays to be corrected; a right one is wiped."""
        if name == "unlock" and worked:
            self.passphrase.clear()

    def show_state(self, state: VaultViewState) -> None:
        self._source = state.source
        self.line.set_text(_LOCKED[state.source] if state.source is not None else "")
        self.passphrase.setVisible(self._needs_passphrase)
        self.unlock_button.set_busy(state.is_busy)
        self._follow_typing()
        belongs_to_field = state.error_field == "passphrase" and self._needs_passphrase
        self.passphrase.set_error(state.error.title if belongs_to_field and state.error is not None else None)
        self.error.set_message(None if belongs_to_field else state.error)
        if state.wait_seconds:
            self.wait_note.show_warning(_WAIT.format(seconds=state.wait_seconds))
        else:
            self.wait_note.show_hint("")


class UnusablePanel(QWidget):
    """Damaged, cut off, from another machine, from a newer version: its sentence, and the way on."""

    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = ErrorBox()
        self.set_aside_button = HoldButton(_SET_ASIDE, icon=Icon.FOLDER)
        self.set_aside_button.completed.connect(model.set_aside)
        self.retry_button = Button(_TRY_AGAIN, icon=Icon.REFRESH)
        self.retry_button.clicked.connect(model.load)
        column = _body(self)
        column.addWidget(self.error)
        column.addWidget(Label(_SET_ASIDE_LINE, "table", "t2", wrap=True))
        column.addLayout(_right(self.retry_button, self.set_aside_button))

    def show_state(self, state: VaultViewState) -> None:
        if state.phase is Phase.UNUSABLE:
            self.error.set_message(state.error)
        self.set_aside_button.setEnabled(not state.is_busy)


def _body(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
    column.setSpacing(Space.L)
    return column


def _right(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.M)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
