"""What is to be downloaded, over restarts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadPhase, DownloadRequest
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.market_data_tables import downloads


class SqliteDownloadQueue:
    """Implements ``DownloadQueue``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(self) -> tuple[DownloadEntry, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(downloads).order_by(downloads.c.number)).all()
        return tuple(_entry(row) for row in rows)

    def add(self, request: DownloadRequest, added_at: datetime) -> DownloadEntry:
        row = {
            "exchange": request.market.exchange,
            "code": request.market.code,
            "unit": request.unit.value,
            "starts_at": request.span.start,
            "ends_at": request.span.end,
            "asked_at": added_at,
            "state": DownloadPhase.WAITING.value,
            "detail": "",
        }
        with writing(self._engine) as connection:
            number = connection.execute(insert(downloads).values(row)).inserted_primary_key
        assert number is not None
        return DownloadEntry(int(number[0]), request, added_at)

    def mark(self, number: int, phase: DownloadPhase, trouble: str = "") -> None:
        change = update(downloads).where(downloads.c.number == number).values(state=phase.value, detail=trouble)
        with writing(self._engine) as connection:
            connection.execute(change)

    def remove(self, number: int) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(downloads).where(downloads.c.number == number))


def _entry(row: Any) -> DownloadEntry:
    phase = DownloadPhase(row.state)
    request = DownloadRequest(Market(row.exchange, row.code), CandleUnit(row.unit), Span(row.starts_at, row.ends_at))
    # whoever ran it is gone: it goes on from what is covered
    is_left = phase is DownloadPhase.RUNNING
    return DownloadEntry(
        row.number, request, row.asked_at, DownloadPhase.WAITING if is_left else phase, trouble=row.detail
    )
