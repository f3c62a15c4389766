"""From what happens on the exchange to the frames of each connection: sheet 8.3 and 8.6–8.11."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BalancesMoved,
    BookChanged,
    MarketStateChanged,
    OrderAccepted,
    OrderEnded,
    OrderPrevented,
    OrderTraded,
    PublicTrade,
    VirtualEvent,
)
from upbit_auto_trading.data_layer.practice_exchange.book_grouping import grouped
from upbit_auto_trading.data_layer.practice_exchange.live_candles import LiveCandle
from upbit_auto_trading.data_layer.practice_exchange.market_summary import TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.stream_services import StreamServices
from upbit_auto_trading.data_layer.practice_exchange.websocket_connection import StreamConnection
from upbit_auto_trading.data_layer.practice_exchange.websocket_frames import (
    REALTIME,
    Frame,
    book_frame,
    candle_frame,
    ticker_frame,
    trade_frame,
)
from upbit_auto_trading.data_layer.practice_exchange.websocket_private_frames import (
    PREVENTED,
    TRADED,
    my_asset_frame,
    my_order_frame,
    order_state,
)
from upbit_auto_trading.data_layer.practice_exchange.websocket_requests import (
    BOOK,
    CANDLE_UNITS,
    FULL_DEPTH,
    MY_ASSET,
    MY_ORDER,
    TICKER,
    TRADE,
    Endpoint,
    Format,
    WantedType,
)

#: busy books are told on this grid of market time
_BOOK_GRID = timedelta(milliseconds=100)
_NO_TIME = timedelta(0)


class StreamHub:
    """In the server's thread, like everything of the world."""

    def __init__(self, services: StreamServices) -> None:
        self._services = services
        self._world = services.world
        self.connections: set[StreamConnection] = set()
        #: by type and market code
        self._listening: dict[tuple[str, str], dict[StreamConnection, WantedType]] = {}
        self._candles: dict[tuple[str, str], LiveCandle] = {}
        self._changed_prices: set[Market] = set()
        self._changed_books: set[Market] = set()
        self._told_books: dict[Market, int] = {}
        self._world.listeners.append(self.on_events)

    # --- connections

    def add(self, connection: StreamConnection) -> None:
        self.connections.add(connection)

    def remove(self, connection: StreamConnection) -> None:
        self.connections.discard(connection)
        self.subscriptions_changed()

    def subscriptions_changed(self) -> None:
        """After any: what each connection wants was replaced as a whole."""
        listening: defaultdict[tuple[str, str], dict[StreamConnection, WantedType]] = defaultdict(dict)
        for connection in self.connections:
            for wanted in connection.subscription.types if connection.subscription else ():
                if connection.endpoint is Endpoint.PUBLIC and not wanted.only_snapshot:
                    for code in wanted.markets:
                        listening[wanted.type, code][connection] = wanted
        self._listening = dict(listening)
        self._candles = {key: live for key, live in self._candles.items() if key in listening}
        for type_, code in listening:
            if type_ in CANDLE_UNITS and (type_, code) not in self._candles:
                self._candles[type_, code] = self._live_candle(type_, code)

    def meet_faults(self) -> None:
        for connection in tuple(self.connections):
            connection.meet_faults()

    async def sent(self, limit_seconds: float) -> None:
        """Until every connection has sent what waits, or the time is up."""
        waiting = [asyncio.ensure_future(connection.sent()) for connection in self.connections]
        if waiting:
            _done, late = await asyncio.wait(waiting, timeout=limit_seconds)
            for task in late:
                task.cancel()

    # --- events

    def on_events(self, events: Sequence[VirtualEvent]) -> None:
        for event in events:
            if isinstance(event, PublicTrade):
                self._trade(event)
            elif isinstance(event, BookChanged):
                self._changed_books.add(event.market)
            elif isinstance(event, MarketStateChanged):
                self._changed_prices.add(event.market)
            else:
                self._own(event)

    def flush(self) -> None:
        """What is told at intervals, or once for many changes."""
        now = self._world.clock.now()
        prices, self._changed_prices = self._changed_prices, set()
        for market in prices:
            if (TICKER, market.code) in self._listening:
                for summary in self._world.summaries([market]):
                    self._tell(TICKER, market.code, ticker_frame(summary, REALTIME, self._services.spelling))
        for market in tuple(self._changed_books):
            self._tell_book(market)
        for (type_, code), live in self._candles.items():
            for candle in live.due(now):
                self._tell(
                    type_,
                    code,
                    candle_frame(type_, candle, candle.last_traded_at or now, REALTIME, self._services.spelling),
                )

    # --- public

    def _trade(self, event: PublicTrade) -> None:
        code = event.market.code
        self._changed_prices.add(event.market)
        trade = self._world.taped(event)
        if (TRADE, code) in self._listening:
            best = OrderBook(
                event.market,
                (event.best_ask,) if event.best_ask else (),
                (event.best_bid,) if event.best_bid else (),
                event.at,
            )
            self._tell(
                TRADE, code, trade_frame(trade, best, self._world.clock.now(), REALTIME, self._services.spelling)
            )
        self._grow_candles(trade)

    def _grow_candles(self, trade: TapeTrade) -> None:
        for type_ in CANDLE_UNITS:
            live = self._candles.get((type_, trade.market.code))
            for candle in live.take(trade) if live is not None else ():
                told_at = candle.last_traded_at or trade.at
                self._tell(
                    type_, trade.market.code, candle_frame(type_, candle, told_at, REALTIME, self._services.spelling)
                )

    def _live_candle(self, type_: str, code: str) -> LiveCandle:
        unit = CANDLE_UNITS[type_]
        market = self._world.market(code)
        newest = self._world.candles(market, unit, None, 1) if market is not None else []
        return LiveCandle(unit, newest[0] if newest else None)

    def _tell_book(self, market: Market) -> None:
        """On the grid while market time runs; at once where it stands."""
        if (BOOK, market.code) not in self._listening:
            self._changed_books.discard(market)
            return
        clock = self._world.clock
        slot = (clock.now() - clock.now().replace(hour=0, minute=0, second=0, microsecond=0)) // _BOOK_GRID
        is_running = clock.pace in (Pace.RUNNING, Pace.MAXIMUM)
        if is_running and self._told_books.get(market) == slot:
            return
        self._told_books[market] = slot
        self._changed_books.discard(market)
        frames: dict[tuple[int, Decimal, Format], bytes] = {}
        for connection, wanted in self._listening[BOOK, market.code].items():
            key = (wanted.markets.get(market.code, FULL_DEPTH), wanted.level, connection.format)
            if key not in frames:
                frames[key] = self.book_bytes(market, *key, REALTIME)
            if frames[key]:
                connection.send(frames[key], market.code)

    def book_bytes(self, market: Market, depth: int, level: Decimal, format_: Format, stream_type: str) -> bytes:
        """Empty where the market cannot be grouped that way."""
        book = grouped(self._world, market, level)
        if book is None:
            return b""
        spelling = self._services.spelling
        frame = book_frame(book, depth, level, stream_type, is_simple=format_.is_simple, spelling=spelling)
        return frame.encoded(format_)

    def _tell(self, type_: str, code: str, frame: Frame) -> None:
        encoded: dict[Format, bytes] = {}
        for connection in self._listening.get((type_, code), ()):
            if connection.format not in encoded:
                encoded[connection.format] = frame.encoded(connection.format)
            connection.send(encoded[connection.format], code)

    # --- private

    def _own(self, event: OrderAccepted | OrderTraded | OrderPrevented | OrderEnded | BalancesMoved) -> None:
        if isinstance(event, BalancesMoved):
            self._tell_balances(event)
            return
        now, order = self._world.clock.now(), event.order
        fill = event.fill if isinstance(event, OrderTraded) else None
        states = {OrderTraded: TRADED, OrderPrevented: PREVENTED}
        frame = my_order_frame(order, states.get(type(event)) or order_state(order), fill, now)
        for connection in self._own_connections(order.account_id, MY_ORDER):
            if any(_covers(wanted, order.market.code) for wanted in connection.subscription.types):  # type: ignore[union-attr]  # _own_connections has only those
                connection.send_private(frame.encoded(connection.format), order.market.code)

    def _tell_balances(self, event: BalancesMoved) -> None:
        event_id, now = str(uuid.uuid4()), self._world.clock.now()
        for connection in self._own_connections(event.account_id, MY_ASSET):
            frame = my_asset_frame(event_id, event.balances, event.at, now, connection.format)
            connection.send_private(frame.encoded(connection.format))

    def _own_connections(self, account_id: str, type_: str) -> Iterable[StreamConnection]:
        for connection in tuple(self.connections):
            if connection.endpoint is Endpoint.PRIVATE and connection.account_id == account_id:
                subscription = connection.subscription
                if subscription is not None and any(wanted.type == type_ for wanted in subscription.types):
                    yield connection


def _covers(wanted: WantedType, code: str) -> bool:
    return wanted.type == MY_ORDER and (not wanted.codes or code in wanted.codes)
