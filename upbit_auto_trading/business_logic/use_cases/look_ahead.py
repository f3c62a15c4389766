"""Whether anything of a strategy knows what comes after: cut the future off, and nothing before may change.

Two ways, because the exact one costs a whole computation for each cut:

- *Cutting*: columns of the candles before a cut against the same rows of the whole. Exact, in every row before it.
- *Screening*: the last candles before thousands of cuts at once, each followed by another candle than the real one.
  What differs there is looked at again by cutting, so that nothing is found wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, DecisionRow, FillRow, Outcome
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.use_cases.checked_columns import (
    SAME,
    SAME_FROM_WINDOW,
    Checked,
    CheckedColumn,
    copied,
    differing,
    scale_of,
)
from upbit_auto_trading.business_logic.use_cases.chosen_cuts import (
    Places,
    blocks,
    cuts_by_weight,
    evenly,
    extremes,
    moves_by_size,
)

#: candles times columns that are computed for cutting: some seconds
_CUTTING_WORK: Final = 280_000_000
#: what preparing a history costs, in columns
_PREPARING: Final = 2
_MOST_CUTS: Final = 300
#: so few candles are all cut
_EVERY_CUT: Final = 1_500
_FEWEST_CUTS: Final = 6
#: candles times columns of one screening, and candles of it, which bound its memory
_SCREENING_WORK: Final = 32_000_000
_SCREENING_CANDLES: Final = 3_000_000
#: lengths of screened histories; what needs more is cut alone
_LENGTHS: Final = (32, 128, 512, 2_048, 8_192, 32_768)
#: of one column: looked at again by cutting
_MOST_SUSPECTS: Final = 8
_OF_ONE: Final = 3
#: candles of all runs together; one that is stepped through counts as so many
_RUN_WORK: Final = 12_000_000
_STEP_COST: Final = 800
_FEWEST_RUNS, _MOST_RUNS = 4, 40
_FEW_FILLS: Final = 500

KeepGoing = Callable[[float], bool]
Run = Callable[[Sequence[CandleSeries]], BacktestResult]


@dataclass(frozen=True, slots=True)
class LookAhead:
    """``name`` had another value at the close of a candle before what came after was known."""

    kind: Checked
    name: str
    market: str
    #: opening time of the candle, in seconds since 1970
    opened: int
    #: opening time of the first candle that was cut off
    cut_at: int
    with_future: float
    without_future: float


@dataclass(frozen=True, slots=True)
class CutReport:
    found: tuple[LookAhead, ...]
    cuts: int
    screened: int
    #: names of columns, and cuts before which their window told another value than the whole history, though they do
    #: not look ahead: for the warm-up check
    suspects: tuple[tuple[str, int], ...] = ()
    is_every_candle: bool = False


class ColumnCutter:
    """For one market. Columns of the whole are computed once."""

    def __init__(self, series: CandleSeries, columns: Sequence[CheckedColumn], frame: Frame) -> None:
        self._series = series
        self._frame = frame
        self._columns = columns
        self._moves = moves_by_size(series)
        self.whole = {column.name: column.of(frame) for column in columns}
        self.scales = {name: scale_of(values) for name, values in self.whole.items()}
        self.found: dict[str, list[LookAhead]] = {}
        self.cuts = self.screened = 0
        self.suspects: list[tuple[str, int]] = []

    def cut_all(self, keep_going: KeepGoing) -> bool:
        """True where every candle was a cut."""
        count, work = len(self._series), 0
        most = _EVERY_CUT if count <= _EVERY_CUT else _MOST_CUTS
        for cut in cuts_by_weight(self._series, self._moves, most):
            work += cut * (len(self._columns) + _PREPARING)
            if self.cuts >= _FEWEST_CUTS and work > _CUTTING_WORK:
                break
            if not keep_going(min(1.0, max(work / _CUTTING_WORK, self.cuts / most))):
                break
            self.cut(cut, self._columns)
        return self.cuts >= count - 1

    def cut(self, cut: int, columns: Sequence[CheckedColumn]) -> None:
        self.cuts += 1
        frame = Frame(copied(self._series, 0, cut), self._frame.day_start)
        for column in columns:
            known = self.found.setdefault(column.name, [])
            if len(known) < _OF_ONE:
                self._compare(column, frame, cut, known)

    def _compare(self, column: CheckedColumn, frame: Frame, cut: int, known: list[LookAhead]) -> None:
        whole, part = self.whole[column.name][:cut], column.of(frame)
        if len(part) != cut:
            known.append(self._finding(column, cut - 1, cut, float(whole[-1]), float("nan")))
            return
        places = np.flatnonzero(differing(whole, part, self.scales[column.name], SAME))
        if len(places):
            row = int(places[-1])
            known.append(self._finding(column, row, cut, float(whole[row]), float(part[row])))

    def _finding(self, column: CheckedColumn, row: int, cut: int, seen: float, unseen: float) -> LookAhead:
        opened = self._series.opened
        name = str(self._series.market)
        return LookAhead(column.kind, column.name, name, int(opened[row]), int(opened[cut]), seen, unseen)

    def screen_all(self, keep_going: KeepGoing) -> None:
        for number, length in enumerate(_LENGTHS):
            shorter = _LENGTHS[number - 1] if number else 0
            columns = [column for column in self._columns if shorter < column.window <= length]
            if not keep_going(number / len(_LENGTHS)):
                return
            if columns and length < len(self._series):
                self._screen(columns, length)

    def _screen(self, columns: Sequence[CheckedColumn], length: int) -> None:
        most = min(_SCREENING_CANDLES, _SCREENING_WORK // len(columns)) // length
        screened = blocks(self._series, self._screened_cuts(length, most), length)
        self.screened += len(screened.cuts)
        frame = Frame(screened.series, self._frame.day_start)
        for column in columns:
            found, expected = column.of(frame)[screened.lasts], self.whole[column.name][screened.cuts - 1]
            differs = differing(expected, found, self.scales[column.name], SAME_FROM_WINDOW)
            self._look_again(column, screened.cuts[differs])

    def _screened_cuts(self, length: int, most: int) -> Places:
        count = len(self._series)
        if count - length <= most:
            return np.arange(length, count, dtype=np.int64)
        moves = self._moves[: most // 4]
        chosen = (
            np.array(extremes(self._series), dtype=np.int64),
            moves,
            moves + 1,
            np.arange(count - 64, count, dtype=np.int64),
            evenly(count, most // 2),
        )
        cuts = np.unique(np.concatenate(chosen))
        return cuts[(cuts >= length) & (cuts < count)]

    def _look_again(self, column: CheckedColumn, cuts: Places) -> None:
        known = self.found.setdefault(column.name, [])
        places = np.unique(np.linspace(0, len(cuts) - 1, _MOST_SUSPECTS).astype(np.int64)) if len(cuts) else ()
        for place in places:
            before = len(known)
            self.cut(int(cuts[place]), (column,))
            if len(known) == before:
                self.suspects.append((column.name, int(cuts[place])))


def cut_columns(
    series: CandleSeries, columns: Sequence[CheckedColumn], frame: Frame, keep_going: KeepGoing
) -> CutReport:
    """``frame`` is that of the whole series. What cutting found is not looked for again by screening."""
    cutter = ColumnCutter(series, columns, frame)
    is_every_candle = cutter.cut_all(lambda share: keep_going(share * 0.7))
    if not is_every_candle:
        cutter.screen_all(lambda share: keep_going(0.7 + share * 0.3))
    found = tuple(one for column in columns for one in cutter.found.get(column.name, ()))
    return CutReport(found, cutter.cuts, cutter.screened, tuple(cutter.suspects), is_every_candle)


# orders of a run


def cut_runs(run: Run, series: Sequence[CandleSeries], keep_going: KeepGoing) -> CutReport:
    """Whether a run over the candles before a moment orders what the whole run ordered up to it."""
    whole = run(series)
    found: list[LookAhead] = []
    cuts = 0
    moments = _cut_moments(whole, _runs_for(whole))
    for number, moment in enumerate(moments):
        if len(found) >= _OF_ONE or not keep_going(number / len(moments)):
            break
        cuts += 1
        kept = [copied(one, 0, int(np.searchsorted(one.opened, moment))) for one in series]
        first = _first_difference(whole, run(kept), moment)
        if first is not None:
            found.append(first)
    return CutReport(tuple(found), cuts, 0)


def _runs_for(whole: BacktestResult) -> int:
    """As many as their work allows: what is stepped through takes far longer than what is searched."""
    candles = sum(len(one) for one in whole.series)
    return max(_FEWEST_RUNS, min(_MOST_RUNS, _RUN_WORK // (candles + _STEP_COST * whole.stepped + 1)))


def _cut_moments(whole: BacktestResult, most: int) -> list[int]:
    """Around the candles of decisions and of fills, spread over all, and evenly: by time."""
    moments = whole.moments
    if len(moments) < 2:
        return []
    acted = {_second(whole, one) for one in whole.fills}
    if _are_few(whole):
        acted |= {_second(whole, one) for one in whole.decisions}
    places = np.searchsorted(moments, np.array(sorted(acted), dtype=np.int64))
    chosen = places[np.unique(np.linspace(0, len(places) - 1, max(1, most // 4)).astype(np.int64))] if acted else places
    around = np.concatenate([chosen + step for step in (0, 1, 2)])
    every = np.concatenate((around, evenly(len(moments), max(1, most - len(around)))))
    unique = np.unique(every[(every > 0) & (every < len(moments))])
    return [int(moments[place]) for place in unique]


def _first_difference(whole: BacktestResult, part: BacktestResult, moment: int) -> LookAhead | None:
    found = _differing_fill(whole, part, moment)
    return _differing_decision(whole, part, moment) if found is None and _are_few(whole) else found


def _are_few(whole: BacktestResult) -> bool:
    """What came to no order is found out by another run; where there are many orders, these tell enough."""
    return len(whole.fills) <= _FEW_FILLS


def _differing_fill(whole: BacktestResult, part: BacktestResult, moment: int) -> LookAhead | None:
    expected = [fill for fill in whole.fills if _second(whole, fill) < moment]
    for one, two in zip_longest(expected, list(part.fills)):
        if one != two:
            fill = one or two
            assert fill is not None
            prices = [float("nan") if each is None else each.price for each in (one, two)]
            return _of_run(whole if one is not None else part, fill, moment, prices)
    return None


def _differing_decision(whole: BacktestResult, part: BacktestResult, moment: int) -> LookAhead | None:
    """What became of a decision may be told only by later candles; that it was made, and with which values, may not."""
    expected = [_made(one) for one in whole.decisions if _second(whole, one) < moment and _is_at_a_close(one)]
    found = [_made(one) for one in part.decisions if _is_at_a_close(one)]
    for one, two in zip_longest(expected, found):
        if one != two:
            decision = one or two
            assert decision is not None
            market, row, rule = decision
            told = [float("nan") if each is None else 1.0 for each in (one, two)]
            series = (whole if one is not None else part).series[market]
            name = str(series.market)
            return LookAhead(Checked.DECISION, rule, name, int(series.opened[row]), moment, told[0], told[1])
    return None


def _made(decision: DecisionRow) -> tuple[int, int, str]:
    return decision.market, decision.row, decision.rule


def _is_at_a_close(decision: DecisionRow) -> bool:
    """That an order was never filled is told when it ends, also at the end of the candles."""
    return decision.outcome is not Outcome.UNFILLED


def _of_run(result: BacktestResult, fill: FillRow, moment: int, prices: list[float]) -> LookAhead:
    market = str(result.series[fill.market].market)
    return LookAhead(Checked.DECISION, fill.reason, market, _second(result, fill), moment, prices[0], prices[1])


def _second(result: BacktestResult, one: FillRow | DecisionRow) -> int:
    return int(result.series[one.market].opened[one.row])
