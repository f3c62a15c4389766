"""Judges all markets by a screen. What is not known is said to be unknown, never taken for 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span, merged
from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.business_logic.domain.screen import Filter, Match, Screen
from upbit_auto_trading.business_logic.domain.screen_check import problems_of
from upbit_auto_trading.business_logic.domain.screen_variable import (
    CandleNeed,
    KnownCandles,
    MarketFacts,
    ScreenVariable,
    Unknown,
    UnknownReason,
    Value,
    Wanted,
    passes,
)
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.utils.bilingual_text import Text

#: what every row shows first
ALWAYS_SHOWN = ("price", "change_today", "turnover_24h")
ReadCandles = Callable[[Market, CandleUnit, Span], StoredRange]


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """A market that passed."""

    market: Market
    name: Text
    #: one for each of ``ScreenResult.shown``
    values: tuple[Value | Unknown, ...]


@dataclass(frozen=True, slots=True)
class NotJudged:
    market: Market
    name: Text
    #: variable ids
    reasons: tuple[tuple[str, UnknownReason], ...]


@dataclass(frozen=True, slots=True)
class MissingCandles:
    """What would have to be downloaded."""

    market: Market
    unit: CandleUnit
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ScreenResult:
    #: variable ids
    shown: tuple[str, ...]
    rows: tuple[ScreenRow, ...]
    not_judged: tuple[NotJudged, ...]
    missing: tuple[MissingCandles, ...]
    #: markets that were looked at
    looked_at: int
    ran_at: datetime


@dataclass(slots=True)
class KeptCandles:
    """Reads each range once, until a candle more has closed; ``forget`` when the store holds more than it did."""

    read: ReadCandles
    _kept: dict[tuple[Market, CandleUnit], StoredRange] = field(default_factory=dict)

    def __call__(self, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
        kept = self._kept.get((market, unit))
        if kept is None or kept.span != span:
            kept = self._kept[market, unit] = self.read(market, unit, span)
        return kept

    def forget(self) -> None:
        self._kept.clear()


def shown_variables(screen: Screen) -> tuple[str, ...]:
    asked = (one.variable for one in screen.filters)
    order = () if screen.sort is None else (screen.sort.variable,)
    return tuple(dict.fromkeys((*ALWAYS_SHOWN, *asked, *order)))


def needed_candles(screen: Screen, variables: Mapping[str, ScreenVariable] = BY_ID) -> dict[CandleUnit, timedelta]:
    """How far back each unit is read: once for all variables."""
    longest: dict[CandleUnit, timedelta] = {}
    for name in shown_variables(screen):
        need = variables[name].candles if name in variables else None
        if need is not None:
            longest[need.unit] = max(need.length, longest.get(need.unit, need.length))
    return longest


def run_screen(
    screen: Screen,
    summaries: Iterable[PriceSummary],
    listings: Iterable[KnownMarket],
    read_candles: ReadCandles,
    now: datetime,
    *,
    day_start: timedelta = timedelta(0),
    variables: Mapping[str, ScreenVariable] = BY_ID,
) -> ScreenResult:
    """``now`` is the time of the exchange. Raises InvalidScreen with all problems."""
    problems = problems_of(screen, variables)
    if problems:
        raise InvalidScreen(problems)
    run = _Run(screen, variables, read_candles, now, day_start)
    by_market = {summary.market: summary for summary in summaries}
    wanted = [one for one in listings if one.is_listed and one.market.quote == screen.quote]
    for known in wanted:
        run.judge(known, by_market.get(known.market))
    return ScreenResult(
        run.shown,
        tuple(_ordered(run.rows, screen, run.shown)),
        tuple(sorted(run.not_judged, key=lambda one: one.market)),
        tuple(sorted(run.missing, key=lambda one: (one.market, one.unit.value))),
        len(wanted),
        now,
    )


class _Run:
    def __init__(
        self,
        screen: Screen,
        variables: Mapping[str, ScreenVariable],
        read_candles: ReadCandles,
        now: datetime,
        day_start: timedelta,
    ) -> None:
        self.shown = shown_variables(screen)
        self.rows: list[ScreenRow] = []
        self.not_judged: list[NotJudged] = []
        self.missing: list[MissingCandles] = []
        self._variables = variables
        self._read = read_candles
        self._now = now
        self._longest = needed_candles(screen, variables)
        self._ends = {unit: unit.floor(now, day_start) for unit in self._longest}
        self._is_any = screen.match is Match.ANY
        # those without candles first: most markets are decided before anything is read
        filters = sorted(screen.filters, key=lambda one: variables[one.variable].candles is not None)
        self._filters = [(one, tuple(variables[one.variable].read(text) for text in one.values)) for one in filters]

    def judge(self, known: KnownMarket, summary: PriceSummary | None) -> None:
        reader = _MarketReader(known.market, self._read, self._longest, self._ends)
        facts = MarketFacts(known, summary, self._now, reader.candles)
        values: dict[str, Value | Unknown] = {}
        verdict = self._verdict(facts, values)
        name = Text(known.listed.korean_name, known.listed.english_name)
        if verdict is None:
            unknown = ((one, value.reason) for one, value in values.items() if isinstance(value, Unknown))
            self.not_judged.append(NotJudged(known.market, name, tuple(unknown)))
        elif verdict:
            shown = tuple(self._value(variable, facts, values) for variable in self.shown)
            self.rows.append(ScreenRow(known.market, name, shown))
        if verdict is not False:
            self.missing.extend(reader.missing())

    def _verdict(self, facts: MarketFacts, values: dict[str, Value | Unknown]) -> bool | None:
        """None where an unknown value could decide."""
        is_open = False
        for one, wanted in self._filters:
            passed = self._passes(one, wanted, facts, values)
            if passed is None:
                is_open = True
            elif passed is self._is_any:
                return passed
        if is_open:
            return None
        return not self._is_any or not self._filters

    def _passes(
        self, one: Filter, wanted: tuple[Wanted, ...], facts: MarketFacts, values: dict[str, Value | Unknown]
    ) -> bool | None:
        value = self._value(one.variable, facts, values)
        return None if isinstance(value, Unknown) else passes(one.operator, value, wanted)

    def _value(self, name: str, facts: MarketFacts, values: dict[str, Value | Unknown]) -> Value | Unknown:
        if name not in values:
            values[name] = self._variables[name].compute(facts)
        return values[name]


class _MarketReader:
    """The candles of one market: each unit is read once, as far back as any variable wants it."""

    def __init__(
        self,
        market: Market,
        read: ReadCandles,
        longest: Mapping[CandleUnit, timedelta],
        ends: Mapping[CandleUnit, datetime],
    ) -> None:
        self._market = market
        self._read = read
        self._longest = longest
        self._ends = ends
        self._ranges: dict[CandleUnit, StoredRange] = {}
        self._lacking: dict[CandleUnit, set[Span]] = {}

    def candles(self, need: CandleNeed) -> KnownCandles:
        unit, end = need.unit, self._ends[need.unit]
        if unit not in self._ranges:
            self._ranges[unit] = self._read(self._market, unit, Span(end - self._longest[unit], end))
        stored = self._ranges[unit]
        span = Span(end - need.length, end)
        unknown = tuple(clipped for one in stored.unknown if (clipped := one.clipped(span)) is not None)
        if unknown and unknown[-1].end == end and span.start < unknown[-1].start >= end - need.slack:
            span, unknown = Span(span.start, unknown[-1].start), unknown[:-1]
        if unknown:
            self._lacking.setdefault(unit, set()).update(unknown)
        return KnownCandles(span, stored.series.between(span.start, span.end), unknown)

    def missing(self) -> Iterator[MissingCandles]:
        for unit, spans in self._lacking.items():
            yield MissingCandles(self._market, unit, merged(spans))


def _ordered(rows: list[ScreenRow], screen: Screen, shown: tuple[str, ...]) -> list[ScreenRow]:
    """By market where nothing is chosen; what is unknown comes last in either direction."""
    by_code = sorted(rows, key=lambda row: row.market)
    if screen.sort is None:
        return by_code
    place = shown.index(screen.sort.variable)
    unknown = [row for row in by_code if isinstance(row.values[place], Unknown)]
    known = [row for row in by_code if not isinstance(row.values[place], Unknown)]
    return sorted(known, key=lambda row: _rank(row.values[place]), reverse=screen.sort.is_descending) + unknown


def _rank(value: Value | Unknown) -> tuple[Decimal, str]:
    if isinstance(value, frozenset):
        return Decimal(0), ",".join(sorted(value))
    assert not isinstance(value, Unknown)
    return Decimal(value), ""
