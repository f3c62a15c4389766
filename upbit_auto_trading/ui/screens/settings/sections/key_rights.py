"""Each right of a key: whether it has it, and what it is for."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, words
from upbit_auto_trading.ui.design.tokens import IconSize, Space
from upbit_auto_trading.ui.key_sentences import RIGHT_NAMES, RIGHT_USES
from upbit_auto_trading.ui.screens.settings.sections.key_words import answer_words
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.table import CellState

SHOWN_RIGHTS = (*NEEDED_RIGHTS, Right.WITHDRAW)


class RightLine(QWidget):
    """Icon, the right's own name and the answer as a word; below, what the program needs it for."""

    def __init__(self, right: Right, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.right = right
        self.state: CellState | None = None
        self.mark = IconMark(Icon.HELP, "t2", IconSize.TINY)
        self.answer = Label("", "table_bold", "t2")
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(Label(RIGHT_NAMES[right], "table_bold", wrap=True), 1)
        head.addWidget(self.answer)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.mark, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(head, 0, 1)
        grid.addWidget(Label(RIGHT_USES[right], "table", "t2", wrap=True), 1, 1)
        retranslating(self, self._name)

    def show_facts(self, facts: KeyFacts) -> None:
        state = answer_words(self.right, facts.has(self.right))
        self.state = state
        self.answer.set_text(state.text)
        self.answer.set_token(state.token)
        if state.icon is not None:
            self.mark.set_icon(state.icon, state.token)
        self._name()

    def _name(self) -> None:
        answer = "" if self.state is None else words(self.state.text)
        self.setAccessibleName(f"{words(RIGHT_NAMES[self.right])} {answer}".strip())


class RightsList(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = {right: RightLine(right) for right in SHOWN_RIGHTS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        for line in self.lines.values():
            column.addWidget(line)
        column.addStretch(1)

    def show_facts(self, facts: KeyFacts) -> None:
        for line in self.lines.values():
            line.show_facts(facts)
