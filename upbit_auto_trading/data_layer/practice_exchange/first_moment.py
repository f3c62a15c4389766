"""Where market time begins in candles of one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

#: candles that lie before the start
HISTORY: Final = timedelta(days=30)


def first_moment(first_at: datetime, last_at: datetime, *, brings_past: bool = False) -> datetime:
    """At the first candle, so that all of them are played, with a generated past before it.

    Candles of twice that time have their past in themselves, and downloaded ones bring it (``brings_past``).
    """
    longest_past = HISTORY if brings_past else 2 * HISTORY
    return first_at + HISTORY if last_at - first_at > longest_past else first_at
