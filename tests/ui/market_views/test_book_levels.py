"""Levels as rows: nothing of a book is lost or counted twice, however it is put together."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook
from upbit_auto_trading.ui.market_views.book_levels import grouped_price, rows_of, shown_places

BTC = Market("upbit", "KRW-BTC")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def level(price: int, quantity: str) -> BookLevel:
    return BookLevel(Decimal(price), Decimal(quantity))


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=15, unique=True),
    st.lists(st.decimals("0.00000001", "1000", places=8), min_size=15, max_size=15),
    st.sampled_from([None, 1, 5, 10, 50]),
)
def test_grouping_loses_nothing(distances: list[int], quantities: list[Decimal], step: int | None) -> None:
    asks = tuple(
        BookLevel(Decimal(10_000 + far), quantity) for far, quantity in zip(sorted(distances), quantities, strict=False)
    )
    bids = tuple(
        BookLevel(Decimal(10_000 - far), quantity) for far, quantity in zip(sorted(distances), quantities, strict=False)
    )
    rows = rows_of(OrderBook(BTC, asks, bids, NOON), None if step is None else Decimal(step))
    for side, levels in ((rows.asks, asks), (rows.bids, bids)):
        assert sum(row.quantity for row in side) == side[-1].total == sum(one.quantity for one in levels)
        assert side[-1].funds == sum(one.quantity * one.price for one in levels)
        assert len({row.price for row in side}) == len(side)
        assert [row.total for row in side] == sorted(row.total for row in side)
    assert [row.price for row in rows.from_above] == sorted((row.price for row in rows.from_above), reverse=True)


def test_a_group_is_named_by_its_worst_price_and_the_last_may_be_cut() -> None:
    book = OrderBook(BTC, (level(101, "1"), level(104, "2"), level(106, "3")), (level(100, "4"), level(94, "5")), NOON)
    rows = rows_of(book, Decimal(5))
    assert [(int(row.price), int(row.quantity), row.is_cut) for row in rows.asks] == [(105, 3, False), (110, 3, True)]
    assert [(int(row.price), int(row.quantity), row.is_cut) for row in rows.bids] == [(100, 4, False), (90, 5, True)]
    assert grouped_price(Decimal(101), True, Decimal(5)) == 105
    assert grouped_price(Decimal(101), False, Decimal(5)) == 100
    assert not any(row.is_cut for row in rows_of(book).from_above)


def test_an_empty_side_has_no_sum() -> None:
    rows = rows_of(OrderBook(BTC, (), (level(100, "4"),), NOON))
    assert (rows.ask_total, rows.bid_total) == (Decimal(0), Decimal(4))


def test_decimals_fit_the_column_and_hide_nothing() -> None:
    assert shown_places([Decimal("0.0616"), Decimal("0.74129")]) == 4
    assert shown_places([Decimal("12345678.1"), Decimal(4)]) == 0
    assert shown_places([Decimal("0.00001"), Decimal("0.5")]) == 5
    assert shown_places([Decimal("1234.5"), Decimal("200")]) == 3
    assert shown_places([]) == 4
