"""Charts that share crosshair and time: what one shows, the others follow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject

from upbit_auto_trading.ui.charts.canvas import ChartCanvas
from upbit_auto_trading.ui.charts.crosshair import Crosshair
from upbit_auto_trading.ui.charts.time_scale import TimeScale


class ChartLink(QObject):
    """Each chart keeps its own candles: of one second it shows the candle that holds it. While ``is_on`` is false only
    the crosshair of each chart itself is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._charts: tuple[ChartCanvas, ...] = ()
        self._known: set[ChartCanvas] = set()
        self._is_telling = False
        self.is_on = True

    def set_charts(self, charts: Sequence[ChartCanvas]) -> None:
        self._charts = tuple(charts)
        for chart in self._charts:
            if chart not in self._known:
                self._known.add(chart)
                chart.crosshair_moved.connect(partial(self._show_crosshair, chart))
                chart.time_changed.connect(partial(self._show_time, chart))

    def _show_crosshair(self, source: ChartCanvas, crosshair: Crosshair | None) -> None:
        if not self.is_on or source not in self._charts:
            return
        for chart in self._charts:
            candles = chart.candles
            if chart is source or candles is None:
                continue
            row = None if crosshair is None else candles.row_at(crosshair.second)
            chart.show_crosshair(None if crosshair is None else Crosshair(crosshair.second, row))

    def _show_time(self, source: ChartCanvas, time: TimeScale) -> None:
        """Their right edges are one moment, and a second is as wide."""
        if not self.is_on or self._is_telling or source not in self._charts:
            return
        self._is_telling = True
        try:
            for chart in self._charts:
                if chart is not source:
                    chart.set_time(time)
        finally:
            self._is_telling = False
