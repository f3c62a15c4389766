"""Candles and volume in our chart, with what else it always shows: last price, plates, legend and both axes."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import numpy as np
from PyQt6.QtWidgets import QApplication

from tests.bench.charts.serving import HEIGHT, WIDTH, Columns, serve
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import ChartCanvas
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.layers.volume import VolumeLayer
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.theme import Theme

BITCOIN = Market("upbit", "KRW-BTC")


class Ours:
    def candles_of(self, columns: Columns) -> CandleSeries:
        opened, *numbers = columns
        # of its own: a row of the file's array would keep all of that
        rows = (number.copy() for number in numbers)
        return CandleSeries(BITCOIN, CandleUnit.MINUTE, opened.astype(np.int64), *rows)

    def open(self, candles: CandleSeries) -> None:
        self._candles = CandleColumns(candles, timedelta(0))
        self._canvas = ChartCanvas()
        self._canvas.resize(WIDTH, HEIGHT)
        for layer in (
            VolumeLayer(self._candles),
            CandleLayer(self._candles),
            LastPriceLayer(self._candles, lambda price: formats.price(price)),
        ):
            self._canvas.add_layer(layer)
        self._canvas.set_candles(self._candles)
        self._canvas.show()
        self._canvas.show_all()

    @property
    def viewport(self) -> Any:
        return self._canvas.viewport()

    def show_rows(self, first: float, last: float) -> None:
        start, step = float(self._candles.opened[0]), self._candles.step_seconds
        self._canvas.show_span(start + first * step, start + last * step)

    def tick(self, close: float) -> None:
        last = self._candles.copied(len(self._candles) - 1)
        last.close[0] = close
        last.high[0], last.low[0] = max(last.high[0], close), min(last.low[0], close)
        self._canvas.candles_changed(self._candles.replace_tail(last))

    def close(self) -> None:
        self._canvas.hide()
        self._canvas.deleteLater()
        del self._canvas, self._candles


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    serve(Ours())
