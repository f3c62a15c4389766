"""Seconds since 1970 against pixels. Linear: an interval without candles takes its room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds


@dataclass(frozen=True, slots=True)
class TimeScale:
    """``start`` is the moment at x = 0."""

    start: float
    seconds_per_pixel: float
    width: float

    @property
    def end(self) -> float:
        return self.start + self.width * self.seconds_per_pixel

    @overload
    def x_of(self, second: float) -> float: ...
    @overload
    def x_of(self, second: Floats | Seconds) -> Floats: ...
    def x_of(self, second: float | Floats | Seconds) -> float | Floats:
        if isinstance(second, np.ndarray):
            return np.asarray((second - self.start) / self.seconds_per_pixel, dtype=np.float64)
        return (second - self.start) / self.seconds_per_pixel

    def second_at(self, x: float) -> float:
        return self.start + x * self.seconds_per_pixel

    def pixels(self, seconds: float) -> float:
        return seconds / self.seconds_per_pixel

    def panned(self, pixels: float) -> TimeScale:
        """What is seen moves to the right by so many pixels; older candles come in."""
        return replace(self, start=self.start - pixels * self.seconds_per_pixel)

    def zoomed(self, factor: float, x: float) -> TimeScale:
        """``factor`` above 1 shows less time; the moment at ``x`` stays where it is."""
        per_pixel = self.seconds_per_pixel / factor
        return replace(self, start=self.second_at(x) - x * per_pixel, seconds_per_pixel=per_pixel)

    def resized(self, width: float) -> TimeScale:
        """The right edge stays, where the newest candles are."""
        return TimeScale(self.end - width * self.seconds_per_pixel, self.seconds_per_pixel, width)
