"""Values of a pane against pixels: linear, logarithmic, or in percent of a first value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import exp, log
from typing import overload

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats


class ScaleKind(Enum):
    LINEAR = "linear"
    LOG = "log"
    #: linear, but labelled by the change against ``base``
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class PriceScale:
    """``low`` at the lower edge, ``high`` at ``top``; ``base`` is what percents count from."""

    low: float
    high: float
    top: float
    height: float
    kind: ScaleKind = ScaleKind.LINEAR
    base: float = 1.0

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @overload
    def y_of(self, value: float) -> float: ...
    @overload
    def y_of(self, value: Floats) -> Floats: ...
    def y_of(self, value: float | Floats) -> float | Floats:
        """A logarithmic scale has no place for zero and less: far below."""
        if self.kind is ScaleKind.LOG:
            first, last = log(self.low), log(self.high)
            if isinstance(value, np.ndarray):
                with np.errstate(divide="ignore", invalid="ignore"):
                    share = (np.log(np.maximum(value, 1e-300)) - first) / (last - first)
                return np.asarray(self.bottom - share * self.height)
            return self.bottom - (log(max(value, 1e-300)) - first) / (last - first) * self.height
        return self.bottom - (value - self.low) / (self.high - self.low) * self.height

    def value_at(self, y: float) -> float:
        share = (self.bottom - y) / self.height
        if self.kind is ScaleKind.LOG:
            return exp(log(self.low) + share * (log(self.high) - log(self.low)))
        return self.low + share * (self.high - self.low)

    def percent_of(self, value: float) -> float:
        return (value / self.base - 1) * 100
