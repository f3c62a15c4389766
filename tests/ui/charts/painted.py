"""A chart on the screen for tests, and its pixels by row and column."""

from __future__ import annotations

from datetime import timedelta
from math import floor

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.charts.made_candles import MINUTE
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import ChartCanvas
from upbit_auto_trading.ui.charts.layer import Layer, PaneView
from upbit_auto_trading.ui.design.theme import current_theme

WIDTH, HEIGHT = 900, 520
#: three bytes of a pixel
Pixels = NDArray[np.uint8]
Truths = NDArray[np.bool_]


class Painted:
    """A chart as it is on the screen, and its pixels by row and column."""

    def __init__(self, qtbot: QtBot, series: CandleSeries, *layers: type[Layer]) -> None:
        self.candles = CandleColumns(series, timedelta(0))
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(WIDTH, HEIGHT)
        self.canvas = ChartCanvas(parent=self.window)
        self.canvas.resize(WIDTH, HEIGHT)
        self.window.show()
        self.canvas.set_candles(self.candles)
        for layer in layers:
            self.canvas.add_layer(layer(self.candles))  # type: ignore[call-arg]  # those that show candles

    @property
    def view(self) -> PaneView:
        view = self.canvas.view_of("price")
        assert view is not None
        return view

    def pixels(self, ratio: int = 1) -> Pixels:
        picture = QImage(WIDTH * ratio, HEIGHT * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        self.canvas.settle()
        painter = QPainter(picture)
        self.canvas.render(painter, QRectF(0, 0, WIDTH, HEIGHT))
        painter.end()
        return bytes_of(picture)

    def screen(self) -> Pixels:
        """What stands on the screen, without anything being painted for it."""
        screen = self.window.screen()
        assert screen is not None
        return bytes_of(screen.grabWindow(self.window.winId()).toImage())

    def y_of(self, price: float) -> int:
        """By the values at the edges of the pane, and nothing else of what paints."""
        scale = self.view.price
        return floor(scale.height * (scale.high - price) / (scale.high - scale.low) + 0.5)

    def column_of(self, row: int) -> int:
        """The column of pixels that holds the middle of the candle."""
        time = self.view.time
        return floor((int(self.candles.opened[row]) + MINUTE / 2 - time.start) / time.seconds_per_pixel)

    def seen_rows(self, margin: int = 12) -> list[int]:
        """Those whose bodies lie within the pane."""
        return [
            row for row in range(len(self.candles)) if margin <= self.column_of(row) < self.view.rect.width() - margin
        ]


def bytes_of(picture: QImage) -> Pixels:
    shown = picture.convertToFormat(QImage.Format.Format_RGB888)
    bits = shown.constBits()
    assert bits is not None
    bits.setsize(shown.sizeInBytes())
    rows = np.frombuffer(bits.asstring(), dtype=np.uint8).reshape(shown.height(), shown.bytesPerLine())
    return rows[:, : shown.width() * 3].reshape(shown.height(), shown.width(), 3)


def is_colour(pixels: Pixels, token: str) -> Truths:
    colour = current_theme().colour(token)
    return np.asarray((pixels == (colour.red(), colour.green(), colour.blue())).all(axis=-1))


def runs(chosen: Truths) -> list[tuple[int, int]]:
    """From the first to behind the last of each stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
