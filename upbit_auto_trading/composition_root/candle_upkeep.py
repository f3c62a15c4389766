"""How long candles are kept, as the settings say it, and what became of those that are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from upbit_auto_trading.config.setting import Setting, Value
from upbit_auto_trading.config.settings import CANDLES_LIMIT_GB, CANDLES_MINUTES_MONTHS, CANDLES_SECONDS_DAYS

if TYPE_CHECKING:  # NumPy comes with it, and windows know of this before the first paint
    from upbit_auto_trading.business_logic.ports.candle_store import CleanUpReport, RetentionPolicy


def policy_of(value: Callable[[Setting], Value]) -> RetentionPolicy:
    from upbit_auto_trading.data_layer.storage.candle_store.retention import retention_policy

    limit, days, months = (
        int(str(value(setting))) for setting in (CANDLES_LIMIT_GB, CANDLES_SECONDS_DAYS, CANDLES_MINUTES_MONTHS)
    )
    return retention_policy(limit, days, months)


def in_a_word(report: CleanUpReport) -> str:
    """For the table of runs."""
    if not report.forgotten:
        return "nothing to do"
    reasons = ", ".join(sorted({reason for *_what, reason in report.forgotten}))
    return f"ranges {len(report.forgotten)} ({reasons}), bytes {report.bytes_before - report.bytes_after}"
