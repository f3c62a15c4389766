"""The chosen key: what is wrong with it and how to mend that, each right, the withdraw box, its dates."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.key_sentences import TROUBLES, key_problem
from upbit_auto_trading.ui.screens.settings.sections.asking_line import AskingLine
from upbit_auto_trading.ui.screens.settings.sections.key_rights import RightsList
from upbit_auto_trading.ui.screens.settings.sections.key_words import expiry_words, state_words
from upbit_auto_trading.ui.screens.settings.sections.permission_picture import PermissionPicture
from upbit_auto_trading.ui.screens.settings.sections.pieces import Fact, NoticeBox
from upbit_auto_trading.ui.screens.settings.view_model.key_rows import KeyRow
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_CHECK = Text("지금 확인", "Check now")
_REPLACE = Text("키 바꾸기", "Replace key")
_ASKING = Text(
    "업비트에 키를 확인하고 있어요. 주문은 시험만 해서 돈이 움직이지 않아요.",
    "Asking Upbit about this key. An order is only tried out: no money moves.",
)
_NOT_CHECKED = Text("아직 확인하지 않은 키예요", "This key was not checked yet")
_NOT_CHECKED_REST = Text(
    "‘지금 확인’을 누르면 쓸 수 있는 키인지 업비트에 물어봐요. 돈이 움직이는 요청은 보내지 않아요.",
    "“Check now” asks Upbit whether it can be used. Nothing is sent that could move money.",
)
_LAST_TRY = Text(
    "{at}에 다시 확인하려 했어요. 아래는 그 전에 확인한 내용이에요. {rest}",
    "The last try was at {at}; what stands below is older. {rest}",
)
_EXPIRES = Text("유효 기간 (KST)", "Expires (KST)")
_CHECKED = Text("확인한 시각 (KST)", "Checked at (KST)")
_ADDED = Text("넣은 시각 (KST)", "Entered at (KST)")
_POCKET = Text(
    "포켓: {pocket} 키는 포켓 하나에 속하고, 그 포켓의 잔고와 주문만 보고 써요.",
    "Pocket: {pocket} A key belongs to one pocket, and sees and uses the balances and orders of that one only.",
)
_POCKET_NOT_TOLD = Text("확인할 수 없어요.", "cannot be checked.")
_POCKET_TOLD = Text("{name}.", "{name}.")
_BOX_LINE = Text(
    "업비트는 키에 출금 권한이 있는지 알려 주지 않아요. Open API 관리에서 직접 보세요.",
    "Upbit does not tell whether a key may withdraw. Look at it yourself under Open API management.",
)
_BOX_TOLD = Text("업비트가 알려 준 권한이에요.", "These rights were told by the exchange.")
_CONFIRM = Text("비어 있는 것을 봤어요", "I saw that it is empty")
_CONFIRM_AGAIN = Text("다시 확인했어요", "I looked again")
_CONFIRMED = Text("{at}(KST)에 비어 있다고 직접 확인했어요.", "You confirmed that it is empty at {at} KST.")
_NOT_CONFIRMED = Text("아직 직접 확인하지 않았어요.", "You have not confirmed it yet.")


class KeyDetails(QWidget):
    check_asked = pyqtSignal(str)
    check_cancelled = pyqtSignal()
    replace_asked = pyqtSignal()
    box_confirmed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: KeyRow | None = None
        self.notice = NoticeBox()
        self.trouble = NoticeBox()
        self.asking = AskingLine(_ASKING)
        self.asking.cancelled.connect(self.check_cancelled)
        self.rights = RightsList()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, 0)
        column.setSpacing(Space.L)
        column.addLayout(self._head())
        for part in (self.asking, self.trouble, self.notice):
            column.addWidget(part)
        column.addLayout(self._middle())
        column.addLayout(self._facts())
        self.pocket = Label("", "table", "t2", wrap=True)
        column.addWidget(self.pocket)

    def _head(self) -> QHBoxLayout:
        self.name = Label("", "dialog_title")
        self.badge = Badge()
        self.replace_button = Button(_REPLACE, icon=Icon.KEY)
        self.replace_button.clicked.connect(self.replace_asked)
        self.check_button = Button(_CHECK, icon=Icon.REFRESH)
        self.check_button.clicked.connect(self._check)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.name)
        row.addWidget(self.badge)
        row.addStretch(1)
        row.addWidget(self.replace_button)
        row.addWidget(self.check_button)
        return row

    def _middle(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XXL)
        row.addWidget(self.rights, 1)
        row.addLayout(self._withdrawing())
        return row

    def _withdrawing(self) -> QVBoxLayout:
        self.picture = PermissionPicture()
        self.box_line = Label(_BOX_LINE, "table", "t2", wrap=True)
        self.confirmed = RowNote()
        self.confirmed.label.set_style("table")
        self.confirm_button = Button(_CONFIRM, size=ButtonSize.SMALL)
        self.confirm_button.clicked.connect(self._confirm)
        last = QHBoxLayout()
        last.setSpacing(Space.M)
        last.addWidget(self.confirmed, 1)
        last.addWidget(self.confirm_button)
        column = QVBoxLayout()
        column.setSpacing(Space.M)
        column.addWidget(self.picture)
        column.addWidget(self.box_line)
        column.addLayout(last)
        column.addStretch(1)
        return column

    def _facts(self) -> QHBoxLayout:
        self.expires, self.checked = Fact(_EXPIRES), Fact(_CHECKED)
        self.added = Fact(_ADDED)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        for fact in (self.expires, self.checked, self.added):
            fact.value.set_style("table_bold")
            row.addWidget(fact, 1)
        return row

    def _check(self) -> None:
        if self._row is not None:
            self.check_asked.emit(self._row.id)

    def _confirm(self) -> None:
        if self._row is not None:
            self.box_confirmed.emit(self._row.id)

    def show_row(self, row: KeyRow | None, is_checking: bool) -> None:
        """``is_checking``: this key or another; one is asked about at a time."""
        self._row = row
        self.setHidden(row is None)
        if row is None:
            return
        state = state_words(row)
        self.name.set_text(row.summary.label)
        self.badge.set_state(state.text, state.token, state.icon)
        self.asking.setHidden(not row.is_being_checked)
        self.check_button.set_busy(is_checking)
        self.rights.show_facts(row.facts)
        self._show_problem(row)
        self._show_trouble(row)
        self._show_withdrawing(row)
        self.expires.value.set_text(expiry_words(row))
        self.checked.value.set_text(formats.full_time(row.facts.checked_at))
        self.added.value.set_text(formats.full_time(row.summary.added_at))
        pocket = row.facts.pocket
        told = _POCKET_NOT_TOLD if pocket is None else _POCKET_TOLD.format(name=pocket)
        self.pocket.set_text(_POCKET.format(pocket=told))

    def _show_problem(self, row: KeyRow) -> None:
        problem = key_problem(row.facts, row.state, row.days_left)
        is_new = row.state is KeyState.NOT_CHECKED and row.facts.trouble is None
        self.notice.setHidden(problem is None and not is_new)
        if problem is not None:
            self.notice.set_look(*(("error", Icon.ERROR) if problem.is_grave else ("warning", Icon.WARNING)))
            self.notice.set_words(problem.title, problem.rest)
        elif is_new:
            self.notice.set_look("info", Icon.INFO)
            self.notice.set_words(_NOT_CHECKED, _NOT_CHECKED_REST)

    def _show_trouble(self, row: KeyRow) -> None:
        """Of the newest try, where it found out nothing; what was known before still stands."""
        trouble = row.facts.trouble
        self.trouble.setHidden(trouble is None or row.is_being_checked)
        if trouble is None:
            return
        words = TROUBLES[trouble]
        rest = words.rest
        if row.facts.checked_at is not None:
            rest = _LAST_TRY.format(at=formats.full_time(row.facts.tried_at, zone=True), rest=rest)
        self.trouble.set_look("warning", Icon.OFFLINE if trouble is KeyTrouble.UNREACHABLE else Icon.CLOCK)
        self.trouble.set_words(words.title, rest)

    def _show_withdrawing(self, row: KeyRow) -> None:
        is_told = row.has(Right.WITHDRAW) in (Granted.YES, Granted.NO)
        self.box_line.set_text(_BOX_TOLD if is_told else _BOX_LINE)
        self.confirm_button.setHidden(is_told)
        at = row.facts.withdraw_box_confirmed_at
        self.confirm_button.set_text(_CONFIRM if at is None else _CONFIRM_AGAIN)
        if is_told:
            self.confirmed.show_hint("")
        elif at is None:
            self.confirmed.show_warning(_NOT_CONFIRMED)
        else:
            self.confirmed.show_hint(_CONFIRMED.format(at=formats.full_time(at)))
