"""One chart: candles of a market and unit with its layers and legend, and what it shows while there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from PyQt6.QtCore import QEvent, QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.candle_series import epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.charts.axes import note_that_fits
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas
from upbit_auto_trading.ui.charts.gaps import Gap, gaps_between
from upbit_auto_trading.ui.charts.layer import Layer
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer, CandleStyle
from upbit_auto_trading.ui.charts.layers.gaps import GapLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.charts.ohlc_legend import ohlc_legend
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.runtime.chart_candles import ChartCandles
from upbit_auto_trading.ui.runtime.chart_heikin_ashi import ChartHeikinAshi
from upbit_auto_trading.ui.runtime.chart_ports import ChartPhase, ChartState
from upbit_auto_trading.ui.runtime.chart_studies import ChartStudies
from upbit_auto_trading.ui.screens.chart.study_layers import StudyLayers
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartChoice
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

_LOADING = Text("캔들을 불러오고 있어요", "Loading candles")
_NO_MARKET = Text("종목을 고르면 차트가 나와요", "Choose a market to see its chart")
_NOTHING = Text("아직 거래가 없는 종목이에요", "Nothing has been traded here yet")
_NOTHING_LINE = Text("첫 거래가 생기면 바로 나와요.", "The first trade appears here at once.")
_FAILED = Text("캔들을 불러오지 못했어요", "The candles could not be loaded")
_TO_CLOSE = Text("마감까지 {left}", "Closes in {left}")
_CHART_OF = Text("{market} 차트, {unit}", "Chart of {market}, {unit}")
_EVERY_SECOND_MS = 1_000


class ChartPanel(QWidget):
    """``pressed`` when the user turns to it; the window's toolbar and lists then speak to it."""

    pressed = pyqtSignal()

    def __init__(self, services: AppServices, name_of: Callable[[Market], Text]) -> None:
        super().__init__()
        self._services = services
        self._name_of = name_of
        self.choice = ChartChoice()
        self.candles: ChartCandles = services.market_data.chart_candles(self)
        self.canvas = ChartCanvas(lambda: services.shortcuts.keys)
        self._own_layers: list[Layer] = []
        self._last: LastPriceLayer | None = None
        self._heikin: ChartHeikinAshi | None = None
        self._error: ErrorState | None = None
        self._shown_error: Exception | None = None
        self._is_watched = True
        self._fill_pages()
        self.candles.opened.connect(self._show_opened)
        self.candles.changed.connect(self._show_changed)
        self.candles.prepended.connect(self._show_prepended)
        self.candles.state_changed.connect(self._draw_state)
        # after this panel's own slots: studies follow candles that the canvas already shows
        self.studies = ChartStudies(self.candles, services.operations, self)
        self.study_layers = StudyLayers(self.canvas, self.studies, self)
        self.study_layers.legends_changed.connect(self._draw_legends)
        self.studies.state_changed.connect(self._draw_legends)
        self.canvas.older_wanted.connect(self.candles.load_older)
        for watched in (self.canvas, self.canvas.viewport()):
            watched.installEventFilter(self)
        self._seconds = QTimer(self)
        self._seconds.setInterval(_EVERY_SECOND_MS)
        self._seconds.timeout.connect(self._count_down)
        retranslating(self, self._retranslate)
        self._draw_state()

    def _fill_pages(self) -> None:
        self.stack = QStackedWidget()
        self._loading = LoadingState(_LOADING, 8, can_cancel=False)
        self._nothing = EmptyState(_NOTHING, _NOTHING_LINE)
        self._unchosen = EmptyState(_NO_MARKET)
        for page in (self._unchosen, self._loading, self._nothing, self.canvas):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    # what is chosen

    def show_choice(self, choice: ChartChoice, *, tick: Decimal | None) -> None:
        before, self.choice = self.choice, choice
        self.set_tick(tick)
        if choice.market is not None and (choice.market, choice.unit) != (before.market, before.unit):
            self.candles.open(choice.market, choice.unit)
            self._name()
        elif choice.style != before.style and self.candles.columns is not None:
            self._dress(self.candles.columns)
        if choice.scale != before.scale:
            self.canvas.set_price_scale(ScaleKind(choice.scale))
        self._draw_state()

    def _retranslate(self) -> None:
        self._name()
        self._draw_legends()

    def set_tick(self, tick: Decimal | None) -> None:
        self.canvas.set_tick(tick)
        self.studies.price_decimals = formats.decimals_of(tick)

    def _name(self) -> None:
        market = self.choice.market
        if market is not None:
            words = _CHART_OF.format(market=self._name_of(market), unit=UNIT_WORDS[self.choice.unit])
            self.canvas.setAccessibleName(tr(words))

    # candles

    def _show_opened(self) -> None:
        columns = self.candles.columns
        if columns is None:
            return
        is_same = self.canvas.candles is not None and self.canvas.candles.market == columns.market
        is_same = is_same and self.canvas.candles is not None and self.canvas.candles.unit == columns.unit
        self._dress(columns)
        self.canvas.set_candles(columns, keep_time=is_same)
        self._draw_state()

    def _dress(self, columns: CandleColumns) -> None:
        for layer in self._own_layers:
            self.canvas.remove_layer(layer)
        style = CandleStyle(self.choice.style)
        self._follow_heikin_ashi(columns if style is CandleStyle.HEIKIN_ASHI else None)
        drawn = columns if self._heikin is None else self._heikin.columns
        self._last = LastPriceLayer(columns, self._price_text)
        self._own_layers = [
            GapLayer(self._gaps, self._fill),
            VolumeLayer(columns),
            CandleLayer(drawn, is_hollow=style is CandleStyle.HOLLOW),
            self._last,
        ]
        for layer in self._own_layers:
            self.canvas.add_layer(layer)
        self._draw_legends()
        self._count_down()

    def _follow_heikin_ashi(self, columns: CandleColumns | None) -> None:
        if self._heikin is not None:
            self._heikin.close()
            self._heikin.deleteLater()
        self._heikin = None if columns is None else ChartHeikinAshi(columns, self._services.operations, self)
        if self._heikin is not None:
            self._heikin.changed.connect(self.canvas.candles_changed)

    def _draw_legends(self) -> None:
        columns = self.candles.columns
        if columns is None:
            return
        for pane in self.study_layers.panes:
            own = [ohlc_legend(columns, self._price_text)] if pane == PRICE else []
            self.canvas.set_legend(pane, [*own, *self.study_layers.legend_lines(pane)])

    def _price_text(self, value: float) -> str:
        return formats.price(value, self.canvas.tick)

    def _show_changed(self, first_row: int) -> None:
        if self._heikin is not None:
            self._heikin.candles_changed(first_row)
        self.canvas.candles_changed(first_row)

    def _show_prepended(self, count: int) -> None:
        if self._heikin is not None:
            self._heikin.candles_prepended(count)
        self.canvas.candles_prepended(count)

    def _gaps(self, first_second: float, last_second: float, least_seconds: float) -> Sequence[Gap]:
        columns = self.candles.columns
        if columns is None:
            return ()
        now = self._services.market_data.market_now()
        return gaps_between(columns, self.candles.known, first_second, last_second, now, least_seconds)

    def _fill(self, gap: Gap) -> None:
        self.candles.fill(Span(moment_of(gap.first_second), moment_of(gap.last_second)))

    def watch(self, is_watched: bool) -> None:
        """Nobody looks at it: it stops following, and reads what came meanwhile when it is seen again."""
        market = self.choice.market
        if market is None:
            return
        if is_watched and not self._is_watched:
            self.candles.open(market, self.choice.unit)
        elif not is_watched:
            self.candles.close()
        self._is_watched = is_watched

    # the time to the close

    def _count_down(self) -> None:
        columns = self.candles.columns
        if self._last is None or columns is None or not len(columns):
            return
        left = columns.closed(len(columns) - 1) - epoch_second(self._services.market_data.market_now())
        note = note_that_fits(tr(_TO_CLOSE).format(left=_left(left)), _left(left)) if left > 0 else ""
        if note != self._last.note:
            self._last.note = note
            self.canvas.update_plates()

    def market_now(self) -> datetime:
        return self._services.market_data.market_now()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._seconds.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._seconds.stop()
        super().hideEvent(event)

    # states

    def _draw_state(self) -> None:
        self.stack.setCurrentWidget(self._page(self.candles.state))
        if not self.candles.state.is_loading_older:
            self.canvas.older_may_be_asked_again()

    def _page(self, state: ChartState) -> QWidget:
        columns = self.candles.columns
        if self.choice.market is None:
            return self._unchosen
        if columns is not None and len(columns):
            return self.canvas
        if state.phase is ChartPhase.FAILED or (state.phase is ChartPhase.OFFLINE and state.error is not None):
            return self._failure(state.error)
        return self._nothing if state.phase is ChartPhase.EMPTY else self._loading

    def _failure(self, error: Exception | None) -> ErrorState:
        """The same error stays as it is, with its details unfolded."""
        if self._error is not None and error is self._shown_error:
            return self._error
        if self._error is not None:
            self.stack.removeWidget(self._error)
            self._error.deleteLater()
        self._shown_error = error
        message = None if error is None else explain(error)
        self._error = (
            ErrorState(_FAILED)
            if message is None
            else ErrorState(_FAILED, message.meaning, message.mend, message.details)
        )
        self._error.retry.connect(self.candles.retry)
        self.stack.addWidget(self._error)
        return self._error

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress):
            self.pressed.emit()
        return super().eventFilter(watched, event)


def _left(seconds: int) -> str:
    """As on a clock: 11:33, and with days 2d 03:10:00."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    whole = f"{hour:02d}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"
    return f"{days}d {whole}" if days else whole
