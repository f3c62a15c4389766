"""What the engine must know again after any end. Used from the engine's thread, with an engine of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.kept_stop import ENTRIES_STOPPED_AT
from upbit_auto_trading.data_layer.storage.schema.settings_tables import engine_state
from upbit_auto_trading.data_layer.storage.stored_time import time_from_text, time_to_text

_STOPPED, _RESUMED = ENTRIES_STOPPED_AT, "entries_resumed_at"


class SqliteEngineStateStore:
    """Implements ``EngineStateStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries_stopped_at(self) -> datetime | None:
        query = select(engine_state.c.value).where(engine_state.c.name == _STOPPED)
        with reading(self._engine) as connection:
            text = connection.execute(query).scalar()
        try:
            return None if text is None else time_from_text(text)
        except ValueError as error:
            # a stop that cannot be read is not "no stop"
            raise DatabaseDamaged(str(path_of(self._engine)), f"{_STOPPED}: {text}") from error

    def record_entries_stopped(self, stopped_at: datetime) -> None:
        with writing(self._engine) as connection:
            _put(connection, _STOPPED, stopped_at)

    def record_entries_resumed(self, resumed_at: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(engine_state).where(engine_state.c.name == _STOPPED))
            _put(connection, _RESUMED, resumed_at)


def _put(connection: Connection, name: str, moment: datetime) -> None:
    value = time_to_text(moment)
    statement = upsert(engine_state).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
