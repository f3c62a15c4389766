"""A range of candles as well as it is known: stored, or derived from finer units that are complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import (
    derived,
    finer_units,
    whole_candles_around,
    whole_candles_within,
)
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, joined, moment_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, merged, without
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, StoredRange

_PRICES: Final = ("open", "high", "low", "close")
#: exchanges write volumes with eight decimals, which add up; the last figures of a large one are the float's
_VOLUME_ULPS: Final = 4
#: exchanges cut the turnover of each candle
_TURNOVER_SHARE: Final = 1e-9
_TURNOVER_ROUNDING: Final = 1e-4


@dataclass(frozen=True, slots=True)
class UnitDifference:
    """Where a stored candle is not the one that the candles of ``finer`` make."""

    opened_at: datetime
    finer: CandleUnit
    #: open, high, low, close, volume, turnover; "candle" where only one of the two exists
    field: str
    #: None: there is no such candle
    stored: float | None
    derived: float | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Candles made of finer ones, for a run of whole intervals of which everything is known."""

    run: Span
    recorded_at: datetime
    series: CandleSeries
    jumps: tuple[datetime, ...]


def read_candles(
    reader: CandleReader,
    market: Market,
    unit: CandleUnit,
    span: Span,
    day_start: timedelta,
    *,
    with_turnover: bool = False,
) -> StoredRange:
    """What is stored in ``unit`` counts where it is known; what is missing comes from the coarsest finer unit whose
    coverage holds the whole interval. An interval that is half unknown stays unknown.
    """
    stored = reader.read(market, unit, span, with_turnover=with_turnover)
    deriving = _Deriving(reader, market, unit, day_start, with_turnover)
    parts: list[_Part] = []
    missing = stored.unknown
    for finer in finer_units(unit):
        new = deriving.parts(finer, missing)
        parts += new
        missing = _without_parts(missing, new)
    return _put_together(stored, parts) if parts else stored


def known_range(reader: CandleReader, market: Market, unit: CandleUnit) -> Span | None:
    """From the first to the last moment of which anything is known, in the unit or a finer one."""
    known = [one.span for each in (unit, *finer_units(unit)) for one in reader.covered(market, each)]
    return Span(min(one.start for one in known), max(one.end for one in known)) if known else None


def known_candles(found: StoredRange) -> CandleSeries:
    """Without those that nobody confirmed: in a file a missing row says that nobody traded."""
    is_known = np.zeros(len(found.series), dtype=np.bool_)
    for span in found.known:
        is_known |= _opens_in(found.series, span)
    return found.series.rows(is_known)


def compare_units(
    reader: CandleReader, market: Market, unit: CandleUnit, span: Span, day_start: timedelta
) -> tuple[UnitDifference, ...]:
    """Stored candles against those that finer ones make, wherever both are known; by time.

    Each interval is compared with the coarsest finer unit that is complete in it. Volume and turnover may differ by
    what rounding explains.
    """
    own = reader.read(market, unit, span, with_turnover=True)
    deriving = _Deriving(reader, market, unit, day_start, with_turnover=True)
    rest = own.known
    found: list[UnitDifference] = []
    for finer in finer_units(unit):
        parts = deriving.parts(finer, rest)
        for part in parts:
            found += _differences(own.series.between(part.run.start, part.run.end), part.series, finer)
        rest = _without_parts(rest, parts)
    return tuple(sorted(found, key=lambda one: one.opened_at))


@dataclass(frozen=True, slots=True)
class _Deriving:
    reader: CandleReader
    market: Market
    unit: CandleUnit
    day_start: timedelta
    with_turnover: bool

    def parts(self, finer: CandleUnit, gaps: tuple[Span, ...]) -> list[_Part]:
        """The intervals that reach into a gap and of which the finer unit knows everything; cut to the gap."""
        return [part for gap in gaps for part in self._parts_of(finer, gap)]

    def _parts_of(self, finer: CandleUnit, gap: Span) -> Iterator[_Part]:
        around = whole_candles_around(gap, self.unit, self.day_start)
        for known in merged(one.span for one in self.reader.covered(self.market, finer, around)):
            inside = known.clipped(around)
            whole = None if inside is None else whole_candles_within(inside, self.unit, self.day_start)
            run = None if whole is None else whole.clipped(gap)
            if whole is not None and run is not None:
                yield self._part(finer, whole, run)

    def _part(self, finer: CandleUnit, whole: Span, run: Span) -> _Part:
        fine = self.reader.read(self.market, finer, whole, with_turnover=self.with_turnover)
        # a candle that was made with one that lies far from its neighbours is named as well
        jumps = {self.unit.floor(moment, self.day_start) for moment in fine.jumps}
        return _Part(
            run,
            max(one.recorded_at for one in fine.covered),
            derived(fine.series, self.unit, self.day_start).between(run.start, run.end),
            tuple(sorted(moment for moment in jumps if run.holds(moment))),
        )


def _without_parts(gaps: tuple[Span, ...], parts: list[_Part]) -> tuple[Span, ...]:
    runs = [part.run for part in parts]
    return tuple(rest for gap in gaps for rest in without(gap, runs))


def _put_together(stored: StoredRange, parts: list[_Part]) -> StoredRange:
    """What a part knows replaces rows that nobody had confirmed."""
    kept = np.ones(len(stored.series), dtype=np.bool_)
    for part in parts:
        kept &= ~_opens_in(stored.series, part.run)
    series = joined([stored.series.rows(kept), *(part.series for part in parts)])
    jumps = {moment for moment in stored.jumps if not any(part.run.holds(moment) for part in parts)}
    covered = (*stored.covered, *(CoveredSpan(part.run, Origin.DERIVED, part.recorded_at) for part in parts))
    return StoredRange(
        stored.span,
        series.rows(np.argsort(series.opened, kind="stable")),
        tuple(sorted(covered, key=lambda one: one.span)),
        tuple(sorted(jumps.union(*(part.jumps for part in parts)))),
    )


def _opens_in(series: CandleSeries, span: Span) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((series.opened >= epoch_second(span.start)) & (series.opened < epoch_second(span.end)))


def _differences(stored: CandleSeries, made: CandleSeries, finer: CandleUnit) -> Iterator[UnitDifference]:
    lone = np.setxor1d(stored.opened, made.opened)
    for second in lone.tolist():
        told, computed = (_close_at(one, second) for one in (stored, made))
        yield UnitDifference(moment_of(second), finer, "candle", told, computed)
    _common, mine, theirs = np.intersect1d(stored.opened, made.opened, assume_unique=True, return_indices=True)
    one, other = stored.rows(mine), made.rows(theirs)
    for field in (*_PRICES, "volume", "turnover"):
        told, computed = getattr(one, field), getattr(other, field)
        if told is None or computed is None:
            continue
        for place in np.flatnonzero(np.abs(told - computed) > _tolerance(field, told)).tolist():
            yield UnitDifference(
                moment_of(int(one.opened[place])), finer, field, float(told[place]), float(computed[place])
            )


def _tolerance(
    field: str, told: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if field == "volume":
        return np.asarray(_VOLUME_ULPS * np.spacing(told))
    if field == "turnover":
        return np.asarray(_TURNOVER_SHARE * np.abs(told) + _TURNOVER_ROUNDING)
    return np.zeros(len(told))


def _close_at(series: CandleSeries, second: int) -> float | None:
    place = int(np.searchsorted(series.opened, second))
    return float(series.close[place]) if place < len(series) and series.opened[place] == second else None
