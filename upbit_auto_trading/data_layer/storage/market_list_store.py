"""The markets of exchanges, and what happened to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent, MarketEventKind
from upbit_auto_trading.data_layer.storage.connection import path_of, reading, writing
from upbit_auto_trading.data_layer.storage.schema.market_data_tables import (
    known_markets,
    market_events,
    market_list_worlds,
)

_MARKETS, _EVENTS, _WORLDS = known_markets.c, market_events.c, market_list_worlds.c
_KEY = ("exchange", "code")


class SqliteMarketListStore:
    """Implements ``MarketListStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def markets(self, exchange: str) -> tuple[KnownMarket, ...]:
        query = select(known_markets).where(_MARKETS.exchange == exchange).order_by(_MARKETS.code)
        try:
            with reading(self._engine) as connection:
                return tuple(_market_of(row) for row in connection.execute(query))
        except (ValueError, RecursionError) as error:  # a time or a word that nobody of ours wrote
            raise DatabaseDamaged(str(path_of(self._engine)), "list of markets") from error

    def history(self, market: Market, limit: int = 200) -> tuple[MarketEvent, ...]:
        return self._newest(limit, _EVENTS.exchange == market.exchange, _EVENTS.code == market.code)

    def events(self, exchange: str, limit: int = 200) -> tuple[MarketEvent, ...]:
        return self._newest(limit, _EVENTS.exchange == exchange)

    def record(self, markets: Iterable[KnownMarket], events: Iterable[MarketEvent]) -> None:
        rows = [_values_of(one) for one in markets]
        lines = [
            {
                "exchange": one.market.exchange,
                "code": one.market.code,
                "kind": one.kind.value,
                "happened_at": one.happened_at,
                "before": one.before,
                "after": one.after,
            }
            for one in events
        ]
        statement = upsert(known_markets)
        changing = {
            column.name: statement.excluded[column.name] for column in known_markets.c if column.name not in _KEY
        }
        with writing(self._engine) as connection:
            if rows:
                connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=changing), rows)
            if lines:
                connection.execute(insert(market_events), lines)

    def forget_exchange(self, exchange: str) -> int:
        with writing(self._engine) as connection:
            connection.execute(delete(market_events).where(_EVENTS.exchange == exchange))
            return connection.execute(delete(known_markets).where(_MARKETS.exchange == exchange)).rowcount

    def identify(self, exchange: str, fingerprint: str) -> bool:
        statement = upsert(market_list_worlds).values(exchange=exchange, fingerprint=fingerprint)
        with writing(self._engine) as connection:
            query = select(_WORLDS.fingerprint).where(_WORLDS.exchange == exchange)
            was = connection.execute(query).scalar()
            if was == fingerprint:
                return False
            connection.execute(
                statement.on_conflict_do_update(index_elements=["exchange"], set_={"fingerprint": fingerprint})
            )
            if was is None:
                return False
            connection.execute(delete(market_events).where(_EVENTS.exchange == exchange))
            connection.execute(delete(known_markets).where(_MARKETS.exchange == exchange))
            return True

    def _newest(self, limit: int, *conditions: Any) -> tuple[MarketEvent, ...]:
        query = select(market_events).where(*conditions).order_by(_EVENTS.number.desc()).limit(limit)
        try:
            with reading(self._engine) as connection:
                return tuple(_event_of(row) for row in connection.execute(query))
        except ValueError as error:
            raise DatabaseDamaged(str(path_of(self._engine)), "events of markets") from error


def _values_of(known: KnownMarket) -> dict[str, Any]:
    listed = known.listed
    return {
        "exchange": listed.market.exchange,
        "code": listed.market.code,
        "korean_name": listed.korean_name,
        "english_name": listed.english_name,
        "is_warned": listed.is_warned,
        "cautions": json.dumps(sorted(caution.value for caution in listed.cautions)),
        "state": None if listed.state is None else listed.state.value,
        "delisted_on": None if listed.delisted_on is None else listed.delisted_on.isoformat(),
        "first_seen_at": known.first_seen_at,
        "listed_at": known.listed_at,
        "missing_since": known.missing_since,
        "delisted_at": known.delisted_at,
    }


def _market_of(row: Row[Any]) -> KnownMarket:
    listed = ListedMarket(
        Market(row.exchange, row.code),
        row.korean_name,
        row.english_name,
        row.is_warned,
        _cautions_of(row.cautions),
        None if row.state is None else MarketState(row.state),
        None if row.delisted_on is None else date.fromisoformat(row.delisted_on),
    )
    return KnownMarket(listed, row.first_seen_at, row.listed_at, row.missing_since, row.delisted_at)


def _cautions_of(text: str) -> frozenset[Caution]:
    values = json.loads(text)
    if not isinstance(values, list):
        raise ValueError("cautions of a market")
    return frozenset(Caution(value) for value in values)


def _event_of(row: Row[Any]) -> MarketEvent:
    market = Market(row.exchange, row.code)
    return MarketEvent(market, MarketEventKind(row.kind), row.happened_at, row.before, row.after)
