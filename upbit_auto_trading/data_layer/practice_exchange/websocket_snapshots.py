"""What a new subscription is told first: one frame for each code, as things stand. Sheet 8.3."""

from __future__ import annotations

from collections.abc import Iterator

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.stream_hub import StreamHub
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamServices
from upbit_auto_trading.data_layer.practice_exchange.websocket_connection import StreamConnection
from upbit_auto_trading.data_layer.practice_exchange.websocket_frames import (
    SNAPSHOT,
    candle_frame,
    ticker_frame,
    trade_frame,
)
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import (
    BOOK,
    CANDLE_UNITS,
    TICKER,
    TRADE,
    Endpoint,
    Format,
    Subscription,
    WantedType,
)


class Snapshots:
    def __init__(self, services: StreamServices, hub: StreamHub) -> None:
        self._services = services
        self._world = services.world
        self._hub = hub
        #: what each subscription was told first, for the fault that tells it again
        self._first: dict[tuple[object, ...], bytes] = {}

    def send(self, connection: StreamConnection, wanted: Subscription) -> None:
        """Private types have none; unknown codes are passed over in silence."""
        if connection.endpoint is not Endpoint.PUBLIC:
            return
        for one in wanted.types:
            if one.only_realtime and not one.only_snapshot:
                continue
            for code, depth in one.markets.items():
                market = self._world.market(code)
                if market is None:
                    continue
                for newest in self._frames(market, one, depth, wanted.format):
                    connection.send(self._old_or_new(connection, one, code, wanted.format, newest), code)

    def _frames(self, market: Market, wanted: WantedType, depth: int, format_: Format) -> Iterator[bytes]:
        if wanted.type == TICKER:
            for summary in self._world.summaries([market]):
                yield ticker_frame(summary, SNAPSHOT, self._services.spelling).encoded(format_)
        elif wanted.type == TRADE:
            for trade in self._world.trades(market, 1):
                yield trade_frame(
                    trade, self._world.book(market, 1), trade.at, SNAPSHOT, self._services.spelling
                ).encoded(format_)
        elif wanted.type == BOOK:
            book = self._hub.book_bytes(market, depth, wanted.level, format_, SNAPSHOT)
            if book:
                yield book
        else:
            for candle in self._world.candles(market, CANDLE_UNITS[wanted.type], None, 1):
                told_at = candle.last_traded_at or candle.opened_at
                yield candle_frame(wanted.type, candle, told_at, SNAPSHOT, self._services.spelling).encoded(format_)

    def _old_or_new(
        self, connection: StreamConnection, wanted: WantedType, code: str, format_: Format, newest: bytes
    ) -> bytes:
        first = self._first.setdefault((wanted.type, code, wanted.level, format_), newest)
        is_old = self._services.faults.first(FaultKind.STREAM_OLD_SNAPSHOT, path=connection.path, market=code)
        return first if is_old else newest
