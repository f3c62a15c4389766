"""Plans of rules that hold on the candles a test names, over candles that it writes down; run stepping and jumping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import (
    MARKET_STYLE,
    Action,
    Buy,
    Columns,
    LevelPlan,
    MarketTest,
    PartPlan,
    RulePlan,
    Sell,
    SizingAsk,
    StateTest,
    StateView,
    StrategyPlan,
    StylePlan,
    Test,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.utils.bilingual_text import Text

NAME = Text("이름", "name")
BITCOIN = Market("upbit", "KRW-BTC")
#: 2026-01-01 00:00 in Korea
KOREAN_MIDNIGHT = 1_767_193_200
#: no fee, and a purse that is easily divided
PLAIN = BacktestSettings(cash=1_000_000.0, fee=0.0)


def candles(
    *rows: Sequence[float],
    minutes: Sequence[int] | None = None,
    first: int = KOREAN_MIDNIGHT,
    market: Market = BITCOIN,
    unit: CandleUnit = CandleUnit.MINUTE,
) -> CandleSeries:
    """Each row is open, high, low, close and, where it counts, volume."""
    told = np.array([(*row, 1000.0)[:5] for row in rows], dtype=np.float64)
    length = 60 if unit is CandleUnit.MINUTE else 300
    opened = first + length * np.array(range(len(rows)) if minutes is None else minutes, dtype=np.int64)
    return CandleSeries(market, unit, opened, *(told[:, column].copy() for column in range(5)))


def flat(price: float, count: int = 1) -> list[tuple[float, ...]]:
    return [(price, price, price, price)] * count


def on(*rows: int) -> MarketTest:
    def compute(columns: Columns) -> np.ndarray:
        held = np.zeros(len(columns), dtype=bool)
        held[[row for row in rows if row < len(columns)]] = True
        return held

    return MarketTest(f"on{rows}", compute, 1, 1)


def always() -> MarketTest:
    return MarketTest("always", lambda columns: np.ones(len(columns), dtype=bool), 1, 1)


def state(key: str, holds: Callable[[StateView], Any], *, can_be_searched: bool = True) -> StateTest:
    return StateTest(key, holds, can_be_searched)


@dataclass(frozen=True)
class Column:
    """A variable with one value on each candle."""

    values: tuple[float, ...]
    needs = 1
    window = 1

    @property
    def key(self) -> str:
        return f"column{self.values}"

    def compute(self, columns: Columns) -> Floats:
        return np.array(self.values[: len(columns)], dtype=np.float64)


@dataclass(frozen=True)
class Sized:
    """By a function of what may be known."""

    name: str
    size: Callable[[SizingAsk], float]
    needs_stop = False
    variables = ()
    of_free_cash = None

    @property
    def key(self) -> str:
        return self.name

    def funds(self, ask: SizingAsk) -> float:
        return self.size(ask)


def share(part: float) -> Sized:
    return Sized(f"share-{part}", lambda ask: ask.free_cash * part)


def amount(funds: float) -> Sized:
    return Sized(f"amount-{funds}", lambda ask: funds)


def buy(size: Sized | None = None, *levels: LevelPlan, style: StylePlan = MARKET_STYLE) -> Buy:
    return Buy(size or amount(100_000.0), style, levels)


def rule(rule_id: str, role: Role, when: Test, action: Action, **others: Any) -> RulePlan:
    return RulePlan(rule_id, NAME, role, when, action, **others)


def enters(when: Test, action: Buy | None = None, rule_id: str = "in", **others: Any) -> RulePlan:
    return rule(rule_id, Role.ENTRY, when, action or buy(), **others)


def leaves(when: Test, rule_id: str = "out", **others: Any) -> RulePlan:
    return rule(rule_id, Role.EXIT, when, Sell(), **others)


def adds(when: Test, action: Buy | None = None, rule_id: str = "add", **others: Any) -> RulePlan:
    return rule(rule_id, Role.SCALE_IN, when, action or buy(), **others)


def strategy(
    entry: RulePlan | Sequence[RulePlan], *management: RulePlan | Sequence[RulePlan], **others: Any
) -> StrategyPlan:
    """Each further argument is a part: one rule, or several."""
    parts = tuple(PartPlan(NAME, (one,) if isinstance(one, RulePlan) else tuple(one)) for one in (entry, *management))
    return StrategyPlan(NAME, CandleUnit.MINUTE, parts[0], parts[1:], **others)


def backtest(
    plan: StrategyPlan, *data: CandleSeries | BacktestData, settings: BacktestSettings = PLAIN, **others: Any
) -> BacktestResult:
    """The same whether it steps or jumps."""
    given = [BacktestData(one) if isinstance(one, CandleSeries) else one for one in data]
    stepped = run_backtest(plan, given, replace(settings, fast_forward=False), **others)
    jumped = run_backtest(plan, given, replace(settings, fast_forward=True), **others)
    assert list(jumped.fills) == list(stepped.fills)
    assert repr(list(jumped.decisions)) == repr(list(stepped.decisions))
    return stepped


def traded(result: BacktestResult) -> list[tuple[int, str, float, str]]:
    """Row, side, price and reason of each fill."""
    return [(fill.row, fill.side.value, fill.price, fill.reason) for fill in result.fills]


def told(result: BacktestResult) -> list[tuple[int, str, str, str]]:
    """Row, rule, outcome and by what, of each decision."""
    return [(one.row, one.rule, one.outcome.value, one.by) for one in result.decisions]
