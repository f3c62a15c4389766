"""Candles and volume in finplot, as the first example of its manual has them."""

from __future__ import annotations

from typing import Any

import finplot
import numpy as np
import pandas as pd

from tests.bench.charts.serving import HEIGHT, WIDTH, Columns, serve


class Finplot:
    def candles_of(self, columns: Columns) -> pd.DataFrame:
        opened, first, high, low, last, volume = columns
        prices = {"open": first, "close": last, "high": high, "low": low, "volume": volume}
        return pd.DataFrame(prices, index=pd.to_datetime(opened.astype(np.int64), unit="s", utc=True))

    def open(self, candles: pd.DataFrame) -> None:
        self._candles = candles
        self._axis = finplot.create_plot("finplot", maximize=False)
        self._prices = finplot.candlestick_ochl(candles[["open", "close", "high", "low"]], ax=self._axis)
        self._volume = finplot.volume_ocv(candles[["open", "close", "volume"]], ax=self._axis.overlay())
        self._axis.set_visible(xgrid=True, ygrid=True)
        self._axis.vb.win.resize(WIDTH, HEIGHT)
        finplot.show(qt_exec=False)

    @property
    def viewport(self) -> Any:
        return self._axis.vb.win.viewport()

    def show_rows(self, first: float, last: float) -> None:
        # where both its wheel and its keys end
        self._axis.vb.update_y_zoom(first, last)

    def tick(self, close: float) -> None:
        # its own way to tell of a price: the candles anew
        row, candles = len(self._candles) - 1, self._candles
        candles.iat[row, 1] = close
        candles.iat[row, 2] = max(candles.iat[row, 2], close)
        candles.iat[row, 3] = min(candles.iat[row, 3], close)
        self._prices.update_data(candles[["open", "close", "high", "low"]])
        self._volume.update_data(candles[["open", "close", "volume"]])

    def close(self) -> None:
        window = self._axis.vb.win
        finplot.close()
        window.deleteLater()
        del self._axis, self._prices, self._volume, self._candles


if __name__ == "__main__":
    application = finplot.pg.mkQApp()
    serve(Finplot())
