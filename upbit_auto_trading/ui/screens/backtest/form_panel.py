"""The form: what is run on what, and the button that runs it, with the reason while it cannot."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.runtime.operation import Progress
from upbit_auto_trading.ui.screens.backtest.assumption_box import AssumptionBox
from upbit_auto_trading.ui.screens.backtest.candle_box import CandleBox
from upbit_auto_trading.ui.screens.backtest.problem_box import ProblemBox
from upbit_auto_trading.ui.screens.backtest.strategy_box import StrategyBox
from upbit_auto_trading.ui.screens.backtest.view_model.form import FormModel
from upbit_auto_trading.ui.screens.backtest.view_model.run import RUNNING, RunModel, RunPhase, RunState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.path_choice import ChooseOpen, choose_open
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("설정", "Set-up")
_RUN = Text("백테스트 실행", "Run backtest")
_CANCEL = Text("취소", "Cancel")
_UNDER_WAY = Text("백테스트하고 있어요.", "A backtest is running.")
_CANCELLED = Text("취소했어요. 앞의 결과는 그대로예요.", "Cancelled. An earlier result stays.")


class FormPanel(Panel):
    run_asked = pyqtSignal()

    def __init__(self, form: FormModel, run: RunModel, choose: ChooseOpen = choose_open) -> None:
        super().__init__(_TITLE)
        self._form, self._run = form, run
        self._strategy = Later(lambda: StrategyBox(form.strategies, choose))
        self._candles = Later(lambda: CandleBox(form.candles, choose))
        self._assumptions = Later(lambda: AssumptionBox(form))
        self.reason = Label("", "caption", "t3", wrap=True)
        self.problem = ProblemBox()
        self.button = Button(_RUN, ButtonRole.PRIMARY, Icon.PLAY)
        self.progress: RunProgress | None = None
        self._arrange()
        self.button.clicked.connect(self.run_asked)
        form.state_changed.connect(self._draw)
        run.state_changed.connect(lambda _state: self._draw())
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.L)
        for part in (self._strategy, self._candles, self._assumptions):
            column.addWidget(part)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        on_panel(self.area)
        on_panel(inner)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(Space.L, Space.S, Space.L, Space.L)
        self.foot.setSpacing(Space.S)
        self.foot.addWidget(self.problem)
        self.foot.addWidget(self.reason)
        self.foot.addWidget(self.button)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addLayout(self.foot)
        self.set_body(body)

    @property
    def strategy(self) -> StrategyBox:
        return self._strategy.content

    @property
    def candles(self) -> CandleBox:
        return self._candles.content

    @property
    def assumptions(self) -> AssumptionBox:
        return self._assumptions.content

    def commit(self) -> None:
        """What is still being typed counts."""
        if self._assumptions.is_made:
            self.assumptions.commit()

    def _draw(self) -> None:
        state, why_not = self._run.state, self._form.why_not()
        is_running = state.phase is RunPhase.RUNNING
        self.button.set_disabled_reason(None if is_running else why_not)
        self.button.set_busy(is_running)
        self.button.set_tip(_UNDER_WAY if is_running else "")
        self.problem.show_problem(explain(state.error) if state.error is not None else None)
        told = None if is_running else why_not or (_CANCELLED if state.phase is RunPhase.CANCELLED else None)
        self.reason.set_text(told or "")
        self.reason.setVisible(told is not None)
        self._draw_progress(state, is_running)

    def _draw_progress(self, state: RunState, is_running: bool) -> None:
        if not is_running:
            if self.progress is not None:
                self.foot.removeWidget(self.progress)
                self.progress.hide()
                self.progress.deleteLater()
                self.progress = None
            return
        if self.progress is None:
            self.progress = RunProgress()
            self.progress.cancelled.connect(self._run.cancel)
            self.foot.insertWidget(self.foot.indexOf(self.button), self.progress)
        self.progress.show_progress(state.progress)


class RunProgress(QWidget):
    """Verb, cancel, and below the bar how far it is: the form is too narrow for all in one line."""

    cancelled = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.verb = Label(RUNNING, "body_bold")
        self.cancel_button = Button(_CANCEL, size=ButtonSize.SMALL)
        self.meter = MeterBar()
        self.figures = Label("", "table", "t2")
        row = QHBoxLayout()
        row.addWidget(self.verb)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(row)
        column.addWidget(self.meter)
        column.addWidget(self.figures)
        self.cancel_button.clicked.connect(self.cancelled)

    def show_progress(self, progress: Progress) -> None:
        if progress.fraction is None:
            return
        self.meter.set_value(progress.fraction)
        parts = [formats.percent(progress.fraction, 0)]
        if progress.remaining_seconds is not None and progress.fraction < 1:
            parts.append(formats.remaining(progress.remaining_seconds, current_language()))
        self.figures.set_text(" · ".join(parts))
        self.setAccessibleName(f"{self.verb.text()} {self.figures.text()}")
