"""The logarithm of a price through the years, by place: any day is had without the days before it.

Volatility is a sum of waves with periods from minutes to weeks, which is what lets large moves cluster at every scale.
Days are drawn in blocks of 256 whose ends are fixed, minutes in days whose ends are fixed: within such a span the steps
are drawn freely and what they miss at its end is spread over it by their variances (a Brownian bridge). Levels are
whole billionths.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.simulation.counter_noise import (
    CounterNoise,
    Floats,
    exponential,
    fractions_of,
    waits_of,
)
from upbit_auto_trading.business_logic.simulation.day_rhythm import moves_through

Integers = NDArray[np.int64]

MINUTES_A_DAY = 1440
BILLION = 1_000_000_000
_DAYS_A_BLOCK = 256
_KEPT_BLOCKS = 4
#: the ends of blocks lie as far around the usual level as a free walk of so many days would
_FREE_DAYS = 60
_JUMP_SLOTS = 2
#: how much livelier the minute after a jump is (in logarithms), and when half of that is over
_AFTERSHOCK, _AFTERSHOCK_MINUTES = 1.3, 25.0


class _Stream(IntEnum):
    BLOCK_END = 1
    DAY = 2
    MINUTE = 3
    JUMP = 4
    FLICKER = 5
    WAVES = 16  # and the numbers after it


@dataclass(frozen=True, slots=True)
class Wave:
    #: distance of its knots in minutes
    period: int
    #: variance at the knots
    variance: float


#: between knots a wave is on average two thirds as strong as at them
_FAST_WAVES = (Wave(4, 0.105), Wave(16, 0.12), Wave(64, 0.12), Wave(256, 0.105))
_SLOW_WAVES = (Wave(1024, 0.075), Wave(4096, 0.075), Wave(16384, 0.06))
_OF_EACH_MINUTE = 0.10


@dataclass(frozen=True, slots=True)
class Moves:
    """How much a path moves. Standard deviations of logarithms."""

    minute: float
    day: float
    jumps_a_day: float


@dataclass(frozen=True, slots=True)
class DayPath:
    #: in billionths, at the start of each minute and at the end of the day
    level: Integers
    #: the standard deviation that each minute was drawn with
    deviation: Floats
    #: what of it is the waves' doing, as a logarithm
    heat: Floats


def wave_sum(noise: CounterNoise, stream: int, waves: tuple[Wave, ...], minutes: Integers) -> Floats:
    """Of rising minutes since 1970; lines between knots drawn by their own place."""
    total = np.zeros(len(minutes))
    for number, wave in enumerate(waves):
        knot = minutes // wave.period
        first = int(knot[0])
        knots = noise.bells(stream + number, first, int(knot[-1]) - first + 2) * np.sqrt(wave.variance)
        share = (minutes - knot * wave.period) / float(wave.period)
        place = knot - first
        total = total + knots[place] * (1.0 - share) + knots[place + 1] * share
    return total


class LogPath:
    def __init__(self, noise: CounterNoise, moves: Moves) -> None:
        self._noise = noise
        self._moves = moves
        self._blocks: OrderedDict[int, Integers] = OrderedDict()

    def day(self, day: int, shared_heat: Floats | None = None) -> DayPath:
        """With the heat of another path, this one is lively when that one is, by half."""
        minutes = day * MINUTES_A_DAY + np.arange(MINUTES_A_DAY)
        jumps = self._jumps_of(day)
        heat = self._heat(minutes, jumps)
        if shared_heat is not None:
            heat = 0.6 * shared_heat + 0.8 * heat
        flicker = self._noise.bells(_Stream.FLICKER, int(minutes[0]), MINUTES_A_DAY) * np.sqrt(_OF_EACH_MINUTE)
        deviation = self._moves.minute * exponential(heat + flicker - _MEAN_HEAT) * moves_through(day)
        walk = deviation * self._noise.bells(_Stream.MINUTE, int(minutes[0]), MINUTES_A_DAY)
        for minute, size in jumps:
            if minute >= 0:
                walk[minute] += size
        steps = np.rint(walk * BILLION).astype(np.int64)
        begin, end = self._day_start(day), self._day_start(day + 1)
        return DayPath(begin + _bridged(steps, deviation, end - begin), deviation, heat)

    def _heat(self, minutes: Integers, jumps: list[tuple[int, float]]) -> Floats:
        heat = wave_sum(self._noise, _Stream.WAVES, _SLOW_WAVES + _FAST_WAVES, minutes)
        for minute, _size in jumps:
            passed = np.arange(MINUTES_A_DAY) - minute
            fading = _AFTERSHOCK / (1.0 + np.maximum(passed, 0) / _AFTERSHOCK_MINUTES)
            heat = heat + np.where(passed >= 0, fading, 0.0)
        return heat

    def _jumps_of(self, day: int) -> list[tuple[int, float]]:
        """Of this day and the one before, whose minutes are negative: minute and size."""
        words = self._noise.words(_Stream.JUMP, (day - 1) * _JUMP_SLOTS, 2 * _JUMP_SLOTS)
        happens = fractions_of(words[:, 0]) < self._moves.jumps_a_day / _JUMP_SLOTS
        minute = (fractions_of(words[:, 1]) * MINUTES_A_DAY).astype(np.int64)
        minute[:_JUMP_SLOTS] -= MINUTES_A_DAY
        direction = np.where(words[:, 3] & np.uint64(1), 1.0, -1.0)
        size = direction * self._moves.minute * (4.0 + 4.0 * waits_of(words[:, 2]))
        return [(int(minute[slot]), float(size[slot])) for slot in np.flatnonzero(happens)]

    def _day_start(self, day: int) -> int:
        block, place = divmod(day, _DAYS_A_BLOCK)
        if block not in self._blocks:
            self._blocks[block] = self._block(block)
            while len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        return int(self._blocks[block][place])

    def _block(self, block: int) -> Integers:
        first = block * _DAYS_A_BLOCK
        middles = (first + np.arange(_DAYS_A_BLOCK)) * MINUTES_A_DAY + MINUTES_A_DAY // 2
        heat = wave_sum(self._noise, _Stream.WAVES, _SLOW_WAVES, middles)
        deviation = self._moves.day * exponential(heat - _MEAN_SLOW_HEAT)
        steps = np.rint(deviation * self._noise.bells(_Stream.DAY, first, _DAYS_A_BLOCK) * BILLION).astype(np.int64)
        width = self._moves.day * np.sqrt(float(_FREE_DAYS)) * BILLION
        ends = np.rint(self._noise.bells(_Stream.BLOCK_END, block, 2) * width).astype(np.int64)
        return np.asarray(ends[0] + _bridged(steps, deviation, int(ends[1] - ends[0])))


def _bridged(steps: Integers, deviation: Floats, distance: int) -> Integers:
    """From 0 to ``distance`` by these steps; one value more than steps."""
    weight = np.rint(deviation * BILLION).astype(np.int64) + 1
    spent = np.cumsum((weight // 8) ** 2 + 1)
    walked = np.cumsum(steps)
    missed = distance - walked[-1]
    path = walked + np.rint(missed * (spent / spent[-1])).astype(np.int64)
    return np.concatenate((np.zeros(1, dtype=np.int64), path))


#: with these taken off, the mean square of e^heat is 1
_MEAN_SLOW_HEAT = sum(wave.variance for wave in _SLOW_WAVES) * 2 / 3
_MEAN_HEAT = _MEAN_SLOW_HEAT + sum(wave.variance for wave in _FAST_WAVES) * 2 / 3 + _OF_EACH_MINUTE
