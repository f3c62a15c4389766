"""Which contents of component files the user allowed to run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.strategies_tables import allowed_components


class SqliteAllowedComponents:
    """Implements ``AllowedComponents``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> frozenset[str]:
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(allowed_components.c.fingerprint)).scalars())

    def allow(self, fingerprint: str, file_name: str, allowed_at: datetime) -> None:
        values = {"file_name": file_name, "allowed_at": allowed_at}
        statement = upsert(allowed_components).values(fingerprint=fingerprint, **values)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["fingerprint"], set_=values))

    def forbid(self, fingerprint: str) -> bool:
        with writing(self._engine) as connection:
            found = delete(allowed_components).where(allowed_components.c.fingerprint == fingerprint)
            return connection.execute(found).rowcount > 0
