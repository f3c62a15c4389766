"""The prints of many candles at once, as columns: where each is, how much it trades, and when.

The path of a candle has four corners: open, low, high, close. Its prints are spread over the way between them, a
corner is always met exactly, and what lies between is cut to the grid. Everything is a whole number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market_rules import TickTable
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    PRICE_LIMIT,
    UNIT,
    CandleColumns,
    units_of,
)

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

#: a single false price in a file must not become a million prints
_MOST_STEPS = 20_000
#: a print for each corner of the path
_FEWEST_UNITS = 4
_LARGEST_TURNOVER = 10**17
_LARGEST_WORD = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PathSettings:
    #: one more print for so much traded (base currency)
    quantity_a_print: Decimal = Decimal("0.1")
    most_prints: int = 24
    #: verify: the price stops at every tick on its way
    every_tick: bool = False


@dataclass(frozen=True, slots=True)
class BareCandles:
    """What a path is made from: the columns of candles without what follows from their prints."""

    #: seconds since 1970
    opened: Integers
    open: Integers
    high: Integers
    low: Integers
    close: Integers
    #: in hundred-millionths, in one part
    volume: Integers
    #: seconds that a candle lasts
    length: int

    def __len__(self) -> int:
        return len(self.opened)

    def rows(self, chosen: slice) -> BareCandles:
        return BareCandles(
            self.opened[chosen], self.open[chosen], self.high[chosen], self.low[chosen], self.close[chosen],
            self.volume[chosen], self.length,
        )  # fmt: skip

    def between(self, start: int, end: int) -> BareCandles:
        """Those that open in [start, end), in seconds since 1970."""
        first, last = np.searchsorted(self.opened, (start, end))
        return self.rows(slice(int(first), int(last)))


def joined_bare(parts: Sequence[BareCandles], length: int) -> BareCandles:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return BareCandles(nothing, nothing, nothing, nothing, nothing, nothing, length)
    names = ("opened", "open", "high", "low", "close", "volume")
    opened, first, high, low, last, volume = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    return BareCandles(opened, first, high, low, last, volume, length)


def bare_candles(
    opened: Integers, prices: tuple[Integers, Integers, Integers, Integers], volume: Integers, length: int
) -> BareCandles:
    """Refuses what the arithmetic cannot hold. Candles without volume are left out: nothing was traded."""
    traded = volume > 0
    first, high, low, last = (column[traded] for column in prices)
    # volumes too small for a print at each corner are raised to that
    kept = np.maximum(volume[traded], _FEWEST_UNITS)
    if len(low) and int(low.min()) <= 0:
        raise InvalidParameter("price", int(low.min()), "price-not-positive")
    if len(high) and int(high.max()) >= PRICE_LIMIT * UNIT:
        raise InvalidParameter("price", int(high.max()) // UNIT, "too-large-to-replay")
    if len(high) and int(((high // UNIT + 1).astype(np.float64) * (kept // UNIT + 1)).max()) >= _LARGEST_TURNOVER:
        raise InvalidParameter("volume", int(kept.max()) // UNIT, "too-large-to-replay")
    return BareCandles(opened[traded], first, high, low, last, kept, length)


@dataclass(frozen=True, slots=True)
class PrintRows:
    """By candle, and by time within it."""

    #: which candle
    candle: Integers
    #: the first print of each candle
    firsts: Integers
    price: Integers
    quantity: Integers
    #: milliseconds since 1970
    at_ms: Integers
    #: where the way does not tell, which side took
    coin: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """A tick table as arrays."""

    edges: Integers
    ticks: Integers

    @classmethod
    def of(cls, table: TickTable) -> Grid:
        edges = [units_of(band.from_price) for band in table.bands]
        return cls(np.array(edges), np.array([units_of(band.tick) for band in table.bands]))

    def tick_at(self, prices: Integers) -> Integers:
        return np.asarray(self.ticks[np.searchsorted(self.edges, prices, side="right") - 1])


@dataclass(frozen=True, slots=True)
class _Corners:
    """For each candle: how many prints, and the place of low and high among them (open is 0, close the last)."""

    count: Integers
    low_place: Integers
    high_place: Integers


def mixed(words: Words) -> Words:
    """Every bit of a word depends on every bit of it (the last step of SplitMix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def print_rows(bare: BareCandles, grid: Grid, seed: int, settings: PathSettings) -> PrintRows:
    """Of candles with volume. ``seed`` is below 2⁶⁴."""
    tick = grid.tick_at(bare.low)
    corners = _place_corners(bare, tick, settings)
    firsts = np.cumsum(corners.count) - corners.count
    candle = np.repeat(np.arange(len(bare.opened)), corners.count)
    place = np.arange(len(candle)) - firsts[candle]
    noise = _noise(bare, candle, place, seed)
    return PrintRows(
        candle, firsts,
        _prices(bare, grid, tick, corners, candle, place),
        _quantities(bare, corners.count, firsts, candle, noise),
        _times(bare, corners.count, candle, place, noise),
        (noise & np.uint64(1)) == 1,
    )  # fmt: skip


def _noise(bare: BareCandles, candle: Integers, place: Integers, seed: int) -> Words:
    of_candle = mixed(mixed(bare.opened.astype(np.uint64)) ^ np.uint64(seed))
    return mixed(of_candle[candle] + (place + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _place_corners(bare: BareCandles, tick: Integers, settings: PathSettings) -> _Corners:
    falls, rises, ends = bare.open - bare.low, bare.high - bare.low, bare.high - bare.close
    # bool → 0 or 1: a leg that has no length needs no print of its own
    fall, rise, end = ((leg > 0).astype(np.int64) for leg in (falls, rises, ends))
    fewest = 1 + fall + rise + end
    if settings.every_tick:
        legs = [-(-leg // tick) for leg in (falls, rises, ends)]
        low, high = legs[0], legs[0] + legs[1]
        count = 1 + high + legs[2]
        thin = (count > bare.volume) | (count > _MOST_STEPS)
    else:
        wanted = fewest + bare.volume // min(max(units_of(settings.quantity_a_print), 1), _LARGEST_WORD)
        count = np.minimum(wanted, np.maximum(fewest, settings.most_prints))
        low = high = np.zeros_like(count)
        thin = np.ones(len(count), dtype=np.bool_)
    # each print trades something: a candle of a few hundred-millionths has no more prints than those
    count = np.where(thin, np.maximum(np.minimum(np.minimum(count, bare.volume), _MOST_STEPS), fewest), count)
    way = np.maximum(falls + rises + ends, 1)
    last = count - 1
    near_low = (last * (falls / way)).astype(np.int64)
    near_high = (last * ((falls + rises) / way)).astype(np.int64)
    thin_low = fall * np.clip(near_low, 1, np.maximum(last - rise - end, 1))
    thin_high = np.where(end == 1, np.clip(near_high, thin_low + rise, np.maximum(last - 1, thin_low + rise)), last)
    return _Corners(count, np.where(thin, thin_low, low), np.where(thin, thin_high, high))


def _prices(
    bare: BareCandles, grid: Grid, tick: Integers, corners: _Corners, candle: Integers, place: Integers
) -> Integers:
    """What belongs to a leg is worked out once for each candle and leg, not for each print."""
    last = corners.count - 1
    begins = np.stack((bare.open, bare.low, bare.high), axis=1)
    ways = np.stack((bare.low, bare.high, bare.close), axis=1) - begins
    places = np.stack((np.zeros_like(last), corners.low_place, corners.high_place), axis=1)
    lengths = np.maximum(np.stack((corners.low_place, corners.high_place, last), axis=1) - places, 1)
    ticks = -(-np.abs(ways) // tick[:, None])
    signed = np.where(ways < 0, -1, 1) * tick[:, None]
    leg = (place >= corners.low_place[candle]).astype(np.int64) + (place >= corners.high_place[candle])
    at = candle * 3 + leg
    step = place - places.ravel()[at]
    # in two parts: a long way times many steps would overflow
    gone = (ticks // lengths).ravel()[at] * step + (ticks % lengths).ravel()[at] * step // lengths.ravel()[at]
    price = begins.ravel()[at] + gone * signed.ravel()[at]
    on_grid = price - price % _grid_steps(bare, grid, tick, candle, price)
    # corners off the grid: cut to it, a price may not pass the end of its leg
    ends = np.stack((bare.low, bare.low, bare.close), axis=1)
    price = np.where(step > 0, np.maximum(on_grid, ends.ravel()[at]), price)
    price[np.cumsum(corners.count) - 1] = bare.close
    return np.asarray(price)


def _grid_steps(bare: BareCandles, grid: Grid, tick: Integers, candle: Integers, price: Integers) -> Integers:
    """Only a candle that crosses the edge of a band needs a look at each price."""
    if np.array_equal(tick, grid.tick_at(bare.high)):
        return np.asarray(tick[candle])
    return grid.tick_at(np.maximum(price, 0))


def _quantities(bare: BareCandles, count: Integers, firsts: Integers, candle: Integers, noise: Words) -> Integers:
    """Many small ones and a few large ones; what the shares leave over goes to the last print."""
    parts = [((noise >> np.uint64(shift)) & np.uint64(0xFF)).astype(np.int64) for shift in (8, 16, 24)]
    weight = 16 + (parts[0] * parts[1] * parts[2] >> 16)
    total = np.add.reduceat(weight, firsts)
    poor = bare.volume < total
    share = np.where(poor, bare.volume // count, bare.volume // total)
    quantity = share[candle] * np.where(poor[candle], 1, weight)
    quantity[firsts + count - 1] += bare.volume - np.add.reduceat(quantity, firsts)
    return quantity


def _times(bare: BareCandles, count: Integers, candle: Integers, place: Integers, noise: Words) -> Integers:
    """One in each of as many equal parts of the candle."""
    length_ms, prints = bare.length * 1000, count[candle]
    begin, end = place * length_ms // prints, (place + 1) * length_ms // prints
    wander = (noise >> np.uint64(32)).astype(np.int64) % np.maximum(end - begin, 1)
    return np.asarray(bare.opened[candle] * 1000 + begin + wander)


def each_print(prints: PrintRows) -> CandleColumns:
    """Every print as a candle of its own, opened in its second."""
    price = np.stack((prints.price // UNIT, prints.price % UNIT), axis=1)
    quantity = np.stack((prints.quantity // UNIT, prints.quantity % UNIT), axis=1)
    return CandleColumns(
        prints.at_ms // 1000, prints.price, prints.price, prints.price, prints.price,
        quantity, _products(price, quantity), prints.at_ms,
    )  # fmt: skip


def _products(price: Integers, quantity: Integers) -> Integers:
    """Price × quantity in three parts, each carried at once so that none overflows."""
    across, along = price[:, 0] * quantity[:, 1], price[:, 1] * quantity[:, 0]
    fine = price[:, 1] * quantity[:, 1]
    middle = across % UNIT + along % UNIT + fine // UNIT
    whole = price[:, 0] * quantity[:, 0] + across // UNIT + along // UNIT
    return np.stack((whole, middle, fine % UNIT), axis=1)
