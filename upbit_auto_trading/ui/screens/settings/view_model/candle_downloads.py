"""What is to be downloaded, what it would take, and the queue of what is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadEntry,
    DownloadPhase,
    DownloadPlan,
    DownloadRequest,
    Downloads,
)
from upbit_auto_trading.ui.candle_words import UNIT_ORDER
from upbit_auto_trading.ui.forms.day_text import NO_DAY, parse_end, parse_moment, shown_day
from upbit_auto_trading.ui.runtime.exchange_link import Connection, ExchangeLink
from upbit_auto_trading.utils.bilingual_text import Text

MONTH, YEAR, ALL, OWN = "month", "year", "all", "own"
PRESETS = (MONTH, YEAR, ALL, OWN)
_LENGTHS = {MONTH: timedelta(days=30), YEAR: timedelta(days=365)}
#: no exchange of ours is older; what it does not keep is said by the plan
_BEFORE_ALL = datetime(2017, 9, 24, 15, tzinfo=UTC)
_NOT_BEFORE = Text("끝이 시작보다 뒤여야 해요.", "The end must lie after the start.")
_NOT_YET = Text("시작이 아직 오지 않았어요.", "The start lies in the future.")


@dataclass(frozen=True, slots=True)
class DownloadFormState:
    markets: tuple[ListedMarket, ...] = ()
    units: tuple[CandleUnit, ...] = ()
    market: Market | None = None
    unit: CandleUnit = CandleUnit.MINUTE
    preset: str = MONTH
    from_text: str = ""
    to_text: str = ""
    from_error: Text | None = None
    to_error: Text | None = None
    #: being asked what it would take
    is_planning: bool = False
    plan: DownloadPlan | None = None
    seconds: float = 0.0
    plan_error: Exception | None = None

    @property
    def can_start(self) -> bool:
        return self.plan is not None and bool(self.plan.requests)

    @property
    def missing(self) -> timedelta:
        """How much time of candles is not there yet."""
        pages = self.plan.pages if self.plan is not None else ()
        return sum((page.end - page.start for page in pages), timedelta(0))


class DownloadsViewModel(QObject):
    """Lives in the UI thread. The plan is asked for anew with each change; an older answer counts no more."""

    state_changed = pyqtSignal(object)
    entries_changed = pyqtSignal(object)  # tuple[DownloadEntry, ...]
    #: something ended: what is stored is other than it was
    stored_more = pyqtSignal()

    def __init__(
        self,
        downloads: Downloads,
        link: ExchangeLink,
        market_now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self._now = market_now
        self._state = DownloadFormState()
        self._asked = 0
        self._entries = downloads.entries
        self._stop_listening = downloads.on_changed(self._take_entries)
        self.destroyed.connect(self._stop_listening)
        self._choose_range(MONTH)
        link.opened.connect(self._take_connection)
        if link.connection is not None:
            self._take_connection(link.connection)

    @property
    def state(self) -> DownloadFormState:
        return self._state

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        return self._entries

    # the form

    @pyqtSlot(object)
    def _take_connection(self, connection: Connection) -> None:
        units = sorted(connection.exchange.capabilities.candle_units, key=UNIT_ORDER.__getitem__)
        markets = connection.markets
        known = {listed.market for listed in markets}
        market = self._state.market if self._state.market in known else None
        unit = self._state.unit if self._state.unit in units else units[0]
        self._change(markets=markets, units=tuple(units), market=market, unit=unit)
        self._plan()

    def choose_market(self, market: Market) -> None:
        self._change(market=market)
        self._plan()

    def choose_unit(self, unit: CandleUnit) -> None:
        self._change(unit=unit)
        self._plan()

    def choose_preset(self, preset: str) -> None:
        self._choose_range(preset)
        self._plan()

    def type_from(self, text: str) -> None:
        self._change(from_text=text, preset=OWN)
        self._plan()

    def type_to(self, text: str) -> None:
        self._change(to_text=text, preset=OWN)
        self._plan()

    def propose(self, market: Market, unit: CandleUnit, span: Span) -> None:
        """From another screen: what it lacks, ready to be started."""
        self._change(market=market, unit=unit, preset=OWN)
        self._change(from_text=shown_day(span.start), to_text=shown_day(span.end))
        self._plan()

    def plan_again(self) -> None:
        """What is there may have changed since."""
        self._plan()

    def start(self) -> None:
        plan = self._state.plan
        if self._state.can_start and plan is not None:
            self._downloads.add(plan.request)
            self._change(market=None, plan=None)

    def _choose_range(self, preset: str) -> None:
        """The fields say what a preset means; they stay as they are where the user gives the range."""
        self._change(preset=preset)
        if preset == OWN:
            return
        now = self._now()
        start = now - _LENGTHS[preset] if preset in _LENGTHS else _BEFORE_ALL
        midnight = parse_moment(shown_day(start)[:10]) or start
        self._change(from_text=shown_day(midnight), to_text=shown_day(now)[:10], from_error=None, to_error=None)

    def _request(self) -> DownloadRequest | None:
        """What is wrong stays on the screen beside its field."""
        state = self._state
        start, end = parse_moment(state.from_text), parse_end(state.to_text)
        from_error = NO_DAY if start is None else _NOT_YET if start >= self._now() else None
        to_error = NO_DAY if end is None else None
        if start is not None and end is not None and end <= start:
            to_error = _NOT_BEFORE
        self._change(from_error=from_error, to_error=to_error)
        if start is None or end is None or from_error or to_error or state.market is None:
            return None
        return DownloadRequest(state.market, state.unit, Span(start, end))

    def _plan(self) -> None:
        self._asked += 1
        number, request = self._asked, self._request()
        self._change(plan=None, plan_error=None, is_planning=request is not None)
        if request is None:
            return

        def take(plan: DownloadPlan, seconds: float) -> None:
            if number == self._asked:
                self._change(plan=plan, seconds=seconds, is_planning=False)

        def fail(error: Exception) -> None:
            if number == self._asked:
                self._change(plan_error=error, is_planning=False)

        self._downloads.preview(request, take, fail)

    # the queue

    def cancel(self, number: int) -> None:
        self._downloads.cancel(number)

    def retry(self, number: int) -> None:
        self._downloads.retry(number)

    def remove(self, number: int) -> None:
        self._downloads.remove(number)

    def _take_entries(self, entries: tuple[DownloadEntry, ...]) -> None:
        before = {entry.number: entry.phase for entry in self._entries}
        self._entries = entries
        self.entries_changed.emit(entries)
        if any(_has_just_ended(entry, before.get(entry.number)) for entry in entries):
            self.stored_more.emit()

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _has_just_ended(entry: DownloadEntry, before: DownloadPhase | None) -> bool:
    return entry.phase.has_ended and before is not None and not before.has_ended
