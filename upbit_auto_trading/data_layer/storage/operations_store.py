"""Heartbeats and daily counters."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvariantBroken
from upbit_auto_trading.business_logic.ports.stores import LATENCY_BOUNDS_MS, DailyOperation, Heartbeat
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import daily_operations, heartbeats
from upbit_auto_trading.utils.korean_time import kst_day

_BUCKETS = len(LATENCY_BOUNDS_MS) + 1


class SqliteOperationsStore:
    """Implements ``OperationsStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record_heartbeat(self, heartbeat: Heartbeat) -> None:
        """A clock that was set back can bring the same moment again: the later beat counts."""
        values = {
            "engine_alive": heartbeat.engine_alive,
            "streams_fresh": heartbeat.streams_fresh,
            "streams_stale": heartbeat.streams_stale,
            "positions_watched": heartbeat.positions_watched,
        }
        statement = upsert(heartbeats).values(beat_at=heartbeat.beat_at, **values)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["beat_at"], set_=values))

    def newest_heartbeats(self, limit: int = 60) -> tuple[Heartbeat, ...]:
        query = select(heartbeats).order_by(heartbeats.c.beat_at.desc()).limit(limit)
        with reading(self._engine) as connection:
            return tuple(Heartbeat(*row) for row in connection.execute(query))

    def add_daily(self, operations: tuple[DailyOperation, ...]) -> None:
        for operation in operations:
            if len(operation.latency_counts) != _BUCKETS:
                raise InvariantBroken(f"{operation.operation}: {len(operation.latency_counts)} buckets, not {_BUCKETS}")
        with writing(self._engine) as connection:
            for operation in operations:
                self._add(connection, operation)

    def daily(self, day: str) -> tuple[DailyOperation, ...]:
        columns = daily_operations.c
        query = select(daily_operations).where(columns.day == day).order_by(columns.operation)
        with reading(self._engine) as connection:
            return tuple(self._operation_of(row) for row in connection.execute(query))

    def forget_before(self, moment: datetime) -> int:
        first_day_kept = kst_day(moment).isoformat()
        with writing(self._engine) as connection:
            beats = connection.execute(delete(heartbeats).where(heartbeats.c.beat_at < moment))
            days = connection.execute(delete(daily_operations).where(daily_operations.c.day < first_day_kept))
            return beats.rowcount + days.rowcount

    def _add(self, connection: Connection, new: DailyOperation) -> None:
        columns = daily_operations.c
        query = select(daily_operations).where(columns.day == new.day, columns.operation == new.operation)
        row = connection.execute(query).first()
        both = new if row is None else _sum(self._operation_of(row), new)
        values = {
            "count": both.count,
            "failures": both.failures,
            "latency_counts": json.dumps(both.latency_counts),
        }
        statement = upsert(daily_operations).values(day=new.day, operation=new.operation, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["day", "operation"], set_=values))

    def _operation_of(self, row: Row[Any]) -> DailyOperation:
        values = row._mapping  # by name: as attributes, `count` is a method of tuples
        counts = self._counts_of(values["latency_counts"])
        return DailyOperation(values["day"], values["operation"], values["count"], values["failures"], counts)

    def _counts_of(self, text: str) -> tuple[int, ...]:
        try:
            counts = json.loads(text)
        except ValueError as error:
            raise DatabaseDamaged(str(path_of(self._engine)), "latency counts") from error
        if not (isinstance(counts, list) and len(counts) == _BUCKETS and all(type(count) is int for count in counts)):
            raise DatabaseDamaged(str(path_of(self._engine)), "latency counts")
        return tuple(counts)


def _sum(old: DailyOperation, new: DailyOperation) -> DailyOperation:
    counts = tuple(before + more for before, more in zip(old.latency_counts, new.latency_counts, strict=True))
    return DailyOperation(new.day, new.operation, old.count + new.count, old.failures + new.failures, counts)
