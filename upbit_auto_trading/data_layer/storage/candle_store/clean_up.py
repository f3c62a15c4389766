"""What goes to make room: first by age, then what finer candles say as well, then the oldest of the finest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides, whole_candles_within
from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Span, merged
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CleanUpReport, RetentionPolicy
from upbit_auto_trading.data_layer.storage.candle_store.candle_file import CandleFile
from upbit_auto_trading.data_layer.storage.candle_store.chunk_table import all_heads
from upbit_auto_trading.data_layer.storage.candle_store.compaction import file_bytes, give_back_pages, used_bytes
from upbit_auto_trading.data_layer.storage.candle_store.coverage_table import read_coverage
from upbit_auto_trading.data_layer.storage.candle_store.facts import stored_bytes
from upbit_auto_trading.data_layer.storage.candle_store.forgetting import forget_in
from upbit_auto_trading.data_layer.storage.candle_store.replacing import fold_rows
from upbit_auto_trading.data_layer.storage.candle_store.row_table import nearest_row
from upbit_auto_trading.data_layer.storage.candle_store.series_table import StoredSeries, all_series

_DAY = timedelta(days=1)
_LONG_AGO = -(2**62)
_UNITS = tuple(CandleUnit)


@dataclass(slots=True)
class CleanUp:
    """One run. Each step is a transaction of its own."""

    file: CandleFile
    day_starts: Mapping[str, timedelta]
    _forgotten: list[tuple[Market, CandleUnit, Span, str]] = field(default_factory=list)

    def run(self, policy: RetentionPolicy, now: datetime) -> CleanUpReport:
        with self.file.reading() as connection:
            before = file_bytes(connection)
        for series in self._all():
            if series.unit in policy.oldest:
                self._forget_older(series, now - policy.oldest[series.unit])
        if self._used() > policy.most_bytes:
            self._make_room(policy.most_bytes)
        give_back_pages(self.file)
        with self.file.reading() as connection:
            after = file_bytes(connection)
        return CleanUpReport(tuple(_joined(self._forgotten)), before, after)

    def _make_room(self, most_bytes: int) -> None:
        for series in self._all():
            with self.file.writing() as connection:
                fold_rows(connection, series)
        for series, span in self._derivable():
            if self._used() <= most_bytes:
                return
            self._forget(series, span, "derivable")
        while self._used() > most_bytes:
            oldest = self._oldest_of_the_finest()
            if oldest is None:
                return
            self._forget(*oldest, "size-limit")

    def _forget_older(self, series: StoredSeries, cut: datetime) -> None:
        with self.file.reading() as connection:
            first = _first_moment(connection, series)
        if first is not None and first < cut:
            self._forget(series, Span(first, cut), "age")

    def _derivable(self) -> list[tuple[StoredSeries, Span]]:
        """Largest first, found before anything goes.

        Days and longer stay: they take next to nothing, and the finer candles may be the next to go.
        """
        with self.file.reading() as connection:
            listed = all_series(connection)
            found = [
                (stored_bytes(connection, coarse), coarse, spans)
                for coarse in listed
                if _is_shorter_than_a_day(coarse.unit) and (spans := self._derivable_of(connection, coarse, listed))
            ]
        found.sort(key=lambda one: -one[0])
        return [(series, span) for _size, series, spans in found for span in spans]

    def _derivable_of(
        self, connection: sqlite3.Connection, coarse: StoredSeries, listed: list[StoredSeries]
    ) -> list[Span]:
        day_start = self.day_starts.get(coarse.market.exchange, timedelta(0))
        known = read_coverage(connection, coarse.number)
        finer = [one for one in listed if one.market == coarse.market and divides(one.unit, coarse.unit)]
        spans = [
            span
            for fine in finer
            for span in _known_as_well(known, read_coverage(connection, fine.number), coarse.unit, day_start)
        ]
        return list(merged(spans))

    def _oldest_of_the_finest(self) -> tuple[StoredSeries, Span] | None:
        """The chunk that begins first among those of the shortest unit that has any."""
        with self.file.reading() as connection:
            chunks = [
                (_UNITS.index(series.unit), heads[0].first, series, heads[0].part)
                for series in all_series(connection)
                if (heads := all_heads(connection, series))
            ]
            if not chunks:
                return None
            _unit, _first, series, part = min(chunks, key=lambda one: one[:2])
            first = _first_moment(connection, series)
        end = moment_of(series.seconds_of_part(part)[1])
        return series, Span(moment_of(_first) if first is None else min(first, moment_of(_first)), end)

    def _forget(self, series: StoredSeries, span: Span, reason: str) -> None:
        with self.file.writing() as connection:
            forget_in(connection, series, span)
        self._forgotten.append((series.market, series.unit, span, reason))

    def _all(self) -> list[StoredSeries]:
        with self.file.reading() as connection:
            return all_series(connection)

    def _used(self) -> int:
        with self.file.reading() as connection:
            return used_bytes(connection)


def _is_shorter_than_a_day(unit: CandleUnit) -> bool:
    return unit.length is not None and unit.length < _DAY


def _known_as_well(
    known: tuple[CoveredSpan, ...], finer: tuple[CoveredSpan, ...], unit: CandleUnit, day_start: timedelta
) -> Iterator[Span]:
    """Whole intervals that the finer candles know at least as well."""
    for one in known:
        trusted = merged(other.span for other in finer if other.origin.trust >= one.origin.trust)
        for span in trusted:
            both = span.clipped(one.span)
            whole = None if both is None else whole_candles_within(both, unit, day_start)
            if whole is not None:
                yield whole


def _first_moment(connection: sqlite3.Connection, series: StoredSeries) -> datetime | None:
    """Of what is stored or known."""
    heads = all_heads(connection, series)[:1]
    row = nearest_row(connection, series, _LONG_AGO, after=True)
    covered = read_coverage(connection, series.number)[:1]
    moments = [moment_of(head.first) for head in heads] + [one.span.start for one in covered]
    return min([*moments, moment_of(row[0])] if row is not None else moments, default=None)


def _joined(forgotten: list[tuple[Market, CandleUnit, Span, str]]) -> Iterator[tuple[Market, CandleUnit, Span, str]]:
    """Neighbours become one, by market, unit and reason."""
    groups: dict[tuple[Market, CandleUnit, str], list[Span]] = {}
    for market, unit, span, reason in forgotten:
        groups.setdefault((market, unit, reason), []).append(span)
    for (market, unit, reason), spans in groups.items():
        for span in merged(spans):
            yield market, unit, span, reason
