"""What holds for every seed, start and tick of a price path."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.simulation.price_walk import SmallGenerator, walk_prices

seeds = st.integers(min_value=0, max_value=2**64 - 1)
ticks = st.sampled_from([Decimal(one) for one in ("0.0001", "0.01", "0.1", "1", "5", "100", "1000")])
starts_in_ticks = st.integers(min_value=1, max_value=10**9)
typical_moves = st.integers(min_value=1, max_value=20_000)


@given(seed=seeds, tick=ticks, start=starts_in_ticks, move=typical_moves)
def test_prices_are_positive_on_the_tick_and_reproducible(seed: int, tick: Decimal, start: int, move: int) -> None:
    path = list(islice(walk_prices(seed, start * tick, tick, move), 300))
    assert all(price > 0 and price % tick == 0 for price in path)
    assert path == list(islice(walk_prices(seed, start * tick, tick, move), 300))


@given(seed=seeds, tick=ticks, start=starts_in_ticks, move=typical_moves)
def test_a_path_is_never_stuck_and_stays_in_sight(seed: int, tick: Decimal, start: int, move: int) -> None:
    path = list(islice(walk_prices(seed, start * tick, tick, move), 1_500))
    for begin in range(0, 1_500, 500):
        assert len(set(path[begin : begin + 500])) > 1, "the price stood still for 500 trades"
    assert max(path) < max(start, 100) * tick * 1000


@given(seed=seeds, limit=st.integers(min_value=1, max_value=10**6))
def test_drawn_numbers_stay_below_their_limit(seed: int, limit: int) -> None:
    generator = SmallGenerator(seed)
    assert all(0 <= generator.below(limit) < limit for _ in range(20))
    assert all(abs(generator.bell()) <= 6_000_000 for _ in range(20))
