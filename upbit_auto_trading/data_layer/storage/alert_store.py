"""Price alerts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert, Side, check_alert
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import alert


class SqliteAlertStore:
    """Implements ``AlertStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[PriceAlert, ...]:
        query = select(alert).order_by(alert.c.created_at, alert.c.id)
        try:
            with reading(self._engine) as connection:
                return tuple(_alert_of(row) for row in connection.execute(query))
        except (ValueError, InvalidOperation, InvalidParameter) as error:  # none of ours wrote that
            raise DatabaseDamaged(str(path_of(self._engine)), "price alerts") from error

    def change(self, kept: Iterable[PriceAlert], gone: Iterable[str] = ()) -> None:
        rows = [_row_of(one) for one in kept]
        with writing(self._engine) as connection:
            for row in rows:
                values = {name: value for name, value in row.items() if name != "id"}
                statement = upsert(alert).values(**row)
                connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
            for alert_id in gone:
                connection.execute(delete(alert).where(alert.c.id == alert_id))


def _row_of(one: PriceAlert) -> dict[str, Any]:
    check_alert(one)
    return {
        "id": one.id,
        "exchange": one.market.exchange,
        "code": one.market.code,
        "price": format(one.price, "f"),
        "direction": one.direction.value,
        "note": one.note,
        "repeats": one.repeats,
        "created_at": one.created_at,
        "fired_at": one.fired_at,
        "is_on": one.is_on,
        "side": None if one.side is None else one.side.value,
    }


def _alert_of(row: Row[Any]) -> PriceAlert:
    found = PriceAlert(
        row.id,
        Market(row.exchange, row.code),
        Decimal(row.price),
        row.created_at,
        AlertDirection(row.direction),
        row.note,
        row.repeats,
        row.fired_at,
        row.is_on,
        None if row.side is None else Side(row.side),
    )
    check_alert(found)
    return found
