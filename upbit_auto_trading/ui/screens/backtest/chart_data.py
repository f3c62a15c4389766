"""What the chart of a result shows of one market: candles, fills, equity beside buy and hold, drawdown. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds, decimal_of
from upbit_auto_trading.business_logic.performance.drawdown import drawdowns
from upbit_auto_trading.business_logic.performance.summary import held_instead
from upbit_auto_trading.ui.backtest_services import FinishedBacktest
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layers.markers import Marker
from upbit_auto_trading.ui.charts.line_columns import LineColumns
from upbit_auto_trading.ui.screens.backtest.result_words import SIDES

#: candles whose prices say how fine they are
_LOOKED_AT = 256


@dataclass(frozen=True, slots=True, eq=False)
class ChartData:
    market: int
    candles: CandleColumns
    #: by ``key``: the number of the fill in the result
    markers: tuple[Marker, ...]
    equity: LineColumns
    #: None where there is nothing to hold
    held: LineColumns | None
    #: negative, in percent
    drawdown: LineColumns
    #: the opening time from which on decisions were made
    begin: int
    #: of the finest of its newest prices: what the axis counts in
    step: Decimal


def chart_data(finished: FinishedBacktest, market: int) -> ChartData:
    """Computed outside the UI thread: a year of minutes is half a million rows."""
    report, result = finished.report, finished.report.result
    series = result.series[market]
    start = int(np.searchsorted(result.moments, report.begin))
    moments, equity = result.moments[start:], result.equity[start:]
    held = held_instead(result, report.begin)
    markers = tuple(
        Marker(int(series.opened[fill.row]), fill.price, SIDES[fill.side], 1, number)
        for number, fill in enumerate(result.fills)
        if fill.market == market
    )
    return ChartData(
        market,
        CandleColumns(series, result.day_start),
        markers,
        LineColumns(_at(series.opened, moments, equity)),
        None if held is None else LineColumns(_at(series.opened, moments, held.equity)),
        LineColumns(_at(series.opened, moments, -100 * drawdowns(equity))),
        report.begin,
        _step(series.close[-_LOOKED_AT:]),
    )


def _step(prices: Floats) -> Decimal:
    places = (max(-int(decimal_of(price).as_tuple().exponent), 0) for price in prices.tolist())
    return Decimal(1).scaleb(-max(places, default=0))


def _at(opened: Seconds, moments: Seconds, values: Floats) -> Floats:
    """At each candle of one market; unknown before the first moment."""
    if not len(moments):
        return np.full(len(opened), np.nan)
    places = np.searchsorted(moments, opened, side="right") - 1
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)
