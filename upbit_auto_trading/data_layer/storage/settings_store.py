"""The settings that differ from their defaults, and every change of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.ports.stores import SettingChange
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import setting_changes, setting_values


class SqliteSettingsStore:
    """Implements ``SettingsStore``. It knows no declarations: what nobody declares any more is kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_all(self) -> Mapping[str, str]:
        with reading(self._engine) as connection:
            return _texts(connection)

    def write(self, changes: Mapping[str, str | None], changed_at: datetime) -> tuple[SettingChange, ...]:
        with writing(self._engine) as connection:
            before = _texts(connection)
            return tuple(
                _change(connection, changed_at, setting_id, before.get(setting_id), after)
                for setting_id, after in changes.items()
                if before.get(setting_id) != after
            )

    def history(self, limit: int = 200, setting_id: str | None = None) -> tuple[SettingChange, ...]:
        query = select(setting_changes).order_by(setting_changes.c.number.desc()).limit(limit)
        if setting_id is not None:
            query = query.where(setting_changes.c.setting_id == setting_id)
        with reading(self._engine) as connection:
            return tuple(SettingChange(*row) for row in connection.execute(query))


def _texts(connection: Connection) -> dict[str, str]:
    return {row.setting_id: row.text for row in connection.execute(select(setting_values))}


def _change(
    connection: Connection, changed_at: datetime, setting_id: str, before: str | None, after: str | None
) -> SettingChange:
    if after is None:
        connection.execute(delete(setting_values).where(setting_values.c.setting_id == setting_id))
    else:
        statement = upsert(setting_values).values(setting_id=setting_id, text=after)
        connection.execute(statement.on_conflict_do_update(index_elements=["setting_id"], set_={"text": after}))
    row = {"changed_at": changed_at, "setting_id": setting_id, "before": before, "after": after}
    number = connection.execute(insert(setting_changes).values(row).returning(setting_changes.c.number)).scalar_one()
    return SettingChange(number, changed_at, setting_id, before, after)
