"""What sizings share: unknown is nothing, and no more than a cap."""

from __future__ import annotations

from math import inf, isfinite

from upbit_auto_trading.utils.bilingual_text import Text

PERCENT = Text("%", "%")


def known(funds: float, most: float = inf) -> float:
    """Nothing where either is unknown."""
    if not isfinite(funds) or not funds > 0 or not most > 0:
        return 0.0
    return min(funds, most)
