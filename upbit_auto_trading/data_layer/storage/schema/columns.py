"""Column types that say exactly what lies in the file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Dialect, Integer, Text, TypeDecorator

from upbit_auto_trading.data_layer.storage.stored_time import time_from_text, time_to_text


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime as sortable text; a naive one is refused, for nobody knows which hour it means."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else time_to_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else time_from_text(value)

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        return "NULL" if value is None else f"'{time_to_text(value)}'"


class YesNo(TypeDecorator[bool]):
    """0 or 1: STRICT tables know no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
