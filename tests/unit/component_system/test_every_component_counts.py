"""With each action, style, sizing, level, brake and block a backtest comes out differently than without it.

Every one of the registry has its case here: a new component without one fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, RIPPLE
from tests.fakes.small_backtests import (
    CLOSE,
    SETTINGS,
    block,
    brake,
    candles,
    entry,
    registry,
    rule,
    run,
    stepped,
    strategy,
)
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, Outcome, Side
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Limits,
    Part,
    Role,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import action, all_of, compare, level, sizing, style

KINDS = (
    ComponentKind.ACTION,
    ComponentKind.STYLE,
    ComponentKind.SIZING,
    ComponentKind.LEVEL,
    ComponentKind.RISK_RULE,
    ComponentKind.BLOCK,
)
#: the signal comes at the close of row 5, so the buy is filled at 102 in row 6
QUIET = [100.0] * 5 + [102.0]
UP_AND_DOWN = candles([*QUIET, 104, 107, 110, 106, 102, 97, 92, 90, 90, 90], wick=0.1)
#: bought at 102, stopped out at 3 % below, bought again
TWO_TRADES = candles([*QUIET, 102, 96, 99, 100, 102, 103, 104, 105, 105], wick=0.1)
PROFIT = variable_use("position-profit")
STOP = level("stop-percent", percent=3)
THIRD = sizing("share-of-cash", percent=30)


@dataclass(frozen=True, slots=True)
class Case:
    having: StrategyDefinition
    without: StrategyDefinition
    series: tuple[CandleSeries, ...] = (UP_AND_DOWN,)
    settings: BacktestSettings = SETTINGS


def fills(result: BacktestResult) -> list[tuple[Any, ...]]:
    return [tuple(one) for one in result.fills]


def managed(does: Use, role: Role, profit: float) -> Part:
    """Once, at a profit of so many percent or more."""
    return Part(rules=(rule("manage", role, compare(PROFIT, ">=", profit), does, Limits(times_per_position=1)),))


def action_cases() -> dict[str, Case]:
    bought = entry(size=THIRD)
    alone = strategy(bought)
    sale = managed(action("sell", percent=50), Role.PARTIAL_EXIT, 3.0)
    selling = rule("sell", Role.EXIT, compare(PROFIT, ">=", 5.0), action("sell"))
    switching = rule("switch", Role.MANAGE, compare(PROFIT, ">=", 3.0), action("switch-rules", rules=("sell",)))
    holding = Part(rules=(rule("hold", Role.MANAGE, compare(PROFIT, ">=", 3.0), action("hold")),))
    both = strategy(bought, Part(rules=(selling,)))
    return {
        "buy": Case(strategy(bought, managed(action("buy", size=THIRD), Role.SCALE_IN, 3.0)), alone),
        "sell": Case(strategy(bought, sale), alone),
        "move-stop": Case(strategy(bought, managed(action("move-stop"), Role.MANAGE, 3.0)), alone),
        "switch-rules": Case(strategy(bought, Part(rules=(switching, selling))), both),
        "hold": Case(strategy(bought, holding, Part(rules=(selling,))), both),
        "notify": Case(strategy(bought, managed(action("notify", message="!"), Role.MANAGE, 3.0)), alone),
    }


def style_cases() -> dict[str, Case]:
    slipping = replace(SETTINGS, slippage=0.002)

    def styled(one: Use) -> StrategyDefinition:
        return strategy(entry(size=THIRD, style=one))

    market, best = styled(style("market")), styled(style("best"))
    limit = styled(style("limit", offset_percent=-0.5, wait_candles=0))
    falling = candles([*QUIET, 100, 104, 104], wick=0.1)
    return {
        "market": Case(market, best, settings=slipping),
        "best": Case(best, market, settings=slipping),
        "limit": Case(limit, market, (falling,)),
    }


def sizing_cases() -> dict[str, Case]:
    def sized(component_id: str, **parameters: Any) -> StrategyDefinition:
        return strategy(entry(size=sizing(component_id, **parameters), levels=(STOP,)))

    def adding(size: Use) -> StrategyDefinition:
        falls = compare(PROFIT, "<=", -1.0)
        does = (action("buy", size=sizing("fixed-amount", amount=50_000)), action("buy", size=size))
        once = Limits(times_per_position=1)
        rules = (
            rule("first", Role.SCALE_IN, falls, does[0], once),
            rule("second", Role.SCALE_IN, falls, does[1], once),
        )
        return strategy(entry(size=THIRD), Part(rules=rules))

    small = sized("fixed-amount", amount=10_000)
    down = (candles([*QUIET, 102, 100, 98, 96, 94, 92, 90], wick=0.1),)
    one_win = (candles([*QUIET, 103, 99, 100, 102, 110, 120, 60, 100, 102, 103], wick=0.1),)
    later = entry(size=sizing("volatility-target", volatility=variable_use("historical-volatility", period=3)))
    return {
        "fixed-amount": Case(small, sized("fixed-amount", amount=20_000)),
        "share-of-cash": Case(sized("share-of-cash", percent=50), small),
        "share-of-equity": Case(sized("share-of-equity", percent=50), small),
        "risk-per-stop": Case(sized("risk-per-stop"), small),
        "volatility-target": Case(strategy(later), strategy(entry(size=sizing("fixed-amount", amount=10_000)))),
        # against what it does while there are too few trades
        "kelly": Case(sized("kelly", trades=1), sized("kelly", trades=100), one_win),
        "kelly-risk": Case(sized("kelly-risk", trades=1), sized("kelly-risk", trades=100), one_win),
        "like-first-buy": Case(adding(sizing("like-first-buy")), adding(sizing("fixed-amount", amount=50_000)), down),
        "like-last-buy": Case(adding(sizing("like-last-buy", times=2)), adding(sizing("like-first-buy")), down),
    }


def level_cases() -> dict[str, Case]:
    atr = variable_use("atr", period=2)
    without = strategy(entry(size=THIRD))
    levels = (
        STOP,
        level("stop-distance", distance=atr, times=2),
        level("stop-price", price=variable_use("low")),
        level("target-percent", percent=5),
        level("target-distance", distance=atr, times=2),
        level("trailing-percent", percent=3),
        level("trailing-distance", distance=atr, times=2),
        level("break-even", activation=4),
    )
    return {one.id: Case(strategy(entry(size=THIRD, levels=(one,))), without) for one in levels}


def brake_cases() -> dict[str, Case]:
    two = (TWO_TRADES, replace(TWO_TRADES, market=RIPPLE))
    swings = [100 + np.sin(row) for row in range(60)]
    twins = tuple(
        candles([*swings, *[100.0] * wait, 102, 103, 104], unit=CandleUnit.HOUR, market=market)
        for market, wait in ((BITCOIN, 2), (RIPPLE, 3))
    )
    night = {"hours": "own", "opens": "22:00", "closes": "23:00"}

    def braked(one: Use, series: tuple[CandleSeries, ...] = (TWO_TRADES,), **buy: Any) -> Case:
        enters = entry(**({"size": sizing("share-of-cash", percent=90), "levels": (STOP,)} | buy))
        unit = series[0].unit
        return Case(strategy(enters, risk=(one,), unit=unit), strategy(enters, unit=unit), series)

    return {
        "max-positions": braked(brake("max-positions", count=1), two, size=THIRD),
        "market-weight": braked(brake("market-weight", percent=10)),
        "total-exposure": braked(brake("total-exposure", percent=50), two, size=THIRD),
        "risk-cap": braked(brake("risk-cap", percent=1)),
        "correlation": braked(brake("correlation", days=2), twins, size=THIRD, levels=()),
        "cooldown": braked(brake("cooldown", minutes=60)),
        "max-entries-a-day": braked(brake("max-entries-a-day", count=1)),
        "daily-loss": braked(brake("daily-loss", percent=1)),
        "max-drawdown": braked(brake("max-drawdown", percent=1)),
        "order-size": braked(brake("order-size", amount=1_000)),
        "trading-hours": braked(brake("trading-hours", **night)),
    }


@cache
def waves() -> CandleSeries:
    """Three weeks of quarters of an hour that rise and fall by a tenth, unevenly."""
    rows = np.arange(2_000)
    noise = np.random.default_rng(5).normal(0, 0.6, len(rows))
    closes = 100 + 12 * np.sin(rows / 40) + 5 * np.sin(rows / 173) + noise
    return candles(list(closes), wick=0.2, unit=CandleUnit.MINUTES_15)


def block_cases() -> dict[str, Case]:
    quarter = CandleUnit.MINUTES_15
    crossing = block("ma-cross", size=THIRD)
    alone = strategy(crossing, unit=quarter)
    never = strategy(Part(rules=(rule("enter", Role.ENTRY, compare(CLOSE, ">", 1e9), action("buy")),)), unit=quarter)
    cases = {
        "signal-exit": block("signal-exit", when=all_of(compare(variable_use("rsi"), ">", 70.0))),
        "time-exit": block("time-exit", max_minutes=300),
    }
    made: dict[str, Case] = {}
    for one in registry().of(ComponentKind.BLOCK):
        assert issubclass(one, BlockComponent)
        name = one.declaration.id
        if one.part_kind is PartKind.ENTRY:
            made[name] = Case(strategy(block(name, size=THIRD), unit=quarter), never, (waves(),))
        else:
            made[name] = Case(strategy(crossing, cases.get(name) or block(name), unit=quarter), alone, (waves(),))
    return made


@cache
def every_case() -> dict[tuple[ComponentKind, str], Case]:
    by_kind = (action_cases(), style_cases(), sizing_cases(), level_cases(), brake_cases(), block_cases())
    return {(kind, name): case for kind, cases in zip(KINDS, by_kind, strict=True) for name, case in cases.items()}


COMPONENTS = [(kind, one.declaration.id) for kind in KINDS for one in registry().of(kind)]


def test_every_component_has_its_case() -> None:
    assert sorted(every_case(), key=str) == sorted(COMPONENTS, key=str)
    assert len(COMPONENTS) >= 50
    print(f"{len(COMPONENTS)} components, each with a case")


@pytest.mark.parametrize(("kind", "name"), COMPONENTS, ids=[f"{kind.value}:{name}" for kind, name in COMPONENTS])
def test_a_component_changes_what_a_run_comes_to(kind: ComponentKind, name: str) -> None:
    case = every_case()[kind, name]

    having, without = (run(one, *case.series, settings=case.settings) for one in (case.having, case.without))

    if (kind, name) == (ComponentKind.ACTION, "notify"):  # tells, and trades nothing
        assert fills(having) == fills(without)
        assert [one.outcome for one in having.decisions if one.rule == "manage"] == [Outcome.DONE]
    else:
        assert fills(having) != fills(without)
        assert having.fills or without.fills
    assert fills(having) == fills(stepped(case.having, *case.series, settings=case.settings))


def test_every_entry_is_one_of_its_own() -> None:
    entries = {
        one.declaration.id
        for one in registry().of(ComponentKind.BLOCK)
        if issubclass(one, BlockComponent) and one.part_kind is PartKind.ENTRY
    }

    bought = {
        name: tuple(fill.row for fill in run(case.having, *case.series).fills if fill.side is Side.BUY)
        for name, case in block_cases().items()
        if name in entries
    }

    assert len(set(bought.values())) == len(entries) == 6
    assert all(bought.values())


@pytest.mark.parametrize(
    ("component_id", "why"),
    [
        ("max-positions", "max-positions"),
        ("correlation", "correlation"),
        ("cooldown", "cooldown"),
        ("max-entries-a-day", "max-entries-a-day"),
        ("daily-loss", "daily-loss"),
        ("max-drawdown", "max-drawdown"),
        ("trading-hours", "trading-hours"),
    ],
)
def test_what_a_brake_prevented_is_told_with_its_reason(component_id: str, why: str) -> None:
    case = brake_cases()[component_id]

    told = [one for one in run(case.having, *case.series).decisions if one.outcome is Outcome.PREVENTED]

    assert {one.by for one in told} == {why}
    assert all(one.limit == one.limit for one in told)
