"""The rules that every engine is given, and the trades it gives back; read in the others' environments too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CrossRules:
    """In when the fast average crosses above the slow one with RSI in its band, out on the dead cross or at a stop so
    many ATRs below the price that was paid."""

    fast: int = 20
    slow: int = 60
    rsi: int = 14
    lowest: float = 50.0
    highest: float = 70.0
    atr: int = 14
    times: float = 2.0
    #: of the free cash
    percent: float = 95.0
    fee: float = 0.0005
    cash: float = 10_000_000.0


@dataclass(frozen=True, slots=True)
class EngineTrade:
    """From flat to flat. Times are opening times of the candles of the fills, in seconds since 1970."""

    entered: int
    entry_price: float
    quantity: float
    #: None while it is open
    exited: int | None = None
    exit_price: float | None = None
    fees: float | None = None
    profit: float | None = None


def strategy_of(rules: CrossRules) -> dict[str, Any]:
    """The same as a strategy file."""
    fast = {"variable": "ema", "period": rules.fast}
    slow = {"variable": "ema", "period": rules.slow}
    strength = {"variable": "rsi", "period": rules.rsi}
    stop = {"level": "stop-distance", "distance": {"variable": "atr", "period": rules.atr}, "times": rules.times}
    buy = {
        "action": "buy",
        "size": {"sizing": "share-of-cash", "percent": rules.percent},
        "style": {"style": "market"},
        "levels": [stop],
    }
    crosses = {"left": fast, "operator": "crosses-above", "right": slow}
    in_band = {"left": strength, "operator": "between", "right": [rules.lowest, rules.highest]}
    dead_cross = {"left": fast, "operator": "crosses-below", "right": slow}
    return {
        "format": "upbit-autotrader/strategy",
        "version": 1,
        "name": "Compared",
        "unit": "1m",
        "entry": {
            "name": "Golden cross",
            "rules": [{"id": "golden-cross", "role": "entry", "when": {"all": [crosses, in_band]}, "action": buy}],
        },
        "management": [
            {
                "name": "Dead cross",
                "rules": [
                    {"id": "dead-cross", "role": "exit", "when": {"all": [dead_cross]}, "action": {"action": "sell"}}
                ],
            }
        ],
    }
