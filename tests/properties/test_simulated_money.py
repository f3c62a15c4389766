"""Money of simulations, in float64, against a ledger in exact decimals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.fakes.engine_stage import BITCOIN, KOREAN_MIDNIGHT, PLAIN, candles, flat
from upbit_auto_trading.business_logic.domain.backtest import Side
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.execution import BuyOrder, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import MARKET_STYLE
from upbit_auto_trading.business_logic.simulation.candle_execution import CandleExecution
from upbit_auto_trading.business_logic.simulation.simulated_money import (
    MarketTerms,
    PlainTerms,
    TermsByDate,
    bought_for,
    cut,
)
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

STEP = Decimal("0.00000001")
RULES: RuleBook = practice_rules()
TICKS = RULES.rules(BITCOIN, datetime.fromtimestamp(KOREAN_MIDNIGHT, UTC)).ticks
#: steps of quantity that a float can tell apart
HELD = Decimal(2**53) * STEP / 4


@dataclass(frozen=True)
class Deal:
    price: Decimal
    #: of the free cash, or of what is held
    share: Decimal
    is_buy: bool


@st.composite
def prices(draw: st.DrawFn) -> Decimal:
    figures, exponent = draw(st.integers(1_000, 9_999_999)), draw(st.integers(-12, 2))
    price = Decimal(figures).scaleb(exponent)
    return min(max(price, Decimal("0.00000123")), Decimal(200_000_000))


@st.composite
def deals(draw: st.DrawFn) -> tuple[list[Deal], Decimal, bool]:
    """Around one price, as a market's are."""
    base = draw(prices())
    has_ticks = draw(st.booleans())
    found = []
    for _ in range(draw(st.integers(1, 12))):
        price = base * draw(st.integers(50, 200)) / 100
        price = TICKS.floor(price) if has_ticks else price
        assume(price > 0)
        found.append(Deal(price, Decimal(draw(st.integers(1, 100))) / 100, draw(st.booleans())))
    fee = Decimal(draw(st.sampled_from(["0", "0.0005", "0.0025", "0.00139"])))
    return found, fee, has_ticks


@dataclass
class Ledger:
    cash: Decimal
    fee: Decimal
    minimum: Decimal
    held: Decimal = Decimal(0)
    #: something was to be bought for what is only the last bits of ten millions in a float: a step more, or nothing
    bought_for_dust: bool = False

    def deal(self, deal: Deal) -> tuple[Side, Decimal, Decimal, Decimal] | None:
        """Side, price, quantity and fee."""
        if deal.is_buy:
            self.bought_for_dust = self.bought_for_dust or self.cash < Decimal("0.001")
            funds = min(self.cash * deal.share, self.cash / (1 + self.fee))
            quantity = (funds / deal.price).quantize(STEP, ROUND_DOWN)
            if funds < self.minimum or not quantity:
                return None
            sign = 1
        else:
            part = (self.held * deal.share).quantize(STEP, ROUND_DOWN)
            quantity, sign = (self.held if deal.share >= 1 else part), -1
            if not quantity or quantity * deal.price < self.minimum:
                return None
            if (self.held - quantity) * deal.price < self.minimum:
                quantity = self.held  # what would be left could never be sold
        value = deal.price * quantity
        self.held += sign * quantity
        self.cash -= sign * value + value * self.fee
        return (Side.BUY if deal.is_buy else Side.SELL), deal.price, quantity, value * self.fee


def simulated(found: list[Deal], fee: Decimal, *, has_ticks: bool) -> CandleExecution:
    """Each deal is decided at the close of a candle of its price and filled at the open of the next, the same."""
    series = candles(*(row for deal in found for row in flat(float(deal.price), 2)))
    terms: TermsByDate = MarketTerms(RULES, BITCOIN, float(fee)) if has_ticks else PlainTerms(float(fee))
    execution = CandleExecution(replace(PLAIN, cash=10_000_000.0), [Frame(series)], [terms])
    for number, deal in enumerate(found):
        row = 2 * number
        if deal.is_buy:
            execution.place(BuyOrder(0, "b", MARKET_STYLE, execution.free_cash * float(deal.share), row))
        else:
            execution.place(SellOrder(0, "s", MARKET_STYLE, float(deal.share), False, row))
        execution.sell_at_open(0, row + 1)
        execution.buy_at_open(0, row + 1)
    return execution


@settings(max_examples=200, deadline=None)
@given(made=deals())
def test_float_money_is_decimal_money(made: tuple[list[Deal], Decimal, bool]) -> None:
    found, fee, has_ticks = made
    with localcontext() as context:
        context.prec = 60
        ledger = Ledger(Decimal(10_000_000), fee, Decimal(5_000) if has_ticks else Decimal(0))
        expected = [row for deal in found if (row := ledger.deal(deal)) is not None]
    assume(not ledger.bought_for_dust and all(quantity < HELD for _, _, quantity, _ in expected))
    execution = simulated(found, fee, has_ticks=has_ticks)
    assert len(execution.fills) == len(expected)
    for fill, (side, price, quantity, paid) in zip(execution.fills, expected, strict=True):
        assert fill.side is side
        assert fill.price == float(price)
        # funds are known to fifteen figures, the cash to its last bits; what these buy may differ, and a step
        known = STEP + execution_error(execution) / price + quantity * Decimal("1e-14")
        assert abs(Decimal(repr(fill.quantity)) - quantity) <= known
        assert fill.fee == pytest.approx(float(paid), rel=1e-8, abs=float(known * price * fee) * 2)
    assert execution.cash == pytest.approx(float(ledger.cash), rel=1e-9, abs=1e-3)


def execution_error(execution: CandleExecution) -> Decimal:
    """A few last bits of all that was ever in the purse."""
    most = max([10_000_000.0, *(fill.price * fill.quantity for fill in execution.fills)])
    return Decimal(most) * Decimal("2e-15")


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


@given(steps=st.integers(0, 2**53))
@example(steps=10_000_000)
def test_whole_steps_stay_whole(steps: int) -> None:
    """One may be lost where a float hardly tells two apart."""
    lost = 0 if steps < 10**15 else 1
    assert round(cut(steps / 1e8) * 1e8) in range(steps - lost, steps + 1)


@settings(max_examples=500)
@given(quantity=floats(1e-8, 1e7))
def test_a_cut_is_that_of_decimals(quantity: float) -> None:
    """Of fifteen figures: what a float is known by."""
    exact = Decimal(f"{quantity:.15g}")
    assert cut(float(exact)) == float(exact.quantize(STEP, ROUND_DOWN))


@settings(max_examples=500)
@given(price=prices(), steps=st.integers(1, 10**14))
@example(price=Decimal(95_000_000), steps=10_000_000)
def test_funds_of_whole_steps_buy_these(price: Decimal, steps: int) -> None:
    quantity = steps * STEP
    funds = price * quantity
    assume(len(funds.normalize().as_tuple().digits) <= 15)
    assert bought_for(float(funds), float(price)) == float(quantity)


@settings(max_examples=500)
@given(price=prices(), funds=st.integers(1, 10**12))
def test_funds_never_buy_more_than_they_pay_for(price: Decimal, funds: int) -> None:
    bought = bought_for(float(funds), float(price))
    exact = Fraction(funds) / Fraction(price)
    assume(exact < 10**7)
    assert Fraction(Decimal(repr(bought))) <= exact < Fraction(Decimal(repr(bought))) + Fraction(STEP) * 101 / 100
