"""Reads candle files: csv and csv.gz."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market


def read_candle_file(path: Path, market: Market, unit: CandleUnit, now: datetime) -> Iterator[Candle]:
    """By rising time. Refused with the row named: what no exchange could have written, or lies after ``now``."""
    raise NotImplementedError
