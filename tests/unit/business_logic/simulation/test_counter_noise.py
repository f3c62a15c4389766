"""Random numbers by place: known words, the same from wherever one starts, and the promised shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from upbit_auto_trading.business_logic.simulation.counter_noise import (
    CounterNoise,
    bells_of,
    exponential,
    fractions_of,
    waits_of,
)


def test_the_words_are_the_same_in_every_version_of_the_program() -> None:
    first = CounterNoise(7, "a name").words(3, 1_000_000, 1)[0]
    assert [hex(word) for word in first.tolist()] == WORDS_OF_SEED_7


WORDS_OF_SEED_7 = ["0x137384bab56e3b5f", "0x945d5ee06324092", "0xf195e83cc6f94d3", "0xced121015c541f88"]


def test_a_place_gives_the_same_from_wherever_the_range_begins() -> None:
    noise = CounterNoise(1, "x")
    whole = noise.words(2, 100, 500)
    assert np.array_equal(whole[137:140], noise.words(2, 237, 3))


@pytest.mark.parametrize("other", [CounterNoise(2, "x"), CounterNoise(1, "y")])
def test_seed_and_name_change_everything(other: CounterNoise) -> None:
    ours = CounterNoise(1, "x")
    assert not np.any(ours.words(0, 0, 100) == other.words(0, 0, 100))
    assert not np.any(ours.words(0, 0, 100) == ours.words(1, 0, 100))


def test_bells_waits_and_fractions_have_their_shapes() -> None:
    words = CounterNoise(1, "shapes").words(0, 0, 200_000)
    bells, waits, fractions = bells_of(words), waits_of(words[:, 3]), fractions_of(words[:, 3])
    assert abs(bells.mean()) < 0.01
    assert bells.std() == pytest.approx(1, abs=0.01)
    assert 2.8 < float((bells**4).mean()) < 3.0
    assert waits.mean() == pytest.approx(1, abs=0.02)
    assert (waits > 3).mean() == pytest.approx(math.exp(-3), abs=0.005)
    assert 0 <= fractions.min() < fractions.max() < 1
    assert fractions.mean() == pytest.approx(0.5, abs=0.01)


def test_the_exponential_is_the_one_of_the_library_to_the_last_digits() -> None:
    places = np.linspace(-30, 30, 20_001)
    assert np.max(np.abs(exponential(places) / np.exp(places) - 1)) < 3e-14
    assert exponential(np.array([1e9]))[0] == exponential(np.array([600.0]))[0]
