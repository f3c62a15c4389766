"""The panes of a chart below each other, each with its axis and its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtWidgets import QGraphicsItem, QGraphicsScene

from upbit_auto_trading.ui.charts.axes import PriceAxis
from upbit_auto_trading.ui.charts.layer import Layer
from upbit_auto_trading.ui.charts.legend import LegendItem
from upbit_auto_trading.ui.charts.pane import PaneItem
from upbit_auto_trading.ui.design.tokens import Chart

PRICE = "price"
_PRICE_SHARE = 3.0
#: between the bars of volume and the candles, as a share of the pane
_ABOVE_VOLUME = 0.02


@dataclass(frozen=True, slots=True)
class PaneSpec:
    """``share`` of the height among all; ``decimals`` of its axis, None: by what is seen."""

    id: str
    share: float = 1.0
    decimals: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PaneRow:
    pane: PaneItem
    axis: PriceAxis
    legend: LegendItem

    @property
    def items(self) -> tuple[QGraphicsItem, ...]:
        return (self.pane, self.pane.top, self.axis, self.legend)


class PaneColumn:
    """The price is always the first."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._rows: dict[str, PaneRow] = {}
        self._add(PaneSpec(PRICE, _PRICE_SHARE))
        self[PRICE].pane.foot = Chart.VOLUME_SHARE + _ABOVE_VOLUME

    def __getitem__(self, pane_id: str) -> PaneRow:
        return self._rows[pane_id]

    def get(self, pane_id: str) -> PaneRow | None:
        return self._rows.get(pane_id)

    @property
    def rows(self) -> tuple[PaneRow, ...]:
        return tuple(self._rows.values())

    @property
    def panes(self) -> tuple[PaneItem, ...]:
        return tuple(row.pane for row in self._rows.values())

    def set(self, specs: Sequence[PaneSpec]) -> None:
        """In their order; those that are no more go with their layers."""
        wanted = {spec.id: spec for spec in specs}
        wanted.setdefault(PRICE, PaneSpec(PRICE, self[PRICE].pane.share))
        for gone in [one for one in self._rows if one not in wanted]:
            for item in self._rows.pop(gone).items:
                self._scene.removeItem(item)
        for spec in wanted.values():
            if spec.id not in self._rows:
                self._add(spec)
            self[spec.id].pane.share, self[spec.id].pane.decimals = spec.share, spec.decimals
        self._rows = {one: self._rows[one] for one in (PRICE, *(one for one in wanted if one != PRICE))}

    def _add(self, spec: PaneSpec) -> None:
        pane = PaneItem(spec.id, spec.share)
        row = PaneRow(pane, PriceAxis(pane), LegendItem())
        self._rows[spec.id] = row
        for item in row.items:
            self._scene.addItem(item)

    def remove_layer(self, layer: Layer) -> bool:
        return any(pane.remove(layer) for pane in self.panes)

    def lay_out(self, plot_width: float, width: float, height: float) -> None:
        """The last one takes what rounding has left."""
        shares = sum(pane.share for pane in self.panes)
        room = height - Chart.SEPARATOR * (len(self._rows) - 1)
        top = 0.0
        for place, row in enumerate(self.rows):
            is_last = place == len(self._rows) - 1
            own = max(height - top if is_last else round(room * row.pane.share / shares), 1.0)
            row.pane.set_rect(QRectF(0, top, plot_width, own))
            row.axis.set_rect(QRectF(plot_width, top, width - plot_width, own))
            row.legend.setPos(0, top)
            row.legend.set_width(plot_width)
            top += own + Chart.SEPARATOR

    def forget_pictures(self) -> None:
        """Colours or fonts are others."""
        for row in self.rows:
            row.pane.forget_picture()
            row.legend.lay_out()

    # what lies at a point of the scene

    def pane_at(self, point: QPointF) -> PaneItem | None:
        return next((pane for pane in self.panes if pane.rect.contains(point)), None)

    def axis_at(self, point: QPointF) -> PaneItem | None:
        """The pane whose axis it is."""
        return next((row.pane for row in self.rows if row.axis.rect.contains(point)), None)

    def legend_at(self, point: QPointF) -> tuple[str, str] | None:
        """Ids of the pane and the line."""
        for pane_id, row in self._rows.items():
            line = row.legend.line_at(point - row.legend.pos())
            if line is not None:
                return pane_id, line.id
        return None
