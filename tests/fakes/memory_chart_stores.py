"""The ports of drawings and alerts in memory; contract tests hold them to what SQLite does."""

from __future__ import annotations

from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.drawing import Drawing, check_drawing
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert, check_alert


class MemoryDrawingStore:
    """``fail_next`` is raised once, and nothing is changed."""

    def __init__(self) -> None:
        self._drawings: dict[str, Drawing] = {}
        self.fail_next: Exception | None = None

    def of(self, market: Market) -> tuple[Drawing, ...]:
        found = (one for one in self._drawings.values() if one.market == market)
        return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))

    def change(self, kept: Iterable[Drawing], gone: Iterable[str] = ()) -> None:
        drawings = tuple(kept)
        for one in drawings:
            check_drawing(one)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        self._drawings.update((one.id, one) for one in drawings)
        for drawing_id in gone:
            self._drawings.pop(drawing_id, None)


class MemoryAlertStore:
    """``fail_next`` is raised once, and nothing is changed."""

    def __init__(self) -> None:
        self._alerts: dict[str, PriceAlert] = {}
        self.fail_next: Exception | None = None

    def all(self) -> tuple[PriceAlert, ...]:
        return tuple(sorted(self._alerts.values(), key=lambda one: (one.created_at, one.id)))

    def change(self, kept: Iterable[PriceAlert], gone: Iterable[str] = ()) -> None:
        alerts = tuple(kept)
        for one in alerts:
            check_alert(one)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        self._alerts.update((one.id, one) for one in alerts)
        for alert_id in gone:
            self._alerts.pop(alert_id, None)
