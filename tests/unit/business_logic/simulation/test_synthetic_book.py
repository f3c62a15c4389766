"""Books around a price: in order, on the grid, never crossed; thin ones change slowly, deep ones hold anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.fakes.krw_rules import BTC, KRW_TICKS
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.market_tick import SyntheticBook
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings, deep_book, thin_book

AT = datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)


def book(
    price: str, side: Side = Side.BUY, settings: BookSettings | None = None, after: float = 0, seed: int = 1
) -> SyntheticBook:
    moment = AT + timedelta(seconds=after)
    return thin_book(BTC, moment, Decimal(price), side, KRW_TICKS, seed, settings or BookSettings())


def best(made: SyntheticBook) -> tuple[int, int]:
    return int(made.asks[0].price), int(made.bids[0].price)


@pytest.mark.parametrize("price", ["118450000", "1000000", "10000", "301", "0.0142", "0.00001"])
@pytest.mark.parametrize("spread", [1, 2, 4])
def test_thirty_levels_a_side_on_the_grid_and_not_crossed(price: str, spread: int) -> None:
    made = book(price, settings=BookSettings(spread_ticks=spread))
    assert len(made.asks) == len(made.bids) == 30
    assert made.asks[0].price > made.bids[0].price
    assert all(KRW_TICKS.is_on_grid(level.price) for level in (*made.asks, *made.bids))
    assert all(level.quantity > 0 for level in (*made.asks, *made.bids))


def test_a_buy_leaves_its_price_as_best_ask_and_a_sale_as_best_bid() -> None:
    bought, sold = book("118450000"), book("118450000", Side.SELL)
    assert best(bought) == (118_450_000, 118_449_000)
    assert best(sold) == (118_451_000, 118_450_000)


def test_under_the_edge_of_a_band_the_finer_tick_counts() -> None:
    made = book("1000000", settings=BookSettings(spread_ticks=1))
    assert [level.price for level in made.bids[:2]] == [999_500, 999_000]


def test_the_spread_is_as_wide_as_set_and_wide_books_have_gaps() -> None:
    made = book("118450000", settings=BookSettings(spread_ticks=5))
    assert made.asks[0].price - made.bids[0].price == 5000
    steps = {int(after.price - before.price) for before, after in zip(made.asks, made.asks[1:], strict=False)}
    assert max(steps) > 1000


def test_levels_end_above_nothing() -> None:
    made = book("0.00000003", Side.SELL)
    assert [level.price for level in made.bids] == [Decimal("3E-8"), Decimal("2E-8"), Decimal("1E-8")]
    assert book("0.00000001").bids == ()


def test_levels_hold_what_is_set_and_more_farther_out() -> None:
    many = [book("118450000", seed=seed, settings=BookSettings(level_funds=Decimal(10**9))) for seed in range(60)]
    near = sum((made.asks[0].quantity * made.asks[0].price for made in many), Decimal(0)) / 60
    far = sum((made.asks[29].quantity * made.asks[29].price for made in many), Decimal(0)) / 60
    assert Decimal(5 * 10**8) < near < Decimal(2 * 10**9)
    assert far > Decimal("1.5") * near


def test_a_book_changes_little_at_a_time() -> None:
    made = [book("118450000", after=seconds) for seconds in (0, 0.1, 60)]
    same = [sum(a == b for a, b in zip(made[0].asks, other.asks, strict=True)) for other in made[1:]]
    assert same[0] > 20
    assert same[1] < 5


def test_a_deep_book_stands_at_the_price_but_for_the_slippage() -> None:
    made = deep_book(BTC, AT, Decimal(118_450_000), KRW_TICKS, BookSettings())
    assert made.asks[0].price == made.bids[0].price == 118_450_000
    assert made.asks[0].quantity * 118_450_000 > 10**12
    slipped = deep_book(BTC, AT, Decimal(118_450_000), KRW_TICKS, BookSettings(slippage=Decimal("0.001")))
    assert best(slipped) == (118_569_000, 118_331_000)


def test_a_deep_book_keeps_a_price_above_nothing() -> None:
    made = deep_book(BTC, AT, Decimal("0.00000001"), KRW_TICKS, BookSettings(slippage=Decimal("0.5")))
    assert made.bids[0].price == Decimal("0.00000001")
