"""How far a chart can be moved and zoomed: neither end of the candles is ever lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.tokens import Chart

#: pixels from one candle to the next, at first and at most
FIRST_STEP: Final = 8.0
WIDEST_STEP: Final = 160.0
#: of the candles, what must stay in sight however far one pans
_LEAST_SEEN: Final = 48.0


def within_reach(time: TimeScale, candles: CandleColumns | None) -> TimeScale:
    """The nearest that is allowed; zooming out ends where all candles take half of the width."""
    if candles is None or not len(candles):
        return time
    step, first, end = candles.step_seconds, float(candles.opened[0]), float(candles.closed(len(candles) - 1))
    room = max(time.width - Chart.RIGHT_MARGIN, 1.0)
    least, most = step / WIDEST_STEP, max(2 * (end - first) / room, step / FIRST_STEP)
    if not least <= time.seconds_per_pixel <= most:
        per_pixel = min(max(time.seconds_per_pixel, least), most)
        time = TimeScale(time.end - time.width * per_pixel, per_pixel, time.width)
    seen = _LEAST_SEEN * time.seconds_per_pixel
    start = min(max(time.start, first - time.width * time.seconds_per_pixel + seen), end - seen)
    return replace(time, start=start)
