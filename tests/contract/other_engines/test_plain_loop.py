"""Our backtest against a plain loop in exact decimals: the same fills, to the step, whatever guards the position."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from tests.contract.other_engines.drawn_cases import Drawn, drawn_cases
from tests.contract.other_engines.plain_loop import LoopFill, plain_loop
from tests.contract.other_engines.running_ours import our_result
from tests.fakes.krw_rules import krw_rules
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, Side
from upbit_auto_trading.business_logic.domain.strategy_state import Position
from upbit_auto_trading.business_logic.ports.execution import ResolvedLevel
from upbit_auto_trading.business_logic.ports.strategy import LevelKind, LevelPlan
from upbit_auto_trading.business_logic.simulation.guards import Guards

EXAMPLES = 100
#: of a float's own size
NOISE = Decimal("1e-12")
LAST_FIGURES = Decimal("5e-14")


def both(case: Drawn, *, with_market: bool, fast_forward: bool) -> tuple[list[LoopFill], BacktestResult]:
    enters, leaves, distances = case.decisions()
    loop = plain_loop(case.rows, enters, leaves, distances, case.rules)
    asked = BacktestSettings(
        cash=float(case.rules.cash),
        fee=float(case.rules.fee),
        slippage=float(case.rules.slippage),
        fast_forward=fast_forward,
    )
    result = our_result(case.strategy, case.series, asked, krw_rules() if with_market else None)
    assert abs(Decimal(float(result.cash[-1])) - loop.cash) < Decimal("0.001")
    return loop.fills, result


def allowed(exact: LoopFill, *, is_known: bool) -> Decimal:
    """Of a first fill for a share of the cash, at a price that was not moved, all is known exactly. Later cash is known
    to sixteen figures, the last of them noise; and from ninety million on eight decimals are more than a float holds.
    """
    if is_known and exact.quantity < 10**6:
        return Decimal(0)
    return max(Decimal("0.00000001"), exact.quantity * LAST_FIGURES)


def same_fills(case: Drawn, *, with_market: bool) -> None:
    for fast_forward in (True, False):
        theirs, result = both(case, with_market=with_market, fast_forward=fast_forward)
        ours = [
            LoopFill(
                case.rows[fill.row].opened,
                fill.side is Side.BUY,
                Decimal(repr(fill.price)),
                Decimal(repr(fill.quantity)),
                Decimal(repr(fill.fee)),
            )
            for fill in result.fills
        ]
        assert len(ours) == len(theirs), (ours, theirs)
        for number, (mine, exact) in enumerate(zip(ours, theirs, strict=True)):
            step = allowed(exact, is_known=not number and not case.rules.slippage and case.rules.share < 100)
            assert (mine.opened, mine.is_buy) == (exact.opened, exact.is_buy), (mine, exact)
            assert abs(mine.quantity - exact.quantity) <= step, (mine, exact)
            assert abs(mine.price - exact.price) <= (0 if with_market else exact.price * NOISE), (mine, exact)
            assert abs(mine.fee - exact.fee) <= exact.fee * NOISE + step * exact.price, (mine, exact)


@settings(max_examples=EXAMPLES, deadline=None)
@given(drawn_cases(with_market=False))
def test_candles_of_nobodys_market(case: Drawn) -> None:
    same_fills(case, with_market=False)


@settings(max_examples=EXAMPLES, deadline=None)
@given(drawn_cases(with_market=True))
def test_a_market_with_ticks_and_a_minimum(case: Drawn) -> None:
    same_fills(case, with_market=True)


@pytest.mark.long
@settings(max_examples=600, deadline=None)
@given(drawn_cases(with_market=True))
def test_many_more(case: Drawn) -> None:
    same_fills(case, with_market=True)


GRIDS = ((Decimal(300_000), Decimal(100)), (Decimal(500), Decimal(1)), (Decimal(30), Decimal("0.1")))
CHEAP = (Decimal("0.03"), Decimal("0.0001"))


@pytest.mark.parametrize("kind", ["stop", "trailing", "break-even", "target"])
def test_a_level_on_a_tick_is_met_by_a_price_on_it(kind: str) -> None:
    """In exact numbers thirty won less three percent are 29.1, and a low of 29.1 is there."""
    met = 0
    for bought, percent, level in levels_on_ticks(1 if kind == "target" else -1):
        percents: dict[str, LevelPlan] = {
            "stop": LevelPlan("it", LevelKind.STOP, percent=percent),
            "target": LevelPlan("it", LevelKind.TARGET, percent=percent),
            "trailing": LevelPlan("it", LevelKind.TRAILING, percent=percent),
            "break-even": LevelPlan("it", LevelKind.STOP, break_even_percent=0.0, break_even_offset=-percent),
        }
        position = Position()
        position.buy(bought, 1.0, 0, 0)
        guards = Guards([ResolvedLevel(percents[kind])], position)
        if kind == "target":
            assert guards.next_target() == (level, "it", 1.0)
        else:
            assert guards.stop()[0] == level
            assert guards.stops_at(np.array([bought])) == [level]
        met += 1
    assert met > 700


def levels_on_ticks(sign: int) -> Iterator[tuple[float, float, float]]:
    for lowest, tick in (*GRIDS, CHEAP):
        for steps in range(400):
            bought = lowest + steps * tick
            for tenths in range(1, 100):
                level = bought * (1000 + sign * tenths) / 1000
                if level % tick == 0:
                    yield float(bought), tenths / 10, float(level)
