"""Saved screens, each as the JSON that it can be handed on in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter, InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import Screen, clean_name, name_problems, shape_problems
from upbit_auto_trading.business_logic.domain.screen_json import screen_from_json, screen_to_json
from upbit_auto_trading.business_logic.ports.screens import SavedScreen
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.strategies_tables import screens


class SqliteScreenStore:
    """Implements ``ScreenStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[SavedScreen, ...]:
        return self._read(select(screens).order_by(screens.c.name))

    def read(self, name: str) -> SavedScreen | None:
        found = self._read(select(screens).where(screens.c.name == clean_name(name)))
        return found[0] if found else None

    def save(self, screen: Screen, saved_at: datetime) -> None:
        named = replace(screen, name=clean_name(screen.name))
        _refuse((*name_problems(named.name), *shape_problems(replace(named, name=""))))
        values = {"document": screen_to_json(named), "saved_at": saved_at}
        statement = upsert(screens).values(name=named.name, **values)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def rename(self, name: str, new_name: str, saved_at: datetime) -> None:
        """The document is written anew only where it can be read; one of a newer version keeps its words."""
        old, new = clean_name(name), clean_name(new_name)
        _refuse(name_problems(new))
        saved = self.read(old)
        if saved is None:
            raise InvalidParameter("screen", name, "no-such-screen")
        if new == old:
            return
        if self.read(new) is not None:
            raise InvalidParameter("name", new_name, "name-taken")
        values: dict[str, Any] = {"name": new, "saved_at": saved_at}
        if saved.screen is not None:
            values["document"] = screen_to_json(replace(saved.screen, name=new))
        with writing(self._engine) as connection:
            connection.execute(update(screens).where(screens.c.name == old).values(values))

    def delete(self, name: str) -> bool:
        with writing(self._engine) as connection:
            return connection.execute(delete(screens).where(screens.c.name == clean_name(name))).rowcount > 0

    def _read(self, query: Any) -> tuple[SavedScreen, ...]:
        try:
            with reading(self._engine) as connection:
                return tuple(_saved_of(row) for row in connection.execute(query))
        except ValueError as error:  # a time that nobody of ours wrote
            raise DatabaseDamaged(str(path_of(self._engine)), "saved screens") from error


def _refuse(problems: tuple[Any, ...]) -> None:
    if problems:
        raise InvalidScreen(problems)


def _saved_of(row: Row[Any]) -> SavedScreen:
    try:
        screen = screen_from_json(row.document)
    except InvalidScreen as error:
        return SavedScreen(row.name, row.saved_at, None, error.problems)
    # the row's name is what the store goes by
    return SavedScreen(row.name, row.saved_at, replace(screen, name=row.name))
