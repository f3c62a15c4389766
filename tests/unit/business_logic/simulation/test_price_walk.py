"""The price path: refused starts, known values, and a shape that resembles a market."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice, pairwise

import pytest

from upbit_auto_trading.business_logic.simulation.price_walk import SmallGenerator, walk_prices


@pytest.mark.parametrize(
    ("start", "tick", "move"), [("100", "0", 150), ("100", "-1", 150), ("0.5", "1", 150), ("100", "1", 0)]
)
def test_a_path_needs_a_positive_tick_a_start_on_it_and_a_move(start: str, tick: str, move: int) -> None:
    with pytest.raises(ValueError, match="price path"):
        next(walk_prices(1, Decimal(start), Decimal(tick), move))


def test_the_generator_gives_the_published_words_of_splitmix64() -> None:
    generator = SmallGenerator(1234567)
    words = [generator.next_word() for _ in range(3)]
    assert words == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_the_path_is_the_same_in_every_version_of_the_program() -> None:
    path = list(islice(walk_prices(7, Decimal("143285000"), Decimal("1000")), 5))
    assert path == [Decimal(one) for one in PATH_OF_SEED_7]


PATH_OF_SEED_7 = ("143271000", "143265000", "143271000", "143266000", "143272000")


def test_lively_stretches_follow_lively_moves() -> None:
    """Large moves cluster: squared moves resemble those just before them, while the moves themselves do not."""
    prices = list(islice(walk_prices(11, Decimal("100000000"), Decimal("1")), 20_001))
    moves = [float(after / before - 1) for before, after in pairwise(prices)]
    assert abs(resemblance(moves)) < 0.03
    assert resemblance([move * move for move in moves]) > 0.1


def resemblance(series: list[float]) -> float:
    """The correlation of a series with itself one step later."""
    mean = sum(series) / len(series)
    apart = [one - mean for one in series]
    return sum(a * b for a, b in pairwise(apart)) / sum(a * a for a in apart)
