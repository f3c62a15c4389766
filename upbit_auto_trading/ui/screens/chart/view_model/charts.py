"""Which charts there are, of what, and how each is drawn; kept as the user left it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.screens.chart.view_model.units import EVERY_UNIT, OfferedUnit, nearest_unit, offered_units

if TYPE_CHECKING:
    from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink

MEMORY = "charts"
#: kept once it has been quiet this long: a crash loses little and a drag writes once
WRITE_AFTER_MS = 500
_FIRST_UNIT = CandleUnit.MINUTES_15
_VERSION = 1


class Arrangement(Enum):
    ONE = "one"
    COLUMNS = "columns"
    ROWS = "rows"
    FOUR = "four"

    @property
    def count(self) -> int:
        return {Arrangement.ONE: 1, Arrangement.FOUR: 4}.get(self, 2)


@dataclass(frozen=True, slots=True)
class ChartChoice:
    """One chart. ``style`` and ``scale`` are values of ``CandleStyle`` and ``ScaleKind``."""

    market: Market | None = None
    unit: CandleUnit = _FIRST_UNIT
    #: what the user chose, where this exchange does not have it; ``unit`` is the nearest it has
    wished: CandleUnit | None = None
    style: str = "filled"
    scale: str = "linear"
    #: as the studies' own module writes them
    studies: tuple[dict[str, Any], ...] = ()
    #: id of a pane and its share of the height
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ChartsState:
    charts: tuple[ChartChoice, ...] = (ChartChoice(),)
    arrangement: Arrangement = Arrangement.ONE
    #: which of them toolbar and lists speak to
    current: int = 0
    is_time_linked: bool = True
    #: of the exchange that was opened last; not kept
    offered: tuple[OfferedUnit, ...] = EVERY_UNIT

    @property
    def units(self) -> tuple[CandleUnit, ...]:
        return tuple(one.unit for one in self.offered)

    @property
    def replaced(self) -> tuple[tuple[CandleUnit, CandleUnit], ...]:
        """Of the charts that are seen: what was chosen, and what is shown in its place."""
        seen = self.charts[: self.arrangement.count]
        return tuple(dict.fromkeys((one.wished, one.unit) for one in seen if one.wished is not None))

    @property
    def chosen(self) -> ChartChoice:
        return self.charts[self.current]


class ChartsViewModel(QObject):
    state_changed = pyqtSignal(object)  # ChartsState

    def __init__(self, memory: LayoutMemory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.state = _read(memory.read_values(MEMORY))
        #: whose units are offered
        self._exchange = ""
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(WRITE_AFTER_MS)
        self._quiet.timeout.connect(self.write_now)

    def follow(self, link: ExchangeLink) -> None:
        """Offers what the exchange has that is opened; until then every unit."""
        link.opened.connect(self._take_connection)
        if link.connection is not None:
            self._take_connection(link.connection)

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        self._exchange = connection.exchange.name
        self._change(offered=offered_units(connection.exchange.capabilities.candle_units))

    def choose_market(self, market: Market, place: int | None = None) -> None:
        self._change_chart(self.state.current if place is None else place, market=market)

    def choose_unit(self, unit: CandleUnit) -> None:
        self._change_chart(self.state.current, unit=unit, wished=None)

    def choose_style(self, style: str) -> None:
        self._change_chart(self.state.current, style=style)

    def choose_scale(self, scale: str) -> None:
        self._change_chart(self.state.current, scale=scale)

    def keep_studies(self, place: int, studies: tuple[dict[str, Any], ...]) -> None:
        self._change_chart(place, studies=studies)

    def keep_shares(self, place: int, shares: tuple[tuple[str, float], ...]) -> None:
        self._change_chart(place, shares=shares)

    def arrange(self, arrangement: Arrangement) -> None:
        """A new chart shows what the current one does: one is looked at in another unit most of the time."""
        charts = list(self.state.charts)
        while len(charts) < arrangement.count:
            charts.append(self.state.chosen)
        current = min(self.state.current, arrangement.count - 1)
        self._change(charts=tuple(charts), arrangement=arrangement, current=current)

    def choose_chart(self, place: int) -> None:
        if 0 <= place < self.state.arrangement.count:
            self._change(current=place)

    def link_time(self, is_linked: bool) -> None:
        self._change(is_time_linked=is_linked)

    def write_now(self) -> None:
        self._quiet.stop()
        self._memory.write_values(MEMORY, _written(self.state))

    def _change_chart(self, place: int, **changes: Any) -> None:
        charts = list(self.state.charts)
        charts[place] = replace(charts[place], **changes)
        self._change(charts=tuple(charts))

    def _change(self, **changes: Any) -> None:
        state = replace(self.state, **changes)
        state = replace(state, charts=tuple(self._fitting(one, state.units) for one in state.charts))
        if state != self.state:
            self.state = state
            self._quiet.start()
            self.state_changed.emit(state)

    def _fitting(self, chart: ChartChoice, units: tuple[CandleUnit, ...]) -> ChartChoice:
        """What was chosen, or the nearest that there is; a chart of another exchange is left as it is."""
        wanted = chart.wished or chart.unit
        is_elsewhere = chart.market is not None and chart.market.exchange != self._exchange
        if is_elsewhere or not units:
            return chart
        if wanted in units:
            return replace(chart, unit=wanted, wished=None)
        return replace(chart, unit=nearest_unit(wanted, units), wished=wanted)


def _written(state: ChartsState) -> dict[str, Any]:
    charts = [
        {
            "market": None if one.market is None else [one.market.exchange, one.market.code],
            "unit": (one.wished or one.unit).value,
            "style": one.style,
            "scale": one.scale,
            "studies": list(one.studies),
            "shares": [list(share) for share in one.shares],
        }
        for one in state.charts
    ]
    return {
        "version": _VERSION,
        "charts": charts,
        "arrangement": state.arrangement.value,
        "current": state.current,
        "time": state.is_time_linked,
    }


def _read(kept: dict[str, Any]) -> ChartsState:
    """What of it can be read; the rest is as at first."""
    try:
        charts = tuple(_read_chart(one) for one in kept["charts"]) or (ChartChoice(),)
        arrangement = Arrangement(kept["arrangement"])
        current, is_linked = int(kept["current"]), bool(kept["time"])
    except (KeyError, TypeError, ValueError):
        return ChartsState()
    charts += (charts[-1],) * max(arrangement.count - len(charts), 0)
    return ChartsState(charts, arrangement, min(max(current, 0), arrangement.count - 1), is_linked)


def _read_chart(kept: dict[str, Any]) -> ChartChoice:
    named = kept["market"]
    return ChartChoice(
        None if named is None else Market(str(named[0]), str(named[1])),
        CandleUnit(kept["unit"]),
        style=str(kept["style"]),
        scale=str(kept["scale"]),
        studies=tuple(one for one in kept["studies"] if isinstance(one, dict)),
        shares=tuple((str(name), float(share)) for name, share in kept["shares"]),
    )
