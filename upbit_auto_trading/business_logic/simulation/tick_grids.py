"""The price grid of one market through the days: rules change, and old candles keep the grid of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook, TickTable
from upbit_auto_trading.business_logic.simulation.candle_columns import moment_of_ms
from upbit_auto_trading.business_logic.simulation.path_rows import Grid

Integers = NDArray[np.int64]

_EPOCH = moment_of_ms(0)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class GridSpan:
    """In force for candles that open in [start, end), in seconds since 1970."""

    start: int
    end: int
    table: TickTable
    grid: Grid


class TickGrids:
    def __init__(self, rules: RuleBook, market: Market) -> None:
        entries = dict(rules.of_markets).get(market.code) or dict(rules.of_quotes).get(market.quote, ())
        # a change within a second counts from the next whole one
        changes = sorted({-((_EPOCH - entry.since) // _SECOND) for entry in entries})
        self._begins = [0, *(change for change in changes if change > 0)]
        self._grids = [_grid(rules, market, begin) for begin in self._begins]

    def spans(self, start: int, end: int) -> list[GridSpan]:
        """What [start, end) is divided into; nearly always one."""
        ends = [*self._begins[1:], end]
        cut = [
            GridSpan(max(begin, start), min(finish, end), table, grid)
            for begin, finish, (table, grid) in zip(self._begins, ends, self._grids, strict=True)
        ]
        return [span for span in cut if span.start < span.end]

    def at(self, seconds: int) -> GridSpan:
        return self.spans(seconds, seconds + 1)[0]

    def ticks_of(self, opened: Integers, prices: Integers) -> Integers:
        """The tick at each price for the candle that opens then; openings rise."""
        ticks = np.empty_like(prices)
        for span in self.spans(int(opened[0]), int(opened[-1]) + 1):
            first, last = np.searchsorted(opened, (span.start, span.end))
            ticks[first:last] = span.grid.tick_at(prices[first:last])
        return ticks


def _grid(rules: RuleBook, market: Market, begin: int) -> tuple[TickTable, Grid]:
    table = rules.rules(market, moment_of_ms(begin * 1000)).ticks
    return table, Grid.of(table)
