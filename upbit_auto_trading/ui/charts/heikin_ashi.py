"""Heikin-Ashi: candles of means, in which a trend is easier to see. No prices anybody traded at.

The close is the mean of the candle's four prices, the open that of the open and close of the Heikin-Ashi candle before.
Each open so contains all that came before, half as much with every candle. After 64 of them nothing is left that a
float could hold, so an open is computed from those alone: the same numbers whatever range is asked for, with no walk
over all rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, Floats, joined
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns

#: candles that an open depends on
REACH: Final = 64
#: rows at a time: what is computed in one go beside the window
_PIECE: Final = 65_536


def derived(candles: CandleColumns, first: int = 0, last: int | None = None) -> CandleSeries:
    """The Heikin-Ashi candles of the rows [first, last); the volume stays that of the candle."""
    begin = max(first - REACH, 0)
    return _derived(candles.copied(begin, last), first - begin)


def derived_in_pieces(
    source: CandleSeries, first: int, between: Callable[[], None], piece: int = _PIECE
) -> CandleSeries:
    """From row ``first`` on; ``between`` may raise, to give up."""
    parts = [_derived(source.rows(slice(0, 0)), 0)]
    for place in range(first, len(source), piece):
        between()
        begin = max(place - REACH, 0)
        parts.append(_derived(source.rows(slice(begin, place + piece)), place - begin))
    return joined(parts)


def _derived(source: CandleSeries, skipped: int) -> CandleSeries:
    """Those of the first rows are left out; where they are fewer than ``REACH``, nothing came before them."""
    if not len(source):
        return source
    close = (source.open + source.high + source.low + source.close) / 4
    is_from_first = skipped < REACH
    opening = float(source.open[0] + source.close[0]) / 2
    # before the first candle: as if it had always been there
    before = np.full(REACH, opening) if is_from_first else np.zeros(0)
    open_ = _opens(np.concatenate((before, close)))[len(before) :]
    own = slice(skipped, None)
    return CandleSeries(
        source.market,
        source.unit,
        source.opened[own],
        open_[own],
        np.maximum(source.high, np.maximum(open_, close))[own],
        np.minimum(source.low, np.minimum(open_, close))[own],
        close[own],
        source.volume[own],
    )


def _opens(closes: Floats) -> Floats:
    """Half of the close before, a quarter of the one before that, …: summed by doubling. The first 64 are too small."""
    result = np.empty_like(closes)
    result[:1] = 0.0
    np.multiply(closes[:-1], 0.5, out=result[1:])
    reach = 1
    while reach < REACH:
        older = result[:-reach] * 0.5**reach
        result[reach:] += older
        reach *= 2
    return result
