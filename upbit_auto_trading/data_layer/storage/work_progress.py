"""Joins the parts of a long job into one fraction, and lets its caller stop it."""

from __future__ import annotations

from collections.abc import Callable

from upbit_auto_trading.business_logic.ports.maintenance import Cancelled, ProgressCallback


class WorkProgress:
    """``part(0.0, 0.4)`` gives a function for the first four tenths; each call may raise Cancelled."""

    def __init__(self, callback: ProgressCallback | None) -> None:
        self._callback = callback

    def part(self, begin: float, end: float) -> Callable[[float], None]:
        def advance(fraction: float) -> None:
            if self._callback is not None and not self._callback(begin + (end - begin) * min(1.0, fraction)):
                raise Cancelled

        return advance


def nested(advance: Callable[[float], None], begin: float, end: float) -> Callable[[float], None]:
    """The same for a part of a part."""
    return lambda fraction: advance(begin + (end - begin) * fraction)
