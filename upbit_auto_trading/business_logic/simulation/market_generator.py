"""Seeded markets of any length: clustering volatility, jumps, daily rhythm, minutes without trades.

A market's price is its usual price times the exponential of two paths: one that all markets of a seed have in common
and one of its own. The candles of a minute come from where the price is at its start and end, how far it may have
strayed between, on which side of the book the trades fell, and how many there were.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    UNIT,
    CandleColumns,
    epoch_seconds,
    units_of,
)
from upbit_auto_trading.business_logic.simulation.candle_path import path_seed
from upbit_auto_trading.business_logic.simulation.counter_noise import (
    CounterNoise,
    Floats,
    bells_of,
    exponential,
    fractions_of,
    waits_of,
)
from upbit_auto_trading.business_logic.simulation.day_rhythm import trades_through
from upbit_auto_trading.business_logic.simulation.log_path import (
    BILLION,
    MINUTES_A_DAY,
    DayPath,
    LogPath,
    Moves,
    Wave,
    wave_sum,
)
from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter
from upbit_auto_trading.business_logic.simulation.path_rows import (
    BareCandles,
    PathSettings,
    bare_candles,
    joined_bare,
)
from upbit_auto_trading.business_logic.simulation.printed_candles import columns_of
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings
from upbit_auto_trading.business_logic.simulation.tick_grids import TickGrids

Integers = NDArray[np.int64]
Switches = NDArray[np.bool_]

_DAY_SECONDS = 86_400
FIRST_AT = datetime(2017, 9, 25, tzinfo=UTC)
_COMMON_MOVES = Moves(minute=0.00030, day=0.015, jumps_a_day=0.25)
#: even a market that follows all others closely has this share of its minutes' variance for itself
_SMALLEST_OWN_SHARE = 0.3
_TRADE_WAVES = (Wave(30, 0.25), Wave(480, 0.25), Wave(5760, 0.25))
_TRADE_FLICKER, _SIZE_FLICKER = 0.45, 0.4
#: makes the mean turnover that of the character
_HEAT_IN_TRADES = 0.95
_MEAN_ACTIVITY = 0.6
_MEAN_SIZE = _SIZE_FLICKER * _SIZE_FLICKER / 2
_SAME_SIDE = 0.55
#: of a minute; more does not fit a machine word
_MOST_VOLUME = 4e18
_KEPT_COMMON_DAYS = 8
#: the day in progress and the one before
_KEPT_DAYS = 2


class _Stream(IntEnum):
    """Numbers that the path of the same noise does not use."""

    SIDE = 64
    STRAY = 65
    TRADES = 66
    SIZE = 67
    WAVES = 68  # and the numbers after it


@lru_cache(maxsize=2)
def _common_path(seed: int) -> LogPath:
    return LogPath(CounterNoise(seed, "all markets"), _COMMON_MOVES)


@lru_cache(maxsize=_KEPT_COMMON_DAYS)
def _common_day(seed: int, day: int) -> DayPath:
    """Every market of a seed asks for it."""
    return _common_path(seed).day(day)


class GeneratedMarket:
    """A ``CandleSource``; any range is made without what lies before it."""

    def __init__(self, character: MarketCharacter, rules: RuleBook, seed: int, first_at: datetime = FIRST_AT) -> None:
        self._first_at = first_at
        self._character = character
        self._seed = seed
        self._noise = CounterNoise(seed, str(character.market))
        self._grids = TickGrids(rules, character.market)
        day_move = character.day_move_ppm / 1e6
        minute_move = character.minute_move_ppm / 1e6
        share = character.common_permille / 1000
        self._follows = share * day_move / _COMMON_MOVES.day
        followed = self._follows * _COMMON_MOVES.minute
        own = minute_move * minute_move - followed * followed
        smallest = minute_move * minute_move * _SMALLEST_OWN_SHARE
        self._own = LogPath(
            self._noise,
            Moves(
                minute=math.sqrt(max(own, smallest)),
                day=day_move * math.sqrt(1 - share * share),
                jumps_a_day=character.jumps_in_100_days / 100,
            ),
        )
        self._kept: OrderedDict[int, BareCandles] = OrderedDict()
        self._usual_units = float(units_of(character.usual_price))
        self._trade_funds = float(character.day_turnover) / MINUTES_A_DAY / float(character.trades_a_minute)

    @property
    def market(self) -> Market:
        return self._character.market

    @property
    def listed(self) -> ListedMarket:
        return self._character.listed

    @property
    def unit(self) -> CandleUnit:
        return CandleUnit.MINUTE

    @property
    def first_at(self) -> datetime:
        return self._first_at

    def factor_at(self, second: int) -> float:
        """The price at that minute's start is so many times the usual one."""
        day, within = divmod(second, _DAY_SECONDS)
        level = self._path(day).level[within // 60 : within // 60 + 1]
        return float(exponential(level / float(BILLION))[0])

    @property
    def ends_at(self) -> None:
        """Never."""
        return None

    @property
    def path(self) -> PathSettings:
        return self._character.path

    @property
    def book(self) -> BookSettings:
        return self._character.book

    def candles(self, start: datetime, end: datetime) -> Sequence[Candle]:
        return self.columns(start, end).candles(self.market, self.unit)

    def columns(self, start: datetime, end: datetime) -> CandleColumns:
        """The same as columns, with the turnover of their prints."""
        bare = self.bare(epoch_seconds(start), epoch_seconds(end))
        return columns_of(bare, self._grids, path_seed(self._seed, self.market), self.path)

    def next_from(self, start: int) -> int:
        return max(start, epoch_seconds(self._first_at))

    def bare(self, start: int, end: int) -> BareCandles:
        """Those that open in [start, end), in seconds since 1970."""
        start = max(start, epoch_seconds(self._first_at))
        days = range(start // _DAY_SECONDS, -(-end // _DAY_SECONDS))
        return joined_bare([self._day(day) for day in days], 60).between(start, end)

    def _day(self, day: int) -> BareCandles:
        if day not in self._kept:
            self._kept[day] = self._made_day(day)
            while len(self._kept) > _KEPT_DAYS:
                self._kept.popitem(last=False)
        return self._kept[day]

    def _made_day(self, day: int) -> BareCandles:
        path, turnover, trades = self._activity(day)
        opened = day * _DAY_SECONDS + np.arange(MINUTES_A_DAY) * 60
        at_edges = self._usual_units * exponential(path.level / float(BILLION))
        buys_first, buys_last = self._sides(day)
        first = self._to_grid(opened, at_edges[:-1], buys_first)
        last = self._to_grid(opened, at_edges[1:], buys_last)
        high, low = self._extremes(day, path, trades, opened)
        last = np.where(trades == 1, first, last)
        high = np.where(trades == 1, first, np.maximum(high, np.maximum(first, last)))
        low = np.where(trades == 1, first, np.minimum(low, np.minimum(first, last)))
        volume = np.rint(np.minimum(turnover / at_edges[:-1] * UNIT * UNIT, _MOST_VOLUME)).astype(np.int64)
        return bare_candles(opened, (first, high, low, last), np.where(trades == 0, 0, np.maximum(volume, 1)), 60)

    def _path(self, day: int) -> DayPath:
        common = _common_day(self._seed, day)
        own = self._own.day(day, common.heat)
        level = own.level + np.rint(common.level * self._follows).astype(np.int64)
        followed = common.deviation * self._follows
        return DayPath(level, np.sqrt(own.deviation * own.deviation + followed * followed), own.heat)

    def _activity(self, day: int) -> tuple[DayPath, Floats, Integers]:
        """The path, and for each minute how much is traded, in how many trades."""
        path = self._path(day)
        minutes = day * MINUTES_A_DAY + np.arange(MINUTES_A_DAY)
        words = self._noise.words(_Stream.TRADES, int(minutes[0]), MINUTES_A_DAY)
        stretch = np.abs(np.diff(path.level)) / (path.deviation * BILLION + 1.0)
        wave = wave_sum(self._noise, _Stream.WAVES, _TRADE_WAVES, minutes)
        lively = exponential(_HEAT_IN_TRADES * path.heat + wave + _TRADE_FLICKER * bells_of(words) - _MEAN_ACTIVITY)
        expected = float(self._character.trades_a_minute) * trades_through(day) * lively * (0.6 + 0.5 * stretch)
        none = exponential(-expected)
        chance = fractions_of(words[:, 3])
        trades = np.where(
            chance < none, 0, np.where(chance < none * (1.0 + expected), 1, np.maximum(np.floor(expected), 2.0))
        )
        size = exponential(_SIZE_FLICKER * self._noise.bells(_Stream.SIZE, int(minutes[0]), MINUTES_A_DAY) - _MEAN_SIZE)
        return path, self._trade_funds * trades * size, trades.astype(np.int64)

    def _sides(self, day: int) -> tuple[Switches, Switches]:
        """Whether first and last trade of each minute were buys; often the first is like the last before it."""
        words = self._noise.words(_Stream.SIDE, day * MINUTES_A_DAY, MINUTES_A_DAY + 1)
        buys_last = (words[:, 0] & np.uint64(1)) == 1
        stays = fractions_of(words[1:, 1]) < _SAME_SIDE
        return np.where(stays, buys_last[:-1], ~buys_last[:-1]), buys_last[1:]

    def _extremes(self, day: int, path: DayPath, trades: Integers, opened: Integers) -> tuple[Integers, Integers]:
        """The highest and lowest that a free walk between both ends of a minute comes to."""
        words = self._noise.words(_Stream.STRAY, day * MINUTES_A_DAY, MINUTES_A_DAY)
        begin, end = path.level[:-1] / float(BILLION), path.level[1:] / float(BILLION)
        variance = path.deviation * path.deviation * (trades / (trades + 2.0))
        way = (end - begin) * (end - begin)
        above = begin + end + np.sqrt(way + 2.0 * variance * waits_of(words[:, 0]))
        below = begin + end - np.sqrt(way + 2.0 * variance * waits_of(words[:, 1]))
        # few trades seldom meet both sides of the book at the extremes
        meets = fractions_of(words[:, 2]) < trades / (trades + 4.0), fractions_of(words[:, 3]) < trades / (trades + 4.0)
        high = self._to_grid(opened, self._usual_units * exponential(above / 2.0), meets[0])
        low = self._to_grid(opened, self._usual_units * exponential(below / 2.0), ~meets[1])
        return high, low

    def _to_grid(self, opened: Integers, units: Floats, buys: Switches) -> Integers:
        """A buy pays the next price above, and half of what the spread has beyond one tick; a sale gets that below."""
        price = np.rint(units).astype(np.int64)
        tick = self._grids.ticks_of(opened, price)
        beyond = tick * (self._character.spread_ticks - 1) // 2
        price = np.maximum(price + np.where(buys, beyond, -beyond), 1)
        tick = self._grids.ticks_of(opened, price)
        below = price // tick * tick
        return np.maximum(np.where(buys & (below < price), below + tick, below), tick)
