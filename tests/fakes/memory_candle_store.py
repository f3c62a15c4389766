"""The candle store in memory, as simple as can be; tests/contract/test_candle_store.py holds it to what SQLite does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import find_jumps, impossible_rows
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of, series_of
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, merged, without
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import (
    CleanUpReport,
    Refused,
    RetentionPolicy,
    SeriesFacts,
    StoredRange,
    WriteReport,
)

Key = tuple[Market, CandleUnit]
#: open, high, low, close, volume, turnover
Numbers = tuple[float, ...]

#: what a candle takes, for clean_up
BYTES_A_CANDLE = 64


class MemoryCandleStore:
    """Implements ``CandleStore``."""

    def __init__(self, day_starts: Mapping[str, timedelta] | None = None) -> None:
        self._day_starts = dict(day_starts or {})
        self._rows: dict[Key, dict[int, Numbers]] = {}
        self._covered: dict[Key, list[CoveredSpan]] = {}
        self._worlds: dict[str, str] = {}
        self.fail_next_write: Exception | None = None

    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
        whole = self._series(market, unit)
        jumps = tuple(moment for moment in self._jumps(market, unit) if span.holds(moment))
        found = _within(whole, span)
        if not with_turnover:
            found = replace(found, turnover=None)
        return StoredRange(span, found, self.covered(market, unit, span), jumps)

    def covered(self, market: Market, unit: CandleUnit, span: Span | None = None) -> tuple[CoveredSpan, ...]:
        known = self._covered.get((market, unit), [])
        if span is None:
            return tuple(known)
        clipped = ((one, one.span.clipped(span)) for one in known)
        return tuple(CoveredSpan(part, one.origin, one.recorded_at) for one, part in clipped if part is not None)

    def inventory(self) -> tuple[SeriesFacts, ...]:
        keys = {key for key in (*self._rows, *self._covered) if self._rows.get(key) or self._covered.get(key)}
        return tuple(
            self._facts(*key) for key in sorted(keys, key=lambda key: (key[0], list(CandleUnit).index(key[1])))
        )

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        self._may_fail()
        if len(series) and (np.any(np.diff(series.opened) <= 0) or len(_within(series, span)) != len(series)):
            raise InvariantBroken("rows out of order, or outside of what they are said to be all of")
        key = (series.market, series.unit)
        rows = self._rows.setdefault(key, {})
        known = self._covered.setdefault(key, [])
        refused, good = self._checked(series, recorded_at)
        if recorded_at <= span.start:
            return WriteReport(refused=refused)
        day_start = self._day_start(series.market)
        bad = [_interval(series.unit, one.opened_at, day_start) for one in refused]
        better = [one.span for one in known if one.origin.trust > origin.trust]
        target = without(Span(span.start, min(span.end, recorded_at)), [*better, *bad])
        told = {opened: numbers for opened, numbers in good.items() if _in_any(opened, target)}
        kept = sum(1 for opened in good if _in_any(opened, better))
        new, changed = 0, 0
        for opened in [opened for opened in rows if _in_any(opened, target) and opened not in told]:
            del rows[opened]
            changed += 1
        for opened, numbers in told.items():
            before = rows.get(opened)
            rows[opened] = _with_known_turnover(numbers, before)
            new += before is None
            changed += before is not None and not _same(before, rows[opened])
        pieces = [CoveredSpan(part, one.origin, one.recorded_at) for one in known for part in without(one.span, target)]
        pieces += [CoveredSpan(part, origin, recorded_at) for part in target]
        self._covered[key] = _coalesced(pieces)
        return WriteReport(new, changed, kept, refused)

    def append(self, candles: Iterable[Candle], recorded_at: datetime) -> WriteReport:
        self._may_fail()
        report = WriteReport()
        for candle in candles:
            key = (candle.market, candle.unit)
            refused, good = self._checked(series_of(*key, [candle]), recorded_at)
            report = replace(report, refused=(*report.refused, *refused))
            for opened, numbers in good.items():
                if _in_any(opened, [one.span for one in self._covered.get(key, [])]):
                    report = replace(report, kept=report.kept + 1)
                    continue
                before = self._rows.setdefault(key, {}).get(opened)
                after = _with_known_turnover(numbers, before)
                self._rows[key][opened] = after
                is_changed = before is not None and not _same(before, after)
                report = replace(report, new=report.new + (before is None), changed=report.changed + is_changed)
        return report

    def forget(self, market: Market, unit: CandleUnit | None = None, span: Span | None = None) -> int:
        gone = 0
        for key in [key for key in {*self._rows, *self._covered} if key[0] == market and unit in (None, key[1])]:
            rows = self._rows.setdefault(key, {})
            doomed = [opened for opened in rows if span is None or span.holds(moment_of(opened))]
            for opened in doomed:
                del rows[opened]
            gone += len(doomed)
            taken = [span] if span is not None else [one.span for one in self._covered.get(key, [])]
            self._covered[key] = [
                CoveredSpan(part, one.origin, one.recorded_at)
                for one in self._covered.get(key, [])
                for part in without(one.span, taken)
            ]
        return gone

    def identify(self, exchange: str, fingerprint: str) -> bool:
        before = self._worlds.get(exchange)
        self._worlds[exchange] = fingerprint
        if before in (None, fingerprint):
            return False
        for market in {key[0] for key in {*self._rows, *self._covered} if key[0].exchange == exchange}:
            self.forget(market)
        return True

    def compact(self, keep_going: Callable[[float], bool] = lambda _fraction: True) -> None:
        keep_going(1.0)

    def clean_up(self, policy: RetentionPolicy, now: datetime) -> CleanUpReport:
        """By age alone: what a file takes is the affair of a store with a file."""
        before = sum(map(len, self._rows.values())) * BYTES_A_CANDLE
        forgotten = []
        for market, unit in list(self._rows):
            if unit in policy.oldest:
                held = [moment_of(opened) for opened in self._rows[market, unit]]
                first = min([*held, *(one.span.start for one in self.covered(market, unit))], default=now)
                cut = now - policy.oldest[unit]
                if first < cut:
                    span = Span(first, cut)
                    self.forget(market, unit, span)
                    forgotten.append((market, unit, span, "age"))
        after = sum(map(len, self._rows.values())) * BYTES_A_CANDLE
        return CleanUpReport(tuple(forgotten), before, after)

    def close(self) -> None:
        """Nothing is open."""

    def _may_fail(self) -> None:
        failure, self.fail_next_write = self.fail_next_write, None
        if failure is not None:
            raise failure

    def _day_start(self, market: Market) -> timedelta:
        return self._day_starts.get(market.exchange, timedelta(0))

    def _checked(self, series: CandleSeries, recorded_at: datetime) -> tuple[tuple[Refused, ...], dict[int, Numbers]]:
        wrong = dict(impossible_rows(series, self._day_start(series.market), recorded_at))
        opened = series.opened.tolist()
        turnover = np.full(len(series), np.nan) if series.turnover is None else series.turnover
        prices = (series.open, series.high, series.low, series.close)
        columns = [column.tolist() for column in (*prices, series.volume + 0.0, turnover + 0.0)]
        good = {opened[row]: tuple(column[row] for column in columns) for row in range(len(opened)) if row not in wrong}
        return tuple(Refused(moment_of(opened[row]), reason) for row, reason in wrong.items()), good

    def _series(self, market: Market, unit: CandleUnit) -> CandleSeries:
        rows = self._rows.get((market, unit), {})
        opened = sorted(rows)
        numbers = np.array([rows[one] for one in opened], dtype=np.float64).reshape(len(opened), 6)
        return CandleSeries(market, unit, np.array(opened, dtype=np.int64), *np.ascontiguousarray(numbers.T))

    def _jumps(self, market: Market, unit: CandleUnit) -> list[datetime]:
        whole = self._series(market, unit)
        return [moment_of(int(whole.opened[row])) for row in find_jumps(whole)]

    def _facts(self, market: Market, unit: CandleUnit) -> SeriesFacts:
        opened = sorted(self._rows.get((market, unit), {}))
        covered = self._covered.get((market, unit), [])
        known = merged(one.span for one in covered)
        length = sum((one.end - one.start for one in known), timedelta(0))
        return SeriesFacts(
            market,
            unit,
            len(opened),
            moment_of(opened[0]) if opened else None,
            moment_of(opened[-1]) if opened else None,
            known,
            length / (known[-1].end - known[0].start) if known else 0.0,
            frozenset(one.origin for one in covered),
            len(self._jumps(market, unit)),
            len(opened) * BYTES_A_CANDLE,
        )


def _within(series: CandleSeries, span: Span) -> CandleSeries:
    inside = np.array([span.holds(moment_of(opened)) for opened in series.opened.tolist()], dtype=np.bool_)
    return series.rows(inside)


def _interval(unit: CandleUnit, opened_at: datetime, day_start: timedelta) -> Span:
    floored = unit.floor(opened_at, day_start)
    return Span(floored, unit.next(floored, day_start))


def _in_any(opened: int, spans: Iterable[Span]) -> bool:
    return any(span.holds(moment_of(opened)) for span in spans)


def _with_known_turnover(numbers: Numbers, before: Numbers | None) -> Numbers:
    """A turnover that is not told now stays as it was told for the same candle."""
    if before is not None and math.isnan(numbers[5]) and numbers[:5] == before[:5]:
        return before
    return numbers


def _same(one: Numbers, two: Numbers) -> bool:
    return one[:5] == two[:5] and (one[5] == two[5] or (math.isnan(one[5]) and math.isnan(two[5])))


def _coalesced(pieces: list[CoveredSpan]) -> list[CoveredSpan]:
    result: list[CoveredSpan] = []
    for one in sorted(pieces, key=lambda piece: piece.span):
        last = result[-1] if result else None
        if last is not None and last.span.end == one.span.start and last.origin is one.origin:
            span = Span(last.span.start, one.span.end)
            result[-1] = CoveredSpan(span, one.origin, max(last.recorded_at, one.recorded_at))
        else:
            result.append(one)
    return result
