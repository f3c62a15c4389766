"""Look-ahead and warm-up of a whole strategy, or of one variable: for the command, the window and before saving.

What is guaranteed
------------------
A column that at some row depends on candles after it is found

- always, where every candle was a cut (up to about 1,500 candles), or the row lies before a cut that takes away
  what it depends on: a maximum, a mean or the length of all candles, anything that reads from the end;
- always, where candles times window fit the screening (a year of minutes: windows up to 32 candles and few columns), at
  any single place;
- else with certainty only where what it sees shows at one of the thousands of places that are looked at: the extremes
  and largest moves of price, range, volume and time, the end, and places evenly over everything. A column that is
  otherwise on one candle in a hundred escapes 2,000 such places about once in 500 million checks.

What a strategy cannot be found out about: that it was fitted to these very candles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.ports.strategy import MarketVariable, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.checked_columns import (
    CheckedColumn,
    columns_of,
    columns_of_variables,
)
from upbit_auto_trading.business_logic.use_cases.look_ahead import (
    CutReport,
    KeepGoing,
    LookAhead,
    Run,
    cut_columns,
    cut_runs,
)
from upbit_auto_trading.business_logic.use_cases.warm_up import WarmUp, WarmUpReport, start_later

#: one after the other, in shares of the whole
_COLUMNS, _WARM_UP = 0.7, 0.8


@dataclass(frozen=True, slots=True)
class StrategyCheck:
    """``look_ahead`` and ``warm_up`` are what is wrong; the counts say how much was looked at."""

    look_ahead: tuple[LookAhead, ...]
    warm_up: tuple[WarmUp, ...]
    candles: int
    columns: int
    #: histories that were cut off and computed anew
    cuts: int
    #: places that were looked at besides
    screened: int
    #: runs over a history that was cut off
    runs: int
    #: later beginnings
    starts: int
    #: names of those whose warm-up is longer than the candles at hand
    unchecked: tuple[str, ...]
    #: the future was cut off at every single candle
    is_every_candle: bool

    @property
    def is_clean(self) -> bool:
        return not self.look_ahead and not self.warm_up


def check_strategy(
    plan: StrategyPlan,
    series: Sequence[CandleSeries],
    day_start: timedelta,
    run: Run | None = None,
    keep_going: KeepGoing = lambda _share: True,
) -> StrategyCheck:
    """``run`` makes a backtest of the plan over candles of these markets, always with the same settings; without it
    only columns are looked at. ``keep_going`` is told the share that is done, and ends it early with False."""
    reports = [
        _of_market(one, columns_of(plan), day_start, _share_of(keep_going, number, len(series)))
        for number, one in enumerate(series)
    ]
    orders = CutReport((), 0, 0)
    if run is not None:
        orders = cut_runs(run, series, lambda share: keep_going(_WARM_UP + share * (1 - _WARM_UP)))
    return _put_together(series, len(columns_of(plan)), reports, orders)


def check_variables(
    variables: Sequence[MarketVariable],
    series: CandleSeries,
    day_start: timedelta,
    keep_going: KeepGoing = lambda _share: True,
) -> StrategyCheck:
    """Of a component alone, as when a user's own is loaded."""
    columns = columns_of_variables(tuple(variables))
    report = _of_market(series, columns, day_start, keep_going)
    return _put_together([series], len(columns), [report], CutReport((), 0, 0))


def _of_market(
    series: CandleSeries, columns: Sequence[CheckedColumn], day_start: timedelta, keep_going: KeepGoing
) -> tuple[CutReport, WarmUpReport]:
    if len(series) < 2:
        return CutReport((), 0, 0), WarmUpReport((), 0, tuple(column.name for column in columns))
    frame = Frame(series, day_start)
    cuts = cut_columns(series, columns, frame, lambda share: keep_going(share * _COLUMNS))
    if not keep_going(_COLUMNS):
        return cuts, WarmUpReport((), 0, ())
    looking_ahead = {one.name for one in cuts.found}
    # whoever looks ahead differs at the end of any history: that says nothing of its warm-up
    honest = [one for one in columns if one.name not in looking_ahead]
    return cuts, start_later(series, honest, frame, cuts.suspects)


def _share_of(keep_going: KeepGoing, number: int, count: int) -> KeepGoing:
    return lambda share: keep_going((number + share) / count)


def _put_together(
    series: Sequence[CandleSeries], columns: int, reports: Sequence[tuple[CutReport, WarmUpReport]], orders: CutReport
) -> StrategyCheck:
    unchecked = dict.fromkeys(name for _cuts, later in reports for name in later.unchecked)
    return StrategyCheck(
        look_ahead=(*(one for cuts, _later in reports for one in cuts.found), *orders.found),
        warm_up=tuple(one for _cuts, later in reports for one in later.found),
        candles=sum(len(one) for one in series),
        columns=columns,
        cuts=sum(cuts.cuts for cuts, _later in reports),
        screened=sum(cuts.screened for cuts, _later in reports),
        runs=orders.cuts,
        starts=sum(later.starts for _cuts, later in reports),
        unchecked=tuple(unchecked),
        is_every_candle=bool(reports) and all(cuts.is_every_candle for cuts, _later in reports),
    )
