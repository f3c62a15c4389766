"""Strategy files as a user writes them, with their candles: small, and sure to trade."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

#: buys on each cross of two short averages, sells on the cross back or at a stop
CROSS: dict[str, Any] = {
    "format": "upbit-autotrader/strategy",
    "version": 1,
    "name": {"ko": "교차", "en": "Cross"},
    "unit": "1m",
    "entry": {
        "rules": [
            {
                "id": "golden-cross",
                "name": {"ko": "골든 크로스", "en": "Golden cross"},
                "role": "entry",
                "when": {
                    "all": [
                        {
                            "left": {"variable": "ema", "period": 5},
                            "operator": "crosses-above",
                            "right": {"variable": "ema", "period": 20},
                        }
                    ]
                },
                "action": {
                    "action": "buy",
                    "size": {"sizing": "share-of-cash", "percent": 50},
                    "levels": [{"level": "stop-percent", "percent": 1}],
                },
            }
        ]
    },
    "management": [
        {
            "rules": [
                {
                    "id": "dead-cross",
                    "role": "exit",
                    "when": {
                        "all": [
                            {
                                "left": {"variable": "ema", "period": 5},
                                "operator": "crosses-below",
                                "right": {"variable": "ema", "period": 20},
                            }
                        ]
                    },
                    "action": {"action": "sell"},
                }
            ]
        }
    ],
}


def strategy_file(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps({**CROSS, **changes}, ensure_ascii=False), encoding="utf-8")
    return path


def with_entry(*conditions: dict[str, Any]) -> dict[str, Any]:
    """The entry of the cross, on other conditions."""
    rule = {**CROSS["entry"]["rules"][0], "when": {"all": list(conditions)}}
    return {"rules": [rule]}
