"""Where drawings are kept: work of the user, so in what backups hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from upbit_auto_trading.business_logic.domain.drawing import Drawing
from upbit_auto_trading.business_logic.domain.market import Market


class DrawingStore(Protocol):
    def of(self, market: Market) -> tuple[Drawing, ...]:
        """In the order in which they were drawn; kinds of a newer version are left out, and left lying."""

    def change(self, kept: Iterable[Drawing], gone: Iterable[str] = ()) -> None:
        """All or nothing: these are as they are given, those (by id) are no more. Forgetting what is not known is no
        mistake. Raises InvalidParameter where a drawing does not hold."""
