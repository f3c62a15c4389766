"""Random strategies as the engine sees them, and random candles: everything that a plan can hold, in any mixture.

Built from one seed, so that a failing case is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ConflictPolicy,
    GroupKind,
    Limits,
    Rearm,
    Role,
)
from upbit_auto_trading.business_logic.ports.strategy import (
    Action,
    AfterWait,
    Bools,
    Buy,
    Columns,
    Hold,
    LevelKind,
    LevelPlan,
    LimitBase,
    MarketTest,
    MeasuredFrom,
    MoveStop,
    Notify,
    PartPlan,
    Proposal,
    RulePlan,
    Sell,
    SizingAsk,
    StateTest,
    StateView,
    StrategyPlan,
    StyleKind,
    StylePlan,
    SwitchRules,
    Test,
    TestGroup,
    Truth,
    Verdict,
)
from upbit_auto_trading.utils.bilingual_text import Text

NAME = Text("임의", "random")
START = 1_700_000_000 // 86_400 * 86_400


def random_candles(rng: Generator, count: int, market: str = "KRW-BTC") -> CandleSeries:
    """Minutes with gaps, stretches that stand still, spikes, and prices that meet each other exactly; now and then a
    price that never moves, or one that jumps."""
    jumps = rng.random(count) < rng.choice([0.0, 0.0, 0.0, 0.02])
    if rng.random() < 0.05:
        price = np.full(count, 1000.0)
        return CandleSeries(
            Market("upbit", market), CandleUnit.MINUTE, START + 60 * np.arange(count), price, price, price, price, price
        )
    steps = rng.integers(-4, 5, count) * (rng.random(count) < rng.choice([0.2, 0.7, 1.0]))
    close = np.maximum(1000.0 + 5.0 * np.cumsum(steps + jumps * rng.integers(-60, 61, count)), 50.0)
    opened = START + 60 * np.cumsum(np.where(rng.random(count) < 0.1, rng.integers(2, 90, count), 1))
    first = np.concatenate(([1000.0], close[:-1])) + np.where(
        rng.random(count) < 0.15, 5.0 * rng.integers(-6, 7, count), 0
    )
    first = np.maximum(first, 20.0)
    spike = np.where(rng.random(count) < 0.05, rng.integers(0, 12, count), rng.integers(0, 3, count)) * 5.0
    high = np.maximum(first, close) + spike
    dip = np.where(rng.random(count) < 0.05, rng.integers(0, 12, count), rng.integers(0, 3, count)) * 5.0
    low = np.maximum(np.minimum(first, close) - dip, 10.0)
    volume = np.round(rng.exponential(2.0, count), 4) + 0.0001
    return CandleSeries(Market("upbit", market), CandleUnit.MINUTE, opened, first, high, low, close, volume)


def coarse(series: CandleSeries) -> CandleSeries:
    from datetime import timedelta

    return derived(series, CandleUnit.MINUTES_5, timedelta(0))


@dataclass(frozen=True)
class Noise:
    """A variable: the same for the same candle, whatever the series begins or ends with."""

    seed: int
    scale: float = 30.0

    @property
    def key(self) -> str:
        return f"noise-{self.seed}-{self.scale}"

    needs = 1
    window = 1

    def compute(self, columns: Columns) -> Floats:
        mixed = (columns.opened // 60 * 2_654_435_761 + self.seed * 40_503) % 1_000_003
        values = mixed / 1_000_003 * self.scale + 1.0
        return np.where(mixed % 97 == 0, np.nan, values)


@dataclass
class Maker:
    rng: Generator
    rule_ids: list[str] = field(default_factory=list)
    number: int = 0

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def pick(self, *choices: object) -> object:
        return choices[int(self.rng.integers(len(choices)))]

    # conditions

    def market_test(self) -> MarketTest:
        noise, limit = Noise(int(self.rng.integers(1000))), float(self.rng.choice([2.0, 4.0, 12.0, 28.0]))

        def compute(columns: Columns) -> Bools:
            return np.asarray(columns.of(noise) < limit)

        return MarketTest(f"{noise.key}<{limit}", compute, 1, 1)

    def state_test(self, *, has_position: bool) -> StateTest:
        self.number += 1
        if not has_position:
            limit = float(self.rng.choice([0, 1, 2]))
            if self.chance(0.5):
                noise = Noise(int(self.rng.integers(1000)), 200.0)
                return StateTest(f"s{self.number}", lambda view: view.close - 900.0 < view.of(noise), True)
            return StateTest(f"s{self.number}", lambda view: view.open_positions <= limit, False)
        amount = float(self.rng.choice([0.5, 1.0, 2.0, 5.0]))
        noise = Noise(int(self.rng.integers(1000)), 3.0)
        rule = str(self.rng.choice(self.rule_ids)) if self.rule_ids else ""
        tests: list[tuple[object, bool]] = [
            (lambda view: 100.0 * (view.close / view.average - 1.0) >= amount, True),
            (lambda view: 100.0 * (view.close / view.average - 1.0) <= -amount, True),
            (lambda view: 100.0 * (1.0 - view.close / view.peak) >= amount, True),
            (lambda view: view.peak_profit >= amount, True),
            (lambda view: view.candles_held >= 6 * amount, True),
            (lambda view: view.seconds_held >= 400 * amount, True),
            (lambda view: view.adds < amount, True),
            (lambda view: view.fired.get(rule, 0) >= 1, True),
            (lambda view: view.close - view.stop < 10 * amount, True),
            (lambda view: view.close > view.target - 10 * amount, True),
            (lambda view: 100.0 * (view.close / view.first_price - 1.0) > view.of(noise), True),
            (lambda view: view.equity < 10_000_000.0 * (1.0 + amount / 1000.0), False),
            (lambda view: view.day_profit < -amount / 100.0, False),
            (lambda view: view.free_cash < 9_000_000.0, False),
        ]
        holds, can_be_searched = tests[int(self.rng.integers(len(tests) if self.chance(0.2) else len(tests) - 3))]

        def checked(view: StateView) -> Truth:
            with np.errstate(invalid="ignore"):
                return holds(view)  # type: ignore[operator]

        return StateTest(f"s{self.number}", checked, can_be_searched)

    def test(self, *, has_position: bool) -> Test:
        if self.chance(0.35 if has_position else 0.8):
            return self.market_test()
        if self.chance(0.5):
            return self.state_test(has_position=has_position)
        kind = GroupKind(self.pick("all", "any", "none"))
        members: tuple[Test, ...] = (self.market_test(), self.state_test(has_position=has_position))
        if self.chance(0.3):
            members = (*members, TestGroup(GroupKind.ALL, (self.state_test(has_position=has_position),)))
        return TestGroup(kind, members)

    # actions

    def style(self) -> StylePlan:
        if self.chance(0.6):
            return StylePlan(StyleKind(self.pick("market", "market", "best")))
        return StylePlan(
            StyleKind.LIMIT,
            LimitBase(self.pick("close", "best-bid", "best-ask")),
            int(self.rng.integers(-3, 4)),
            float(self.rng.choice([0.0, -0.5, 0.5, 1.0])),
            int(self.rng.integers(1, 30)) if self.chance(0.6) else None,
            int(self.rng.integers(1, 1800)) if self.chance(0.3) else None,
            AfterWait(self.pick("cancel", "reprice", "market")),
            int(self.rng.integers(0, 4)),
        )

    def level(self) -> LevelPlan:
        self.number += 1
        kind = LevelKind(self.pick("stop", "stop", "target", "trailing"))
        percent = float(self.rng.choice([0.5, 1.0, 2.0, 5.0])) if self.chance(0.6) else None
        measured = MeasuredFrom(self.pick("first-fill", "average"))
        if kind is LevelKind.STOP and self.chance(0.2):
            percent = percent or 1.0
            return LevelPlan(
                f"l{self.number}", kind, 0.0, measured_from=measured, break_even_percent=percent, break_even_offset=0.1
            )
        return LevelPlan(
            f"l{self.number}",
            kind,
            percent,
            None if percent is not None else Noise(int(self.rng.integers(1000)), 10.0),
            float(self.rng.choice([0.5, 2.0])),
            measured_from=measured,
            share=float(self.rng.choice([1.0, 0.3, 0.5])) if kind is LevelKind.TARGET else 1.0,
            activation_percent=float(self.rng.choice([0.0, 1.0])) if kind is LevelKind.TRAILING else 0.0,
            after_targets=int(self.rng.integers(0, 2)) if kind is LevelKind.TRAILING else 0,
        )

    def levels(self) -> tuple[LevelPlan, ...]:
        return tuple(self.level() for _ in range(int(self.rng.integers(0, 3))))

    def buy(self, share: float) -> Buy:
        return Buy(FixedShare(share), self.style(), self.levels())

    def action(self, role: Role) -> Action:
        if role is Role.SCALE_IN:
            return self.buy(0.2)
        if role in (Role.EXIT, Role.PROTECT):
            return Sell(style=self.style())
        if role is Role.PARTIAL_EXIT:
            return Sell(float(self.rng.choice([0.25, 0.5])), self.chance(0.5), self.style())
        choices: list[Action] = [Notify("x"), Hold()]
        choices.append(MoveStop(profit_percent=0.2, may_loosen=self.chance(0.2)))
        choices.append(MoveStop(percent=float(self.rng.choice([0.5, 2.0]))))
        choices.append(MoveStop(variable=Noise(7, 10.0), times=1.5))
        if self.rule_ids:
            choices.append(SwitchRules((str(self.rng.choice(self.rule_ids)),), self.chance(0.3)))
        return choices[int(self.rng.integers(len(choices)))]

    def limits(self) -> Limits:
        if self.chance(0.4):
            return Limits()
        return Limits(
            int(self.rng.integers(1, 4)) if self.chance(0.5) else None,
            int(self.rng.integers(1, 4)) if self.chance(0.3) else None,
            int(self.rng.integers(0, 20)) if self.chance(0.4) else 0,
            Rearm(self.pick("at-once", "after-false")),
        )

    def rule(self, rule_id: str, role: Role) -> RulePlan:
        has_position = role is not Role.ENTRY
        if role is Role.ENTRY:
            action: Action = self.buy(float(self.rng.choice([0.3, 0.95, 1.0])))
        else:
            action = self.action(role)
        strength = Noise(int(self.rng.integers(1000))) if self.chance(0.5) else 1.0
        return RulePlan(rule_id, NAME, role, self.test(has_position=has_position), action, self.limits(), strength)

    def plan(self) -> StrategyPlan:
        roles = [Role(value) for value in ("scale-in", "exit", "partial-exit", "protect", "manage")]
        entry = PartPlan(
            NAME, tuple(self.rule(f"e{n}", Role.ENTRY) for n in range(int(self.rng.integers(1, 4)))), self.levels()
        )
        parts = []
        for part in range(int(self.rng.integers(1, 4))):
            ids = [f"m{part}-{n}" for n in range(int(self.rng.integers(0, 4)))]
            self.rule_ids += ids
            chosen = [roles[int(self.rng.integers(len(roles)))] for _ in ids]
            rules = tuple(self.rule(rule_id, role) for rule_id, role in zip(ids, chosen, strict=True))
            parts.append(PartPlan(NAME, rules, self.levels()))
        policy = ConflictPolicy(self.pick("priority", "conservative", "merge"))
        risk = (Brake(int(self.rng.integers(4))),) if self.chance(0.4) else ()
        return StrategyPlan(
            NAME, CandleUnit.MINUTE, entry, tuple(parts), policy, risk, needs=int(self.rng.integers(1, 20))
        )

    def simple_plan(self) -> StrategyPlan:
        """One whose exits can be searched for all entries at once."""

        def simple_level() -> LevelPlan:
            level = replace(self.level(), measured_from=MeasuredFrom.FIRST_FILL, break_even_percent=None, share=1.0)
            kind = LevelKind.TARGET if level.kind is LevelKind.TARGET else LevelKind.STOP
            amount = level.percent or (1.0 if level.variable is None else None)
            return replace(level, kind=kind, percent=amount, activation_percent=0.0, after_targets=0)

        def some(most: int) -> tuple[LevelPlan, ...]:
            return tuple(simple_level() for _ in range(int(self.rng.integers(0, most + 1))))

        entries = tuple(
            RulePlan(f"e{n}", NAME, Role.ENTRY, self.market_test(), Buy(CashShare(0.7), levels=some(2)))
            for n in range(int(self.rng.integers(1, 4)))
        )
        parts = [
            PartPlan(
                NAME,
                tuple(
                    RulePlan(f"m{part}-{n}", NAME, Role(self.pick("exit", "protect")), self.market_test(), Sell())
                    for n in range(int(self.rng.integers(0, 3)))
                ),
                some(1),
            )
            for part in range(int(self.rng.integers(0, 3)))
        ]
        needs = int(self.rng.integers(1, 20))
        return StrategyPlan(NAME, CandleUnit.MINUTE, PartPlan(NAME, entries), tuple(parts), needs=needs)

    def settings(self) -> BacktestSettings:
        return BacktestSettings(
            cash=float(self.rng.choice([10_000_000.0, 10_000_000.0, 123_456.789, 9_000.0])),
            fee=None if self.chance(0.5) else float(self.rng.choice([0.0, 0.001])),
            slippage=float(self.rng.choice([0.0, 0.001])),
            spread=float(self.rng.choice([0.0, 0.002])),
            latency=int(self.rng.choice([0, 0, 1, 3])),
            volume_share=float(self.rng.choice([0.5, 0.05])) if self.chance(0.2) else None,
            touching_fills=self.chance(0.3),
        )


@dataclass(frozen=True)
class FixedShare:
    share: float

    @property
    def key(self) -> str:
        return f"share-{self.share}"

    needs_stop = False
    variables = ()

    @property
    def of_free_cash(self) -> Callable[[float], float] | None:
        return None

    def funds(self, ask: SizingAsk) -> float:
        return ask.free_cash * self.share * (0.5 if ask.past.count % 3 == 1 else 1.0)


@dataclass(frozen=True)
class CashShare(FixedShare):
    @property
    def of_free_cash(self) -> Callable[[float], float] | None:
        return lambda cash: cash * self.share

    def funds(self, ask: SizingAsk) -> float:
        return ask.free_cash * self.share


@dataclass(frozen=True)
class Brake:
    which: int
    id = "brake"
    key = "brake"

    def judge(self, proposal: Proposal) -> Verdict:
        if self.which == 0 and len(proposal.held) >= 1:
            return Verdict(0.0, len(proposal.held), 1)
        if self.which == 1 and proposal.equity < proposal.peak_equity * 0.999:
            return Verdict(0.0, proposal.equity, proposal.peak_equity)
        if self.which == 2 and (proposal.equity < proposal.day_equity * 0.9999 or proposal.entries_today >= 3):
            return Verdict(0.0, proposal.equity, proposal.day_equity)
        if proposal.closed_at is not None and proposal.now - proposal.closed_at < 600 and proposal.closed_at_loss:
            return Verdict(0.0, proposal.now, proposal.closed_at)
        return Verdict(proposal.funds * 0.8)
