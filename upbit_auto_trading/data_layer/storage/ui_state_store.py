"""Window state: opaque bytes by name."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import ui_state


class SqliteUiStateStore:
    """Implements ``UiStateStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, name: str) -> bytes | None:
        with reading(self._engine) as connection:
            return connection.execute(select(ui_state.c.state).where(ui_state.c.name == name)).scalar()

    def write(self, name: str, state: bytes) -> None:
        statement = upsert(ui_state).values(name=name, state=state)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"state": state}))
