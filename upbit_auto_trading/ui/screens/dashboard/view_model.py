"""State of the dashboard: one frozen value, one signal."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.ui.price_connection import PriceConnection
from upbit_auto_trading.ui.watched import WhileWatched

#: how much of each market's path is kept, and its bound under a flood of trades
PATH_SECONDS = 600.0
_PATH_POINTS = 6_000
_SPARK_POINTS = 120


@dataclass(frozen=True, slots=True)
class MarketRow:
    last: LastPrice
    recent: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DashboardState:
    rows: tuple[MarketRow, ...] = ()
    selected: Market | None = None
    #: seconds since the epoch and prices of the selected market
    path: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    #: false until the engine has read whether entries were stopped before this start
    knows_entries: bool = False
    entries_stopped_at: datetime | None = None
    findings: tuple[HealthFinding, ...] | None = None
    knows_backups: bool = False
    newest_backup: BackupSummary | None = None
    connection: PriceConnection = field(default_factory=PriceConnection)

    @property
    def selected_row(self) -> MarketRow | None:
        return next((row for row in self.rows if row.last.market == self.selected), None)

    @property
    def path_seconds(self) -> float:
        times = self.path[0]
        return times[-1] - times[0] if times else 0.0

    @property
    def is_stale(self) -> bool:
        return self.connection.is_stale

    @property
    def problems(self) -> tuple[HealthFinding, ...]:
        return tuple(finding for finding in self.findings or () if finding.status is not HealthStatus.GOOD)


@dataclass(slots=True)
class _Path:
    times: deque[float] = field(default_factory=lambda: deque(maxlen=_PATH_POINTS))
    prices: deque[float] = field(default_factory=lambda: deque(maxlen=_PATH_POINTS))

    def add(self, price: LastPrice) -> None:
        at = price.traded_at.timestamp()
        if self.times and at < self.times[-1]:
            self.times.clear()  # a practice market that started over, at an earlier time
            self.prices.clear()
        self.times.append(at)
        self.prices.append(float(price.price))
        while self.times[0] < at - PATH_SECONDS:
            self.times.popleft()
            self.prices.popleft()

    def newest(self, count: int) -> tuple[float, ...]:
        """The last so many prices; read from the end, as a path may have thousands."""
        return tuple(islice(reversed(self.prices), count))[::-1]


class DashboardViewModel(QObject):
    """Fed by the composition root; draws nothing, decides nothing about trading.

    Paths of prices go on while nobody looks; what is shown of them is made when somebody does, or asks.
    """

    state_changed = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths: dict[Market, _Path] = {}
        self._last: dict[Market, LastPrice] = {}
        #: by market, made anew where a price moved
        self._rows_of: dict[Market, MarketRow] = {}
        #: whose rows are older than their prices
        self._moved: dict[Market, None] = {}
        self._connection = PriceConnection()
        self._state = DashboardState()
        self._showing = WhileWatched(self._show)

    @property
    def state(self) -> DashboardState:
        """As of this moment, also while nobody looks."""
        self._showing.catch_up()
        return self._state

    def watch(self, is_watched: bool) -> None:
        self._showing.watch(is_watched)

    def show_prices(self, prices: Mapping[Market, LastPrice]) -> None:
        """A burst from the engine: the newest price of each market that moved."""
        for market, price in prices.items():
            self._last[market] = price
            path = self._paths.get(market)
            if path is None:
                path = self._paths[market] = _Path()
            path.add(price)
            self._moved[market] = None
        self._showing.ask()

    def _show(self) -> None:
        moved, self._moved = self._moved, {}
        for market in moved:
            self._rows_of[market] = MarketRow(self._last[market], self._paths[market].newest(_SPARK_POINTS))
        changes: dict[str, object] = {"connection": self._connection}
        selected = self._state.selected or next(iter(self._last), None)
        if moved:
            changes |= {"rows": self._rows(), "selected": selected}
        if selected in moved:
            changes["path"] = self._path_of(selected)
        self._change(**changes)

    def select(self, market: Market) -> None:
        self._showing.catch_up()
        if market in self._last:
            self._change(selected=market, path=self._path_of(market))

    def show_entry_gate(self, stopped_at: datetime | None) -> None:
        self._change(knows_entries=True, entries_stopped_at=stopped_at)

    def show_health(self, findings: tuple[HealthFinding, ...]) -> None:
        self._change(findings=findings)

    def show_newest_backup(self, backup: BackupSummary | None) -> None:
        self._change(knows_backups=True, newest_backup=backup)

    def show_connection(self, connection: PriceConnection) -> None:
        """At least once a second: ages grow even when nothing arrives."""
        self._connection = connection
        self._showing.ask()

    def keep_markets(self, markets: Iterable[Market]) -> None:
        """Another exchange was reached, or the same one with other markets."""
        self._showing.catch_up()
        kept = frozenset(markets)
        self._last = {market: last for market, last in self._last.items() if market in kept}
        self._paths = {market: path for market, path in self._paths.items() if market in kept}
        self._rows_of = {market: row for market, row in self._rows_of.items() if market in kept}
        selected = self._state.selected if self._state.selected in self._last else next(iter(self._last), None)
        self._change(rows=self._rows(), selected=selected, path=self._path_of(selected))

    def _rows(self) -> tuple[MarketRow, ...]:
        return tuple(self._rows_of[market] for market in self._last)

    def _path_of(self, market: Market | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
        path = self._paths.get(market) if market else None
        return (tuple(path.times), tuple(path.prices)) if path else ((), ())

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
