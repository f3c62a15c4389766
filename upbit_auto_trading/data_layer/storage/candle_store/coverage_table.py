"""What is known of which range, as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Origin, Span, without
from upbit_auto_trading.data_layer.storage.stored_time import time_from_text, time_to_text


def read_coverage(connection: sqlite3.Connection, series: int, span: Span | None = None) -> tuple[CoveredSpan, ...]:
    """By time, clipped to the span."""
    known = _touching(connection, series, span) if span is not None else _all(connection, series)
    if span is None:
        return tuple(known)
    clipped = ((one, one.span.clipped(span)) for one in known)
    return tuple(CoveredSpan(part, one.origin, one.recorded_at) for one, part in clipped if part is not None)


def cover(connection: sqlite3.Connection, series: int, target: Sequence[Span], told: CoveredSpan | None) -> None:
    """The target is known by what ``told`` says (its span apart), or by nobody; all else stays as it was."""
    if not target:
        return
    around = Span(min(one.start for one in target), max(one.end for one in target))
    before = _touching(connection, series, around)
    after = [CoveredSpan(part, one.origin, one.recorded_at) for one in before for part in without(one.span, target)]
    if told is not None:
        after += [CoveredSpan(part, told.origin, told.recorded_at) for part in target]
    after = coalesced(after)
    if after == before:
        return
    connection.executemany(
        "DELETE FROM candle_coverage WHERE series = ? AND starts_at = ?",
        [(series, time_to_text(one.span.start)) for one in before],
    )
    connection.executemany(
        "INSERT INTO candle_coverage (series, starts_at, ends_at, origin, recorded_at) VALUES (?, ?, ?, ?, ?)",
        [(series, *_as_row(one)) for one in after],
    )


def coalesced(spans: Iterable[CoveredSpan]) -> list[CoveredSpan]:
    """Neighbours of one origin become one, recorded when the last of them was."""
    result: list[CoveredSpan] = []
    for one in sorted(spans, key=lambda covered: covered.span):
        last = result[-1] if result else None
        if last is not None and last.span.end == one.span.start and last.origin is one.origin:
            both = Span(last.span.start, one.span.end)
            result[-1] = CoveredSpan(both, one.origin, max(last.recorded_at, one.recorded_at))
        else:
            result.append(one)
    return result


def _as_row(one: CoveredSpan) -> tuple[str, str, str, str]:
    start, end, recorded = (time_to_text(moment) for moment in (one.span.start, one.span.end, one.recorded_at))
    return start, end, one.origin.value, recorded


def _all(connection: sqlite3.Connection, series: int) -> list[CoveredSpan]:
    return _spans(
        connection.execute(
            "SELECT starts_at, ends_at, origin, recorded_at FROM candle_coverage WHERE series = ? ORDER BY starts_at",
            (series,),
        )
    )


def _touching(connection: sqlite3.Connection, series: int, span: Span) -> list[CoveredSpan]:
    """Those that overlap it, and those that begin or end where it does."""
    start, end = time_to_text(span.start), time_to_text(span.end)
    # they do not overlap, so at most one that begins before can reach into it
    return _spans(
        connection.execute(
            "SELECT starts_at, ends_at, origin, recorded_at FROM candle_coverage WHERE series = ? AND ends_at >= ?"
            " AND starts_at <= ? AND starts_at >= coalesce((SELECT max(starts_at) FROM candle_coverage"
            " WHERE series = ? AND starts_at < ?), '') ORDER BY starts_at",
            (series, start, end, series, start),
        )
    )


def _spans(rows: Iterable[tuple[str, str, str, str]]) -> list[CoveredSpan]:
    return [
        CoveredSpan(Span(time_from_text(starts), time_from_text(ends)), Origin(origin), time_from_text(recorded))
        for starts, ends, origin, recorded in rows
    ]
