"""The conventions of a backtest, sentence by sentence, with worked numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.fakes.engine_stage import (
    PLAIN,
    Column,
    amount,
    backtest,
    buy,
    candles,
    enters,
    flat,
    leaves,
    on,
    rule,
    share,
    strategy,
    told,
    traded,
)
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import (
    LevelKind,
    LevelPlan,
    LimitBase,
    Sell,
    StrategyPlan,
    StyleKind,
    StylePlan,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

RULES = practice_rules()
STOP = LevelPlan("stop", LevelKind.STOP, 5.0)
TARGET = LevelPlan("target", LevelKind.TARGET, 10.0)
TRAIL = LevelPlan("trail", LevelKind.TRAILING, 10.0)


def guarded(*levels: LevelPlan) -> StrategyPlan:
    """Enters at the open of candle 1."""
    return strategy(enters(on(0), buy(None, *levels)))


# when


def test_a_signal_is_filled_at_the_next_open() -> None:
    series = candles((100, 100, 100, 101), (105, 106, 104, 105), (107, 107, 107, 107), (111, 111, 111, 111))
    assert traded(backtest(strategy(enters(on(0)), leaves(on(2))), series)) == [
        (1, "buy", 105.0, "in"),
        (3, "sell", 111.0, "out"),
    ]


def test_the_next_candle_is_the_next_that_exists() -> None:
    series = candles(*flat(100), (120, 120, 120, 120), *flat(90), minutes=[0, 500, 501])
    result = backtest(strategy(enters(on(0)), leaves(on(1))), series)
    assert [(fill.second - int(series.opened[0]), fill.price) for fill in result.trades[0].fills] == [
        (500 * 60, 120.0),
        (501 * 60, 90.0),
    ]


def test_latency_waits_for_further_opens() -> None:
    series = candles(*flat(100), *flat(101), *flat(102), *flat(103))
    assert traded(backtest(strategy(enters(on(0))), series, settings=replace(PLAIN, latency=2))) == [
        (3, "buy", 103.0, "in")
    ]


def test_a_signal_on_the_last_candle_is_never_filled() -> None:
    assert traded(backtest(strategy(enters(on(1))), candles(*flat(100, 2)))) == []


def test_a_distance_is_of_the_decision_and_measured_from_the_fill() -> None:
    """Decided where the distance is 3, filled at 104 where it is 50: the stop lies at 104 - 2 × 3."""
    distance = Column((3.0, 50.0, 50.0))
    level = LevelPlan("stop", LevelKind.STOP, variable=distance, times=2.0)
    series = candles(*flat(100), (104, 104, 99, 99), (99, 99, 97, 97))
    assert traded(backtest(guarded(level), series)) == [(1, "buy", 104.0, "in"), (2, "sell", 98.0, "stop")]


def test_an_exit_at_the_open_goes_before_the_levels_of_its_candle() -> None:
    series = candles(*flat(100), *flat(100), (94, 94, 80, 80))
    assert traded(backtest(strategy(enters(on(0), buy(None, STOP)), leaves(on(1))), series))[1:] == [
        (2, "sell", 94.0, "out")
    ]


def test_a_candle_that_closed_a_position_decides_too() -> None:
    series = candles(*flat(100), (100, 100, 90, 90), *flat(91))
    assert traded(backtest(strategy(enters(on(0, 1), buy(None, STOP))), series)) == [
        (1, "buy", 100.0, "in"),
        (1, "sell", 95.0, "stop"),
        (2, "buy", 91.0, "in"),
    ]


# levels


@pytest.mark.parametrize(
    ("levels", "candle", "sold"),
    [
        ((STOP,), (100, 101, 95, 99), (95.0, "stop")),
        ((STOP,), (100, 101, 95.01, 99), None),
        ((STOP,), (93, 101, 90, 99), (93.0, "stop")),
        ((TARGET,), (100, 110, 99, 100), (110.0, "target")),
        ((TARGET,), (100, 109.99, 99, 100), None),
        ((TARGET,), (113, 115, 112, 114), (113.0, "target")),
        ((STOP, TARGET), (100, 115, 94, 114), (95.0, "stop")),
    ],
)
def test_a_level_fills_at_its_price_or_at_the_open(
    levels: tuple[LevelPlan, ...], candle: tuple[float, ...], sold: tuple[float, str] | None
) -> None:
    found = traded(backtest(guarded(*levels), candles(*flat(100, 2), candle)))
    assert found[1:] == ([] if sold is None else [(2, "sell", *sold)])


def test_levels_are_watched_from_the_candle_of_the_entry_on() -> None:
    assert traded(backtest(guarded(STOP), candles(*flat(100), (100, 101, 94, 100))))[1:] == [(1, "sell", 95.0, "stop")]


def test_a_trailing_level_meets_the_low_before_the_high_raises_it() -> None:
    """Peak 100 → 90 is not met by the low of 91; then 120 → 108, which the close of 109 is above; the next low meets
    it."""
    series = candles(*flat(100, 2), (100, 120, 91, 109), (109, 109, 107, 109))
    assert traded(backtest(guarded(TRAIL), series))[1:] == [(3, "sell", 108.0, "trail")]


def test_a_raised_level_fills_in_its_candle_where_the_close_is_at_it() -> None:
    series = candles(*flat(100, 2), (100, 120, 91, 108), *flat(108))
    assert traded(backtest(guarded(TRAIL), series))[1:] == [(2, "sell", 108.0, "trail")]


def test_the_open_does_not_raise_a_trailing_level() -> None:
    """It opens at 120 and falls to 107: 108 does not count yet."""
    series = candles(*flat(100, 2), (120, 120, 107, 119), *flat(119))
    assert traded(backtest(guarded(TRAIL), series))[1:] == []


# money


def test_a_share_of_cash_with_the_fee_on_top() -> None:
    """A half of a million at 300, fee 0.1 %: 1666.66666666 and 499.999999998."""
    settings = BacktestSettings(cash=1_000_000.0, fee=0.001)
    result = backtest(strategy(enters(on(0), buy(share(0.5)))), candles(*flat(300, 2)), settings=settings)
    (fill,) = result.fills
    assert fill.quantity == 1666.66666666
    assert fill.fee == pytest.approx(499.999999998, abs=1e-9)
    assert result.cash[-1] == pytest.approx(1_000_000 - 499_999.999998 - 499.999999998, abs=1e-6)


def test_all_of_the_cash_leaves_room_for_the_fee() -> None:
    settings = BacktestSettings(cash=1_001_000.0, fee=0.001)
    result = backtest(strategy(enters(on(0), buy(share(1.0)))), candles(*flat(100, 2)), settings=settings)
    assert result.fills[0].quantity == 10_000.0
    assert result.cash[-1] == pytest.approx(0.0, abs=1e-6)


def test_fees_are_charged_on_each_side_on_the_filled_value() -> None:
    series = candles(*flat(100, 2), *flat(200))
    settings = BacktestSettings(cash=1_000_000.0, fee=0.001)
    result = backtest(strategy(enters(on(0)), leaves(on(1))), series, settings=settings)
    assert [fill.fee for fill in result.fills] == pytest.approx([100.0, 200.0])
    assert result.trades[0].profit == pytest.approx(100_000.0 - 300.0)


def test_slippage_and_half_the_spread_move_a_market_fill_against_the_trader() -> None:
    series = candles(*flat(100), *flat(200), *flat(400))
    settings = replace(PLAIN, slippage=0.01, spread=0.02)
    found = traded(backtest(strategy(enters(on(0)), leaves(on(1))), series, settings=settings))
    assert [fill[2] for fill in found] == pytest.approx([204.0, 392.0])


def test_a_best_price_order_pays_no_slippage() -> None:
    plan = strategy(enters(on(0), buy(style=StylePlan(StyleKind.BEST))))
    found = traded(backtest(plan, candles(*flat(200, 2)), settings=replace(PLAIN, slippage=0.01, spread=0.02)))
    assert found[0][2] == pytest.approx(202.0)


def test_a_stop_slips_and_a_target_does_not() -> None:
    settings = replace(PLAIN, slippage=0.01)
    stopped = traded(backtest(guarded(STOP), candles(*flat(100, 2), (100, 100, 50, 50)), settings=settings))
    assert stopped[1][2] == pytest.approx(101.0 * 0.95 * 0.99)
    reached = traded(backtest(guarded(TARGET), candles(*flat(100, 2), (100, 200, 100, 200)), settings=settings))
    assert reached[1][2] == pytest.approx(101.0 * 1.1)


def test_without_a_market_no_tick_no_minimum_and_the_plain_fee() -> None:
    result = backtest(
        strategy(enters(on(0), buy(amount(3.0)))), candles(*flat(0.123456789, 2)), settings=BacktestSettings()
    )
    assert result.fills[0].price == 0.123456789
    assert result.fills[0].fee == pytest.approx(result.fills[0].quantity * 0.123456789 * 0.0005)


# a market


def market(*rows: tuple[float, ...], at: str = "2026-01-05") -> BacktestData:
    first = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
    return BacktestData(candles(*rows, first=first), None, RULES)


def test_a_stop_stays_exact_and_fills_at_the_tick_below() -> None:
    """Bought at 20,010: five percent less is 19,009.5, which a low of 19,010 does not meet."""
    plan = strategy(enters(on(0), buy(None, STOP)))
    above = market(*flat(20_010, 2), (20_010, 20_010, 19_010, 19_500))
    assert traded(backtest(plan, above))[1:] == []
    below = market(*flat(20_010, 2), (20_010, 20_010, 19_000, 19_500))
    assert traded(backtest(plan, below))[1:] == [(2, "sell", 19_000.0, "stop")]


def test_slippage_is_rounded_against_the_trader() -> None:
    series = market(*flat(20_000, 3))
    settings = replace(PLAIN, slippage=0.0001)
    found = traded(backtest(strategy(enters(on(0)), leaves(on(1))), series, settings=settings))
    assert [fill[2] for fill in found] == [20_010.0, 19_990.0]


def test_a_target_is_rounded_up() -> None:
    plan = strategy(enters(on(0), buy(None, LevelPlan("target", LevelKind.TARGET, 0.12))))
    series = market(*flat(20_000, 2), (20_000, 20_020, 20_000, 20_000), (20_000, 20_030, 20_000, 20_000))
    assert traded(backtest(plan, series))[1:] == [(3, "sell", 20_030.0, "target")]


def test_limit_buys_are_rounded_down_and_limit_sales_up() -> None:
    """0.12 % off 20,000 is 24: a buy waits at 19,970, a sale at 20,030."""
    below = StylePlan(StyleKind.LIMIT, LimitBase.CLOSE, offset_percent=-0.12)
    plan = strategy(enters(on(0), buy(style=below)))
    assert traded(backtest(plan, market(*flat(20_000, 2), (20_000, 20_000, 19_960, 20_000)))) == [
        (2, "buy", 19_970.0, "in")
    ]
    above = StylePlan(StyleKind.LIMIT, LimitBase.CLOSE, offset_percent=0.12)
    plan = strategy(enters(on(0)), rule("out", Role.EXIT, on(1), Sell(style=above)))
    series = market(*flat(20_000, 2), (20_000, 20_040, 20_000, 20_000))
    assert traded(backtest(plan, series))[1:] == [(2, "sell", 20_030.0, "out")]


def test_orders_below_the_minimum_are_not_sent() -> None:
    plan = strategy(enters(on(0, 1), buy(amount(4_999.0))))
    result = backtest(plan, market(*flat(20_000, 3)))
    assert traded(result) == []
    assert told(result)[0] == (0, "in", "too-small", "below-minimum")
    assert len(traded(backtest(strategy(enters(on(0), buy(amount(5_000.0)))), market(*flat(20_000, 2))))) == 1


def test_what_is_left_below_the_minimum_is_not_sold() -> None:
    """Bought for 6,000; at a price of 10,000 it is worth 3,000."""
    plan = strategy(enters(on(0), buy(amount(6_000.0))), leaves(on(1)))
    result = backtest(plan, market(*flat(20_000, 2), *flat(10_000, 2)))
    assert len(result.fills) == 1
    assert told(result)[-1] == (2, "out", "unfilled", "below-minimum")


def test_the_tick_is_that_of_the_day() -> None:
    """They changed on 31 July 2025 at 02:00 in Korea."""
    settings = replace(PLAIN, slippage=0.0001)
    before = traded(
        backtest(strategy(enters(on(0))), market(*flat(200_000, 2), at="2025-07-30T12:00:00"), settings=settings)
    )
    after = traded(
        backtest(strategy(enters(on(0))), market(*flat(200_000, 2), at="2025-07-30T18:00:00"), settings=settings)
    )
    ticks = [
        float(
            RULES.rules(market(*flat(1.0)).series.market, datetime(2025, 7, 30, hour, tzinfo=UTC)).ticks.up(
                Decimal(200_000)
            )
        )
        for hour in (12, 18)
    ]
    assert ticks[0] != ticks[1]
    assert [before[0][2], after[0][2]] == ticks


def test_the_fee_is_that_of_the_market() -> None:
    result = backtest(strategy(enters(on(0))), market(*flat(20_000, 2)), settings=replace(PLAIN, fee=None))
    assert result.fills[0].fee == pytest.approx(100_000 * 0.0005)


# the end


def test_an_open_position_is_valued_at_the_last_close_and_told_as_open() -> None:
    series = candles(*flat(100, 2), (100, 150, 100, 130))
    result = backtest(strategy(enters(on(0))), series)
    (trade,) = result.trades
    assert trade.is_open
    assert (trade.exit_price, trade.exit_reason) == (130.0, "")
    assert trade.profit == pytest.approx(30_000.0)
    assert result.final_equity == pytest.approx(1_030_000.0)
    assert list(result.equity) == pytest.approx([1_000_000, 1_000_000, 1_030_000])
