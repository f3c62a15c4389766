"""The table of scheduled runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import scheduled_runs

_RUNS = scheduled_runs.c


class SqliteRunStore:
    """Implements ``RunStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record_planned(self, job_id: str, planned_at: datetime) -> int:
        values = {"job_id": job_id, "planned_at": planned_at, "detail": ""}
        statement = insert(scheduled_runs).values(values).returning(_RUNS.number)
        with writing(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def record_started(self, run_number: int, started_at: datetime) -> None:
        self._change(run_number, {"started_at": started_at})

    def record_ended(self, run_number: int, ended_at: datetime, result: str, detail: str) -> None:
        known = _known(result)
        self._change(run_number, {"ended_at": ended_at, "result": known.value, "detail": detail})

    def newest(self, limit: int = 100) -> tuple[ScheduledRun, ...]:
        query = select(scheduled_runs).order_by(_RUNS.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return tuple(_run_of(row) for row in connection.execute(query))

    def mark_interrupted(self, ended_at: datetime) -> int:
        statement = (
            update(scheduled_runs)
            .where(_RUNS.ended_at.is_(None))
            .values(ended_at=ended_at, result=RunResult.FAILED.value, detail="interrupted")
        )
        with writing(self._engine) as connection:
            return connection.execute(statement).rowcount

    def forget_before(self, moment: datetime) -> int:
        old = delete(scheduled_runs).where(_RUNS.planned_at < moment, _RUNS.ended_at.is_not(None))
        with writing(self._engine) as connection:
            return connection.execute(old).rowcount

    def _change(self, run_number: int, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            found = connection.execute(update(scheduled_runs).where(_RUNS.number == run_number).values(values))
            if found.rowcount != 1:
                raise InvariantBroken(f"no scheduled run {run_number}")


def _known(result: str) -> RunResult:
    try:
        return RunResult(result)
    except ValueError as error:
        raise InvariantBroken(f"no such result of a run: {result}") from error


def _run_of(row: Row[Any]) -> ScheduledRun:
    result = None if row.result is None else RunResult(row.result)
    return ScheduledRun(row.job_id, row.planned_at, row.started_at, row.ended_at, result, row.detail)
