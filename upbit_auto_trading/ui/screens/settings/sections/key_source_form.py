"""Where the key that opens the key file comes from: the system's key store, a passphrase, or a key file."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.text_input import PasswordInput
from upbit_auto_trading.ui.widgets.toggles import CheckBox, RadioCard
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.secret import Secret

LEAST_PASSPHRASE = 8

SOURCE_NAMES = {
    KeySource.SYSTEM_KEY_STORE: Text("시스템 키 저장소", "System key store"),
    KeySource.PASSPHRASE: Text("비밀번호", "Passphrase"),
    KeySource.KEY_FILE: Text("키 파일", "Key file"),
}
_LINES = {
    KeySource.SYSTEM_KEY_STORE: Text(
        "이 컴퓨터에 로그인하면 열려요. 다른 컴퓨터로 옮기면 키를 다시 넣어야 해요.",
        "Opens when you are signed in to this computer. On another computer the keys must be entered again.",
    ),
    KeySource.PASSPHRASE: Text(
        "열 때마다 비밀번호를 물어요. 다른 컴퓨터에서도 열려요. 잊으면 되살릴 수 없어요.",
        "Asks for the passphrase each time, and opens on any computer. A forgotten passphrase cannot be recovered.",
    ),
    KeySource.KEY_FILE: Text(
        "암호화한 키 옆에 여는 파일을 함께 둬요. 묻지 않고 열려요.",
        "Keeps the file that opens the keys right beside them. Opens without asking.",
    ),
}
_RECOMMENDED = Text("추천", "Recommended")
_NOT_HERE = Text(
    "이 시스템에는 쓸 수 있는 키 저장소가 없어요. 비밀번호를 고르세요.",
    "This system has no key store that can be used. Choose a passphrase.",
)
_LOOKING = Text("시스템 키 저장소를 찾고 있어요.", "Looking for the system's key store.")
_NEW = Text("새 비밀번호", "New passphrase")
_AGAIN = Text("한 번 더", "Once more")
_LEAST_HINT = Text("8자 이상. 길수록 좋아요.", "8 characters or more; longer is better.")
_TOO_SHORT = Text("8자 이상 넣으세요.", "Use 8 characters or more.")
_DIFFERENT = Text("두 비밀번호가 달라요. 다시 넣으세요.", "The two passphrases differ. Enter them again.")
_CONSENT = Text("폴더를 복사한 사람은 누구나 키를 쓸 수 있습니다.", "Anyone who copies the folder can use the keys.")
_CONSENT_BOX = Text("알고 있으며 그래도 선택합니다", "I know, and choose it all the same")
_CHOOSE = Text("여는 방법을 고르세요.", "Choose how it opens.")
_FILL_IN = Text("비밀번호를 두 번 넣으세요.", "Enter the passphrase twice.")
_AGREE = Text("키 파일의 위험을 확인해 주세요.", "Confirm the risk of a key file first.")


class KeySourceForm(QWidget):
    """``is_complete`` follows ``changed``; ``obstacle`` says in one sentence what is still missing."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {source: RadioCard(SOURCE_NAMES[source], _LINES[source]) for source in KeySource}
        self.badge = Badge(_RECOMMENDED, "accent_text")
        self.cards[KeySource.SYSTEM_KEY_STORE].add_badge(self.badge)
        self._add_passphrase_fields()
        self._add_consent()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        for card in self.cards.values():
            card.title.set_style("body_bold")
            card.title.setMinimumHeight(Height.BADGE)  # as high as the badge beside it: level with the circle
            card.line.set_style("table")
            column.addWidget(card)
            card.toggled.connect(self._follow_choice)
        self.show_key_store(None)
        self._follow_choice()

    def _add_passphrase_fields(self) -> None:
        self.passphrase = PasswordInput(_NEW, _LEAST_HINT, name=_NEW)
        self.again = PasswordInput(_AGAIN, name=_AGAIN)
        self._passphrase_fields = QWidget()
        row = QHBoxLayout(self._passphrase_fields)
        row.setContentsMargins(0, Space.S, 0, 0)
        row.setSpacing(Space.L)
        for field in (self.passphrase, self.again):
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.cards[KeySource.PASSPHRASE].add_below(self._passphrase_fields)
        for field in (self.passphrase, self.again):
            field.filled.connect(self._follow_typing)

    def _add_consent(self) -> None:
        self.consent = CheckBox(_CONSENT_BOX)
        self._consent_fields = _column(Label(_CONSENT, "table", "warning", wrap=True), self.consent)
        self.cards[KeySource.KEY_FILE].add_below(self._consent_fields)
        self.consent.toggled.connect(lambda _on: self.changed.emit())

    def show_key_store(self, usable: bool | None) -> None:
        """``None`` while the system is being asked; where it has none, a passphrase is the first choice."""
        card = self.cards[KeySource.SYSTEM_KEY_STORE]
        card.setEnabled(usable is True)
        self.badge.setVisible(usable is True)
        card.line.set_text(_LINES[KeySource.SYSTEM_KEY_STORE] if usable else _LOOKING if usable is None else _NOT_HERE)
        token = "t2" if usable else "t3"
        card.line.set_token(token)
        card.title.set_token("t1" if usable else "tdis")
        if self.source is None and usable is not None:
            self.choose(KeySource.SYSTEM_KEY_STORE if usable else KeySource.PASSPHRASE)

    @property
    def source(self) -> KeySource | None:
        return next((source for source, card in self.cards.items() if card.isChecked()), None)

    def choose(self, source: KeySource) -> None:
        self.cards[source].setChecked(True)

    def secret(self) -> Secret | None:
        return self.passphrase.secret() if self.source is KeySource.PASSPHRASE else None

    @property
    def obstacle(self) -> Text | None:
        """Why the form cannot be sent yet; ``None`` if it can."""
        if self.source is None:
            return _CHOOSE
        if self.source is KeySource.PASSPHRASE and not (self.passphrase.text() and self.again.text()):
            return _FILL_IN
        if self.source is KeySource.KEY_FILE and not self.consent.isChecked():
            return _AGREE
        return None

    def check(self) -> bool:
        """Says under the fields what is wrong; what was typed stays."""
        if self.source is not KeySource.PASSPHRASE:
            return True
        too_short = len(self.passphrase.text()) < LEAST_PASSPHRASE
        different = self.passphrase.secret() != self.again.secret()
        self.passphrase.set_error(_TOO_SHORT if too_short else None)
        self.again.set_error(_DIFFERENT if different and not too_short else None)
        return not too_short and not different

    def show_error(self, sentence: Words | None) -> None:
        self.passphrase.set_error(sentence)

    def forget(self) -> None:
        """What was typed is wiped as soon as it was used."""
        self.passphrase.clear()
        self.again.clear()
        self.consent.set_on(False)

    def _follow_choice(self) -> None:
        self._passphrase_fields.setVisible(self.source is KeySource.PASSPHRASE)
        self._consent_fields.setVisible(self.source is KeySource.KEY_FILE)
        self.changed.emit()

    def _follow_typing(self) -> None:
        for field in (self.passphrase, self.again):
            field.set_error(None)
        self.changed.emit()


def _column(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, Space.S, 0, 0)
    column.setSpacing(Space.M)
    for widget in widgets:
        column.addWidget(widget)
    return holder
