"""The list of price alerts below the charts: shown by a tool, answered by the bar at the line on the current chart."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.charts.chart_drawings import ChartDrawings
from upbit_auto_trading.ui.screens.chart.alerts_panel import AlertsPanel
from upbit_auto_trading.ui.screens.chart.drawing_bar import DrawingBar
from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsState, ChartsViewModel

_MEMORY = "chart-alerts"
#: distances in the list and on the plates need not follow each tick
_DISTANCES_EVERY_MS = 1_000


class AlertsBelow(QObject):
    """``panel`` belongs below the charts; ``drawn`` tells of those that are seen, the current one first."""

    def __init__(
        self,
        charts: ChartsViewModel,
        alerts: AlertsViewModel,
        services: AppServices,
        bar: DrawingBar,
        drawn: Callable[[], tuple[ChartDrawings, ...]],
    ) -> None:
        super().__init__(bar)
        self._charts = charts
        self._alerts = alerts
        self._services = services
        self._bar = bar
        self._drawn = drawn
        self.panel = AlertsPanel(alerts, services.clock.now)
        is_shown = services.layouts.read_values(_MEMORY).get("shown") is True
        self.panel.setVisible(is_shown)
        bar.alerts.setCheckable(True)
        bar.alerts.setChecked(is_shown)
        bar.alerts.clicked.connect(self._show_list)
        self.panel.add_asked.connect(self._add)
        self.panel.edit_asked.connect(self._edit)
        charts.state_changed.connect(self._follow)
        self._distances = QTimer(self)
        self._distances.setInterval(_DISTANCES_EVERY_MS)
        self._distances.timeout.connect(self._follow_prices)
        self._distances.start()
        self._follow(charts.state)

    @pyqtSlot(object)
    def _follow(self, state: ChartsState) -> None:
        self.panel.show_market(state.chosen.market)

    @pyqtSlot()
    def _follow_prices(self) -> None:
        if not self._bar.isVisible():
            return
        for chart in self._drawn():
            chart.alert_lines.show_changed()
        if self.panel.isVisible():
            self._alerts.refresh()

    @pyqtSlot()
    def _show_list(self) -> None:
        is_shown = self.panel.isHidden()
        self.panel.setVisible(is_shown)
        self._bar.alerts.setChecked(is_shown)
        self._services.layouts.write_values(_MEMORY, {"shown": is_shown})

    @pyqtSlot()
    def _add(self) -> None:
        for chart in self._drawn()[:1]:
            chart.ask_new()

    @pyqtSlot(object)
    def _edit(self, alert: PriceAlert) -> None:
        """At its line: a chart of another market shows that one first."""
        if self._charts.state.chosen.market != alert.market:
            self._charts.choose_market(alert.market)
        for chart in self._drawn()[:1]:
            chart.ask_change(alert)
