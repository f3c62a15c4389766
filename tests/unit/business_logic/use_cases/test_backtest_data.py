"""Candles for a backtest: in the strategy's unit, whole, known, enough; and settings that can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from tests.fakes.krw_rules import krw_rules
from tests.fakes.made_candles import BITCOIN, FIRST, LATER, RIPPLE, made_series, minutes
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived
from upbit_auto_trading.business_logic.domain.candle_series import epoch_second, no_candles
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.strategy import PartPlan, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.backtest_data import (
    data_in_unit,
    refuse_impossible,
    refuse_other_quotes,
    refuse_too_few,
    stored_data,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData
from upbit_auto_trading.utils.bilingual_text import Text

UTC_DAYS = timedelta(0)
NOTHING = Text("", "")
SERIES = made_series(600)


def plan(unit: CandleUnit = CandleUnit.MINUTE, needs: int = 20, window: int = 60) -> StrategyPlan:
    return StrategyPlan(NOTHING, unit, PartPlan(NOTHING, ()), needs=needs, window=window)


def refusal(call: Any, *arguments: Any) -> InvalidParameter:
    with pytest.raises(InvalidParameter) as refused:
        call(*arguments)
    return refused.value


def test_candles_of_the_wanted_unit_are_taken_as_they_are() -> None:
    rules = krw_rules()
    data = data_in_unit(SERIES, CandleUnit.MINUTE, UTC_DAYS, rules)
    assert (data.series, data.finer, data.rules) == (SERIES, None, rules)


def test_hours_are_made_of_minutes_that_stay_to_order_their_inside() -> None:
    data = data_in_unit(SERIES, CandleUnit.HOUR, UTC_DAYS)
    assert data.finer is not None
    assert data.series.equals(derived(SERIES, CandleUnit.HOUR, UTC_DAYS))
    assert data.finer.equals(SERIES)


@pytest.mark.parametrize(("first", "last", "hours"), [(1, 600, 9), (0, 599, 9), (30, 590, 8), (59, 61, 0), (5, 6, 0)])
def test_a_candle_of_which_a_part_is_missing_at_an_end_is_left_out(first: int, last: int, hours: int) -> None:
    data = data_in_unit(SERIES.rows(slice(first, last)), CandleUnit.HOUR, UTC_DAYS)
    assert data.finer is not None
    assert len(data.series) == hours
    if hours:
        assert data.finer.opened[0] == data.series.opened[0]
        assert len(data.finer) == 60 * hours
    whole = derived(SERIES, CandleUnit.HOUR, UTC_DAYS)
    assert set(data.series.opened.tolist()) <= set(whole.opened.tolist())


def test_no_candles_make_none() -> None:
    data = data_in_unit(no_candles(BITCOIN, CandleUnit.MINUTE), CandleUnit.HOUR, UTC_DAYS)
    assert len(data.series) == 0
    assert data.series.unit is CandleUnit.HOUR


@pytest.mark.parametrize("unit", [CandleUnit.SECOND, CandleUnit.MINUTE, CandleUnit.MINUTES_5])
def test_a_unit_that_the_candles_do_not_make_is_refused(unit: CandleUnit) -> None:
    threes = derived(SERIES, CandleUnit.MINUTES_3, UTC_DAYS)
    error = refusal(data_in_unit, threes, unit, UTC_DAYS)
    assert (error.reason, error.allowed) == ("unit-not-made", f"3m → {unit.value}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cash", 0.0), ("cash", -1.0), ("cash", nan), ("cash", inf), ("fee", -0.0001), ("fee", 0.11), ("fee", nan),
        ("slippage", 1.0), ("slippage", -0.1), ("spread", 0.2), ("latency", -1), ("latency", 1_001),
        ("volume_share", 0.0), ("volume_share", 1.1),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(name: str, value: float) -> None:
    changes: dict[str, Any] = {name: value}
    error = refusal(refuse_impossible, replace(BacktestSettings(), **changes))
    assert (error.name, error.reason) == (f"backtest.{name}", "impossible-setting")


def test_settings_at_their_bounds_are_taken() -> None:
    refuse_impossible(BacktestSettings())
    refuse_impossible(BacktestSettings(fee=0.0, slippage=0.1, spread=0.0, latency=0, volume_share=1.0))


def test_too_few_candles_are_counted() -> None:
    data = [BacktestData(SERIES.rows(slice(0, 20))), BacktestData(SERIES.rows(slice(0, 3)))]
    error = refusal(refuse_too_few, plan(), data, None)
    assert (error.name, error.reason, error.allowed) == ("KRW-BTC", "too-few-candles", "20 / 21")
    refuse_too_few(plan(), [BacktestData(SERIES.rows(slice(0, 21)))], None)
    late = int(SERIES.opened[-1])
    assert refusal(refuse_too_few, plan(), [BacktestData(SERIES)], late).reason == "too-few-candles"
    refuse_too_few(plan(), [BacktestData(SERIES)], late - 60)


def test_one_purse_is_of_one_currency() -> None:
    refuse_other_quotes([])
    refuse_other_quotes([BITCOIN, RIPPLE])
    error = refusal(refuse_other_quotes, [BITCOIN, Market("upbit", "BTC-ETH")])
    assert (error.name, error.allowed) == ("BTC-ETH", "KRW")


# stored candles


def store_with(*spans: Span) -> MemoryCandleStore:
    store = MemoryCandleStore()
    for span in spans:
        store.write(SERIES.between(span.start, span.end), span, Origin.EXCHANGE, LATER)
    return store


def test_without_a_range_all_that_is_known_is_taken() -> None:
    data, found = stored_data(store_with(minutes(0, 600)), BITCOIN, plan(), None, UTC_DAYS, None)
    assert data.series.equals(SERIES)
    assert data.finer is None
    assert found.is_complete


def test_a_range_has_as_many_candles_before_it_as_the_warm_up_wants() -> None:
    data, _found = stored_data(store_with(minutes(0, 600)), BITCOIN, plan(), minutes(200, 300), UTC_DAYS, None)
    assert data.series.equals(SERIES.rows(slice(140, 300)))
    data, _found = stored_data(store_with(minutes(0, 600)), BITCOIN, plan(), minutes(30, 300), UTC_DAYS, None)
    assert data.series.equals(SERIES.rows(slice(0, 300)))
    data, _found = stored_data(
        store_with(minutes(0, 600)), BITCOIN, plan(window=10**9), minutes(200, 300), UTC_DAYS, None
    )
    assert data.series.equals(SERIES.rows(slice(0, 300)))


def test_a_gap_in_the_warm_up_shortens_it_and_one_in_the_range_is_refused() -> None:
    store = store_with(minutes(0, 170), minutes(180, 600))
    data, found = stored_data(store, BITCOIN, plan(), minutes(200, 300), UTC_DAYS, None)
    assert data.series.equals(SERIES.rows(slice(180, 300)))
    assert found.unknown == (minutes(170, 180),)
    error = refusal(stored_data, store, BITCOIN, plan(), minutes(150, 300), UTC_DAYS, None)
    assert error.reason == "unknown-candles"
    assert error.allowed == "download KRW-BTC --unit 1m --from 2026-01-01T02:50Z --to 2026-01-01T03:00Z"
    error = refusal(stored_data, store, BITCOIN, plan(), minutes(500, 700), UTC_DAYS, None)
    assert error.allowed.endswith("--from 2026-01-01T10:00Z --to 2026-01-01T11:40Z")


def test_a_minute_without_a_trade_is_no_gap() -> None:
    store = MemoryCandleStore()
    sparse = SERIES.rows(np.arange(600) % 7 != 3)
    store.write(sparse, minutes(0, 600), Origin.EXCHANGE, LATER)
    data, _found = stored_data(store, BITCOIN, plan(), None, UTC_DAYS, None)
    assert data.series.equals(sparse)


def test_hours_of_complete_minutes_are_ordered_by_them_and_others_are_not() -> None:
    data, _found = stored_data(store_with(minutes(0, 590)), BITCOIN, plan(CandleUnit.HOUR, 2, 3), None, UTC_DAYS, None)
    assert data.finer is not None
    assert data.series.equals(derived(SERIES.rows(slice(0, 540)), CandleUnit.HOUR, UTC_DAYS))
    store = MemoryCandleStore()
    hours = derived(SERIES, CandleUnit.HOUR, UTC_DAYS)
    store.write(hours, minutes(0, 600), Origin.EXCHANGE, LATER)
    store.write(SERIES.rows(slice(60, 120)), minutes(60, 120), Origin.EXCHANGE, LATER)
    data, _found = stored_data(store, BITCOIN, plan(CandleUnit.HOUR, 2, 3), None, UTC_DAYS, None)
    assert data.finer is None
    assert data.series.equals(hours)


def test_where_nothing_is_stored_or_nothing_whole_is_wanted_it_is_said() -> None:
    assert refusal(stored_data, store_with(), BITCOIN, plan(), None, UTC_DAYS, None).reason == "nothing-stored"
    moment = minutes(10, 11).start
    within = Span(moment + timedelta(seconds=1), moment + timedelta(seconds=50))
    error = refusal(stored_data, store_with(minutes(0, 600)), BITCOIN, plan(), within, UTC_DAYS, None)
    assert error.reason == "too-few-candles"
    assert epoch_second(FIRST) == SERIES.opened[0]
