"""One to four charts side by side; the one that the user turned to is framed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.charts.chart_link import ChartLink
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Edge, Space
from upbit_auto_trading.ui.screens.chart.panel import ChartPanel
from upbit_auto_trading.ui.screens.chart.view_model.charts import Arrangement, ChartsState, ChartsViewModel
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("{market} · {unit}", "{market} · {unit}")
_PLACES = {
    Arrangement.ONE: ((0, 0),),
    Arrangement.COLUMNS: ((0, 0), (0, 1)),
    Arrangement.ROWS: ((0, 0), (1, 0)),
    Arrangement.FOUR: ((0, 0), (0, 1), (1, 0), (1, 1)),
}


class _Framed(QWidget):
    """With its name where there are several, and an edge while toolbar and lists speak to it."""

    def __init__(self, panel: ChartPanel) -> None:
        super().__init__()
        self.panel = panel
        self.title = Label("", "table", "t2")
        self.title.setContentsMargins(Space.M, Space.XXS, Space.M, Space.XXS)
        self._is_current = False
        column = QVBoxLayout(self)
        column.setContentsMargins(Edge.UNDERLINE, Edge.UNDERLINE, Edge.UNDERLINE, Edge.UNDERLINE)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(panel, 1)

    def show_current(self, is_current: bool, *, is_alone: bool) -> None:
        self.title.setVisible(not is_alone)
        edge = 0 if is_alone else Edge.UNDERLINE
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(edge, edge, edge, edge)
        self._is_current = is_current and not is_alone
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self._is_current:
            edge = current_theme().colour("accent")
            painting.frame(QPainter(self), QRectF(self.rect()), 0, None, edge, Edge.UNDERLINE)


class ChartsGrid(QWidget):
    """``panel_made(ChartPanel, place)`` before a panel is first shown: whoever adds to charts does it there."""

    panel_made = pyqtSignal(object, int)
    current_changed = pyqtSignal(object)  # ChartPanel

    def __init__(
        self,
        model: ChartsViewModel,
        services: AppServices,
        name_of: Callable[[Market], Text],
        tick_of: Callable[[Market], Decimal | None],
    ) -> None:
        super().__init__()
        self._model = model
        self._services = services
        self._name_of = name_of
        self._tick_of = tick_of
        self._framed: list[_Framed] = []
        self._shown: ChartsState | None = None
        self.link = ChartLink(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)

    @property
    def panels(self) -> tuple[ChartPanel, ...]:
        """Those that are seen."""
        return tuple(one.panel for one in self._framed[: self._model.state.arrangement.count])

    @property
    def current(self) -> ChartPanel:
        return self._framed[self._model.state.current].panel

    def begin(self) -> None:
        """Once whoever adds to charts listens."""
        self._draw(self._model.state)
        self._model.state_changed.connect(self._draw)

    def _draw(self, state: ChartsState) -> None:
        while len(self._framed) < state.arrangement.count:
            self._add_panel(len(self._framed))
        before, self._shown = self._shown, state
        if before is None or before.arrangement is not state.arrangement:
            self._place(state.arrangement)
        self.link.is_on = state.is_time_linked
        for place, choice in enumerate(state.charts[: state.arrangement.count]):
            framed = self._framed[place]
            framed.panel.show_choice(choice, tick=None if choice.market is None else self._tick_of(choice.market))
            framed.show_current(place == state.current, is_alone=state.arrangement is Arrangement.ONE)
            if choice.market is not None:
                words = tr(self._name_of(choice.market)), tr(UNIT_WORDS[choice.unit])
                framed.title.set_text(_TITLE.format(market=words[0], unit=words[1]))
        if before is None or before.current != state.current or before.arrangement is not state.arrangement:
            self.current_changed.emit(self.current)

    def show_ticks(self) -> None:
        """Prices came: only now is it known how fine their grid is there."""
        for panel in self.panels:
            if panel.choice.market is not None and panel.canvas.tick is None:
                panel.set_tick(self._tick_of(panel.choice.market))

    def watch(self, is_watched: bool) -> None:
        """Nobody looks: charts need not be live."""
        for framed in self._framed:
            framed.panel.watch(is_watched)

    def _add_panel(self, place: int) -> None:
        panel = ChartPanel(self._services, self._name_of)
        panel.pressed.connect(lambda: self._model.choose_chart(place))
        self._framed.append(_Framed(panel))
        self.panel_made.emit(panel, place)

    def _place(self, arrangement: Arrangement) -> None:
        for framed in self._framed:
            self._grid.removeWidget(framed)
            framed.hide()
        for (row, column), framed in zip(_PLACES[arrangement], self._framed, strict=False):
            self._grid.addWidget(framed, row, column)
            framed.show()
        for place in range(2):
            is_used = any(row == place for row, _ in _PLACES[arrangement])
            self._grid.setRowStretch(place, 1 if is_used else 0)
            self._grid.setColumnStretch(place, 1 if any(column == place for _, column in _PLACES[arrangement]) else 0)
        self.link.set_charts([panel.canvas for panel in self.panels])
