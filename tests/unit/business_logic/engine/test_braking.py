"""What keeps a decided order from being made, what brakes may know, and how a run goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
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
    state,
    strategy,
    told,
    traded,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.engine.strategy_run import Cancelled
from upbit_auto_trading.business_logic.ports.strategy import (
    LevelKind,
    LevelPlan,
    MeasuredFrom,
    Proposal,
    StateView,
    Verdict,
)
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, prepared_run, run_backtest
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules

DAY = 1_440
ETHER, RIPPLE = Market("upbit", "KRW-ETH"), Market("upbit", "KRW-XRP")
STOP = LevelPlan("stop", LevelKind.STOP, 5.0)


def of(market: Market, *rows: Sequence[float], **others: Any) -> CandleSeries:
    return candles(*rows, market=market, **others)


# sizes and levels that are not known


@pytest.mark.parametrize("size", [nan, 0.0, -1.0])
def test_an_unknown_size_buys_nothing(size: float) -> None:
    result = backtest(strategy(enters(on(0), buy(amount(size)))), candles(*flat(100, 2)))
    assert told(result) == [(0, "in", "too-small", "unknown-size")]


def test_an_unknown_level_buys_nothing() -> None:
    level = LevelPlan("stop", LevelKind.STOP, variable=Column((nan, nan)))
    result = backtest(strategy(enters(on(0), buy(None, level))), candles(*flat(100, 2)))
    assert told(result) == [(0, "in", "too-small", "unknown-level")]


# brakes and the account


@dataclass(frozen=True)
class Judge:
    verdict: Callable[[Proposal], Verdict]
    id = "judge"
    key = "judge"

    def judge(self, proposal: Proposal) -> Verdict:
        return self.verdict(proposal)


def asked_by(plan: Any, *series: CandleSeries) -> list[Proposal]:
    asked: list[Proposal] = []

    def listen(proposal: Proposal) -> Verdict:
        asked.append(proposal)
        return Verdict(proposal.funds)

    data = [BacktestData(one) for one in series]
    run_backtest(replace(plan, risk=(Judge(listen),)), data, replace(PLAIN, fast_forward=False))
    stepped, asked = asked, []
    run_backtest(replace(plan, risk=(Judge(listen),)), data, PLAIN)
    assert [replace(one, correlation=len) for one in asked] == [replace(one, correlation=len) for one in stepped]  # type: ignore[arg-type]
    return stepped


def test_a_brake_prevents_or_lessens() -> None:
    plan = strategy(enters(on(0)))
    none = backtest(replace(plan, risk=(Judge(lambda one: Verdict(0.0, 7.0, 5.0)),)), candles(*flat(100, 2)))
    assert [(one.outcome.value, one.by, one.value, one.limit) for one in none.decisions] == [
        ("prevented", "judge", 7.0, 5.0)
    ]
    risk = (Judge(lambda one: Verdict(one.funds / 2)), Judge(lambda one: Verdict(inf)))
    less = backtest(replace(plan, risk=risk), candles(*flat(100, 2)))
    assert less.fills[0].quantity == 500.0


def test_brakes_see_the_purse_of_the_day_and_its_peak() -> None:
    """Bought at 100 with a tenth, seen at 200, at midnight 150; then 130."""
    prices = [100, 100, 200, 150, 130, 130]
    series = candles(*[one for price in prices for one in flat(price)], first=KOREAN_MIDNIGHT - 4 * 60)
    plan = strategy(enters(on(0)), adds(on(4)))
    add = asked_by(plan, series)[1]
    assert (add.equity, add.peak_equity, add.day_equity) == pytest.approx((1_030_000, 1_100_000, 1_050_000))
    assert not add.is_entry
    assert add.held[0].value == pytest.approx(130_000)
    assert add.held[0].at_risk is None


def test_brakes_see_what_is_held_and_under_way() -> None:
    plan = strategy(enters(on(1), buy(None, STOP)), leaves(on()))
    bitcoin, ether = of(BITCOIN, *flat(100, 4)), of(ETHER, *flat(100, 4), minutes=[1, 2, 3, 4])
    proposals = asked_by(plan, bitcoin, ether, of(RIPPLE, *flat(100, 4)))
    assert [len(one.held) for one in proposals] == [0, 1, 2]
    assert proposals[2].held[0].at_risk == pytest.approx(5_000.0)
    assert proposals[1].held[0].value == 100_000.0
    assert [one.entries_today for one in proposals] == [0, 1, 2]


def test_brakes_see_when_and_how_the_last_position_ended() -> None:
    plan = strategy(enters(on(0, 2, 4), buy(None)), leaves(on(1, 3)))
    series = candles(*flat(100, 2), *flat(90), *flat(90), *flat(99), *flat(99))
    found = [(one.closed_at, one.closed_at_loss) for one in asked_by(plan, series)]
    assert found == [(None, False), (KOREAN_MIDNIGHT + 180, True), (KOREAN_MIDNIGHT + 300, False)]


def test_rules_about_the_account() -> None:
    seen: list[tuple[float, ...]] = []

    def looks(view: StateView) -> bool:
        seen.append((view.equity, view.free_cash, view.day_profit, view.open_positions))  # type: ignore[arg-type]
        return bool(view.open_positions == 0)

    plan = strategy(enters(state("account", looks, can_be_searched=False)))
    backtest(plan, of(BITCOIN, *flat(100, 4)), of(ETHER, *flat(50, 4), minutes=[5, 6, 7, 8]))
    assert seen[0] == (1_000_000.0, 1_000_000.0, 0.0, 0)
    assert seen[-1][1:] == (900_000.0, 0.0, 1)


# likeness of markets


def walk(seed: int, hours: int) -> list[tuple[float, ...]]:
    steps = np.random.default_rng(seed).normal(0, 0.01, hours)
    return [row for price in 100 * np.exp(np.cumsum(steps)) for row in flat(float(price))]


def likeness(one: CandleSeries, two: CandleSeries, days: int = 1) -> float | None:
    found: list[float | None] = []

    def listen(proposal: Proposal) -> Verdict:
        other = ETHER if proposal.market == BITCOIN else BITCOIN
        found.append(proposal.correlation(proposal.market, other, days))
        return Verdict(0.0)

    last = len(one) - 1
    plan = replace(strategy(enters(on(last))), risk=(Judge(listen),))
    run_backtest(plan, [BacktestData(one), BacktestData(two)], PLAIN)
    return found[0]


def hourly(market: Market, rows: list[tuple[float, ...]]) -> CandleSeries:
    """Of the first minute of each hour and of its last."""
    minutes = [hour * 60 + minute for hour in range(len(rows)) for minute in (0, 59)]
    return of(market, *[row for row in rows for _ in range(2)], minutes=minutes)


def test_likeness_is_that_of_hourly_returns() -> None:
    same, other = walk(1, 30), walk(2, 30)
    assert likeness(hourly(BITCOIN, same), hourly(ETHER, same)) == pytest.approx(1.0)
    prices = [np.array([row[3] for row in rows[-24:]]) for rows in (same, other)]
    expected = np.corrcoef(*(np.diff(np.log(one)) for one in prices))[0, 1]
    assert likeness(hourly(BITCOIN, same), hourly(ETHER, other)) == pytest.approx(expected)


def test_likeness_is_unknown_with_little_data_or_standing_prices() -> None:
    assert likeness(hourly(BITCOIN, walk(1, 8)), hourly(ETHER, walk(2, 8))) is None
    assert likeness(hourly(BITCOIN, flat(100, 30)), hourly(ETHER, walk(2, 30))) is None


def test_longer_candles_are_compared_as_they_are() -> None:
    def daily(market: Market, rows: list[tuple[float, ...]]) -> CandleSeries:
        series = of(market, *rows, minutes=[DAY * n for n in range(len(rows))])
        return replace(series, unit=CandleUnit.DAY)

    assert likeness(daily(BITCOIN, walk(1, 30)), daily(ETHER, walk(1, 30)), days=20) == pytest.approx(1.0)


# the run


def test_nothing_is_decided_while_it_warms_up() -> None:
    series = candles(*flat(100, 6))
    plan = strategy(enters(always()), needs=3)
    assert told(backtest(plan, series))[0][0] == 2
    assert told(backtest(plan, series, decide_from=int(series.opened[4])))[0][0] == 4
    assert told(backtest(plan, series, decide_from=0))[0][0] == 2


@pytest.mark.parametrize("is_fast", [True, False])
def test_a_run_can_be_watched_and_ended(is_fast: bool) -> None:
    series = candles(*flat(100, 12_000))
    told_of: list[tuple[int, int]] = []

    def goes_on(done: int, count: int) -> bool:
        told_of.append((done, count))
        return done < 5_000

    column = state("every", lambda view: view.open_positions < 0, can_be_searched=False)
    with pytest.raises(Cancelled):
        run_backtest(
            strategy(enters(column)), [BacktestData(series)], replace(PLAIN, fast_forward=is_fast), progress=goes_on
        )
    assert told_of[-1] == (5_000, 12_000)


def test_a_watched_run_goes_to_its_end() -> None:
    column = state("every", lambda view: view.open_positions < 0, can_be_searched=False)
    data, asked = [BacktestData(candles(*flat(100, 6_000)))], []

    def goes_on(done: int, count: int) -> bool:
        asked.append(done)
        return True

    assert run_backtest(strategy(enters(column)), data, PLAIN, progress=goes_on).stepped == 6_000
    assert asked == [5_000]


def test_a_run_ends_where_it_is_told() -> None:
    series = candles(*flat(100, 6))
    plan = strategy(enters(on(0)), leaves(on(3)))
    assert len(traded(backtest(plan, series, until=int(series.opened[3])))) == 1
    assert len(traded(backtest(plan, series, until=int(series.opened[4])))) == 2
    assert traded(backtest(plan, series, until=0)) == []


def test_no_candles_no_trades() -> None:
    result = backtest(strategy(enters(on(0))), candles(*flat(100)).rows(slice(0, 0)))
    assert result.trades == ()
    assert result.final_equity == 1_000_000.0


def test_a_stop_that_may_not_loosen_stays() -> None:
    run, _ = prepared_run(strategy(enters(on(0))), [BacktestData(candles(*flat(100, 3)))], PLAIN)
    run.run()
    run.execution.move_stop(0, 90.0, "high", may_loosen=False)
    run.execution.move_stop(0, 80.0, "low", may_loosen=False)
    assert run.execution.stop(0) == 90.0


def test_a_result_knows_its_unit_and_its_markets() -> None:
    result = backtest(strategy(enters(on())), of(ETHER, *flat(100)))
    assert (result.unit, result.markets) == (CandleUnit.MINUTE, (ETHER,))


def test_a_coarser_candle_that_the_first_does_not_begin_is_left_out() -> None:
    frame = Frame(candles(*flat(100, 12), minutes=range(3, 15)))
    coarser, last = frame.higher(CandleUnit.MINUTES_5)
    assert list(coarser.opened - KOREAN_MIDNIGHT) == [300, 600]
    assert list(last) == [-1] * 6 + [0] * 5 + [1]


# exits at once


def searched(plan: Any, data: BacktestData, **settings: Any) -> bool:
    """Whether no candle had to be stepped; the result is the same."""
    assumed = replace(PLAIN, **settings)
    found = run_backtest(plan, [data], assumed)
    stepped = run_backtest(plan, [data], replace(assumed, fast_forward=False))
    assert list(found.fills) == list(stepped.fills)
    return not found.stepped


def test_what_only_the_loop_can_tell_is_run_by_it() -> None:
    def simple(*levels: LevelPlan, part: float = 0.5) -> Any:
        @dataclass(frozen=True)
        class CashShare(Sized):
            @property
            def of_free_cash(self) -> Callable[[float], float]:  # type: ignore[override]
                return lambda cash: cash * part

        sized = CashShare("half", lambda ask: ask.free_cash * part)
        return strategy(enters(on(0, 3), buy(sized, *levels)), leaves(on(2)))

    data = BacktestData(candles(*flat(100, 6)))
    assert searched(simple(STOP), data)
    assert not searched(simple(replace(STOP, measured_from=MeasuredFrom.AVERAGE)), data)
    assert not searched(simple(LevelPlan("x", LevelKind.STOP, variable=Column((nan,) * 9))), data)
    assert not searched(simple(part=0.0), data)
    with_minimum = BacktestData(candles(*flat(100, 2), *flat(40, 4)), None, practice_rules())
    assert searched(simple(), with_minimum)
    assert not searched(simple(), with_minimum, cash=12_000.0)
    assert not searched(simple(), with_minimum, cash=9_000.0)
