"""Every variable of candles against TA-Lib or a published formula. One without a definition here fails."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import talib

from tests.fakes.any_variable import built, candle_variables, each_line
from tests.fakes.made_candles import FIRST, made_series
from tests.unit.component_system.variables.by_formula import BY_FORMULA
from tests.unit.component_system.variables.by_talib import BY_TALIB
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import ComponentClass
from upbit_auto_trading.component_system.variable import CandleVariable
from upbit_auto_trading.component_system.variables.patterns import TABLE

EVERY = pytest.mark.parametrize("component", candle_variables(), ids=lambda one: one.declaration.id)
NINE_HOURS = timedelta(hours=9)
BY_THE_CLOCK = {
    "day-level", "yesterday-level", "day-change", "breakout-target", "pivot-point", "vwap",
    "highest-in-time", "lowest-in-time", "distance-from-high-in-time", "distance-from-low-in-time",
    "time-of-day", "weekday", "day-of-month", "minutes-since-day-began", "minutes-until-day-ends",
}  # fmt: skip

#: of TA-Lib, and why it is no variable
LEFT_OUT = {
    "ADD CEIL COS COSH ACOS ASIN ATAN EXP FLOOR LN LOG10 MULT SIN SINH SQRT TAN TANH": "of a price they say nothing",
    "DIV SUB": "quotient and difference",
    "AD OBV PVT NVI PVI WAD CUMSUM": "sums without an end: over the last candles instead",
    "VWAP": "begins with the first candle: of today, or over the last candles, instead",
    "MINMAX MAXINDEX MININDEX MINMAXINDEX": "highest, lowest, candles since",
    "AVGPRICE MEDPRICE TYPPRICE WCLPRICE": "mean, median, typical price, weighted close",
    "MACDEXT MACDFIX APO PPO": "macd and differences of averages",
    "ROCP ROCR ROCR100": "roc in another unit",
    "STOCHF": "stochastic with a smoothing of 1",
    "RVOL": "volume ratio",
    "AROONOSC": "a line of aroon",
    "TSF LINEARREG_INTERCEPT": "lines of the linear regression",
    "MAVP": "its periods are a column, which no strategy writes",
    "SAREXT": "parabolic SAR with settings for each side, and levels below zero",
    "NATR": "ATR in percent",
}


def defined(component_id: str) -> bool:
    return (component_id in BY_TALIB) != (component_id in BY_FORMULA)


def minutes(missing: float) -> Frame:
    return Frame(made_series(420, missing=missing, seed=7))


def frames_for(component_id: str) -> tuple[Frame, ...]:
    if component_id not in BY_THE_CLOCK:
        return (minutes(0.0), minutes(0.2))
    hours = CandleUnit.HOUR
    return (
        Frame(made_series(130, unit=hours, seed=3, missing=0.2, first=FIRST + timedelta(hours=5))),
        Frame(made_series(130, unit=hours, seed=4, first=FIRST), -NINE_HOURS),
        Frame(made_series(60, unit=CandleUnit.DAY, seed=5)),
    )


def expected(variable: CandleVariable, frame: Frame) -> Floats:
    component_id = variable.declaration.id
    return np.asarray((BY_TALIB | BY_FORMULA)[component_id](variable, frame), dtype=np.float64)


@EVERY
def test_it_computes_its_definition(component: ComponentClass) -> None:
    component_id = component.declaration.id
    assert defined(component_id), "write its definition, independent of its code, in by_formula or by_talib"
    known = 0
    for frame in frames_for(component_id):
        for variable in each_line(component):
            variable.on(frame.unit)
            found, wanted = variable.compute(frame), expected(variable, frame)
            assert np.array_equal(np.isnan(found), np.isnan(wanted)), variable.key
            is_known = ~np.isnan(wanted)
            np.testing.assert_allclose(
                found[is_known], wanted[is_known], rtol=1e-9, atol=1e-9 * np.abs(wanted[is_known]).max(initial=1e-9)
            )
            known += int(is_known.sum())
    assert known >= 100, "too few values to say anything"


def test_nothing_is_defined_that_is_not_there() -> None:
    there = {one.declaration.id for one in candle_variables()}
    assert (BY_TALIB | BY_FORMULA).keys() <= there


def test_every_function_of_ta_lib_is_used_or_left_out_for_a_reason() -> None:
    used = {getattr(one, "function", "") for one in candle_variables()}
    beside = {"STOCH", "STOCHRSI", "KDJ", "WILLR", "BOP", "IMI", "MFI", "CMF", "MARKETFI", "MAX", "MIN"}
    left_out = {name for names in LEFT_OUT for name in names.split()}
    functions = set(talib.get_functions())
    assert functions - used - beside - left_out == set()


def test_every_pattern_of_ta_lib_is_there() -> None:
    assert {row[0] for row in TABLE} == set(talib.get_function_groups()["Pattern Recognition"])


@pytest.mark.parametrize(
    ("use", "count"),
    [
        (variable_use("ichimoku", line="span-b", shift=30), 82),
        (variable_use("ichimoku", line="cloud-top"), 78),
        (variable_use("volume-ratio", with_itself=True), 20),
        (variable_use("change-percent", window="1h"), 61),
        (variable_use("highest-in-time", window="90s"), 2),
    ],
)
def test_other_parameters_need_what_they_say(use: Use, count: int) -> None:
    variable = built(use)
    found = variable.compute(minutes(0.0))
    assert variable.needs == count
    assert np.flatnonzero(~np.isnan(found))[0] + 1 == count


def test_volatility_is_that_of_a_day_on_every_unit() -> None:
    hours = Frame(made_series(100, unit=CandleUnit.HOUR))
    found = built("historical-volatility").compute(hours)[-1]
    assert found == pytest.approx(np.diff(np.log(hours.close[-61:])).std() * 24**0.5 * 100, rel=1e-9)


def test_a_volume_ratio_counts_its_own_candle_only_where_asked() -> None:
    frame = minutes(0.0)
    without = built(variable_use("volume-ratio", period=20)).compute(frame)
    np.testing.assert_allclose(without, talib.RVOL(frame.volume, 20), rtol=1e-12)
    counted = built(variable_use("volume-ratio", period=20, with_itself=True)).compute(frame)
    np.testing.assert_allclose(counted, frame.volume / talib.SMA(frame.volume, 20), rtol=1e-12)
