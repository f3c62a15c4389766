"""Random numbers by place: the n-th of a stream is had without the ones before it, the same on every machine.

Philox counts instead of remembering. Its raw words are the same in every numpy; what numpy makes of them (normal,
exponential) is not promised to be, so the shapes are made here, of whole numbers and exactly rounded arithmetic.
"""

from __future__ import annotations

from hashlib import blake2b
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_WORDS_A_PLACE = 4
_WORDS_OF_A_BELL = 3
#: each word has four parts of sixteen bits
_MEAN_OF_PARTS = _WORDS_OF_A_BELL * 4 * 65_535 / 2
_EVEN_PARTS, _LOWER_HALF = np.uint64(0x0000FFFF0000FFFF), np.uint64(0xFFFFFFFF)
_LOG2_E = 1.4426950408889634
#: ln 2 in two parts, the first short enough that its multiples are exact
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_LARGEST_EXPONENT = 600.0
#: 1 / n!, the smallest first
_COEFFICIENTS = tuple(1.0 / factorial(power) for power in range(11, -1, -1))
#: the farthest value is 9 away, and a step goes at most 1
_NEWTON_STEPS = 20


class CounterNoise:
    """The streams of one name under one seed. A place holds four words."""

    def __init__(self, seed: int, name: str) -> None:
        digest = blake2b(f"{seed}|{name}".encode(), digest_size=16).digest()
        self._key = [int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")]

    def words(self, stream: int, first: int, count: int) -> Words:
        """``count`` rows of four words, from place ``first`` on."""
        counter = np.array([first, stream, 0, 0], dtype=np.uint64)
        bits = np.random.Philox(counter=counter, key=np.array(self._key, dtype=np.uint64))
        return np.asarray(bits.random_raw(count * _WORDS_A_PLACE)).reshape(count, _WORDS_A_PLACE)

    def bells(self, stream: int, first: int, count: int) -> Floats:
        return bells_of(self.words(stream, first, count))


def bells_of(words: Words) -> Floats:
    """Bell-shaped with mean 0 and standard deviation 1, of the first three words: a sum of twelve parts."""
    halves = np.zeros(len(words), dtype=np.uint64)
    for column in range(_WORDS_OF_A_BELL):
        word = words[:, column]
        halves += (word & _EVEN_PARTS) + (word >> np.uint64(16) & _EVEN_PARTS)
    total = (halves & _LOWER_HALF) + (halves >> np.uint64(32))
    return np.asarray((total.astype(np.int64) - _MEAN_OF_PARTS) / 65_536)


def fractions_of(words: Words) -> Floats:
    """Evenly spread over [0, 1)."""
    return np.asarray((words >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def waits_of(words: Words) -> Floats:
    """Exponentially spread with mean 1, up to 9; every value is one of 4096 fixed ones."""
    return np.asarray(_WAITS[(words >> np.uint64(52)).astype(np.int64)])


def exponential(exponents: Floats) -> Floats:
    """eˣ by additions and multiplications alone: libraries differ in the last digit, these do not."""
    bounded = np.clip(exponents, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    doublings = np.rint(bounded * _LOG2_E)
    rest = bounded - doublings * _LN2_HIGH - doublings * _LN2_LOW
    value = np.full_like(rest, _COEFFICIENTS[0])
    for coefficient in _COEFFICIENTS[1:]:
        value *= rest
        value += coefficient
    return np.asarray(np.ldexp(value, doublings.astype(np.int32)))


def _wait_table() -> Floats:
    """−ln of the middles of 4096 equal parts: w by Newton's method on wanted · eʷ = 1."""
    wanted = (np.arange(4096) + 0.5) / 4096
    waits = np.zeros(4096)
    for _ in range(_NEWTON_STEPS):
        waits = waits + (1.0 / (wanted * exponential(waits)) - 1.0).clip(-1.0, 1.0)
    return np.asarray(waits)


_WAITS = _wait_table()
