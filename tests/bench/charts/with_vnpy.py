"""Candles and volume in the chart of vn.py, as its chart window puts them together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vnpy.chart import CandleItem, ChartWidget, VolumeItem
from vnpy.trader.constant import Exchange, Interval
from vnpy.trader.object import BarData
from vnpy.trader.ui import create_qapp

from tests.bench.charts.serving import HEIGHT, WIDTH, Columns, serve


class VnPy:
    def candles_of(self, columns: Columns) -> list[BarData]:
        return [
            BarData(
                gateway_name="CHART",
                symbol="KRWBTC",
                exchange=Exchange.LOCAL,
                datetime=datetime.fromtimestamp(int(opened), UTC),
                interval=Interval.MINUTE,
                open_price=first,
                high_price=high,
                low_price=low,
                close_price=last,
                volume=volume,
            )
            for opened, first, high, low, last, volume in zip(*columns.tolist(), strict=True)
        ]

    def open(self, candles: list[BarData]) -> None:
        self._last = candles[-1]
        self._chart = ChartWidget()
        self._chart.add_plot("candle", hide_x_axis=True)
        self._chart.add_plot("volume", maximum_height=200)
        self._chart.add_item(CandleItem, "candle", "candle")
        self._chart.add_item(VolumeItem, "volume", "volume")
        self._chart.add_cursor()
        self._chart.resize(WIDTH, HEIGHT)
        self._chart.update_history(candles)
        self.show_rows(0, len(candles))
        self._chart.show()

    @property
    def viewport(self) -> Any:
        return self._chart.viewport()

    def show_rows(self, first: float, last: float) -> None:
        # as its keys and its wheel do
        self._chart._right_ix, self._chart._bar_count = last, last - first
        self._chart._update_x_range()

    def tick(self, close: float) -> None:
        bar = self._last
        bar.close_price = close
        bar.high_price, bar.low_price = max(bar.high_price, close), min(bar.low_price, close)
        self._chart.update_bar(bar)

    def close(self) -> None:
        # its own ``close`` fails with the binding it comes with
        self._chart.hide()
        self._chart.deleteLater()
        del self._chart


if __name__ == "__main__":
    application = create_qapp()
    serve(VnPy())
