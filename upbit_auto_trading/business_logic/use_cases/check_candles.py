"""What is stored, looked through: candles that cannot be, that are hard to believe, that other units contradict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import impossible_rows
from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, Refused, SeriesFacts
from upbit_auto_trading.business_logic.use_cases.read_candles import UnitDifference, compare_units


@dataclass(frozen=True, slots=True)
class SeriesCheck:
    market: Market
    unit: CandleUnit
    candles: int
    impossible: tuple[Refused, ...] = ()
    #: far from both neighbours; they may be true
    jumps: tuple[datetime, ...] = ()
    differences: tuple[UnitDifference, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.impossible and not self.differences


def check_candles(reader: CandleReader, facts: SeriesFacts, day_start: timedelta, now: datetime) -> SeriesCheck:
    """One series, all of it, against every finer unit that knows the same."""
    span = _all_of(facts, day_start)
    if span is None:
        return SeriesCheck(facts.market, facts.unit, 0)
    stored = reader.read(facts.market, facts.unit, span, with_turnover=True)
    opened = stored.series.opened
    wrong = impossible_rows(stored.series, day_start, now)
    return SeriesCheck(
        facts.market,
        facts.unit,
        len(stored.series),
        tuple(Refused(moment_of(int(opened[row])), reason) for row, reason in wrong),
        stored.jumps,
        compare_units(reader, facts.market, facts.unit, span, day_start),
    )


def _all_of(facts: SeriesFacts, day_start: timedelta) -> Span | None:
    """Candles that nobody confirmed lie outside of what is known."""
    starts = [span.start for span in facts.known[:1]]
    ends = [span.end for span in facts.known[-1:]]
    if facts.first_at is not None and facts.last_at is not None:
        starts.append(facts.first_at)
        ends.append(facts.unit.next(facts.unit.floor(facts.last_at, day_start), day_start))
    return Span(min(starts), max(ends)) if starts else None
