"""How much is bought, with worked numbers. Equity 1,000,000, free 600,000, price 100 where nothing else is said."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from tests.fakes.made_candles import made_series
from tests.fakes.strategy_asks import sizing_ask
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import PastTrades
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import sizing
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.sizing.kelly import kelly_share
from upbit_auto_trading.component_system.sizing_component import SizingComponent

REGISTRY = built_in()
BUILDER = Builder(REGISTRY, CandleUnit.MINUTE)
#: 60 % won, a mean win of 4 % against a mean loss of 2 %: the Kelly share is 0.6 − 0.4 ÷ 2 = 0.4
GOOD = PastTrades(count=50, wins=30, average_win=0.04, average_loss=0.02)
#: 40 % won, as much as was lost: 0.4 − 0.6 = −0.2
BAD = PastTrades(count=50, wins=20, average_win=0.02, average_loss=0.02)
FEW = PastTrades(count=29, wins=29, average_win=0.04, average_loss=0.0)


def sized(component_id: str, **written: Any) -> SizingComponent:
    found = BUILDER.component(sizing(component_id, **written))
    assert isinstance(found, SizingComponent)
    return found


@pytest.mark.parametrize(
    ("component_id", "written", "asked", "expected"),
    [
        ("fixed-amount", {"amount": 50_000}, {}, 50_000),
        ("share-of-cash", {"percent": 95}, {}, 570_000),
        ("share-of-cash", {"percent": 100}, {}, 600_000),
        ("share-of-equity", {"percent": 20}, {}, 200_000),
        # the stop lies 2 below 100, so 2 % of the funds are lost there: 1 % of equity is lost by half of it
        ("risk-per-stop", {"percent": 1}, {"stop_distance": 2.0}, 500_000),
        ("risk-per-stop", {"percent": 2}, {"stop_distance": 2.0}, 1_000_000),
        # a stop half a percent away would take 2,000,000
        ("risk-per-stop", {"percent": 1}, {"stop_distance": 0.5}, 1_000_000),
        ("risk-per-stop", {"percent": 1, "cap_percent": 25}, {"stop_distance": 0.5}, 250_000),
        ("risk-per-stop", {"percent": 1}, {"stop_distance": None}, 0),
        ("risk-per-stop", {"percent": 1}, {"stop_distance": 0.0}, 0),
        ("risk-per-stop", {"percent": 1}, {"stop_distance": -1.0}, 0),
        ("kelly", {"fraction": 0.5, "cap_percent": 25}, {"past": GOOD}, 200_000),
        ("kelly", {"fraction": 1, "cap_percent": 25}, {"past": GOOD}, 250_000),
        ("kelly", {"fraction": 0.5}, {"past": BAD}, 0),
        ("kelly", {"fallback_percent": 7}, {"past": FEW}, 70_000),
        # with the thirtieth trade there are enough
        ("kelly", {"fraction": 0.25}, {"past": replace(GOOD, count=30, wins=18)}, 100_000),
        ("kelly", {"fallback_percent": 50, "cap_percent": 25}, {"past": FEW}, 250_000),
        # 0.05 × 0.4 is 2 % of equity, lost at a stop 4 % away by half of it
        ("kelly-risk", {"fraction": 0.05}, {"past": GOOD, "stop_distance": 4.0}, 500_000),
        # 0.5 × 0.4 is 20 %, and the cap of 3 % counts
        ("kelly-risk", {"fraction": 0.5}, {"past": GOOD, "stop_distance": 4.0}, 750_000),
        ("kelly-risk", {"fraction": 0.5, "risk_cap_percent": 1}, {"past": GOOD, "stop_distance": 4.0}, 250_000),
        ("kelly-risk", {"cap_percent": 40}, {"past": GOOD, "stop_distance": 4.0}, 400_000),
        ("kelly-risk", {"fallback_percent": 1}, {"past": FEW, "stop_distance": 4.0}, 250_000),
        ("kelly-risk", {}, {"past": BAD, "stop_distance": 4.0}, 0),
        ("kelly-risk", {}, {"past": GOOD, "stop_distance": None}, 0),
        ("like-first-buy", {"times": 1}, {"first_funds": 200_000.0, "last_funds": 90_000.0}, 200_000),
        ("like-first-buy", {"times": 0.5}, {"first_funds": 200_000.0}, 100_000),
        ("like-last-buy", {"times": 2}, {"first_funds": 200_000.0, "last_funds": 90_000.0}, 180_000),
        ("like-last-buy", {}, {}, 0),
        ("like-last-buy", {}, {"last_funds": inf}, 0),
    ],
)
def test_funds(component_id: str, written: Any, asked: Any, expected: float) -> None:
    assert sized(component_id, **written).funds(sizing_ask(**asked)) == pytest.approx(expected, rel=1e-12)


UNKNOWN = {"equity": nan, "free_cash": nan, "stop_distance": nan, "first_funds": nan, "last_funds": nan, "price": nan}
SIZINGS = tuple(one.declaration.id for one in REGISTRY.of(ComponentKind.SIZING))


@pytest.mark.parametrize("component_id", [one for one in SIZINGS if one != "fixed-amount"])
def test_what_is_unknown_buys_nothing(component_id: str) -> None:
    assert sized(component_id).funds(sizing_ask(**UNKNOWN, past=PastTrades(99, 50, nan, nan))) == 0.0


@pytest.mark.parametrize("component_id", [one for one in SIZINGS if one not in {"fixed-amount", "volatility-target"}])
def test_without_money_nothing_is_bought(component_id: str) -> None:
    assert sized(component_id).funds(sizing_ask(equity=0.0, free_cash=0.0, stop_distance=1.0, past=GOOD)) == 0.0


@pytest.mark.parametrize("component_id", SIZINGS)
def test_only_those_that_divide_by_the_stop_ask_for_one(component_id: str) -> None:
    assert sized(component_id).needs_stop == (component_id in {"risk-per-stop", "kelly-risk"})


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (GOOD, 0.4),
        (BAD, 0.0),
        (PastTrades(), 0.0),
        (PastTrades(10, 10, 0.03, 0.0), 1.0),  # nothing was ever lost
        (PastTrades(10, 0, 0.0, 0.03), 0.0),  # nothing was ever won
        (PastTrades(10, 5, inf, 0.03), 0.5),
    ],
)
def test_the_kelly_share(past: PastTrades, expected: float) -> None:
    assert kelly_share(past) == pytest.approx(expected)


RANGE = variable_use("range-percent")


@pytest.mark.parametrize(
    ("low", "written", "expected"),
    [
        (96.0, {"target": 1}, 250_000),  # a range of 4 % a candle
        (96.0, {"target": 1, "cap_percent": 10}, 100_000),
        (99.5, {"target": 1}, 1_000_000),  # twice the equity would be needed
        (100.0, {"target": 1}, 0),  # nothing moves, so nothing is known
    ],
)
def test_a_volatility_target_buys_less_of_what_swings_more(low: float, written: Any, expected: float) -> None:
    made = made_series(5)
    flat = np.full(5, 100.0)
    lows = np.append(flat[:-1], low)
    frame = Frame(replace(made, open=flat, high=flat, close=flat, low=lows))

    found = sized("volatility-target", volatility=RANGE, **written).funds(sizing_ask(columns=frame, row=4))

    assert found == pytest.approx(expected)


def test_before_the_volatility_is_known_nothing_is_bought() -> None:
    volatile = sized("volatility-target", volatility=variable_use("historical-volatility", period=20))

    assert volatile.funds(sizing_ask(row=19)) == 0.0
    assert volatile.funds(sizing_ask(row=20)) > 0.0
    assert [one.key for one in volatile.variables] == ["historical-volatility(period=20,source=close)"]
