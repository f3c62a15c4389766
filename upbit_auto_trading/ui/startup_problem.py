"""The dialog of a start that cannot go on: what is wrong with the files, and the ways out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import ErrorMessage
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.dialog import Dialog
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_QUIT = Text("끝내기", "Quit")


@dataclass(frozen=True, slots=True)
class StartupWay:
    """``between_runs`` is done after everything is closed; then the program starts again."""

    label: Text
    line: Text
    between_runs: Callable[[], None] | None
    is_recommended: bool = False


class StartupProblemDialog(Dialog):
    """``chosen`` is ``None`` for quitting: nothing is changed then."""

    def __init__(self, message: ErrorMessage, ways: tuple[StartupWay, ...], parent: QWidget | None = None) -> None:
        super().__init__(message.title, parent, cancel=_QUIT, width=560)
        self.chosen: StartupWay | None = None
        self.way_buttons: list[Button] = []
        self.add_line(message.meaning)
        self.add_line(message.mend, "body", "t1")
        for way in ways:
            self._explain(way)
        for way in sorted(ways, key=lambda way: way.is_recommended):  # the recommended one at the right end
            self._offer(way)
        self.add_line(message.details, "caption", "t3")
        retranslating(self, self.adjustSize)

    def _explain(self, way: StartupWay) -> None:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.XXS)
        column.addWidget(Label(way.label, "body_bold", wrap=True))
        column.addWidget(Label(way.line, "table", "t2", wrap=True))
        self.add_widget(part)

    def _offer(self, way: StartupWay) -> None:
        button = Button(way.label, ButtonRole.PRIMARY if way.is_recommended else ButtonRole.NORMAL)
        button.clicked.connect(lambda: self._choose(way))
        self.way_buttons.append(button)
        self.add_button(button)

    def _choose(self, way: StartupWay) -> None:
        self.chosen = way
        self.accept()
