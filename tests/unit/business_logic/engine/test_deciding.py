"""Which rules act, how often, and what keeps them from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pytest

from tests.fakes.engine_stage import (
    BITCOIN,
    KOREAN_MIDNIGHT,
    PLAIN,
    Column,
    Sized,
    adds,
    always,
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
    state,
    strategy,
    told,
    traded,
)
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ConflictPolicy,
    GroupKind,
    Limits,
    Rearm,
    Role,
)
from upbit_auto_trading.business_logic.ports.strategy import (
    Hold,
    LevelKind,
    LevelPlan,
    MarketVariable,
    MeasuredFrom,
    MoveStop,
    Notify,
    PastTrades,
    RulePlan,
    Sell,
    SizingAsk,
    StateView,
    StyleKind,
    StylePlan,
    SwitchRules,
)
from upbit_auto_trading.business_logic.ports.strategy import (
    TestGroup as ConditionGroup,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest

DAY = 1_440
ETHER, RIPPLE = Market("upbit", "KRW-ETH"), Market("upbit", "KRW-XRP")
STOP = LevelPlan("stop", LevelKind.STOP, 5.0)


def of(market: Market, *rows: Sequence[float], **others: Any) -> CandleSeries:
    return candles(*rows, market=market, **others)


# many markets, one purse


def test_entries_of_one_moment_are_served_by_strength_then_turnover_then_code() -> None:
    """The purse is enough for one; the others have no cash."""

    def first_served(strength: float | MarketVariable, *volumes: float) -> str:
        markets = (RIPPLE, ETHER, BITCOIN)
        data = [
            of(market, *[(100, 100, 100, 100, volume)] * 3) for market, volume in zip(markets, volumes, strict=True)
        ]
        result = backtest(strategy(enters(on(0), buy(share(1.0)), strength=strength)), *data)
        assert [one.outcome.value for one in result.decisions] == ["ordered", "too-small", "too-small"]
        return result.trades[0].market.code

    @dataclass(frozen=True)
    class ByMarket:
        strengths: tuple[float, ...]
        key = "by-market"
        needs = window = 1

        def compute(self, columns: Any) -> np.ndarray:
            return np.full(len(columns), self.strengths[(RIPPLE, ETHER, BITCOIN).index(columns.market)])

    assert first_served(1.0, 7, 7, 7) == "KRW-BTC"
    assert first_served(1.0, 7, 8, 7) == "KRW-ETH"
    assert first_served(ByMarket((3.0, 2.0, nan)), 7, 8, 9) == "KRW-XRP"


def test_waiting_buys_of_several_markets_fill_by_strength() -> None:
    data = [of(market, *flat(100, 2)) for market in (ETHER, BITCOIN)]
    result = backtest(strategy(enters(on(0))), *data)
    assert [result.series[fill.market].market.code for fill in result.fills] == ["KRW-BTC", "KRW-ETH"]


def test_the_stronger_of_two_waiting_buys_fills_first() -> None:
    by_code = {"KRW-BTC": 1.0, "KRW-ETH": 2.0}

    @dataclass(frozen=True)
    class Strength:
        key = "strength"
        needs = window = 1

        def compute(self, columns: Any) -> np.ndarray:
            return np.full(len(columns), by_code[columns.market.code])

    data = [of(market, *flat(100, 2)) for market in (BITCOIN, ETHER)]
    result = backtest(strategy(enters(on(0), strength=Strength())), *data)
    assert [result.series[fill.market].market.code for fill in result.fills] == ["KRW-ETH", "KRW-BTC"]


def test_markets_whose_candles_lie_at_different_times_share_one_purse() -> None:
    one = of(BITCOIN, *flat(100, 3), minutes=[0, 2, 4])
    two = of(ETHER, *flat(50, 3), minutes=[1, 3, 5])
    result = backtest(strategy(enters(on(0), buy(share(1.0)))), one, two)
    assert [trade.market for trade in result.trades] == [BITCOIN]
    assert list(result.cash) == [1_000_000.0, 1_000_000.0, 0.0, 0.0, 0.0, 0.0]
    assert [one.by for one in result.decisions] == ["", "unknown-size"]


def test_equity_of_many_markets_takes_the_last_close_of_each() -> None:
    one = of(BITCOIN, *flat(100, 2), *flat(110), minutes=[0, 1, 4])
    two = of(ETHER, *flat(50, 2), *flat(55), minutes=[0, 2, 3])
    result = backtest(strategy(enters(on(0))), one, two)
    assert list(result.equity) == pytest.approx([1e6, 1e6, 1e6, 1_010_000, 1_020_000])


# scaling in and out


def test_adds_count_and_move_the_average() -> None:
    seen: list[tuple[float, int]] = []

    def looks(view: StateView) -> bool:
        if isinstance(view.row, int):
            seen.append((view.average, view.adds))
        return False

    plan = strategy(
        enters(on(0), buy(amount(100_000.0), replace(STOP, measured_from=MeasuredFrom.AVERAGE))),
        (adds(on(1), buy(amount(100_000.0))), leaves(state("looks", looks, can_be_searched=False))),
    )
    series = candles(*flat(100, 2), *flat(200), (200, 200, 120, 120))
    assert traded(backtest(plan, series))[-1][2] == pytest.approx(400 / 3 * 0.95)
    assert (100.0, 0) in seen
    assert (round(400 / 3, 9), 1) in [(round(average, 9), count) for average, count in seen]


def test_sizes_know_the_first_and_the_last_buy_and_past_trades() -> None:
    asked: list[SizingAsk] = []

    def size(ask: SizingAsk) -> float:
        asked.append(ask)
        return 10_000.0 + 1_000.0 * ask.adds

    sized = Sized("known", size)
    plan = strategy(enters(on(0, 4), buy(sized, STOP)), (adds(on(1, 2), buy(sized)), leaves(on(3))))
    run_backtest(plan, [BacktestData(candles(*flat(100, 4), *flat(50, 3)))], replace(PLAIN, fast_forward=False))
    assert [(ask.first_funds, ask.last_funds, ask.adds) for ask in asked] == [
        (0.0, 0.0, 0), (10_000.0, 10_000.0, 0), (10_000.0, 10_000.0, 1), (0.0, 0.0, 0),
    ]  # fmt: skip
    assert [ask.stop_distance for ask in asked] == pytest.approx([5.0, 5.0, 5.0, 2.5])
    assert asked[-1].past == PastTrades(1, 0, 0.0, pytest.approx(0.5))  # type: ignore[arg-type]


def test_staged_targets_and_then_the_trail() -> None:
    levels = (
        LevelPlan("first", LevelKind.TARGET, 5.0, share=0.5),
        LevelPlan("second", LevelKind.TARGET, 10.0, share=0.25),
        LevelPlan("trail", LevelKind.TRAILING, 2.0, after_targets=2),
    )
    series = candles(*flat(100, 2), (100, 106, 100, 106), (106, 112, 100, 111), (111, 111, 100, 100))
    result = backtest(strategy(enters(on(0), buy(None, *levels))), series)
    assert [(fill.row, round(fill.price, 6), fill.quantity, fill.reason) for fill in result.fills[1:]] == [
        (2, 105.0, 500.0, "first"),
        (3, 110.0, 250.0, "second"),
        (4, 109.76, 250.0, "trail"),
    ]
    (trade,) = result.trades
    assert trade.exit_price == pytest.approx(107.44)
    assert (trade.exit_reason, trade.is_open) == ("trail", False)
    assert trade.profit == pytest.approx(500 * 5 + 250 * 10 + 250 * 9.76)


def test_a_trail_that_counts_after_a_target_may_lie_above_it() -> None:
    """The peak was 109; adding at 80 brought the target down to 97.8: the rest is sold there too."""
    levels = (
        LevelPlan("target", LevelKind.TARGET, 10.0, share=0.5, measured_from=MeasuredFrom.AVERAGE),
        LevelPlan("trail", LevelKind.TRAILING, 1.0, after_targets=1),
    )
    series = candles(*flat(100), (100, 109, 100, 100), *flat(80, 2), (80, 100, 80, 99))
    plan = strategy(enters(on(0), buy(None, *levels)), adds(on(2)))
    found = traded(backtest(plan, series))[2:]
    assert [(fill[0], fill[3]) for fill in found] == [(4, "target"), (4, "trail")]
    assert [fill[2] for fill in found] == pytest.approx([800 / 9 * 1.1] * 2)


def test_the_last_of_the_targets_leaves_no_step() -> None:
    """Two halves of an odd number of steps."""
    levels = [LevelPlan(f"t{percent}", LevelKind.TARGET, percent, share=0.5) for percent in (5.0, 10.0)]
    series = candles(*flat(100, 2), (100, 106, 100, 106), (106, 112, 106, 111))
    result = backtest(strategy(enters(on(0), buy(amount(0.000007), *levels))), series)
    assert [fill.quantity for fill in result.fills] == [7e-8, 3e-8, 4e-8]


def test_a_break_even_stop_counts_once_the_profit_was_seen() -> None:
    level = LevelPlan("even", LevelKind.STOP, 0.0, break_even_percent=5.0, break_even_offset=1.0)
    series = candles(*flat(100, 2), (100, 104, 100, 100), (100, 105, 100, 102), (102, 102, 90, 90))
    assert traded(backtest(strategy(enters(on(0), buy(None, level))), series))[1:] == [(4, "sell", 101.0, "even")]


# conflicts


def acts(policy: ConflictPolicy, *parts: RulePlan | Sequence[RulePlan]) -> tuple[list[Any], list[Any]]:
    """What two rules of candle 1 come to: fills of candle 2 and decisions of candle 1."""
    result = backtest(strategy(enters(on(0)), *parts, policy=policy), candles(*flat(100, 4)))
    return [fill[1:] for fill in traded(result) if fill[0] == 2], [one[1:] for one in told(result) if one[0] == 1]


ADD, MORE, CLOSE = adds(on(1)), adds(on(1), rule_id="more"), leaves(on(1))
HALF = rule("half", Role.PARTIAL_EXIT, on(1), Sell(0.5))
HOLD = rule("hold", Role.MANAGE, on(1), Hold())
PRIORITY, CONSERVATIVE, MERGE = (ConflictPolicy(one) for one in ("priority", "conservative", "merge"))


@pytest.mark.parametrize(
    ("policy", "parts", "reasons"),
    [
        (PRIORITY, (ADD, CLOSE), ["add"]),
        (PRIORITY, (HOLD, CLOSE), []),
        (CONSERVATIVE, (ADD, CLOSE), ["out"]),
        (CONSERVATIVE, (ADD, HOLD), []),
        (CONSERVATIVE, (ADD, HALF), ["add"]),
        (MERGE, (ADD, CLOSE), ["out"]),
        (MERGE, (ADD, MORE), ["add", "more"]),
        (MERGE, (HOLD, MORE), ["more"]),
        (MERGE, (HOLD,), []),
        (PRIORITY, ((ADD, CLOSE),), ["add"]),
    ],
)
def test_what_counts_where_several_want_to_act(policy: ConflictPolicy, parts: Any, reasons: list[str]) -> None:
    assert [fill[2] for fill in acts(policy, *parts)[0]] == reasons


def test_what_is_outranked_is_told() -> None:
    assert acts(PRIORITY, ADD, CLOSE)[1] == [("out", "outranked", "add"), ("add", "ordered", "")]
    assert acts(PRIORITY, (ADD, CLOSE))[1] == [("out", "outranked", "add"), ("add", "ordered", "")]


def test_protection_overrides_all_that_trade_and_nothing_that_does_not() -> None:
    saves = rule("save", Role.PROTECT, on(1), Sell())
    tells = rule("tell", Role.MANAGE, on(1), Notify("x"))
    fills, decisions = acts(PRIORITY, ADD, HOLD, tells, saves)
    assert [fill[2] for fill in fills] == ["save"]
    assert decisions == [
        ("add", "outranked", "save"), ("hold", "outranked", "save"), ("tell", "done", ""), ("save", "ordered", ""),
    ]  # fmt: skip


def test_stops_move_up_only_and_merging_takes_the_tighter() -> None:
    low = rule("low", Role.MANAGE, on(1), MoveStop(percent=5.0))
    high = rule("high", Role.MANAGE, on(1), MoveStop(percent=2.0))
    series = candles(*flat(100, 2), (100, 100, 90, 90))

    def sold(policy: ConflictPolicy, *rules: RulePlan) -> tuple[float, str]:
        _, _, price, reason = traded(backtest(strategy(enters(on(0)), *rules, policy=policy), series))[1]
        return price, reason

    assert sold(PRIORITY, low, high) == (95.0, "low")
    assert sold(MERGE, low, high) == (98.0, "high")
    assert sold(MERGE, high, low) == (98.0, "high")
    loose = rule("loose", Role.MANAGE, on(1), MoveStop(percent=5.0, may_loosen=True))
    assert sold(MERGE, high, loose) == (95.0, "loose")


@pytest.mark.parametrize(
    ("action", "price"),
    [
        (MoveStop(profit_percent=-1.0), 99.0),
        (MoveStop(price=Column((97.0,) * 9)), 97.0),
        (MoveStop(variable=Column((2.0,) * 9), times=2.0), 96.0),
        (MoveStop(price=Column((nan,) * 9)), None),
        (MoveStop(), None),
    ],
)
def test_where_a_moved_stop_lies(action: MoveStop, price: float | None) -> None:
    series = candles(*flat(100, 2), (100, 100, 90, 90))
    found = traded(backtest(strategy(enters(on(0)), rule("move", Role.MANAGE, on(1), action)), series))[1:]
    assert found == ([] if price is None else [(2, "sell", price, "move")])


# rules and their memories


def test_a_rule_that_is_switched_off_rests_until_the_next_position() -> None:
    switch = rule("switch", Role.MANAGE, on(1), SwitchRules(("add",)))
    plan = strategy(enters(on(0, 4)), (switch, adds(on(1, 2, 5))), leaves(on(3)))
    assert [fill[0] for fill in traded(backtest(plan, candles(*flat(100, 8)))) if fill[3] == "add"] == [6]


def test_a_rule_is_switched_on_again_from_the_next_candle_on() -> None:
    switches = [
        rule("off", Role.MANAGE, on(1), SwitchRules(("add",))),
        rule("on", Role.MANAGE, on(3), SwitchRules(("add",), is_on=True)),
    ]
    plan = strategy(enters(on(0)), switches, adds(always()))
    assert [fill[0] for fill in traded(backtest(plan, candles(*flat(100, 6)))) if fill[3] == "add"] == [5]


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        (Limits(), [2, 3, 4, 5, 6, 7]),
        (Limits(times_per_position=2), [2, 3]),
        (Limits(cooldown=2), [2, 5]),
        (Limits(rearm=Rearm.AFTER_FALSE), [2]),
    ],
)
def test_how_often_a_rule_acts(limits: Limits, rows: list[int]) -> None:
    plan = strategy(enters(on(0)), adds(always(), buy(amount(1_000.0)), limits=limits))
    found = traded(backtest(plan, candles(*flat(100, 8))))
    assert [fill[0] for fill in found if fill[3] == "add"] == rows


@pytest.mark.parametrize("is_searched", [True, False, None])
def test_a_rule_is_armed_again_after_it_did_not_hold_once(is_searched: bool | None) -> None:
    when: Any = on(1, 2, 4, 5, 7)
    if is_searched is not None:
        column = Column((0, 1, 1, 0, 1, 1, 0, 1, 0))
        when = state("column", lambda view: view.of(column) > 0, can_be_searched=is_searched)
    plan = strategy(enters(on(0)), adds(when, limits=Limits(rearm=Rearm.AFTER_FALSE)))
    found = traded(backtest(plan, candles(*flat(100, 9))))
    assert [fill[0] for fill in found if fill[3] == "add"] == [2, 5, 8]


def test_times_a_day_are_those_of_a_korean_day() -> None:
    """Candles around midnight in Korea; each day lets it act twice."""
    plan = strategy(enters(on(0)), adds(always(), buy(amount(1_000.0)), limits=Limits(times_per_day=2)))
    series = candles(*flat(100, 10), first=KOREAN_MIDNIGHT - 5 * 60)
    assert [fill[0] for fill in traded(backtest(plan, series)) if fill[3] == "add"] == [2, 3, 6, 7]


def test_a_rule_whose_order_waits_is_not_asked_again() -> None:
    plan = strategy(enters(on(0)), adds(always(), buy(amount(1_000.0))))
    result = backtest(plan, candles(*flat(100, 8)), settings=replace(PLAIN, latency=1))
    assert [fill[0] for fill in traded(result) if fill[3] == "add"] == [4, 6]


def test_groups_hold_by_their_kind() -> None:
    def rows(kind: GroupKind) -> list[int]:
        group = ConditionGroup(kind, (on(1, 2), state(f"s{kind}", lambda view: view.candles_held >= 2)))
        found = traded(backtest(strategy(enters(on(0)), adds(group, buy(amount(1_000.0)))), candles(*flat(100, 6))))
        return [fill[0] for fill in found if fill[3] == "add"]

    assert rows(GroupKind.ALL) == [3]
    assert rows(GroupKind.ANY) == [2, 3, 4, 5]
    assert rows(GroupKind.NONE) == []


def test_an_entry_by_the_close_is_searched_for() -> None:
    plan = strategy(enters(state("above", lambda view: view.close > 104)))
    assert traded(backtest(plan, candles(*[row for price in range(100, 108) for row in flat(price)])))[0][0] == 6


def test_the_first_entry_rule_that_holds_acts() -> None:
    plan = strategy([enters(on(1), rule_id="one"), enters(on(0, 1), buy(amount(4.0)), rule_id="two")])
    assert [fill[3] for fill in traded(backtest(plan, candles(*flat(100, 3))))] == ["two"]


def test_an_order_that_did_not_fill_does_not_count() -> None:
    style = StylePlan(StyleKind.LIMIT, offset_percent=-10.0, wait_candles=1)
    add = adds(always(), buy(style=style), limits=Limits(times_per_position=1))
    found = told(backtest(strategy(enters(on(0)), add), candles(*flat(100, 5))))
    assert [one[2] for one in found if one[1] == "add"] == ["ordered", "unfilled"] * 3 + ["ordered"]
