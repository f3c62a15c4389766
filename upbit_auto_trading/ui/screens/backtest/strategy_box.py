"""Which strategy: the built-in ones by name, files of lately, or one from a dialog; its problems told at once."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.backtest_services import StrategyOffer
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.backtest.problem_box import ProblemBox
from upbit_auto_trading.ui.screens.backtest.view_model.strategies import StrategiesModel, StrategiesState
from upbit_auto_trading.ui.widgets.buttons import IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.path_choice import ChooseOpen, choose_open
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("전략", "Strategy")
_OPEN = Text("전략 파일 열기", "Open a strategy file")
_FILES = Text("전략 파일 (*.json)", "Strategy files (*.json)")
_FILE = Text("{name} · {file}", "{name} · {file}")
_ABOUT = Text("{unit} 캔들. {about}", "Candles of {unit}. {about}")
_READING = Text("전략을 읽는 중…", "Reading the strategy…")
_AGAIN = Text("고친 파일 다시 읽기", "Read the file again")


class StrategyBox(QWidget):
    def __init__(self, model: StrategiesModel, choose: ChooseOpen = choose_open) -> None:
        super().__init__()
        self._model, self._choose = model, choose
        self.select = Select(name=_TITLE)
        self.select.setMinimumWidth(2 * Height.CONTROL)  # the longest name must not make the form wider than it is
        self.open_button = IconButton(Icon.FOLDER, _OPEN)
        self.about = Label("", "caption", "t3", wrap=True)
        self.problem = ProblemBox(_AGAIN)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self.select, 1)
        row.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(Label(_TITLE, "table", "t2"))
        column.addLayout(row)
        column.addWidget(self.about)
        column.addWidget(self.problem)
        self.select.chosen.connect(model.choose)
        self.open_button.clicked.connect(self.ask_for_file)
        self.problem.action.connect(model.read_again)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def ask_for_file(self) -> None:
        self._choose(self, _OPEN, _FILES, self._model.open_file)

    def _draw(self, state: StrategiesState) -> None:
        options = [(one.written, _name(one)) for one in state.offers]
        if options != self.select.options:
            self.select.set_options(options)
        if state.current is not None:
            self.select.set_current(state.current.written)
            unit = UNIT_WORDS[state.current.unit]
            self.about.set_text(_ABOUT.format(unit=unit, about=_first_sentence(state.current.description)))
            self.about.setToolTip(tr(state.current.description))
        elif state.is_reading:
            self.about.set_text(_READING)
        self.about.setVisible(state.error is None)
        self.problem.show_problem(None if state.error is None else explain(state.error), PurePath(state.refused).name)


def _first_sentence(text: Text) -> Text:
    """The whole of it is in the tooltip."""
    return Text(*(f"{one.split('. ')[0].rstrip('.')}." if one else "" for one in (text.ko, text.en)))


def _name(offer: StrategyOffer) -> Text:
    if offer.is_built_in:
        return offer.name
    return _FILE.format(name=offer.name, file=PurePath(offer.written).name)
