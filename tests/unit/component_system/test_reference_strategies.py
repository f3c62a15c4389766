"""The two reference strategies, rule by rule, on candles of which every price is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import talib

from tests.fakes.made_candles import made_series
from tests.fakes.small_backtests import SETTINGS, candles, registry, run, stepped
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, Outcome, Side
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.strategy_definition import Role, StrategyDefinition
from upbit_auto_trading.component_system.strategy_file import read_strategy
from upbit_auto_trading.config.app_paths import resources_folder


@cache
def strategy(name: str) -> StrategyDefinition:
    text = (resources_folder() / "strategies" / f"{name}.json").read_text(encoding="utf-8")
    return read_strategy(text, registry())


# seven rules: RSI(14) is first known, and 0, at the close of row 14; so the first buy is filled in row 15, at 100

FALL = [107.0 - 0.5 * row for row in range(15)]
#: each profit of 5 % is reached in two steps, as 5 % at once would be rule (7)
FIRST_ADD = [102.5, 105.1]
SECOND_ADD = [107.0, 107.7]
THIRD_ADD = [109.0, 109.5]


def seven(closes: Sequence[float], high: tuple[int, float] | None = None) -> BacktestResult:
    series = candles([*FALL, *closes])
    if high is not None:
        highs = series.high.copy()
        highs[15 + high[0]] = high[1]
        series = replace(series, high=highs)
    definition = strategy("basic-seven-rules")
    result = run(definition, series)
    assert list(result.fills) == list(stepped(definition, series).fills)
    return result


def told(result: BacktestResult) -> list[tuple[str, int, float]]:
    """Reason, candles after the first buy, price."""
    return [(one.reason, one.row - 15, one.price) for one in result.fills]


ENTERED = ("rsi-entry", 0, 100.0)


def test_1_a_fifth_of_the_purse_is_bought_when_rsi_is_below_20() -> None:
    result = seven([100.0, 100.5])

    assert told(result) == [ENTERED]
    assert result.fills[0].quantity == 2_000.0  # 200,000 of 1,000,000


def test_2_each_five_percent_adds_as_much_as_the_first_buy_and_3_then_sells_all() -> None:
    result = seven([*FIRST_ADD, *SECOND_ADD, *THIRD_ADD, 110.5, 111.0, 111.0, 111.0])

    assert told(result) == [
        ENTERED,
        ("add-on-rise", 2, 105.1),
        ("add-on-rise", 4, 107.7),
        ("add-on-rise", 6, 109.5),
        ("sell-after-adds", 8, 111.0),
    ]
    for fill in result.fills[:-1]:
        assert fill.price * fill.quantity == pytest.approx(200_000, abs=1e-3)
    assert result.fills[-1].quantity == pytest.approx(sum(one.quantity for one in result.fills[:-1]))


def test_2_five_percent_are_of_the_average_price_of_all_buys() -> None:
    """After the first add that is 102.486, so the next step is at 107.61."""
    assert told(seven([*FIRST_ADD, 107.5, 107.6, 107.5])) == [ENTERED, ("add-on-rise", 2, 105.1)]
    assert told(seven([*FIRST_ADD, 107.5, 107.62, 107.5]))[2:] == [("add-on-rise", 4, 107.62)]


def test_4_three_percent_below_the_peak_sell_all_once_five_percent_were_seen() -> None:
    assert told(seven([*FIRST_ADD, 104.0, 101.95, 101.94, 101.94])) == [
        ENTERED,
        ("add-on-rise", 2, 105.1),
        ("trail", 5, 101.94),
    ]


def test_4_needs_the_five_percent() -> None:
    assert told(seven([102.5, 104.9, 102.0, 99.0, 97.0])) == [ENTERED]


def test_4_stays_armed_when_adding_raises_the_average() -> None:
    """The peak of 105.2 is less than 5 % above the new average of 102.49."""
    result = seven([102.5, 105.1, 105.2, 103.0, 102.0, 102.0])

    assert told(result)[-1] == ("trail", 5, 102.0)


def test_4_comes_before_2() -> None:
    """At 105.5 there is a profit of 5.5 %, but the peak was 109."""
    assert told(seven([102.5, 105.5, 105.5], high=(1, 109.0))) == [ENTERED, ("trail", 2, 105.5)]


def test_5_each_five_percent_below_the_average_adds_twice() -> None:
    result = seven([97.5, 94.9, 93.5, 92.4, 90.0, 88.0, 86.0])

    assert told(result) == [ENTERED, ("add-on-fall", 2, 94.9), ("add-on-fall", 4, 92.4)]
    for fill in result.fills:
        assert fill.price * fill.quantity == pytest.approx(200_000, abs=1e-3)


def test_5_ends_once_4_is_armed() -> None:
    """One candle that was at 106 and closes at 94.9, from 99: both (4) and (5) could act."""
    result = seven([102.0, 99.0, 94.9, 94.9], high=(2, 106.0))

    assert told(result)[:2] == [ENTERED, ("trail", 3, 94.9)]
    assert "add-on-fall" not in {one.rule for one in result.decisions}


def test_6_a_fall_of_five_percent_in_a_minute_overrides_everything() -> None:
    result = seven([94.9, 94.0, 93.5])

    assert told(result)[:2] == [ENTERED, ("crash", 1, 94.9)]
    outranked = [(one.rule, one.by) for one in result.decisions if one.outcome is Outcome.OUTRANKED]
    assert outranked == [("add-on-fall", "crash")]


def test_6_protects_whatever_parts_are_added() -> None:
    roles = {rule.id: rule.role for rule in strategy("basic-seven-rules").rules()}

    assert [name for name, role in roles.items() if role is Role.PROTECT] == ["crash"]


def test_1_buys_again_after_6_while_rsi_is_low() -> None:
    assert told(seven([94.9, 94.0, 93.5]))[2:] == [("rsi-entry", 2, 94.0)]


def test_6_sells_a_winner_too() -> None:
    """From 109 to 103.5 in a minute: still a profit."""
    result = seven([102.5, 104.9, 103.9, 98.7, 98.7])

    assert told(result)[:2] == [ENTERED, ("crash", 4, 98.7)]


def test_7_a_rise_of_five_percent_in_a_minute_stops_adding_and_leaves_it_to_4() -> None:
    result = seven([105.2, 107.0, 110.0, 113.0, 110.0, 109.5, 109.5])

    assert told(result) == [ENTERED, ("trail", 6, 109.5)]
    assert [one.row for one in result.decisions if one.rule == "surge"] == [15]


def test_7_stops_averaging_down_as_well() -> None:
    assert told(seven([98.0, 97.0, 101.9, 98.0, 96.0, 94.0, 92.0])) == [ENTERED]


def test_7_also_keeps_3_from_selling() -> None:
    up = [*FIRST_ADD, *SECOND_ADD, *THIRD_ADD, 110.5, 116.1]

    result = seven([*up, 117.0, 115.0, 113.0, 113.0])

    assert [one[0] for one in told(result)] == ["rsi-entry"] + ["add-on-rise"] * 3 + ["trail"]
    assert told(result)[-1] == ("trail", 11, 113.0)


def test_7_ends_with_the_position() -> None:
    """Sold by (4), bought again by (1), and (2) adds again."""
    down = [108.0 - row for row in range(1, 20)]
    result = seven([105.2, 108.0, *down, 90.0, 92.0, 94.0, 96.0, 98.0, 98.0])

    reasons = [one[0] for one in told(result)]
    assert reasons[:3] == ["rsi-entry", "trail", "rsi-entry"]
    assert "add-on-rise" in reasons[3:]


def test_more_than_the_purse_is_never_spent() -> None:
    """Two adds below the average and three above it are six fifths: the last spends what is left."""
    down, rise = [97.5, 94.9, 93.5, 92.4], [94.0, 97.0]
    up = [round(97.0 * 1.02**row, 2) for row in range(1, 12)]

    result = seven([*down, *rise, *up])

    bought = [one for one in result.fills if one.side is Side.BUY]
    spent = [one.price * one.quantity for one in bought]
    assert [one.reason for one in bought] == ["rsi-entry"] + ["add-on-fall"] * 2 + ["add-on-rise"] * 3
    assert spent[:5] == pytest.approx([200_000] * 5, abs=1e-3)
    assert spent[5] < 1e-2  # what cutting quantities left over
    assert sum(spent) <= 1_000_000


# ema-rsi-atr


@cache
def walking(seed: int, wick: float = 0.0) -> CandleSeries:
    """A market that goes nowhere in particular, in steps of a five-thousandth."""
    made = made_series(6_000, seed=seed)
    reach = made.close * wick
    return replace(made, high=made.high + reach, low=made.low - reach)


def above(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    now = one > other
    was_not = np.append(False, (one <= other)[:-1])
    return now & was_not


@pytest.mark.parametrize("seed", [1, 2])
def test_every_entry_is_where_cross_band_and_volume_say(seed: int) -> None:
    series = walking(seed)
    fast, slow = talib.EMA(series.close, 20), talib.EMA(series.close, 60)
    rsi = talib.RSI(series.close, 14)
    is_signal = above(fast, slow) & (rsi >= 50) & (rsi <= 70) & (series.volume >= talib.SMA(series.volume, 20))

    result = run(strategy("ema-rsi-atr"), series)

    entries = [one for one in result.fills if one.side is Side.BUY]
    assert len(entries) >= 5
    assert all(is_signal[one.row - 1] for one in entries)
    held = [(trade.entry_second, trade.exit_second) for trade in result.trades]
    for row in np.flatnonzero(is_signal[:-1]):
        filled = int(series.opened[row + 1])
        assert any(start <= filled <= end for start, end in held)


@pytest.mark.parametrize("seed", [1, 2])
def test_levels_are_measured_from_the_fill_in_atr_of_the_signal(seed: int) -> None:
    series = walking(seed)
    atr = talib.ATR(series.high, series.low, series.close, 14)

    result = run(strategy("ema-rsi-atr"), series)

    seen: dict[str, int] = {}
    for trade in result.trades:
        first = trade.fills[0]
        row = int(np.searchsorted(series.opened, first.second)) - 1
        for fill in trade.fills[1:]:
            opened = float(series.open[np.searchsorted(series.opened, fill.second)])
            seen[fill.reason] = seen.get(fill.reason, 0) + 1
            if fill.reason == "stop-distance":
                assert fill.price == pytest.approx(min(first.price - 2 * atr[row], opened))
            elif fill.reason == "target-distance":
                assert fill.price == pytest.approx(max(first.price + 3 * atr[row], opened))
                assert fill.quantity == pytest.approx(first.quantity / 2, abs=1e-8)
            elif fill.reason == "dead-cross":
                assert fill.price == opened
    assert seen.keys() == {"stop-distance", "target-distance", "trailing-distance", "dead-cross"}


def test_the_stop_risks_one_percent_of_equity_where_the_weight_allows_it() -> None:
    """With long wicks the stop is far away, so the risk binds and not the weight of 20 %."""
    series = walking(1, wick=0.03)
    atr = talib.ATR(series.high, series.low, series.close, 14)

    result = run(strategy("ema-rsi-atr"), series)

    first = result.fills[0]
    distance, close = 2 * atr[first.row - 1], series.close[first.row - 1]
    assert first.price * first.quantity == pytest.approx(SETTINGS.cash * 0.01 / (distance / close), rel=1e-6)
    assert first.quantity * distance == pytest.approx(10_000, rel=1e-2)


def test_one_market_has_a_fifth_of_equity_at_most() -> None:
    first = run(strategy("ema-rsi-atr"), walking(1)).fills[0]

    assert first.price * first.quantity == pytest.approx(200_000, abs=1e-3)


def test_the_brakes_are_those_of_the_page() -> None:
    written = {one.id: dict(one.parameters) for one in strategy("ema-rsi-atr").risk}

    assert written == {
        "max-positions": {"count": 5},
        "market-weight": {"percent": 20},
        "correlation": {"limit": 0.8, "days": 30},
        "risk-cap": {"percent": 3},
    }
