"""A candle's way through one market's orders and levels: open, down to the low, up to the high, to the close."""

from __future__ import annotations

from math import inf

from upbit_auto_trading.business_logic.simulation.simulated_book import Book, is_best, waiting_of
from upbit_auto_trading.business_logic.simulation.simulated_candles import Path
from upbit_auto_trading.business_logic.simulation.waiting_order import Waiting


def sell_at_open(book: Book, row: int) -> None:
    open_ = book.candles.open_of(row)
    for one in waiting_of(book.sells, row):
        if one not in book.sells:
            continue
        if one.quantity is None:
            one.quantity = book.sale_quantity(one)
        price = _price_at_open(book, one, row, open_)
        if price is not None:
            book.sell_order(one, row, price)


def buy_at_open(book: Book, row: int) -> None:
    open_ = book.candles.open_of(row)
    for one in waiting_of(book.buys, row):
        price = _price_at_open(book, one, row, open_)
        if price is not None:
            book.buy(one, row, price)


def _price_at_open(book: Book, one: Waiting, row: int, open_: float) -> float | None:
    """A limit order that is new takes the best price; one that rests is filled at its own where the open is past it."""
    if one.limit is None:
        return book.market_price(row, open_, is_buy=one.is_buy, is_best=is_best(one))
    if one.first_row == row:
        price = book.market_price(row, open_, is_buy=one.is_buy, is_best=True)
        return price if (price <= one.limit if one.is_buy else price >= one.limit) else None
    return one.limit if _is_reached(book, one.limit, open_, is_buy=one.is_buy) else None


def walk(book: Book, row: int, path: Path) -> None:
    open_, high, low, close = path
    _fill_passed(book, row, open_)
    if low > book.stop[0]:  # where a candle touches both, the stop is first
        _sell_targets(book, row, open_)
    _fall(book, row, open_, low)
    _rise(book, row, high)
    if book.position.is_open:
        book.position.see(high, row)
        raised, name = (-inf, "") if book.guards is None else book.guards.raised()
        if close <= raised:
            book.sell_all(row, book.stop_price(row, min(raised, high)), name)


def _fill_passed(book: Book, row: int, open_: float) -> None:
    """Resting orders that a finer candle's open is past."""
    for one in waiting_of(book.sells, row):
        if one in book.sells and one.limit is not None and _is_reached(book, one.limit, open_, is_buy=one.is_buy):
            book.sell_order(one, row, one.limit)
    for one in waiting_of(book.buys, row):
        if one in book.buys and one.limit is not None and _is_reached(book, one.limit, open_, is_buy=one.is_buy):
            book.buy(one, row, one.limit)


def _fall(book: Book, row: int, open_: float, low: float) -> None:
    """The highest price comes first; what rests at the exchange is filled before a level at the same tick is seen."""
    price, has_room = open_, True
    while has_room:
        resting = _reached_buy(book, row, low)
        if resting is None or resting.limit is None or not _is_before_stop(book, row, resting.limit):
            break
        price = min(price, resting.limit)
        book.buy(resting, row, resting.limit)
        has_room = resting not in book.buys
        _sell_targets(book, row, price)  # those that came with it may lie below the price
    stop, name = book.stop
    if low <= stop:
        book.sell_all(row, book.stop_price(row, min(stop, price)), name)


def _is_before_stop(book: Book, row: int, limit: float) -> bool:
    stop, _ = book.stop
    if stop == -inf:
        return True
    price = book.terms.at(book.candles.opened_at(row)).down(stop)
    return limit > price or (limit == price and book.purse.settings.touching_fills)


def _rise(book: Book, row: int, high: float) -> None:
    """The lowest price comes first."""
    has_room = True
    while book.position.is_open:
        level = _target_price(book, row)
        resting = _reached_sale(book, row, high) if has_room else None
        if resting is not None and resting.limit is not None and _is_before_target(book, resting.limit, level):
            book.sell_order(resting, row, resting.limit)
            has_room = resting not in book.sells
        elif level <= high:
            book.sell_target(row, level)
            stop, name = book.stop  # a level that counts after a target may lie above it
            if level <= stop:
                book.sell_all(row, book.stop_price(row, level), name)
                return
        else:
            return


def _is_before_target(book: Book, limit: float, level: float) -> bool:
    return limit < level or (limit == level and book.purse.settings.touching_fills)


def _sell_targets(book: Book, row: int, price: float) -> None:
    """Those that the price is beyond already."""
    while book.position.is_open and book.stop[0] < price and _target_price(book, row) <= price:
        book.sell_target(row, price)


def _target_price(book: Book, row: int) -> float:
    target = None if book.guards is None else book.guards.next_target()
    return inf if target is None else book.terms.at(book.candles.opened_at(row)).up(target[0])


def _is_reached(book: Book, limit: float, price: float, *, is_buy: bool) -> bool:
    if book.purse.settings.touching_fills and price == limit:
        return True
    return price < limit if is_buy else price > limit


def _reached_buy(book: Book, row: int, low: float) -> Waiting | None:
    best: Waiting | None = None
    best_limit = -inf
    for one in waiting_of(book.buys, row):
        if one.limit is not None and one.limit > best_limit and _is_reached(book, one.limit, low, is_buy=True):
            best, best_limit = one, one.limit
    return best


def _reached_sale(book: Book, row: int, high: float) -> Waiting | None:
    best: Waiting | None = None
    best_limit = inf
    for one in waiting_of(book.sells, row):
        if one.limit is not None and one.limit < best_limit and _is_reached(book, one.limit, high, is_buy=False):
            best, best_limit = one, one.limit
    return best
