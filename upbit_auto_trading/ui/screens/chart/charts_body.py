"""What lies under the toolbar: tools to draw with, one to four charts with all that is on them, the list of alerts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.charts.chart_drawings import ChartDrawings
from upbit_auto_trading.ui.market_views.facts import rules_of
from upbit_auto_trading.ui.screens.chart.alerts_below import AlertsBelow
from upbit_auto_trading.ui.screens.chart.charts_grid import ChartsGrid
from upbit_auto_trading.ui.screens.chart.drawing_bar import DrawingBar
from upbit_auto_trading.ui.screens.chart.indicators import Indicators
from upbit_auto_trading.ui.screens.chart.panel import ChartPanel
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsState, ChartsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel
from upbit_auto_trading.utils.bilingual_text import Text


class ChartsBody(QWidget):
    def __init__(
        self,
        model: ChartsViewModel,
        drawings: DrawingsViewModel,
        alerts: AlertsViewModel,
        services: AppServices,
        name_of: Callable[[Market], Text],
        tick_of: Callable[[Market], Decimal | None],
    ) -> None:
        super().__init__()
        self.model = model
        self._drawings = drawings
        self._alerts = alerts
        self._services = services
        self.drawing_bar = DrawingBar(drawings)
        self.grid = ChartsGrid(model, services, name_of, tick_of)
        #: what is drawn on each chart
        self.drawn: dict[ChartPanel, ChartDrawings] = {}
        self.indicators = Indicators(model, services, self)
        self.alerts_below = AlertsBelow(model, alerts, services, self.drawing_bar, self._drawn_in_sight)
        self._arrange()
        model.state_changed.connect(self._draw)
        self.grid.panel_made.connect(self._add_drawings)
        self.grid.panel_made.connect(self.indicators.add_chart)
        self.grid.current_changed.connect(lambda panel: self.drawing_bar.follow(self.drawn[panel]))
        self.grid.current_changed.connect(self.indicators.turn_to)
        self.grid.begin()
        self._draw(model.state)

    def _arrange(self) -> None:
        beside = QHBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.drawing_bar)
        beside.addWidget(self.grid, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(beside, 1)
        column.addWidget(self.alerts_below.panel)

    def _add_drawings(self, panel: ChartPanel, _place: int) -> None:
        keys = self._services.shortcuts
        self.drawn[panel] = ChartDrawings(panel.canvas, self._drawings, self._alerts, lambda: keys.keys, self._tick_at)

    def _drawn_in_sight(self) -> tuple[ChartDrawings, ...]:
        """The current one first."""
        current = self.grid.current
        others = (panel for panel in self.grid.panels if panel is not current)
        return tuple(self.drawn[panel] for panel in (current, *others))

    def _tick_at(self, market: Market, price: float) -> Decimal | None:
        data = self._services.market_data
        rules = rules_of(data.link, market, data.market_now())
        return None if rules is None else rules.ticks.tick_at(Decimal(repr(price)))

    def _draw(self, state: ChartsState) -> None:
        for panel, choice in zip(self.grid.panels, state.charts, strict=False):
            self.drawn[panel].set_market(choice.market)  # the panel itself may hear of it later
