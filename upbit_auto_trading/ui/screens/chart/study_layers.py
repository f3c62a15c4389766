"""The studies of one chart as layers, panes and lines of its legend."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE, ChartCanvas, PaneSpec
from upbit_auto_trading.ui.charts.layer import Layer
from upbit_auto_trading.ui.charts.layers.band_fill import BandFill
from upbit_auto_trading.ui.charts.layers.bars import BarsLayer
from upbit_auto_trading.ui.charts.layers.levels import Level, LevelLayer
from upbit_auto_trading.ui.charts.layers.lines import LineLayer
from upbit_auto_trading.ui.charts.layers.pattern_marks import PatternMarks
from upbit_auto_trading.ui.charts.legend import LegendLine
from upbit_auto_trading.ui.charts.study_legend import value_text
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy
from upbit_auto_trading.ui.charts.study_panes import StudyPane
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.runtime.chart_studies import ChartStudies, DrawnStudy

#: of the price pane's height, before the user draws the line elsewhere
_SHARE, _PRICE_SHARE = 1.0, 3.0
_GUIDE_DASH = (2.0, 4.0)


class StudyLayers(QObject):
    """Follows ``studies`` and repaints what changed of them."""

    legends_changed = pyqtSignal()

    def __init__(self, canvas: ChartCanvas, studies: ChartStudies, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._studies = studies
        self._layers: list[Layer] = []
        #: as the user left them, by pane
        self.shares: dict[str, float] = {}
        studies.drawn_changed.connect(self._build)
        studies.lines_changed.connect(self._repaint)

    def _build(self) -> None:
        candles = self._canvas.candles
        for layer in self._layers:
            self._canvas.remove_layer(layer)
        self._layers = []
        panes = self._studies.panes
        specs = [PaneSpec(PRICE, self.shares.get(PRICE, _PRICE_SHARE))]
        specs += [PaneSpec(pane.id, self.shares.get(pane.id, _SHARE), pane.decimals) for pane in panes]
        self._canvas.set_panes(specs)
        if candles is not None:
            for pane in panes:
                self._add(_guides(pane), pane.id)
            for drawn in self._studies.drawn:
                self._add_study(drawn, candles, next((pane for pane in panes if pane.id == drawn.pane), None))
        self.legends_changed.emit()

    def _add_study(self, drawn: DrawnStudy, candles: CandleColumns, pane: StudyPane | None) -> None:
        band = drawn.built.band
        if band is not None:
            one, other = band
            self._add(BandFill(candles, drawn.lines[one], drawn.lines[other], drawn.built.lines[one].token), drawn.pane)
        for line, columns in zip(drawn.built.lines, drawn.lines, strict=True):
            if drawn.built.where is Drawn.MARKS:
                self._add(PatternMarks(candles, columns, line.token), drawn.pane)
                continue
            layer = (
                BarsLayer(candles, columns, line.token)
                if line.is_bars
                else LineLayer(candles, columns, line.token, line.dash)
            )
            layer.always = None if pane is None else pane.bounds
            layer.text_of = partial(self._value_text, drawn.built)
            self._add(layer, drawn.pane)

    def _value_text(self, built: BuiltStudy, value: float) -> str:
        return value_text(built, value, self._studies.price_decimals)

    def _add(self, layer: Layer, pane: str) -> None:
        self._layers.append(layer)
        self._canvas.add_layer(layer, pane)

    def shares_now(self) -> tuple[tuple[str, float], ...]:
        """As the user has drawn the lines between panes."""
        self.shares.update((pane.id, pane.share) for pane in self._canvas.panes)
        return tuple(self.shares.items())

    def legend_lines(self, pane: str) -> list[LegendLine]:
        found = (self._studies.legend_of(one.built.study.id) for one in self._studies.drawn if one.pane == pane)
        return [line for line in found if line is not None]

    @property
    def panes(self) -> tuple[str, ...]:
        return (PRICE, *(pane.id for pane in self._studies.panes))

    def _repaint(self, study_id: str, first_row: int) -> None:
        """A tail changes a strip at the right; a scale that has to follow is noticed by the canvas."""
        self._canvas.lines_changed(self._studies.pane_of(study_id) or PRICE, first_row)


def _guides(pane: StudyPane) -> LevelLayer:
    decimals = max((formats.decimals_of(value) for value in pane.guides), default=0)
    layer = LevelLayer(
        tuple(Level(value, "t3", _GUIDE_DASH, formats.decimals(value, decimals)) for value in pane.guides)
    )
    layer.is_quiet = True
    layer.z = 1
    return layer
