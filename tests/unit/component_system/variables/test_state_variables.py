"""The position and the purse: numbers of one candle and columns of many are the same arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fakes.any_variable import state_variables
from tests.fakes.made_candles import made_series
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import Number, StateView
from upbit_auto_trading.component_system.adapted_variable import ScaledState
from upbit_auto_trading.component_system.variable import StateVariable
from upbit_auto_trading.component_system.variables import position, purse

ROWS = 30
PURSE = {"equity", "free-cash", "day-profit", "open-positions"}
EVERY = pytest.mark.parametrize("component", state_variables(), ids=lambda one: one.declaration.id)


def variable_of(component: type[StateVariable]) -> StateVariable:
    return component(rule=("first", "second")) if component is position.TimesFired else component()


def many() -> StateView:
    """A position on 30 candles."""
    frame = Frame(made_series(ROWS))
    held = np.arange(1, ROWS + 1, dtype=np.float64)
    return StateView(
        columns=frame,
        row=slice(0, ROWS),
        close=frame.close,
        now=frame.closed.astype(np.float64),
        average=9_900_000.0,
        quantity=0.5,
        first_price=9_800_000.0,
        peak=np.maximum.accumulate(frame.high),
        peak_profit=np.maximum.accumulate(frame.high) / 9_900_000.0 * 100 - 100,
        candles_held=held,
        seconds_held=held * 60,
        adds=2,
        stop=np.maximum.accumulate(frame.high) * 0.97,
        fired={"first": 2, "other": 7},
        equity=1e7 + held,
        free_cash=5e6,
        day_profit=held / 10,
        open_positions=3,
    )


def one_of(view: StateView, row: int) -> StateView:
    def at(value: Number) -> float:
        return float(value[row]) if isinstance(value, np.ndarray) else float(value)

    return StateView(
        columns=view.columns,
        row=row,
        close=at(view.close),
        now=at(view.now),
        average=view.average,
        quantity=view.quantity,
        first_price=view.first_price,
        peak=at(view.peak),
        peak_profit=at(view.peak_profit),
        candles_held=at(view.candles_held),
        seconds_held=at(view.seconds_held),
        adds=view.adds,
        stop=at(view.stop),
        fired=view.fired,
        equity=at(view.equity),
        free_cash=view.free_cash,
        day_profit=at(view.day_profit),
        open_positions=view.open_positions,
    )


@EVERY
def test_searching_and_stepping_see_the_same(component: type[StateVariable]) -> None:
    variable, view = variable_of(component), many()
    searched = np.broadcast_to(np.asarray(variable.value(view), dtype=np.float64), (ROWS,))
    stepped = [float(variable.value(one_of(view, row))) for row in range(ROWS)]
    assert searched.tolist() == stepped
    assert not np.isnan(searched).any()


@EVERY
def test_only_what_other_markets_change_must_be_stepped(component: type[StateVariable]) -> None:
    assert component.can_be_searched is (component.declaration.id not in PURSE)


@EVERY
def test_without_a_position_numbers_are_unknown_and_counts_are_0(component: type[StateVariable]) -> None:
    frame = Frame(made_series(3))
    found = variable_of(component).value(StateView(frame, 2, close=float(frame.close[2]), now=float(frame.closed[2])))
    counts = {"position-candles", "position-minutes", "position-adds", "position-times-fired", "open-positions"}
    assert found == 0 if component.declaration.id in counts else math.isnan(float(found))


def view(**values: object) -> StateView:
    frame = Frame(made_series(1))
    return StateView(frame, 0, **({"close": 110.0, "now": 0.0} | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variable", "given", "expected"),
    [
        (position.Profit(), {"average": 100.0}, 10.0),
        (position.Profit(), {"average": 220.0}, -50.0),
        (position.PeakProfit(), {"peak_profit": 12.5}, 12.5),
        (position.Drawdown(), {"peak": 200.0}, 45.0),
        (position.AveragePrice(), {"average": 101.5}, 101.5),
        (position.CandlesHeld(), {"candles_held": 7}, 7),
        (position.MinutesHeld(), {"seconds_held": 90}, 1.5),
        (position.Adds(), {"adds": 3}, 3),
        (position.StopDistance(), {"stop": 99.0}, 10.0),
        (position.TimesFired(rule=("up",)), {"fired": {"up": 2, "down": 5}}, 2),
        (position.TimesFired(rule=("up", "down")), {"fired": {"up": 2, "down": 5}}, 7),
        (position.TimesFired(rule=("never",)), {"fired": {"up": 2}}, 0),
        (purse.Equity(), {"equity": 1e7}, 1e7),
        (purse.FreeCash(), {"free_cash": 5e6}, 5e6),
        (purse.DayProfit(), {"day_profit": -1.5}, -1.5),
        (purse.OpenPositions(), {"open_positions": 4}, 4),
    ],
    ids=lambda one: one.key if isinstance(one, StateVariable) else None,
)
def test_what_they_say(variable: StateVariable, given: dict[str, object], expected: float) -> None:
    assert variable.value(view(**given)) == pytest.approx(expected, rel=1e-14)


def test_a_scaled_one_is_the_same_formula() -> None:
    scaled = ScaledState(position.Profit(), times=-2.0, plus=5.0)
    assert scaled.value(view(average=100.0)) == pytest.approx(-15.0)
    assert scaled.key == "position-profit*-2.0+5.0"
    assert scaled.can_be_searched
    assert not ScaledState(purse.Equity(), 2.0, 0.0).can_be_searched
