"""Candles of a file into the store: what the exchange told is kept, and nothing of that happens silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_grid import following_seconds
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.ports.candle_store import CandleStore, Refused

#: written in one transaction each, so that progress is seen and a program that waits gets its turn
_ROWS_AT_ONCE: Final = 50_000


@dataclass(frozen=True, slots=True)
class ImportReport:
    #: what is known now; None where the file has no whole candle
    span: Span | None = None
    new: int = 0
    changed: int = 0
    #: where the exchange had told other candles, or none, or one that the file lacks
    kept: int = 0
    first_kept_at: datetime | None = None
    #: rows of candles that have not ended yet, which were left out
    unfinished: int = 0
    refused: tuple[Refused, ...] = ()

    def after(self, later: ImportReport) -> ImportReport:
        start = later.span if self.span is None else self.span
        return ImportReport(
            start if start is None or later.span is None else Span(start.start, later.span.end),
            self.new + later.new,
            self.changed + later.changed,
            self.kept + later.kept,
            self.first_kept_at or later.first_kept_at,
            self.unfinished + later.unfinished,
            (*self.refused, *later.refused),
        )


def import_candles(
    store: CandleStore, series: CandleSeries, day_start: timedelta, now: datetime, *, replaces: bool
) -> Iterator[tuple[float, ImportReport]]:
    """The share done and what was done until then, after each part; what was written stays when nobody asks for more.

    ``series`` is all that exists between its first and its last candle. With ``replaces`` also what the exchange told
    gives way to it.
    """
    ends = following_seconds(series.opened, series.unit, day_start)
    whole = int(np.searchsorted(ends, epoch_second(now), side="right"))
    report = ImportReport(unfinished=len(series) - whole)
    yield 0.0, report
    for first in range(0, whole, _ROWS_AT_ONCE):
        end = min(first + _ROWS_AT_ONCE, whole)
        until = ends[whole - 1] if end == whole else series.opened[end]
        span = Span(moment_of(int(series.opened[first])), moment_of(int(until)))
        report = report.after(_written(store, series.rows(slice(first, end)), span, now, replaces=replaces))
        yield end / whole, report


def _written(store: CandleStore, series: CandleSeries, span: Span, now: datetime, *, replaces: bool) -> ImportReport:
    if replaces:
        store.forget(series.market, series.unit, span)
    contested = _contested(store, series, span)
    told = store.write(series, span, Origin.FILE, now)
    first_at = moment_of(contested[0]) if contested else None
    return ImportReport(span, told.new, told.changed, len(contested), first_at, refused=told.refused)


def _contested(store: CandleStore, series: CandleSeries, span: Span) -> list[int]:
    """Where what the exchange told is not what the file says, by time."""
    stored = store.read(series.market, series.unit, span)
    found: list[int] = []
    for one in stored.covered:
        if one.origin.trust > Origin.FILE.trust:
            there, here = (rows.between(one.span.start, one.span.end) for rows in (stored.series, series))
            found += _unlike(there, here)
    return found


def _unlike(one: CandleSeries, other: CandleSeries) -> list[int]:
    common, mine, theirs = np.intersect1d(one.opened, other.opened, assume_unique=True, return_indices=True)
    pairs = zip(one.rows(mine).columns[1:], other.rows(theirs).columns[1:], strict=True)
    differs = np.logical_or.reduce([a != b for a, b in pairs])
    return sorted([*np.setxor1d(one.opened, other.opened).tolist(), *common[differs].tolist()])
