"""One market and unit as it was opened in a chart: what is shown, and everything that is under way for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PyQt6.QtCore import QObject

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import whole_candles_around
from upbit_auto_trading.business_logic.domain.candle_series import moment_of, no_candles
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.runtime.chart_derived import DerivedTail
from upbit_auto_trading.ui.runtime.chart_loading import EARLIEST, ChartReads, Loaded, PageChain, ReadAgain
from upbit_auto_trading.ui.runtime.chart_ports import CandlePlan, ChartServices, ChartSource, FetchedPage
from upbit_auto_trading.ui.runtime.chart_retry import ChartRetry
from upbit_auto_trading.ui.runtime.chart_rows import NOTHING, ChartRows, Put, Reading, RecentChanges, RowChange
from upbit_auto_trading.ui.runtime.chart_work import ChartWork


class ChartOpening:
    """For the UI thread. Once it is left, whatever still comes is dropped."""

    def __init__(
        self,
        services: ChartServices,
        owner: QObject,
        market: Market,
        unit: CandleUnit,
        source: ChartSource | None,
        *,
        tell: Callable[[Put], None],
        tell_state: Callable[[], None],
    ) -> None:
        self._services, self._owner = services, owner
        self.market, self.unit = market, unit
        self._work = ChartWork(services.operations, owner, source)
        self.day_start = services.day_start_of(market.exchange) if source is None else source.day_start
        #: what the exchange is asked for and what is followed; None: it has neither the unit nor a finer one
        self.asked_unit = unit if source is None else source.asked_unit(unit)
        self._reads = ChartReads(services.open_store, market, unit, self.asked_unit, self.day_start)
        self._tell, self._tell_state = tell, tell_state
        self.rows: ChartRows | None = None
        self.is_loading_newest = self.is_loading_older = self.is_filling = False
        self.at_the_beginning = False
        self.error: Exception | None = None
        self._again: Callable[[], None] | None = None
        self._retry = ChartRetry(services.retry_after_ms, services.clock.now, self._ask_newest_again, owner)
        self._is_older_wanted = False
        self._recent = RecentChanges()
        #: not stored before it closes, however long that takes
        self._forming: RowChange | None = None
        self._chains: list[PageChain] = []
        self._derived: DerivedTail | None = None
        if self.asked_unit is not None and self.asked_unit is not unit:
            self._derived = DerivedTail(market, unit, self.asked_unit, self.day_start)
        #: nothing older can be had of it
        self._has_exchange_ended = False
        #: before it there is nothing, as the exchange says
        self._listed_at: datetime | None = None
        #: nothing older is stored
        self._stored_since: datetime | None = None

    @property
    def source(self) -> ChartSource | None:
        """None while the exchange is away."""
        return self._work.source

    # --- beginning and end

    def begin(self) -> None:
        self.is_loading_newest = self.source is not None
        now = self._services.market_now() if self.is_loading_newest else None
        self._work.read(partial(self._reads.newest, now), self._take_stored, self._fail_reading)

    def leave(self) -> None:
        self._retry.leave()
        self._work.leave()
        self._leave_exchange()
        self.rows = None  # what is still under way holds this opening, and would hold a million candles with it

    def lose_source(self) -> None:
        """The exchange is away; what is stored can still be looked at."""
        self._work.source = None
        self._retry.rest()
        self._leave_exchange()
        self.is_loading_newest = self.is_loading_older = self.is_filling = False
        if self.rows is None:
            self.begin()

    def _leave_exchange(self) -> None:
        for chain in self._chains:
            chain.leave()
        self._chains.clear()

    def _take_stored(self, loaded: Loaded | None) -> None:
        self._show_loaded(loaded)
        if self.source is not None:
            self.ask_newest()
        self._tell_state()

    def _fail_reading(self, error: Exception) -> None:
        self._note(error, self.begin)
        self._take_stored(None)

    def _show_loaded(self, loaded: Loaded | None) -> None:
        if loaded is None or loaded.columns is None:
            self.rows = ChartRows(CandleColumns(no_candles(self.market, self.unit), self.day_start), EARLIEST)
        else:
            self.rows = ChartRows(loaded.columns, loaded.since, loaded.stored.known, loaded.stored.jumps)
        for change in self._not_stored_yet():
            self.rows.put(change)
        if len(self.rows):
            self._tell(Put(is_new=True))

    # --- the newest

    def ask_newest(self) -> None:
        asked_unit = self.asked_unit
        if self.source is None:
            return
        if asked_unit is None:
            self.is_loading_newest = False
            self._refuse_unit()
            return
        self.is_loading_newest = True
        self._retry.rest()

        def work(source: ChartSource) -> tuple[Loaded, CandlePlan, StoredRange | None]:
            now = source.now()
            loaded = self._reads.newest(now)
            assert loaded is not None
            wanted = Span(loaded.since, loaded.stored.span.end)
            plan = source.plan(self.market, asked_unit, wanted, loaded.stored.known, now)
            return loaded, plan, self._finer_rows(now)

        self._work.ask(work, self._take_plan, self._fail_newest)
        self._tell_state()

    def _refuse_unit(self) -> None:
        """What is stored is shown all the same."""
        if self.error is None:
            self.error = InvalidParameter("unit", self.unit.value, "not-offered")

    def _finer_rows(self, now: datetime) -> StoredRange | None:
        """Of the candle that forms and the one before, where they are made of finer ones."""
        derived, finer = self._derived, self.asked_unit
        if derived is None or finer is None:
            return None
        return self._reads.range(Span(derived.start(now), self.unit.next(now, self.day_start)), finer)

    def _take_plan(self, answer: tuple[Loaded, CandlePlan, StoredRange | None]) -> None:
        loaded, plan, finer = answer
        rows = self.rows
        assert rows is not None
        # what was shown at once may be of a time that was only guessed, or lie behind a hole
        shown = moment_of(int(rows.columns.opened[-1])) if len(rows) else None
        if shown is None or not loaded.stored.span.holds(shown) or rows.since > loaded.since:
            self._show_loaded(loaded)
        else:
            self._put_stored(loaded.stored)
        if finer is not None and self._derived is not None:
            self._derived.begin(plan.made_at)
            self.take(RowChange(finer.series))
        self._run_chain(plan, self._end_newest)

    def _end_newest(self, error: Exception | None) -> None:
        if error is not None:
            self._fail_newest(error)
            return
        self._retry.note_success()
        self.is_loading_newest = False
        self._tell_state()
        if self._is_older_wanted or self._has_exchange_ended:
            self.load_older()

    def _fail_newest(self, error: Exception) -> None:
        self.is_loading_newest = False
        self._note(error, self.ask_newest)
        self._retry.note_failure(error)
        self._tell_state()
        if self.rows is None or not len(self.rows):  # better what is stored of long ago than nothing
            self._work.read(partial(self._reads.newest, None), self._take_old, lambda _error: None)

    def _take_old(self, loaded: Loaded | None) -> None:
        if loaded is not None and (self.rows is None or not len(self.rows)):
            self._show_loaded(loaded)
            self._tell_state()

    def _ask_newest_again(self) -> None:
        self.error = None
        self.ask_newest()

    # --- older ones

    def load_older(self) -> None:
        rows = self.rows
        if rows is None or self.at_the_beginning or self.is_loading_older or rows.since == self._stored_since:
            return
        self._is_older_wanted = self.is_loading_newest
        if self.is_loading_newest:
            return
        self.is_loading_older = True
        self.error = None
        is_asked = self.source is not None and not self._has_exchange_ended
        work = partial(self._reads.older, rows.since, is_asked=is_asked)
        self._work.read(work, partial(self._take_older, rows), self._fail_older)
        self._tell_state()

    def _take_older(self, rows: ChartRows, loaded: Loaded | None) -> None:
        if rows is not self.rows:  # everything was read anew meanwhile
            self._end_older()
            return
        if loaded is None:
            self.at_the_beginning = self.source is not None
            self._stored_since = rows.since
            self._end_older()
            return
        stored = loaded.stored
        series = stored.series.between(loaded.since, rows.since)
        prepended = rows.prepend(series, loaded.since, stored.known, stored.jumps)
        if prepended:
            self._tell(Put(prepended=prepended))
        if loaded.gap is not None and self.source is not None:
            self._ask_older(loaded.gap)
        else:
            self._end_older()
            if not prepended:
                self.load_older()  # what is known here holds nothing

    def _ask_older(self, gap: Span) -> None:
        asked_unit = self.asked_unit
        assert asked_unit is not None

        def work(source: ChartSource) -> CandlePlan:
            return source.plan(self.market, asked_unit, gap, (), source.now())

        def take(plan: CandlePlan) -> None:
            self._has_exchange_ended |= not plan.pages  # it keeps nothing so old
            self._run_chain(plan, end)

        def end(error: Exception | None) -> None:
            if error is not None:
                self._fail_older(error)
            else:
                self._end_older()
                if self._has_exchange_ended:
                    self.load_older()  # somebody may have stored what is older

        self._work.ask(work, take, self._fail_older)

    def _end_older(self) -> None:
        self.is_loading_older = False
        self._tell_state()

    def _fail_older(self, error: Exception) -> None:
        self.is_loading_older = False
        self._note(error, self.load_older)

    # --- what the user asks for, and what others changed

    def fill(self, span: Span) -> None:
        asked_unit, rows = self.asked_unit, self.rows
        if self.source is None or asked_unit is None or rows is None or self.is_filling:
            return
        self.is_filling = True
        self.error = None
        known = rows.known

        def work(source: ChartSource) -> CandlePlan:
            return source.plan(self.market, asked_unit, span, known, source.now())

        def end(error: Exception | None) -> None:
            self.is_filling = False
            if error is not None:
                self._note(error, lambda: self.fill(span))
            self._tell_state()

        self._work.ask(work, lambda plan: self._run_chain(plan, end, span.start), end)
        self._tell_state()

    def read_again(self) -> None:
        """All that is shown, because somebody else changed what is stored."""
        rows = self.rows
        if rows is None:
            return
        self.at_the_beginning, self._stored_since = False, None  # older ones may be there now
        self._tell_state()
        began = self._services.clock.monotonic()
        if rows.end <= rows.since:
            self.begin()
            return
        reading = rows.begin_reading()
        work = partial(self._reads.again, Span(rows.since, rows.end), reading.series)
        take = partial(self._take_again, began, reading)
        self._work.read(work, take, lambda error: self._note(error, self.read_again))

    def _take_again(self, began: float, reading: Reading, read: ReadAgain) -> None:
        rows = self.rows
        if rows is None or rows.reading is None or rows.since < read.stored.span.start:
            self.read_again()  # others, or older ones, came meanwhile
        elif rows.reading is reading:  # else it is being read once more
            known = merged([*read.stored.known, *self._nothing_before()])
            self._show(rows.replace(read.anew, known, read.stored.jumps))
            self._put_again(began)

    def _put_again(self, began: float) -> None:
        """What the store did not have yet when it was read."""
        for change in self._not_stored_yet(began):
            if self.rows is not None:
                self._show(self.rows.put(change))

    def _not_stored_yet(self, began: float = float("-inf")) -> tuple[RowChange, ...]:
        forming = () if self._forming is None else (self._forming,)
        return (*self._recent.since(began), *forming)

    def _nothing_before(self) -> tuple[Span, ...]:
        return () if self._listed_at is None else (Span(EARLIEST, self._listed_at),)

    def retry(self) -> None:
        again, self._again = self._again, None
        if again is not None:
            self.error = None
            again()

    # --- rows

    def take(self, change: RowChange, *, is_forming: bool = False) -> None:
        """Candles of the asked unit, told by the stream or by a page."""
        own = change if self._derived is None else self._derived.take(change)
        if self._derived is not None and self.rows is not None:
            self.rows.know(*self._derived.known)
        if own is None:
            return
        if is_forming:
            self._forming = own
        else:
            if self._forming is not None and own.reaches(self._forming):
                self._forming = None
            self._recent.note(self._services.clock.monotonic(), own)
        if self.rows is not None:
            self._show(self.rows.put(own))

    def _show(self, put: Put) -> None:
        if put is not NOTHING and put.is_changed:
            self._tell(put)

    def _run_chain(
        self, plan: CandlePlan, on_end: Callable[[Exception | None], None], lowest: datetime = EARLIEST
    ) -> None:
        source, asked_unit = self.source, self.asked_unit
        if source is None or asked_unit is None:
            return
        chain = PageChain(
            self._services,
            self._owner,
            source,
            self.market,
            asked_unit,
            plan,
            on_page=self._take_page,
            on_stored=self._take_stored_page,
            on_end=on_end,
            on_not_stored=lambda error: self._note(error, None),
            lowest=lowest,
        )
        self._chains = [chain, *self._chains[:3]]
        chain.start()

    def _take_page(self, page: FetchedPage) -> None:
        rows = self.rows
        assert rows is not None
        rows.since = min(rows.since, self.unit.floor(page.asked.start, self.day_start))
        self._has_exchange_ended |= page.is_beginning
        if page.is_listing:
            self._listed_at = page.asked.end
            rows.know(*self._nothing_before())
        self.take(RowChange(page.series, page.certain))
        self._tell_state()

    def _take_stored_page(self, page: FetchedPage) -> None:
        """Of a finer unit: now the store can derive what is shown."""
        if self._derived is None:
            return
        work = partial(self._reads.range, whole_candles_around(page.asked, self.unit, self.day_start))
        self._work.read(work, self._put_stored, lambda error: self._note(error, self.read_again))

    def _put_stored(self, stored: StoredRange) -> None:
        rows = self.rows
        assert rows is not None
        rows.know(*stored.known)
        self._show(rows.put(RowChange(stored.series)))
        self._put_again(self._services.clock.monotonic())

    def _note(self, error: Exception, again: Callable[[], None] | None) -> None:
        self.error, self._again = error, again or self._again
        self._tell_state()
