"""Variables on a coarser unit, some candles ago, scaled: never a coarser candle before it has closed."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.fakes.any_variable import built, having, registry
from tests.fakes.made_candles import FIRST, made_series
from tests.fakes.odd_candles import last_of, odd_series, upto
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.strategy_definition import Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable
from upbit_auto_trading.component_system.adapted_variable import Ago, AtUnit, Scaled
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use

MINUTE, FIVE, HOUR, DAY = CandleUnit.MINUTE, CandleUnit.MINUTES_5, CandleUnit.HOUR, CandleUnit.DAY
NINE_HOURS = timedelta(hours=9)


def at_unit(component_id: str, unit: CandleUnit, base: CandleUnit = MINUTE, **parameters: int | str) -> AtUnit:
    return AtUnit(having(component_id, **parameters).on(unit), unit, base)


ADAPTED: tuple[MarketVariable, ...] = (
    at_unit("close", FIVE),
    at_unit("ema", FIVE, period=3),
    at_unit("high", HOUR),
    at_unit("rsi", FIVE, period=2),
    at_unit("yesterday-level", HOUR),
    Ago(having("ema", period=4), 3),
    Ago(at_unit("close", FIVE), 7),
    Scaled(having("atr", period=3), -1.5, 2.0),
    Scaled(Ago(at_unit("low", FIVE), 1), 0.5, 0.0),
)
EACH = pytest.mark.parametrize("variable", ADAPTED, ids=lambda one: one.key)


@EACH
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_cutting_off_the_future_changes_nothing_at_any_candle(variable: MarketVariable, missing: float) -> None:
    series = odd_series(400, seed=3, missing=missing, first=FIRST + timedelta(minutes=3))
    whole = Frame(series).of(variable)
    for count in range(1, 400):
        newest = upto(series, count).of(variable)[-1]
        assert newest == whole[count - 1] or (np.isnan(newest) and np.isnan(whole[count - 1])), count


@EACH
def test_a_window_tells_what_the_history_tells(variable: MarketVariable) -> None:
    series = odd_series(variable.window + 300, seed=4, missing=0.1)
    whole = Frame(series).of(variable)
    for end in range(variable.window, len(series), 17):
        np.testing.assert_allclose(last_of(series, end, variable.window).of(variable)[-1], whole[end - 1], rtol=1e-9)


def closes_by_hand(series: CandleSeries, minutes: int, day_start: timedelta) -> list[float]:
    """Of the last coarser candle that had ended by each close, and that the series holds from its beginning."""
    shift, length = int(day_start.total_seconds()), minutes * 60
    found = []
    for opened in series.opened.tolist():
        closed = opened + 60
        ended = [
            (start, close)
            for start, close in zip(series.opened.tolist(), series.close.tolist(), strict=True)
            if (start - shift) // length * length + shift + length <= closed
        ]
        begins = (series.opened[0] - shift) % length == 0
        first = (int(series.opened[0]) - shift) // length
        whole = [close for start, close in ended if begins or (start - shift) // length > first]
        found.append(whole[-1] if whole else np.nan)
    return found


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("late", [0, 2])
def test_the_last_coarser_candle_that_has_closed_counts(missing: float, late: int) -> None:
    series = made_series(200, missing=missing, first=FIRST + timedelta(minutes=late))
    found = Frame(series).of(at_unit("close", FIVE))
    np.testing.assert_array_equal(found, closes_by_hand(series, 5, timedelta(0)))


def test_days_begin_where_the_exchange_says() -> None:
    series = made_series(4000, first=FIRST + timedelta(hours=10))
    found = Frame(series, -NINE_HOURS).of(at_unit("close", DAY))
    first_day_that_counts = 5 * 60 + 1440  # from 10:00 UTC to 15:00, and the whole day after
    assert np.isnan(found[: first_day_that_counts - 1]).all()
    assert found[first_day_that_counts - 1] == series.close[first_day_that_counts - 1]


def test_a_candle_that_closes_with_a_coarser_one_sees_it() -> None:
    series = made_series(10)
    found = Frame(series).of(at_unit("close", FIVE))
    assert np.isnan(found[:4]).all()
    assert found[4] == series.close[4]
    assert (found[4:9] == series.close[4]).all()
    assert found[9] == series.close[9]


def test_counts_are_in_candles_of_the_strategy() -> None:
    variable = at_unit("sma", FIVE, period=3)
    assert (variable.needs, variable.window) == (20, 20)
    assert variable.key == "sma(period=3,source=close)@5m"
    assert at_unit("close", CandleUnit.MONTH, DAY).needs == 62
    assert at_unit("close", CandleUnit.YEAR, CandleUnit.MONTH).needs == 24
    assert Ago(variable, 4).needs == 24
    assert Ago(variable, 4).window == 24
    assert Ago(variable, 4).key == "sma(period=3,source=close)@5m[-4]"
    assert Scaled(variable, 2.0, 1.0).needs == 20
    assert Scaled(variable, 2.0, 1.0).window == 20
    assert Scaled(variable, 2.0, 1.0).key == "sma(period=3,source=close)@5m*2.0+1.0"


def test_candles_ago_are_unknown_before_there_were_any() -> None:
    series = made_series(6)
    found = Frame(series).of(Ago(built("close"), 2))
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == series.close[:-2].tolist()
    assert np.isnan(Frame(series).of(Ago(built("close"), 6))).all()
    assert np.isnan(Frame(series).of(Ago(built("close"), 60))).all()


def test_scaled_is_times_and_plus() -> None:
    series = made_series(6)
    assert Frame(series).of(Scaled(built("close"), 2.0, -3.0)).tolist() == (series.close * 2 - 3).tolist()


def test_the_builder_adapts_in_this_order() -> None:
    builder = Builder(registry(), MINUTE)
    plain = variable_use("change-percent", window="2h")
    use = Use(plain.kind, plain.id, plain.parameters, unit=HOUR, ago=2, times=3.0, plus=1.0)
    found = builder.market_variable(use)
    assert found.key == "change-percent(window=2h)@60m[-2]*3.0+1.0"
    assert found.needs == (3 + 1) * 60 + 2  # three hours, counted in hours, not in minutes
    assert builder.market_variable(Use(plain.kind, plain.id, plain.parameters, unit=MINUTE)).needs == 121
