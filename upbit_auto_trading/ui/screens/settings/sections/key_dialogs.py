"""Dialogs around one key: add it, rename it, show it again, and change what opens the file."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.settings.sections.exchange_words import EXCHANGES
from upbit_auto_trading.ui.screens.settings.sections.fitting_dialog import FittingDialog
from upbit_auto_trading.ui.screens.settings.sections.key_source_form import SOURCE_NAMES, KeySourceForm
from upbit_auto_trading.ui.screens.settings.sections.permission_picture import PermissionPicture
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel, VaultViewState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import PasswordInput, TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_ADD_TITLE = Text("키를 추가할까요?", "Add a key?")
_ADD = Text("키 추가", "Add key")
_EXCHANGE = Text("거래소", "Exchange")
_LABEL = Text("이름", "Label")
_LABEL_HINT = Text("나만 보는 이름이에요. 예: 매매용", "Only for you, such as “trading”.")
_ACCESS = Text("Access Key", "Access key")
_SECRET = Text("Secret Key", "Secret key")
_SECRET_HINT = Text("암호화해서 이 컴퓨터에만 저장해요.", "Encrypted, and stored on this computer only.")
_NO_CHECK = Text(
    "이 버전은 키의 권한을 아직 확인할 수 없어요. 출금하기를 비웠는지 업비트에서 직접 확인하세요.",
    "This version cannot check what a key may do. Make sure at Upbit that the withdraw right is not ticked.",
)
_FILL_IN = Text("이름과 두 키를 모두 넣으세요.", "Enter the label and both keys.")
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
        sentence = None if error is None else _joined(error.title, error.mend)
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


class AddKeyDialog(KeyDialog):
    waits_for = "add"

    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_ADD_TITLE, model, parent, Shell.DIALOG_MOST)
        self.exchange = Select(EXCHANGES, name=_EXCHANGE)
        self.label = TextInput(hint=_LABEL_HINT, name=_LABEL)
        self.access_key = PasswordInput(name=_ACCESS)
        self.secret_key = PasswordInput(hint=_SECRET_HINT, name=_SECRET)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.M)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addLayout(labelled(_EXCHANGE, self.exchange), 0, 0)
        grid.addLayout(labelled(_LABEL, self.label), 0, 1)
        grid.addLayout(labelled(_ACCESS, self.access_key), 1, 0)
        grid.addLayout(labelled(_SECRET, self.secret_key), 1, 1)
        self.body.addLayout(grid)
        self.add_widget(PermissionPicture())
        self.warning = RowNote()
        self.warning.label.set_style("table")
        self.warning.show_warning(_NO_CHECK)
        self.add_widget(self.warning)
        self.label.changed.connect(lambda _text: self.follow_typing())
        for field in (self.access_key, self.secret_key):
            field.filled.connect(lambda _filled: self.follow_typing())
        self._finish(_ADD, Icon.ADD)
        self.label.setFocus()

    def obstacle(self) -> Text | None:
        filled = self.label.text().strip() and self.access_key.text() and self.secret_key.text()
        return None if filled else _FILL_IN

    def send(self) -> None:
        if self.obstacle() is None:
            label = self.label.text()
            self.model.add(self.exchange.current, label, self.access_key.secret(), self.secret_key.secret())

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        fields = {"label": self.label, "access_key": self.access_key, "secret_key": self.secret_key}
        for name, control in fields.items():
            control.set_error(sentence if name == field else None)
        return field in fields


class RenameDialog(KeyDialog):
    waits_for = "rename"

    def __init__(self, key: CredentialSummary, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_RENAME_TITLE, model, parent)
        self._key = key
        self.label = TextInput(hint=_LABEL_HINT, name=_LABEL)
        self.label.set_text(key.label)
        self.body.addLayout(labelled(_LABEL, self.label))
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


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}".strip(), f"{first.en} {second.en}".strip())
