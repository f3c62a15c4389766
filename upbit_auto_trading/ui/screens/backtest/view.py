"""The backtest screen: the form at the left, what the run would have come to at the right."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.backtest_services import BacktestServices, FinishedBacktest
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.screens.backtest.form_panel import FormPanel
from upbit_auto_trading.ui.screens.backtest.result_panel import ResultPanel
from upbit_auto_trading.ui.screens.backtest.view_model.form import FormModel
from upbit_auto_trading.ui.screens.backtest.view_model.run import RunModel
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.path_choice import ChooseOpen, ChooseSave, choose_open, choose_save
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("백테스트", "Backtest")
_EMPTY = Text("아직 결과가 없어요", "No result yet")
_EMPTY_LINE = Text(
    "전략과 기간을 고르고 실행하면 그 기간에 어떤 결과를 냈을지 여기에 나와요.",
    "Choose a strategy and a range, and what it would have done appears here.",
)
_REFERENCE = Text("기준 전략으로 실행", "Run the reference strategy")
_PRIMARY = "primary_action"
_FORM_WIDTH = 320


class BacktestView(QWidget):
    def __init__(
        self,
        services: AppServices,
        backtests: BacktestServices,
        open_file: ChooseOpen = choose_open,
        save_file: ChooseSave = choose_save,
    ) -> None:
        super().__init__()
        self._services = services
        #: asked for while it was not yet known whether it can be run
        self._is_run_wanted = False
        self.form = FormModel(services, backtests, self)
        self.run = RunModel(backtests, services.operations, self)
        self.form_panel = FormPanel(self.form, self.run, open_file)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, _REFERENCE, Icon.BACKTEST)
        self._save_file = save_file
        self._result = Later(self._make_result)
        self._finished: FinishedBacktest | None = None
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(Shell.GUTTER)
        row.addWidget(self.form_panel)
        row.addWidget(self._stack, 1)
        nothing = Panel()
        nothing.header.hide()
        nothing.set_body(self.empty)
        for page in (nothing, self._result):
            self._stack.addWidget(page)
        self._shortcut = QShortcut(self)
        self._shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._shortcut.activated.connect(self.run_form)
        self.form_panel.run_asked.connect(self.run_form)
        self.form.state_changed.connect(self._run_if_wanted)
        self.empty.action.connect(self._run_reference)
        self.run.finished.connect(self._show_finished)
        self._result.made.connect(self._fill_result)
        services.shortcuts.changed.connect(self._follow_keys)
        self._follow_keys()
        following_theme(self, self._follow_scale)
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))
        self.form.start()

    def _make_result(self) -> ResultPanel:
        services = self._services
        return ResultPanel(
            self.run, services.operations, services.layouts, lambda: services.shortcuts.keys, self._save_file
        )

    @property
    def result(self) -> ResultPanel:
        return self._result.content

    def _show_finished(self, finished: FinishedBacktest) -> None:
        self._finished = finished
        self._stack.setCurrentWidget(self._result)
        if self._result.is_made:
            self._fill_result()

    def _fill_result(self) -> None:
        if self._finished is not None:
            self.result.show_finished(self._finished)

    def run_form(self) -> None:
        """Where it cannot be run, the button says why."""
        self.form_panel.commit()
        wish = self.form.wish()
        if wish is not None:
            self.run.run(wish)

    def _run_reference(self) -> None:
        self.form.use_reference()
        self._is_run_wanted = True
        self._run_if_wanted()

    def _run_if_wanted(self) -> None:
        """As soon as the stored candles were looked at; where something is missing, the button says what."""
        if self._is_run_wanted and not self.form.is_finding_out:
            self._is_run_wanted = False
            self.run_form()

    def _follow_scale(self) -> None:
        """Larger words need a wider form."""
        self.form_panel.setFixedWidth(round(_FORM_WIDTH * current_theme().text_scale / 100))

    def _follow_keys(self) -> None:
        self._shortcut.setKey(QKeySequence(self._services.shortcuts.keys.sequence(_PRIMARY)))
