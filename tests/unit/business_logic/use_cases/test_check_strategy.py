"""Biases that were planted are found, small ones too; what is honest is not accused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest
import talib

from tests.fakes.made_candles import FIRST, made_series
from upbit_auto_trading.business_logic.domain.backtest import (
    BacktestResult,
    BacktestSettings,
    DecisionRow,
    FillRow,
    Outcome,
    Side,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, epoch_second, no_candles
from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind, Role
from upbit_auto_trading.business_logic.ports.strategy import (
    Buy,
    Columns,
    LevelKind,
    LevelPlan,
    MarketTest,
    MoveStop,
    PartPlan,
    RulePlan,
    SizingAsk,
    StateTest,
    StrategyPlan,
)
from upbit_auto_trading.business_logic.ports.strategy import (
    TestGroup as GroupOfTests,  # pytest would collect it
)
from upbit_auto_trading.business_logic.use_cases.check_strategy import (
    StrategyCheck,
    check_strategy,
    check_variables,
)
from upbit_auto_trading.business_logic.use_cases.checked_columns import Checked
from upbit_auto_trading.utils.bilingual_text import Text

UTC_DAYS = timedelta(0)
SHORT, LONG = made_series(700), made_series(12_000, seed=3)


@dataclass(frozen=True)
class Made:
    """A variable that is a function of the candles."""

    key: str
    of: Callable[[Columns], Floats]
    window: int = 1
    needs: int = 1

    def compute(self, columns: Columns) -> Floats:
        return np.asarray(self.of(columns), dtype=np.float64)


def later(values: Floats, steps: int = 1) -> Floats:
    return np.append(values[steps:], np.full(min(steps, len(values)), np.nan))


def whole_hours(columns: Columns) -> Floats:
    """The close of the hour in which the candle lies, though it has not closed."""
    assert isinstance(columns.unit, CandleUnit)
    hours, _closed = columns.higher(CandleUnit.HOUR)
    return np.asarray(hours.close[np.searchsorted(hours.opened, columns.opened, side="right") - 1])


def where_it_jumps(columns: Columns) -> Floats:
    """The next close, and only where it is far away: on one candle in a thousand."""
    close, following = columns.close, later(columns.close)
    with np.errstate(invalid="ignore"):
        is_far = np.abs(following / close - 1) > 0.000_298
    return np.where(is_far, following, close)


def in_memory_beyond(columns: Columns) -> Floats:
    """Reads behind the end of what it was given, where the next candle lies in memory."""
    if not len(columns):
        return np.zeros(0)
    return np.lib.stride_tricks.as_strided(columns.close, (len(columns), 2), (8, 8))[:, 1].copy()


BIASES = (
    Made("the-next-close", lambda columns: later(columns.close)),
    Made("the-next-open-is-this-close", lambda columns: later(columns.open, 2)),
    Made("by-the-highest-of-all", lambda columns: columns.close / columns.high.max(initial=1)),
    Made("from-the-mean-of-all", lambda columns: columns.close - columns.close.mean()),
    Made("a-centred-mean", lambda columns: np.convolve(columns.close, np.ones(3) / 3, "same")[: len(columns)], 3),
    Made("the-highest-to-come", lambda columns: np.maximum.accumulate(columns.high[::-1])[::-1]),
    Made("how-many-there-are", lambda columns: columns.close + len(columns)),
    Made("an-hour-before-it-ends", whole_hours, 60),
    Made("a-jump-that-comes", where_it_jumps),
    Made("the-last-two-corrected", lambda columns: np.append(columns.close[:-2], columns.open[-2:])),
    Made(
        "a-little-of-the-next-volume",
        lambda columns: columns.close * (1 + 1e-7 * (later(columns.volume) > columns.volume)),
    ),
)
HONEST = (
    Made("close", lambda columns: columns.close),
    Made("sma", lambda columns: talib.SMA(columns.close, 20), 20, 20),
    Made("ema", lambda columns: talib.EMA(columns.close, 60), 1_106, 60),
    Made("rsi", lambda columns: talib.RSI(columns.close, 14), 520, 15),
    Made("highest-so-far", lambda columns: np.maximum.accumulate(columns.high), 10**9),
    Made("unknown", lambda columns: np.full(len(columns), np.nan)),
)


@pytest.mark.parametrize("bias", BIASES, ids=lambda bias: bias.key)
@pytest.mark.parametrize("series", [SHORT, LONG], ids=["short", "long"])
def test_a_bias_is_found_with_its_candle(bias: Made, series: CandleSeries) -> None:
    report = check_variables((HONEST[0], bias), series, UTC_DAYS)
    assert {one.name for one in report.look_ahead} == {bias.key}
    one = report.look_ahead[0]
    assert one.kind is Checked.VARIABLE
    assert one.opened < one.cut_at
    assert one.with_future != one.without_future
    assert report.warm_up == ()
    assert not report.is_clean


@pytest.mark.parametrize("place", [517, 9_999, 11_990])
def test_a_single_biased_candle_in_twelve_thousand_is_found(place: int) -> None:
    """Its window is short enough for every candle to be looked at."""
    at = LONG.opened[place]

    def once(columns: Columns) -> Floats:
        return np.where(columns.opened == at, later(columns.close), columns.close)

    report = check_variables((Made("once", once),), LONG, UTC_DAYS)
    assert {one.name for one in report.look_ahead} == {"once"}
    assert all(one.opened == at for one in report.look_ahead)


def test_memory_behind_the_end_is_not_the_future() -> None:
    """Otherwise whoever reads it would find in it what he would not have."""
    report = check_variables((Made("beyond", in_memory_beyond),), SHORT, UTC_DAYS)
    assert {one.name for one in report.look_ahead} == {"beyond"}


@pytest.mark.parametrize("series", [SHORT, LONG, made_series(4_000, missing=0.3)], ids=["short", "long", "gaps"])
def test_what_is_honest_is_not_accused(series: CandleSeries) -> None:
    hour_ago = Made("last-hour", lambda columns: _of_closed_hours(columns), 180)
    report = check_variables((*HONEST, hour_ago), series, UTC_DAYS)
    assert report.look_ahead == ()
    assert report.warm_up == ()
    assert report.is_clean
    assert "highest-so-far" in report.unchecked
    assert report.cuts >= 6
    assert report.is_every_candle == (len(series) <= 1_500)
    assert report.is_every_candle or report.screened > 1_000


def _of_closed_hours(columns: Columns) -> Floats:
    hours, closed = columns.higher(CandleUnit.HOUR)
    return np.append(hours.close, np.nan)[closed]


def test_a_column_of_another_length_is_named() -> None:
    report = check_variables((Made("short", lambda columns: columns.close[:5]),), SHORT, UTC_DAYS)
    assert {one.name for one in report.look_ahead} == {"short"}


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_hardly_any_candles_are_no_fault(count: int) -> None:
    series = SHORT.rows(slice(0, count)) if count else no_candles(SHORT.market, SHORT.unit)
    report = check_variables((HONEST[0],), series, UTC_DAYS)
    assert report.is_clean
    assert report.candles == count


def test_an_early_end_is_obeyed() -> None:
    assert check_variables(HONEST, LONG, UTC_DAYS, lambda _share: False).cuts == 0
    told: list[float] = []
    check_variables(HONEST[:2], LONG, UTC_DAYS, lambda share: not told.append(share))  # type: ignore[func-returns-value]
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1
    few = check_variables(HONEST[:2], LONG, UTC_DAYS, lambda share: share < 0.3)
    assert 0 < few.cuts < 500
    assert few.screened == 0
    # cut to the end, and screened not at all
    assert check_variables(HONEST[:2], LONG, UTC_DAYS, lambda share: share < 0.489).screened == 0


# warm-up


def test_a_warm_up_that_is_too_short_is_found() -> None:
    short = Made("ema", lambda columns: talib.EMA(columns.close, 60), 60, 60)
    report = check_variables((short,), LONG, UTC_DAYS)
    assert report.look_ahead == ()
    (one,) = report.warm_up
    assert (one.name, one.window) == ("ema", 60)
    assert one.began < one.opened
    assert one.whole == pytest.approx(one.later, rel=0.1)
    assert one.whole != one.later


def test_a_window_that_lacks_one_candle_is_found() -> None:
    short = Made("sma", lambda columns: talib.SMA(columns.close, 20), 19, 20)
    (one,) = check_variables((short,), SHORT, UTC_DAYS).warm_up
    assert np.isnan(one.later)


def test_a_history_that_begins_at_a_rare_place_is_found_by_screening() -> None:
    """One candle in five hundred remembers the one 40 before it."""

    def rarely(columns: Columns) -> Floats:
        minute = columns.opened // 60
        old = np.append(np.full(min(40, len(columns)), np.nan), columns.close[:-40])
        return np.where(minute % 5_003 == 7, old, columns.close)

    (one,) = check_variables((Made("rarely", rarely, 20),), LONG, UTC_DAYS).warm_up
    assert one.opened // 60 % 5_003 == 7


# whole strategies


def plan_of(*rules: RulePlan, levels: tuple[LevelPlan, ...] = (), variables: tuple[Made, ...] = ()) -> StrategyPlan:
    return StrategyPlan(Text("", ""), CandleUnit.MINUTE, PartPlan(Text("", ""), rules, levels), variables=variables)


@dataclass(frozen=True)
class OneWon:
    variables: tuple[Made, ...] = ()
    key: str = "one-won"
    needs_stop: bool = False
    of_free_cash: Callable[[float], float] | None = None

    def funds(self, ask: SizingAsk) -> float:
        return 1.0


def rule(
    when: MarketTest | StateTest | GroupOfTests, action: Buy | MoveStop | None = None, strength: float | Made = 1.0
) -> RulePlan:
    return RulePlan("rule", Text("", ""), Role.ENTRY, when, action or Buy(OneWon()), strength=strength)


def rising(bias: int = 0) -> MarketTest:
    def compute(columns: Columns) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        before = np.append(np.nan, columns.close[:-1])
        return np.asarray((later(columns.close, bias) if bias else columns.close) > before)

    return MarketTest("rising", compute, 2, 2)


def test_a_condition_that_looks_ahead_is_found_wherever_it_stands() -> None:
    state = StateTest("held", lambda view: bool(view.quantity), True)
    group = GroupOfTests(GroupKind.ANY, (state, GroupOfTests(GroupKind.ALL, (rising(1), state))))
    report = check_strategy(plan_of(rule(group)), [SHORT], UTC_DAYS)
    assert {(one.kind, one.name) for one in report.look_ahead} == {(Checked.CONDITION, "rising")}
    assert check_strategy(plan_of(rule(GroupOfTests(GroupKind.ALL, (rising(), state)))), [SHORT], UTC_DAYS).is_clean


def level(**values: Made) -> LevelPlan:
    return LevelPlan("stop", LevelKind.STOP, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(rule(rising()), variables=(BIASES[0],)),
        plan_of(rule(rising(), strength=BIASES[0])),
        plan_of(rule(rising(), Buy(OneWon((BIASES[0],))))),
        plan_of(rule(rising(), Buy(OneWon(), levels=(level(variable=BIASES[0]),)))),
        plan_of(rule(rising()), levels=(level(price=BIASES[0]),)),
        plan_of(rule(rising(), MoveStop(variable=BIASES[0]))),
        plan_of(rule(rising(), MoveStop(price=BIASES[0]))),
    ],
    ids=["variables", "strength", "sizing", "level of an action", "level of a part", "stop distance", "stop price"],
)
def test_whatever_a_strategy_reads_is_looked_at(plan: StrategyPlan) -> None:
    report = check_strategy(plan, [SHORT], UTC_DAYS)
    assert {one.name for one in report.look_ahead} == {BIASES[0].key}
    assert report.columns == 2


def test_a_condition_whose_warm_up_is_too_short_is_found() -> None:
    def compute(columns: Columns) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return np.asarray(np.cumsum(columns.close > columns.open) % 2 == 0)

    report = check_strategy(plan_of(rule(MarketTest("even", compute, 1, 5))), [LONG], UTC_DAYS)
    assert report.look_ahead == ()
    assert {(one.kind, one.name) for one in report.warm_up} == {(Checked.CONDITION, "even")}


def test_each_market_is_looked_at() -> None:
    day = 86_400
    noisy = replace(SHORT, opened=SHORT.opened + day)
    at = noisy.opened[300]

    def compute(columns: Columns) -> Floats:
        return np.where(columns.opened == at, later(columns.close), columns.close)

    report = check_strategy(plan_of(rule(rising(), strength=Made("once", compute))), [SHORT, noisy], UTC_DAYS)
    assert {one.opened for one in report.look_ahead} == {at}
    assert report.candles == 1_400


# orders of a run


def run_that_buys(
    peeks: bool = False, decides_anew: bool = False
) -> Callable[[Sequence[CandleSeries]], BacktestResult]:
    """Buys on the candle after each one that closed at its high; sells on the next."""

    def run(series: Sequence[CandleSeries]) -> BacktestResult:
        fills: list[FillRow] = []
        decisions: list[DecisionRow] = []
        for number, one in enumerate(series):
            signals = np.flatnonzero(one.close == one.high)
            for trade, row in enumerate(signals[:: 1 + (decides_anew and len(one) % 2)].tolist()):
                decisions.append(DecisionRow(number, row, "high", Outcome.ORDERED, "", 1.0, 1.0, None))
                if row + 1 >= len(one):
                    decisions.append(DecisionRow(number, row, "high", Outcome.UNFILLED, "end", 1.0, 1.0, None))
                    continue
                if peeks and row + 2 < len(one) and one.close[row + 2] > one.close[row + 1]:
                    continue
                fills.append(FillRow(number, row + 1, Side.BUY, float(one.open[row + 1]), 1, 0, "high", trade))
        settings = BacktestSettings()
        return BacktestResult(Text("", ""), settings, tuple(series), UTC_DAYS, fills, decisions)

    return run


def checked(run: Callable[[Sequence[CandleSeries]], BacktestResult], series: CandleSeries = SHORT) -> StrategyCheck:
    return check_strategy(plan_of(rule(rising())), [series], UTC_DAYS, run)


def test_orders_that_stay_when_the_future_is_cut_off_are_sound() -> None:
    report = checked(run_that_buys())
    assert report.is_clean
    assert report.runs >= 5


def test_an_order_that_knew_the_next_candle_is_found() -> None:
    (one, *_more) = checked(run_that_buys(peeks=True)).look_ahead
    assert (one.kind, one.name) == (Checked.DECISION, "high")
    assert one.opened < one.cut_at


def test_decisions_that_change_when_the_future_is_cut_off_are_found() -> None:
    (one, *_more) = checked(run_that_buys(decides_anew=True)).look_ahead
    assert one.kind is Checked.DECISION


def test_a_run_without_orders_or_candles_is_sound() -> None:
    def nothing(series: Sequence[CandleSeries]) -> BacktestResult:
        return BacktestResult(Text("", ""), BacktestSettings(), tuple(series), UTC_DAYS, (), ())

    assert checked(nothing).runs > 0
    assert checked(nothing, no_candles(SHORT.market, SHORT.unit)).runs == 0
    stopped = check_strategy(plan_of(), [SHORT], UTC_DAYS, nothing, lambda share: share < 0.75)
    assert stopped.runs == 0


def test_hours_are_those_of_the_clock() -> None:
    """The example above means what it says."""
    assert epoch_second(FIRST) % 3_600 == 0
    assert len(derived(SHORT, CandleUnit.HOUR, UTC_DAYS)) == 12
