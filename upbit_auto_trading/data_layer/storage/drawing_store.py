"""Drawings on charts, by market."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing, DrawingKind, DrawingLook, check_drawing
from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged, InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import drawing

_KINDS = {kind.value: kind for kind in DrawingKind}


class SqliteDrawingStore:
    """Implements ``DrawingStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, market: Market) -> tuple[Drawing, ...]:
        columns = drawing.c
        query = (
            select(drawing)
            .where(columns.exchange == market.exchange, columns.code == market.code)
            .order_by(columns.created_at, columns.id)
        )
        try:
            with reading(self._engine) as connection:
                return tuple(_known(connection.execute(query)))
        except (ValueError, TypeError, RecursionError, InvalidParameter) as error:  # none of ours wrote that
            raise DatabaseDamaged(str(path_of(self._engine)), "drawings") from error

    def change(self, kept: Iterable[Drawing], gone: Iterable[str] = ()) -> None:
        rows = [_row_of(one) for one in kept]
        with writing(self._engine) as connection:
            for row in rows:
                values = {name: value for name, value in row.items() if name != "id"}
                statement = upsert(drawing).values(**row)
                connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
            for drawing_id in gone:
                connection.execute(delete(drawing).where(drawing.c.id == drawing_id))


def _row_of(one: Drawing) -> dict[str, Any]:
    check_drawing(one)
    look = one.look
    return {
        "id": one.id,
        "exchange": one.market.exchange,
        "code": one.market.code,
        "kind": one.kind.value,
        "points": json.dumps([[point.second, point.price] for point in one.points]),
        "look": json.dumps(
            {
                "colour": look.colour,
                "text": look.text,
                "ray": look.is_ray,
                "locked": look.is_locked,
                "hidden": look.is_hidden,
            },
            ensure_ascii=False,
        ),
        "created_at": one.created_at,
        "changed_at": one.changed_at,
    }


def _known(rows: Iterable[Row[Any]]) -> Iterator[Drawing]:
    for row in rows:
        if row.kind in _KINDS:
            found = Drawing(
                row.id,
                Market(row.exchange, row.code),
                _KINDS[row.kind],
                tuple(Anchor(float(second), float(price)) for second, price in json.loads(row.points)),
                row.created_at,
                row.changed_at,
                _look_of(json.loads(row.look)),
            )
            check_drawing(found)
            yield found


def _look_of(values: Any) -> DrawingLook:
    """What a version does not know of looks stands as it does by default."""
    if not isinstance(values, dict):
        raise TypeError("the look of a drawing")
    return DrawingLook(
        colour=int(values.get("colour", 0)),
        text=str(values.get("text", "")),
        is_ray=bool(values.get("ray", False)),
        is_locked=bool(values.get("locked", False)),
        is_hidden=bool(values.get("hidden", False)),
    )
