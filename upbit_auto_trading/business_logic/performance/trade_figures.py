"""Figures about closed trades. One trade goes from flat to flat; its profit is after all fees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats, Seconds


@dataclass(frozen=True, slots=True)
class TradeFigures:
    """None where there is nothing to divide by."""

    count: int
    wins: int
    #: of closed trades, those with a profit above 0; 0 without one
    win_rate: float
    #: what winners brought by what losers cost
    profit_factor: float | None
    #: the mean winner by the mean loser
    payoff_ratio: float | None
    average_profit: float | None
    best: float | None
    worst: float | None
    average_held_seconds: float | None


def trade_figures(profits: Floats, held_seconds: Seconds) -> TradeFigures:
    """Of closed trades, one row each. A trade that came out at exactly 0 is neither a winner nor a loser."""
    count = len(profits)
    gains, losses = profits[profits > 0], -profits[profits < 0]
    has_both = len(gains) > 0 and len(losses) > 0
    return TradeFigures(
        count=count,
        wins=len(gains),
        win_rate=len(gains) / count if count else 0.0,
        profit_factor=float(gains.sum() / losses.sum()) if len(losses) else None,
        payoff_ratio=float(gains.mean() / losses.mean()) if has_both else None,
        average_profit=float(profits.mean()) if count else None,
        best=float(profits.max()) if count else None,
        worst=float(profits.min()) if count else None,
        average_held_seconds=float(held_seconds.mean()) if count else None,
    )


def exposure(starts: Seconds, ends: Seconds, begin: int, end: int) -> float:
    """The share of [begin, end) in which at least one position was held; ``starts`` and ``ends`` are those of trades of
    all markets, in any order."""
    if end <= begin or not len(starts):
        return 0.0
    order = np.argsort(starts, kind="stable")
    first = np.clip(starts[order], begin, end)
    last = np.maximum.accumulate(np.clip(ends[order], begin, end))
    # what an earlier one covers already counts once
    fresh = np.maximum(first, np.append(np.int64(begin), last[:-1]))
    return float(np.maximum(last - fresh, 0).sum() / (end - begin))
