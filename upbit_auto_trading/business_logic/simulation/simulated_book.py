"""One market of a simulated run: position, levels, waiting orders; and the purse that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings, FillRow, Side
from upbit_auto_trading.business_logic.domain.strategy_state import DECIMALS, Position
from upbit_auto_trading.business_logic.ports.execution import BuyOrder, SellOrder
from upbit_auto_trading.business_logic.ports.strategy import MARKET_STYLE, StyleKind
from upbit_auto_trading.business_logic.simulation.guards import Guards
from upbit_auto_trading.business_logic.simulation.simulated_candles import MarketCandles
from upbit_auto_trading.business_logic.simulation.simulated_money import TermsByDate, bought_for, cut
from upbit_auto_trading.business_logic.simulation.waiting_order import Waiting


class Purse:
    def __init__(self, settings: BacktestSettings) -> None:
        self.settings = settings
        self.cash = settings.cash
        #: buys under way, of all markets
        self.waiting: list[Waiting] = []
        self.fills: list[FillRow] = []
        self.trades = 0
        #: market, rule, why
        self.expired: list[tuple[int, str, str]] = []
        self.touched = 0
        self.through = 0

    @property
    def free(self) -> float:
        return max(0.0, self.cash - sum(one.locked for one in self.waiting))


class Book:
    def __init__(self, number: int, candles: MarketCandles, terms: TermsByDate, purse: Purse) -> None:
        self.number = number
        self.candles = candles
        self.terms = terms
        self.purse = purse
        self.position = Position()
        self.guards: Guards | None = None
        self.buys: list[Waiting] = []
        self.sells: list[Waiting] = []
        self._room_row = -1
        self._room = inf

    @property
    def stop(self) -> tuple[float, str]:
        """Minus infinity where nothing is guarded."""
        return (-inf, "") if self.guards is None or not self.position.is_open else self.guards.stop()

    # fills

    def buy(self, waiting: Waiting, row: int, price: float) -> None:
        """As much as its funds allow; it ends, or waits for the rest where the volume did not do."""
        order = waiting.order
        assert isinstance(order, BuyOrder)
        # an exchange is told the quantity of a limit order, which does not grow where it is filled at a better price
        asked = price if waiting.limit is None else waiting.limit
        wanted = bought_for(waiting.funds, asked)
        quantity = self._within_room(row, wanted)
        if quantity > 0.0:
            self._book_buy(waiting, order, row, price, quantity)
            left = max(0.0, waiting.funds - asked * quantity)
            waiting.funds, waiting.locked = left, waiting.locked * left / waiting.funds
        if quantity >= wanted:
            self.end_buy(waiting, "" if waiting.has_filled else "below-minimum")

    def _book_buy(self, waiting: Waiting, order: BuyOrder, row: int, price: float, quantity: float) -> None:
        purse, position, second = self.purse, self.position, self.candles.opened_at(row)
        was_open = position.is_open
        fee = price * quantity * self.terms.at(second).fee
        purse.cash -= price * quantity + fee
        if waiting.has_filled and was_open:
            position.fill_more(price, quantity)
        else:
            position.buy(price, quantity, row, second)
        if not was_open:
            position.trade, purse.trades = purse.trades, purse.trades + 1
            self.guards = Guards(order.levels, position)
        else:
            assert self.guards is not None
            self.guards.add(() if waiting.has_filled else order.levels)
        waiting.has_filled = True
        purse.fills.append(FillRow(self.number, row, Side.BUY, price, quantity, fee, order.rule, position.trade))

    def sell(self, row: int, price: float, wanted: float, reason: str) -> float:
        """What was sold: at most what is held, what the volume allows, and nothing below the exchange's minimum."""
        position, purse = self.position, self.purse
        terms = self.terms.at(self.candles.opened_at(row))
        if 0.0 < round(position.quantity - wanted, DECIMALS) * price < terms.minimum:
            wanted = position.quantity  # what would be left could never be sold
        quantity = self._within_room(row, min(wanted, position.quantity))
        if not 0.0 < quantity * price >= terms.minimum:
            return 0.0
        fee = price * quantity * terms.fee
        purse.cash += price * quantity - fee
        position.sell(quantity)
        purse.fills.append(FillRow(self.number, row, Side.SELL, price, quantity, fee, reason, position.trade))
        if not position.is_open:
            self._close()
        return quantity

    def sell_order(self, waiting: Waiting, row: int, price: float) -> None:
        assert waiting.quantity is not None
        sold = self.sell(row, price, waiting.quantity, waiting.order.rule)
        waiting.has_filled = waiting.has_filled or sold > 0.0
        waiting.quantity -= sold
        has_room = self._room > 0.0 or self._room_row != row
        if waiting in self.sells and (waiting.quantity <= 0.0 or has_room):
            self.end_sale(waiting, "" if waiting.has_filled else "below-minimum")

    def sell_all(self, row: int, price: float, reason: str) -> None:
        """By a level. What the volume does not take follows at the next open."""
        sold = self.sell(row, price, self.position.quantity, reason)
        is_short = self.position.is_open and self._room_row == row and self._room <= 0.0
        if is_short and not any(one.order.rule == reason for one in self.sells):
            rest = SellOrder(self.number, reason, MARKET_STYLE, 1.0, False, row)
            self.sells.append(Waiting(rest, row + 1, None, has_filled=sold > 0.0))

    def sell_target(self, row: int, price: float) -> None:
        """The next one. What the volume does not take follows at the next open."""
        assert self.guards is not None
        target = self.guards.next_target()
        assert target is not None
        _, reason, share = target
        self.guards.reach_target()
        wanted = self.position.quantity if share >= 1.0 else cut(self.position.bought * share)
        wanted = min(wanted, self.position.quantity)
        sold = self.sell(row, price, wanted, reason)
        if sold < wanted and self._room_row == row and self._room <= 0.0:
            rest = SellOrder(self.number, reason, MARKET_STYLE, share, False, row)
            self.sells.append(
                Waiting(rest, row + 1, None, quantity=round(wanted - sold, DECIMALS), has_filled=sold > 0.0)
            )

    def sale_quantity(self, waiting: Waiting) -> float:
        order, position = waiting.order, self.position
        assert isinstance(order, SellOrder)
        if order.share >= 1.0 and not order.of_bought:
            return position.quantity
        return min(cut((position.bought if order.of_bought else position.quantity) * order.share), position.quantity)

    # prices

    def market_price(self, row: int, price: float, *, is_buy: bool, is_best: bool = False) -> float:
        """With half the spread and slippage against the trader, and then to the tick; a best-price order takes no
        price beyond the best."""
        settings = self.purse.settings
        away = settings.spread / 2 + (0.0 if is_best else settings.slippage)
        if not away:
            return price
        terms = self.terms.at(self.candles.opened_at(row))
        return terms.up(price * (1.0 + away)) if is_buy else terms.down(price * (1.0 - away))

    def stop_price(self, row: int, price: float) -> float:
        """Of a sale that a level sets off: to the tick below."""
        moved = price * (1.0 - self.purse.settings.spread / 2 - self.purse.settings.slippage)
        return self.terms.at(self.candles.opened_at(row)).down(moved)

    # ends

    def end_buy(self, waiting: Waiting, why: str) -> None:
        self.buys.remove(waiting)
        self.purse.waiting.remove(waiting)
        if why and not waiting.has_filled:
            self.purse.expired.append((self.number, waiting.order.rule, why))

    def end_sale(self, waiting: Waiting, why: str) -> None:
        self.sells.remove(waiting)
        if why and not waiting.has_filled:
            self.purse.expired.append((self.number, waiting.order.rule, why))

    def _close(self) -> None:
        """Orders of the position end with it."""
        self.guards = None
        self.sells.clear()
        for one in tuple(self.buys):
            self.end_buy(one, "superseded")

    def _within_room(self, row: int, quantity: float) -> float:
        share = self.purse.settings.volume_share
        if share is None:
            return quantity
        if self._room_row != row:
            self._room_row, self._room = row, cut(self.candles.volume_of(row) * share)
        taken = min(quantity, self._room)
        self._room = round(self._room - taken, 8)
        return taken


def is_best(waiting: Waiting) -> bool:
    return waiting.order.style.kind is StyleKind.BEST


def waiting_of(orders: Sequence[Waiting], row: int) -> tuple[Waiting, ...]:
    """Those that can be filled by then."""
    return tuple(one for one in orders if one.first_row <= row)
