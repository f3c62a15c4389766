"""Random numbers by place: the n-th of a stream is had without the ones before it, the same on every machine.

Philox counts instead of remembering. Its raw words are the same in every numpy; what numpy makes of them (normal,
exponential) is not promised to be, so the shapes are made here, of whole numbers and exactly rounded arithmetic.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_WORDS_A_PLACE = 4
_PARTS = 12
_MEAN_OF_PARTS = _PARTS * 65_535 / 2
_LOG2_E = 1.4426950408889634
#: ln 2 in two parts, the first short enough that its multiples are exact
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_LARGEST_EXPONENT = 600.0
_DEGREE = 11
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
    parts = np.ascontiguousarray(words[:, :3]).view(np.uint16)
    total = parts.sum(axis=1, dtype=np.int64)
    return np.asarray((total - _MEAN_OF_PARTS) / 65_536)


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
    value = np.ones_like(rest)
    for divisor in range(_DEGREE, 0, -1):
        value = value * rest / divisor + 1.0
    return np.asarray(np.ldexp(value, doublings.astype(np.int32)))


def _wait_table() -> Floats:
    """−ln of the middles of 4096 equal parts: w by Newton's method on wanted · eʷ = 1."""
    wanted = (np.arange(4096) + 0.5) / 4096
    waits = np.zeros(4096)
    for _ in range(_NEWTON_STEPS):
        waits = waits + (1.0 / (wanted * exponential(waits)) - 1.0).clip(-1.0, 1.0)
    return np.asarray(waits)


_WAITS = _wait_table()
