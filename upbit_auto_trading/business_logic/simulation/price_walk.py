"""An endless, seeded price path on a tick grid: calm and lively stretches alternate, as in a real market.

Whole numbers throughout, so that every machine and Python version computes the same path.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

_WORD = (1 << 64) - 1
#: positions are counted in millionths of a tick, so that moves below one tick add up instead of vanishing
_SCALE = 1_000_000
#: today's variance = base + 10 % of the last squared move + 88 % of yesterday's variance
_SHOCK_SHARE, _MEMORY_SHARE, _BASE_SHARE = 10, 88, 2
#: the share of the distance to the start that is pulled back at each step: keeps an endless path in sight
_PULL_STEPS = 20_000
#: even where the tick is coarse against the price, a typical step is at least a tenth of a tick
_SMALLEST_TYPICAL_STEP = _SCALE // 10


class SmallGenerator:
    """SplitMix64: tiny, fast, the same everywhere. For simulated prices only, never for anything secret."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def next_word(self) -> int:
        """A whole number from 0 to 2⁶⁴ − 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        word = self._state
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
        return word ^ (word >> 31)

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` − 1."""
        return (self.next_word() * limit) >> 64

    def bell(self) -> int:
        """Bell-shaped around 0 with a standard deviation of one million: the sum of twelve uniform parts."""
        total = 0
        for _ in range(3):
            word = self.next_word()
            total += (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48)
        return (total - 6 * 0xFFFF) * 1_000_000 // 0xFFFF


def walk_prices(seed: int, start: Decimal, tick: Decimal, typical_move_ppm: int = 150) -> Iterator[Decimal]:
    """Prices without end, the first one move after ``start``; each is a positive multiple of ``tick``.

    ``typical_move_ppm`` is the usual size of one move in millionths of the price.
    """
    if tick <= 0 or start < tick or typical_move_ppm <= 0:
        raise ValueError("A price path needs a positive tick, a start of at least one tick and a positive move.")
    generator = SmallGenerator(seed)
    origin = position = int(start / tick) * _SCALE
    usual_variance = typical_move_ppm * typical_move_ppm
    variance = usual_variance
    while True:
        deviation_ppm = math.isqrt(variance)
        typical_step = max(position * deviation_ppm // 1_000_000, _SMALLEST_TYPICAL_STEP)
        bell = generator.bell()
        position += typical_step * bell // 1_000_000 + (origin - position) // _PULL_STEPS
        if position < _SCALE:
            position = 2 * _SCALE - position  # mirrored at one tick: a price is never nothing
        move_ppm = deviation_ppm * bell // 1_000_000
        variance = (_BASE_SHARE * usual_variance + _SHOCK_SHARE * move_ppm * move_ppm + _MEMORY_SHARE * variance) // 100
        yield (position + _SCALE // 2) // _SCALE * tick
