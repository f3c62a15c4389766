"""Whether a strategy says truly how many candles it needs: started later, everything is the same after its warm-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.use_cases.checked_columns import (
    SAME_FROM_WINDOW,
    Checked,
    CheckedColumn,
    copied,
    differing,
    scale_of,
)
from upbit_auto_trading.business_logic.use_cases.chosen_cuts import evenly

_STARTS: Final = 8
#: candles after the warm-up that are compared
_AFTER: Final = 512
_MOST_CANDLES: Final = 400_000


@dataclass(frozen=True, slots=True)
class WarmUp:
    """``name`` has another value where the history began later, though its warm-up was over."""

    kind: Checked
    name: str
    market: str
    #: opening time of the candle, in seconds since 1970
    opened: int
    #: opening time of the later beginning
    began: int
    #: candles that were declared to be enough
    window: int
    whole: float
    later: float


@dataclass(frozen=True, slots=True)
class WarmUpReport:
    found: tuple[WarmUp, ...]
    starts: int
    #: names of those whose warm-up is longer than the candles at hand
    unchecked: tuple[str, ...]


def start_later(
    series: CandleSeries,
    columns: Sequence[CheckedColumn],
    frame: Frame,
    suspects: Sequence[tuple[str, int]] = (),
) -> WarmUpReport:
    """``suspects`` name columns, and rows behind which to look first.

    A condition counts only where no variable differs as well: then it follows from that; and where two numbers are
    equal but for rounding, which of them is larger says nothing."""
    found: list[WarmUp] = []
    starts, unchecked = 0, []
    for column in columns:
        if column.window >= len(series):
            unchecked.append(column.name)
            continue
        if column.kind is Checked.CONDITION and found:
            continue
        whole = column.of(frame)
        scale = scale_of(whole)
        suspected = [max(0, cut - column.window) for name, cut in suspects if name == column.name]
        for start in (*suspected, *_starts(len(series), column.window)):
            starts += 1
            one = _compare(series, column, frame, start, whole, scale)
            if one is not None:
                found.append(one)
                break
    return WarmUpReport(tuple(found), starts, tuple(unchecked))


def _starts(count: int, window: int) -> list[int]:
    """The latest that leaves its warm-up, and evenly over those before."""
    latest = count - window
    most = max(1, min(_STARTS, _MOST_CANDLES // window))
    return [latest, *dict.fromkeys(evenly(latest + 1, most - 1).tolist())]


def _compare(
    series: CandleSeries, column: CheckedColumn, frame: Frame, start: int, whole: Floats, scale: float
) -> WarmUp | None:
    end = min(len(series), start + column.window + _AFTER)
    later = column.of(Frame(copied(series, start, end), frame.day_start))
    first = column.window - 1
    differs = differing(whole[start + first : end], later[first:], scale, SAME_FROM_WINDOW)
    places = np.flatnonzero(differs)
    # a tie that rounding broke is over on the next candle, and rare; what begins otherwise stays otherwise for a while
    if not len(places) or (column.kind is Checked.CONDITION and len(places) <= _ties(len(differs))):
        return None
    row = first + int(places[0])
    return WarmUp(
        column.kind,
        column.name,
        str(series.market),
        int(series.opened[start + row]),
        int(series.opened[start]),
        column.window,
        float(whole[start + row]),
        float(later[row]),
    )


def _ties(count: int) -> int:
    return max(2, count // 50)
