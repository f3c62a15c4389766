"""Writing: the one connection through which candles come in."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import impossible_rows
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, without
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import (
    CleanUpReport,
    Refused,
    RetentionPolicy,
    WriteReport,
)
from upbit_auto_trading.data_layer.storage.candle_store.candle_file import CandleFile
from upbit_auto_trading.data_layer.storage.candle_store.clean_up import CleanUp
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, Row, columns_of
from upbit_auto_trading.data_layer.storage.candle_store.compaction import compact
from upbit_auto_trading.data_layer.storage.candle_store.coverage_table import cover, read_coverage
from upbit_auto_trading.data_layer.storage.candle_store.forgetting import forget_in, forget_series
from upbit_auto_trading.data_layer.storage.candle_store.live_rows import (
    for_checking,
    is_known,
    put_live_row,
    row_of,
)
from upbit_auto_trading.data_layer.storage.candle_store.reader import SqliteCandleReader
from upbit_auto_trading.data_layer.storage.candle_store.replacing import Replaced, fold_rows, replace_ranges
from upbit_auto_trading.data_layer.storage.candle_store.row_table import count_rows
from upbit_auto_trading.data_layer.storage.candle_store.series_table import (
    StoredSeries,
    all_series,
    delete_series,
    find_series,
    found_or_made,
    seconds_in,
)

#: Rows of a series that are worth rewriting its last chunk, which takes ten or twenty milliseconds.
FOLD_ROWS = 2_000
_NO_DAY_STARTS: Mapping[str, timedelta] = MappingProxyType({})


class SqliteCandleStore(SqliteCandleReader):
    """Implements ``CandleStore``. ``day_starts``: where an exchange's grid lies against UTC, where it does not at 0."""

    def __init__(
        self,
        file: CandleFile,
        day_starts: Mapping[str, timedelta] = _NO_DAY_STARTS,
        fold_rows_at: int = FOLD_ROWS,
    ) -> None:
        super().__init__(file)
        self._day_starts = day_starts
        self._fold_rows_at = fold_rows_at
        #: how many rows a series has, as far as this store has seen
        self._rows: dict[int, int] = {}

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        told = columns_of(series)
        if np.any(np.diff(told.opened) <= 0) or len(_inside(told, [span])) != len(told):
            raise InvariantBroken("rows out of order, or outside of what they are said to be all of")
        refused, good = self._checked(series, told, recorded_at)
        # nothing is known of what lies ahead
        if recorded_at <= span.start:
            return WriteReport(refused=refused)
        reached = Span(span.start, min(span.end, recorded_at))
        with self._file.writing() as connection:
            stored = found_or_made(connection, series.market, series.unit)
            known = read_coverage(connection, stored.number, reached)
            better = [one.span for one in known if one.origin.trust > origin.trust]
            target = without(reached, [*better, *self._intervals(series, refused)])
            outcome = self._replace(connection, stored, target, _inside(good, target))
            cover(connection, stored.number, target, CoveredSpan(reached, origin, recorded_at))
        return WriteReport(outcome.new, outcome.changed, len(_inside(good, better)), refused)

    def append(self, candles: Iterable[Candle], recorded_at: datetime) -> WriteReport:
        listed = tuple(candles)
        rows = [row_of(candle) for candle in listed]
        refused = self._refused_live(listed, rows, recorded_at)
        outcome, kept = Replaced(), 0
        if len(refused) < len(listed):
            with self._file.writing() as connection:
                for place, (candle, row) in enumerate(zip(listed, rows, strict=True)):
                    if place in refused:
                        continue
                    stored = found_or_made(connection, candle.market, candle.unit)
                    if is_known(connection, stored, candle):
                        kept += 1
                        continue
                    put = put_live_row(connection, stored, row)
                    self._fold_many(connection, stored, put.rows_added)
                    outcome = outcome.plus(put)
        return WriteReport(outcome.new, outcome.changed, kept, tuple(refused[place] for place in sorted(refused)))

    def _refused_live(
        self, candles: Sequence[Candle], rows: Sequence[Row], recorded_at: datetime
    ) -> dict[int, Refused]:
        """By place. All candles of an exchange and unit are checked at once."""
        places: defaultdict[tuple[str, CandleUnit], list[int]] = defaultdict(list)
        for place, candle in enumerate(candles):
            places[candle.market.exchange, candle.unit].append(place)
        refused = {}
        for (exchange, _unit), among in places.items():
            series = for_checking([candles[place] for place in among], [rows[place] for place in among])
            day_start = self._day_starts.get(exchange, timedelta(0))
            for row, reason in impossible_rows(series, day_start, recorded_at):
                refused[among[row]] = Refused(candles[among[row]].opened_at, reason)
        return refused

    def forget(self, market: Market, unit: CandleUnit | None = None, span: Span | None = None) -> int:
        with self._file.writing() as connection:
            units = CandleUnit if unit is None else (unit,)
            found = [series for one in units if (series := find_series(connection, market, one)) is not None]
            gone = [
                forget_series(connection, series) if span is None else forget_in(connection, series, span)
                for series in found
            ]
        self._rows.clear()
        return sum(gone)

    def identify(self, exchange: str, fingerprint: str) -> bool:
        with self._file.writing() as connection:
            query = "SELECT fingerprint FROM exchange_worlds WHERE exchange = ?"
            before = connection.execute(query, (exchange,)).fetchone()
            if before == (fingerprint,):
                return False
            connection.execute("INSERT OR REPLACE INTO exchange_worlds VALUES (?, ?)", (exchange, fingerprint))
            if before is None:
                return False
            for series in all_series(connection):
                if series.market.exchange == exchange:
                    delete_series(connection, series.number)
            for table in ("kept_series", "downloads"):
                connection.execute(f"DELETE FROM {table} WHERE exchange = ?", (exchange,))
        self._rows.clear()
        return True

    def compact(self, keep_going: Callable[[float], bool] = lambda _fraction: True) -> None:
        self._rows.clear()
        compact(self._file, keep_going)

    def clean_up(self, policy: RetentionPolicy, now: datetime) -> CleanUpReport:
        self._rows.clear()
        return CleanUp(self._file, self._day_starts).run(policy, now)

    def _checked(
        self, series: CandleSeries, told: Columns, recorded_at: datetime
    ) -> tuple[tuple[Refused, ...], Columns]:
        wrong = list(impossible_rows(series, self._day_start(series.market), recorded_at))
        if not wrong:
            return (), told
        refused = tuple(Refused(moment_of(int(told.opened[row])), reason) for row, reason in wrong)
        return refused, told.rows(np.setdiff1d(np.arange(len(told)), [row for row, _reason in wrong]))

    def _intervals(self, series: CandleSeries, refused: Sequence[Refused]) -> list[Span]:
        day_start = self._day_start(series.market)
        opened = [series.unit.floor(one.opened_at, day_start) for one in refused]
        return [Span(one, series.unit.next(one, day_start)) for one in opened]

    def _day_start(self, market: Market) -> timedelta:
        return self._day_starts.get(market.exchange, timedelta(0))

    def _replace(
        self, connection: sqlite3.Connection, series: StoredSeries, target: Sequence[Span], told: Columns
    ) -> Replaced:
        outcome = replace_ranges(connection, series, seconds_in(target), told)
        self._fold_many(connection, series, outcome.rows_added)
        return outcome

    def _fold_many(self, connection: sqlite3.Connection, series: StoredSeries, added: int) -> None:
        if not added:
            return
        # only ever too high: rows that go meanwhile are not counted
        known = self._rows.get(series.number)
        rows = count_rows(connection, series) if known is None else known + added
        if rows > self._fold_rows_at + _staggered(series.number, self._fold_rows_at):
            fold_rows(connection, series)
            rows = 0
        self._rows[series.number] = rows


def _staggered(number: int, fold_rows_at: int) -> int:
    """Markets that began together would all be folded in the same minute: up to as many rows later, each at its own."""
    return number * 1_237 % max(fold_rows_at, 1)


def _inside(columns: Columns, spans: Sequence[Span]) -> Columns:
    chosen = np.zeros(len(columns), dtype=np.bool_)
    for first, end in seconds_in(spans):
        chosen[slice(*np.searchsorted(columns.opened, (first, end)).tolist())] = True
    return columns if bool(chosen.all()) else columns.rows(chosen)
