"""Candles as their prints make them: what is served is what was printed, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator

from upbit_auto_trading.business_logic.simulation.candle_columns import CandleColumns, grouped, joined
from upbit_auto_trading.business_logic.simulation.path_rows import (
    BareCandles,
    PathSettings,
    PrintRows,
    each_print,
    print_rows,
)
from upbit_auto_trading.business_logic.simulation.tick_grids import TickGrids

#: a path that stops at every tick may have thousands of prints a candle
_ROWS_AT_ONCE = 100


def printed(
    bare: BareCandles, grids: TickGrids, seed: int, settings: PathSettings
) -> Iterator[tuple[BareCandles, PrintRows]]:
    """A few candles at a time with their prints, by the rules of their day. ``seed`` is that of the market's paths."""
    if not len(bare):
        return
    for span in grids.spans(int(bare.opened[0]), int(bare.opened[-1]) + 1):
        within = bare.between(span.start, span.end)
        step = _ROWS_AT_ONCE if settings.every_tick else max(len(within), 1)
        for first in range(0, len(within), step):
            rows = within.rows(slice(first, first + step))
            yield rows, print_rows(rows, span.grid, seed, settings)


def columns_of(bare: BareCandles, grids: TickGrids, seed: int, settings: PathSettings) -> CandleColumns:
    return joined(
        [
            grouped(each_print(prints), prints.firsts, rows.opened)
            for rows, prints in printed(bare, grids, seed, settings)
        ]
    )
