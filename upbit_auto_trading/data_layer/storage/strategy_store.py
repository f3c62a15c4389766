"""Strategies with every version that was ever saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, insert, select, update

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter
from upbit_auto_trading.business_logic.domain.strategy_versions import (
    NewVersion,
    Origin,
    SavedStrategy,
    StrategyVersion,
    is_same_name,
)
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.strategies_tables import strategies, strategy_versions
from upbit_auto_trading.utils.bilingual_text import Text

_OF_ITS_CURRENT = (strategy_versions.c.strategy_id == strategies.c.id) & (
    strategy_versions.c.number == strategies.c.current
)


class SqliteStrategyStore:
    """Implements ``StrategyStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[SavedStrategy, ...]:
        with self._looking() as connection:
            found = _saved(connection, _whole().where(strategies.c.deleted_at.is_(None)))
        return tuple(sorted(found, key=lambda one: (one.name.ko, one.id)))

    def bin(self) -> tuple[SavedStrategy, ...]:
        query = _whole().where(strategies.c.deleted_at.is_not(None)).order_by(strategies.c.deleted_at.desc())
        with self._looking() as connection:
            return _saved(connection, query)

    def read(self, strategy_id: str) -> SavedStrategy:
        with self._looking() as connection:
            return _one(connection, strategy_id)

    def version(self, strategy_id: str, number: int) -> StrategyVersion:
        with self._looking() as connection:
            _one(connection, strategy_id)
            query = select(strategy_versions).where(strategy_versions.c.strategy_id == strategy_id)
            row = connection.execute(query.where(strategy_versions.c.number == number)).one_or_none()
            if row is None:
                raise InvalidParameter("version", number, "no-such-version")
            return _version_of(row)

    def history(self, strategy_id: str) -> tuple[StrategyVersion, ...]:
        with self._looking() as connection:
            _one(connection, strategy_id)
            query = select(strategy_versions).where(strategy_versions.c.strategy_id == strategy_id)
            rows = connection.execute(query.order_by(strategy_versions.c.number.desc()))
            return tuple(_version_of(row) for row in rows)

    def create(self, strategy_id: str, new: NewVersion, saved_at: datetime) -> SavedStrategy:
        with self._changing() as connection:
            _refuse_taken(connection, strategy_id, new.name)
            connection.execute(insert(strategies).values(id=strategy_id, created_at=saved_at, current=1))
            _add(connection, strategy_id, 1, new, saved_at)
            return _one(connection, strategy_id)

    def add(self, strategy_id: str, new: NewVersion, saved_at: datetime, expected: int) -> SavedStrategy:
        with self._changing() as connection:
            current = _one(connection, strategy_id).current
            if current.number != expected:
                raise InvalidParameter("version", expected, "changed-elsewhere", str(current.number))
            _refuse_taken(connection, strategy_id, new.name)
            number = current.number + 1
            _add(connection, strategy_id, number, new, saved_at)
            connection.execute(_this(strategy_id).values(current=number))
            return _one(connection, strategy_id)

    def delete(self, strategy_id: str, deleted_at: datetime) -> None:
        with self._changing() as connection:
            if _one(connection, strategy_id).deleted_at is None:
                connection.execute(_this(strategy_id).values(deleted_at=deleted_at))

    def restore(self, strategy_id: str) -> SavedStrategy:
        with self._changing() as connection:
            _refuse_taken(connection, strategy_id, _one(connection, strategy_id).name)
            connection.execute(_this(strategy_id).values(deleted_at=None))
            return _one(connection, strategy_id)

    def forget(self, strategy_id: str) -> None:
        with self._changing() as connection:
            if _one(connection, strategy_id).deleted_at is None:
                raise InvalidParameter("strategy", strategy_id, "not-in-the-bin")
            connection.execute(delete(strategy_versions).where(strategy_versions.c.strategy_id == strategy_id))
            connection.execute(delete(strategies).where(strategies.c.id == strategy_id))

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        with self._understood(), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._understood(), writing(self._engine) as connection:
            yield connection

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:  # a time or a word that nobody of ours wrote
            raise DatabaseDamaged(str(path_of(self._engine)), "strategies") from error


def _whole() -> Select[Any]:
    of_strategies = (strategies.c.created_at, strategies.c.deleted_at)
    return select(strategy_versions, *of_strategies).join_from(strategies, strategy_versions, _OF_ITS_CURRENT)


def _this(strategy_id: str) -> Any:
    return update(strategies).where(strategies.c.id == strategy_id)


def _one(connection: Connection, strategy_id: str) -> SavedStrategy:
    found = _saved(connection, _whole().where(strategies.c.id == strategy_id))
    if not found:
        raise InvalidParameter("strategy", strategy_id, "strategy-gone")
    return found[0]


def _saved(connection: Connection, query: Select[Any]) -> tuple[SavedStrategy, ...]:
    rows = connection.execute(query)
    return tuple(SavedStrategy(row.strategy_id, row.created_at, _version_of(row), row.deleted_at) for row in rows)


def _version_of(row: Row[Any]) -> StrategyVersion:
    return StrategyVersion(
        row.strategy_id,
        row.number,
        row.saved_at,
        Text(row.name_ko, row.name_en),
        row.document,
        row.fingerprint,
        Origin(row.origin),
        row.is_draft,
        row.note,
    )


def _add(connection: Connection, strategy_id: str, number: int, new: NewVersion, saved_at: datetime) -> None:
    values = {
        "strategy_id": strategy_id,
        "number": number,
        "saved_at": saved_at,
        "name_ko": new.name.ko,
        "name_en": new.name.en,
        "document": new.document,
        "fingerprint": new.fingerprint,
        "origin": new.origin.value,
        "is_draft": new.is_draft,
        "note": new.note,
    }
    connection.execute(insert(strategy_versions).values(values))


def _refuse_taken(connection: Connection, strategy_id: str, name: Text) -> None:
    for other in _saved(connection, _whole().where(strategies.c.deleted_at.is_(None))):
        if other.id != strategy_id and is_same_name(other.name, name):
            raise InvalidParameter("name", name.ko, "name-taken")
