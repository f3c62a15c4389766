"""The right side: what it would have come to, what a reader has to know, the chart, and every trade."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from upbit_auto_trading.ui.backtest_services import FinishedBacktest
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.keys import KeyMap
from upbit_auto_trading.ui.design.language import current_language, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Shell, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.reports.backtest_words import CANNOT_KNOW, assumptions, limit_words
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.screens.backtest.chart_data import ChartData, chart_data
from upbit_auto_trading.ui.screens.backtest.figures import FigureStrip
from upbit_auto_trading.ui.screens.backtest.notes_box import NotesBox
from upbit_auto_trading.ui.screens.backtest.problem_box import ProblemBox
from upbit_auto_trading.ui.screens.backtest.result_chart import ResultChart
from upbit_auto_trading.ui.screens.backtest.result_words import range_words, settings_words
from upbit_auto_trading.ui.screens.backtest.trades_table import MOST_ROWS, TradeRow, trade_columns, trade_rows
from upbit_auto_trading.ui.screens.backtest.view_model.explanations import Explanations
from upbit_auto_trading.ui.screens.backtest.view_model.run import RunModel, RunState
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.folding import Folding
from upbit_auto_trading.ui.widgets.kept_layout import KeptLayout
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.path_choice import ChooseSave, choose_save
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.utils.bilingual_text import Text

_SIZES = "backtest.sizes"
_TABLE = "backtest.trades"
_CHART_LEAST = 150
_TABLE_LEAST = 2 * Height.ROW + Height.TABLE_HEADER
_GIVING_WAY = ("why_in", "quantity", "number", "exit_price", "entry_price", "exit")
_DRAWING = Text("차트를 준비하는 중…", "Preparing the chart…")
_PREPARING = Text("백테스트 차트 준비", "Preparing the chart of a backtest")
_FINISHED = Text("{seconds}초 걸림", "took {seconds} s")
_JSON, _PAGE = Text("JSON 저장", "Save JSON"), Text("페이지 저장", "Save page")
_JSON_KIND, _PAGE_KIND = Text("JSON (*.json)", "JSON (*.json)"), Text("HTML (*.html)", "HTML (*.html)")
_SAVED = Text("{file}에 저장했어요.", "Written to {file}.")
_ASSUMED = Text("{name}: {value}", "{name}: {value}")
_CHART, _TRADES = Text("가격과 체결", "Price and trades"), Text("거래", "Trades")
_KST = Text("시각은 KST", "times are KST")
_FIRST = Text("시각은 KST, 처음 {shown}개만", "times are KST, the first {shown}")
_DRAWDOWN = Text("낙폭", "Drawdown")
_WHOLE = Text("전체 보기", "Show all")
_MARKET = Text("종목", "Market")
_NO_TRADES = Text("이 기간에는 거래가 없었을 거예요", "It would not have traded in this range")
_NO_TRADES_LINE = Text("왜 사지 않았는지는 주의에 있어요.", "The notes say why it bought nothing.")


class ResultPanel(QWidget):
    """Of one finished run; chart and table are made in turns of their own."""

    def __init__(
        self,
        run: RunModel,
        operations: Operations,
        layouts: LayoutMemory,
        keys: Callable[[], KeyMap],
        choose: ChooseSave = choose_save,
    ) -> None:
        super().__init__()
        self._run, self._operations, self._layouts, self._choose = run, operations, layouts, choose
        self._finished: FinishedBacktest | None = None
        self._kept = layouts.read_values(_SIZES)
        self.explanations = Explanations(operations, self)
        self.name = Label("", "dialog_title")
        self.took = Label("", "table", "t3")
        self.settings = Label("", "table", "t2", wrap=True)
        self.saved = Label("", "table", "t3", wrap=True)
        self.problem = ProblemBox()
        self.json_button = Button(_JSON, icon=Icon.DOWNLOAD, size=ButtonSize.SMALL)
        self.page_button = Button(_PAGE, icon=Icon.DOWNLOAD, size=ButtonSize.SMALL)
        self.notes = NotesBox()
        self.figures = FigureStrip()
        self._chart = Later(lambda: self._make_chart(keys))
        self.drawdown = Button(_DRAWDOWN, size=ButtonSize.SMALL)
        self.drawdown.setCheckable(True)
        self.whole = Button(_WHOLE, size=ButtonSize.SMALL)
        self.market = Select(small=True, name=_MARKET)
        self._table = Later(self._make_table)
        self.no_trades = EmptyState(_NO_TRADES, _NO_TRADES_LINE)
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self.json_button.clicked.connect(self._save_json)
        self.page_button.clicked.connect(self._save_page)
        self.drawdown.toggled.connect(self._show_drawdown)
        self.whole.clicked.connect(lambda: self.chart.show_all())
        self.market.chosen.connect(lambda number: self._prepare(int(number)))
        self.splitter.splitterMoved.connect(lambda _at, _index: self._keep_sizes())
        self.folding.changed.connect(self._keep_sizes)
        self._run.state_changed.connect(self._draw_saved)
        retranslating(self, self._draw)
        self.drawdown.setChecked(self._kept.get("drawdown") is True)

    def _make_chart(self, keys: Callable[[], KeyMap]) -> ResultChart:
        chart = ResultChart(self.explanations, keys, self, self._layouts)
        chart.fill_chosen.connect(self._select_trade_of)
        chart.show_drawdown(self.drawdown.isChecked())
        return chart

    def _make_table(self) -> DataTable:
        table = DataTable(trade_columns(), lambda row: row.number, name=_TRADES)
        self._table_layout = KeptLayout(table, self._layouts, _TABLE, first_hidden=("market",))
        table.selected_row.connect(self._show_trade)
        # after the table itself, whose columns are then as wide as the new words want them
        following_theme(table, self._fit_columns)
        retranslating(table, self._fit_columns)
        return table

    @property
    def chart(self) -> ResultChart:
        return self._chart.content

    @property
    def table(self) -> DataTable:
        return self._table.content

    def _arrange(self) -> None:
        self.chart_panel = Panel(_CHART, collapsible=True)
        self.trades_panel = Panel(_TRADES, _KST, collapsible=True)
        for tool in (self.market, self.drawdown, self.whole):
            self.chart_panel.add_tool(tool)
        self.chart_stack = QStackedWidget()
        self.chart_stack.addWidget(self._chart)
        self.chart_stack.addWidget(LoadingState(_DRAWING, 4, can_cancel=False))
        self.chart_stack.setMinimumHeight(_CHART_LEAST)
        self.chart_panel.set_body(self.chart_stack)
        self.table_stack = QStackedWidget()
        self.table_stack.setMinimumHeight(_TABLE_LEAST)
        self.table_stack.addWidget(self._table)
        self.table_stack.addWidget(self.no_trades)
        self.trades_panel.set_body(self.table_stack)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(Shell.GUTTER)
        # what it would like to have is no reason to scroll
        self.splitter.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.splitter.setMinimumHeight(_CHART_LEAST + _TABLE_LEAST + 2 * (Height.PANEL_HEADER + 2) + Shell.GUTTER)
        self.splitter.addWidget(self.chart_panel)
        self.splitter.addWidget(self.trades_panel)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        heights = _sizes(self._kept.get("heights"))
        self.splitter.setSizes(heights)
        self.folding = Folding(self.splitter, ("chart", "trades"))
        self.folding.restore(self._kept.get("folded"), heights)
        self.result = QWidget()
        column = QVBoxLayout(self.result)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Shell.GUTTER)
        column.addWidget(self._head())
        column.addWidget(self.figures)
        column.addWidget(self.splitter, 1)
        self.area = QScrollArea()  # for large words in a low window: down, never sideways
        self.area.setWidget(self.result)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        on_panel(self.area)
        on_panel(self.result)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)

    def _head(self) -> QWidget:
        head = Panel()
        head.header.hide()
        column = head.body_layout(Space.M, Space.XS)
        first = QHBoxLayout()
        first.setSpacing(Space.M)
        for widget in (self.name, self.took):
            first.addWidget(widget)
        first.addStretch(1)
        for button in (self.notes.button, self.json_button, self.page_button):
            first.addWidget(button)
        column.addLayout(first)
        column.addWidget(self.settings)
        column.addWidget(self.notes)
        column.addWidget(self.saved)
        column.addWidget(self.problem)
        return head

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """What matters least gives way first, so that the table never scrolls sideways."""
        if not self._table.is_made:
            return
        columns = self.table.rows_model.columns
        places = {column.key: place for place, column in enumerate(columns)}
        scale = current_theme().text_scale / 100
        usual = {key: round(columns[place].width * scale) for key, place in places.items()}
        widths = {
            key: (not columns[place].stretch and self.table.columnWidth(place)) or usual[key]
            for key, place in places.items()
            if key in _GIVING_WAY or not self.table.isColumnHidden(place)
        }
        for key in _GIVING_WAY:
            is_too_wide, was_hidden = sum(widths.values()) > self.width() - 2 * Space.XL, self._has_given_way(key)
            self.table.setColumnHidden(places[key], is_too_wide)
            if is_too_wide:
                del widths[key]
            elif was_hidden:
                self.table.setColumnWidth(places[key], usual[key])

    def _has_given_way(self, key: str) -> bool:
        return any(
            column.key == key and self.table.isColumnHidden(place)
            for place, column in enumerate(self.table.rows_model.columns)
        )

    # a result

    def show_finished(self, finished: FinishedBacktest) -> None:
        self._finished = finished
        self.explanations.use(finished)
        markets = finished.report.result.markets
        self.market.set_options([(str(number), market.code) for number, market in enumerate(markets)], "0")
        self.market.setVisible(len(markets) > 1)
        self._draw()
        self._prepare_rows(finished)
        self._prepare(0)

    def _prepare_rows(self, finished: FinishedBacktest) -> None:
        """Tens of thousands of trades are looked through outside the UI thread."""

        def take(rows: list[TradeRow]) -> None:
            if finished is self._finished:
                self.table.show_column(1, len(finished.report.result.markets) > 1)
                self.table.set_rows(rows)
                self.table_stack.setCurrentIndex(0 if rows else 1)
                self._fit_columns()

        operation = Operation(_PREPARING, lambda _context: trade_rows(finished))
        self._operations.run_in_background(operation, initiator=self, on_success=take, on_failure=self._fail)

    def _prepare(self, market: int, then: Callable[[], None] | None = None) -> None:
        finished = self._finished
        if finished is None:
            return
        if self._chart.is_made:
            self.chart.card.dismiss()
        self.chart_stack.setCurrentIndex(1)

        def take(data: ChartData) -> None:
            if finished is self._finished:
                self.chart_stack.setCurrentIndex(0)
                self.chart.show_data(finished, data)
                if then is not None:
                    then()

        operation = Operation(_PREPARING, lambda _context: chart_data(finished, market))
        self._operations.run_in_background(operation, initiator=self, on_success=take, on_failure=self._fail)

    def _fail(self, error: Exception) -> None:
        self.problem.show_problem(explain(error))

    def _draw(self) -> None:
        finished = self._finished
        if finished is None:
            return
        report, language = finished.report, current_language()
        self.name.set_text(report.result.name)
        self.took.set_text(_FINISHED.format(seconds=formats.decimals(max(finished.seconds, 0.01), 2)))
        self.settings.set_text(f"{range_words(report)} · {settings_words(report)}")
        self.figures.show_report(report)
        offered = limit_words(report)
        self.notes.show_notes(
            (*((offered,) if offered is not None else ()), *report.warnings, *CANNOT_KNOW),
            [tr(_ASSUMED.format(name=name, value=value)) for name, value in assumptions(report, language)],
        )
        self.trades_panel.set_count(len(report.result.trades))
        is_cut = len(report.result.trades) > MOST_ROWS
        self.trades_panel.set_title(_TRADES, _FIRST.format(shown=f"{MOST_ROWS:,}") if is_cut else _KST)
        self._draw_saved(self._run.state)

    # chart and table

    def _show_trade(self, row: TradeRow | None) -> None:
        finished = self._finished
        if row is None or finished is None or self.chart.data is None:
            return
        trade = finished.report.result.trades[row.number - 1]
        market = finished.report.result.markets.index(trade.market)
        if market == self.chart.data.market:
            self.chart.show_trade(row.number - 1)
            return
        self.market.set_current(str(market))
        self._prepare(market, lambda: self.chart.show_trade(row.number - 1))

    def _select_trade_of(self, fill: int) -> None:
        """The row comes into sight; the chart stays where it is."""
        if self._finished is None:
            return
        number = self._finished.report.result.fills[fill].trade
        blocked = self.table.blockSignals(True)
        self.table.select_key(number + 1)
        self.table.blockSignals(blocked)
        self.chart.mark_trade(number)

    def _show_drawdown(self, shown: bool) -> None:
        if self._chart.is_made:
            self.chart.show_drawdown(shown)
        self._keep_sizes()

    def _keep_sizes(self) -> None:
        values = {
            "heights": self.folding.sizes,
            "folded": self.folding.folded,
            "drawdown": self.drawdown.isChecked(),
        }
        self._layouts.write_values(_SIZES, {**self._layouts.read_values(_SIZES), **values})

    # writing

    def _save_json(self) -> None:
        self._choose(self, _JSON, _JSON_KIND, self._proposed("json"), self._run.write_json)

    def _save_page(self) -> None:
        language = current_language()
        self._choose(self, _PAGE, _PAGE_KIND, self._proposed("html"), lambda path: self._run.write_page(path, language))

    def _proposed(self, ending: str) -> str:
        finished = self._finished
        codes = [] if finished is None else [market.code for market in finished.report.result.markets]
        return f"backtest-{'-'.join(codes[:1])}.{ending}"

    def _draw_saved(self, state: RunState) -> None:
        self.saved.set_text(_SAVED.format(file=state.written) if state.written else "")
        self.saved.setVisible(bool(state.written))
        self.problem.show_problem(None if state.write_error is None else explain(state.write_error))


def _sizes(kept: object) -> list[int]:
    """Of chart and table; only their ratio counts."""
    if isinstance(kept, list) and len(kept) == 2 and all(isinstance(one, int) and one > 0 for one in kept):
        return kept
    return [700, 300]
