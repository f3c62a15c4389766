"""The prints and books of one market, in order and without end where its candles have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from upbit_auto_trading.business_logic.simulation.candle_columns import (
    epoch_ms,
    moment_of_ms,
)
from upbit_auto_trading.business_logic.simulation.candle_path import prints_of
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.path_rows import BareCandles, PathSettings
from upbit_auto_trading.business_logic.simulation.printed_candles import printed
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings, deep_book, thin_book
from upbit_auto_trading.business_logic.simulation.tick_grids import TickGrids

_DAY_SECONDS = 86_400
#: how far back the price before a start is looked for
_LOOK_BACK_DAYS = (1, 8, 40)
#: with so many prints, a candle's book also moves between them
_BUSY_PRINTS = 8
#: the book of a busy market changes by itself at every fifth of its intervals
_IDLE_INTERVALS = 5


@dataclass(frozen=True, slots=True, order=True)
class Dated:
    """Ordered by time, then market, then the order in which the market has them."""

    at_ms: int
    market_number: int
    number: int
    event: Print | SyntheticBook = field(compare=False)


@dataclass(frozen=True, slots=True)
class StreamSettings:
    path: PathSettings
    book: BookSettings
    book_interval_ms: int
    lock_step: bool


class MarketStream:
    def __init__(
        self, number: int, source: CandleSource, grids: TickGrids, seed: int, settings: StreamSettings
    ) -> None:
        self._number = number
        self._source = source
        self._grids = grids
        self._seed = seed
        self._settings = settings

    def events_from(self, start_ms: int) -> Iterator[Dated]:
        """A book at the start, where a price was known by then, and everything after it."""
        events = self._in_lock_step(start_ms) if self._settings.lock_step else self._in_flow(start_ms)
        for number, (at_ms, event) in enumerate(events):
            yield Dated(at_ms, self._number, number, event)

    def _in_flow(self, start_ms: int) -> Iterator[tuple[int, Print | SyntheticBook]]:
        known = self._last_before(start_ms)
        shown_ms = start_ms
        if known:
            yield start_ms, self._thin(known, start_ms)
        interval = self._settings.book_interval_ms
        for prints in self._candles_after(start_ms):
            idle = interval * _IDLE_INTERVALS if len(prints) >= _BUSY_PRINTS else None
            shown_ms = max(shown_ms, self._begin_ms(prints[0]) - interval)
            for one in prints:
                at_ms = epoch_ms(one.at)
                if known and idle:
                    for idle_ms in range(shown_ms + idle, at_ms, idle):
                        yield idle_ms, self._thin(known, idle_ms)
                        shown_ms = idle_ms
                yield at_ms, one
                known = one
                if at_ms >= shown_ms + interval:
                    yield at_ms, self._thin(one, at_ms)
                    shown_ms = at_ms

    def _in_lock_step(self, start_ms: int) -> Iterator[tuple[int, Print | SyntheticBook]]:
        """Orders placed between two candles fill at the open of the next one, however long it takes to come."""
        over_ms = start_ms
        for prints in self._candles_after(start_ms):
            yield over_ms, self._deep(prints[0], over_ms)
            for one in prints:
                at_ms = epoch_ms(one.at)
                yield at_ms, self._deep(one, at_ms)
                yield at_ms, one
            over_ms = self._end_ms(prints[0])

    def _begin_ms(self, one: Print) -> int:
        return epoch_ms(self._source.unit.floor(one.at))

    def _end_ms(self, one: Print) -> int:
        opened = self._source.unit.floor(one.at)
        return epoch_ms(self._source.unit.next(opened))

    def _candles_after(self, start_ms: int) -> Iterator[tuple[Print, ...]]:
        """The prints after the start, candle by candle."""
        for bare in self._days(start_ms // 1000 // _DAY_SECONDS):
            for place in range(len(bare)):
                if (int(bare.opened[place]) + bare.length) * 1000 <= start_ms:
                    continue
                prints = self._prints(bare.rows(slice(place, place + 1)))
                left = tuple(one for one in prints if epoch_ms(one.at) > start_ms)
                if left:
                    yield left

    def _days(self, day: int) -> Iterator[BareCandles]:
        """Years without a candle are passed over in one step: whoever waits for the next one waits in a loop."""
        while (opened := self._source.next_from(day * _DAY_SECONDS)) is not None:
            day = opened // _DAY_SECONDS
            yield self._source.bare(day * _DAY_SECONDS, (day + 1) * _DAY_SECONDS)
            day += 1

    def _prints(self, bare: BareCandles) -> tuple[Print, ...]:
        (_bare, rows), *_none = printed(bare, self._grids, self._seed, self._settings.path)
        return prints_of(rows, self._source.market)

    def _last_before(self, start_ms: int) -> Print | None:
        """The newest print up to the start, not too long ago."""
        end = start_ms // 1000 + 1
        for days in _LOOK_BACK_DAYS:
            bare = self._source.bare(end - days * _DAY_SECONDS, end)
            for place in range(len(bare) - 1, -1, -1):
                prints = self._prints(bare.rows(slice(place, place + 1)))
                so_far = [one for one in prints if epoch_ms(one.at) <= start_ms]
                if so_far:
                    return so_far[-1]
        return None

    def _thin(self, last: Print, at_ms: int) -> SyntheticBook:
        ticks = self._grids.at(at_ms // 1000).table
        return thin_book(
            last.market, moment_of_ms(at_ms), last.price, last.taker_side, ticks, self._seed, self._settings.book
        )

    def _deep(self, next_print: Print, at_ms: int) -> SyntheticBook:
        ticks = self._grids.at(at_ms // 1000).table
        return deep_book(next_print.market, moment_of_ms(at_ms), next_print.price, ticks, self._settings.book)
