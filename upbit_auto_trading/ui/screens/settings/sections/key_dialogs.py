"""Dialogs around the key file: rename a key, show it again, and change what opens the file."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.fitting_dialog import FittingDialog
from upbit_auto_trading.ui.screens.settings.sections.key_source_form import SOURCE_NAMES, KeySourceForm
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import VaultViewState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.text_input import PasswordInput, TextInput
from upbit_auto_trading.utils.bilingual_text import Text

LABEL = Text("이름", "Label")
LABEL_HINT = Text("나만 보는 이름이에요. 예: 매매용", "Only for you, such as “trading”.")
_RENAME_TITLE = Text("키 이름을 바꿀까요?", "Rename this key?")
_RENAME = Text("이름 바꾸기", "Rename")
_SHOW_TITLE = Text("비밀번호를 다시 넣어 주세요", "Enter the passphrase again")
_SHOW_LINE = Text("30초 동안 보여요. 보안 기록에 남아요.", "Shown for 30 s, and recorded in the security journal.")
_SHOW = Text("30초 동안 보기", "Show for 30 s")
_PASSPHRASE = Text("비밀번호", "Passphrase")
_CHANGE_TITLE = Text("키 파일을 여는 방법을 바꿀까요?", "Change how the key file opens?")
_CHANGE_LINE = Text(
    "지금은 {source}{으로/로} 열려요. 바꾸면 파일 전체를 다시 암호화해요.",
    "It opens with: {source}. Changing this encrypts the whole file anew.",
)
_CHANGE = Text("바꾸고 다시 암호화", "Change and encrypt anew")


class KeyDialog(FittingDialog):
    """Stays open until the vault has said yes; a refusal stands in place and what was typed stays."""

    #: the action of the view-model that this dialog waits for
    waits_for = ""

    def __init__(
        self, title: Words, model: VaultViewModel, parent: QWidget | None, width: int = Shell.DIALOG_LEAST
    ) -> None:
        super().__init__(title, parent, width=width)
        self.model = model
        self.note = RowNote()
        self.send_button = Button("", ButtonRole.PRIMARY)
        self.send_button.clicked.connect(self.send)
        model.forget_error()
        model.state_changed.connect(self._follow)
        model.answered.connect(self._hear_answer)

    def _finish(self, action: Text, icon: Icon | None = None) -> None:
        self.add_widget(self.note)
        self.send_button.set_text(action)
        self.send_button.set_icon(icon)
        self.add_button(self.send_button)
        self.follow_typing()

    def obstacle(self) -> Text | None:
        """Why it cannot be sent yet."""
        return None

    def send(self) -> None:
        raise NotImplementedError

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        """Under the field it belongs to; False where there is no such field."""
        return False

    def follow_typing(self) -> None:
        self.send_button.set_disabled_reason(self.obstacle())

    def _follow(self, state: VaultViewState) -> None:
        self.send_button.set_busy(state.is_busy)
        error = state.error
        sentence = None if error is None else joined(error.title, error.mend)
        if self.show_refusal(state.error_field, sentence) or sentence is None:
            self.note.show_hint("")
        else:
            self.note.show_error(sentence)
        if state.wait_seconds:
            self.send_button.set_disabled_reason(_WAIT.format(seconds=state.wait_seconds))
        else:
            self.follow_typing()

    def _hear_answer(self, name: str, worked: bool) -> None:
        if name == self.waits_for and worked and self.isVisible():
            self.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Ctrl+Enter is the primary action of every form."""
        enter = event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.send_button.click()
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Whatever was typed goes with the dialog."""
        for field in self.findChildren(PasswordInput):
            field.clear()
        super().done(result)


_WAIT = Text("{seconds}초 뒤에 다시 할 수 있어요.", "You can try again in {seconds} s.")


class RenameDialog(KeyDialog):
    waits_for = "rename"

    def __init__(self, key: CredentialSummary, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_RENAME_TITLE, model, parent)
        self._key = key
        self.label = TextInput(hint=LABEL_HINT, name=LABEL)
        self.label.set_text(key.label)
        self.body.addLayout(labelled(LABEL, self.label))
        self.label.changed.connect(lambda _text: self.follow_typing())
        self.label.field.returnPressed.connect(self.send)
        self._finish(_RENAME)
        self.label.setFocus()

    def obstacle(self) -> Text | None:
        return None if self.label.text().strip() else _FILL_LABEL

    def send(self) -> None:
        if self.obstacle() is None:
            self.model.rename(self._key.id, self.label.text())

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        self.label.set_error(sentence if field == "label" else None)
        return field == "label"


_FILL_LABEL = Text("이름을 넣으세요.", "Enter a label.")


class ShowKeyDialog(KeyDialog):
    """Only where a passphrase opens the file; elsewhere the button is held."""

    waits_for = "show_key"

    def __init__(self, key: CredentialSummary, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_SHOW_TITLE, model, parent)
        self._key = key
        self.add_line(_SHOW_LINE)
        self.passphrase = PasswordInput(_PASSPHRASE, name=_PASSPHRASE)
        self.add_widget(self.passphrase)
        self.passphrase.filled.connect(lambda _filled: self.follow_typing())
        self.passphrase.field.returnPressed.connect(self.send)
        self._finish(_SHOW, Icon.SHOW)
        self.passphrase.setFocus()

    def obstacle(self) -> Text | None:
        return None if self.passphrase.text() else _FILL_PASSPHRASE

    def send(self) -> None:
        if self.obstacle() is None and not self.model.state.wait_seconds:
            self.model.show_key(self._key.id, self.passphrase.secret())

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        self.passphrase.set_error(sentence if field == "passphrase" else None)
        return field == "passphrase"


_FILL_PASSPHRASE = Text("비밀번호를 넣으세요.", "Enter the passphrase.")


class ChangeSourceDialog(KeyDialog):
    waits_for = "change_source"

    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_CHANGE_TITLE, model, parent, Shell.DIALOG_MOST)
        state = model.state
        if state.source is not None:
            self.add_line(_CHANGE_LINE.format(source=SOURCE_NAMES[state.source]))
        self.form = KeySourceForm()
        self.form.show_key_store(state.key_store_is_usable)
        self.add_widget(self.form)
        self.form.changed.connect(self.follow_typing)
        self._finish(_CHANGE, Icon.LOCKED)

    def obstacle(self) -> Text | None:
        return self.form.obstacle

    def send(self) -> None:
        source = self.form.source
        if source is not None and self.form.obstacle is None and self.form.check():
            self.model.change_source(source, self.form.secret())

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        self.form.show_error(sentence if field == "passphrase" else None)
        return field == "passphrase"


def labelled(label: Text, control: QWidget) -> QVBoxLayout:
    """The name above the field, as in every form of ours."""
    column = QVBoxLayout()
    column.setSpacing(Space.XS)
    column.addWidget(Label(label, "table", "t2"))
    column.addWidget(control)
    column.addStretch(1)
    return column


def joined(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}".strip(), f"{first.en} {second.en}".strip())
