"""The closed form of candles and an order book under a print at every tick give the same fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.random import Generator

from tests.properties.watched_exchange import NotTold, Traded, WatchedExchange, Wish
from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.execution import BuyOrder, ResolvedLevel, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import (
    AfterWait,
    LevelKind,
    LevelPlan,
    MeasuredFrom,
    StyleKind,
    StylePlan,
)
from upbit_auto_trading.business_logic.simulation.candle_execution import CandleExecution
from upbit_auto_trading.business_logic.simulation.simulated_money import MarketTerms
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

RULES = practice_rules()
MARKET = Market("upbit", "KRW-XRP")
FIRST = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASH = 100_000_000
TICK = 10
SALE = "sale"


def random_candles(rng: Generator, count: int) -> list[Candle]:
    """On the grid, between 10,000 and 30,000: ticks of 10, and of 5 below."""
    steps = rng.integers(-6, 7, count) * (rng.random(count) < rng.choice([0.5, 1.0]))
    close = np.maximum(int(rng.choice([10_100, 20_000])) + TICK * np.cumsum(steps), 5_500)
    first = np.concatenate((close[:1], close[:-1]))
    first = first + TICK * np.where(rng.random(count) < 0.3, rng.integers(-15, 16, count), 0)
    high = np.maximum(first, close) + TICK * rng.integers(0, 9, count) * (rng.random(count) < 0.6)
    low = np.minimum(first, close) - TICK * rng.integers(0, 9, count) * (rng.random(count) < 0.6)
    opened = np.cumsum(np.where(rng.random(count) < 0.1, rng.integers(2, 9, count), 1))
    return [
        Candle(
            MARKET, CandleUnit.MINUTE, FIRST + int(opened[n]) * MINUTE,
            Decimal(int(first[n])), Decimal(int(high[n])), Decimal(int(low[n])), Decimal(int(close[n])),
            Decimal(1000), Decimal(0),
        )
        for n in range(count)
    ]  # fmt: skip


def as_series(candles: list[Candle]) -> CandleSeries:
    columns = (
        np.array([float(getattr(c, name)) for c in candles]) for name in ("open", "high", "low", "close", "volume")
    )
    opened = np.array([int(one.opened_at.timestamp()) for one in candles])
    return CandleSeries(MARKET, CandleUnit.MINUTE, opened, *columns)


@dataclass
class Chance:
    rng: Generator
    number: int = 0

    def happens(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def level(self) -> LevelPlan:
        self.number += 1
        kind = list(LevelKind)[int(self.rng.integers(3))]
        percent = float(self.rng.choice([0.1, 0.2, 0.3, 0.5, 1.0, 1.5]))
        measured = list(MeasuredFrom)[int(self.rng.integers(2))]
        if kind is LevelKind.STOP and self.happens(0.25):
            return LevelPlan(
                f"l{self.number}", kind, 0.0, measured_from=measured, break_even_percent=percent, break_even_offset=0.05
            )
        return LevelPlan(
            f"l{self.number}", kind, percent, measured_from=measured,
            share=float(self.rng.choice([1.0, 0.3, 0.5])) if kind is LevelKind.TARGET else 1.0,
            activation_percent=float(self.rng.choice([0.0, 0.2])) if kind is LevelKind.TRAILING else 0.0,
            after_targets=int(self.rng.integers(0, 2)) if kind is LevelKind.TRAILING else 0,
        )  # fmt: skip

    def wish(self, *, is_buy: bool, has_levels: bool) -> Wish:
        wish = Wish(is_buy, Decimal(int(self.rng.integers(500_000, 3_000_000))))
        wish.share = Decimal(str(self.rng.choice([1.0, 0.5, 0.25])))
        if self.happens(0.5):
            wish.ticks = int(self.rng.integers(-8, 9))
            wish.wait = int(self.rng.integers(1, 6)) if self.happens(0.7) else None
            wish.after = str(self.rng.choice(["cancel", "market", "reprice"]))
            wish.reprices = int(self.rng.integers(0, 3))
        if has_levels:
            wish.levels = tuple(self.level() for _ in range(int(self.rng.integers(0, 4))))
        return wish


def order_of(wish: Wish, row: int) -> BuyOrder | SellOrder:
    style = StylePlan()
    if wish.ticks is not None:
        style = StylePlan(
            StyleKind.LIMIT, offset_ticks=wish.ticks, wait_candles=wish.wait, after_wait=AfterWait(wish.after),
            most_reprices=wish.reprices,
        )  # fmt: skip
    if wish.is_buy:
        levels = tuple(ResolvedLevel(one) for one in wish.levels)
        return BuyOrder(0, "rule", style, float(wish.funds), row, levels)
    return SellOrder(0, SALE, style, float(wish.share), False, row)


def both(seed: int, count: int) -> tuple[list[Traded], list[Traded]]:
    rng = np.random.default_rng(seed)
    candles, chance = random_candles(rng, count), Chance(rng)
    frame = Frame(as_series(candles))
    assumed = BacktestSettings(cash=float(CASH), touching_fills=True)
    closed = CandleExecution(assumed, [frame], [MarketTerms(RULES, MARKET)])
    watched = WatchedExchange(RULES, MARKET, candles, Decimal(CASH), seed)
    for row in range(count):
        if not closed.is_idle(0):
            closed.sell_at_open(0, row)
            closed.buy_at_open(0, row)
            closed.follow_path(0, row)
        watched.live_through(row)
        for wish in wishes(chance, closed):
            if not closed.place(order_of(wish, row)):
                watched.place(wish, row)
        if closed.is_closing(0):
            closed.withdraw_buys(0)
        if closed.position(0).is_open and chance.happens(0.05):
            price = float(candles[row].close) * float(rng.choice([0.999, 0.995]))
            closed.move_stop(0, price, "moved", may_loosen=False)
            watched.move_stop(Decimal(repr(price)))
    ours = [
        Traded(fill.row, fill.side.value, *(Decimal(repr(n)) for n in (fill.price, fill.quantity, fill.fee)))
        for fill in closed.fills
    ]
    return ours, watched.fills


def wishes(chance: Chance, closed: CandleExecution) -> list[Wish]:
    """Of one candle, by what the closed form holds."""
    if closed.position(0).is_open:
        if closed.is_closing(0):
            return []
        found = [chance.wish(is_buy=True, has_levels=chance.happens(0.3))] if chance.happens(0.08) else []
        if not closed.is_waiting(0, SALE) and chance.happens(0.08):
            found.append(chance.wish(is_buy=False, has_levels=False))
        return found
    if not closed.has_orders(0) and chance.happens(0.4):
        return [chance.wish(is_buy=True, has_levels=True)]
    return []


def assert_same(ours: list[Traded], theirs: list[Traded]) -> None:
    """Of one candle in any order: orders of one moment have none."""

    def ordered(fills: list[Traded]) -> list[tuple[int, str, Decimal, Decimal]]:
        return sorted((one.row, one.side, one.price, one.quantity.quantize(Decimal("1E-8"))) for one in fills)

    assert ordered(ours) == ordered(theirs)
    for mine, other in zip(sorted(ours, key=lambda f: f[:4]), sorted(theirs, key=lambda f: f[:4]), strict=True):
        assert abs(mine.fee - other.fee) < Decimal("1e-6")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_candles_and_prints_fill_alike(seed: int) -> None:
    try:
        ours, theirs = both(seed, 50)
    except NotTold:
        assume(False)
    assert_same(ours, theirs)


@pytest.mark.long
def test_more_candles_and_prints() -> None:
    """Counts what it proved."""
    fills = told = 0
    for seed in range(1_000):
        try:
            ours, theirs = both(seed, 50)
        except NotTold:
            continue
        assert_same(ours, theirs)
        fills, told = fills + len(ours), told + 1
    assert told > 950
    assert fills > 14_000
