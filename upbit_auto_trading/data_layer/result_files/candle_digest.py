"""The fingerprint of the candles that a run was made on: anyone with the same candles gets the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries

_NUMBERS: Final = ("open", "high", "low", "close", "volume")


def candle_digest(series: Sequence[CandleSeries]) -> str:
    """SHA-256 in hex over, for each market in its order: code, a line feed, unit, a line feed; the opening times in
    seconds since 1970 as little-endian 64-bit integers; then open, high, low, close and volume, each a whole column of
    little-endian 64-bit floats."""
    digest = hashlib.sha256()
    for one in series:
        digest.update(f"{one.market.code}\n{one.unit.value}\n".encode())
        digest.update(np.ascontiguousarray(one.opened, dtype="<i8").data)
        for name in _NUMBERS:
            # + 0.0: a zero has no sign in a candle
            digest.update(np.ascontiguousarray(getattr(one, name) + 0.0, dtype="<f8").data)
    return digest.hexdigest()
