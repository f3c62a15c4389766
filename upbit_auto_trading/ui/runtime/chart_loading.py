"""What of a chart's candles is read in other threads, and pages that are asked for one after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import QObject

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.runtime.chart_ports import CandlePlan, ChartReader, ChartServices, ChartSource, FetchedPage
from upbit_auto_trading.ui.runtime.chart_rows import RowsAnew, columns_of, rows_anew
from upbit_auto_trading.ui.runtime.operation import Operation, OperationHandle, StorageOperation
from upbit_auto_trading.ui.runtime.topics import CANDLES_TOPIC
from upbit_auto_trading.utils.bilingual_text import Text

ASKING = Text("차트에 쓸 캔들 요청", "Asking for the candles of a chart")
STORING = Text("차트 캔들 저장", "Storing the candles of a chart")
#: intervals that are read of the store at first
NEWEST = 2_000
#: intervals that the exchange is asked for at first, and at a time while older ones are looked at
ASKED = 1_000
#: intervals of the store at a time, where they are known
OLDER = 4_000
#: what is asked for around a candle that lies alone
_AROUND = 199
#: nothing was traded before
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)
#: of empty ranges that are stepped over in one go
_MOST_STEPS = 24
#: rows that come in front at once: more would hold the window up
_MOST_ROWS = 32_768
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A stored range, and from when on it is to be shown."""

    stored: StoredRange
    since: datetime
    #: right before it: nobody has asked for it yet
    gap: Span | None = None
    #: of the newest: what is shown of it, ready for the window
    columns: CandleColumns | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReadAgain:
    stored: StoredRange
    anew: RowsAnew


def back(opened_at: datetime, unit: CandleUnit, day_start: timedelta, count: int) -> datetime:
    """So many intervals before, on the grid; not before anything was ever traded."""
    earliest = unit.floor(EARLIEST, day_start)
    if unit.length is not None:
        days_there_are = opened_at - earliest
        return max(earliest, opened_at - min(count * unit.length, days_there_are))
    for _ in range(count):
        if opened_at <= earliest:
            return earliest
        opened_at = unit.floor(opened_at - timedelta(seconds=1), day_start)
    return max(earliest, opened_at)


def newest_window(unit: CandleUnit, day_start: timedelta, now: datetime) -> Span:
    end = unit.next(unit.floor(now, day_start), day_start)
    return Span(back(end, unit, day_start, NEWEST), end)


def asked_from(unit: CandleUnit, asked_unit: CandleUnit, day_start: timedelta, end: datetime) -> datetime:
    """How far back the exchange is asked for at a time, from an end on the grid of the unit that is shown."""
    return unit.floor(back(asked_unit.floor(end, day_start), asked_unit, day_start, ASKED), day_start)


def read_newest(
    reader: ChartReader,
    market: Market,
    unit: CandleUnit,
    asked_unit: CandleUnit,
    day_start: timedelta,
    now: datetime | None,
) -> Loaded | None:
    """What is stored of the newest intervals. Without a ``now`` the newest that are stored, whenever that was."""
    if now is None:
        known = reader.known_range(market, unit)
        if known is None:
            return None
        return _some_rows(reader, market, unit, day_start, known)
    window = newest_window(unit, day_start, now)
    stored = reader.read(market, unit, window)
    since = asked_from(unit, asked_unit, day_start, window.end)
    older = [span for span in stored.unknown if span.start < since]
    length = sum((min(span.end, window.end) - span.start for span in stored.unknown), timedelta(0))
    has_older = bool(len(stored.series.between(window.start, since))) or any(one.start < since for one in stored.known)
    if since > window.start and has_older:
        if not older or length <= NEWEST * (asked_unit.length or timedelta(days=31)):
            since = window.start
        else:
            since = min(since, older[-1].end)
    return Loaded(stored, max(since, window.start))


def _some_rows(reader: ChartReader, market: Market, unit: CandleUnit, day_start: timedelta, known: Span) -> Loaded:
    """From its end back, as far as it takes to have something to look at."""
    count, end = NEWEST, known.end
    floored = unit.floor(end, day_start)
    aligned = end if floored == end else unit.next(floored, day_start)
    while True:
        start = back(aligned, unit, day_start, count)
        stored = reader.read(market, unit, Span(start, aligned))
        if len(stored.series) >= ASKED or start <= known.start or count > NEWEST * 64:
            return Loaded(stored, start)
        count *= 4


def read_older(
    reader: ChartReader,
    market: Market,
    unit: CandleUnit,
    asked_unit: CandleUnit | None,
    day_start: timedelta,
    since: datetime,
) -> Loaded | None:
    """What is stored right before; None: nothing is stored before at all.

    Empty ranges that are known are stepped over; those that nobody knows only where nobody can be asked for the
    candles of ``asked_unit``.
    """
    count = OLDER
    known = None if asked_unit is not None else reader.known_range(market, unit)
    at = since
    for _ in range(_MOST_STEPS):
        start = back(at, unit, day_start, count)
        is_over = asked_unit is None and (known is None or at <= known.start)
        if start >= at or is_over:
            return None
        stored = reader.read(market, unit, Span(start, at))
        gap = stored.unknown[-1] if stored.unknown and asked_unit is not None else None
        if gap is not None and asked_unit is not None and gap.end >= at:
            asked = Span(max(gap.start, asked_from(unit, asked_unit, day_start, at)), at)
            return Loaded(_part(stored, at, at), at, asked)
        begin = start if gap is None else gap.end
        rows = stored.series.between(begin, at).opened
        if len(rows) > _MOST_ROWS:
            begin = moment_of(int(rows[-_MOST_ROWS]))
        if len(rows) or gap is not None:
            return Loaded(_part(stored, begin, at), begin)
        at, count = begin, count * 4
    return None


def _part(stored: StoredRange, start: datetime, end: datetime) -> StoredRange:
    """What opens in it; the span stays as it was read."""
    inside = () if start >= end else tuple(_from(one, start) for one in stored.covered if one.span.end > start)
    return StoredRange(
        stored.span, stored.series.between(start, end), inside, tuple(j for j in stored.jumps if j >= start)
    )


def _from(covered: CoveredSpan, start: datetime) -> CoveredSpan:
    return replace(covered, span=Span(max(covered.span.start, start), covered.span.end))


class PageChain:
    """Pages of one plan, the newest first: each is stored and shown when it comes, then the next is asked for."""

    def __init__(
        self,
        services: ChartServices,
        owner: QObject,
        source: ChartSource,
        market: Market,
        unit: CandleUnit,
        plan: CandlePlan,
        *,
        on_page: Callable[[FetchedPage], None],
        on_stored: Callable[[FetchedPage], None],
        on_end: Callable[[Exception | None], None],
        on_not_stored: Callable[[Exception], None],
        lowest: datetime = EARLIEST,
    ) -> None:
        """``lowest``: quiet times are stepped over down to it, to the newest candle before them."""
        self._services = services
        self._owner = owner
        self._source = source
        self._market, self._unit = market, unit
        self._pages = list(plan.pages)
        self._made_at = plan.made_at
        self._on_page, self._on_stored, self._on_end = on_page, on_stored, on_end
        self._on_not_stored = on_not_stored
        self._lowest = lowest
        self._handle: OperationHandle | None = None
        self._is_left = False

    def start(self) -> None:
        """Asks for the next page."""
        if not self._pages:
            self._on_end(None)
            return
        span = self._pages.pop(0)
        operation = Operation(ASKING, lambda _context: self._source.page(self._market, self._unit, span, self._made_at))
        self._handle = self._services.operations.read_exchange(
            operation, initiator=self._owner, on_success=self._take, on_failure=self._fail
        )

    def leave(self) -> None:
        """What comes now is stored, and shown to nobody."""
        self._is_left = True
        if self._handle is not None:
            self._handle.cancel()

    def _take(self, page: FetchedPage) -> None:
        self._store(page)
        if self._is_left:
            return
        self._look_before(page)
        self._on_page(page)
        if not self._is_left:
            self.start()

    def _look_before(self, page: FetchedPage) -> None:
        if page.is_beginning:
            self._pages.clear()
        elif page.newest_before is not None:
            start = max(back(page.newest_before, self._unit, self._source.day_start, _AROUND), self._lowest)
            if start < page.asked.start:
                older = (Span(one.start, min(one.end, start)) for one in self._pages if one.start < start)
                self._pages = [Span(start, page.asked.start), *older]

    def _fail(self, error: Exception) -> None:
        if not self._is_left:
            self._on_end(error)

    def _store(self, page: FetchedPage) -> None:
        certain = page.certain
        if certain is None:
            return

        def write(stores: Stores, _context: object) -> None:
            stores.candles.write(page.series, certain, Origin.EXCHANGE, page.asked_at)

        def tell(_none: None) -> None:
            if not self._is_left:
                self._on_stored(page)

        self._services.operations.submit_to_storage(
            StorageOperation(STORING, write, CANDLES_TOPIC),
            initiator=self._owner,
            on_success=tell,
            on_failure=self._fail_storing,
        )

    def _fail_storing(self, error: Exception) -> None:
        """It is shown, and will be asked for again another time."""
        if not self._is_left:
            self._on_not_stored(error)


@dataclass(frozen=True, slots=True)
class ChartReads:
    """What is read of the store for one opening, in threads that may wait; each with a reader of its own."""

    open_store: Callable[[], AbstractContextManager[ChartReader]]
    market: Market
    unit: CandleUnit
    asked_unit: CandleUnit | None
    day_start: timedelta

    def newest(self, now: datetime | None) -> Loaded | None:
        with self.open_store() as reader:
            found = read_newest(reader, self.market, self.unit, self.asked_unit or self.unit, self.day_start, now)
        if found is None:
            return None
        shown = found.stored.series.between(found.since, found.stored.span.end)
        return replace(found, columns=columns_of(shown, self.day_start))

    def older(self, since: datetime, *, is_asked: bool) -> Loaded | None:
        """``is_asked``: of what nobody knows the exchange can be asked."""
        with self.open_store() as reader:
            asked_unit = self.asked_unit if is_asked else None
            return read_older(reader, self.market, self.unit, asked_unit, self.day_start, since)

    def again(self, span: Span, before: CandleSeries) -> ReadAgain:
        """All that is shown, beside the rows of before."""
        stored = self.range(span)
        return ReadAgain(stored, rows_anew(before, stored.series.between(span.start, _FAR), self.day_start))

    def range(self, span: Span, unit: CandleUnit | None = None) -> StoredRange:
        with self.open_store() as reader:
            return reader.read(self.market, unit or self.unit, span)
