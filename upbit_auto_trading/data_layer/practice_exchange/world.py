"""The practice exchange behind its doors: one virtual exchange, one replayed market, one clock.

Everything runs in the server's one thread. What changes something returns only after it was written to the state file
(where there is one) and handed to the listeners, in the order in which an exchange would tell it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Caution, ListedMarket, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.domain.market_view import OrderBook
from upbit_auto_trading.business_logic.domain.order import OrderRequest
from upbit_auto_trading.business_logic.simulation.market_tick import Print, SyntheticBook
from upbit_auto_trading.business_logic.simulation.refusal import RefusalCode, Refused
from upbit_auto_trading.business_logic.simulation.virtual_events import (
    BookChanged,
    OrderAccepted,
    PublicTrade,
    VirtualEvent,
)
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.business_logic.simulation.virtual_order import VirtualOrder
from upbit_auto_trading.data_layer.practice_exchange.market_figures import MarketFigures, figures_from
from upbit_auto_trading.data_layer.practice_exchange.market_summary import MarketSummary, TapeTrade
from upbit_auto_trading.data_layer.practice_exchange.own_trades import OwnTrades
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.replays import Replays
from upbit_auto_trading.data_layer.practice_exchange.trade_tape import TradeTape

Listener = Callable[[Sequence[VirtualEvent]], None]
_INSTANT = timedelta(microseconds=1)
#: where the source of candles has nothing for so long, it has ended
_LONGEST_GAP = timedelta(days=8)
_YEAR = timedelta(days=365)
_LONGER_THAN_DAYS = (CandleUnit.WEEK, CandleUnit.MONTH, CandleUnit.YEAR)
_LOOK_AHEAD = timedelta(minutes=1)


class PracticeWorld:
    """Use from the server's thread alone."""

    def __init__(self, exchange: VirtualExchange, rules: RuleBook, replays: Replays, clock: PracticeClock) -> None:
        self.exchange = exchange
        self.clock = clock
        #: by access key
        self.keys: dict[str, PracticeKey] = {}
        #: called with the events of each change, in order
        self.listeners: list[Listener] = []
        #: called before the listeners: what it has not kept is told to nobody
        self.keep: Listener | None = None
        self.keep_client_id: Callable[[str, str], None] | None = None
        self.keep_whole: Callable[[], None] | None = None
        #: a print comes in so many pieces: a fault on request
        self.divide: Callable[[Print], Sequence[Print]] = lambda tick: (tick,)
        self._rules = rules
        self._replays = replays
        self._delisted_on: dict[Market, date] = {}
        self.replay = replays.whole()
        self._markets = self._as_listed()
        self.restart_market()

    def _as_listed(self) -> dict[str, ListedMarket]:
        return {listed.market.code: listed for listed in self.replay.listed}

    def restart_market(self, *, keeps_tape: bool = False) -> None:
        """From the clock's moment on, with the settings that its pace wants.

        ``keeps_tape``: time goes on, only its pace changed.
        """
        self.replay = self._replays.whole()
        self.replay.start_at(self.clock.now())
        self._coming: Iterator[Print | SyntheticBook] = iter(())
        self._played_to = self.clock.now()
        if not keeps_tape:
            #: for what lies before; what it has made stays made while only the pace changes
            self._past = self._replays.whole()
            self._past.start_at(self.clock.now())
            self._closes: dict[tuple[Market, datetime], Decimal] = {}
            self._tapes: dict[Market, TradeTape] = {}
            self._figures: dict[Market, MarketFigures | None] = {}
            self._shown: dict[Market, dict[date, tuple[Decimal, Decimal]]] = {}
            self._knows_years = False
            self._own = OwnTrades()
            self._with_book: set[Market] = set()
            #: asked for a step whenever there is time
            self.looking_back = self._warm_up()

    def prepare(self, market: Market, moment: datetime) -> None:
        """What a start there needs of one market is made and kept for a moment."""
        self._replays.of(market).start_at(moment)

    def start_over(self, exchange: VirtualExchange) -> None:
        """Another exchange, with accounts of the same names; nothing of the old one is kept."""
        self.exchange = exchange
        self.restart_market()
        self._markets = self._as_listed()
        if self.keep_whole is not None:
            self.keep_whole()

    # --- time

    def play(self, to: datetime, may_go_on: Callable[[], bool]) -> bool:
        """Prints what happens up to ``to``; whether it came so far, or ran out of real time on the way."""
        while True:
            for tick in self._coming:
                self._print(tick)
                if not may_go_on():
                    return False
            self.clock.reach(min(self._played_to, to))
            if self._played_to >= to:
                return True
            self._coming = self.replay.advance(to)
            self._played_to = to

    def step(self) -> tuple[VirtualEvent, ...]:
        """The next print, and the books on the way to it; nothing where the candles have ended."""
        events: list[VirtualEvent] = []
        end = self.clock.now() + _LONGEST_GAP
        while True:
            for tick in self._coming:
                events += self._print(tick)
                if isinstance(tick, Print):
                    return tuple(events)
            if self._played_to >= end:
                return tuple(events)
            self._played_to += _LOOK_AHEAD
            self._coming = self.replay.advance(self._played_to)

    def play_some(
        self, to: datetime, may_go_on: Callable[[], bool] = lambda: True
    ) -> tuple[bool, tuple[VirtualEvent, ...]]:
        """As ``play``, with what happened."""
        events: list[VirtualEvent] = []
        listener = events.extend
        self.listeners.append(listener)
        try:
            return self.play(to, may_go_on), tuple(events)
        finally:
            self.listeners.remove(listener)

    def _print(self, tick: Print | SyntheticBook) -> tuple[VirtualEvent, ...]:
        self.clock.reach(tick.at)
        if self.state_of(tick.market) is not MarketState.TRADING:
            return ()
        if isinstance(tick, Print):
            self._figures_of(tick.market, tick.at - _INSTANT)
            pieces = (self._told(self.exchange.apply_print(piece), is_replayed=True) for piece in self.divide(tick))
            return tuple(event for events in pieces for event in events)
        return self._told(self.exchange.apply_book(tick))

    def _warm_up(self) -> Iterator[None]:
        """Looks back over the year of each market, a day a turn, so that no request has to wait for all of it."""
        for listed in tuple(self._markets.values()):
            self._figures_of(listed.market, self.clock.now())
            yield
        for listed in tuple(self._markets.values()):
            figures = self._figures_of(listed.market, self.clock.now())
            if figures is not None:
                yield from self._remember_year(figures)
        self._knows_years = True

    def _remember_year(self, figures: MarketFigures) -> Iterator[None]:
        for opened_at in figures.older_days():
            if self._figures.get(figures.market) is not figures:
                return
            end = opened_at + _INSTANT
            for day in self._past.candles(figures.market, CandleUnit.DAY, opened_at, end, self.clock.now()):
                figures.remember(day)
                yield

    # --- orders: ``request.self_match`` is never None here; raises Refused, and then nothing changed

    def place(self, account_id: str, request: OrderRequest) -> VirtualOrder:
        """As accepted: before any fill."""
        order_id = str(uuid.uuid4())
        events = self._told(self.exchange.place(account_id, order_id, request, self.clock.now()))
        return next(event.order for event in events if isinstance(event, OrderAccepted))

    def check(self, account_id: str, request: OrderRequest) -> None:
        self.exchange.check(account_id, request, self.clock.now())

    def use_client_id(self, account_id: str, client_order_id: str) -> None:
        """A refused order uses its identifier up as well."""
        self.exchange.use_client_id(account_id, client_order_id)
        if self.keep_client_id is not None:
            self.keep_client_id(account_id, client_order_id)

    def cancel(self, account_id: str, order_id: str) -> VirtualOrder:
        """As it stood before: a cancel is accepted, the end is told by events."""
        before = self._order(account_id, order_id)
        self._told(self.exchange.cancel(account_id, order_id, self.clock.now()))
        return before

    def replace(
        self, account_id: str, order_id: str, new_request: Callable[[VirtualOrder], OrderRequest]
    ) -> tuple[VirtualOrder, str]:
        """The old order as it stood before, and the number of the new one.

        ``new_request`` gets the old order as it ended. Where the new one is refused then, it does not exist.
        """
        before = self.cancel(account_id, order_id)
        new_id = str(uuid.uuid4())
        try:
            request = new_request(self._order(account_id, order_id))
            self._told(self.exchange.place(account_id, new_id, request, self.clock.now()))
        except (Refused, InvalidParameter):
            return before, new_id
        return before, new_id

    def open_account(self, account_id: str, balances: Mapping[str, Decimal]) -> None:
        self.exchange.open_account(account_id, balances)
        if self.keep_whole is not None:
            self.keep_whole()

    def deposit(self, account_id: str, currency: str, amount: Decimal) -> None:
        self._told(self.exchange.deposit(account_id, currency, amount, self.clock.now()))

    # --- markets

    def listed(self) -> tuple[ListedMarket, ...]:
        """Without the delisted, in no order of codes; each with its state."""
        known = ((listed, self.state_of(listed.market)) for listed in self._markets.values())
        return tuple(replace(listed, state=state) for listed, state in known if state is not MarketState.DELISTED)

    def market(self, code: str) -> Market | None:
        """None where it is unknown or delisted."""
        listed = self._markets.get(code)
        if listed is None or self.state_of(listed.market) is MarketState.DELISTED:
            return None
        return listed.market

    def any_market(self, code: str) -> Market | None:
        """Also one that was delisted."""
        listed = self._markets.get(code)
        return listed.market if listed is not None else None

    def state_of(self, market: Market) -> MarketState:
        return self.exchange.market_state(market)

    def set_state(self, market: Market, state: MarketState) -> None:
        if state is MarketState.DELISTED:
            self._delisted_on[market] = self.clock.now().date()
        else:
            self._delisted_on.pop(market, None)
        self._told(self.exchange.set_market_state(market, state, self.clock.now()))

    def set_alerts(self, market: Market, is_warned: bool | None, cautions: frozenset[Caution] | None) -> None:
        """What the list says of it beside its state; None: as before."""
        listed = self._markets[market.code]
        self._markets[market.code] = replace(
            listed,
            is_warned=listed.is_warned if is_warned is None else is_warned,
            cautions=listed.cautions if cautions is None else cautions,
        )

    @property
    def rules(self) -> RuleBook:
        return self._rules

    def tick(self, market: Market) -> Decimal:
        """At the price of this moment."""
        ticks = self._rules.rules(market, self.clock.now()).ticks
        figures = self._figures_of(market, self.clock.now())
        return ticks.tick_at(figures.last.price if figures is not None else Decimal(1))

    def book(self, market: Market, depth: int = 30) -> OrderBook:
        """Empty before the first one came."""
        if market not in self._with_book:
            return OrderBook(market, (), (), self.clock.now())
        return self.exchange.book(market, depth)

    def summaries(self, markets: Iterable[Market]) -> list[MarketSummary]:
        """Of those that were traded at all."""
        now = self.clock.now()
        found = ((market, self._figures_of(market, now)) for market in markets)
        return [
            figures.summary(self.state_of(market), self._delisted_on.get(market), now)
            for market, figures in found
            if figures is not None
        ]

    def trades(
        self, market: Market, count: int, *, before: datetime | None = None, before_number: int | None = None
    ) -> list[TapeTrade]:
        """Newest first: traded at or before ``before``, with a number under ``before_number``."""
        return self._tape(market).newest(count, before, before_number)

    def candles(self, market: Market, unit: CandleUnit, before: datetime | None, count: int) -> list[Candle]:
        """Newest first: opened before ``before`` (None: up to now), the forming one too. No trade, no candle."""
        now = self.clock.now()
        end = now + _INSTANT if before is None else min(before, now + _INSTANT)
        found = self._own.newest_candles(self._past, market, unit, end, count, now)
        if found and not self._knows_years:
            self._note_shown(market, unit, found, now)
        return found

    def _note_shown(self, market: Market, unit: CandleUnit, found: list[Candle], now: datetime) -> None:
        """A client that was shown a month's high finds no lower one of 52 weeks, though most days are unknown yet."""
        if unit in _LONGER_THAN_DAYS:
            oldest = max(found[-1].opened_at, now - _YEAR)
            found = list(self._own.candles(self._past, market, CandleUnit.DAY, oldest, now + _INSTANT, now))
        shown = self._shown.setdefault(market, {})
        for candle in found:
            high, low = shown.get(candle.opened_at.date(), (candle.high, candle.low))
            shown[candle.opened_at.date()] = max(high, candle.high), min(low, candle.low)
        figures = self._figures.get(market)
        if figures is not None:
            figures.see_shown()

    def taped(self, event: PublicTrade) -> TapeTrade:
        """The same trade with what its market was like."""
        figures = self._figures.get(event.market)
        close = figures.previous_close_for(event.at) if figures is not None else event.price
        return TapeTrade(event.market, event.number, event.price, event.quantity, event.taker_side, event.at, close)

    # --- inside

    def _told(self, events: tuple[VirtualEvent, ...], *, is_replayed: bool = False) -> tuple[VirtualEvent, ...]:
        for event in events:
            if isinstance(event, PublicTrade):
                self._record(event, is_replayed)
            elif isinstance(event, BookChanged):
                self._with_book.add(event.market)
        if self.keep is not None:
            self.keep(events)
        for listener in self.listeners:
            listener(events)
        return events

    def _record(self, event: PublicTrade, is_replayed: bool) -> None:
        trade = self.taped(event)
        self._tape(event.market).add(trade)
        if not is_replayed:
            self._own.add(trade)
        figures = self._figures.get(event.market)
        if figures is not None:
            figures.take(trade)
        else:
            self._figures.pop(event.market, None)

    def _tape(self, market: Market) -> TradeTape:
        if market not in self._tapes:
            self._tapes[market] = TradeTape(
                market, self._replays.of(market), self.clock.now(), lambda at: self._close_before(market, at)
            )
        return self._tapes[market]

    def _close_before(self, market: Market, at: datetime) -> Decimal:
        """Of the day before that moment's; of the day's opening where there is none."""
        opened_at = CandleUnit.DAY.floor(at)
        if (market, opened_at) not in self._closes:
            self._closes[market, opened_at] = self._looked_up_close(market, opened_at, at)
        return self._closes[market, opened_at]

    def _looked_up_close(self, market: Market, opened_at: datetime, at: datetime) -> Decimal:
        """Nearly always the day before has one; making the days of a week takes a generated market long."""
        for reach in (timedelta(days=1), _LONGEST_GAP):
            days = self._past.candles(market, CandleUnit.DAY, opened_at - reach, opened_at + _INSTANT, at)
            before = [day for day in days if day.opened_at < opened_at]
            if before:
                return before[-1].close
        return days[-1].open

    def is_looked_up(self, market: Market) -> bool:
        """Whether its figures are at hand. The first time they cost tens of milliseconds."""
        return market in self._figures

    def look_up(self, market: Market) -> None:
        self._figures_of(market, self.clock.now())

    def _figures_of(self, market: Market, now: datetime) -> MarketFigures | None:
        if market not in self._figures:
            newest = self._tape(market).newest(1, now, None)
            self._figures[market] = (
                figures_from(
                    lambda unit, start, end: self._own.candles(self._past, market, unit, start, end, now),
                    market,
                    newest[0],
                    now,
                    self._shown.setdefault(market, {}),
                )
                if newest
                else None
            )
        return self._figures[market]

    def _order(self, account_id: str, order_id: str) -> VirtualOrder:
        order = self.exchange.order(account_id, order_id)
        if order is None:
            raise Refused(RefusalCode.ORDER_NOT_FOUND)
        return order
