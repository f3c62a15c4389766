"""The dialog of a start that cannot go on: what is wrong with the files, and the ways out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.error_boundary import ErrorMessage
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.dialog import Dialog
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
        self.add_line(message.mend)
        for way in ways:
            self.add_line(way.line, "table", "t3")
            button = Button(way.label, ButtonRole.PRIMARY if way.is_recommended else ButtonRole.NORMAL)
            button.clicked.connect(lambda _checked=False, chosen=way: self._choose(chosen))
            self.way_buttons.append(button)
            self.add_button(button)
        self.add_line(message.details, "caption", "t3")
        retranslating(self, self.adjustSize)

    def _choose(self, way: StartupWay) -> None:
        self.chosen = way
        self.accept()
