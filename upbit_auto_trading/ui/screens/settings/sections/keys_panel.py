"""The open vault: the table of keys, all about the chosen one, and one key shown for 30 seconds."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space, Type
from upbit_auto_trading.ui.screens.settings.sections.key_details import KeyDetails
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import (
    ChangeSourceDialog,
    KeyDialog,
    RenameDialog,
    ShowKeyDialog,
)
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog, ReplaceKeyDialog
from upbit_auto_trading.ui.screens.settings.sections.key_source_form import SOURCE_NAMES
from upbit_auto_trading.ui.screens.settings.sections.key_words import key_columns
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.view_model.key_rows import KeyRow
from upbit_auto_trading.ui.screens.settings.view_model.vault import VaultViewModel
from upbit_auto_trading.ui.screens.settings.view_model.vault_state import ShownKey, VaultViewState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.utils.bilingual_text import Text

_KEYS = Text("키", "Keys")
_ADD = Text("키 추가", "Add key")
_RENAME = Text("이름 바꾸기", "Rename")
_SHOW = Text("키 보기", "Show key")
_REMOVE = Text("키 삭제", "Remove key")
_CHANGE_SOURCE = Text("여는 방법 바꾸기", "Change how it opens")
_LOCK = Text("지금 잠그기", "Lock now")
_OPENS_WITH = Text("여는 방법: {source}", "Opens with: {source}")
_CHOOSE_FIRST = Text("먼저 표에서 키를 고르세요.", "Choose a key in the table first.")
_EMPTY = Text("저장한 키가 없어요", "No keys stored")
_EMPTY_LINE = Text("실전 매매를 하려면 업비트에서 만든 키를 추가하세요.", "Live trading needs a key from Upbit.")
_HIDDEN_IN = Text("{seconds}초 뒤에 가려요", "Hidden in {seconds} s")
_HIDE = Text("지금 가리기", "Hide now")


class KeysPanel(QWidget):
    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.dialog: KeyDialog | None = None
        #: to be chosen as soon as it is in the list
        self._wanted = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        self.error = ErrorBox()
        column.addLayout(_inset(self.error))
        self.table = TallTable(key_columns(), lambda key: key.id, name=_KEYS)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.KEY)
        column.addWidget(self.table)
        column.addWidget(self.empty)
        self.shown = ShownKeyBox(model)
        column.addLayout(_inset(self.shown))
        self.details = KeyDetails()
        self.details.check_asked.connect(model.check)
        self.details.check_cancelled.connect(model.cancel_check)
        self.details.replace_asked.connect(self._replace)
        self.details.box_confirmed.connect(model.confirm_withdraw_box)
        column.addWidget(self.details)
        column.addLayout(self._actions())
        model.stored.connect(self.look_at)
        self.table.selected_row.connect(lambda _row: self._follow_choice())
        self.table.activated_row.connect(lambda _row: self._rename())

    def _head(self) -> QHBoxLayout:
        self.source = Label("", "table", "t2")
        self.change_button = Button(_CHANGE_SOURCE)
        self.change_button.clicked.connect(lambda: self._open(ChangeSourceDialog(self._model, self.window())))
        self.lock_button = Button(_LOCK, icon=Icon.LOCKED)
        self.lock_button.clicked.connect(lambda: self._model.lock())
        self.add_button = Button(_ADD, ButtonRole.PRIMARY, Icon.ADD)
        self.add_button.clicked.connect(lambda: self._open(AddKeyDialog(self._model, self.window())))
        row = QHBoxLayout()
        row.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        row.setSpacing(Space.M)
        row.addWidget(self.source)
        row.addStretch(1)
        row.addWidget(self.change_button)
        row.addWidget(self.lock_button)
        row.addWidget(self.add_button)
        return row

    def _actions(self) -> QHBoxLayout:
        self.rename_button = Button(_RENAME, icon=Icon.EDIT)
        self.rename_button.clicked.connect(self._rename)
        self.show_button = Button(_SHOW, icon=Icon.SHOW)
        self.show_button.clicked.connect(self._ask_to_show)
        self.hold_to_show = HoldButton(_SHOW, icon=Icon.SHOW)
        self.hold_to_show.completed.connect(self._show_held)
        self.remove_button = HoldButton(_REMOVE, icon=Icon.DELETE)
        self.remove_button.completed.connect(self._remove)
        row = QHBoxLayout()
        row.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        row.setSpacing(Space.M)
        row.addStretch(1)
        for button in (self.rename_button, self.show_button, self.hold_to_show, self.remove_button):
            row.addWidget(button)
        return row

    def _chosen(self) -> KeyRow | None:
        row = self.table.current_row()
        return row if isinstance(row, KeyRow) else None

    def look_at(self, credential_id: str) -> None:
        """Now, or when the keys are there."""
        self._wanted = credential_id
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        place = self.table.rows_model.place_of(self._wanted)
        if place >= 0:
            self._wanted = ""
            self.table.selectRow(place)

    def _open(self, dialog: KeyDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self._model.forget_error()

    def _rename(self) -> None:
        key = self._chosen()
        if key is not None:
            self._open(RenameDialog(key.summary, self._model, self.window()))

    def _replace(self) -> None:
        key = self._chosen()
        if key is not None:
            self._open(ReplaceKeyDialog(key.summary, self._model, self.window()))

    def _ask_to_show(self) -> None:
        key = self._chosen()
        if key is not None:
            self._open(ShowKeyDialog(key.summary, self._model, self.window()))

    def _show_held(self) -> None:
        key = self._chosen()
        if key is not None:
            self._model.show_key(key.id)

    def _remove(self) -> None:
        key = self._chosen()
        if key is not None:
            self._model.remove(key.id)

    def show_state(self, state: VaultViewState) -> None:
        if state.source is not None:
            self.source.set_text(_OPENS_WITH.format(source=SOURCE_NAMES[state.source]))
        self.table.show_rows(state.keys)
        self._choose_wanted()
        if state.keys and self._chosen() is None:
            self.table.selectRow(0)
        self.table.setVisible(bool(state.keys))
        self.empty.setVisible(not state.keys)
        has_passphrase = state.source is KeySource.PASSPHRASE
        self.show_button.setVisible(has_passphrase and bool(state.keys))
        self.hold_to_show.setVisible(not has_passphrase and bool(state.keys))
        self.rename_button.setVisible(bool(state.keys))
        self.remove_button.setVisible(bool(state.keys))
        self.shown.show_key(state.shown)
        # A dialog shows the refusal where it was typed.
        self.error.set_message(state.error if self.dialog is None else None)
        self._follow_choice()

    def _follow_choice(self) -> None:
        self.details.show_row(self._chosen(), bool(self._model.state.checking))
        reason = None if self._chosen() is not None else _CHOOSE_FIRST
        for button in (self.rename_button, self.show_button, self.hold_to_show, self.remove_button):
            button.set_disabled_reason(reason)


class ShownKeyBox(QWidget):
    """The two keys in the clear, in a font that tells l from 1; they can be selected and copied."""

    def __init__(self, model: VaultViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.access_key = _clear_text()
        self.secret_key = _clear_text()
        self.countdown = Label("", "table", "warning")
        self.hide_button = Button(_HIDE, icon=Icon.HIDE)
        self.hide_button.clicked.connect(model.hide_key)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        names = (Text("Access Key", "Access key"), Text("Secret Key", "Secret key"))
        for row, (name, value) in enumerate(zip(names, (self.access_key, self.secret_key), strict=True)):
            grid.addWidget(Label(name, "table", "t2"), row, 0)
            grid.addWidget(value, row, 1)
        side = QVBoxLayout()
        side.addWidget(self.hide_button)
        side.addWidget(self.countdown, 0, Qt.AlignmentFlag.AlignRight)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.XL, 2 * Space.L, Space.L, Space.L)
        layout.addLayout(grid, 1)
        layout.addLayout(side)
        following_theme(self, self._set_font)
        self.hide()

    def _set_font(self) -> None:
        for label in (self.access_key, self.secret_key):
            label.setFont(current_theme().fixed_font(Type.BODY))

    def show_key(self, shown: ShownKey | None) -> None:
        self.setHidden(shown is None)
        self.access_key.setText("" if shown is None else shown.credential.access_key.reveal())
        self.secret_key.setText("" if shown is None else shown.credential.secret_key.reveal())
        if shown is not None:
            self.countdown.set_text(_HIDDEN_IN.format(seconds=shown.seconds_left))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        area = QRectF(self.rect()).adjusted(0, Space.L, 0, 0)
        painting.frame(QPainter(self), area, Radius.PANEL, theme.colour("bg0"), theme.colour("warning", 0.75))


def _clear_text() -> Label:
    label = Label("", "body", "t1", wrap=True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _inset(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(Space.XL, 0, Space.XL, 0)
    column.addWidget(widget)
    return column
