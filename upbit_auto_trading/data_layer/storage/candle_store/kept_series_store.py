"""Which series are kept by themselves."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries
from upbit_auto_trading.data_layer.storage.connection import reading, writing
from upbit_auto_trading.data_layer.storage.schema.market_data_tables import file_facts, kept_series

_UNITS = list(CandleUnit)
#: of an exchange: that something was chosen or left, so that nothing is chosen for the user any more
_CHOSEN = "kept_series_chosen:"


class SqliteKeptSeriesStore:
    """Implements ``KeptSeriesStore``."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def kept(self, exchange: str | None = None) -> tuple[KeptSeries, ...]:
        columns = kept_series.c
        wanted = select(columns.exchange, columns.code, columns.unit)
        if exchange is not None:
            wanted = wanted.where(columns.exchange == exchange)
        with reading(self._engine) as connection:
            found = [
                KeptSeries(Market(row.exchange, row.code), CandleUnit(row.unit)) for row in connection.execute(wanted)
            ]
        return tuple(sorted(found, key=lambda one: (one.market, _UNITS.index(one.unit))))

    def add(self, series: KeptSeries) -> bool:
        with writing(self._engine) as connection:
            self._note_choice(connection, series.market.exchange)
            return self._keep(connection, series)

    def remove(self, series: KeptSeries) -> bool:
        columns, market = kept_series.c, series.market
        gone = delete(kept_series).where(
            columns.exchange == market.exchange, columns.code == market.code, columns.unit == series.unit.value
        )
        with writing(self._engine) as connection:
            self._note_choice(connection, market.exchange)
            return connection.execute(gone).rowcount > 0

    def begin_with(self, series: KeptSeries) -> bool:
        with writing(self._engine) as connection:
            if not self._note_choice(connection, series.market.exchange):
                return False
            return self._keep(connection, series)

    def _keep(self, connection: Connection, series: KeptSeries) -> bool:
        row = {
            "exchange": series.market.exchange,
            "code": series.market.code,
            "unit": series.unit.value,
            "wanted_since": self._clock.now(),
        }
        return connection.execute(upsert(kept_series).values(row).on_conflict_do_nothing()).rowcount > 0

    def _note_choice(self, connection: Connection, exchange: str) -> bool:
        """Whether it is the first."""
        fact = upsert(file_facts).values(name=_CHOSEN + exchange, value="yes")
        return connection.execute(fact.on_conflict_do_nothing()).rowcount > 0
