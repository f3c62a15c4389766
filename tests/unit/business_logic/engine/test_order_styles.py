"""Limit orders, volumes that do not do, and finer candles inside coarse ones, with worked numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.engine_stage import (
    PLAIN,
    Column,
    adds,
    amount,
    backtest,
    buy,
    candles,
    enters,
    flat,
    leaves,
    on,
    rule,
    strategy,
    told,
    traded,
)
from upbit_auto_trading.business_logic.domain.backtest import LimitCounts
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import (
    AfterWait,
    LevelKind,
    LevelPlan,
    LimitBase,
    Sell,
    StyleKind,
    StylePlan,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

RULES = practice_rules()
TOUCHING = replace(PLAIN, touching_fills=True)
STOP = LevelPlan("stop", LevelKind.STOP, 5.0)
TARGET = LevelPlan("target", LevelKind.TARGET, 10.0)


def limit(percent: float, **others: Any) -> StylePlan:
    return StylePlan(StyleKind.LIMIT, offset_percent=percent, **others)


def test_a_limit_order_fills_where_the_price_goes_through_it() -> None:
    """A touch is counted and fills only where that was asked for."""
    plan = strategy(enters(on(0), buy(style=limit(-10))))
    series = candles(*flat(100, 2), (100, 100, 90, 100), (100, 100, 89, 100))
    result = backtest(plan, series)
    assert traded(result) == [(3, "buy", 90.0, "in")]
    assert result.limits == LimitCounts(touched=2, through=1)
    assert traded(backtest(plan, series, settings=TOUCHING)) == [(2, "buy", 90.0, "in")]


def test_the_same_of_a_sale() -> None:
    plan = strategy(enters(on(0)), rule("out", Role.EXIT, on(1), Sell(style=limit(10))))
    series = candles(*flat(100, 2), (100, 110, 100, 100), (100, 111, 100, 100))
    result = backtest(plan, series)
    assert traded(result)[1:] == [(3, "sell", 110.0, "out")]
    assert result.limits == LimitCounts(touched=2, through=1)


def test_a_limit_order_that_the_open_meets_takes_the_open() -> None:
    """Its quantity was told to the exchange: 100,000 at 110."""
    result = backtest(strategy(enters(on(0), buy(style=limit(10)))), candles(*flat(100), *flat(99)))
    assert traded(result) == [(1, "buy", 99.0, "in")]
    assert result.fills[0].quantity == 909.09090909


def test_a_limit_sale_that_the_open_meets_takes_the_open() -> None:
    plan = strategy(enters(on(0)), rule("out", Role.EXIT, on(1), Sell(style=limit(-10))))
    assert traded(backtest(plan, candles(*flat(100, 2), *flat(101))))[1:] == [(2, "sell", 101.0, "out")]


def test_what_is_taken_at_the_open_has_a_tick() -> None:
    plan = strategy(enters(on(0), buy(style=limit(10))))
    data = BacktestData(candles(*flat(20_000), *flat(20_000)), None, RULES)
    assert traded(backtest(plan, data, settings=replace(PLAIN, spread=0.0003))) == [(1, "buy", 20_010.0, "in")]


def test_a_gap_fills_a_resting_order_at_its_own_price_before_a_stop_at_the_open() -> None:
    add = adds(on(1), buy(style=limit(-2)))
    series = candles(*flat(100, 3), (90, 92, 89, 91))
    assert traded(backtest(strategy(enters(on(0), buy(None, STOP)), add), series))[1:] == [
        (3, "buy", 98.0, "add"),
        (3, "sell", 90.0, "stop"),
    ]


def test_a_gap_fills_a_resting_sale_before_the_low_meets_the_stop() -> None:
    half = rule("half", Role.PARTIAL_EXIT, on(1), Sell(0.5, style=limit(5)))
    series = candles(*flat(100, 3), (120, 120, 90, 91))
    assert [fill[1:] for fill in traded(backtest(strategy(enters(on(0), buy(None, STOP)), half), series))[1:]] == [
        ("sell", 105.0, "half"),
        ("sell", 95.0, "stop"),
    ]


def test_a_limit_buy_and_the_stop_below_it_in_one_fall() -> None:
    series = candles(*flat(100, 1), (100, 100, 80, 82))
    assert traded(backtest(strategy(enters(on(0), buy(None, STOP, style=limit(-10)))), series)) == [
        (1, "buy", 90.0, "in"),
        (1, "sell", 85.5, "stop"),
    ]


def test_a_stop_above_the_price_of_a_limit_buy_sells_at_that_price() -> None:
    """No price that was not there."""
    high = LevelPlan("stop", LevelKind.STOP, price=Column((99.0,) * 9))
    series = candles(*flat(100), (100, 100, 80, 82))
    assert traded(backtest(strategy(enters(on(0), buy(None, high, style=limit(-10)))), series)) == [
        (1, "buy", 90.0, "in"),
        (1, "sell", 90.0, "stop"),
    ]


def test_a_target_below_the_price_of_an_add_sells_at_that_price() -> None:
    """The first fill was at 100; with the add at 120 comes a target at 105."""
    target = LevelPlan("target", LevelKind.TARGET, 5.0)
    add = adds(on(1), buy(None, target, style=limit(-4)))
    series = candles(*flat(100), (100, 125, 100, 125), (125, 130, 118, 119))
    assert traded(backtest(strategy(enters(on(0)), add), series))[1:] == [
        (2, "buy", 120.0, "add"),
        (2, "sell", 120.0, "target"),
    ]


@pytest.mark.parametrize(
    ("style", "fills", "ends"),
    [
        (limit(-10, wait_candles=2), [], [(2, "in", "unfilled", "expired")]),
        (limit(-10, wait_seconds=120), [], [(2, "in", "unfilled", "expired")]),
        (limit(-10, wait_candles=2, after_wait=AfterWait.MARKET), [(3, "buy", 104.0, "in")], []),
        (
            limit(-10, wait_candles=2, after_wait=AfterWait.REPRICE, most_reprices=1),
            [(4, "buy", 93.6, "in")],
            [],
        ),
        (limit(-10, wait_candles=2, after_wait=AfterWait.REPRICE), [], [(2, "in", "unfilled", "expired")]),
    ],
)
def test_after_waiting(style: StylePlan, fills: list[Any], ends: list[Any]) -> None:
    """90 is never reached; repriced at the close of 104 it is 93.6."""
    series = candles(*flat(100, 2), (100, 104, 100, 104), *flat(104), (104, 104, 93, 104))
    result = backtest(strategy(enters(on(0), buy(style=style))), series)
    assert [(row, side, round(price, 9), reason) for row, side, price, reason in traded(result)] == fills
    assert told(result)[1:] == ends


def test_it_is_repriced_no_more_often_than_told() -> None:
    style = limit(-10, wait_candles=1, after_wait=AfterWait.REPRICE, most_reprices=2)
    result = backtest(strategy(enters(on(0), buy(style=style))), candles(*flat(100, 8)))
    assert told(result)[1] == (3, "in", "unfilled", "expired")


def test_a_limit_order_that_takes_pays_half_the_spread_and_no_slippage() -> None:
    plan = strategy(enters(on(0), buy(style=limit(10))))
    found = traded(backtest(plan, candles(*flat(200, 2)), settings=replace(PLAIN, slippage=0.01, spread=0.02)))
    assert found[0][2] == pytest.approx(202.0)


def test_what_rests_is_filled_before_what_is_new() -> None:
    """At an open past both: the resting half at its own price, then the rest at the open."""
    half = rule("half", Role.PARTIAL_EXIT, on(1), Sell(0.5, style=limit(5)))
    found = traded(backtest(strategy(enters(on(0)), (half, leaves(on(2)))), candles(*flat(100, 3), *flat(120))))
    assert found[1:] == [(3, "sell", 105.0, "half"), (3, "sell", 120.0, "out")]


def test_a_sale_loses_patience_too() -> None:
    style = limit(10, wait_candles=1)
    plan = strategy(enters(on(0)), rule("out", Role.EXIT, on(1), Sell(style=style)))
    assert told(backtest(plan, candles(*flat(100, 4))))[-1] == (2, "out", "unfilled", "expired")


def test_bases_lie_half_a_spread_from_the_close() -> None:
    settings = replace(PLAIN, spread=0.02)
    bid = StylePlan(StyleKind.LIMIT, LimitBase.BEST_BID)
    series = candles(*flat(100, 2), (100, 100, 98, 100))
    assert traded(backtest(strategy(enters(on(0), buy(style=bid))), series, settings=settings)) == [
        (2, "buy", 99.0, "in")
    ]
    ask = StylePlan(StyleKind.LIMIT, LimitBase.BEST_ASK)
    assert traded(backtest(strategy(enters(on(0), buy(style=ask))), series, settings=settings)) == [
        (1, "buy", 101.0, "in")
    ]


@pytest.mark.parametrize(("ticks", "price"), [(-2, 19_980.0), (1, 20_000.0)])
def test_offsets_in_ticks(ticks: int, price: float) -> None:
    style = StylePlan(StyleKind.LIMIT, offset_ticks=ticks)
    data = BacktestData(candles(*flat(20_000, 2), (20_000, 20_000, 19_900, 20_000)), None, RULES)
    assert traded(backtest(strategy(enters(on(0), buy(style=style))), data))[0][2] == price


def test_without_ticks_there_is_nothing_to_step_by() -> None:
    style = StylePlan(StyleKind.LIMIT, offset_ticks=-5)
    assert traded(backtest(strategy(enters(on(0), buy(style=style))), candles(*flat(100, 2)))) == [
        (1, "buy", 100.0, "in")
    ]


def test_a_limit_add_ends_with_its_position() -> None:
    plan = strategy(enters(on(0)), (adds(on(1), buy(style=limit(-50))), leaves(on(2))))
    result = backtest(plan, candles(*flat(100, 5)))
    assert traded(result) == [(1, "buy", 100.0, "in"), (3, "sell", 100.0, "out")]
    assert (2, "add", "unfilled", "superseded") in told(result)


def test_an_add_ends_where_a_level_closes_the_position() -> None:
    plan = strategy(enters(on(0), buy(None, STOP)), adds(on(1), buy(style=limit(-50))))
    result = backtest(plan, candles(*flat(100, 2), (100, 100, 94, 95)))
    assert told(result)[-1] == (2, "add", "unfilled", "superseded")


# volume


def test_no_more_is_filled_than_a_share_of_the_volume() -> None:
    """A thousand coins are wanted, a tenth of 6,000 and of 9,000 is there: 600, then the rest."""
    settings = replace(PLAIN, volume_share=0.1)
    rows = [(100, 100, 100, 100, volume) for volume in (1, 6_000, 9_000, 9_000, 5_000, 9_000)]
    result = backtest(strategy(enters(on(0)), leaves(on(3))), candles(*rows), settings=settings)
    assert [(fill.row, fill.side.value, fill.quantity) for fill in result.fills] == [
        (1, "buy", 600.0),
        (2, "buy", 400.0),
        (4, "sell", 500.0),
        (5, "sell", 500.0),
    ]


@pytest.mark.parametrize(
    ("level", "candle", "price"), [(STOP, (100, 100, 90, 92), 95.0), (TARGET, (100, 111, 100, 111), 110.0)]
)
def test_what_the_volume_of_a_level_did_not_take_follows_at_the_next_open(
    level: LevelPlan, candle: tuple[float, ...], price: float
) -> None:
    rows = [(100, 100, 100, 100, 1e6), (100, 100, 100, 100, 1e6), (*candle, 6_000), (97, 97, 97, 97, 1e6)]
    result = backtest(
        strategy(enters(on(0), buy(None, level))), candles(*rows), settings=replace(PLAIN, volume_share=0.1)
    )
    assert [(fill.row, fill.price, fill.quantity) for fill in result.fills][1:] == [
        (2, pytest.approx(price), 600.0),
        (3, 97.0, 400.0),
    ]


def test_a_stop_is_seen_though_the_volume_went_to_the_buy() -> None:
    """The limit buy takes all that is there; the low meets the stop of what was bought, which is sold at the next
    open."""
    rows = [(100, 100, 100, 100, 1e6), (100, 100, 80, 99, 6_000), (99, 99, 99, 99, 1e6)]
    plan = strategy(enters(on(0), buy(None, STOP, style=limit(-10))))
    result = backtest(plan, candles(*rows), settings=replace(PLAIN, volume_share=0.1))
    assert traded(result) == [(1, "buy", 90.0, "in"), (2, "sell", 99.0, "stop")]


def test_limit_orders_filled_in_part_go_on_waiting() -> None:
    rows = [(100, 100, 100, 100, 1), (100, 100, 80, 100, 6_000), (100, 100, 80, 100, 9_000)]
    plan = strategy(enters(on(0), buy(amount(90_000), style=limit(-10))))
    result = backtest(plan, candles(*rows), settings=replace(PLAIN, volume_share=0.1))
    assert [(fill.row, fill.price, fill.quantity) for fill in result.fills] == [(1, 90.0, 600.0), (2, 90.0, 400.0)]
    assert len(result.trades) == 1


# finer candles


def coarse_and_fine(*inner: tuple[float, ...]) -> BacktestData:
    """Of three candles of five minutes the last has these inside."""
    fine = candles(*flat(100, 10), *inner)
    high, low = max(one[1] for one in inner), min(one[2] for one in inner)
    coarse = candles(*flat(100, 2), (inner[0][0], high, low, inner[-1][3]), unit=CandleUnit.MINUTES_5)
    return BacktestData(coarse, fine)


def test_finer_candles_say_whether_the_stop_or_the_target_was_first() -> None:
    plan = replace(strategy(enters(on(0), buy(None, STOP, TARGET))), unit=CandleUnit.MINUTES_5)
    rise_first = coarse_and_fine((100, 112, 100, 111), (111, 111, 90, 92))
    assert traded(backtest(plan, rise_first))[1:] == [(2, "sell", 110.0, "target")]
    fall_first = coarse_and_fine((100, 100, 90, 92), (92, 112, 92, 111))
    assert traded(backtest(plan, fall_first))[1:] == [(2, "sell", 95.0, "stop")]
    unknown = replace(rise_first, finer=None)
    assert traded(backtest(plan, unknown))[1:] == [(2, "sell", 95.0, "stop")]


def test_a_finer_open_past_a_resting_order_fills_it() -> None:
    half = rule("half", Role.PARTIAL_EXIT, on(1), Sell(0.5, style=limit(5)))
    add = adds(on(1), buy(style=limit(-4)))
    plan = replace(strategy(enters(on(0), buy(None, STOP)), (half,), (add,)), unit=CandleUnit.MINUTES_5)
    data = coarse_and_fine((100, 100, 100, 100), (120, 120, 110, 110), (94, 94, 93, 93))
    merged = replace(plan, policy=type(plan.policy)("merge"))
    assert traded(backtest(merged, data))[1:] == [
        (2, "sell", 105.0, "half"),
        (2, "buy", 96.0, "add"),
        (2, "sell", 94.0, "stop"),
    ]


def test_a_partial_sale_leaves_nothing_that_could_never_be_sold() -> None:
    """Six tenths of 12,000 won would leave 4,800, and the exchange takes no order below 5,000."""
    plan = strategy(enters(on(0), buy(amount(12_000.0))), rule("most", Role.PARTIAL_EXIT, on(1), Sell(0.6)))
    data = BacktestData(candles(*flat(100, 4)), None, RULES)
    assert [fill.quantity for fill in backtest(plan, data).fills] == [120.0, 120.0]
    without_rules = backtest(plan, candles(*flat(100, 4)))
    assert [fill.quantity for fill in without_rules.fills] == [120.0, 72.0]
