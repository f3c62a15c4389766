"""Simulated orders on candles: the closed form of what the path open → low → high → close does to orders and levels.

One purse, several markets. Market orders fill at the open of their candle; a limit order that the open meets takes it
there, and rests otherwise until the price trades through it. Levels are watched from the fill on.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

import numpy as np

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings, FillRow, LimitCounts
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_state import Position
from upbit_auto_trading.business_logic.ports.execution import BuyOrder, ResolvedLevel, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import AfterWait, Columns
from upbit_auto_trading.business_logic.simulation.candle_search import next_row
from upbit_auto_trading.business_logic.simulation.candle_walk import buy_at_open, sell_at_open, walk
from upbit_auto_trading.business_logic.simulation.guards import Guards
from upbit_auto_trading.business_logic.simulation.simulated_book import Book, Purse, waiting_of
from upbit_auto_trading.business_logic.simulation.simulated_candles import MarketCandles
from upbit_auto_trading.business_logic.simulation.simulated_money import TermsByDate, bought_for
from upbit_auto_trading.business_logic.simulation.waiting_order import Waiting, limit_price


class CandleExecution:
    """Implements ``Execution``."""

    def __init__(
        self,
        settings: BacktestSettings,
        columns: Sequence[Columns],
        terms: Sequence[TermsByDate],
        finer: Sequence[Columns | None] = (),
    ) -> None:
        self._settings = settings
        self._purse = Purse(settings)
        inner = finer or (None,) * len(columns)
        self._books = [
            Book(number, MarketCandles(one, fine, as_lists=not settings.fast_forward), term, self._purse)
            for number, (one, fine, term) in enumerate(zip(columns, inner, terms, strict=True))
        ]

    # what is

    @property
    def fills(self) -> Sequence[FillRow]:
        return self._purse.fills

    @property
    def cash(self) -> float:
        return self._purse.cash

    @property
    def free_cash(self) -> float:
        return self._purse.free

    @property
    def limits(self) -> LimitCounts:
        return LimitCounts(self._purse.touched, self._purse.through)

    def position(self, market: int) -> Position:
        return self._books[market].position

    def stop(self, market: int) -> float:
        found = self._books[market].stop[0]
        return nan if found == -inf else found

    def stops_at(self, market: int, peaks: Floats) -> Floats:
        guards = self._books[market].guards
        found = np.full(len(peaks), -inf) if guards is None else guards.stops_at(peaks)
        return np.where(found == -inf, nan, found)

    def target(self, market: int) -> float:
        guards = self._books[market].guards
        found = None if guards is None else guards.next_target()
        return nan if found is None else found[0]

    def at_risk_distance(self, levels: Sequence[ResolvedLevel], price: float) -> float | None:
        position = Position()
        position.buy(price, 1.0, 0, 0)
        stop, _ = Guards(levels, position).stop()
        return price - stop if -inf < stop < price else None

    def waiting_buy(self, market: int) -> float | None:
        buys = self._books[market].buys
        return sum(one.funds for one in buys) if buys else None

    def is_waiting(self, market: int, rule: str) -> bool:
        book = self._books[market]
        return any(one.order.rule == rule for one in (*book.buys, *book.sells))

    def is_closing(self, market: int) -> bool:
        return any(
            isinstance(one.order, SellOrder) and one.order.share >= 1.0 and not one.order.of_bought
            for one in self._books[market].sells
        )

    def priority(self, market: int) -> tuple[float, float]:
        orders = [one.order for one in self._books[market].buys if isinstance(one.order, BuyOrder)]
        return max((order.strength, order.turnover) for order in orders)

    def has_orders(self, market: int) -> bool:
        book = self._books[market]
        return bool(book.buys or book.sells)

    def is_idle(self, market: int) -> bool:
        book = self._books[market]
        return not (book.buys or book.sells or book.position.quantity > 0.0)

    @property
    def has_expired(self) -> bool:
        return bool(self._purse.expired)

    def expired(self) -> list[tuple[int, str, str]]:
        found, self._purse.expired = self._purse.expired, []
        return found

    # orders

    def place(self, order: BuyOrder | SellOrder) -> str:
        book, purse = self._books[order.market], self._purse
        candles = book.candles
        terms = book.terms.at(candles.opened_at(order.row))
        close = candles.close_of(order.row)
        waiting = Waiting(
            order,
            order.row + 1 + self._settings.latency,
            limit_price(order.style, close, self._settings.spread, terms, is_buy=isinstance(order, BuyOrder)),
            since_second=candles.closed_at(order.row),
        )
        if isinstance(order, SellOrder):
            if not 0.0 < book.sale_quantity(waiting) * close >= terms.minimum:
                return "below-minimum"
            book.sells.append(waiting)
            return ""
        waiting.funds = min(order.funds, purse.free / (1.0 + terms.fee))
        if not bought_for(waiting.funds, close) > 0.0:
            return "no-cash"
        if waiting.funds < terms.minimum:
            return "below-minimum"
        waiting.locked = waiting.funds * (1.0 + terms.fee)
        purse.waiting.append(waiting)
        book.buys.append(waiting)
        return ""

    def withdraw_buys(self, market: int) -> None:
        book = self._books[market]
        for one in tuple(book.buys):
            book.end_buy(one, "superseded")

    def move_stop(self, market: int, price: float, rule: str, *, may_loosen: bool) -> None:
        book = self._books[market]
        assert book.guards is not None
        book.guards.move_stop(price, rule, may_loosen=may_loosen)

    # one candle

    def sell_at_open(self, market: int, row: int) -> None:
        book = self._books[market]
        if book.sells:
            sell_at_open(book, row)

    def buy_at_open(self, market: int, row: int) -> None:
        book = self._books[market]
        if book.buys:
            buy_at_open(book, row)

    def follow_path(self, market: int, row: int) -> None:
        book = self._books[market]
        if book.buys or book.sells:
            self._count_limits(book, row)
        elif not book.position.is_open:
            return
        elif book.guards is None or book.guards.is_quiet(book.candles.high_of(row), book.candles.low_of(row)):
            book.position.see(book.candles.high_of(row), row)
            return
        for path in book.candles.path_of(row):
            walk(book, row, path)
        self._lose_patience(book, row)

    def next_row(self, market: int, row: int) -> int:
        return next_row(self._books[market], row)

    def _count_limits(self, book: Book, row: int) -> None:
        low, high = book.candles.low_of(row), book.candles.high_of(row)
        for one in (*waiting_of(book.buys, row), *waiting_of(book.sells, row)):
            if one.limit is None:
                continue
            is_buy = one.is_buy
            self._purse.touched += low <= one.limit if is_buy else high >= one.limit
            self._purse.through += low < one.limit if is_buy else high > one.limit

    def _lose_patience(self, book: Book, row: int) -> None:
        for one in (*waiting_of(book.buys, row), *waiting_of(book.sells, row)):
            if one.limit is not None and not one.is_patient(row, book.candles.closed_at(row)):
                self._after_wait(book, one, row)

    def _after_wait(self, book: Book, waiting: Waiting, row: int) -> None:
        style = waiting.order.style
        if style.after_wait is AfterWait.MARKET:
            waiting.limit, waiting.first_row = None, row + 1
        elif style.after_wait is AfterWait.REPRICE and waiting.reprices < style.most_reprices:
            terms = book.terms.at(book.candles.opened_at(row))
            close = book.candles.close_of(row)
            waiting.limit = limit_price(style, close, self._settings.spread, terms, is_buy=waiting.is_buy)
            waiting.first_row, waiting.since_second = row + 1, book.candles.closed_at(row)
            waiting.reprices += 1
        elif waiting.is_buy:
            book.end_buy(waiting, "expired")
        else:
            book.end_sale(waiting, "expired")
