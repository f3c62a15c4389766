"""Each operator on values written down: ties, bounds, unknown values, the first candle."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fakes.toy_strategies import all_of, frame, toys, var, view_of, when
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Condition, Within
from upbit_auto_trading.business_logic.ports.strategy import Bools, MarketTest, Number, StateTest
from upbit_auto_trading.component_system.compiler import compile_group
from upbit_auto_trading.component_system.conditions.comparisons import About, Above, Equal
from upbit_auto_trading.component_system.conditions.ranges import Between, Outside
from upbit_auto_trading.component_system.conditions.trends import Rising
from upbit_auto_trading.component_system.operator import LookBackOperator, Operator, PointOperator
from upbit_auto_trading.component_system.ordering import UNSAID, Value

NAN = math.nan
HIGH, CLOSE = var("line", of="high"), var("close")
IDS = {">", "<", ">=", "<=", "==", "about", "crosses-above", "crosses-below", "rising", "falling", "between", "outside"}


def truth(condition: Condition | Within, close: list[float], high: list[float] | None = None) -> str:
    """``.x`` false, then true."""
    columns = frame(close, high=high or close)
    test = compile_group(all_of(condition), toys(), CandleUnit.MINUTE).test
    assert isinstance(test, MarketTest)
    return "".join("x" if one else "." for one in columns.truth(test))


def test_there_is_each_operator_of_the_format() -> None:
    assert {one.declaration.id for one in toys().of(ComponentKind.OPERATOR)} == IDS


@pytest.mark.parametrize(
    ("operator", "expected"), [(">", "..x.."), ("<", "x...."), (">=", ".xx.."), ("<=", "xx..."), ("==", ".x...")]
)
def test_comparisons_with_a_number(operator: str, expected: str) -> None:
    assert truth(when("close", operator, 5.0), [4, 5, 6, NAN, NAN]) == expected


@pytest.mark.parametrize(
    ("operator", "expected"), [(">", "..x.."), ("<", "x...."), (">=", ".xx.."), ("<=", "xx..."), ("==", ".x...")]
)
def test_comparisons_with_a_variable(operator: str, expected: str) -> None:
    assert truth(when("close", operator, HIGH), [4, 5, 6, NAN, 5], [5, 5, 5, 5, NAN]) == expected


def test_about_takes_its_tolerance_on_both_sides() -> None:
    half_percent = when("close", "about", 200.0)

    assert truth(half_percent, [198.9, 199, 200, 201, 201.1, NAN]) == ".xxx.."
    absolute = when("close", "about", 200.0, tolerance=3.0, tolerance_in="absolute")
    assert truth(absolute, [196.9, 197, 203, 203.1]) == ".xx."
    of_the_right_side = when("close", "about", HIGH, tolerance=10.0)
    assert truth(of_the_right_side, [110, 90.5, -110, 5], [100, 100, -100, NAN]) == "xxx."


def test_between_holds_on_its_bounds_and_outside_does_not() -> None:
    assert truth(when("close", "between", 3.0, 5.0), [2, 3, 4, 5, 6, NAN]) == ".xxx.."
    assert truth(when("close", "outside", 3.0, 5.0), [2, 3, 4, 5, 6, NAN]) == "x...x."


def test_a_bound_that_is_unknown_makes_neither_hold() -> None:
    for operator in ("between", "outside"):
        assert truth(when("close", operator, HIGH, 5.0), [9, 1], [NAN, NAN]) == ".."
        assert truth(when("close", operator, 5.0, HIGH), [1, 9], [NAN, NAN]) == ".."


def test_a_cross_above_is_the_candle_on_which_it_comes_to_lie_above() -> None:
    cross = when("close", "crosses-above", HIGH)

    assert truth(cross, [1, 3, 4, 2, 3], [2, 2, 2, 2, 2]) == ".x..x"
    assert truth(cross, [2, 3], [2, 2]) == ".x", "equal is not above"
    assert truth(cross, [3, 4], [2, 2]) == "..", "it was above before"
    assert truth(cross, [3], [2]) == ".", "nothing was before"
    assert truth(cross, [1, NAN, 3, 3], [2, 2, 2, 2]) == "....", "from unknown is no cross"
    assert truth(cross, [1, 3, 3], [2, NAN, 2]) == "...", "over an unknown line is none"


def test_a_cross_below_is_the_mirror() -> None:
    cross = when("close", "crosses-below", 2.0)

    assert truth(cross, [3, 1, 0, 2, 1]) == ".x..x"
    assert truth(cross, [2, 1]) == ".x"
    assert truth(cross, [NAN, 1]) == ".."


def test_rising_counts_steps_and_falling_too() -> None:
    assert truth(when("close", "rising", candles=2), [1, 2, 3, 3, 4, 5]) == "..x..x"
    assert truth(when("close", "rising", candles=1), [1, 2, NAN, 3, 4]) == ".x..x"
    assert truth(when("close", "falling", candles=2), [3, 2, 1, 1, 0, -1]) == "..x..x"
    assert truth(when("close", "rising", candles=9), [1, 2, 3]) == "...", "longer than there are candles"


def test_within_remembers_so_many_candles_this_one_included() -> None:
    assert truth(Within(3, when("close", ">", 5.0)), [1, 9, 1, 1, 1, 9]) == ".xxx.x"
    assert truth(Within(1, when("close", ">", 5.0)), [1, 9, 1]) == ".x."
    assert truth(Within(9, when("close", ">", 5.0)), [9, 1, 1]) == "xxx"


def test_no_candles_have_no_truth() -> None:
    for condition in (when("close", ">", 1.0), when("close", "rising", candles=2), when("close", "crosses-above", 1.0)):
        assert truth(condition, []) == ""
    assert truth(Within(3, when("close", ">", 1.0)), []) == ""


def test_numbers_and_arrays_are_compared_alike() -> None:
    values = np.array([1.0, 5.0, NAN, -3.0, 7.0])
    operators: list[PointOperator] = [
        one() for one in toys().of(ComponentKind.OPERATOR) if issubclass(one, PointOperator)
    ]
    assert len(operators) == 8
    for operator in operators:
        rights: list[Number] = [5.0] if operator.operands == 1 else [5.0, 6.0]
        assert list(operator.holds(values, *rights)) == [bool(operator.holds(float(one), *rights)) for one in values]  # type: ignore[arg-type]


def test_states_that_are_one_number_hold_for_each_of_many_candles() -> None:
    columns = frame([1.0, 2.0, 3.0])
    test = compile_group(all_of(when("position-average", ">", 1.0)), toys(), CandleUnit.MINUTE).test
    assert isinstance(test, StateTest)

    found = test.holds(view_of(columns, slice(0, 3), average=2.0))

    assert np.asarray(found).tolist() == [True, True, True]


@pytest.mark.parametrize("operator", list(toys().of(ComponentKind.OPERATOR)))
def test_what_is_said_of_the_order_of_values_is_never_wrong(operator: type[Operator]) -> None:
    """Each pair of candles of small numbers: where it holds, one of its ways is so; where not, one of those."""
    component = operator(
        **({"candles": 2} if any(p.name == "candles" for p in operator.declaration.parameters) else {})
    )
    random = np.random.default_rng(7)
    said = 0
    for _one in range(60):
        left, rights = (
            random.integers(0, 4, 6).astype(float),
            random.integers(0, 4, (component.operands, 6)).astype(float),
        )
        truths = component.over(left, *rights)
        keys = [Value(key="left"), *(Value(key=f"right{index}") for index in range(component.operands))]
        columns: dict[str, Floats] = {"left": left} | {f"right{index}": one for index, one in enumerate(rights)}
        for row in range(3, 6):
            ways = component.ways(keys[0], keys[1:], is_held=bool(truths[row]))
            said += ways != UNSAID
            assert any(all(_is_so(order, columns, row) for order in way) for way in ways)
    assert said or operator is About


def _is_so(order: object, columns: dict[str, Floats], row: int) -> bool:
    low, high = (
        value.number if not value.key else columns[value.key][row - value.ago]
        for value in (order.low, order.high)  # type: ignore[attr-defined]
    )
    return bool(low < high if order.is_strict else low <= high)  # type: ignore[attr-defined]


def test_about_a_number_says_between_what_it_lies() -> None:
    way = About(tolerance=1.0).ways(Value(key="x"), [Value(200.0)], is_held=True)[0]

    assert [order.low.number for order in way if not order.low.key] == [pytest.approx(198.0)]
    assert [order.high.number for order in way if not order.high.key] == [pytest.approx(202.0)]


def test_operators_know_how_far_they_look_back() -> None:
    backs = {one.declaration.id: one().back for one in toys().of(ComponentKind.OPERATOR) if issubclass(one, Operator)}

    assert backs == dict.fromkeys(IDS, 0) | {"crosses-above": 1, "crosses-below": 1, "rising": 3, "falling": 3}


def test_equal_operators_have_one_key() -> None:
    assert (Above().key, Equal().key, Between().key, Outside().key) == (">", "==", "between", "outside")
    assert Rising(candles=4).key == "rising(candles=4)"


def test_a_look_back_operator_is_for_columns_alone() -> None:
    looking = [one for one in toys().of(ComponentKind.OPERATOR) if issubclass(one, LookBackOperator)]

    assert len(looking) == 4
    assert not any(hasattr(one, "holds") for one in looking)


def test_columns_of_truth_are_of_truths() -> None:
    found: Bools = Above().over(np.array([1.0, 3.0]), 2.0)

    assert found.dtype == np.bool_
