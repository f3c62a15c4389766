"""The indicators of every chart: components loaded once, one model a chart, and the popover that arranges them."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QPoint, Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.runtime.chart_studies import StudyState
from upbit_auto_trading.ui.runtime.component_shelf import ComponentShelf
from upbit_auto_trading.ui.screens.chart.panel import ChartPanel
from upbit_auto_trading.ui.screens.chart.studies_panel import StudiesPopover
from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsState, ChartsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.studies import StudiesViewModel


class Indicators(QObject):
    #: how many the current chart has
    count_changed = pyqtSignal(int)

    def __init__(self, charts: ChartsViewModel, services: AppServices, parent: QWidget) -> None:
        super().__init__(parent)
        self._charts = charts
        self._window = parent
        self.shelf = ComponentShelf(services.market_data.components, services.operations, services.layouts, self)
        self.models: dict[ChartPanel, StudiesViewModel] = {}
        self.popover: StudiesPopover | None = None
        self._current: ChartPanel | None = None
        self.shelf.changed.connect(self._take_components)
        charts.state_changed.connect(self._follow)

    def add_chart(self, panel: ChartPanel, place: int) -> None:
        charts = self._charts
        kept = charts.state.charts[place].studies

        def keep(trees: tuple[dict[str, object], ...]) -> None:
            charts.keep_studies(place, trees)

        model = StudiesViewModel(self.shelf, kept, keep, panel)
        self.models[panel] = model
        model.studies_changed.connect(panel.studies.set_studies)
        model.state_changed.connect(self._count)
        panel.studies.state_changed.connect(lambda _study: model.show_states(_states(panel)))
        panel.studies.drawn_changed.connect(lambda: model.show_states(_states(panel)))
        panel.study_layers.shares = dict(charts.state.charts[place].shares)
        panel.canvas.shares_changed.connect(lambda: charts.keep_shares(place, panel.study_layers.shares_now()))
        model.set_unit(charts.state.charts[place].unit)
        panel.studies.set_studies(model.studies)
        if self.shelf.registry is not None:
            panel.studies.set_registry(self.shelf.registry)
        elif kept:
            self.shelf.load()

    def turn_to(self, panel: ChartPanel) -> None:
        self._current = panel
        self._count()

    def open(self, corner: QPoint) -> None:
        """At the first time everything there is to choose from is loaded beside the window."""
        if self._current is None:
            return
        self.popover = StudiesPopover(self.models[self._current], self._window)
        self.popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.popover.closed.connect(self._forget_popover)
        self.popover.open_at(corner)

    def _forget_popover(self) -> None:
        self.popover = None

    def _take_components(self) -> None:
        registry = self.shelf.registry
        if registry is not None:
            for panel in self.models:
                panel.studies.set_registry(registry)

    def _follow(self, state: ChartsState) -> None:
        for choice, model in zip(state.charts, self.models.values(), strict=False):
            model.set_unit(choice.unit)

    @property
    def count(self) -> int:
        """Of the current chart."""
        return 0 if self._current is None else len(self.models[self._current].studies)

    def _count(self) -> None:
        if self._current is not None:
            self.count_changed.emit(self.count)


def _states(panel: ChartPanel) -> dict[str, StudyState]:
    found = ((study.id, panel.studies.state_of(study.id)) for study in panel.studies.studies)
    return {study: state for study, state in found if state is not None}
