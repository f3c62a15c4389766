"""The candles of one chart: from the store, the exchange and the stream, older ones on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.business_logic.domain.candle_series import series_of
from upbit_auto_trading.business_logic.domain.coverage import Span, merged, without
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.live_candle import (
    CandleClosed,
    CandleConfirmed,
    CandleCorrected,
    CandleForming,
    CandleFreshness,
    CandleFreshnessChanged,
    CandlesSettled,
    FollowedSeries,
    LiveCandleEvent,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadRequest
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.business_logic.use_cases.plan_download import intervals_in
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.runtime.chart_opening import ChartOpening
from upbit_auto_trading.ui.runtime.chart_ports import ChartPhase, ChartServices, ChartState
from upbit_auto_trading.ui.runtime.chart_rows import ChartRows, Put, RowChange
from upbit_auto_trading.ui.runtime.chart_state import ChartPulse, phase_of
from upbit_auto_trading.ui.runtime.chart_work import READING
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC

__all__ = ["ChartCandles", "ChartPhase", "ChartState"]

#: intervals; more are a download's, which goes on after a restart
MOST_FILLED = 5_000
_READ_AGAIN_MS = 200
#: a download tells ten times a second
_READ_DOWNLOADED_MS = 1_000
_numbers = count(1)


class ChartCandles(QObject):
    """Lives in the UI thread; one a chart. Nothing in here waits."""

    #: ``columns`` is another object: another market or unit, or everything was read anew
    opened = pyqtSignal()
    changed = pyqtSignal(int)  # the first row that changed; all after it may have
    prepended = pyqtSignal(int)  # so many rows before the first one
    state_changed = pyqtSignal()

    def __init__(self, services: ChartServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._name = f"chart {next(_numbers)}"
        self._opening: ChartOpening | None = None
        self._market: Market | None = None
        self._unit: CandleUnit | None = None
        #: of the same market and unit, shown until everything is read anew
        self._before: ChartRows | None = None
        self._pulse = ChartPulse()
        self._forming: Candle | None = None
        #: before it a candle that forms is old news
        self._closed_until: datetime | None = None
        self._followed_since: datetime | None = None
        self._told_state: ChartState | None = None
        #: the downloads that concern this chart, as last told
        self._downloads: dict[int, object] = {}
        self._read_again = QTimer(self)
        self._read_again.setSingleShot(True)
        self._read_again.timeout.connect(self._read_all_again)
        self._connect(services)

    def _connect(self, services: ChartServices) -> None:
        services.engine.forming_changed.connect(self._take_forming)
        services.engine.candles_told.connect(self._take_told)
        services.engine.freshness_changed.connect(self._take_freshness)
        services.board.freshness_changed.connect(self._tell_state)
        services.link.opened.connect(self._take_connection)
        services.link.lost.connect(self._lose_connection)
        services.link.state_changed.connect(self._tell_state)
        services.operations.changed.connect(self._look_at_topic)
        end_downloads = services.downloads.on_changed(self._look_at_downloads)
        view, name = services.view, self._name
        self.destroyed.connect(lambda: (end_downloads(), view(name, None)))

    # --- what is shown

    @property
    def market(self) -> Market | None:
        return self._market

    @property
    def unit(self) -> CandleUnit | None:
        return self._unit

    @property
    def columns(self) -> CandleColumns | None:
        """None until there is a candle to show."""
        rows = self._rows
        return rows.columns if rows is not None and len(rows) else None

    @property
    def known(self) -> tuple[Span, ...]:
        """Where a missing candle means that nobody traded; outside of it nobody knows."""
        rows = self._rows
        if rows is None:
            return ()
        live = self._live_span(rows)
        return rows.known if live is None else merged((*rows.known, live))

    @property
    def jumps(self) -> tuple[datetime, ...]:
        """Opening times of candles that lie far from both neighbours."""
        return () if self._rows is None else self._rows.jumps

    @property
    def state(self) -> ChartState:
        state, opening, services = self._state_now(), self._opening, self._services
        if not state.is_stale or opening is None:
            return state
        return replace(state, age=services.board.freshness(opening.market).age)

    @property
    def _rows(self) -> ChartRows | None:
        rows = None if self._opening is None else self._opening.rows
        return self._before if rows is None else rows

    def _live_span(self, rows: ChartRows) -> Span | None:
        """While it is fresh, what ended since the exchange last spoke is known from its trades."""
        opening, forming, since = self._opening, self._forming, self._followed_since
        if opening is None or forming is None or not rows.known or since is None or not self._pulse.is_fresh:
            return None
        known_until = rows.known[-1].end
        end = opening.unit.next(opening.unit.floor(forming.opened_at, opening.day_start), opening.day_start)
        return Span(known_until, end) if since <= known_until < end else None

    # --- what is wanted

    def open(self, market: Market, unit: CandleUnit) -> None:
        """Whatever still comes for what was shown before is dropped."""
        self._market, self._unit = market, unit
        self._begin()

    def load_older(self) -> None:
        """As long as one is under way, and at the beginning, nothing happens."""
        if self._opening is not None:
            self._opening.load_older()

    def fill(self, span: Span) -> None:
        """Asks for a range that nobody knows; a long one, and one whose exchange is away, becomes a download."""
        opening = self._opening
        if opening is None or opening.rows is None or opening.asked_unit is None:
            return
        wanted = span.clipped(Span(opening.rows.since, max(span.end, opening.rows.since + timedelta(seconds=1))))
        if wanted is None:
            return
        unknown = without(wanted, opening.rows.known)
        count = sum(intervals_in(one, opening.asked_unit, opening.day_start) for one in unknown)
        if count > MOST_FILLED or (unknown and opening.source is None):
            self._services.downloads.add(DownloadRequest(opening.market, opening.asked_unit, wanted))
        elif unknown:
            opening.fill(wanted)

    def retry(self) -> None:
        """What failed last."""
        if self._opening is not None:
            self._opening.retry()

    def close(self) -> None:
        """Nothing is shown, loaded and followed any more."""
        self._leave()
        self._market = self._unit = None
        self._services.view(self._name, None)

    # --- one opening after the other

    def _begin(self) -> None:
        services, market, unit = self._services, self._market, self._unit
        if market is None or unit is None:
            return
        before = self._rows
        self._leave()
        is_same = before is not None and (before.columns.market, before.columns.unit) == (market, unit)
        self._before = before if is_same else None
        connection = services.link.connection
        is_there = connection is not None and connection.exchange.name == market.exchange
        source = services.source_of(connection) if connection is not None and is_there else None
        self._opening = ChartOpening(services, self, market, unit, source, tell=self._tell, tell_state=self._tell_state)
        self._follow(self._opening)
        self._tell_state()
        self._opening.begin()

    def _leave(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.leave()
        self._read_again.stop()
        self._forming = self._closed_until = self._followed_since = self._before = None
        self._pulse = ChartPulse()
        self._downloads = {}

    def _follow(self, opening: ChartOpening) -> None:
        """From the interval before on: what is older the chart asks for itself."""
        services, unit = self._services, opening.asked_unit
        if unit is None or opening.source is None:
            services.view(self._name, None)
            return
        current = unit.floor(services.market_now(), opening.day_start)
        since = unit.floor(current - timedelta(seconds=1), opening.day_start)
        self._followed_since = since
        if services.view(self._name, FollowedSeries(opening.market, unit, since)):
            self._note_freshness(services.freshness.told.get((opening.market, unit)))

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        services, market = self._services, self._market
        if market is None or connection.exchange.name != market.exchange:
            return

        def begin(_none: None) -> None:
            if services.link.connection is connection and self._market == market:
                self._begin()

        def wait_for_its_turn(_stores: Stores, _context: object) -> None:
            """Candles of another practice market are forgotten before this."""

        services.operations.submit_to_storage(
            StorageOperation(READING, wait_for_its_turn), initiator=self, on_success=begin
        )

    @pyqtSlot()
    def _lose_connection(self) -> None:
        if self._opening is not None:
            self._opening.lose_source()
        self._tell_state()

    # --- live candles

    def _is_of_this(self, market: Market, unit: CandleUnit) -> bool:
        opening = self._opening
        return opening is not None and (market, unit) == (opening.market, opening.asked_unit)

    @pyqtSlot(object)
    def _take_forming(self, events: tuple[CandleForming, ...]) -> None:
        for event in events:
            candle = event.candle
            is_old = self._closed_until is not None and candle.opened_at < self._closed_until
            if not self._is_of_this(candle.market, candle.unit) or is_old:
                continue  # the closed one overtook it on its way
            self._forming = candle
            self._take(_row(candle), is_forming=True)

    @pyqtSlot(object)
    def _take_told(self, events: tuple[LiveCandleEvent, ...]) -> None:
        for event in events:
            match event:
                case CandleClosed(candle) | CandleConfirmed(candle) | CandleCorrected(_, candle, _):
                    if self._is_of_this(candle.market, candle.unit):
                        self._note_closed(self._end_of(candle))
                        self._take(_row(candle))
                case CandlesSettled(market, unit, span, candles):
                    if self._is_of_this(market, unit):
                        self._note_closed(span.end)
                        self._take(RowChange(series_of(market, unit, candles), span))

    def _take(self, change: RowChange, *, is_forming: bool = False) -> None:
        assert self._opening is not None
        self._opening.take(change, is_forming=is_forming)

    def _end_of(self, candle: Candle) -> datetime:
        assert self._opening is not None
        return candle.unit.next(candle.opened_at, self._opening.day_start)

    def _note_closed(self, end: datetime) -> None:
        self._closed_until = end if self._closed_until is None else max(end, self._closed_until)

    @pyqtSlot(object)
    def _take_freshness(self, changes: tuple[CandleFreshnessChanged, ...]) -> None:
        for change in changes:
            if self._is_of_this(change.market, change.unit):
                self._note_freshness(change.freshness)

    def _note_freshness(self, freshness: CandleFreshness | None) -> None:
        was_fresh = self._pulse.is_fresh
        self._pulse.note(freshness)
        self._tell_state()
        if self._pulse.is_fresh and not was_fresh and isinstance(self.state.error, ExchangeUnavailable):
            self.retry()  # it answers again

    # --- what others change

    @pyqtSlot(str, object)
    def _look_at_topic(self, topic: str, initiator: object) -> None:
        if topic != CANDLES_TOPIC or initiator is self or self._opening is None:
            return
        if isinstance(initiator, ChartCandles) and not self._concerns(initiator.market, initiator.unit):
            return
        self._read_soon(_READ_AGAIN_MS)

    def _concerns(self, market: Market | None, unit: CandleUnit | None) -> bool:
        opening = self._opening
        if opening is None or unit is None or market != opening.market:
            return False
        return unit is opening.unit or divides(unit, opening.unit)

    def _look_at_downloads(self, entries: tuple[DownloadEntry, ...]) -> None:
        told = {
            entry.number: (entry.phase.has_ended, entry.progress.done)
            for entry in entries
            if self._concerns(entry.request.market, entry.request.unit)
        }
        is_news = any(figures != self._downloads.get(number, (False, 0)) for number, figures in told.items())
        self._downloads = dict(told)
        if is_news:
            self._read_soon(_READ_DOWNLOADED_MS)

    def _read_soon(self, milliseconds: int) -> None:
        if not self._read_again.isActive():
            self._read_again.start(milliseconds)

    @pyqtSlot()
    def _read_all_again(self) -> None:
        if self._opening is not None:
            self._opening.read_again()

    # --- telling

    def _tell(self, put: Put) -> None:
        self._before = None
        if put.is_new:
            self.opened.emit()
        elif put.prepended:
            self.prepended.emit(put.prepended)
        else:
            self.changed.emit(put.first_row)
        self._tell_state()

    @pyqtSlot()
    def _tell_state(self) -> None:
        state = self._state_now()
        if state != self._told_state:
            self._told_state = state
            self.state_changed.emit()

    def _state_now(self) -> ChartState:
        opening, services = self._opening, self._services
        if opening is None:
            return ChartState(ChartPhase.EMPTY, at_the_beginning=True)
        return ChartState(
            phase_of(opening, self._rows, services.link.state.phase),
            opening.is_loading_newest,
            opening.is_loading_older,
            opening.is_filling,
            opening.source is None or self._pulse.is_stale(services.board.freshness(opening.market)),
            None,
            opening.error,
            opening.at_the_beginning,
            opening.source is not None and self._pulse.is_fresh,
        )


def _row(candle: Candle) -> RowChange:
    return RowChange(series_of(candle.market, candle.unit, [candle]))
