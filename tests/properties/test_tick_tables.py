"""Any table of ticks, any price: what comes out lies on the grid, on the right side, and as near as can be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, TickBand, TickTable

D = Decimal
ZERO = D(0)
#: less than any tick
_HARDLY = D("1E-9")
_SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def tables(draw: st.DrawFn) -> TickTable:
    """As exchanges have them: ticks rise with the price, and each band begins where the grids of both sides meet."""
    ticks = sorted(draw(st.sets(st.sampled_from([D(f"{n}E{e}") for n in (1, 2, 5) for e in range(-4, 4)]), min_size=1)))
    bands, start = [TickBand(ZERO, ticks[0])], ZERO
    for tick in ticks[1:]:
        start = (start // (10 * tick) + draw(st.integers(1, 9))) * 10 * tick
        bands.append(TickBand(start, tick))
    return TickTable(tuple(bands))


PRICES = st.decimals(min_value="0.0001", max_value="1000000", places=6)


@given(tables(), PRICES)
def test_floor_and_ceil_are_the_nearest_on_the_grid(table: TickTable, price: Decimal) -> None:
    assume(price > 0)
    below, above = table.floor(price), table.ceil(price)

    assert below <= price <= above
    assert below == 0 or table.is_on_grid(below)
    assert table.is_on_grid(above)
    assert (below == price) == (above == price) == table.is_on_grid(price)
    assert price - below < table.tick_at(price)
    assert above - price < table.tick_at(price)


@given(tables(), PRICES, st.integers(1, 9))
def test_steps_up_and_down_undo_each_other_on_the_grid(table: TickTable, price: Decimal, steps: int) -> None:
    start = table.ceil(price)
    risen = table.up(start, steps)

    assert table.is_on_grid(risen)
    assert risen > start
    assert table.down(risen, steps) == start
    assert table.up(start, steps) == table.up(table.up(start, steps - 1))


@given(tables(), PRICES)
def test_there_is_nothing_between_a_price_and_its_neighbours(table: TickTable, price: Decimal) -> None:
    assume(price > 0)
    above, below = table.up(price), table.down(price)
    assert table.ceil(price + _HARDLY) == above
    assert table.floor(price - _HARDLY) in (below, ZERO)
    assert below <= price < above
    assert below > 0


@given(st.decimals(min_value="0", max_value="1E9", places=11), st.sampled_from(["1E-8", "0.001", "1", "5"]))
def test_a_cut_quantity_is_whole_steps_and_never_more(quantity: Decimal, step: str) -> None:
    fees = FeeRates(ZERO, ZERO, ZERO, ZERO)
    cut = MarketRules(_SOMETIME, TickTable((TickBand(ZERO, D(1)),)), ZERO, None, D(step), fees).cut_quantity(quantity)
    assert cut <= quantity < cut + D(step)
    assert cut % D(step) == 0
