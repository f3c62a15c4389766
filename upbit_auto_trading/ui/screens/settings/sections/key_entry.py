"""A key on its way into the vault: entered, the withdraw box looked at, the exchange asked, stored or refused."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.exchange_key import Granted
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.key_sentences import TROUBLES
from upbit_auto_trading.ui.screens.settings.sections.asking_line import AskingLine
from upbit_auto_trading.ui.screens.settings.sections.exchange_words import EXCHANGES
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import LABEL, LABEL_HINT, KeyDialog, labelled
from upbit_auto_trading.ui.screens.settings.sections.key_rights import RightsList
from upbit_auto_trading.ui.screens.settings.sections.permission_picture import PermissionPicture
from upbit_auto_trading.ui.screens.settings.sections.pieces import NoticeBox
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import (
    EntryPhase,
    EntryState,
    KeyEntry,
    VaultViewState,
)
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import PasswordInput, TextInput
from upbit_auto_trading.ui.widgets.toggles import CheckBox
from upbit_auto_trading.utils.bilingual_text import Text

_ADD_TITLE = Text("키를 추가할까요?", "Add a key?")
_REPLACE_TITLE = Text("‘{label}’ 키를 바꿀까요?", "Replace the key “{label}”?")
_REPLACE_LINE = Text(
    "새 키를 확인한 다음에 바꿔요. 그때까지 지금 키 {ending}{을/를} 그대로 써요. 이름은 그대로예요.",
    "The new key is checked first; until then the present one, {ending}, stays in use. The label stays.",
)
_EXCHANGE = Text("거래소", "Exchange")
_ACCESS = Text("Access Key", "Access key")
_SECRET = Text("Secret Key", "Secret key")
_SECRET_HINT = Text("암호화해서 이 컴퓨터에만 저장해요.", "Encrypted, and stored on this computer only.")
_BOX = Text("출금하기가 비어 있는 것을 업비트에서 봤어요", "I saw at Upbit that withdraw is empty")
_BOX_LINE = Text(
    "업비트가 알려 주지 않아서 프로그램은 확인할 수 없어요.", "Upbit does not tell: this program cannot check it."
)
_ASKING = Text(
    "업비트에 키를 확인하고 있어요. 돈이 움직이는 요청은 보내지 않아요.",
    "Asking Upbit about this key. Nothing is sent that could move money.",
)
_STORING = Text("저장하고 있어요.", "Storing it.")
_CHECK_AND_ADD = Text("확인하고 저장", "Check and store")
_CHECK_AND_REPLACE = Text("확인하고 바꾸기", "Check and replace")
_CHECK_AGAIN = Text("다시 확인", "Check again")
_ADD_UNCHECKED = Text("확인하지 않고 저장", "Store unchecked")
_REPLACE_UNCHECKED = Text("확인하지 않고 바꾸기", "Replace unchecked")
_NOT_ADDED = Text("키는 저장하지 않았어요.", "The key was not stored.")
_NOT_REPLACED = Text("키는 바꾸지 않았어요. 지금 키를 계속 써요.", "Not replaced; the present key stays in use.")
_MAY_BE_ADDED = Text(
    "확인하지 않고 저장할 수도 있어요. 연결되면 ‘지금 확인’으로 확인하세요.",
    "You can store it unchecked, and use “Check now” once there is a connection.",
)
_MAY_BE_REPLACED = Text(
    "확인하지 않고 바꿀 수도 있어요. 연결되면 ‘지금 확인’으로 확인하세요.",
    "You can replace it unchecked, and use “Check now” once there is a connection.",
)
_FILL_ALL = Text("이름과 두 키를 모두 넣으세요.", "Enter the label and both keys.")
_FILL_KEYS = Text("두 키를 모두 넣으세요.", "Enter both keys.")
_LOOK_AT_BOX = Text(
    "출금하기가 비어 있는지 업비트에서 보고 체크하세요.", "See at Upbit that withdraw is empty, then tick the box."
)


class EntryResult(QWidget):
    """Why the key was not stored: the fact, the way to mend it, and each right where any was told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = NoticeBox()
        self.rights = RightsList()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(self.notice)
        column.addWidget(self.rights)

    def show_entry(self, state: VaultViewState, not_stored: Text, unchecked: Text) -> None:
        entry = state.entry
        self.setHidden(entry.phase not in (EntryPhase.REFUSED, EntryPhase.NOT_FOUND_OUT))
        facts = entry.facts
        is_told = facts is not None and any(answer in (Granted.YES, Granted.NO) for _right, answer in facts.rights)
        self.rights.setVisible(is_told)
        if facts is not None:
            self.rights.show_facts(facts)
        if entry.phase is EntryPhase.REFUSED and entry.problem is not None:
            self.notice.set_look("error", Icon.ERROR)
            self.notice.set_words(entry.problem.title, _joined(not_stored, entry.problem.rest))
        elif entry.trouble is not None:
            trouble = TROUBLES[entry.trouble]
            self.notice.set_look("warning", Icon.OFFLINE)
            self.notice.set_words(trouble.title, _joined(not_stored, trouble.rest, unchecked))


class KeyEntryDialog(KeyDialog):
    """What was typed stays until the key is stored or the dialog is closed."""

    not_stored = _NOT_ADDED
    send_words = _CHECK_AND_ADD
    unchecked_words = _ADD_UNCHECKED
    unchecked_line = _MAY_BE_ADDED

    def _add_fields(self) -> None:
        self.access_key = PasswordInput(name=_ACCESS)
        self.secret_key = PasswordInput(hint=_SECRET_HINT, name=_SECRET)
        self.body.addLayout(_side_by_side((_ACCESS, self.access_key), (_SECRET, self.secret_key)))
        self.picture = PermissionPicture()
        self.box = CheckBox(_BOX)
        self.box_line = Label(_BOX_LINE, "caption", "t3", wrap=True)
        self.asking = AskingLine(_ASKING)
        self.asking.cancelled.connect(self.model.cancel_entry)
        self.outcome = EntryResult()
        for part in (self.picture, self.box, self.box_line, self.asking, self.outcome):
            self.add_widget(part)
        self.unchecked_button = Button(self.unchecked_words)
        self.unchecked_button.clicked.connect(self._store_unchecked)
        self.add_button(self.unchecked_button)
        self.box.toggled.connect(lambda _on: self.follow_typing())
        for field in (self.access_key, self.secret_key):
            field.filled.connect(lambda _filled: self._follow_keys())
        self._finish(self.send_words, Icon.KEY)
        self._show_entry(self.model.state)

    def entry(self) -> KeyEntry:
        raise NotImplementedError

    def typed(self) -> tuple[QWidget, ...]:
        """The fields, which rest while the exchange is asked."""
        return (self.access_key, self.secret_key)

    def _follow_keys(self) -> None:
        """What was found out and confirmed was of another key."""
        if self.model.state.entry != EntryState():
            self.box.setChecked(False)
            self.model.cancel_entry()
        self.follow_typing()

    def obstacle(self) -> Text | None:
        if not (self.access_key.text() and self.secret_key.text()):
            return _FILL_KEYS
        return None if self.box.isChecked() else _LOOK_AT_BOX

    def send(self) -> None:
        if self.obstacle() is None and not self.model.state.entry.is_under_way and not self.model.state.is_busy:
            self.model.submit(self.entry())

    def _store_unchecked(self) -> None:
        if self.obstacle() is None:
            self.model.store_unchecked(self.entry())

    def show_refusal(self, field: str, sentence: Text | None) -> bool:
        """A key that was refused has its reason below, with each right."""
        is_explained = self.model.state.entry.phase is EntryPhase.REFUSED
        fields = {"access_key": self.access_key, "secret_key": self.secret_key, **self._own_fields()}
        for name, control in fields.items():
            control.set_error(sentence if name == field and not is_explained else None)
        return is_explained or field in fields

    def _own_fields(self) -> dict[str, TextInput]:
        return {}

    def _follow(self, state: VaultViewState) -> None:
        super()._follow(state)
        self._show_entry(state)

    def _show_entry(self, state: VaultViewState) -> None:
        entry = state.entry
        has_result = entry.phase in (EntryPhase.REFUSED, EntryPhase.NOT_FOUND_OUT)
        for field in self.typed():
            field.setEnabled(not entry.is_under_way)
        self.picture.setHidden(has_result)
        for part in (self.box, self.box_line):
            part.setHidden(has_result or entry.is_under_way)
        self.asking.setHidden(not entry.is_under_way)
        self.asking.label.set_text(_ASKING if entry.phase is EntryPhase.ASKING else _STORING)
        self.asking.cancel_button.setHidden(entry.phase is not EntryPhase.ASKING)
        self.outcome.show_entry(state, self.not_stored, self.unchecked_line)
        self.unchecked_button.setHidden(entry.phase is not EntryPhase.NOT_FOUND_OUT)
        self.send_button.set_text(_CHECK_AGAIN if has_result else self.send_words)
        self.send_button.set_busy(entry.is_under_way or state.is_busy)

    def done(self, result: int) -> None:
        """Nobody waits for the exchange any more."""
        super().done(result)
        self.model.cancel_entry()


class AddKeyDialog(KeyEntryDialog):
    waits_for = "add"

    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_ADD_TITLE, model, parent, Shell.DIALOG_MOST)
        self.exchange = Select(EXCHANGES, name=_EXCHANGE)
        self.label = TextInput(hint=LABEL_HINT, name=LABEL)
        self.body.addLayout(_side_by_side((_EXCHANGE, self.exchange), (LABEL, self.label)))
        self.label.changed.connect(lambda _text: self.follow_typing())
        self._add_fields()
        self.label.setFocus()

    def entry(self) -> KeyEntry:
        return KeyEntry(
            self.exchange.current,
            self.label.text(),
            self.access_key.secret(),
            self.secret_key.secret(),
            self.box.isChecked(),
        )

    def typed(self) -> tuple[QWidget, ...]:
        return (self.exchange, self.label, *super().typed())

    def obstacle(self) -> Text | None:
        if not (self.label.text().strip() and self.access_key.text() and self.secret_key.text()):
            return _FILL_ALL
        return super().obstacle()

    def _own_fields(self) -> dict[str, TextInput]:
        return {"label": self.label}


class ReplaceKeyDialog(KeyEntryDialog):
    """The same label and identity with new keys; whatever runs goes on with them."""

    waits_for = "replace"
    not_stored = _NOT_REPLACED
    send_words = _CHECK_AND_REPLACE
    unchecked_words = _REPLACE_UNCHECKED
    unchecked_line = _MAY_BE_REPLACED

    def __init__(self, key: CredentialSummary, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(_REPLACE_TITLE.format(label=key.label), model, parent, Shell.DIALOG_MOST)
        self._key = key
        self.add_line(_REPLACE_LINE.format(ending=f"••••{key.access_key_ending}"))
        self._add_fields()
        self.access_key.setFocus()

    def entry(self) -> KeyEntry:
        return KeyEntry(
            self._key.exchange,
            self._key.label,
            self.access_key.secret(),
            self.secret_key.secret(),
            self.box.isChecked(),
            replaces=self._key.id,
        )


def _side_by_side(*fields: tuple[Text, QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.L)
    for name, field in fields:
        row.addLayout(labelled(name, field), 1)
    return row


def _joined(*parts: Text) -> Text:
    return Text(" ".join(part.ko for part in parts), " ".join(part.en for part in parts))
