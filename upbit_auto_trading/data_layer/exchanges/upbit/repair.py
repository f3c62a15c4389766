"""Asks by REST for what a stream has missed, so that nothing is lost over an outage.

Begun in the stream thread, asked in a lane, told in the stream thread again: everything that is remembered lives there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import RequestRefused, TradingAppError
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.business_logic.domain.order import Order, OrderReference
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrdersRepaired,
    OwnBalancesChanged,
    OwnOrderChanged,
    Provenance,
    TradePrinted,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.exchange import Account, MarketData
from upbit_auto_trading.data_layer.exchanges.upbit.delivery import Delivery
from upbit_auto_trading.data_layer.exchanges.upbit.rest_lane import Job, RestLane
from upbit_auto_trading.data_layer.transport.exchange_time import ExchangeTime
from upbit_auto_trading.data_layer.transport.stream_loop import StreamLoop

#: trades of one market: so many answers of 500 are read back at most
_TRADES_AT_ONCE, _MOST_TRADE_PAGES = 500, 20
#: orders whose single fills are asked for in one repair; of the others the totals are told
_MOST_DETAILS = 100
#: of clocks, what is known of their difference
_CLOCKS_DIFFER = timedelta(seconds=10)

Done = Callable[[], None]
Failed = Callable[[TradingAppError], None]


@dataclass(slots=True)
class _OrderReading:
    """``must_tell``: also where nothing has changed, because somebody waits for it."""

    since: datetime
    must_tell: bool
    retries: bool
    done: list[Done]
    failed: list[Failed]

    def join(self, other: _OrderReading) -> None:
        self.since = min(self.since, other.since)
        self.must_tell = self.must_tell or other.must_tell
        self.retries = self.retries or other.retries
        self.done += other.done
        self.failed += other.failed


@dataclass(slots=True)
class _BalanceReading:
    provenance: Provenance
    retries: bool
    done: list[Done]
    failed: list[Failed]

    def join(self, other: _BalanceReading) -> None:
        if other.provenance is Provenance.REPAIR:
            self.provenance = other.provenance
        self.retries = self.retries or other.retries
        self.done += other.done
        self.failed += other.failed


@dataclass(slots=True)
class _TradeReading:
    market: Market
    #: the number of the last trade that is known
    after: int
    done: list[Done]
    failed: list[Failed]

    def join(self, other: _TradeReading) -> None:
        self.after = min(self.after, other.after)
        self.done += other.done
        self.failed += other.failed


class MarketRepair:
    def __init__(
        self, market_data: MarketData, lane: RestLane, loop: StreamLoop, clock: Clock, delivery: Delivery
    ) -> None:
        self._market_data = market_data
        self._lane = lane
        self._loop = loop
        self._clock = clock
        self._delivery = delivery
        #: by market: what is being read, and what is to be read after it
        self._reading: dict[Market, _TradeReading] = {}
        self._next_reading: dict[Market, _TradeReading] = {}

    def trades(self, market: Market, after: int, done: Done, failed: Failed) -> None:
        """All that are newer than number ``after``, as far as the exchange still gives them."""
        reading = _TradeReading(market, after, [done], [failed])
        if market not in self._reading:
            self._begin(reading)
        elif market not in self._next_reading:
            self._next_reading[market] = reading
        else:
            self._next_reading[market].join(reading)

    def _begin(self, reading: _TradeReading) -> None:
        self._reading[reading.market] = reading
        self._delivery.markets.begin_reading_trades(reading.market)

        def work() -> None:
            self._loop.call(self._tell_trades, self._read_trades(reading.market, reading.after), reading)

        def failed(error: TradingAppError) -> None:
            self._loop.call(self._trades_failed, error, reading)

        self._lane.ask(Job(("trades", reading.market), work, failed))

    def candles(
        self,
        market: Market,
        unit: CandleUnit,
        start: datetime,
        end: datetime,
        done: Callable[[tuple[Candle, ...]], None],
        failed: Failed,
    ) -> None:
        def work() -> None:
            candles = self._market_data.candles_between(market, unit, start, end)
            self._loop.call(self._tell_candles, candles, done)

        self._lane.ask(Job(("candles", market, unit), work, lambda error: _told(self._loop, failed, error)))

    def _read_trades(self, market: Market, after: int) -> tuple[MarketTrade, ...]:
        found: dict[int, MarketTrade] = {}
        before: int | None = None
        for _ in range(_MOST_TRADE_PAGES):
            page = self._market_data.trades(market, count=_TRADES_AT_ONCE, before_number=before)
            found.update((trade.number, trade) for trade in page if trade.number > after)
            oldest = min((trade.number for trade in page), default=after)
            if oldest <= after or oldest == before or len(page) < _TRADES_AT_ONCE:
                break
            before = oldest
        return tuple(found[number] for number in sorted(found))

    def _tell_trades(self, trades: tuple[MarketTrade, ...], reading: _TradeReading) -> None:
        now, deliver = self._clock.now(), self._delivery.trade

        def ended() -> None:
            self._trades_ended(reading)
            for done in reading.done:
                done()

        self._delivery.in_portions(
            [partial(deliver, TradePrinted(trade, Provenance.REPAIR, now)) for trade in trades], ended
        )

    def _trades_failed(self, error: TradingAppError, reading: _TradeReading) -> None:
        self._trades_ended(reading)
        for failed in reading.failed:
            failed(error)

    def _trades_ended(self, reading: _TradeReading) -> None:
        self._delivery.markets.end_reading_trades(reading.market)
        del self._reading[reading.market]
        following = self._next_reading.pop(reading.market, None)
        if following is not None:
            self._begin(following)

    def _tell_candles(self, candles: tuple[Candle, ...], done: Callable[[tuple[Candle, ...]], None]) -> None:
        now, deliver = self._clock.now(), self._delivery.candle
        self._delivery.in_portions(
            [partial(deliver, CandleChanged(candle, Provenance.REPAIR, now)) for candle in candles],
            partial(done, candles),
        )


class AccountRepair:
    def __init__(
        self,
        account: Account,
        lane: RestLane,
        loop: StreamLoop,
        clock: Clock,
        exchange_time: ExchangeTime,
        delivery: Delivery,
    ) -> None:
        self._account = account
        self._exchange_time = exchange_time
        self._lane = lane
        self._loop = loop
        self._clock = clock
        self._delivery = delivery
        self._reading: _OrderReading | None = None
        self._next_reading: _OrderReading | None = None
        self._balance_reading: _BalanceReading | None = None
        self._next_balance_reading: _BalanceReading | None = None

    def orders(self, since: datetime, done: Done, failed: Failed, *, must_tell: bool, retries: bool = True) -> None:
        """One reading at a time; those who come while it is going on share the next."""
        reading = _OrderReading(since, must_tell, retries, [done], [failed])
        if self._reading is None:
            self._begin(reading)
        elif self._next_reading is None:
            self._next_reading = reading
        else:
            self._next_reading.join(reading)

    def _begin(self, reading: _OrderReading) -> None:
        self._reading = reading
        memory = self._delivery.orders
        memory.begin_reading()
        open_before, told = memory.open_orders(), memory.filled_quantities()

        def work() -> None:
            orders = self._read_orders(reading.since, open_before, told)
            self._loop.call(self._tell_orders, orders, reading)

        def failed(error: TradingAppError) -> None:
            self._loop.call(self._orders_failed, error, reading)

        self._lane.ask(Job(("orders",), work, failed, urgency=1, retries=reading.retries))

    def balances(self, provenance: Provenance, done: Done, failed: Failed, *, retries: bool = True) -> None:
        """One reading at a time, as of orders."""
        reading = _BalanceReading(provenance, retries, [done], [failed])
        if self._balance_reading is None:
            self._begin_balances(reading)
        elif self._next_balance_reading is None:
            self._next_balance_reading = reading
        else:
            self._next_balance_reading.join(reading)

    def _begin_balances(self, reading: _BalanceReading) -> None:
        """An answer may be older than what the stream told meanwhile: the stream's word counts then."""
        self._balance_reading = reading
        self._delivery.begin_reading_balances()

        def work() -> None:
            self._loop.call(self._tell_balances, self._account.balances(), reading)

        def failed(error: TradingAppError) -> None:
            self._loop.call(self._balances_failed, error, reading)

        self._lane.ask(Job(("balances",), work, failed, urgency=2, retries=reading.retries))

    def _read_orders(
        self, since: datetime, open_before: dict[str, OrderReference], told: dict[str, Decimal]
    ) -> tuple[Order, ...]:
        """Open ones, those made since then that have ended, and by number those that were open and are in neither."""
        open_orders = self._account.open_orders(with_watching=True)
        # by the answer before, the difference of the clocks is known
        time = self._exchange_time
        closed = self._account.closed_orders(time.at(since), time.now() + _CLOCKS_DIFFER)
        found = {order.order_id: order for order in (*open_orders, *closed)}
        missing = [reference for order_id, reference in open_before.items() if order_id not in found]
        if missing:
            found.update((order.order_id, order) for order in self._account.orders(missing))
        filled = [order for order in found.values() if order.executed_quantity > told.get(order.order_id, Decimal(0))]
        for order in _newest(filled, _MOST_DETAILS):
            if order.fills is None:
                found[order.order_id] = self._with_fills(order)
        return tuple(sorted(found.values(), key=lambda order: (order.created_at, order.order_id)))

    def _with_fills(self, order: Order) -> Order:
        try:
            return self._account.order(order.reference)
        except RequestRefused:
            return order  # its totals are known; without its fills they count

    def _tell_orders(self, orders: tuple[Order, ...], reading: _OrderReading) -> None:
        memory, now = self._delivery.orders, self._clock.now()
        changed = tuple(order for order in orders if not memory.is_as_read(order))
        ahead = memory.end_reading(orders)
        if reading.must_tell or changed:
            told = orders if reading.must_tell else changed
            self._delivery.put(OrdersRepaired(told, reading.since, now))
            for update in ahead:
                self._delivery.put(OwnOrderChanged(update, Provenance.STREAM, now))
        for done in reading.done:
            done()
        self._reading_ended()

    def _orders_failed(self, error: TradingAppError, reading: _OrderReading) -> None:
        self._delivery.orders.end_reading(())
        for failed in reading.failed:
            failed(error)
        self._reading_ended()

    def _balances_failed(self, error: TradingAppError, reading: _BalanceReading) -> None:
        self._delivery.give_up_reading_balances()
        for failed in reading.failed:
            failed(error)
        self._balance_reading_ended()

    def _balance_reading_ended(self) -> None:
        following, self._balance_reading, self._next_balance_reading = self._next_balance_reading, None, None
        if following is not None:
            self._begin_balances(following)

    def _reading_ended(self) -> None:
        following, self._reading, self._next_reading = self._next_reading, None, None
        if following is not None:
            self._begin(following)

    def _tell_balances(self, balances: tuple[Balance, ...], reading: _BalanceReading) -> None:
        newest = self._delivery.end_reading_balances(balances)
        if newest is not None:
            self._delivery.put(OwnBalancesChanged(newest, reading.provenance, self._clock.now()))
        for done in reading.done:
            done()
        self._balance_reading_ended()


def _told(loop: StreamLoop, action: Callable[..., None], *arguments: object) -> None:
    """In the stream thread; where that has ended, nobody needs it any more."""
    loop.call(action, *arguments)


def _newest(orders: Iterable[Order], most: int) -> list[Order]:
    return sorted(orders, key=lambda order: order.created_at, reverse=True)[:most]
