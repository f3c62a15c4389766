"""Watch lists in settings.sqlite3: few and short, so they are written whole."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.watch_list import WatchList, WatchLists, watch_lists_of
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.settings_tables import watch_list, watch_list_market


class SqliteWatchListStore:
    """Implements ``WatchListStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> WatchLists:
        with reading(self._engine) as connection:
            names = connection.execute(select(watch_list).order_by(watch_list.c.position, watch_list.c.id)).all()
            inside: dict[int, list[Market]] = {row.id: [] for row in names}
            places = (watch_list_market.c.position, watch_list_market.c.exchange, watch_list_market.c.code)
            for row in connection.execute(select(watch_list_market).order_by(*places)):
                inside.setdefault(row.list_id, []).append(Market(row.exchange, row.code))
        return watch_lists_of(WatchList(row.id, row.name, tuple(inside[row.id])) for row in names)

    def write(self, lists: WatchLists) -> None:
        names = [{"id": one.number, "name": one.name, "position": place} for place, one in enumerate(lists.lists)]
        markets = [
            {"list_id": one.number, "exchange": market.exchange, "code": market.code, "position": place}
            for one in lists.lists
            for place, market in enumerate(one.markets)
        ]
        with writing(self._engine) as connection:
            connection.execute(delete(watch_list))  # and with each list, by the schema, what it holds
            if names:
                connection.execute(insert(watch_list), names)
            if markets:
                connection.execute(insert(watch_list_market), markets)
